/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a call can be made to meet, and the one way of it that a task has to
 * remember: a count made smaller for the time of the call. The names are those
 * of the log.
 */
#ifndef ENGINE_TRACE_FAULT_H
#define ENGINE_TRACE_FAULT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct call_desc;

/* FAULT(ID, name): how it is met is in run.h. */
#define FAULTS(FAULT) \
	FAULT(ERRNO, "errno") FAULT(EINTR, "eintr") FAULT(SHORT, "short") FAULT(DELAY, "delay") FAULT(SIGNAL, "signal") \
	FAULT(KILL, "kill") FAULT(RESET, "reset")

enum fault_kind {
	FAULT_NONE,
#define FAULT(id, name) FAULT_##id,
	FAULTS(FAULT)
#undef FAULT
	FAULT_KINDS
};

const char *fault_name(enum fault_kind kind);           /* "errno"; NONE: "none" */
enum fault_kind fault_named(const char *name);          /* FAULT_KINDS: there is no such */

/* A count that the kernel is given in place of the program's, and what the program had there. */
struct fault_count {
	int arg;                     /* the register that was changed; 0: none */
	uint64_t was;
	uint64_t at[2], had[2];      /* words of its memory, the last changed first */
	int n;
};

/* The fault that a task's call is to meet, or has met. */
struct task_fault {
	enum fault_kind kind;
	int number;                  /* of the errno or signal */
	int64_t n;                   /* as the order said */
	bool met;                    /* it is not to be given again when the kernel makes the call once more */
	int sent;                    /* a signal of ours that is to look like the kernel's own; 0: none */
	struct fault_count count;
};

/* How many bytes the call asks to move; -1: it moves none, or says so in a way that cannot be made smaller. */
int64_t fault_asked(pid_t tid, const struct call_desc *call, const uint64_t args[6]);

/* Held before the call: the kernel is to see only n of them, 1 … asked. False: the memory cannot be changed. */
bool fault_shorten(pid_t tid, const struct call_desc *call, const uint64_t args[6], int64_t n, struct fault_count *c);

/* At its exit: the program finds what it had. */
void fault_lengthen(pid_t tid, struct fault_count *c);

#endif
