/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The door: lets a task go when told, and answers what front ends ask. Starting
 * and ending is launch.c, finding out that a step is over is settle.c, what a
 * stop means is conduct/.
 */
#include "engine/run.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>

#include "engine/base/clock.h"
#include "engine/run_state.h"

int64_t run_clock(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

void run_write(struct run *run, const struct event *e)
{
	struct err err;
	if (!log_append(run->log, e, &err) && run->trouble.id == ERR_NONE)
		run->trouble = err;
}

void run_write_now(struct run *run, struct event *e)
{
	e->step = run->step;
	e->t = run_clock() - run->started;
	run_write(run, e);
}

void run_begin_step(struct run *run, int mover)
{
	run->step++;
	run->mover = mover;
	run->settled = false;
	run->busy = false;
	run->looks = 0;
	run->held_until = 0;
	run->unsettled_since = run_clock();
}

void run_emit(struct run *run, struct task *task, struct event *e)
{
	if (run->settled)
		run_begin_step(run, task ? task->lane : -1);
	e->step = run->step;
	e->t = run_clock() - run->started;
	if (task) {
		e->actor = task->process->actor;
		e->lane = task->lane;
		e->tid = task->tid;
		e->itid = task->itid;
	}
	if (run->free)
		run_write(run, e);
	else
		step_add(&run->pending, e);
}

void run_look_in(struct run *run, int64_t ns)
{
	struct itimerspec t = { .it_value = { .tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000 } };
	timerfd_settime(run->timer, 0, &t, NULL);
}

static int turn_of(const struct run *run, int actor)
{
	for (int i = 0; i < run->n_turns; i++)
		if (run->turns[i] == actor)
			return i;
	return run->n_turns + actor;
}

int run_next(const struct run *run)
{
	const struct task *best = NULL;
	for (int i = 0; i < run->tasks.n; i++) {
		const struct task *t = run->tasks.all[i];
		if (!task_is_held(t))
			continue;
		int turn = turn_of(run, t->process->actor), best_turn = best ? turn_of(run, best->process->actor) : 0;
		if (!best || turn < best_turn || (turn == best_turn && t->lane < best->lane))
			best = t;
	}
	return best ? best->lane : -1;
}

bool run_timer(const struct run *run, struct run_timer *out)
{
	return run->own_time && run->settled && !run->over && run_next(run) < 0 && timers_next(run, out);
}

bool run_can_go(const struct run *run, int lane)
{
	const struct task *task = task_by_lane(&run->tasks, lane);
	return run->settled && task && task_is_held(task);
}

static void write_go(struct run *run, const struct task *task, const char *how)
{
	struct event e;
	event_init(&e, EVENT_go);
	e.go.how = how;
	if (task) {
		e.actor = task->process->actor;
		e.lane = task->lane;
	}
	run_write_now(run, &e);
}

/*
 * A stop costs several times less when tracer and tracees share a processor: no
 * other one must be woken for it. Tasks made later inherit it.
 */
static void share_processor(struct run *run)
{
	cpu_set_t one;
	int cpu = sched_getcpu();
	if (cpu < 0)
		return;
	CPU_ZERO(&one);
	CPU_SET((size_t)cpu, &one);
	sched_setaffinity(0, sizeof one, &one);
	for (int i = 0; i < run->tasks.n; i++)
		if (run->tasks.all[i]->where != TASK_GONE)
			sched_setaffinity(run->tasks.all[i]->tid, sizeof one, &one);
}

static bool go_timer(struct run *run, enum run_how how, struct err *err)
{
	struct run_timer timer;
	if (!run_timer(run, &timer))
		return err_set(err, ERR_NO_TASK, 0, NULL, NULL);
	struct task *task = task_by_lane(&run->tasks, timer.lane);
	run_begin_step(run, timer.lane);
	run->time_passes = false;
	write_go(run, NULL, how == RUN_CALL ? "timer-call" : "timer");
	if (task)
		task->to_next_before = how == RUN_CALL;
	timers_fire(run);
	run_look_in(run, LOOK_FIRST_NS);
	return true;
}

static void go_freely(struct run *run)
{
	run->free = true;
	vclock_let_go(&run->clock);
	share_processor(run);
	run_begin_step(run, -1);
	write_go(run, NULL, "freely");
	for (int i = 0; i < run->tasks.n; i++)
		if (task_is_held(run->tasks.all[i]) || run->tasks.all[i]->where == TASK_DELAYED)
			conduct_release(run, run->tasks.all[i]);
}

bool run_go(struct run *run, int lane, enum run_how how, struct err *err)
{
	if (how != RUN_FREELY && lane < 0)
		return go_timer(run, how, err);
	if (!run->settled || (how != RUN_FREELY && !run_can_go(run, lane)))
		return err_set(err, ERR_NO_TASK, 0, NULL, NULL);
	if (how == RUN_FREELY) {
		go_freely(run);
	} else {
		struct task *task = task_by_lane(&run->tasks, lane);
		run_begin_step(run, lane);
		vclock_step(&run->clock);
		run->time_passes = run->own_time;
		write_go(run, task, how == RUN_CALL ? "call" : "moment");
		task->to_next_before = how == RUN_CALL;
		conduct_release(run, task);
	}
	run_look_in(run, LOOK_FIRST_NS);
	return true;
}

static void write_input(struct run *run, int actor, const char *bytes, size_t n)
{
	struct arena a;
	struct event e;
	arena_init(&a);
	event_init(&e, EVENT_input);
	e.input.bytes = value_bytes(&a, bytes, n, n);
	e.actor = actor;
	run_write_now(run, &e);
	arena_release(&a);
}

bool run_input(struct run *run, int actor, const char *bytes, size_t n, struct err *err)
{
	if (!tty_type(&run->ttys[actor], bytes, n, err))
		return false;
	write_input(run, actor, bytes, n);
	return true;
}

bool run_feed(struct run *run, int actor, const char *bytes, size_t n, struct err *err)
{
	if (!tty_feed(&run->ttys[actor], bytes, n, err))
		return false;
	write_input(run, actor, n ? bytes : "\004", n ? n : 1);
	return true;
}

bool run_input_done(const struct run *run, int actor)
{
	return tty_is_read(&run->ttys[actor]);
}

static bool reads_terminal(struct run *run, struct task *t)
{
	const struct fd_entry *e = strcmp(t->call.desc->canon, "read") == 0 ?
				   effect_fd(&run->socks, t, (int)t->call.args[0]) : NULL;
	return e && strcmp(e->kind, "tty") == 0;
}

enum run_want run_wants_input(struct run *run, int actor)
{
	enum run_want want = RUN_WANTS_NO;
	for (int i = 0; run->settled && i < run->tasks.n; i++) {
		struct task *t = run->tasks.all[i];
		if (t->where != TASK_IN_CALL || t->process->actor != actor)
			continue;
		if (reads_terminal(run, t))
			return RUN_WANTS_YES;
		if (t->call.desc->sleep == SLEEP_EVENT)
			want = RUN_WANTS_MAYBE;
	}
	return want;
}

int run_fd(const struct run *run)
{
	return run->epoll;
}

bool run_settled(const struct run *run)
{
	return run->settled;
}

bool run_over(const struct run *run)
{
	return run->over;
}

bool run_busy(const struct run *run)
{
	return run->busy;
}

const struct err *run_trouble(const struct run *run)
{
	return &run->trouble;
}

const struct stage_report *run_stage(const struct run *run)
{
	return &run->granted;
}
