/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one door into the engine: a run starts programs on a stage, holds them at
 * their calls, and writes what happens into a log. The tutor says which task may
 * go on; it learns everything else from the log.
 *
 * Nothing here blocks for long: run_pump does what can be done now. Call it when
 * run_fd is readable. While the run is settled and no program wakes by itself,
 * run_fd stays quiet: no wake-ups.
 */
#ifndef ENGINE_RUN_H
#define ENGINE_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/err.h"
#include "engine/log/log.h"
#include "engine/stage/stage.h"
#include "engine/trace/fault.h"
#include "engine/wire/order.h"

struct run_actor {
	const char *name;              /* server */
	const char *const *argv;       /* NULL-ended */
	const char *source;            /* hash of its source text, for the log; NULL: not known */
	const char *input;             /* typed to its terminal at the start; NULL: nothing */
};

struct run_plan {
	const char *lesson, *variant;  /* for the log; "" for programs of the user's own */
	const char *texts;             /* hash of the lesson's texts, for the log; NULL: none */
	const struct run_actor *actors;
	int n_actors;
	const int *turns;              /* indices of actors: who moves when several can; NULL: in their order */
	int n_turns;
	struct stage_plan stage;
	const char *const *env;        /* NULL-ended; for all programs */
	const char *sources;           /* folder whose files are the lesson's sources (base names are logged);
					  NULL: any file with line numbers outside the system's folders (full paths are logged) */
	bool real_time;                /* time does not stand still for the programs while one is held */
	bool no_lines;                 /* do not look for source lines */
	bool results;                  /* look at the result of every call that stops, not only of steps: twice the stops */
	int rows, columns;             /* size of each program's terminal */
};

struct run;

/* Start every program; each runs until it is held at its first step. The log must be empty and outlive the run. */
struct run *run_start(const struct run_plan *plan, struct log *log, struct err *err);

/* Kill what is left, write the `end` event with this reason (quit, restart; done if every program has ended), free. */
void run_end(struct run *run, const char *why);

int run_fd(const struct run *run);       /* poll for reading */
void run_pump(struct run *run);
bool run_wait(struct run *run, int ms);  /* pump until settled or over; false: not within ms milliseconds (-1: no limit) */

bool run_settled(const struct run *run); /* the last step is over: the next may be given */
bool run_over(const struct run *run);    /* every program has ended */
bool run_busy(const struct run *run);    /* settled is not reached because a program computes without calls */
int run_next(const struct run *run);     /* lane whose turn it is; -1: none can move */
bool run_can_go(const struct run *run, int lane);

enum run_how {
	RUN_MOMENT,     /* to its next moment */
	RUN_CALL,       /* to its next `before`, or to an `after` with an error */
	RUN_FREELY,     /* all tasks, never held again: full speed; lane is ignored */
};

/*
 * Settled, none can move, and the next thing to happen is that a program's timer runs out. Of a lesson and of programs
 * on a stage of their own it does so only when run_go is called for lane -1.
 */
struct run_timer {
	const char *of;         /* the call that waits, or that set the timer; packet: one that is delayed in the cable */
	int lane;               /* the task that waits; -1: it is a timer of the process */
	int actor;              /* -1: of a packet */
	int64_t asked, left;    /* how long it was to be, and is still, in nanoseconds of the programs' time */
};
bool run_timer(const struct run *run, struct run_timer *out);

/* Let a held task go on; lane -1: let the timer of run_timer run out. False: it is not held (NO_TASK), or the run is not settled. */
bool run_go(struct run *run, int lane, enum run_how how, struct err *err);

/*
 * What if: the call that a task is held before meets a fault. Of these, the first three are met when the task goes on
 * (so a later order takes the place of an earlier one, and FAULT_NONE takes it back); the others are a step of their own
 * at once, after which the task is still held before its call:
 *   ERRNO   name; the kernel does not make the call, the program finds this errno. A write that fails with EPIPE also
 *           gives SIGPIPE, as the kernel does
 *   EINTR   the same with EINTR, as if a signal with a handler had come before the call could do anything
 *   SHORT   n bytes, 1 … one less than it asks for: the kernel makes the call with this smaller count. Not of datagrams,
 *           which would lose their rest
 *   DELAY   n nanoseconds, at most RUN_DELAY_MOST: the task can go on when so much of the programs' time has passed, as if it
 *           slept before its call; this is then a timer as others. Where time is real, the step lasts so long
 *   SIGNAL  name, whom: really sent to the process of that lane (-1: the task itself, which gets it as it makes the call: this
 *           one is met when the task goes on). SIGPIPE goes to the thread, others to the process
 *   KILL    whom: SIGKILL to the process of that lane; -1: the task's own, and then there is no call
 *   RESET   the TCP connection of the call's descriptor is broken off by a RST from its other end, which must be a
 *           descriptor of a program here. That end is reset too: its program finds ECONNRESET there, and
 *           so does who sleeps in a call on it, whose result bears the mark as well
 * `after` says which fault a call met, and whether the kernel made the call.
 * False: the task is not held before a call or the run is not settled (NO_TASK); FAULT_*.
 */
struct run_fault_order {
	enum fault_kind kind;
	const char *name;              /* ECONNABORTED, SIGINT */
	int64_t n;
	int whom;
	const char *by;                /* for the log: "lesson"; NULL: the learner */
};
static const int64_t RUN_DELAY_MOST = INT64_C(600000000000);
bool run_fault(struct run *run, int lane, const struct run_fault_order *order, struct err *err);

/* Bytes that the call a task is held before asks to move, of which a short one may do less; -1: there can be none. */
int64_t run_fault_bytes(struct run *run, int lane);

/* The call that a task is held before is one on a TCP connection whose other end a program here has open. */
bool run_fault_resets(struct run *run, int lane);

/*
 * Do something to the wire (engine/wire/order.h says what there is). The run must be settled (NOT_SETTLED). Packets that this
 * lets go are a step of their own: pump the run until it is settled again. What an order does to packets that come later belongs
 * to the steps in which they come; what is held or delayed keeps no step from ending. A delay is in the programs' time: a timer, see run_timer.
 * FREEZE and THAW work everywhere: all that arrives at that socket is dropped, until it is thawed. All others need a
 * cable (NO_CABLE). False also: NO_SOCKET, NO_PACKET, SYSTEM.
 */
bool run_wire(struct run *run, const struct wire_order *order, struct err *err);
bool run_has_cable(const struct run *run);
int run_wire_waiting(const struct run *run);   /* packets that wait in the cable, held or delayed */

/*
 * Settled: look at the kernel's sockets anew, for what time alone has changed since the step was over (it is in the log then).
 * False: the kernel does not list them here.
 */
bool run_look(struct run *run);

/* Type text to a program's terminal. */
bool run_input(struct run *run, int actor, const char *bytes, size_t n, struct err *err);

/*
 * Feed it what was to come from a pipe: the bytes arrive as they are, whatever its terminal would make of them when
 * they are typed. n is at most RUN_FEED_MOST; 0: end of file.
 */
enum { RUN_FEED_MOST = 1024 };
bool run_feed(struct run *run, int actor, const char *bytes, size_t n, struct err *err);
bool run_input_done(const struct run *run, int actor);    /* what was typed has been read */

/* Settled, and a task sleeps because it reads its terminal (YES), or for one of several events, which may be that (MAYBE). */
enum run_want { RUN_WANTS_NO, RUN_WANTS_MAYBE, RUN_WANTS_YES };
enum run_want run_wants_input(struct run *run, int actor);

/* First error the log or the stage gave while pumping (disk full, keeper gone); ERR_NONE: all is well. */
const struct err *run_trouble(const struct run *run);

/* What the stage granted. */
const struct stage_report *run_stage(const struct run *run);

#endif
