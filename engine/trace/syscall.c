/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table itself. Finding a call by number is a switch made from the table,
 * so nothing is computed at start.
 */
#include "engine/trace/syscall.h"

#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>

#include "engine/decode/arg.h"

#define A(name, kind) { #name, &arg_##kind }

enum {
#define CALL(name_, ...) AT_##name_,
#include "engine/trace/syscall.def"
#undef CALL
	CALLS
};

static const struct call_desc calls[CALLS] = {
#define CALL(name_, canon_, class_, sleep_, nargs_, ret_, ...) { \
	.nr = __NR_##name_, .name = #name_, .canon = #canon_, .class = CALL_##class_, .sleep = SLEEP_##sleep_, \
	.ret = RET_##ret_, .nargs = nargs_, .arg = { __VA_ARGS__ } },
#include "engine/trace/syscall.def"
#undef CALL
};

const struct call_desc *call_find(int nr)
{
	switch (nr) {
#define CALL(name_, ...) case __NR_##name_: return &calls[AT_##name_];
#include "engine/trace/syscall.def"
#undef CALL
	default:
		return NULL;
	}
}

const struct call_desc *call_at(unsigned i)
{
	return i < CALLS ? &calls[i] : NULL;
}

const struct call_desc *call_named(const char *name)
{
	for (unsigned i = 0; i < CALLS; i++)
		if (strcmp(calls[i].name, name) == 0)
			return &calls[i];
	return NULL;
}

bool call_arg_is_fd(const struct call_desc *call, unsigned i)
{
	return i < 6 && call->arg[i].type == &arg_fd;
}

/* fork(2) and vfork(2) of the C library are clone calls; a thread stays clone. */
static const char *canon_clone(uint64_t flags)
{
	if (flags & CLONE_VFORK)
		return "vfork";
	return !(flags & CLONE_VM) && (flags & CSIGNAL) == SIGCHLD ? "fork" : "clone";
}

bool call_moves(const struct call_desc *call, unsigned *from, unsigned *to)
{
	bool is_sendfile = strcmp(call->name, "sendfile") == 0;
	*from = is_sendfile ? 1 : 0;
	*to = is_sendfile ? 0 : 2;
	return is_sendfile || call->sleep == SLEEP_MOVE;
}

const char *call_canon(const struct call_desc *call, const uint64_t args[6])
{
	switch (call->nr) {
	case __NR_sendto:
		return args[4] ? "sendto" : "send";
	case __NR_recvfrom:
		return args[4] ? "recvfrom" : "recv";
	case __NR_clone:
		return canon_clone(args[0]);
	default:
		return call->canon;
	}
}

const char *call_sleep_name(enum call_sleep sleep)
{
	static const char *const names[] = {
		[SLEEP_NONE] = "other", [SLEEP_CLIENT] = "client", [SLEEP_DATA] = "data", [SLEEP_SPACE] = "space",
		[SLEEP_CONNECTION] = "connection", [SLEEP_EVENT] = "event", [SLEEP_CHILD] = "child", [SLEEP_TIME] = "time",
		[SLEEP_SIGNAL] = "signal", [SLEEP_LOCK] = "lock", [SLEEP_MOVE] = "data",
	};
	return names[sleep];
}
