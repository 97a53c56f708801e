/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The door: starts the programs, lets a task go when told, and finds out when a
 * step is over. A step is over when every task is held, or asleep with what it
 * waits for not there; then its events are written in one order (step.h).
 */
#include "engine/run.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "engine/run_state.h"
#include "engine/trace/rest.h"

enum {
	LOOK_FIRST_NS = 50 * 1000,           /* first look for sleepers, then twice as long each time */
	LOOK_LAST_NS = 20 * 1000 * 1000,
	LOOK_BUSY_NS = 250 * 1000 * 1000,
	FREE_SLICE_NS = 10 * 1000 * 1000,
	STOPS_A_PUMP = 4096,                 /* let the screen live while a program makes calls without end */
};
static const int64_t BUSY_AFTER_NS = 1000 * 1000 * 1000;
static const int64_t OUTPUT_PATIENCE_NS = 100 * 1000 * 1000;

int64_t run_clock(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static void write_event(struct run *run, const struct event *e)
{
	struct err err;
	if (!log_append(run->log, e, &err) && run->trouble.id == ERR_NONE)
		run->trouble = err;
}

/* Something happens while the run is settled: a task woke by itself. It is a step of its own. */
static void begin_step(struct run *run, int mover)
{
	run->step++;
	run->mover = mover;
	run->settled = false;
	run->busy = false;
	run->looks = 0;
	run->unsettled_since = run_clock();
}

void run_emit(struct run *run, struct task *task, struct event *e)
{
	if (run->settled)
		begin_step(run, task ? task->lane : -1);
	e->step = run->step;
	e->t = run_clock() - run->started;
	if (task) {
		e->actor = task->process->actor;
		e->lane = task->lane;
		e->tid = task->tid;
		e->itid = task->itid;
	}
	if (run->free)
		write_event(run, e);
	else
		step_add(&run->pending, e);
}

/* start */

static bool watch_fd(struct run *run, int fd)
{
	struct epoll_event ev = { .events = EPOLLIN, .data = { .fd = fd } };
	return epoll_ctl(run->epoll, EPOLL_CTL_ADD, fd, &ev) == 0;
}

static bool open_watch(struct run *run, struct err *err)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	run->epoll = epoll_create1(EPOLL_CLOEXEC);
	run->sigchld = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	run->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (run->epoll >= 0 && run->sigchld >= 0 && run->timer >= 0 && watch_fd(run, run->sigchld) &&
	    watch_fd(run, run->timer))
		return true;
	return err_set(err, ERR_SYSTEM, errno, "epoll", NULL);
}

static const struct value *describe_stage(struct arena *a, const struct stage_report *granted)
{
	struct value *v = value_struct(a, "stage");
	for (int i = 0; i < STAGE_PARTS; i++)
		value_add(a, v, stage_part_key(i), value_int(a, granted->refused[i] == 0));
	return v;
}

static const struct value *describe_actors(struct arena *a, const struct run_plan *plan)
{
	struct value *list = value_list(a);
	for (int i = 0; i < plan->n_actors; i++) {
		const struct run_actor *actor = &plan->actors[i];
		struct value *v = value_struct(a, NULL);
		struct value *argv = value_list(a);
		for (int k = 0; actor->argv[k]; k++)
			value_add(a, argv, NULL, value_text(a, actor->argv[k], strlen(actor->argv[k])));
		value_add(a, v, "name", value_text(a, actor->name, strlen(actor->name)));
		value_add(a, v, "program", value_text(a, actor->argv[0], strlen(actor->argv[0])));
		value_add(a, v, "argv", argv);
		if (actor->source)
			value_add(a, v, "text", value_text(a, actor->source, strlen(actor->source)));
		value_add(a, list, NULL, v);
	}
	return list;
}

static void write_begin(struct run *run, const struct run_plan *plan)
{
	struct arena a;
	struct event e;
	struct utsname u;
	arena_init(&a);
	uname(&u);
	event_init(&e, EVENT_begin);
	e.begin.lesson = plan->lesson;
	e.begin.variant = plan->variant;
	e.begin.texts = plan->texts;
	e.begin.tutor = SOCKTUTOR_VERSION;
	e.begin.system = arena_printf(&a, "%s %s %s", u.sysname, u.release, u.machine);
	e.begin.stage = describe_stage(&a, &run->granted);
	e.begin.actors = describe_actors(&a, plan);
	write_event(run, &e);
	arena_release(&a);
}

static bool start_actor(struct run *run, const struct run_plan *plan, int i, struct err *err)
{
	const struct run_actor *actor = &plan->actors[i];
	struct tty *tty = &run->ttys[i];
	if (!tty_open(tty, plan->rows, plan->columns, err) || !watch_fd(run, tty->master))
		return false;
	struct stage_actor spec = {
		.argv = actor->argv, .env = plan->env, .tty = tty->slave,
		.filter = run->filter.code, .filter_len = run->filter.len,
	};
	pid_t pid = stage_spawn(run->stage, &spec, err);
	if (pid < 0 || !tracer_seize(pid, err))
		return false;
	run->leaders[i] = pid;
	struct task *task = task_new(&run->tasks, pid);
	struct process *process = process_new(&run->tasks, pid, i);
	process->fds = fdtable_new();
	task_place(&run->tasks, task, process);
	task->how = "start";
	task->where = TASK_FREE;
	struct event e;
	event_init(&e, EVENT_task);
	e.task.how = task->how;
	e.task.parent = -1;
	e.task.pid = process->pid;
	e.task.ipid = process->ipid;
	run_emit(run, task, &e);
	if (actor->input && !tty_type(tty, actor->input, strlen(actor->input), err))
		return false;
	return stage_go(run->stage, pid, err);
}

static struct run *run_alloc(const struct run_plan *plan, struct log *log)
{
	struct run *run = xcalloc(1, sizeof *run);
	*run = (struct run){ .log = log, .epoll = -1, .sigchld = -1, .timer = -1, .mover = -1, .no_lines = plan->no_lines };
	run->sources = plan->sources ? xstrdup(plan->sources) : NULL;
	run->n_actors = plan->n_actors;
	run->ttys = xcalloc((size_t)plan->n_actors, sizeof *run->ttys);
	run->leaders = xcalloc((size_t)plan->n_actors, sizeof *run->leaders);
	for (int i = 0; i < plan->n_actors; i++)
		run->ttys[i] = (struct tty){ .master = -1, .slave = -1, .waiting = BUF_INIT };
	run->programs = xcalloc((size_t)plan->n_actors, sizeof *run->programs);
	for (int i = 0; i < plan->n_actors; i++)
		run->programs[i] = xstrdup(plan->actors[i].argv[0]);
	run->n_turns = plan->turns ? plan->n_turns : 0;
	run->turns = xcalloc((size_t)run->n_turns, sizeof *run->turns);
	for (int i = 0; i < run->n_turns; i++)
		run->turns[i] = plan->turns[i];
	tasks_init(&run->tasks);
	socks_init(&run->socks);
	step_init(&run->pending);
	run->started = run->unsettled_since = run_clock();
	return run;
}

static void arm(struct run *run, int64_t ns)
{
	struct itimerspec t = { .it_value = { .tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000 } };
	timerfd_settime(run->timer, 0, &t, NULL);
}

static void run_free(struct run *run);

struct run *run_start(const struct run_plan *plan, struct log *log, struct err *err)
{
	struct run *run = run_alloc(plan, log);
	bool ok = open_watch(run, err) && filter_build(&run->filter, err) &&
		  (run->stage = stage_new(&plan->stage, &run->granted, err));
	if (ok)
		write_begin(run, plan);
	for (int i = 0; ok && i < plan->n_actors; i++)
		ok = start_actor(run, plan, i, err);
	if (ok) {
		arm(run, LOOK_FIRST_NS);
		return run;
	}
	run_free(run);
	return NULL;
}

/* end */

/* Our tasks are dead or dying: their zombies stay until the tracer has taken note of each. */
static void reap(struct run *run)
{
	int64_t until = run_clock() + 2 * BUSY_AFTER_NS;
	struct stop stop;
	for (int i = 0; i < run->tasks.n; i++)
		if (run->tasks.all[i]->where != TASK_GONE)
			kill(run->tasks.all[i]->tid, SIGKILL);
	for (bool left = true; left && run_clock() < until;) {
		while (tracer_next(&stop)) {
			struct task *task = task_find(&run->tasks, stop.tid);
			if (stop.kind != STOP_ENDED) {
				kill(stop.tid, SIGKILL);
				tracer_go(stop.tid, GO_ON, 0);
			} else if (task) {
				task_end(&run->tasks, task);
			}
		}
		left = false;
		for (int i = 0; i < run->tasks.n; i++)
			left = left || run->tasks.all[i]->where != TASK_GONE;
		if (left)
			poll(&(struct pollfd){ .fd = run->sigchld, .events = POLLIN }, 1, 20);
		struct signalfd_siginfo info;
		while (read(run->sigchld, &info, sizeof info) > 0)
			;
	}
}

static void close_if(int fd)
{
	if (fd >= 0)
		close(fd);
}

static void run_free(struct run *run)
{
	if (run->sigchld >= 0)
		reap(run);
	if (run->stage)
		stage_free(run->stage);
	for (int i = 0; i < run->n_actors; i++) {
		tty_close(&run->ttys[i]);
		free(run->programs[i]);
	}
	free(run->programs);
	close_if(run->epoll);
	close_if(run->sigchld);
	close_if(run->timer);
	tasks_release(&run->tasks);
	socks_release(&run->socks);
	step_release(&run->pending);
	filter_release(&run->filter);
	free(run->ttys);
	free(run->leaders);
	free(run->turns);
	free(run->sources);
	free(run);
}

void run_end(struct run *run, const char *why)
{
	struct event e;
	step_flush(&run->pending, run->log, run->mover, NULL);
	event_init(&e, EVENT_end);
	e.end.why = why;
	e.step = run->step;
	e.t = run_clock() - run->started;
	write_event(run, &e);
	run_free(run);
}

/* steps */

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

struct look { bool moving, computing; };

/* Look at every task we do not hold, and write down who fell asleep. */
static struct look look_at_tasks(struct run *run)
{
	struct look look = { 0 };
	for (int i = 0; i < run->tasks.n; i++) {
		struct task *t = run->tasks.all[i];
		if (t->where == TASK_PARKED)
			look.moving = true;
		if (t->where != TASK_FREE && t->where != TASK_IN_CALL)
			continue;
		enum rest rest = rest_look(t);
		look.moving = look.moving || rest == REST_NO;
		look.computing = look.computing || rest == REST_COMPUTES;
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

/* A step that prints more than we want to keep: what has happened so far goes to the log before the step is over. */
static void spill(struct run *run)
{
	for (int i = 0; i < run->n_actors; i++)
		if (tty_is_full(&run->ttys[i])) {
			emit_output(run);
			flush_step(run);
			return;
		}
}

static void settle(struct run *run, bool busy)
{
	struct event e;
	emit_sleeps(run);
	emit_output(run);
	run->over = !anyone_alive(run);
	for (int i = 0; i < run->tasks.n; i++)
		run->tasks.all[i]->to_next_before = false;
	event_init(&e, EVENT_settled);
	e.settled.next = run_next(run);
	e.settled.why = run->over ? "done" : e.settled.next >= 0 ? "turn" : busy ? "busy" : "wait";
	e.step = run->step;
	e.t = run_clock() - run->started;
	struct err err;
	flush_step(run);
	write_event(run, &e);
	if (!log_flush(run->log, &err) && run->trouble.id == ERR_NONE)
		run->trouble = err;
	run->settled = true;
	run->busy = busy;
	run->mover = -1;
}

static void try_to_settle(struct run *run)
{
	conduct_adopt(run);
	struct look look = look_at_tasks(run);
	int64_t waited = run_clock() - run->unsettled_since;
	bool busy = look.computing && waited > BUSY_AFTER_NS;
	if (!look.moving && (!look.computing || busy) && output_is_here(run)) {
		settle(run, busy);
		arm(run, busy ? LOOK_BUSY_NS : 0);
		return;
	}
	int shift = run->looks < 10 ? run->looks : 10;
	int64_t next = (int64_t)LOOK_FIRST_NS << shift;
	arm(run, next < LOOK_LAST_NS ? next : LOOK_LAST_NS);
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

static int take_stops(struct run *run)
{
	struct stop stop;
	int stops = 0;
	while (stops < STOPS_A_PUMP && tracer_next(&stop)) {
		check_exec_failures(run, &stop);
		conduct_stop(run, &stop);
		stops++;
	}
	return stops;
}

/* Settled with a task that computes: has it gone to sleep, or ended? */
static void look_at_busy(struct run *run)
{
	struct look look = look_at_tasks(run);
	if (look.computing || look.moving) {
		arm(run, LOOK_BUSY_NS);
		return;
	}
	begin_step(run, -1);
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
	for (int i = 0; i < run->n_actors; i++)
		tty_drain(&run->ttys[i]);
	if (all)
		emit_output(run);
	else
		try_to_settle(run);
}

static void pump(struct run *run, int ms)
{
	if (run->free && !run->settled) {
		pump_freely(run);
		return;
	}
	wait_for_news(run, ms);
	int stops = take_stops(run);
	spill(run);
	if (stops)
		run->looks = 0;
	if (run->settled && !run->busy)
		return;
	if (run->settled)
		look_at_busy(run);
	else if (stops < STOPS_A_PUMP)
		try_to_settle(run);
	else
		arm(run, LOOK_FIRST_NS);
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
	e.step = run->step;
	e.t = run_clock() - run->started;
	if (task) {
		e.actor = task->process->actor;
		e.lane = task->lane;
	}
	write_event(run, &e);
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

static void go_freely(struct run *run)
{
	run->free = true;
	share_processor(run);
	begin_step(run, -1);
	write_go(run, NULL, "freely");
	for (int i = 0; i < run->tasks.n; i++)
		if (task_is_held(run->tasks.all[i]))
			conduct_release(run, run->tasks.all[i]);
}

bool run_go(struct run *run, int lane, enum run_how how, struct err *err)
{
	if (!run->settled || (how != RUN_FREELY && !run_can_go(run, lane)))
		return err_set(err, ERR_NO_TASK, 0, NULL, NULL);
	if (how == RUN_FREELY) {
		go_freely(run);
	} else {
		struct task *task = task_by_lane(&run->tasks, lane);
		begin_step(run, lane);
		write_go(run, task, how == RUN_CALL ? "call" : "moment");
		task->to_next_before = how == RUN_CALL;
		conduct_release(run, task);
	}
	arm(run, LOOK_FIRST_NS);
	return true;
}

bool run_input(struct run *run, int actor, const char *bytes, size_t n, struct err *err)
{
	struct arena a;
	struct event e;
	if (!tty_type(&run->ttys[actor], bytes, n, err))
		return false;
	arena_init(&a);
	event_init(&e, EVENT_input);
	e.input.bytes = value_bytes(&a, bytes, n, n);
	e.actor = actor;
	e.step = run->step;
	e.t = run_clock() - run->started;
	write_event(run, &e);
	arena_release(&a);
	return true;
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
