/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the three parts of conducting share: conduct.c (calls), conduct_signal.c, conduct_task.c. Nobody else includes this. */
#ifndef ENGINE_CONDUCT_H
#define ENGINE_CONDUCT_H

#include "engine/run_state.h"
#include "engine/trace/decode.h"
#include "engine/trace/lines.h"

/* calls */
void conduct_go_on(struct task *task, int signo);       /* wherever it was before this stop */
void conduct_set_free(struct task *task);
void conduct_enter(struct task *task);                  /* into the call, to its exit */
void conduct_hold_after(struct run *run, struct task *task);
struct place conduct_place(struct run *run, struct task *task);
struct decode conduct_decode(struct task *task);
void conduct_before(struct run *run, struct task *task, const struct place *place);   /* write the event; place may be NULL */
void conduct_after(struct run *run, struct task *task, int64_t ret, bool restart);
struct effect_sink conduct_sink(struct run *run);

/* signals */
bool conduct_of_signals(struct run *run, struct task *task, const struct stop *stop);  /* true: the call was one made because of a signal */
bool conduct_is_restart(int64_t ret);
void conduct_sigreturn(struct run *run, struct task *task, const struct stop *stop);
void conduct_signal(struct run *run, struct task *task, const struct stop *stop);
void conduct_group_stop(struct run *run, struct task *task, const struct stop *stop);
void conduct_pause(struct run *run, struct task *task);

/* faults */
void conduct_meet(struct task *task);                   /* about to go into its call: what was ordered for it */
bool conduct_is_skipped(const struct task *task);       /* the kernel does not make the call */
void conduct_met(struct task *task);                    /* at its exit: the program finds its arguments as they were */

/* calls that end after some time */
bool conduct_once_more(struct task *task, int64_t *ret);   /* at an exit with EINTR: let it be made again, or its time is up: *ret */
void conduct_lengthen(struct task *task);               /* at its exit: the program finds the timeout that it gave */

/* tasks */
void conduct_hide_untraced(struct task *task);          /* for the time of a call */
void conduct_show_untraced(struct task *task);
void conduct_child(struct run *run, struct task *parent, const struct stop *stop);
void conduct_exec(struct run *run, struct task *task, const struct stop *stop);
void conduct_end(struct run *run, struct task *task, const struct stop *stop);

#endif
