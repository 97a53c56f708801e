/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signals, sets of them, siginfo. */
#include <stdio.h>
#include <string.h>

#include "engine/decode/arg.h"
#include "engine/decode/constants_headers.h"

enum { SIGNALS = 64, RT_MIN = 32 };

/* Real-time signals as the kernel counts them, from 32. */
static const char *const rt_names[] = {
#define RT(n) "SIGRT_" #n,
	"SIGRTMIN", RT(1) RT(2) RT(3) RT(4) RT(5) RT(6) RT(7) RT(8) RT(9) RT(10) RT(11) RT(12) RT(13) RT(14) RT(15) RT(16)
	RT(17) RT(18) RT(19) RT(20) RT(21) RT(22) RT(23) RT(24) RT(25) RT(26) RT(27) RT(28) RT(29) RT(30) RT(31) RT(32)
#undef RT
};

const char *signal_name(int number)
{
	if (number >= RT_MIN && number <= SIGNALS)
		return rt_names[number - RT_MIN];
	const char *name = constant_name(CONST_signal, (uint64_t)number);
	return name ? name : "SIG_UNKNOWN";
}

struct value *value_signal(struct arena *a, int number)
{
	bool known = number > 0 && number <= SIGNALS;
	return value_sym(a, number, known ? signal_name(number) : NULL);
}

static struct value *entry_signal(struct decode *d, unsigned i)
{
	return value_signal(d->arena, (int)d->args[i]);
}

static struct value *set_of(struct arena *a, uint64_t bits)
{
	struct value *v = value_list(a);
	for (int s = 1; s <= SIGNALS; s++)
		if (bits >> (s - 1) & 1)
			value_add(a, v, NULL, value_signal(a, s));
	return v;
}

static struct value *set_at(struct decode *d, uint64_t addr, uint64_t size)
{
	uint64_t bits;
	return size == sizeof bits && PEEK(d, addr, &bits) ? set_of(d->arena, bits) : value_ptr(d->arena, addr);
}

static struct value *entry_set(struct decode *d, unsigned i)
{
	return set_at(d, d->args[i], d->args[i + 1]);
}

static struct value *entry_set_last(struct decode *d, unsigned i)
{
	return set_at(d, d->args[i], d->args[d->call->nargs - 1]);
}

/* pselect6's sixth argument: a set and its size behind one address. */
static struct value *entry_set_pair(struct decode *d, unsigned i)
{
	uint64_t pair[2];
	if (!PEEK(d, d->args[i], &pair))
		return value_ptr(d->arena, d->args[i]);
	struct value *v = value_struct(d->arena, "sigset_argpack");
	value_add(d->arena, v, "sigmask", set_at(d, pair[0], pair[1]));
	value_add(d->arena, v, "sigsetsize", value_uint(d->arena, pair[1], 10));
	return v;
}

static struct value *exit_siginfo(struct decode *d, unsigned i, const struct value *in)
{
	siginfo_t info;
	if (!PEEK(d, d->args[i], &info))
		return (struct value *)in;
	struct arena *a = d->arena;
	struct value *v = value_struct(a, "siginfo");
	if (!info.si_signo && !info.si_code && !info.si_errno)
		return v;
	bool child = info.si_signo == SIGCHLD && info.si_code > 0;
	value_add(a, v, "si_signo", value_signal(a, info.si_signo));
	value_add(a, v, "si_code", constant_sym(a, child ? CONST_cld_code : CONST_si_code, info.si_code));
	if (info.si_errno)
		value_add(a, v, "si_errno", value_sym(a, info.si_errno, errno_name(info.si_errno)));
	if (info.si_code == SI_KERNEL)
		return v;
	value_add(a, v, "si_pid", value_int(a, info.si_pid));
	value_add(a, v, "si_uid", value_uint(a, info.si_uid, 10));
	if (info.si_code < 0 && info.si_code != SI_TKILL) {
		value_add(a, v, "si_int", value_int(a, info.si_int));
		value_add(a, v, "si_ptr", value_ptr(a, (uint64_t)(uintptr_t)info.si_ptr));
	}
	if (!child)
		return v;
	value_add(a, v, "si_status", info.si_code == CLD_EXITED ? value_int(a, info.si_status) : value_signal(a, info.si_status));
	value_add(a, v, "si_utime", value_int(a, info.si_utime));
	value_add(a, v, "si_stime", value_int(a, info.si_stime));
	return v;
}

const struct arg_type arg_signal = { .entry = entry_signal };
const struct arg_type arg_sigset = { .entry = entry_set };
const struct arg_type arg_sigset_last = { .entry = entry_set_last };
const struct arg_type arg_sigset_pair = { .entry = entry_set_pair };
const struct arg_type arg_siginfo_out = { .exit = exit_siginfo };
