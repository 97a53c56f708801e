/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/trace/vclock.h"

#include <time.h>

#include "engine/base/clock.h"

enum {
	STEP_NS = 50 * 1000,
	TICK_NS = 1000,
	LOOKS_A_TICK = 1024,    /* who looks so often in a row waits for a time: after so many each tick is twice as long */
	TICK_TWICE_MOST = 10,   /* up to a millisecond */
	VAIN_PART = 64,         /* who has asked in vain for some time: each time he asks is such a part of it, */
	VAIN_MOST_NS = 20 * 1000 * 1000,   /* up to this: what a program prints of its wait is still true */
};

void vclock_init(struct vclock *c)
{
	*c = (struct vclock){ 0 };
	for (int id = 0; id < VCLOCKS; id++)
		if (vclock_has(id))
			c->base[id] = clock_ns(id);
}

bool vclock_has(int id)
{
	switch (id) {
	case CLOCK_REALTIME:
	case CLOCK_MONOTONIC:
	case CLOCK_MONOTONIC_RAW:
	case CLOCK_REALTIME_COARSE:
	case CLOCK_MONOTONIC_COARSE:
	case CLOCK_BOOTTIME:
	case CLOCK_REALTIME_ALARM:
	case CLOCK_BOOTTIME_ALARM:
	case CLOCK_TAI:
		return true;
	default:
		return false;
	}
}

bool vclock_shows(const struct vclock *c, int id)
{
	return vclock_has(id) && c->base[id];
}

int64_t vclock_now(const struct vclock *c)
{
	return c->real ? c->now + clock_ns(CLOCK_MONOTONIC) - c->real : c->now;
}

int64_t vclock_look(struct vclock *c, int id)
{
	int twice = c->looks / LOOKS_A_TICK;
	if (!c->real)
		c->now += (int64_t)TICK_NS << (twice < TICK_TWICE_MOST ? twice : TICK_TWICE_MOST);
	if (twice < TICK_TWICE_MOST)
		c->looks++;
	return c->base[id] + vclock_now(c);
}

int64_t vclock_of(const struct vclock *c, int id, int64_t shown)
{
	return shown - c->base[id];
}

int64_t vclock_about(int64_t ns)
{
	enum { MS = 1000 * 1000 };
	return ns < MS ? ns : (ns + MS / 2) / MS * MS;
}

void vclock_stir(struct vclock *c)
{
	c->looks = 0;
}

void vclock_in_vain(struct vclock *c, int64_t *since)
{
	int64_t part = *since / VAIN_PART;
	if (part > VAIN_MOST_NS)
		part = VAIN_MOST_NS;
	if (part < STEP_NS)
		part = STEP_NS;
	else if (!c->real)
		c->now += part - STEP_NS;
	*since += part;
}

void vclock_step(struct vclock *c)
{
	if (!c->real)
		c->now += STEP_NS;
}

void vclock_reach(struct vclock *c, int64_t when)
{
	if (!c->real && c->now < when)
		c->now = when;
}

void vclock_let_go(struct vclock *c)
{
	if (!c->real)
		c->real = clock_ns(CLOCK_MONOTONIC);
}
