/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/wire/wire.h"

#include <time.h>
#include <unistd.h>

void wire_init(struct wire *w, int capture)
{
	*w = (struct wire){ .flows = flows_new(), .ends = ends_new() };
	if (capture < 0)
		return;
	w->lo = capture_new(capture);
	if (!w->lo)
		close(capture);
}

void wire_release(struct wire *w)
{
	capture_free(w->lo);
	flows_free(w->flows);
	ends_free(w->ends);
	*w = (struct wire){ 0 };
}

int wire_fd(const struct wire *w)
{
	return w->lo ? capture_fd(w->lo) : -1;
}

static int64_t now(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* How long ago it was is the same on both clocks, even if somebody sets one of them. */
static int64_t monotonic(int64_t real)
{
	return now(CLOCK_MONOTONIC) - (now(CLOCK_REALTIME) - real);
}

bool wire_next(struct wire *w, struct wire_packet *out)
{
	if (!w->lo || !capture_next(w->lo, &out->frame))
		return false;
	out->id = ++w->packets;
	out->at = monotonic(out->frame.real);
	packet_read(&out->packet, out->frame.bytes, out->frame.len, out->frame.total);
	flows_see(w->flows, &out->packet, out->frame.bytes, out->frame.len, out->id, &out->note);
	return true;
}

bool wire_waits(const struct wire *w)
{
	return w->lo && capture_waits(w->lo);
}

unsigned wire_lost(struct wire *w)
{
	return w->lo ? capture_lost(w->lo) : 0;
}
