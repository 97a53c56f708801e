/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every request to the kernel here is one netlink message and its
 * acknowledgement. A length of time is never waited for: lo is up when the
 * acknowledgement is in.
 */
#include "engine/stage/net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/inet_diag.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/veth.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "engine/stage/report.h"
#include "engine/wire/capture.h"

enum { ROOM = 8192 };

struct request {
	union {
		struct nlmsghdr head;
		char room[1024];
	};
};

static struct nlmsghdr *request(struct request *r, unsigned type, unsigned flags)
{
	memset(r, 0, sizeof *r);
	struct nlmsghdr *h = mnl_nlmsg_put_header(r->room);
	h->nlmsg_type = type;
	h->nlmsg_flags = NLM_F_REQUEST | flags;
	h->nlmsg_seq = 1;
	return h;
}

/* Send one request and read answers until the last one. 0, or the errno the kernel gave. */
static int ask(int bus, struct nlmsghdr *h)
{
	char answer[ROOM];
	struct mnl_socket *s = mnl_socket_open2(bus, SOCK_CLOEXEC);

	if (!s)
		return errno;
	int state = MNL_CB_ERROR;
	if (mnl_socket_bind(s, 0, MNL_SOCKET_AUTOPID) == 0 && mnl_socket_sendto(s, h, h->nlmsg_len) > 0) {
		do {
			ssize_t n = mnl_socket_recvfrom(s, answer, sizeof answer);
			state = n < 0 ? MNL_CB_ERROR : mnl_cb_run(answer, n, 1, mnl_socket_get_portid(s), NULL, NULL);
		} while (state > MNL_CB_STOP);
	}
	int sys = state == MNL_CB_ERROR ? errno : 0;
	mnl_socket_close(s);
	return sys;
}

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
	struct request r;
	struct nlmsghdr *h = request(&r, RTM_NEWLINK, NLM_F_ACK);
	struct ifinfomsg *link = mnl_nlmsg_put_extra_header(h, sizeof *link);

	link->ifi_change = IFF_UP;
	link->ifi_flags = IFF_UP;
	mnl_attr_put_strz(h, IFLA_IFNAME, "lo");
	return ask(NETLINK_ROUTE, h) == 0 ? 0 : lo_up_by_ioctl();
}

/* A route that the kernel made itself when lo came up, made again with quickack 1. */
static int quick_route(int family, const char *to, unsigned bits)
{
	unsigned char address[16], local[16];
	size_t len = family == AF_INET ? 4 : 16;
	struct request r;
	struct nlmsghdr *h = request(&r, RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE);
	struct rtmsg *route = mnl_nlmsg_put_extra_header(h, sizeof *route);

	inet_pton(family, to, address);
	inet_pton(family, family == AF_INET ? "127.0.0.1" : "::1", local);
	route->rtm_family = family;
	route->rtm_dst_len = bits;
	route->rtm_table = RT_TABLE_LOCAL;
	route->rtm_protocol = RTPROT_KERNEL;
	route->rtm_scope = family == AF_INET ? RT_SCOPE_HOST : RT_SCOPE_UNIVERSE;
	route->rtm_type = RTN_LOCAL;
	mnl_attr_put(h, RTA_DST, len, address);
	if (family == AF_INET)
		mnl_attr_put(h, RTA_PREFSRC, len, local);
	mnl_attr_put_u32(h, RTA_OIF, if_nametoindex("lo"));
	struct nlattr *metrics = mnl_attr_nest_start(h, RTA_METRICS);
	mnl_attr_put_u32(h, RTAX_QUICKACK, 1);
	mnl_attr_nest_end(h, metrics);
	return ask(NETLINK_ROUTE, h);
}

/* IPv6 puts ours beside the kernel's, which is preferred; asked without a metric, the kernel removes its own first. */
static void quick_route6(void)
{
	struct request r;
	struct in6_addr to = IN6ADDR_LOOPBACK_INIT;

	if (quick_route(AF_INET6, "::1", 128) != 0)
		return;   /* a kernel without IPv6 has nothing to change */
	struct nlmsghdr *h = request(&r, RTM_DELROUTE, NLM_F_ACK);
	struct rtmsg *route = mnl_nlmsg_put_extra_header(h, sizeof *route);
	route->rtm_family = AF_INET6;
	route->rtm_dst_len = 128;
	route->rtm_table = RT_TABLE_LOCAL;
	route->rtm_type = RTN_LOCAL;
	mnl_attr_put(h, RTA_DST, sizeof to, &to);
	ask(NETLINK_ROUTE, h);
}

static int set_sysctl(const char *name, const char *value)
{
	char path[128];

	snprintf(path, sizeof path, "/proc/sys/net/ipv4/%s", name);
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
	set_sysctl("tcp_syn_retries", "127");
	set_sysctl("tcp_synack_retries", "255");
	set_sysctl("tcp_retries2", "255");
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
	sys = set_sysctl("ip_unprivileged_port_start", "0");
	if (sys)
		report_refuse(report, PART_LOWPORT, sys, "write ip_unprivileged_port_start");
	be_patient();
	sys = quick_route(AF_INET, "127.0.0.0", 8);
	if (!sys)
		sys = quick_route(AF_INET, "127.0.0.1", 32);
	if (sys)
		report_refuse(report, PART_QUICKACK, sys, "route with quickack");
	quick_route6();
	return true;
}

int net_open_capture(struct stage_report *report)
{
	const char *step;
	int fd = capture_open("lo", &step);

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
	struct request r;
	struct nlmsghdr *h = request(&r, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP);
	struct inet_diag_req_v2 *want = mnl_nlmsg_put_extra_header(h, sizeof *want);

	want->sdiag_family = AF_INET;
	want->sdiag_protocol = IPPROTO_TCP;
	want->idiag_states = ~0u;
	int sys = ask(NETLINK_SOCK_DIAG, h);
	if (sys)
		report_refuse(report, PART_DIAG, sys, "dump TCP sockets");
}

static int veth_pair(const char *name, const char *peer)
{
	struct request r;
	struct nlmsghdr *h = request(&r, RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);

	mnl_nlmsg_put_extra_header(h, sizeof(struct ifinfomsg));
	mnl_attr_put_strz(h, IFLA_IFNAME, name);
	struct nlattr *info = mnl_attr_nest_start(h, IFLA_LINKINFO);
	mnl_attr_put_strz(h, IFLA_INFO_KIND, "veth");
	struct nlattr *data = mnl_attr_nest_start(h, IFLA_INFO_DATA);
	struct nlattr *other = mnl_attr_nest_start(h, VETH_INFO_PEER);
	mnl_nlmsg_put_extra_header(h, sizeof(struct ifinfomsg));
	mnl_attr_put_strz(h, IFLA_IFNAME, peer);
	mnl_attr_nest_end(h, other);
	mnl_attr_nest_end(h, data);
	mnl_attr_nest_end(h, info);
	return ask(NETLINK_ROUTE, h);
}

static void probe_veth(struct stage_report *report)
{
	struct request r;
	int sys = veth_pair("probe0", "probe1");

	if (sys) {
		report_refuse(report, PART_VETH, sys, "make a veth pair");
		return;
	}
	struct nlmsghdr *h = request(&r, RTM_DELLINK, NLM_F_ACK);
	mnl_nlmsg_put_extra_header(h, sizeof(struct ifinfomsg));
	mnl_attr_put_strz(h, IFLA_IFNAME, "probe0");
	ask(NETLINK_ROUTE, h);
}

void net_probe(struct stage_report *report)
{
	int capture = net_open_capture(report);
	if (capture >= 0)
		close(capture);
	probe_diag(report);
	if (report->refused[PART_NETNS])   /* never add links to the host's own network */
		report_refuse(report, PART_VETH, report->refused[PART_NETNS], report->step[PART_NETNS]);
	else
		probe_veth(report);
}
