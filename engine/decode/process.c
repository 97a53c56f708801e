/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making processes and threads, and waiting for them. */
#include <string.h>

#include "engine/decode/arg.h"
#include "engine/decode/constants_headers.h"

/* Flags with the exit signal in their lowest byte. */
static struct value *entry_clone(struct decode *d, unsigned i)
{
	uint64_t flags = d->args[i];
	int signo = (int)(flags & CSIGNAL);
	struct value *v = constant_flags(d->arena, CONST_cloneflags, flags & ~(uint64_t)CSIGNAL);
	v->u = flags;
	if (signo)
		v->text = v->text ? arena_printf(d->arena, "%s|%s", v->text, signal_name(signo)) : signal_name(signo);
	return v;
}

static struct value *entry_ptid(struct decode *d, unsigned i)
{
	return d->args[0] & (CLONE_PARENT_SETTID | CLONE_PIDFD) ? value_ptr(d->arena, d->args[i]) : NULL;
}

static struct value *exit_ptid(struct decode *d, unsigned i, const struct value *in)
{
	int tid;
	if (!in || !PEEK(d, d->args[i], &tid))
		return (struct value *)in;
	struct value *v = value_list(d->arena);
	value_add(d->arena, v, NULL, d->args[0] & CLONE_PIDFD ? value_fd(d->arena, tid) : value_int(d->arena, tid));
	return v;
}

static struct value *entry_ctid(struct decode *d, unsigned i)
{
	return d->args[0] & (CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID) ? value_ptr(d->arena, d->args[i]) : NULL;
}

static struct value *entry_tls(struct decode *d, unsigned i)
{
	return d->args[0] & CLONE_SETTLS ? value_ptr(d->arena, d->args[i]) : NULL;
}

/* clone3(2): struct clone_args, 64-bit words in this order; older programs give fewer. */
static struct value *args_at(struct decode *d, uint64_t addr)
{
	enum { FLAGS, PIDFD, CHILD_TID, PARENT_TID, SIGNAL, STACK, STACK_SIZE, TLS, SET_TID, SET_TID_SIZE, CGROUP, WORDS };
	uint64_t w[WORDS] = { 0 }, size = d->args[1] < sizeof w ? d->args[1] : sizeof w;
	struct arena *a = d->arena;
	if (size < (TLS + 1) * 8 || !decode_read(d, addr, w, size))
		return value_ptr(a, addr);
	struct value *v = value_struct(a, "clone_args");
	value_add(a, v, "flags", decode_clone3flags(a, w[FLAGS]));
	if (w[FLAGS] & CLONE_PIDFD)
		value_add(a, v, "pidfd", value_ptr(a, w[PIDFD]));
	if (w[FLAGS] & (CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID))
		value_add(a, v, "child_tid", value_ptr(a, w[CHILD_TID]));
	if (w[FLAGS] & CLONE_PARENT_SETTID)
		value_add(a, v, "parent_tid", value_ptr(a, w[PARENT_TID]));
	value_add(a, v, "exit_signal", w[SIGNAL] ? value_signal(a, (int)w[SIGNAL]) : value_int(a, 0));
	value_add(a, v, "stack", value_ptr(a, w[STACK]));
	value_add(a, v, "stack_size", value_uint(a, w[STACK_SIZE], 16));
	if (w[FLAGS] & CLONE_SETTLS)
		value_add(a, v, "tls", value_ptr(a, w[TLS]));
	if (w[FLAGS] & 0x200000000)
		value_add(a, v, "cgroup", value_fd(a, (int)w[CGROUP]));
	return v;
}

struct value *decode_clone3flags(struct arena *a, uint64_t flags)
{
	struct value *v = constant_flags(a, CONST_cloneflags, flags);
	struct value *more = constant_flags(a, CONST_clone3flags, v->rest);
	if (more->text)
		v->text = v->text ? arena_printf(a, "%s|%s", v->text, more->text) : more->text;
	v->rest = more->rest;
	return v;
}

static struct value *entry_args(struct decode *d, unsigned i)
{
	return args_at(d, d->args[i]);
}

static void add_reason(struct arena *a, struct value *v, int status)
{
	if (WIFEXITED(status)) {
		value_add(a, v, "WEXITSTATUS", value_int(a, WEXITSTATUS(status)));
	} else if (WIFSIGNALED(status)) {
		value_add(a, v, "WTERMSIG", value_signal(a, WTERMSIG(status)));
		if (WCOREDUMP(status))
			value_add(a, v, "WCOREDUMP", value_int(a, 1));
	} else if (WIFSTOPPED(status)) {
		value_add(a, v, "WSTOPSIG", value_signal(a, WSTOPSIG(status)));
	} else if (WIFCONTINUED(status)) {
		value_add(a, v, "WIFCONTINUED", value_int(a, 1));
	} else {
		value_add(a, v, "status", value_uint(a, (unsigned)status, 16));
	}
}

/* Nothing is written when no child was found. */
static struct value *exit_wstatus(struct decode *d, unsigned i, const struct value *in)
{
	int status;
	if (d->ret == 0 || !PEEK(d, d->args[i], &status))
		return (struct value *)in;
	struct value *v = value_struct(d->arena, "wstatus");
	add_reason(d->arena, v, status);
	return v;
}

static struct value *entry_futexop(struct decode *d, unsigned i)
{
	uint64_t op = (unsigned)d->args[i], flags = op & (FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME);
	const char *name = constant_name(CONST_futexop, op & ~flags);
	struct value *v = constant_flags(d->arena, CONST_futexflags, flags);
	v->u = op;
	v->rest = name ? 0 : op & ~flags;
	if (name)
		v->text = v->text ? arena_printf(d->arena, "%s|%s", name, v->text) : name;
	return v;
}

/* futex(2): which of val, timeout, uaddr2, val3 an operation looks at; with REQUEUE, timeout is a number. */
enum { USES_VAL = 1, USES_TIME = 2, USES_VAL2 = 4, USES_ADDR2 = 8, USES_VAL3 = 16 };

static unsigned futex_uses(const struct decode *d)
{
	switch (d->args[1] & FUTEX_CMD_MASK) {
	case FUTEX_WAIT: return USES_VAL | USES_TIME;
	case FUTEX_WAKE: return USES_VAL;
	case FUTEX_REQUEUE: return USES_VAL | USES_VAL2 | USES_ADDR2;
	case FUTEX_CMP_REQUEUE: case FUTEX_WAKE_OP: return USES_VAL | USES_VAL2 | USES_ADDR2 | USES_VAL3;
	case FUTEX_LOCK_PI: return USES_TIME;
	case FUTEX_UNLOCK_PI: case FUTEX_TRYLOCK_PI: return 0;
	case FUTEX_WAIT_BITSET: return USES_VAL | USES_TIME | USES_VAL3;
	case FUTEX_WAKE_BITSET: return USES_VAL | USES_VAL3;
	default: return USES_VAL | USES_TIME | USES_ADDR2 | USES_VAL3;
	}
}

static struct value *entry_futexval(struct decode *d, unsigned i)
{
	return futex_uses(d) & USES_VAL ? value_uint(d->arena, (unsigned)d->args[i], 10) : NULL;
}

static struct value *entry_futextime(struct decode *d, unsigned i)
{
	unsigned uses = futex_uses(d);
	if (uses & USES_VAL2)
		return value_uint(d->arena, (unsigned)d->args[i], 10);
	return uses & USES_TIME ? decode_timespec_at(d, d->args[i]) : NULL;
}

static struct value *entry_futexaddr2(struct decode *d, unsigned i)
{
	return futex_uses(d) & USES_ADDR2 ? value_ptr(d->arena, d->args[i]) : NULL;
}

static struct value *entry_futexval3(struct decode *d, unsigned i)
{
	unsigned cmd = d->args[1] & FUTEX_CMD_MASK, val3 = (unsigned)d->args[i];
	if (!(futex_uses(d) & USES_VAL3))
		return NULL;
	if ((cmd == FUTEX_WAIT_BITSET || cmd == FUTEX_WAKE_BITSET) && val3 == FUTEX_BITSET_MATCH_ANY)
		return constant_sym(d->arena, CONST_futexbits, val3);
	return value_uint(d->arena, val3, 16);
}

const struct arg_type arg_futexval = { .entry = entry_futexval };
const struct arg_type arg_futextime = { .entry = entry_futextime };
const struct arg_type arg_futexaddr2 = { .entry = entry_futexaddr2 };
const struct arg_type arg_futexval3 = { .entry = entry_futexval3 };
const struct arg_type arg_cloneflags = { .entry = entry_clone };
const struct arg_type arg_tid_ptid = { .entry = entry_ptid, .exit = exit_ptid };
const struct arg_type arg_tid_ctid = { .entry = entry_ctid };
const struct arg_type arg_tls = { .entry = entry_tls };
const struct arg_type arg_cloneargs = { .entry = entry_args };
const struct arg_type arg_wstatus_out = { .exit = exit_wstatus };
const struct arg_type arg_futexop = { .entry = entry_futexop };
