/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the kernel says of a program's socket: its TCP state, what waits in its
 * queues, its two addresses. Asked through a copy of the descriptor
 * (pidfd_getfd(2)), which needs no stop and is closed at once, because it keeps
 * the socket open. tcp(7), ip(7).
 */
#ifndef ENGINE_TRACE_SOCKSTAT_H
#define ENGINE_TRACE_SOCKSTAT_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/base/arena.h"
#include "engine/base/value.h"
#include "engine/wire/packet.h"

struct sockstat {
	const char *state;           /* LISTEN, ESTABLISHED, CLOSE_WAIT, …; NULL: not TCP */
	int64_t recvq;               /* bytes that came and were not read (a datagram socket: of the first one);
					LISTEN: connections that wait for accept */
	int64_t sendq;               /* bytes the other side has not confirmed; LISTEN: how many connections may wait; -1: not known */
	const struct value *local;   /* NULL: has no address yet */
	const struct value *peer;    /* NULL: has none */
	int protocol;                /* IPPROTO_TCP, …; 0: not an Internet socket */
	struct packet_end here, there;   /* the same addresses, as packets have them */
};

/* False: the kernel cannot be asked (no pidfd_getfd here, or it is no socket any more). Values are made in the arena. */
bool sockstat_read(int pidfd, int fd, struct arena *a, struct sockstat *out);

#endif
