/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Times: timespec, timeval, itimerspec, itimerval. Each is a struct of seconds and a fraction. */
#include "engine/decode/arg.h"

struct value *value_timespec(struct arena *a, int64_t sec, int64_t nsec)
{
	struct value *v = value_struct(a, "timespec");
	value_add(a, v, "tv_sec", value_int(a, sec));
	value_add(a, v, "tv_nsec", value_int(a, nsec));
	return v;
}

struct value *value_timeval(struct arena *a, int64_t sec, int64_t usec)
{
	struct value *v = value_struct(a, "timeval");
	value_add(a, v, "tv_sec", value_int(a, sec));
	value_add(a, v, "tv_usec", value_int(a, usec));
	return v;
}

struct value *decode_timespec_at(struct decode *d, uint64_t addr)
{
	int64_t t[2];
	return PEEK(d, addr, &t) ? value_timespec(d->arena, t[0], t[1]) : value_ptr(d->arena, addr);
}

struct value *decode_timeval_at(struct decode *d, uint64_t addr)
{
	int64_t t[2];
	return PEEK(d, addr, &t) ? value_timeval(d->arena, t[0], t[1]) : value_ptr(d->arena, addr);
}

typedef struct value *pair_maker(struct arena *a, int64_t sec, int64_t fraction);

static struct value *interval_at(struct decode *d, uint64_t addr, const char *type, pair_maker *make)
{
	int64_t t[4];
	if (!PEEK(d, addr, &t))
		return value_ptr(d->arena, addr);
	struct value *v = value_struct(d->arena, type);
	value_add(d->arena, v, "it_interval", make(d->arena, t[0], t[1]));
	value_add(d->arena, v, "it_value", make(d->arena, t[2], t[3]));
	return v;
}

static struct value *entry_timespec(struct decode *d, unsigned i)
{
	return decode_timespec_at(d, d->args[i]);
}

static struct value *entry_timeval(struct decode *d, unsigned i)
{
	return decode_timeval_at(d, d->args[i]);
}

/* What was asked for => what was left of it. */
static struct value *change(struct decode *d, const struct value *in, struct value *out)
{
	if (!in || in->kind != VALUE_STRUCT || out->kind != VALUE_STRUCT)
		return in ? (struct value *)in : out;
	return value_change(d->arena, value_again(d->arena, in), out);
}

static struct value *exit_timespec(struct decode *d, unsigned i, const struct value *in)
{
	return change(d, in, decode_timespec_at(d, d->args[i]));
}

static struct value *exit_timeval(struct decode *d, unsigned i, const struct value *in)
{
	return change(d, in, decode_timeval_at(d, d->args[i]));
}

/* nanosleep(2) tells what was left only when a signal broke it off. */
static struct value *exit_left(struct decode *d, unsigned i, const struct value *in)
{
	bool broken = d->is_error && (d->ret == -4 || d->ret == -516);
	return broken ? decode_timespec_at(d, d->args[i]) : (struct value *)in;
}

static struct value *entry_itimerspec(struct decode *d, unsigned i)
{
	return interval_at(d, d->args[i], "itimerspec", value_timespec);
}

static struct value *exit_itimerspec(struct decode *d, unsigned i, const struct value *in)
{
	return entry_itimerspec(d, i);
}

static struct value *entry_itimerval(struct decode *d, unsigned i)
{
	return interval_at(d, d->args[i], "itimerval", value_timeval);
}

static struct value *exit_itimerval(struct decode *d, unsigned i, const struct value *in)
{
	return entry_itimerval(d, i);
}

const struct arg_type arg_timespec = { .entry = entry_timespec };
const struct arg_type arg_timespec_inout = { .entry = entry_timespec, .exit = exit_timespec };
const struct arg_type arg_timespec_left = { .exit = exit_left, .always = true };
const struct arg_type arg_timeval_inout = { .entry = entry_timeval, .exit = exit_timeval };
const struct arg_type arg_itimerspec = { .entry = entry_itimerspec };
const struct arg_type arg_itimerspec_out = { .exit = exit_itimerspec };
const struct arg_type arg_itimerval = { .entry = entry_itimerval };
const struct arg_type arg_itimerval_out = { .exit = exit_itimerval };
