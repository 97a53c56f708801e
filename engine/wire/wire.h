/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The packets of a run, numbered in the order the kernel took them, each read
 * and put beside the conversation it belongs to. They are seen on the lo of each
 * host, and where they leave a host for the cable.
 */
#ifndef ENGINE_WIRE_WIRE_H
#define ENGINE_WIRE_WIRE_H

#include "engine/wire/capture.h"
#include "engine/wire/ends.h"
#include "engine/wire/flow.h"
#include "engine/wire/fragments.h"
#include "engine/wire/order.h"

struct wire_source {
	struct capture *capture;
	int host;
	bool cable;              /* the far end of its cable; else its lo */
};

struct wire {
	struct wire_source sources[2 * CABLE_HOSTS];
	int n;                   /* 0: packets are not to be seen here */
	struct flows *flows;
	struct ends *ends;
	struct fragments *fragments;
	int packets;             /* so far */
	int64_t between;         /* CLOCK_REALTIME minus CLOCK_MONOTONIC, nanoseconds; 0: not measured yet */
};

struct wire_packet {
	int id;                  /* from 1 */
	int host;                /* that it left */
	bool cable;              /* for another one */
	struct frame frame;      /* good until the next call */
	struct packet packet;
	struct packet_end from, to;   /* between whom it is: see fragments.h */
	struct flow_note note;
	int64_t at;              /* CLOCK_MONOTONIC, nanoseconds */
};

void wire_init(struct wire *w);
/* capture: a descriptor of capture_open, which is taken over; -1: none. */
void wire_add(struct wire *w, int capture, int host, bool cable);
void wire_release(struct wire *w);
int wire_fd(const struct wire *w, int i);                   /* of source i; -1: there is no such source */
bool wire_next(struct wire *w, struct wire_packet *out);   /* false: none now */
bool wire_waits(const struct wire *w);                      /* there is one that was not read yet */
bool wire_is_filling(const struct wire *w);                 /* take what there is soon, or packets are lost */
unsigned wire_lost(struct wire *w);

/* No frame has left a program and is not in yet. wire_give_up: what is awaited, ACKs too, will not come. */
bool wire_is_still(struct wire *w);
void wire_give_up(struct wire *w);
int64_t wire_moves(struct wire *w);                         /* the same number as before: nothing has been sent or come in since */

#endif
