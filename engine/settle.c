/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When is a step over? When every task is held, or asleep with what it waits for
 * not there, and all that was printed has come. Until then stops are taken and
 * sleepers looked for; then the step's events are written in their one order.
 */
#include "engine/run_state.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "engine/trace/rest.h"

enum {
	LOOK_LAST_NS = 20 * 1000 * 1000,     /* looks for sleepers become rarer up to this */
	LOOK_BUSY_NS = 250 * 1000 * 1000,
	FREE_SLICE_NS = 10 * 1000 * 1000,
	STOPS_A_PUMP = 4096,                 /* let the screen live while a program makes calls without end */
	IN_TURN_AFTER = 32,                  /* stops in a row, so that who makes one at a time hardly ever costs a further call */
};
static const int64_t BUSY_AFTER_NS = 1000 * 1000 * 1000;       /* a program that computes so long … */
static const int64_t BUSY_RAN_NS = 500 * 1000 * 1000;          /* … and had a processor for so long is not waited for; */
static const int64_t BUSY_MOST_NS = 20 * 1000 * INT64_C(1000000);   /* nor one that got none */
static const int64_t WAKING_AFTER_NS = 20 * 1000 * 1000;   /* who wakes by itself has had time to answer the others */
static const int64_t ACK_PATIENCE_NS = 50 * 1000 * 1000;        /* more than a late ACK takes: 40 ms and a tick */
static const int64_t FLIGHT_PATIENCE_NS = 500 * 1000 * 1000;    /* the kernel's own thread may have to wait for a processor */
static const int64_t ENDS_COME_NS = 20 * 1000 * 1000;           /* at full speed: the call that sent a packet has told of its socket by then */
static const int64_t OUTPUT_PATIENCE_NS = 100 * 1000 * 1000;

/*
 * Output that the calls told of has come out, or did not in time (the program may have changed its terminal).
 * What comes now makes room in the terminal, so a task that looked asleep for want of it may go on.
 */
static bool output_is_here(struct run *run)
{
	bool behind = false, came = false;
	for (int i = 0; i < run->n_actors; i++) {
		int64_t had = run->ttys[i].read;
		tty_drain(&run->ttys[i]);
		came = came || run->ttys[i].read != had;
		behind = behind || tty_is_behind(&run->ttys[i]);
	}
	if (came)
		return false;
	if (!behind)
		return true;
	if (run_clock() - run->unsettled_since < OUTPUT_PATIENCE_NS)
		return false;
	for (int i = 0; i < run->n_actors; i++)
		run->ttys[i].written = run->ttys[i].read;
	return true;
}

enum { OUTPUT_PIECE = 60000 };   /* fits a blob */

static void emit_output(struct run *run)
{
	struct arena a;
	arena_init(&a);
	for (int i = 0; i < run->n_actors; i++) {
		struct buf *b = &run->ttys[i].waiting;
		for (size_t at = 0; at < b->len; at += OUTPUT_PIECE) {
			size_t n = b->len - at < OUTPUT_PIECE ? b->len - at : OUTPUT_PIECE;
			struct event e;
			event_init(&e, EVENT_output);
			e.actor = i;   /* which of its tasks wrote it, the terminal does not tell */
			e.output.bytes = value_bytes(&a, b->data + at, n, n);
			run_emit(run, NULL, &e);
		}
		buf_clear(b);
	}
	arena_release(&a);
}

/* computed: one of those that compute has for long; starts: one did not yet when the last step was over. */
struct look { bool moving, computing, starts, computed, waking; };

/* Where others hold the processors, a program that only starts may take seconds. */
static bool has_computed(const struct run *run, struct task *t)
{
	int64_t ran = rest_ran(t);
	if (t->ran_step != run->step) {
		t->ran_step = run->step;
		t->ran_before = ran;
	}
	return ran < 0 || ran - t->ran_before > BUSY_RAN_NS;
}

/* Look at every task we do not hold, and write down who fell asleep. */
static struct look look_at_tasks(struct run *run)
{
	struct look look = { 0 };
	for (int i = 0; i < run->tasks.n; i++) {
		struct task *t = run->tasks.all[i];
		if (t->where == TASK_PARKED || (t->process && t->process->killed))
			look.moving = true;
		if (t->where != TASK_FREE && t->where != TASK_IN_CALL)
			continue;
		enum rest rest = rest_look(t);
		look.moving = look.moving || rest == REST_NO;
		look.computing = look.computing || rest == REST_COMPUTES;
		look.starts = look.starts || (rest == REST_COMPUTES && !t->computes);
		look.computed = look.computed || (rest == REST_COMPUTES && has_computed(run, t));
		look.waking = look.waking || rest == REST_WAKES;
	}
	return look;
}

static void emit_sleeps(struct run *run)
{
	for (int i = 0; i < run->tasks.n; i++) {
		struct task *t = run->tasks.all[i];
		if (t->where == TASK_IN_CALL && !t->call.slept)
			conduct_asleep(run, t);
	}
}

static bool anyone_alive(const struct run *run)
{
	for (int i = 0; i < run->tasks.n; i++)
		if (run->tasks.all[i]->where != TASK_GONE)
			return true;
	return false;
}

static void flush_step(struct run *run)
{
	struct err err;
	if (!step_flush(&run->pending, run->log, run->mover, &err) && run->trouble.id == ERR_NONE)
		run->trouble = err;
}

/* A step that prints or does more than we want to keep: what has happened so far goes to the log before it is over. */
static void spill(struct run *run)
{
	bool full = step_is_full(&run->pending);
	for (int i = 0; i < run->n_actors; i++)
		full = full || tty_is_full(&run->ttys[i]);
	if (!full)
		return;
	emit_output(run);
	flush_step(run);
}

static void tell_timer(const struct run *run, struct event *e)
{
	struct run_timer timer;
	if (run->free || !run_timer(run, &timer))
		return;
	e->settled.why = "timer";
	e->settled.timer = timer.of;
	e->settled.waits = timer.lane;
	e->settled.asked = timer.asked;
	e->actor = timer.actor;
}

static void write_settled(struct run *run, bool busy)
{
	struct event e;
	struct err err;
	event_init(&e, EVENT_settled);
	e.settled.next = run_next(run);
	e.settled.why = run->gone ? "gone" : run->over ? "done" : e.settled.next >= 0 ? "turn" : busy ? "busy" : "wait";
	tell_timer(run, &e);
	e.step = run->step;
	e.t = run_clock() - run->started;
	run_write(run, &e);
	if (!log_flush(run->log, &err) && run->trouble.id == ERR_NONE)
		run->trouble = err;
}

/* Programs that end with their stage have not come to their end. */
static void look_for_stage(struct run *run)
{
	run->gone = !stage_is_there(run->stage);
	if (run->gone && run->trouble.id == ERR_NONE)
		err_set(&run->trouble, ERR_KEEPER_GONE, 0, NULL, NULL);
}

static void settle(struct run *run, bool busy)
{
	emit_sleeps(run);
	observe_look(run);
	observe_wire(run);
	observe_tell(run);
	emit_output(run);
	run->over = !anyone_alive(run);
	look_for_stage(run);
	for (int i = 0; i < run->tasks.n; i++)
		run->tasks.all[i]->to_next_before = false;
	flush_step(run);
	run->settled = true;
	write_settled(run, busy);
	run->busy = busy;
	run->mover = -1;
}

/* Something that must come yet: a packet between two programs, an ACK, what the cable delays no longer. */
static bool wire_is_awaited(struct run *run)
{
	bool held = run->cable && cable_waiting(run->cable) > 0;   /* then an ACK may be long in coming */
	return !wire_is_still(&run->wire) || (run->cable && cable_is_due(run->cable)) || (!held && flows_owe(run->wire.flows));
}

static void remember_who_computes(struct run *run, bool busy)
{
	for (int i = 0; i < run->tasks.n; i++) {
		struct task *t = run->tasks.all[i];
		t->computes = busy && t->where == TASK_FREE && rest_look(t) == REST_COMPUTES;
	}
}

enum { CARRIED_A_PUMP = 256 };   /* let the screen live while a program sends without end */

/* All that are not held sleep, and what they wait for is not there; who computes or wakes by himself is not waited for without end. */
static bool is_at_rest(const struct run *run, const struct look *look)
{
	int64_t waited = run_clock() - run->unsettled_since;
	bool busy_for_long = waited > (look->computed ? BUSY_AFTER_NS : BUSY_MOST_NS);
	return !look->moving && (!look->computing || busy_for_long) && (!look->waking || waited > WAKING_AFTER_NS);
}

/* Who has computed without end for a step makes no packet wait. */
static bool lets_carry(const struct run *run, struct look look)
{
	look.computing = look.starts;
	return is_at_rest(run, &look);
}

/*
 * The cable hands over one packet at a time, the next one only when all are at rest again: whom a packet wakes finds what that
 * packet brought, never more or less because he was fast or slow. And what he sends is in line before the next one comes.
 */
static struct look carry_while_at_rest(struct run *run)
{
	struct look look = look_at_tasks(run);
	for (int n = 0; n < CARRIED_A_PUMP && lets_carry(run, look) && observe_carry(run); n++) {
		run->wire_moves = -1;   /* its host may have an answer */
		run->looks = 0;
		observe_take(run);
		look = look_at_tasks(run);
	}
	return look;
}

/*
 * Whoever sleeps may be woken by what is on its way. And what has just come in may not be in its socket yet: only a wire
 * on which nothing has moved between two looks counts. Ask this after the tasks were looked at.
 */
static bool wire_is_quiet(struct run *run)
{
	observe_take(run);
	int64_t moves = wire_moves(&run->wire), now = run_clock();
	bool moved = moves != run->wire_moves;
	run->wire_moves = moves;
	if (run->cable && cable_in_line(run->cable))
		return false;
	if (!wire_is_awaited(run)) {
		run->wire_since = 0;
		return !moved;
	}
	if (!run->wire_since || moved)
		run->wire_since = now;
	if (now - run->wire_since < (wire_is_still(&run->wire) ? ACK_PATIENCE_NS : FLIGHT_PATIENCE_NS))
		return false;
	wire_give_up(&run->wire);
	run->wire_since = 0;
	return true;
}

/* At full speed time does not wait for anybody: timers run out when they are due. */
static bool fire_due(struct run *run)
{
	struct run_timer timer;
	bool fired = false;
	while (run->free && run->own_time && timers_next(run, &timer) && timer.left == 0) {
		timers_fire(run);
		fired = true;
	}
	return fired;
}

/* Where somebody can always move, the others' timers run out all the same. One at a time, when all else of the step is over. */
static bool fire_in_step(struct run *run)
{
	struct run_timer timer;
	if (run->free || !run->time_passes || !timers_next(run, &timer) || timer.left)
		return false;
	timers_fire(run);
	run->looks = 0;
	return true;
}

static int64_t next_look(const struct run *run)
{
	struct run_timer timer;
	int64_t next = run->busy ? LOOK_BUSY_NS : observe_due_in(run);
	if (run->free && run->own_time && timers_next(run, &timer) && (!next || timer.left < next))
		next = timer.left ? timer.left : 1;
	return next;
}

static void try_to_settle(struct run *run)
{
	conduct_adopt(run);
	struct look look = carry_while_at_rest(run);
	if (wire_is_quiet(run) && is_at_rest(run, &look) && output_is_here(run) && !conduct_lets_time_pass(run) && !fire_in_step(run)) {
		bool busy = look.computing || look.waking;
		settle(run, busy);
		remember_who_computes(run, busy);
		run_look_in(run, next_look(run));
		return;
	}
	int shift = run->looks < 10 ? run->looks : 10;
	int64_t next = (int64_t)LOOK_FIRST_NS << shift;
	run_look_in(run, next < LOOK_LAST_NS ? next : LOOK_LAST_NS);
	run->looks++;
}

static void check_exec_failures(struct run *run, const struct stop *stop)
{
	if (stop->kind != STOP_ENDED)
		return;
	int sys = stage_exec_error(run->stage, stop->tid);
	const struct task *task = task_find(&run->tasks, stop->tid);
	if (sys && task && task->process && run->trouble.id == ERR_NONE)
		err_set(&run->trouble, ERR_EXEC, sys, run->programs[task->process->actor], NULL);
}

/* Wait for something to do, at most ms milliseconds (-1: no limit), and take note of it. */
static void wait_for_news(struct run *run, int ms)
{
	struct epoll_event news[16];
	int n = epoll_wait(run->epoll, news, 16, ms);
	for (int i = 0; i < n; i++) {
		struct signalfd_siginfo info[4];
		uint64_t ticks;
		if (news[i].data.fd == run->sigchld) {
			while (read(run->sigchld, info, sizeof info) == (ssize_t)sizeof info)
				;
		} else if (news[i].data.fd == run->timer) {
			while (read(run->timer, &ticks, sizeof ticks) > 0)
				;
		} else {
			for (int k = 0; k < run->n_actors; k++)
				if (run->ttys[k].master == news[i].data.fd)
					tty_drain(&run->ttys[k]);
		}
	}
}

/* One task is asked by name, the next one the next time. */
static bool stop_in_turn(struct run *run, struct stop *stop)
{
	if (run->turn >= run->tasks.n)
		run->turn = 0;
	const struct task *task = run->tasks.n ? run->tasks.all[run->turn++] : NULL;
	return task && task->where != TASK_GONE && tracer_next_of(task->tid, stop);
}

/*
 * Of the tasks that have stopped the kernel names the newest one. While others stop again and again, an old one would
 * never be named: after some stops in a row three of four are taken in turn. Who is not known yet comes with the fourth.
 */
static bool next_stop(struct run *run, struct stop *stop)
{
	bool in_turn = run->in_a_row >= IN_TURN_AFTER && run->in_a_row % 4;
	if ((in_turn && stop_in_turn(run, stop)) || tracer_next(stop)) {
		run->in_a_row++;
		return true;
	}
	run->in_a_row = 0;
	return false;
}

static int take_stops(struct run *run)
{
	struct stop stop;
	int stops = 0;
	while (stops < STOPS_A_PUMP && next_stop(run, &stop)) {
		check_exec_failures(run, &stop);
		conduct_stop(run, &stop);
		stops++;
		run->stops++;
		if (wire_is_filling(&run->wire))
			observe_take(run);
	}
	return stops;
}

/* Settled with a task that computes: has it gone to sleep, or ended? */
static void look_at_busy(struct run *run)
{
	struct look look = look_at_tasks(run);
	if (look.computing || look.moving || look.waking) {
		run_look_in(run, LOOK_BUSY_NS);
		return;
	}
	run_begin_step(run, -1);
	try_to_settle(run);
}

/*
 * At full speed nobody is held, so there is nothing to find out between stops.
 * Taking the signal itself saves two system calls a stop against waiting on the
 * descriptor; output and the end of the run are looked at once a slice.
 */
static void pump_freely(struct run *run)
{
	sigset_t chld;
	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	int64_t until = run_clock() + FREE_SLICE_NS, left = FREE_SLICE_NS;
	int stops = take_stops(run), all = stops;
	while (left > 0 && all < STOPS_A_PUMP) {
		struct timespec t = { .tv_nsec = (long)left };
		if (!stops && sigtimedwait(&chld, NULL, &t) < 0)
			break;
		stops = take_stops(run);
		all += stops;
		left = until - run_clock();
	}
	conduct_adopt(run);
	fire_due(run);
	for (int i = 0; i < run->n_actors; i++)
		tty_drain(&run->ttys[i]);
	observe_wire_before(run, run_clock() - ENDS_COME_NS);
	if (all)
		emit_output(run);
	else
		try_to_settle(run);
}

/*
 * A timer of the kernel has ended while nobody moved: the state it ended is not shown any more. That is no step, so
 * that a run has the same steps however long somebody reads: the last one is settled once more.
 */
static bool look_at_timers(struct run *run)
{
	bool listed = observe_look(run);
	if (observe_tell(run))
		write_settled(run, run->busy);
	run_look_in(run, next_look(run));
	return listed;
}

bool run_look(struct run *run)
{
	return run->settled && !run->over && !wire_waits(&run->wire) && look_at_timers(run);
}

static void pump(struct run *run, int ms)
{
	if (run->free && !run->settled && !run->cable) {   /* a cable must be attended to between stops */
		pump_freely(run);
		return;
	}
	wait_for_news(run, ms);
	if (fire_due(run))
		run_look_in(run, LOOK_FIRST_NS);
	int stops = take_stops(run);
	bool carried = observe_take(run);
	spill(run);
	if (stops || carried)
		run->looks = 0;
	if (run->settled && !wire_waits(&run->wire) && !carried && observe_is_due(run))
		look_at_timers(run);
	if (run->settled && !run->busy && !wire_waits(&run->wire) && !carried)
		return;
	if (run->settled && run->busy) {
		look_at_busy(run);
	} else if (stops < STOPS_A_PUMP) {
		if (run->settled)   /* the kernel sent something by itself */
			run_begin_step(run, -1);
		if (carried)   /* whoever it wakes needs a moment */
			run_look_in(run, LOOK_FIRST_NS);
		else
			try_to_settle(run);
	} else {
		run_look_in(run, LOOK_FIRST_NS);
	}
}

void run_pump(struct run *run)
{
	pump(run, 0);
}

bool run_wait(struct run *run, int ms)
{
	int64_t until = ms < 0 ? INT64_MAX : run_clock() + (int64_t)ms * 1000000;
	while (!run->settled) {
		int64_t left = until - run_clock();
		if (left <= 0)
			return false;
		pump(run, ms < 0 ? -1 : (int)(left / 1000000 + 1));
	}
	return true;
}
