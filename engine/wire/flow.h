/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Conversations on the wire, followed from packet to packet: sequence numbers
 * counted from the first one, as people read them, and what a packet repeats.
 * What is said here is inferred from the packets alone. RFC 9293.
 */
#ifndef ENGINE_WIRE_FLOW_H
#define ENGINE_WIRE_FLOW_H

#include "engine/wire/packet.h"

struct flows;

struct flow_note {
	int64_t seq, ack;       /* from 0 at the side's SYN; -1: no TCP, or its beginning was not seen */
	int64_t window;         /* bytes it may be sent, scale applied; -1: no TCP */
	int again;              /* number of the packet it repeats; 0: none */
	const char *what;       /* retransmission, zero-window, window-update, window-probe, keep-alive, duplicate-ack, reset; NULL: none. Literal */
};

struct flows *flows_new(void);
void flows_free(struct flows *f);

/* The next packet, in the order they were seen; id > 0 is its number. head: its bytes (for TCP options), len of them. */
void flows_see(struct flows *f, const struct packet *p, const unsigned char *bytes, size_t len, int id, struct flow_note *out);

/*
 * A side has sent a SYN, data or a FIN that the other side has not acknowledged, though it has room: its ACK must be on
 * its way. What was excused is not asked for again.
 */
bool flows_owe(const struct flows *f);
void flows_excuse(struct flows *f);

#endif
