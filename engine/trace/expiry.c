/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/trace/expiry.h"

#include "engine/trace/vclock.h"

static const int64_t SECOND_NS = 1000000000;

struct expiry expiry_in(const struct vclock *v, int64_t ns, int64_t interval)
{
	return (struct expiry){ .on = ns > 0, .at = vclock_now(v) + ns, .interval = interval, .asked = ns };
}

struct expiry expiry_of(const struct vclock *v, int clock, bool absolute, int64_t ns, int64_t interval)
{
	struct expiry x = expiry_in(v, ns, interval);
	if (absolute) {
		x.at = vclock_of(v, clock, ns);
		x.asked = vclock_about(x.at - vclock_now(v));
	}
	return x;
}

void expiry_pass(struct expiry *x)
{
	x->on = x->interval > 0;
	x->at += x->interval;
	x->asked = x->interval;
}

int64_t expiry_catch_up(struct expiry *x, int64_t now)
{
	if (!x->on || x->at > now)
		return 0;
	int64_t more = x->interval ? (now - x->at) / x->interval : 0;
	x->at += more * x->interval;
	expiry_pass(x);
	return more + 1;
}

int64_t expiry_left(const struct expiry *x, int64_t now)
{
	if (!x->on)
		return 0;
	return x->at - now > 1 ? x->at - now : 1;
}

struct itimerspec expiry_spec(const struct expiry *x, int64_t now)
{
	int64_t left = expiry_left(x, now);
	return (struct itimerspec){
		{ x->interval / SECOND_NS, x->interval % SECOND_NS }, { left / SECOND_NS, left % SECOND_NS },
	};
}
