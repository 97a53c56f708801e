/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/stage/netlink.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

enum { ROOM = 8192 };

struct nlmsghdr *netlink_begin(struct netlink_request *r, unsigned type, unsigned flags)
{
	memset(r, 0, sizeof *r);
	struct nlmsghdr *h = mnl_nlmsg_put_header(r->room);
	h->nlmsg_type = type;
	h->nlmsg_flags = NLM_F_REQUEST | flags;
	h->nlmsg_seq = 1;
	return h;
}

int netlink_ask(int bus, struct nlmsghdr *h)
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

int netlink_link_up(const char *name)
{
	struct netlink_request r;
	struct nlmsghdr *h = netlink_begin(&r, RTM_NEWLINK, NLM_F_ACK);
	struct ifinfomsg *link = mnl_nlmsg_put_extra_header(h, sizeof *link);

	link->ifi_change = IFF_UP;
	link->ifi_flags = IFF_UP;
	mnl_attr_put_strz(h, IFLA_IFNAME, name);
	return netlink_ask(NETLINK_ROUTE, h);
}
