/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the kernel says of one socket: its TCP state, what waits in its queues,
 * its two addresses, its timer, the options that are set. From a copy of the
 * descriptor (pidfd_getfd(2)), which needs no stop and is closed at once, because
 * it keeps the socket open; or from the kernel's list (diag.h), which also has
 * those that no process holds. tcp(7), ip(7), socket(7).
 */
#ifndef ENGINE_TRACE_SOCKSTAT_H
#define ENGINE_TRACE_SOCKSTAT_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/base/arena.h"
#include "engine/base/value.h"
#include "engine/wire/diag.h"
#include "engine/wire/packet.h"

enum { SOCKSTAT_OPTIONS = 16 };

struct sockstat {
	const char *state;           /* LISTEN, ESTABLISHED, CLOSE_WAIT, …; NULL: not TCP */
	int64_t recvq;               /* bytes that came and were not read (a datagram socket: of the first one; -1: not known);
					LISTEN: connections that wait for accept */
	int64_t sendq;               /* bytes the other side has not confirmed; LISTEN: how many connections may wait; -1: not known */
	bool recv_fin, send_fin, send_syn;   /* behind these bytes waits a FIN; a FIN or the SYN is not confirmed. The kernel's
						own numbers (ss(8)) count each as a byte */
	const struct value *local;   /* NULL: has no address yet */
	const struct value *peer;    /* NULL: has none */
	int protocol;                /* IPPROTO_TCP, …; 0: not an Internet socket */
	struct packet_end here, there;   /* the same addresses, as packets have them */

	/* Only from the list: */
	enum diag_timer timer;
	uint32_t expires;            /* milliseconds */
	int retransmits;
	int64_t unacked, mss, rcv_wnd, snd_wnd;   /* packets; bytes; -1: not known */
	int64_t drops;               /* packets there was no room for; -1: not known */
	int64_t memory, send_memory; /* what waits to be read and to be sent, with the kernel's own overhead; -1: not known, or TCP */

	/* Only from the descriptor: */
	int64_t option[SOCKSTAT_OPTIONS];   /* by sockstat_option_name; 0: not set */
};

/* False: the kernel cannot be asked (no pidfd_getfd here, or it is no socket any more). Values are made in the arena. */
bool sockstat_read(int pidfd, int fd, struct arena *a, struct sockstat *out);

/* What the list says: into one that is empty or was read from the descriptor, of which the options stay. */
void sockstat_from_list(const struct diag_sock *d, struct arena *a, struct sockstat *out);
void sockstat_init(struct sockstat *s);

/* "SO_REUSEADDR", …; NULL after the last one. */
const char *sockstat_option_name(int i);

#endif
