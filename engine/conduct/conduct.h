/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the three parts of conducting share: conduct.c (calls), signal.c, task.c. Nobody else includes this. */
#ifndef ENGINE_CONDUCT_CONDUCT_H
#define ENGINE_CONDUCT_CONDUCT_H

#include "engine/decode/decode.h"
#include "engine/run_state.h"
#include "engine/trace/lines.h"

/* calls */
void conduct_go_on(struct task *task, int signo);       /* wherever it was before this stop */
void conduct_set_free(struct task *task);
void conduct_enter(struct run *run, struct task *task);                  /* into the call, to its exit */
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
void conduct_met(struct task *task, int64_t *ret);      /* at its exit: the program finds its arguments as they were */

/* calls that end after some time */
enum limit_kind { NO_LIMIT, MS_ARG, SPEC_ARG, SPEC_LEFT, VAL_LEFT, SLEEP_FOR, SLEEP_ON_CLOCK, LOCK, SOCKET_IN, SOCKET_OUT, SOCKET_MOVE, LINGER };
struct limited {
	const char *call;
	enum limit_kind kind;
	int arg;        /* which argument is the timeout; of a SOCKET_…, the socket (MOVE: one of call_moves) */
	int ret;        /* when the time is up */
};
static const int64_t NO_END = INT64_MAX;
const struct limited *conduct_limit(const struct task_call *call);   /* NULL: it has none */
bool conduct_read_spec(struct task *task, uint64_t at, int64_t *ns);   /* a timespec; false: it is none */
bool conduct_read_val(struct task *task, uint64_t at, int64_t *ns);    /* a timeval */
bool conduct_read_itimerspec(struct task *task, uint64_t at, int64_t *ns, int64_t *interval);   /* false: none that a timer can have */
bool conduct_once_more(struct run *run, struct task *task, int64_t *ret);   /* at an exit with EINTR: let it be made again, or its time is up: *ret */
void conduct_lengthen(struct task *task);               /* at its exit: the program finds the timeout that it gave */

/* the programs' own time (run->own_time; else these do nothing) */
bool conduct_clock_read(struct run *run, struct task *task, const struct stop *stop);   /* true: it was that, and is answered */
void conduct_clock_exec(struct run *run, struct task *task, const struct stop *stop);
void conduct_clock_enter(struct run *run, struct task *task);
void conduct_clock_exit(struct run *run, struct task *task, int64_t *ret);
bool conduct_clock_disguise(struct task *task, int arg, const void *bytes, size_t n);   /* for the time of the call it is this; bytes NULL: 0 */

/* …where a socket has the limit */
int64_t conduct_socket_limit(struct run *run, struct task *task, enum limit_kind kind);   /* of the one that the call waits for; 0: it has none */
bool conduct_socket_linger(struct run *run, struct task *task, int64_t *ns);   /* about to close it, and it waits; for the kernel without end */
int conduct_socket_end(struct run *run, struct task *task, const struct limited *limit);   /* what the call gives when the time is up */
void conduct_socket_forget(struct task *task);          /* what the kernel keeps of a recvmmsg that we broke off */
void conduct_socket_option(struct run *run, struct task *task, int64_t ret);   /* at an exit: the limit was set, or asked for */
void conduct_socket_give_back(struct task *task, int fd, struct sock *s);      /* its limits are the kernel's again */
bool conduct_aio(struct run *run, struct task *task, const struct stop *stop);   /* true: it was that, and goes on */

/* tasks */
void conduct_hide_untraced(struct task *task);          /* for the time of a call */
void conduct_show_untraced(struct task *task);
void conduct_child(struct run *run, struct task *parent, const struct stop *stop);
void conduct_exec(struct run *run, struct task *task, const struct stop *stop);
void conduct_end(struct run *run, struct task *task, const struct stop *stop);

#endif
