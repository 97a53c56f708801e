/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The beginning and the end of a run: its stage, its programs with their
 * terminals, what is watched; and how nothing of it is left.
 */
#include "engine/run_state.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/clock.h"

static const int64_t END_PATIENCE_NS = 2000 * 1000 * INT64_C(1000);

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

static bool open_eyes_of(struct run *run, int host, struct err *err)
{
	struct stage_eyes eyes;
	if (!stage_eyes(run->stage, host, &eyes, &run->granted, err))
		return false;
	wire_add(&run->wire, eyes.capture, host, false);
	wire_add(&run->wire, eyes.cable, host, true);
	observer_add_host(run->observer, host, eyes.diag);
	return true;
}

static bool open_cable(struct run *run, struct err *err)
{
	int ends[CABLE_HOSTS] = { -1, -1, -1, -1 };
	for (int i = 0; i < run->wire.n; i++)
		if (run->wire.sources[i].cable)
			ends[run->wire.sources[i].host] = wire_fd(&run->wire, i);
	for (int i = 0; i < run->n_hosts; i++)
		if (ends[i] < 0)
			return err_set(err, ERR_STAGE, run->granted.refused[PART_PACKET], "cable", run->granted.step[PART_PACKET]);
	run->cable = cable_new(ends, run->n_hosts, &run->wire.packets, run->own_time ? &run->clock : NULL);
	return (run->cable && watch_fd(run, cable_fd(run->cable))) || err_set(err, ERR_SYSTEM, errno, "timerfd_create", NULL);
}

/* On a network of the run's own: on the host's there is more to be seen than this run. */
static bool open_eyes(struct run *run, const struct run_plan *plan, struct err *err)
{
	bool own = plan->stage.private_net && !run->granted.refused[PART_NETNS];
	run->n_hosts = stage_hosts(run->stage);
	run->observer = observer_new();
	for (int i = 0; own && i < (run->n_hosts ? run->n_hosts : 1); i++)
		if (!open_eyes_of(run, i, err))
			return false;
	for (int i = 0; i < run->wire.n; i++)
		if (!watch_fd(run, wire_fd(&run->wire, i)))
			return err_set(err, ERR_SYSTEM, errno, "epoll", NULL);
	return !run->n_hosts || open_cable(run, err);
}

static const struct value *describe_stage(struct arena *a, const struct stage_report *granted)
{
	struct value *v = value_struct(a, "stage");
	for (int i = 0; i < STAGE_PARTS; i++)
		value_add(a, v, stage_part_key(i), value_int(a, granted->refused[i] == 0));
	return v;
}

static const struct value *describe_actors(struct arena *a, const struct run *run, const struct run_plan *plan)
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
		if (run_host(run, i) >= 0) {
			char *address = arena_alloc(a, 16);
			stage_address(run_host(run, i), address);
			value_add(a, v, "host", value_int(a, run_host(run, i)));
			value_add(a, v, "address", value_text(a, address, strlen(address)));
		}
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
	e.begin.real = clock_ns(CLOCK_REALTIME) - (run_clock() - run->started);
	e.begin.system = arena_printf(&a, "%s %s %s", u.sysname, u.release, u.machine);
	e.begin.stage = describe_stage(&a, &run->granted);
	e.begin.real_time = !run->own_time;
	e.begin.actors = describe_actors(&a, run, plan);
	run_write(run, &e);
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
		.filter = run->filter.code, .filter_len = run->filter.len, .host = run_host(run, i) < 0 ? 0 : run_host(run, i),
	};
	pid_t pid = stage_spawn(run->stage, &spec, err);
	if (pid < 0 || !tracer_seize(pid, err))
		return false;
	run->leaders[i] = pid;
	struct task *task = task_new(&run->tasks, pid);
	struct process *process = process_new(&run->tasks, pid, i);
	process->fds = fdtable_new(pid);
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
	*run = (struct run){ .log = log, .epoll = -1, .sigchld = -1, .timer = -1, .mover = -1, .no_lines = plan->no_lines,
		.results = plan->results, .own_time = plan->stage.private_net && !plan->real_time };
	run->sources = plan->sources ? xstrdup(plan->sources) : NULL;
	run->n_actors = plan->n_actors;
	run->ttys = xcalloc((size_t)plan->n_actors, sizeof *run->ttys);
	run->refused_told = xcalloc((size_t)plan->n_actors, sizeof *run->refused_told);
	run->aio_told = xcalloc((size_t)plan->n_actors, sizeof *run->aio_told);
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
	vclock_init(&run->clock);
	wire_init(&run->wire);
	step_init(&run->pending);
	run->started = run->unsettled_since = run_clock();
	return run;
}

static void run_free(struct run *run);

struct run *run_start(const struct run_plan *plan, struct log *log, struct err *err)
{
	struct run *run = run_alloc(plan, log);
	bool ok = open_watch(run, err) && filter_build(&run->filter, run->own_time, err) &&
		  (run->stage = stage_new(&plan->stage, &run->granted, err)) && open_eyes(run, plan, err);
	if (ok)
		write_begin(run, plan);
	if (ok && plan->stage.as_is && !stage_keeps_setuid())
		conduct_note(run, NULL, "no-setuid", NULL);
	for (int i = 0; ok && i < plan->n_actors; i++)
		ok = start_actor(run, plan, i, err);
	if (ok) {
		run_look_in(run, LOOK_FIRST_NS);
		return run;
	}
	run_free(run);
	return NULL;
}

/* end */

/* kill(2) takes 0 and below for groups of processes, ours among them. */
static void kill_task(pid_t tid)
{
	if (tid > 0)
		kill(tid, SIGKILL);
}

/* Our tasks are dead or dying: their zombies stay until the tracer has taken note of each. */
static void reap(struct run *run)
{
	int64_t until = run_clock() + END_PATIENCE_NS;
	struct stop stop;
	for (int i = 0; i < run->tasks.n; i++)
		if (run->tasks.all[i]->where != TASK_GONE)
			kill_task(run->tasks.all[i]->tid);
	for (bool left = true; left && run_clock() < until;) {
		while (tracer_next(&stop)) {
			struct task *task = task_find(&run->tasks, stop.tid);
			if (stop.kind != STOP_ENDED) {
				kill_task(stop.tid);
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
	timers_release(&run->timers);
	ptimers_release(&run->ptimers);
	observe_wire_release(run);
	cable_free(run->cable);
	wire_release(&run->wire);
	observer_free(run->observer);
	step_release(&run->pending);
	filter_release(&run->filter);
	free(run->refused_told);
	free(run->aio_told);
	free(run->ttys);
	free(run->leaders);
	free(run->turns);
	free(run->sources);
	free(run);
}

void run_end(struct run *run, const char *why)
{
	struct event e;
	if (!run->settled)
		observe_wire(run);
	step_flush(&run->pending, run->log, run->mover, NULL);
	event_init(&e, EVENT_end);
	e.end.why = run->gone ? "gone" : run->over ? "done" : why;
	run_write_now(run, &e);
	run_free(run);
}
