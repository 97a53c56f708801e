/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The packets that have passed since the last look, as events of the step that is going on. */
#include <netinet/in.h>
#include <stdio.h>

#include "engine/run_state.h"

static int protocol_of(const struct packet *p)
{
	return p->kind == PACKET_UDP ? IPPROTO_UDP : IPPROTO_TCP;
}

static void tell(struct run *run, const struct wire_packet *w, struct arena *a)
{
	const struct packet *p = &w->packet;
	struct packet inner;
	struct event e;
	/* An ICMP error is for the program whose packet it quotes. */
	bool quoted = packet_quoted(p, w->frame.bytes, w->frame.len, &inner);
	struct owner from = quoted ? (struct owner){ -1, -1 } : ends_find(run->wire.ends, -1, protocol_of(p), &p->from, &p->to);
	struct owner to = quoted ? ends_find(run->wire.ends, -1, protocol_of(&inner), &inner.from, &inner.to) :
				   ends_find(run->wire.ends, -1, protocol_of(p), &p->to, &p->from);
	event_init(&e, EVENT_packet);
	e.actor = from.actor;
	e.packet.id = w->id;
	e.packet.sock = from.sock;
	e.packet.to = to.actor;
	e.packet.tosock = to.sock;
	e.packet.at = w->at - run->started;
	e.packet.len = (int64_t)w->frame.total;
	e.packet.kind = packet_kind_name(p->kind);
	e.packet.src = packet_address(a, &p->from);
	e.packet.dst = packet_address(a, &p->to);
	e.packet.flags = p->kind == PACKET_TCP ? packet_flags(a, p->flags) : NULL;
	e.packet.seq = w->note.seq;
	e.packet.ack = w->note.ack;
	e.packet.window = w->note.window;
	e.packet.payload = (int64_t)p->data_len;
	e.packet.again = w->note.again;
	e.packet.what = w->note.what;
	e.packet.broken = p->broken;
	e.packet.bytes = value_bytes(a, w->frame.bytes, w->frame.len, w->frame.total);
	run_emit(run, NULL, &e);
	observe_packet(run, p, &w->note, from.sock, to.sock);
}

void observe_wire(struct run *run)
{
	struct wire_packet w;
	struct arena a;
	char count[24];
	arena_init(&a);
	while (wire_next(&run->wire, &w)) {
		arena_clear(&a);
		tell(run, &w, &a);
	}
	unsigned lost = wire_lost(&run->wire);
	snprintf(count, sizeof count, "%u", lost);
	if (lost)
		conduct_note(run, NULL, "packets-lost", count);
	arena_release(&a);
}
