/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/stage/net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/inet_diag.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "engine/stage/netlink.h"
#include "engine/stage/report.h"
#include "engine/wire/capture.h"

static int lo_up_by_ioctl(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return errno;
	int sys = ioctl(fd, SIOCSIFFLAGS, &lo) < 0 ? errno : 0;
	close(fd);
	return sys;
}

static int lo_up(void)
{
	return netlink_link_up("lo") == 0 ? 0 : lo_up_by_ioctl();
}

/* What RFC 6298, 2.4 asks for. Linux takes 200 ms, in which a step of a busy computer may not be over. */
enum { RTO_MIN_MS = 1000 };

int net_quick_route(const struct net_route *want)
{
	unsigned char address[16], local[16];
	size_t len = want->family == AF_INET ? 4 : 16;
	struct netlink_request r;
	struct nlmsghdr *h = netlink_begin(&r, RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE);
	struct rtmsg *route = mnl_nlmsg_put_extra_header(h, sizeof *route);

	inet_pton(want->family, want->to, address);
	inet_pton(want->family, want->from, local);
	route->rtm_family = want->family;
	route->rtm_dst_len = want->bits;
	route->rtm_table = want->direct ? RT_TABLE_MAIN : RT_TABLE_LOCAL;
	route->rtm_protocol = RTPROT_KERNEL;
	route->rtm_scope = want->family != AF_INET ? RT_SCOPE_UNIVERSE : want->direct ? RT_SCOPE_LINK : RT_SCOPE_HOST;
	route->rtm_type = want->direct ? RTN_UNICAST : RTN_LOCAL;
	mnl_attr_put(h, RTA_DST, len, address);
	if (want->family == AF_INET)
		mnl_attr_put(h, RTA_PREFSRC, len, local);
	mnl_attr_put_u32(h, RTA_OIF, if_nametoindex(want->interface));
	struct nlattr *metrics = mnl_attr_nest_start(h, RTA_METRICS);
	mnl_attr_put_u32(h, RTAX_LOCK, 1u << RTAX_RTO_MIN);
	mnl_attr_put_u32(h, RTAX_QUICKACK, 1);
	mnl_attr_put_u32(h, RTAX_RTO_MIN, RTO_MIN_MS);
	mnl_attr_nest_end(h, metrics);
	return netlink_ask(NETLINK_ROUTE, h);
}

/* IPv6 puts ours beside the kernel's, which is preferred; asked without a metric, the kernel removes its own first. */
static void quick_route6(void)
{
	struct netlink_request r;
	struct in6_addr to = IN6ADDR_LOOPBACK_INIT;

	if (net_quick_route(&(struct net_route){ AF_INET6, "::1", 128, "::1", "lo", false }) != 0)
		return;   /* a kernel without IPv6 has nothing to change */
	struct nlmsghdr *h = netlink_begin(&r, RTM_DELROUTE, NLM_F_ACK);
	struct rtmsg *route = mnl_nlmsg_put_extra_header(h, sizeof *route);
	route->rtm_family = AF_INET6;
	route->rtm_dst_len = 128;
	route->rtm_table = RT_TABLE_LOCAL;
	route->rtm_type = RTN_LOCAL;
	mnl_attr_put(h, RTA_DST, sizeof to, &to);
	netlink_ask(NETLINK_ROUTE, h);
}

int net_set_sysctl(const char *name, const char *value)
{
	char path[128];

	snprintf(path, sizeof path, "/proc/sys/net/%s", name);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	int sys = write(fd, value, strlen(value)) < 0 ? errno : 0;
	close(fd);
	return sys;
}

/* A learner may look at one packet for ten minutes; TCP should not give up meanwhile. */
static void be_patient(void)
{
	net_set_sysctl("ipv4/tcp_syn_retries", "127");
	net_set_sysctl("ipv4/tcp_synack_retries", "255");
	net_set_sysctl("ipv4/tcp_retries2", "255");
	net_set_sysctl("ipv4/tcp_orphan_retries", "255");
	net_set_sysctl("ipv4/tcp_early_retrans", "0");   /* no probes after some milliseconds: they depend on the reader's speed */
}

/* What a run sends must depend neither on the machine's choice nor on how long a packet took or a learner read. */
static void be_the_same(void)
{
	net_set_sysctl("ipv4/tcp_congestion_control", "reno");   /* counts ACKs, where others measure times; every kernel has it. RFC 5681 */
	net_set_sysctl("ipv4/tcp_slow_start_after_idle", "0");
	net_set_sysctl("ipv4/tcp_moderate_rcvbuf", "0");
}

bool net_refuse(struct stage_report *report, int sys, const char *step)
{
	report_refuse(report, PART_LOWPORT, sys, step);
	report_refuse(report, PART_QUICKACK, sys, step);
	return report_refuse(report, PART_NETNS, sys, step);
}

bool net_up(struct stage_report *report)
{
	int sys = lo_up();

	if (sys)
		return net_refuse(report, sys, NET_DEAD);
	sys = net_set_sysctl("ipv4/ip_unprivileged_port_start", "0");
	if (sys)
		report_refuse(report, PART_LOWPORT, sys, "write ip_unprivileged_port_start");
	be_patient();
	be_the_same();
	sys = net_quick_route(&(struct net_route){ AF_INET, "127.0.0.0", 8, "127.0.0.1", "lo", false });
	if (!sys)
		sys = net_quick_route(&(struct net_route){ AF_INET, "127.0.0.1", 32, "127.0.0.1", "lo", false });
	if (sys)
		report_refuse(report, PART_QUICKACK, sys, "route with quickack");
	quick_route6();
	return true;
}

int net_open_capture(const char *interface, struct stage_report *report)
{
	const char *step;
	int fd = capture_open(interface, &step);

	if (fd < 0)
		report_refuse(report, PART_PACKET, errno, step);
	return fd;
}

int net_open_diag(struct stage_report *report)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_SOCK_DIAG);

	if (fd < 0)
		report_refuse(report, PART_DIAG, errno, "socket sock_diag");
	return fd;
}

static void probe_diag(struct stage_report *report)
{
	struct netlink_request r;
	struct nlmsghdr *h = netlink_begin(&r, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP);
	struct inet_diag_req_v2 *want = mnl_nlmsg_put_extra_header(h, sizeof *want);

	want->sdiag_family = AF_INET;
	want->sdiag_protocol = IPPROTO_TCP;
	want->idiag_states = ~0u;
	int sys = netlink_ask(NETLINK_SOCK_DIAG, h);
	if (sys)
		report_refuse(report, PART_DIAG, sys, "dump TCP sockets");
}

void net_probe(struct stage_report *report)
{
	int capture = net_open_capture("lo", report);
	if (capture >= 0)
		close(capture);
	probe_diag(report);
}
