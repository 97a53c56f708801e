/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One request to the kernel and its acknowledgement: rtnetlink(7), sock_diag(7). Nothing is waited for but the answer. */
#ifndef ENGINE_STAGE_NETLINK_H
#define ENGINE_STAGE_NETLINK_H

#include <libmnl/libmnl.h>

struct netlink_request {
	union {
		struct nlmsghdr head;
		char room[1024];
	};
};

/* An empty message of this type; attributes are added with mnl_attr_put… */
struct nlmsghdr *netlink_begin(struct netlink_request *r, unsigned type, unsigned flags);

/* Send it on this bus (NETLINK_ROUTE, …) and read answers until the last one. 0, or the errno the kernel gave. */
int netlink_ask(int bus, struct nlmsghdr *h);

int netlink_link_up(const char *name);   /* the same result */

#endif
