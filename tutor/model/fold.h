/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The reducer behind tutor/model/model.h: a model and what is needed to apply the next
 * event to it. A fold can be copied: that is what a snapshot is.
 *
 * Argument trees are not part of a fold, only where in the log they are: a call's
 * arguments are parsed for the one cursor somebody looks at, not for the thousand
 * on the way there. Names and socket addresses outlast every fold, so copies share them.
 */
#ifndef TUTOR_MODEL_FOLD_H
#define TUTOR_MODEL_FOLD_H

#include "engine/base/names.h"
#include "tutor/model/model.h"

enum { OF_STEPS, OF_ALL, CALLS };   /* a task's current call: not counting hidden calls, or counting all */

struct call_site {                  /* how often a call was made from a line */
	const char *canon, *file;
	int line, n;
};

struct fold_call {
	struct model_call call;     /* args and retv are NULL */
	int64_t args, retv;         /* the events they are in; -1: none */
	enum task_status status, resumes;   /* resumes: what a stopped task goes on with */
};

struct fold_task {
	struct fold_call of[CALLS];
	bool joined;                /* both are the same call */
	struct model_call aside;    /* asleep when a signal's handler made calls; canon NULL: none */
	int64_t signal_step;        /* when last_signal came */
	struct call_site *sites;
	int n_sites;
};

struct fold {
	struct model m;             /* its tasks lack call, status and last_signal until fold_finish */
	struct fold_task *tasks;    /* by lane */
	int64_t at_step;
	int moving;                 /* lane of the last go since the last settled; -1 */
	int64_t *info;              /* by sock - 1: the event its `info` is in; -1: none */
	int room_info;
	int room_tasks, room_socks, room_fds, room_notes;
};

struct told {                       /* addresses that a socket event tells */
	int64_t at;
	const struct value *local, *peer;
};

/* What folding needs besides: kept by the store, outlasts its folds. */
struct fold_ground {
	const struct log *log;
	struct names names;
	struct event first;
	bool first_read;
	struct arena begin;         /* what `first` points to */
	struct told *told;          /* by event, all up to the farthest cursor so far */
	int n_told, room_told;
	struct arena addresses;     /* what they point to */
	struct model_packet *packets; int n_packets, room_packets, talks;   /* of the log, up to the farthest cursor so far */
	struct model_fate *fates;   int n_fates, room_fates;
	struct model_state *states; int n_states, room_states;
	struct arena scratch;
	struct buf bytes;
};

void fold_init(struct fold *f);
void fold_release(struct fold *f);
void fold_copy(struct fold *to, const struct fold *from);   /* `to` uninitialised */
size_t fold_size(const struct fold *f);                     /* bytes a copy takes, about */

/* Apply event number f->m.cursor. */
bool fold_apply(struct fold *f, struct fold_ground *g, struct err *err);

/* Room for one more of n items of that size. */
void *fold_room(void *items, int n, int *room, size_t size);

/* wire.c. The socket is in this TCP state now. */
void fold_state(struct fold *f, struct fold_ground *g, struct model_sock *k, int64_t step);

/* Argument trees that were parsed to be shown, by lane. Most tasks stand at the same call from one cursor to the next: what was parsed
 * for it is used again. */
struct shown_call {
	int64_t args_in, retv_in;   /* the events they are in; -1: none */
	const struct value *args, *retv;
};
struct shown_info { int64_t in, t; const struct value *info; };
struct shown {
	struct arena arena;
	struct shown_call *of; int n;
	struct shown_info *info; int n_info;   /* by sock - 1 */
	int parsed;                 /* since the arena was last empty */
};

void shown_release(struct shown *s);   /* usable again, and empty */

/* Make f->m what views may read. Its trees lie in `shown`, good until the next call. */
bool fold_finish(struct fold *f, const struct fold_ground *g, bool show_all, struct shown *shown, struct err *err);

#endif
