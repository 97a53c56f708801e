/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/opened.h"

#include "engine/wire/packet.h"

void opened_init(struct opened_packet *o)
{
	*o = (struct opened_packet){ .bytes = BUF_INIT };
	arena_init(&o->arena);
}

void opened_release(struct opened_packet *o)
{
	arena_release(&o->arena);
	buf_release(&o->bytes);
}

void opened_read(struct opened_packet *o, const struct log *log, const struct model_packet *p)
{
	struct event e;
	arena_clear(&o->arena);
	buf_clear(&o->bytes);
	o->view = (struct packet_view){ .total = (size_t)p->len };
	if (!log_get(log, p->event, &e, &o->arena, NULL) || e.type != EVENT_packet || !e.packet.bytes)
		return;
	if (!log_bytes(log, e.packet.bytes, &o->bytes, NULL))
		return;
	o->view.bytes = (const unsigned char *)o->bytes.data;
	o->view.len = o->bytes.len;
	o->view.total = e.packet.bytes->total > o->bytes.len ? e.packet.bytes->total : o->bytes.len;
	o->view.layers = packet_describe(&o->arena, o->view.bytes, o->view.len, o->view.total);
}
