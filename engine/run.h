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

#include "engine/base/err.h"
#include "engine/log/log.h"
#include "engine/stage/stage.h"

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
	RUN_CALL,       /* to its next `before` */
	RUN_FREELY,     /* all tasks, never held again: full speed; lane is ignored */
};

/* Let a held task go on. False: it is not held (NO_TASK), or the run is not settled. */
bool run_go(struct run *run, int lane, enum run_how how, struct err *err);

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
