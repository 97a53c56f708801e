/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The only file that calls ptrace(2). One half turns wait statuses into `struct
 * stop`; the other lets tasks go on. It keeps no state: which task is where is
 * the business of task.h. All calls must come from one thread, the one that seized.
 */
#ifndef ENGINE_TRACE_TRACER_H
#define ENGINE_TRACE_TRACER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "engine/base/err.h"

enum stop_kind {
	STOP_CALL,        /* held before a call of the filter (seccomp stop): nr, args, arch */
	STOP_CALL_EXIT,   /* the call returned: ret, is_error */
	STOP_SIGNAL,      /* a signal is about to be delivered: signo, code, from */
	STOP_GROUP,       /* stopped by a stop signal: signo */
	STOP_PAUSE,       /* a stop that means nothing by itself: first stop of a new task, a SIGCONT, an interrupt */
	STOP_CHILD,       /* made a child: child, how */
	STOP_EXEC,        /* runs another program; former: the tid that called execve */
	STOP_ENDED,       /* gone: code, or signo and core */
};

enum stop_how { HOW_FORK, HOW_VFORK, HOW_CLONE };

struct stop {
	enum stop_kind kind;
	pid_t tid;
	int nr;                  /* CALL: number of the call, -1 if it is not of the native ABI */
	uint32_t arch;
	uint64_t args[6];
	uint64_t ip, sp;         /* CALL, CALL_EXIT, EXEC: where the program is */
	int64_t ret;             /* CALL_EXIT: raw value; negative errno when is_error */
	bool is_error;
	int signo;               /* SIGNAL, GROUP, ENDED (0: not by a signal) */
	int code;                /* SIGNAL: si_code; ENDED: exit status, -1 by a signal */
	pid_t from;              /* SIGNAL: sender, as the kernel tells it for code <= 0 */
	int timer;               /* SIGNAL: of SI_TIMER, in its place, which */
	bool core;
	pid_t child;             /* CHILD: its thread id, always above 0. A parent that was killed tells of no child */
	enum stop_how how;
	pid_t former;            /* EXEC */
};

enum tracer_go {
	GO_ON,          /* to the next stop of any kind */
	GO_TO_EXIT,     /* to the exit of the call it is in */
	GO_LISTEN,      /* stay in group-stop until SIGCONT */
};

/* Attach to a process of ours that waits for its go byte. PTRACE_REFUSED on error. */
bool tracer_seize(pid_t pid, struct err *err);

/* The next stop that is ready; false when there is none now. Never blocks. SIGCHLD tells when to call again. */
bool tracer_next(struct stop *stop);

/* The same of one task only. Of several that are ready tracer_next gives the newest, so that an old one may wait without end. */
bool tracer_next_of(pid_t tid, struct stop *stop);

/* Let a stopped task go on. signo only after STOP_SIGNAL (0: none, or suppressed). False: the task is gone (a killed task can vanish at any time). */
bool tracer_go(pid_t tid, enum tracer_go how, int signo);

/* Change what a task held at a call gives the kernel: its first argument, or 8 bytes of its memory (also read-only
 * memory, a private copy of which is made). False: the task is gone, or there is no such memory. */
bool tracer_set_first_arg(pid_t tid, uint64_t value);
bool tracer_poke(pid_t tid, uint64_t at, uint64_t value);

bool tracer_set_arg(pid_t tid, int i, uint64_t value);   /* at an exit i from 1: the first one needs tracer_set_first_arg */

/* At an exit: what tracer_set_arg had put in place of an argument is not seen by the program. */
bool tracer_put_back_arg(pid_t tid, int i, uint64_t value);

/* At the exit of call nr: the task makes it again when it goes on, or finds another result. */
bool tracer_call_again(pid_t tid, int nr, uint64_t first_arg);
bool tracer_set_result(pid_t tid, int64_t ret);

/* Held before a call: it is not made, and the program finds this result, or -errn. */
bool tracer_answer(pid_t tid, int64_t ret);
bool tracer_refuse(pid_t tid, int errn);

/* At STOP_SIGNAL: the program is to find the sender that the kernel names for a signal of its own to this process (SIGPIPE):
 * si_code SI_USER, and the process itself, by the id that it knows itself by. */
bool tracer_signal_is_own(pid_t tid, pid_t pid);

/* A task that sleeps in a call is broken off as by a signal, but none comes: the call's exit, and later a PAUSE, are its next stops. */
bool tracer_interrupt(pid_t tid);

/* After STOP_SIGNAL: the program is to find that the kernel itself sent it. */
bool tracer_signal_of_kernel(pid_t tid, int signo);

/* After STOP_SIGNAL with SI_TIMER: so often it could have come and did not. */
bool tracer_signal_overrun(pid_t tid, int overrun);

/* Are these the arguments in the registers? At an exit; the first is not compared where the result takes its place. */
bool tracer_has_args(pid_t tid, const uint64_t args[6]);

#endif
