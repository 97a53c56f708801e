/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Walks a call's arguments and asks each argument's type for its value. The
 * types that are no more than the register itself are here; the others are in
 * decode_*.c, one noun each.
 */
#include "engine/decode/decode.h"

#include <string.h>

#include "engine/decode/arg.h"
#include "engine/decode/constants_headers.h"

enum { CALL_BYTES = 4 * PEEK_BUFFER, CALL_ITEMS = 8192 };

static void start(struct decode *d, const struct value *entry)
{
	d->entry = entry;
	d->bytes_left = CALL_BYTES;
	d->items_left = CALL_ITEMS;
	d->window.len = 0;
}

bool decode_read(struct decode *d, uint64_t addr, void *buf, size_t n)
{
	return peek_near(&d->peek, &d->window, addr, buf, n);
}

size_t decode_grant_bytes(struct decode *d, uint64_t want)
{
	size_t most = d->bytes_left < PEEK_BUFFER ? d->bytes_left : PEEK_BUFFER, n = want < most ? (size_t)want : most;
	d->bytes_left -= n;
	return n;
}

size_t decode_grant_items(struct decode *d, uint64_t want)
{
	size_t n = want < d->items_left ? (size_t)want : d->items_left;
	d->items_left -= n;
	return n;
}

static struct value *entry_of(struct decode *d, unsigned i)
{
	const struct arg_type *type = d->call->arg[i].type;
	return type->entry ? type->entry(d, i) : value_ptr(d->arena, d->args[i]);
}

struct value *decode_entry(struct decode *d)
{
	struct value *all = value_struct(d->arena, d->call->name);
	start(d, NULL);
	for (unsigned i = 0; i < (unsigned)d->call->nargs; i++) {
		struct value *v = entry_of(d, i);
		if (v)
			value_add(d->arena, all, d->call->arg[i].name, v);
	}
	return all;
}

static struct value *exit_of(struct decode *d, unsigned i)
{
	const struct arg_type *type = d->call->arg[i].type;
	struct value *in = (struct value *)decode_was(d, d->call->arg[i].name);
	if (!type->exit || (d->is_error && !type->always))
		return in;
	return type->exit(d, i, in);
}

struct value *decode_exit(struct decode *d, const struct value *entry)
{
	struct value *all = value_struct(d->arena, d->call->name);
	start(d, entry ? entry : decode_entry(d));
	for (unsigned i = 0; i < (unsigned)d->call->nargs; i++) {
		struct value *v = exit_of(d, i);
		if (v)
			value_add(d->arena, all, d->call->arg[i].name, v);
	}
	return all;
}

const struct value *decode_was(const struct decode *d, const char *name)
{
	return d->entry ? value_get(d->entry, name) : NULL;
}

int64_t decode_was_int(const struct decode *d, const char *name, int64_t otherwise)
{
	const struct value *v = value_now(decode_was(d, name));
	return v && v->kind == VALUE_INT ? v->i : otherwise;
}

struct value *value_again(struct arena *a, const struct value *v)
{
	struct value *again = arena_alloc(a, sizeof *again);
	*again = *v;
	return again;
}

static struct value *ret_fcntl(struct decode *d)
{
	switch ((int)d->args[1]) {
	case F_DUPFD: case F_DUPFD_CLOEXEC:
		return value_fd(d->arena, (int)d->ret);
	case F_GETFD:
		return constant_flags(d->arena, CONST_fdflags, (uint64_t)d->ret);
	case F_GETFL:
		return decode_openflags(d->arena, (uint64_t)d->ret);
	case F_GETSIG:
		return d->ret ? value_signal(d->arena, (int)d->ret) : NULL;
	default:
		return NULL;
	}
}

struct value *decode_ret(struct decode *d)
{
	if (d->is_error)
		return NULL;
	switch (d->call->ret) {
	case RET_FD:
		return value_fd(d->arena, (int)d->ret);
	case RET_SIGNAL:
		return value_signal(d->arena, (int)d->ret);
	case RET_FCNTL:
		return ret_fcntl(d);
	default:
		return NULL;
	}
}

const char *errno_name(int number)
{
	switch (number) {
	case 512: return "ERESTARTSYS";
	case 513: return "ERESTARTNOINTR";
	case 514: return "ERESTARTNOHAND";
	case 516: return "ERESTART_RESTARTBLOCK";
	default: return constant_name(CONST_errno, (uint64_t)number);
	}
}

static struct value *entry_fd(struct decode *d, unsigned i)
{
	return value_fd(d->arena, (int)d->args[i]);
}

static struct value *entry_int(struct decode *d, unsigned i)
{
	return value_int(d->arena, (int)d->args[i]);
}

static struct value *entry_uint(struct decode *d, unsigned i)
{
	return value_uint(d->arena, (unsigned)d->args[i], 10);
}

static struct value *entry_size(struct decode *d, unsigned i)
{
	return value_uint(d->arena, d->args[i], 10);
}

static struct value *entry_off(struct decode *d, unsigned i)
{
	return value_int(d->arena, (int64_t)d->args[i]);
}

static struct value *entry_hex(struct decode *d, unsigned i)
{
	return value_uint(d->arena, (unsigned)d->args[i], 16);
}

/* preadv2(2): the register before it is the upper half of the offset, for machines with narrower ones. */
static struct value *entry_rwfflags(struct decode *d, unsigned i)
{
	return constant_flags(d->arena, CONST_rwfflags, (unsigned)d->args[i + 1]);
}

static struct value *entry_dirfd(struct decode *d, unsigned i)
{
	int fd = (int)d->args[i];
	return fd == AT_FDCWD ? value_sym(d->arena, fd, "AT_FDCWD") : value_fd(d->arena, fd);
}

struct value *arg_entry_sym(struct decode *d, unsigned i)
{
	return constant_sym(d->arena, d->call->arg[i].type->group, (int)d->args[i]);
}

struct value *arg_entry_flags(struct decode *d, unsigned i)
{
	return constant_flags(d->arena, d->call->arg[i].type->group, (unsigned)d->args[i]);
}

static struct value *exit_fdpair(struct decode *d, unsigned i, const struct value *in)
{
	int fd[2];
	if (!PEEK(d, d->args[i], &fd))
		return (struct value *)in;
	struct value *v = value_list(d->arena);
	value_add(d->arena, v, NULL, value_fd(d->arena, fd[0]));
	value_add(d->arena, v, NULL, value_fd(d->arena, fd[1]));
	return v;
}

const struct arg_type arg_fd = { .entry = entry_fd };
const struct arg_type arg_fdnumber = { .entry = entry_fd };
const struct arg_type arg_dirfd = { .entry = entry_dirfd };
const struct arg_type arg_int = { .entry = entry_int };
const struct arg_type arg_uint = { .entry = entry_uint };
const struct arg_type arg_size = { .entry = entry_size };
const struct arg_type arg_off = { .entry = entry_off };
const struct arg_type arg_hex = { .entry = entry_hex };
const struct arg_type arg_ptr = { 0 };
const struct arg_type arg_rwfflags = { .entry = entry_rwfflags };
const struct arg_type arg_fdpair_out = { .exit = exit_fdpair };

#define SYM(name) const struct arg_type arg_##name = { .entry = arg_entry_sym, .group = CONST_##name }
#define FLAGS(name) const struct arg_type arg_##name = { .entry = arg_entry_flags, .group = CONST_##name }
SYM(family);
SYM(level);
SYM(shut);
SYM(epollop);
SYM(clock);
SYM(itimer);
SYM(idtype);
SYM(fcntlcmd);
FLAGS(sockflags);
FLAGS(msgflags);
FLAGS(epollflags);
FLAGS(eventfdflags);
FLAGS(timerfdflags);
FLAGS(timersetflags);
FLAGS(timerflags);
FLAGS(signalfdflags);
FLAGS(pidfdflags);
FLAGS(waitflags);
FLAGS(waitidflags);
FLAGS(atflags);
FLAGS(closerangeflags);
FLAGS(spliceflags);
FLAGS(unshareflags);
