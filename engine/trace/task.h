/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The threads of a run that we hold or follow. A task is found by the thread id
 * its stops bear; its lane is its number in order of appearance and never reused.
 * Nothing is kept of a task that has ended, so a server may make children for days.
 */
#ifndef ENGINE_TRACE_TASK_H
#define ENGINE_TRACE_TASK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "engine/base/arena.h"
#include "engine/base/value.h"
#include "engine/trace/expiry.h"
#include "engine/trace/fault.h"
#include "engine/trace/syscall.h"

struct fdtable;

enum task_where {
	TASK_PARKED,      /* stopped; its parent's event has not come yet */
	TASK_FREE,        /* computing, or in a call that is not a step */
	TASK_HELD,        /* held before a step, or after it (call.after) */
	TASK_DELAYED,     /* held before a step until call.deadline of the programs' time (run_fault) */
	TASK_IN_CALL,     /* in a step or another call we wait for the exit of */
	TASK_GROUP_STOP,  /* stopped by a signal, listening for SIGCONT */
	TASK_GONE,        /* ended while it was parked: kept until its parent's event comes */
};

/* A process's timer that sends SIGALRM: alarm(2), and setitimer(2) with ITIMER_REAL, which are one. In program time. */
struct alarm {
	struct expiry expiry;
	const char *of;                /* the call that set it */
	bool sent;                     /* its signal is on its way */
};

/* A process: what its threads share. */
struct process {
	pid_t pid, ipid;          /* as we see it, as it sees itself (0: not known) */
	int pidfd;                /* -1: not to be had */
	int actor;
	int tasks;                /* living ones; freed with the last */
	struct fdtable *fds;
	struct lines *lines;      /* source lines; NULL until asked for */
	struct alarm alarm;
	bool killed;              /* by us: its end comes soon, wherever its tasks are */
	bool begun;               /* has made a step: from here on hidden calls are logged too */
};

struct task_call {
	const struct call_desc *desc;  /* NULL: in no call that we know */
	uint64_t args[6];
	int64_t opened;                /* by then, in its table (fdtable.h): what was opened later was not there at the entry */
	uint64_t ip, sp;               /* the program's, at the call: they tell it from another one like it */
	struct value *entry;           /* decoded at the entry, in task.arena */
	const char *canon;
	bool hidden;                   /* not a step of its own */
	bool silent;                   /* hidden, and not told of unless it is seen asleep: threads race for locks */
	bool after;                    /* returned */
	bool failed;                   /* with an error that the program sees */
	bool slept;                    /* `asleep` is in the log */
	bool untraced;                 /* had CLONE_UNTRACED, which we took out for the time of the call */
	bool covered;                  /* the handler's calls are in the log since */
	bool broken_off;               /* by a signal; it will be made again, or fail with EINTR */
	int64_t began;                 /* when it was first let into the kernel: monotonic, nanoseconds */
	bool shortened;                /* made again with what is left of its timeout: */
	uint64_t given;                /* …in place of args[3] */
	uint64_t spec_at, spec[2];     /* …or, unless 0, in place of this timespec of the program's */
	bool timed;                    /* it ends at `deadline` (program time), for the kernel never: */
	int64_t deadline, asked;
	bool disguised;                /* …an argument is another one for the time of the call */
	int at_end;                    /* …then its result is this */
	bool fired;                    /* its time is up: what breaks it off is no signal */
	int64_t tty_bytes;             /* ≥ 0: writes to its terminal */
	struct task_fault fault;
};

enum { BROKEN_MOST = 8 };

struct task {
	pid_t tid, itid;
	struct task *next;             /* in its bucket */
	int lane, parent;
	const char *how;
	struct process *process;
	struct fdtable *own_fds;       /* it left the process's table (unshare(2)); NULL: it has not */
	enum task_where where;
	enum task_where where_before_stop;  /* when in GROUP_STOP */
	bool to_next_before;           /* the step asked for goes to the next `before` */
	struct task_call call;
	struct task_call broken[BROKEN_MOST];  /* broken off, while the signal's handler makes calls of its own */
	int n_broken;
	uint64_t alt, alt_size;        /* its signal stack, sigaltstack(2); size 0: none */
	bool in_sigreturn;             /* about to leave a handler */
	int64_t vain;                  /* for how long its calls have given nothing, in a row (vclock_in_vain) */
	int64_t parked_since;          /* monotonic, nanoseconds */
	int end_code, end_signo;       /* it ended while it was parked */
	struct arena arena;            /* of the current call */
	unsigned long switches;        /* voluntary context switches when last looked at (rest.h) */
	int quiet;                     /* looks in a row at which nothing had changed */
	int64_t ran_before, ran_step;  /* time on a processor when that step first found it computing (rest.h) */
	bool computes;                 /* it did when the last step was over, and was not let go since */
	int woken;                     /* looks at which it had run in between, since it was let go */
};

enum { TASK_BUCKETS = 1024 };

struct tasks {
	struct task **all;        /* owned; in order of appearance */
	int n;
	struct task *by_tid[TASK_BUCKETS];
	int lanes;                /* lanes given out */
	struct process **processes;
	int n_processes;
};

void tasks_init(struct tasks *t);
void tasks_release(struct tasks *t);
struct task *task_new(struct tasks *t, pid_t tid);          /* parked: no lane and no process yet */
void task_place(struct tasks *t, struct task *task, struct process *process);  /* gives it the next lane */
struct task *task_find(const struct tasks *t, pid_t tid);   /* living ones only; NULL: unknown */
struct task *task_never_placed(const struct tasks *t, pid_t tid);   /* ended while it was parked; NULL: no such */
struct process *process_find(const struct tasks *t, pid_t pid);     /* NULL: unknown */
struct task *task_by_lane(const struct tasks *t, int lane); /* living ones only; NULL: unknown */
void task_rename(struct tasks *t, struct task *task, pid_t tid);   /* execve(2) in a thread: it takes the id of the process */
void task_end(struct tasks *t, struct task *task);          /* frees it; the process goes with its last task. A parked one is GONE */
void task_forget(struct tasks *t, struct task *task);       /* frees one that is GONE */
struct process *process_new(struct tasks *t, pid_t pid, int actor);
struct fdtable *task_fds(const struct task *task);          /* where its calls find their descriptors */

/* From here on nobody else uses its table: unshare(2), execve(2). */
void task_unshare_fds(struct task *task);
bool task_is_held(const struct task *task);

/* A thread's id as the program itself sees it, from /proc/TID/status (NSpid); 0: cannot be read. */
pid_t task_inner_id(pid_t tid);

/* The process that a thread belongs to; 0: cannot be read. */
pid_t task_group(pid_t tid);

/* That signal does nothing: the program ignores it, or that is the default. signal(7). */
bool task_ignores(pid_t tid, int signo);

/* It has a handler for that signal. */
bool task_catches(pid_t tid, int signo);

/* That signal waits for it, or for its process. */
bool task_has_pending(pid_t tid, int signo);

/* Signals are pending for it, and all of them are ignored: only a tracer makes the kernel wake a task for these. */
bool task_woken_for_nothing(pid_t tid);

#endif
