/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of a run, for run.c (the door), launch.c, settle.c, observe/ and conduct/ (what a stop means). Nobody else includes this. */
#ifndef ENGINE_RUN_STATE_H
#define ENGINE_RUN_STATE_H

#include "engine/conduct/ptimer.h"
#include "engine/conduct/timers.h"
#include "engine/run.h"
#include "engine/step.h"
#include "engine/trace/effect.h"
#include "engine/trace/filter.h"
#include "engine/trace/task.h"
#include "engine/trace/tracer.h"
#include "engine/trace/vclock.h"
#include "engine/tty.h"
#include "engine/wire/cable.h"
#include "engine/wire/wire.h"

struct run {
	struct log *log;
	struct stage *stage;
	struct stage_report granted;
	struct filter filter;
	struct tasks tasks;
	struct socks socks;
	struct wire wire;
	struct vclock clock;
	struct timers timers;
	struct ptimers ptimers;
	struct observer *observer;
	struct cable *cable;         /* NULL: all programs are on one host */
	int n_hosts;
	struct seen *seen;           /* packets and fates that are not told yet (observe/wire.c) */
	int n_seen, room_seen;
	struct step pending;
	struct tty *ttys;            /* by actor */
	char **programs;             /* argv[0] by actor, for errors */
	pid_t *leaders;              /* by actor: its first process */
	bool *refused_told, *aio_told;   /* by actor: `io-uring`, `aio` is in the log */
	int n_actors;
	int *turns, n_turns;
	char *sources;               /* NULL: any */
	bool own_time;               /* the programs' time is `clock`, not the kernel's */
	bool time_passes;            /* this step takes some of it, so timers can become due in it */
	bool no_lines;
	bool results;

	int epoll, sigchld, timer;   /* one descriptor for all, what it watches */
	int64_t started;             /* monotonic, nanoseconds */
	int64_t step;
	int mover;                   /* lane that the current step lets go; -1: none */
	bool settled, free, over;
	bool gone;                   /* the stage was, when the last step was over */
	bool busy;                   /* settled although a task computes */
	int64_t held_until;          /* the step is not over before: monotonic, nanoseconds; 0: it may be at any time */
	int looks;                   /* in a row without anything new */
	int64_t stops;               /* of all programs, so far */
	int64_t in_a_row;            /* the last of them, since none was ready */
	int turn;                    /* in tasks.all: who is asked by name next */
	int64_t wire_moves;          /* at the last look */
	int64_t wire_since;          /* since when something is on its way on the wire: monotonic, nanoseconds; 0: nothing is */
	int64_t unsettled_since;     /* monotonic, nanoseconds */
	struct err trouble;
};

enum { LOOK_FIRST_NS = 50 * 1000 };   /* first look for sleepers after a task was let go; then twice as long each time */

int64_t run_clock(void);                                /* monotonic, nanoseconds */
void run_begin_step(struct run *run, int mover);        /* mover -1: a task woke by itself */
void run_look_in(struct run *run, int64_t ns);          /* run_fd will be readable then; 0: not by itself */
void run_write(struct run *run, const struct event *e); /* to the log at once, as it is */
void run_write_now(struct run *run, struct event *e);   /* the same, with the step and the time filled in */
void run_emit(struct run *run, struct task *task, struct event *e);  /* fills the common fields; task NULL: actor and lane as they are */

/* A step is over: look at every socket; then, with the packets since the last look; say what the kernel's word is now. */
struct observer *observer_new(void);
void observer_add_host(struct observer *o, int host, int diag);   /* see stage_eyes; taken over. -1: refused, and then no host is listed */
void observer_free(struct observer *o);                 /* NULL is allowed */
bool observe_look(struct run *run);                     /* false: the kernel does not list all its sockets */
void observe_wire(struct run *run);                     /* the packets since the last look */
/* A TCP packet was sent; from, to: sockets, host: that it is for; -1: none. What became of it on the cable. */
void observe_packet(struct run *run, int id, const struct packet *p, const struct flow_note *note, int from, int host, int to);
void observe_fate(struct run *run, int id, const char *what);
bool observe_tell(struct run *run);                     /* false: nothing has changed */
int64_t observe_due_in(const struct run *run);          /* nanoseconds until a timer of the kernel changes what is shown; 0: none will */
bool observe_is_due(const struct run *run);             /* it has ended */
bool observe_take(struct run *run);                     /* take what came, put it in line for its host; told by the next observe_wire. False: nothing did */
bool observe_carry(struct run *run);                    /* the next packet in line goes to its host; false: there is none */
void observe_wire_before(struct run *run, int64_t at);  /* tell only what was taken before then: monotonic, nanoseconds */
void observe_ends(struct run *run, struct task *task, int64_t ret);   /* at full speed: the call may have given a socket its addresses */
void observe_wire_release(struct run *run);
int run_host(const struct run *run, int actor);         /* the host a program is on; -1: there is only one */

void conduct_stop(struct run *run, const struct stop *stop);
void conduct_release(struct run *run, struct task *task);   /* let a held task go on */
void conduct_adopt(struct run *run);                        /* children whose parents did not live to tell of them */
void conduct_note(struct run *run, struct task *task, const char *id, const char *a0);   /* task NULL: of the whole run */
bool conduct_lets_time_pass(struct run *run);               /* all are at rest; true: a delay in real time is not over */
void conduct_asleep(struct run *run, struct task *task);    /* write that it went to sleep */

#endif
