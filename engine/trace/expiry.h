/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When a timer runs out, in the programs' own time (vclock.h): what alarm(2),
 * setitimer(2), timerfd_settime(2) and timer_settime(2) have in common. Times
 * are nanoseconds. Zero: it is off.
 */
#ifndef ENGINE_TRACE_EXPIRY_H
#define ENGINE_TRACE_EXPIRY_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct vclock;

struct expiry {
	bool on;
	int64_t at, interval;   /* interval 0: once */
	int64_t asked;          /* how long it was to take */
};

/* ns: from now; absolute: the time on that clock (vclock_has) then. 0: off. */
struct expiry expiry_in(const struct vclock *v, int64_t ns, int64_t interval);
struct expiry expiry_of(const struct vclock *v, int clock, bool absolute, int64_t ns, int64_t interval);

/* It runs out: with an interval it is on again. */
void expiry_pass(struct expiry *x);

/* It runs out as often as it should have by now; how often. */
int64_t expiry_catch_up(struct expiry *x, int64_t now);

/* One that is on is never said to have nothing left. */
int64_t expiry_left(const struct expiry *x, int64_t now);
struct itimerspec expiry_spec(const struct expiry *x, int64_t now);

#endif
