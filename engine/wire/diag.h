/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All sockets of one or more network namespaces (hosts), as the kernel lists them: those that no
 * process holds any more among them. One look is one picture; nothing is kept
 * from the look before. What comes back is checked like any other bytes. sock_diag(7).
 */
#ifndef ENGINE_WIRE_DIAG_H
#define ENGINE_WIRE_DIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/wire/packet.h"

enum diag_timer { DIAG_TIMER_NONE, DIAG_TIMER_ON, DIAG_TIMER_KEEPALIVE, DIAG_TIMER_TIMEWAIT, DIAG_TIMER_PERSIST };

struct diag_sock {
	int host;                     /* as given to diag_add */
	int family;                   /* AF_INET, AF_INET6, AF_UNIX */
	int protocol;                 /* IPPROTO_TCP, IPPROTO_UDP; 0: Unix */
	int state;                    /* TCP_ESTABLISHED …, see netinet/tcp.h */
	struct packet_end here, there;/* family 0: none */
	uint64_t inode;               /* 0: no process holds it */
	uint32_t recvq, sendq;        /* TCP: bytes, with SYN and FIN counted as ss(8) does; UDP: memory; LISTEN: waiting, room */
	enum diag_timer timer;
	uint32_t expires;             /* milliseconds, unless timer is NONE */
	int retransmits;
	int64_t unacked, mss;         /* -1: not told, for these and the next ones */
	int64_t rcv_wnd, snd_wnd;     /* bytes */
	int64_t drops;                /* packets that it had no room for */
	bool taken;                   /* the caller's: it knows whose it is */
};

/* Which lists to ask for. */
enum { DIAG_TCP4 = 1, DIAG_TCP6 = 2, DIAG_UDP4 = 4, DIAG_UDP6 = 8, DIAG_UNIX = 16 };

enum { DIAG_SOCKETS_MOST = 4096 };   /* of more, the first are listed */

enum { DIAG_HOSTS = 4 };

struct diag {
	struct { int fd, host; } hosts[DIAG_HOSTS];
	int n_hosts, host, fd;        /* the one that is being asked */
	unsigned seq;
	struct diag_sock *all;
	int n, room;
	bool more;                    /* there were more than DIAG_SOCKETS_MOST */
};

struct diag *diag_new(void);
/* fd: a NETLINK_SOCK_DIAG socket of a namespace, which is taken over. False: there are DIAG_HOSTS already. */
bool diag_add(struct diag *d, int host, int fd);
void diag_free(struct diag *d);  /* NULL is allowed */

/* All sockets of these lists, of all hosts, into d->all. False: the kernel does not tell (errno); then there is nothing in it. */
bool diag_look(struct diag *d, unsigned lists);

/* One answer of the kernel: n bytes of netlink messages. 1: go on reading, 0: that was the last, -1: refused (errno). For tests. */
int diag_take(struct diag *d, int protocol, const void *bytes, size_t n);

/* "on", "keepalive", "timewait", "persist"; NULL for none. Literal. */
const char *diag_timer_name(enum diag_timer timer);

#endif
