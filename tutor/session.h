/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is on the screen now: a lesson's live run, the user's own programs, or a
 * saved log. Front ends (plain and panes) step it and read its model; whether it
 * is live makes no difference to them but in what `session_step` can do.
 */
#ifndef TUTOR_SESSION_H
#define TUTOR_SESSION_H

#include "engine/run.h"
#include "tutor/course/course.h"
#include "tutor/learn/orders.h"
#include "tutor/model/model.h"
#include "tutor/pcap.h"

/* What a log's file that cannot be written means for the run. */
enum log_need {
	LOG_MUST,          /* its end */
	LOG_ASKED,         /* the learner asked for the file: the run goes on, and the log in memory */
	LOG_OURS,          /* the same, even if there was no file from the beginning */
};

struct session {
	const struct course *course;       /* borrowed */
	const struct lesson *lesson;       /* NULL: the user's own programs */
	enum variant variant;
	struct log *log;
	struct model_store *store;
	const char *pcap_path;             /* --pcap: the packets of each run go to this file; NULL: nowhere. Set before the session begins */
	struct pcap *pcap;
	enum log_need log_need;            /* set before the session begins */
	struct err unkept;                 /* why this run's log has no file; ERR_NONE: it has, or should not */
	struct err lost;                   /* the first of all runs whose file was lost, or could not be finished: its reason */
	struct run *run;                   /* NULL: a log is replayed */
	bool recorded;                     /* the lesson's recording is shown because it cannot run live here: `why` */
	struct err why;
	bool torn;                         /* the replayed log's last line was broken off and left out */
	char *const *const *argvs; int n_argvs; unsigned watch;   /* of session_watch; borrowed */
	struct buf sources;                /* folder of the lesson's sources; empty: none */
	int64_t cursor;                    /* events that are shown */
	struct moment_orders *given; int n_given;   /* orders of the lesson that were given in this run */
	bool began;                        /* those for the beginning too */
	int64_t newest, newest_at;         /* how many events the log had when it was last looked at; when it got them (CLOCK_MONOTONIC, ns) */
	bool gave_up;                      /* what a step needed did not come back when the programs ran again: see again.h */
	const char *failed;                /* the first of them that could not be done, though there is a cable; NULL: none */
};

void session_init(struct session *s, const struct course *course);
void session_release(struct session *s, const char *why);   /* ends the run; `why` as in the `end` event */

/* Why the file of this run's log is not written (LOG_ASKED, LOG_OURS); ERR_NONE: all is well. */
const struct err *session_log_lost(const struct session *s);

/* Start a lesson live; where that is refused, open its recording and say so in `recorded`. log_path NULL: no file. */
bool session_lesson(struct session *s, const struct lesson *lesson, enum variant variant, const char *log_path, struct err *err);

/* The user's own programs: argvs[i] is NULL-ended; they must outlive the session. flags: WATCH_* or-ed. */
enum { WATCH_ON_STAGE = 1, WATCH_NO_LINES = 2, WATCH_RESULTS = 4, WATCH_REAL_TIME = 8, WATCH_HOSTS = 16 };
bool session_watch(struct session *s, char *const *const *argvs, int n, unsigned flags, const char *log_path, struct err *err);

/* End the run and start the same lesson or programs again. */
bool session_restart(struct session *s, const char *log_path, struct err *err);

/* A saved log. Its lesson, if it names one that is installed, gives the texts. */
bool session_replay(struct session *s, const char *path, struct err *err);

/* The model at the cursor. NULL: the log cannot be read. */
const struct model *session_model(struct session *s, struct err *err);

/* The cursor is at the newest event there is. */
bool session_at_end(const struct session *s);
void session_to_end(struct session *s);

/* One step back or forward in what has happened; false: there is none. */
bool session_back(struct session *s);
bool session_forward(struct session *s);

/*
 * Let lane go on (live; at the end). The step is not over yet: pump the run until run_settled. lane -1: whose turn it is,
 * or when none can move, the timer that is due next.
 */
bool session_go(struct session *s, int lane, enum run_how how, struct err *err);
bool session_can_go(const struct session *s);   /* there is somebody whose turn it is, or such a timer */

/* As run_wait and run_pump; and when the run is settled, what the lesson orders for this moment (docs/lessons.md, The wire) is
 * done. Models that were handed out are not good any more. */
bool session_wait(struct session *s, int ms);
void session_pump(struct session *s);

/* Nanoseconds since the newest event came, for timers of the kernel; 0 where nothing goes on, or the past is looked at. */
int64_t session_since(const struct session *s);

/* Do something to the wire (live): see run_wire. Pump the run as after session_go. */
bool session_wire(struct session *s, const struct wire_order *order, struct err *err);

/* The call that the lane is held before (live; at the end) meets a fault: see run_fault. Pump the run as after session_go. */
bool session_fault(struct session *s, int lane, const struct run_fault_order *order, struct err *err);

#endif
