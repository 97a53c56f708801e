/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The packets of a run, numbered in the order the kernel took them, each read
 * and put beside the conversation it belongs to.
 */
#ifndef ENGINE_WIRE_WIRE_H
#define ENGINE_WIRE_WIRE_H

#include "engine/wire/capture.h"
#include "engine/wire/ends.h"
#include "engine/wire/flow.h"

struct wire {
	struct capture *lo;      /* NULL: packets are not to be seen here */
	struct flows *flows;
	struct ends *ends;
	int packets;             /* so far */
};

struct wire_packet {
	int id;                  /* from 1 */
	struct frame frame;      /* good until the next call */
	struct packet packet;
	struct flow_note note;
	int64_t at;              /* CLOCK_MONOTONIC, nanoseconds */
};

/* capture: a descriptor of capture_open, which is taken over; -1: none. */
void wire_init(struct wire *w, int capture);
void wire_release(struct wire *w);
int wire_fd(const struct wire *w);                         /* -1: none */
bool wire_next(struct wire *w, struct wire_packet *out);   /* false: none now */
bool wire_waits(const struct wire *w);                      /* there is one that was not read yet */
unsigned wire_lost(struct wire *w);

#endif
