/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Nothing crosses the cable by itself: IPv6 is off on it (no neighbour
 * discovery, no multicast reports), and neighbours once found are believed for
 * a day, so that no ARP comes because a learner took his time.
 *
 * A sender leaves checksums to the card, and here there is none: checksums are
 * made by the kernel, and segments have the size of the wire.
 */
#include "engine/stage/hosts.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/stage/net.h"
#include "engine/stage/netlink.h"
#include "engine/stage/report.h"

static const uint64_t DAY_MS = 24 * 3600 * 1000;

static bool refuse(struct stage_report *report, int sys, const char *step)
{
	return report_refuse(report, PART_VETH, sys, step);
}

void hosts_address(int host, char out[16])
{
	snprintf(out, 16, "10.0.0.%u", (host + 1) % 256u);
}

static void end_name(int host, char out[16])
{
	snprintf(out, 16, "cable%u", host % 256u);
}

/* The hardware address tells the host's number, and is the same in every run. */
static void put_hardware_address(struct nlmsghdr *h, int host)
{
	const unsigned char address[6] = { 2, 0, 0, 0, 0, (unsigned char)(host + 1) };

	mnl_attr_put(h, IFLA_ADDRESS, sizeof address, address);
}

static int make_pair(const struct hosts *hosts, int host)
{
	struct netlink_request r;
	struct nlmsghdr *h = netlink_begin(&r, RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
	char name[16];

	end_name(host, name);
	mnl_nlmsg_put_extra_header(h, sizeof(struct ifinfomsg));
	mnl_attr_put_strz(h, IFLA_IFNAME, name);
	struct nlattr *info = mnl_attr_nest_start(h, IFLA_LINKINFO);
	mnl_attr_put_strz(h, IFLA_INFO_KIND, "veth");
	struct nlattr *data = mnl_attr_nest_start(h, IFLA_INFO_DATA);
	struct nlattr *other = mnl_attr_nest_start(h, VETH_INFO_PEER);
	mnl_nlmsg_put_extra_header(h, sizeof(struct ifinfomsg));
	mnl_attr_put_strz(h, IFLA_IFNAME, "eth0");
	put_hardware_address(h, host);
	mnl_attr_put_u32(h, IFLA_NET_NS_FD, hosts->net[host]);
	mnl_attr_nest_end(h, other);
	mnl_attr_nest_end(h, data);
	mnl_attr_nest_end(h, info);
	return netlink_ask(NETLINK_ROUTE, h);
}

/*
 * What the kernel sends as one piece for a card to cut, it holds back for a while in the hope of more: by its clock, so that
 * the same bytes would be other packets in every run.
 */
static int no_pieces(const char *name)
{
	struct netlink_request r;
	struct nlmsghdr *h = netlink_begin(&r, RTM_NEWLINK, NLM_F_ACK);
	struct ifinfomsg *link = mnl_nlmsg_put_extra_header(h, sizeof *link);

	link->ifi_index = (int)if_nametoindex(name);
	mnl_attr_put_u32(h, IFLA_GSO_MAX_SEGS, 1);
	return netlink_ask(NETLINK_ROUTE, h);
}

static int add_address(const char *name, const char *address, unsigned bits)
{
	struct in_addr a;
	struct netlink_request r;
	struct nlmsghdr *h = netlink_begin(&r, RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
	struct ifaddrmsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);

	inet_pton(AF_INET, address, &a);
	m->ifa_family = AF_INET;
	m->ifa_prefixlen = bits;
	m->ifa_index = if_nametoindex(name);
	mnl_attr_put(h, IFA_LOCAL, sizeof a, &a);
	mnl_attr_put(h, IFA_ADDRESS, sizeof a, &a);
	return netlink_ask(NETLINK_ROUTE, h);
}

/* How long a neighbour that was found is believed, and how long before one that was not heard of is asked again. arp(7). */
static int believe_neighbours(void)
{
	struct netlink_request r;
	struct nlmsghdr *h = netlink_begin(&r, RTM_SETNEIGHTBL, NLM_F_ACK);
	struct ndtmsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);

	m->ndtm_family = AF_INET;
	mnl_attr_put_strz(h, NDTA_NAME, "arp_cache");
	struct nlattr *parms = mnl_attr_nest_start(h, NDTA_PARMS);
	mnl_attr_put_u32(h, NDTPA_IFINDEX, if_nametoindex("eth0"));
	mnl_attr_put_u64(h, NDTPA_BASE_REACHABLE_TIME, DAY_MS);
	mnl_attr_put_u64(h, NDTPA_DELAY_PROBE_TIME, DAY_MS);
	mnl_attr_nest_end(h, parms);
	return netlink_ask(NETLINK_ROUTE, h);
}

static int ethtool(int fd, unsigned what)
{
	struct ethtool_value off = { .cmd = what };
	struct ifreq eth0 = { .ifr_name = "eth0", .ifr_data = (void *)&off };

	return ioctl(fd, SIOCETHTOOL, &eth0) < 0 ? errno : 0;
}

static int no_offload(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return errno;
	int sys = ethtool(fd, ETHTOOL_STXCSUM);
	ethtool(fd, ETHTOOL_STSO);   /* without checksums by the card, the kernel cuts segments itself: these only say so */
	ethtool(fd, ETHTOOL_SGSO);
	close(fd);
	return sys;
}

/* A new network, with lo; its descriptor, or -1 with the refused step in the report. We are in it then. */
static int make_net(struct stage_report *report)
{
	if (unshare(CLONE_NEWNET) < 0) {
		refuse(report, errno, "unshare net of a host");
		return -1;
	}
	net_set_sysctl("ipv6/conf/default/disable_ipv6", "1");
	if (!net_up(report)) {
		refuse(report, report->refused[PART_NETNS], "lo of a host");
		return -1;
	}
	int fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		refuse(report, errno, "open net of a host");
	return fd;
}

/* In its network. */
static bool set_up(int host, struct stage_report *report)
{
	char address[16];
	int sys;

	hosts_address(host, address);
	if ((sys = no_offload()))
		return refuse(report, sys, "checksum offload");
	if ((sys = netlink_link_up("eth0")))
		return refuse(report, sys, "eth0 up");
	if ((sys = add_address("eth0", address, 24)))
		return refuse(report, sys, "address of a host");
	believe_neighbours();   /* refused: more ARP than needed */
	no_pieces("eth0");
	if ((sys = net_quick_route(&(struct net_route){ AF_INET, "10.0.0.0", 24, address, "eth0", true })) ||
	    (sys = net_quick_route(&(struct net_route){ AF_INET, address, 32, address, "eth0", false })))
		report_refuse(report, PART_QUICKACK, sys, "route with quickack");
	return true;
}

static bool make_host(struct hosts *h, int host, struct stage_report *report)
{
	char name[16];
	int sys;

	end_name(host, name);
	h->net[host] = make_net(report);
	h->n = host + 1;
	if (h->net[host] < 0)
		return false;
	if (!hosts_enter(h, -1))
		return refuse(report, errno, "setns");
	if ((sys = make_pair(h, host)))
		return refuse(report, sys, "make a veth pair");
	if (!hosts_enter(h, host) || !set_up(host, report))
		return refuse(report, errno, "setns");
	if (!hosts_enter(h, -1))
		return refuse(report, errno, "setns");
	return !(sys = netlink_link_up(name)) || refuse(report, sys, "cable up");
}

bool hosts_make(struct hosts *h, int n, struct stage_report *report)
{
	struct stage_report tried = { 0 };

	*h = (struct hosts){ .home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC) };
	if (h->home < 0)
		return refuse(report, errno, "open own net");
	net_set_sysctl("ipv6/conf/default/disable_ipv6", "1");
	bool ok = true;
	for (int i = 0; ok && i < n; i++)
		ok = make_host(h, i, &tried);
	h->end = -1;
	h->end = ok ? hosts_open_end(h, 0, &tried) : -1;
	if (h->end >= 0) {
		report_merge(report, &tried);
		return true;
	}
	/* Frames are carried by our own hands: without them the cable is cut. */
	if (ok)
		return refuse(report, tried.refused[PART_PACKET], tried.step[PART_PACKET]);
	return refuse(report, tried.refused[PART_VETH], tried.step[PART_VETH]);
}

bool hosts_on_lo(int n)
{
	char address[16];
	bool ok = true;

	for (int i = 0; ok && i < n; i++) {
		hosts_address(i, address);
		ok = add_address("lo", address, 32) == 0;
		net_quick_route(&(struct net_route){ AF_INET, address, 32, address, "lo", false });
	}
	return ok;
}

bool hosts_enter(const struct hosts *h, int host)
{
	return !h->n || setns(host < 0 ? h->home : h->net[host], CLONE_NEWNET) == 0;
}

int hosts_open_end(struct hosts *h, int host, struct stage_report *report)
{
	char name[16];
	int end = host == 0 ? h->end : -1;

	if (end >= 0) {   /* opening one takes as long as all else here */
		h->end = -1;
		return end;
	}
	end_name(host, name);
	return net_open_capture(name, report);
}
