/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The calls we know: number, name, what kind of step, what a sleep in it waits
 * for, arguments. The table is syscall.def; a call that this architecture does
 * not have is not in it.
 */
#ifndef ENGINE_TRACE_SYSCALL_H
#define ENGINE_TRACE_SYSCALL_H

#include <stdbool.h>
#include <stdint.h>

struct arg_type;

enum call_class {
	CALL_STEP,    /* a step of its own */
	CALL_FD,      /* a step only when a descriptor argument is a socket (or epoll, timerfd, … as the run likes);
	               * the filter stops it always, it goes on at once otherwise */
	CALL_ALWAYS,  /* always stopped, never a step of its own: the tracer must know of it */
	CALL_REFUSE,  /* answered with ENOSYS: io_uring would carry socket work past us */
	CALL_QUIET,   /* the filter lets it pass; here only to name a sleep found in /proc and to show it with all calls */
};

/* What would wake a task that sleeps in the call: `asleep`.on of the log. */
enum call_sleep {
	SLEEP_NONE, SLEEP_CLIENT, SLEEP_DATA, SLEEP_SPACE, SLEEP_CONNECTION, SLEEP_EVENT,
	SLEEP_CHILD, SLEEP_TIME, SLEEP_SIGNAL, SLEEP_LOCK,
	SLEEP_MOVE,   /* for data in the first descriptor, or then for space in the one of argument 2 (rest_sleep tells);
	               * sendfile is SPACE, as a file always has data, but it can also take it from a socket (call_moves) */
};

enum call_ret {
	RET_NUMBER,   /* 0, a count, a process id */
	RET_FD,       /* a new descriptor */
	RET_FCNTL,    /* as the command says */
	RET_SIGNAL,   /* number of a signal */
	RET_NOTHING,  /* does not return */
};

struct call_arg {
	const char *name;               /* as in the manual page */
	const struct arg_type *type;    /* engine/decode/arg.h */
};

struct call_desc {
	int nr;
	const char *name, *canon;
	enum call_class class;
	enum call_sleep sleep;
	enum call_ret ret;
	int nargs;                      /* 0 … 6 */
	struct call_arg arg[6];
};

/* NULL: not one of ours. */
const struct call_desc *call_find(int nr);
const struct call_desc *call_named(const char *name);

/* All calls of this architecture: i from 0 until NULL. In the table's order, not by number. */
const struct call_desc *call_at(unsigned i);

/* Is argument i a descriptor that the call acts on? (For CALL_FD: look what it is.) */
bool call_arg_is_fd(const struct call_desc *call, unsigned i);

/* It takes data from one descriptor and puts it into another: which arguments these are. */
bool call_moves(const struct call_desc *call, unsigned *from, unsigned *to);

/* Canonical name, which lessons use; args are the registers at entry. docs/lessons.md has the list. */
const char *call_canon(const struct call_desc *call, const uint64_t args[6]);

/* "client", "data", …; SLEEP_NONE gives "other". */
const char *call_sleep_name(enum call_sleep sleep);

#endif
