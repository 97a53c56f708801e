/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/wire/wire.h"

#include <stdlib.h>
#include <unistd.h>

#include "engine/base/clock.h"

void wire_init(struct wire *w)
{
	*w = (struct wire){ .flows = flows_new(), .ends = ends_new(), .fragments = fragments_new() };
}

void wire_add(struct wire *w, int fd, int host, bool cable)
{
	if (fd < 0)
		return;
	struct capture *capture = w->n < 2 * CABLE_HOSTS ? capture_new(fd) : NULL;
	if (capture)
		w->sources[w->n++] = (struct wire_source){ capture, host, cable };
	else
		close(fd);
}

void wire_release(struct wire *w)
{
	for (int i = 0; i < w->n; i++)
		capture_free(w->sources[i].capture);
	flows_free(w->flows);
	ends_free(w->ends);
	fragments_free(w->fragments);
	*w = (struct wire){ 0 };
}

int wire_fd(const struct wire *w, int i)
{
	return i < w->n ? capture_fd(w->sources[i].capture) : -1;
}

enum { CLOCKS_APART_NS = 50 * 1000, READ_AT_ONCE_NS = 10 * 1000 };

/*
 * From the kernel's clock for packets to the one of the log. What lies between the clocks is kept while it stays about
 * the same, so that times between packets are the kernel's own; it is measured anew when somebody sets the clock. A
 * measurement in whose middle we lost the processor is none.
 */
static int64_t monotonic(struct wire *w, int64_t real)
{
	int64_t before = clock_ns(CLOCK_MONOTONIC), wall = clock_ns(CLOCK_REALTIME), after = clock_ns(CLOCK_MONOTONIC);
	int64_t between = wall - before / 2 - after / 2;
	bool is_good = after - before < READ_AT_ONCE_NS && llabs(between - w->between) > CLOCKS_APART_NS;
	if (is_good || !w->between)
		w->between = between;
	return real - w->between;
}

/* The source whose oldest frame is the oldest of all; NULL: nothing waits. */
static struct wire_source *earliest(struct wire *w)
{
	struct wire_source *best = NULL;
	int64_t when = 0;
	for (int i = 0; i < w->n; i++) {
		int64_t t = capture_oldest(w->sources[i].capture);
		if (t >= 0 && (!best || t < when)) {
			best = &w->sources[i];
			when = t;
		}
	}
	return best;
}

bool wire_next(struct wire *w, struct wire_packet *out)
{
	struct wire_source *from = earliest(w);
	while (from && !capture_next(from->capture, &out->frame))   /* it was a copy */
		from = earliest(w);
	if (!from) {
		for (int i = 0; i < w->n; i++)
			capture_done(w->sources[i].capture);
		return false;
	}
	out->host = from->host;
	out->cable = from->cable;
	out->id = ++w->packets;
	out->at = monotonic(w, out->frame.real);
	packet_read(&out->packet, out->frame.bytes, out->frame.len, out->frame.total);
	fragments_see(w->fragments, &out->packet, &out->from, &out->to);
	flows_see(w->flows, &out->packet, out->frame.bytes, out->frame.len, out->id, &out->note);
	return true;
}

bool wire_waits(const struct wire *w)
{
	for (int i = 0; i < w->n; i++)
		if (capture_waits(w->sources[i].capture))
			return true;
	return false;
}

bool wire_is_filling(const struct wire *w)
{
	for (int i = 0; i < w->n; i++)
		if (capture_is_filling(w->sources[i].capture))
			return true;
	return false;
}

bool wire_is_still(struct wire *w)
{
	for (int i = 0; i < w->n; i++)
		if (!w->sources[i].cable && capture_flying(w->sources[i].capture))
			return false;
	return true;
}

void wire_give_up(struct wire *w)
{
	for (int i = 0; i < w->n; i++)
		capture_landed(w->sources[i].capture);
	flows_excuse(w->flows);
}

int64_t wire_moves(struct wire *w)
{
	int64_t moves = 0;
	for (int i = 0; i < w->n; i++)
		moves += capture_moves(w->sources[i].capture);
	return moves;
}

unsigned wire_lost(struct wire *w)
{
	unsigned lost = 0;
	for (int i = 0; i < w->n; i++)
		lost += capture_lost(w->sources[i].capture);
	return lost;
}
