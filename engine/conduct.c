/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a stop means: which event it is, whether the task is held there, and how
 * it goes on. One function a kind of stop; run.c asks for the next stop and
 * decides when a step is over.
 */
#include "engine/run_state.h"

#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "engine/trace/decode.h"
#include "engine/trace/lines.h"
#include "engine/trace/rest.h"

/* The kernel's own codes for "a signal broke this off"; no program ever sees them. */
enum { ERESTARTSYS_ = 512, ERESTARTNOINTR_ = 513, ERESTARTNOHAND_ = 514, ERESTART_RESTARTBLOCK_ = 516 };

static void go_on(struct task *task, int signo)
{
	tracer_go(task->tid, task->where == TASK_IN_CALL ? GO_TO_EXIT : GO_ON, signo);
}

static void set_free(struct task *task)
{
	task->where = TASK_FREE;
	task->quiet = 0;
	tracer_go(task->tid, GO_ON, 0);
}

static uint64_t clone_flags(struct task *parent)
{
	const struct call_desc *desc = parent->call.desc;
	uint64_t flags = 0;
	if (!desc || strncmp(desc->name, "clone", 5) != 0)
		return 0;
	if (strcmp(desc->name, "clone") == 0)
		return parent->call.args[0];
	struct peek mem = peek_process(parent->tid);   /* clone3: the first field of struct clone_args */
	peek_all(&mem, parent->call.args[0], &flags, sizeof flags);
	return flags;
}

/*
 * A child with CLONE_UNTRACED would be out of our hands, and the filter would fail its calls with ENOSYS. So the kernel
 * is not given that flag; afterwards the program finds it as it was.
 */
static void set_clone_flags(struct task *task, uint64_t flags)
{
	if (strcmp(task->call.desc->name, "clone") == 0)
		tracer_set_first_arg(task->tid, flags);
	else
		tracer_poke(task->tid, task->call.args[0], flags);
}

static void hide_untraced(struct task *task)
{
	uint64_t flags = clone_flags(task);
	if (!(flags & CLONE_UNTRACED))
		return;
	set_clone_flags(task, flags & ~(uint64_t)CLONE_UNTRACED);
	task->call.untraced = true;
}

static void show_untraced(struct task *task)
{
	if (task->call.untraced)
		set_clone_flags(task, clone_flags(task) | CLONE_UNTRACED);
	task->call.untraced = false;
}

static void enter_call(struct task *task)
{
	hide_untraced(task);
	task->where = TASK_IN_CALL;
	task->quiet = 0;
	tracer_go(task->tid, GO_TO_EXIT, 0);
}

void conduct_release(struct run *run, struct task *task)
{
	if (task->call.after)
		set_free(task);
	else
		enter_call(task);
}

static void note(struct run *run, struct task *task, const char *id, const char *a0)
{
	struct event e;
	event_init(&e, EVENT_note);
	e.note.id = id;
	e.note.a0 = a0;
	run_emit(run, task, &e);
}

/* What a program does to its descriptors before its first step is not told. */
static void emit_effect(void *ctx, struct task *task, struct event *e)
{
	if (task->process->begun)
		run_emit(ctx, task, e);
}

static struct effect_sink sink_of(struct run *run)
{
	return (struct effect_sink){ .event = emit_effect, .ctx = run };
}

/* calls */

/* Where the call stands in the source. Its texts live as long as the process's lines. */
static struct place find_line(struct run *run, struct task *task)
{
	struct process *p = task->process;
	struct place place = { 0 };
	if (run->no_lines)
		return place;
	if (!p->lines)
		p->lines = lines_new(p->pid, p->ipid);
	if (!lines_find(p->lines, task->tid, task->itid, &place))
		return (struct place){ 0 };
	const char *slash = strrchr(place.file, '/');
	if (run->sources && slash)
		place.file = slash + 1;
	return place;
}

/* A call that a library makes for itself while it is loaded is no step of a lesson. */
static bool is_librarys_own(struct run *run, struct task *task, const struct place *place)
{
	return run->sources && !place->line && task->process->lines && lines_are_complete(task->process->lines);
}

static struct decode decode_of(struct task *task)
{
	struct decode d = { .call = task->call.desc, .peek = peek_process(task->tid), .arena = &task->arena };
	memcpy(d.args, task->call.args, sizeof d.args);
	return d;
}

static void emit_before(struct run *run, struct task *task, const struct place *place)
{
	struct task_call *call = &task->call;
	struct event e;
	for (int i = 0; i < task->n_broken; i++)
		task->broken[i].covered = true;
	event_init(&e, EVENT_before);
	struct decode d = decode_of(task);
	call->entry = decode_entry(&d);
	e.before.call = call->desc->name;
	e.before.canon = call->canon;
	e.before.nr = call->desc->nr;
	e.before.args = call->entry;
	e.before.hidden = call->hidden;
	if (place) {
		e.before.file = place->file;
		e.before.line = place->line;
		e.before.func = place->func;
	}
	run_emit(run, task, &e);
}

static void emit_after(struct run *run, struct task *task, int64_t ret, bool restart)
{
	struct task_call *call = &task->call;
	struct event e;
	event_init(&e, EVENT_after);
	struct decode d = decode_of(task);
	d.ret = ret;
	d.is_error = ret < 0;
	const struct value *args = restart ? call->entry : decode_exit(&d, call->entry);
	e.after.call = call->desc->name;
	e.after.canon = call->canon;
	e.after.ret = d.is_error ? -1 : ret;
	e.after.errn = d.is_error ? -ret : 0;
	e.after.err = d.is_error ? errno_name((int)-ret) : NULL;
	e.after.args = args;
	e.after.retv = restart ? NULL : decode_ret(&d);
	e.after.restart = restart;
	e.after.hidden = call->hidden;
	run_emit(run, task, &e);
	if (!restart) {
		struct effect_sink to = sink_of(run);
		effect_call(&to, &run->socks, task, ret, args);
	}
}

/* The first descriptor of the call that makes it a step of its own, or writes to its terminal. */
static const struct fd_entry *fd_of_interest(struct run *run, struct task *task, const struct call_desc *desc,
					     const uint64_t args[6])
{
	static const char *const dull[] = { "other", "pipe", "none" };
	for (int i = 0; i < desc->nargs; i++) {
		const struct fd_entry *e = call_arg_is_fd(desc, (unsigned)i) ? effect_fd(&run->socks, task, (int)args[i]) : NULL;
		bool is_dull = !e;
		for (size_t k = 0; !is_dull && k < sizeof dull / sizeof *dull; k++)
			is_dull = strcmp(e->kind, dull[k]) == 0;
		if (!is_dull)
			return e;
	}
	return NULL;
}

enum interest { PASS, LISTEN_TTY, STEP };

/* Reading from the terminal can sleep until the learner types: a step. Writing to it is only counted. */
static enum interest interest_in(struct run *run, struct task *task, const struct call_desc *desc, const uint64_t args[6])
{
	if (desc->class == CALL_STEP)
		return STEP;
	const struct fd_entry *e = desc->class == CALL_FD ? fd_of_interest(run, task, desc, args) : NULL;
	if (!e)
		return PASS;
	if (strcmp(e->kind, "tty") != 0)
		return STEP;
	if (strcmp(desc->name, "read") == 0)
		return STEP;
	return desc->sleep == SLEEP_SPACE ? LISTEN_TTY : PASS;
}

static void new_call(struct task *task, const struct call_desc *desc, const struct stop *stop)
{
	arena_clear(&task->arena);
	task->call = (struct task_call){ .desc = desc, .tty_bytes = -1 };
	memcpy(task->call.args, stop->args, sizeof task->call.args);
	task->call.ip = stop->ip;
	task->call.sp = stop->sp;
	task->call.canon = call_canon(desc, stop->args);
}

/* Calls that make a process, run another program, or change descriptors: their exit tells what they did. */
static bool exit_matters(const struct call_desc *desc)
{
	return desc->class == CALL_STEP || (desc->class == CALL_ALWAYS && desc->ret != RET_NOTHING);
}

static void pass_call(struct run *run, struct task *task)
{
	const struct call_desc *desc = task->call.desc;
	task->call.hidden = true;
	if (task->process->begun)
		emit_before(run, task, NULL);
	/* It goes on without a stop at its exit: closing what is open does not fail. */
	if (strcmp(desc->canon, "close") == 0) {
		struct effect_sink to = sink_of(run);
		effect_call(&to, &run->socks, task, 0, NULL);
	}
	if (exit_matters(desc))
		enter_call(task);
	else
		set_free(task);
}

static void hold_before(struct run *run, struct task *task)
{
	struct place place = find_line(run, task);
	if (is_librarys_own(run, task, &place)) {
		pass_call(run, task);
		return;
	}
	task->process->begun = true;
	emit_before(run, task, &place);
	task->where = TASK_HELD;
	task->to_next_before = false;
	if (run->free)
		enter_call(task);
}

static void hold_after(struct run *run, struct task *task)
{
	task->call.after = true;
	if (task->call.hidden || run->free || task->to_next_before)
		set_free(task);
	else
		task->where = TASK_HELD;
}

/*
 * Calls broken off by a signal. The exit stop tells that it happened, not how it ends: the kernel makes the call again
 * if no handler ran or the handler has SA_RESTART, else the program sees EINTR. Only the return from the handler
 * tells which, and the handler may make calls of its own before.
 */

static void set_aside(struct task *task)
{
	if (!task->call.broken_off)
		return;
	if (task->n_broken == BROKEN_MOST)   /* handlers left by longjmp: their calls never end */
		memmove(task->broken, task->broken + 1, (size_t)--task->n_broken * sizeof *task->broken);
	task->broken[task->n_broken++] = task->call;
	task->call = (struct task_call){ .tty_bytes = -1 };
}

/* Back to the call that was broken off with the stack where it is now. False: there is none. */
static bool take_up(struct task *task, uint64_t sp)
{
	int i = task->n_broken;
	while (i > 0 && task->broken[i - 1].sp != sp)
		i--;
	if (i == 0)
		return false;
	task->n_broken = i - 1;
	task->call = task->broken[i - 1];
	arena_clear(&task->arena);
	struct decode d = decode_of(task);
	task->call.entry = decode_entry(&d);
	return true;
}

static bool is_told(const struct task *task)
{
	return !task->call.hidden || task->process->begun;
}

static void tell_again(struct run *run, struct task *task)
{
	struct place place = { 0 };
	if (!task->call.hidden)
		place = find_line(run, task);
	emit_before(run, task, &place);
	task->call.covered = false;
}

static void make_again(struct run *run, struct task *task)
{
	struct task_call *call = &task->call;
	call->broken_off = call->slept = false;
	if (is_told(task)) {
		if (!call->covered)
			emit_after(run, task, -EINTR, true);
		tell_again(run, task);
	}
	enter_call(task);
}

static bool is_of_signals(struct run *run, struct task *task, const struct stop *stop)
{
	struct task_call *call = &task->call;
	bool same = call->broken_off && call->desc->nr == stop->nr && call->ip == stop->ip && call->sp == stop->sp;
	if (same || (call->broken_off && stop->nr == SYS_restart_syscall)) {
		make_again(run, task);
		return true;
	}
	set_aside(task);
	if (stop->nr != SYS_rt_sigreturn && stop->nr != SYS_restart_syscall)
		return false;
	task->in_sigreturn = stop->nr == SYS_rt_sigreturn && task->n_broken > 0;
	task->where = TASK_FREE;
	tracer_go(task->tid, task->in_sigreturn ? GO_TO_EXIT : GO_ON, 0);
	return true;
}

/* Back from a handler: what the program finds in place of a result tells how its broken-off call ended. */
static void on_sigreturn(struct run *run, struct task *task, const struct stop *stop)
{
	task->in_sigreturn = false;
	if (!take_up(task, stop->sp) || stop->ret != -EINTR) {
		set_free(task);
		return;
	}
	task->call.broken_off = false;
	if (is_told(task) && task->call.covered)
		tell_again(run, task);
	if (is_told(task))
		emit_after(run, task, -EINTR, false);
	hold_after(run, task);
}

static void on_call(struct run *run, struct task *task, const struct stop *stop)
{
	const struct call_desc *desc = stop->nr >= 0 ? call_find(stop->nr) : NULL;
	if (is_of_signals(run, task, stop))
		return;
	if (!desc) {
		note(run, task, "foreign-abi", NULL);
		set_free(task);
		return;
	}
	enum interest interest = interest_in(run, task, desc, stop->args);
	new_call(task, desc, stop);
	if (interest == STEP) {
		hold_before(run, task);
	} else if (interest == LISTEN_TTY) {
		task->call.hidden = true;
		task->call.tty_bytes = 0;
		if (task->process->begun)
			emit_before(run, task, NULL);
		enter_call(task);
	} else {
		pass_call(run, task);
	}
}

static bool is_restart(int64_t ret)
{
	return ret == -ERESTARTSYS_ || ret == -ERESTARTNOINTR_ || ret == -ERESTARTNOHAND_ ||
	       ret == -ERESTART_RESTARTBLOCK_;
}

static void on_exit(struct run *run, struct task *task, const struct stop *stop)
{
	struct task_call *call = &task->call;
	if (task->in_sigreturn) {
		on_sigreturn(run, task, stop);
		return;
	}
	if (task->where != TASK_IN_CALL || !call->desc) {
		set_free(task);
		return;
	}
	show_untraced(task);
	/* epoll_wait and others give EINTR at once. For a signal that is ignored no program sees that without a tracer. */
	bool not_ours = stop->ret == -EINTR && task_woken_for_nothing(task->tid) &&
			tracer_call_again(task->tid, call->desc->nr, call->args[0]);
	if (not_ours || is_restart(stop->ret)) {
		call->broken_off = true;
		set_free(task);
		return;
	}
	if (call->tty_bytes >= 0 && stop->ret > 0)
		run->ttys[task->process->actor].written += stop->ret;
	if (!call->hidden || task->process->begun) {
		emit_after(run, task, stop->ret, false);
	} else {
		struct effect_sink to = sink_of(run);
		effect_call(&to, &run->socks, task, stop->ret, NULL);
	}
	hold_after(run, task);
}

void conduct_asleep(struct run *run, struct task *task)
{
	struct event e;
	char wchan[64];
	event_init(&e, EVENT_asleep);
	rest_wchan(task, wchan, sizeof wchan);
	e.asleep.on = call_sleep_name(task->call.desc->sleep);
	e.asleep.wchan = wchan[0] ? wchan : NULL;
	e.asleep.fd = call_arg_is_fd(task->call.desc, 0) ? (int)task->call.args[0] : -1;
	task->call.slept = true;
	run_emit(run, task, &e);
}

/* signals */

static const char *signal_code(int code)
{
	static const struct { int code; const char *name; } names[] = {
		{ SI_USER, "SI_USER" }, { SI_KERNEL, "SI_KERNEL" }, { SI_QUEUE, "SI_QUEUE" }, { SI_TIMER, "SI_TIMER" },
		{ SI_MESGQ, "SI_MESGQ" }, { SI_ASYNCIO, "SI_ASYNCIO" }, { SI_SIGIO, "SI_SIGIO" }, { SI_TKILL, "SI_TKILL" },
	};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].code == code)
			return names[i].name;
	return NULL;
}

static void on_signal(struct run *run, struct task *task, const struct stop *stop)
{
	struct event e;
	event_init(&e, EVENT_signal);
	e.signal.signo = stop->signo;
	e.signal.name = signal_name(stop->signo);
	e.signal.code = signal_code(stop->code);
	e.signal.from = stop->from;
	run_emit(run, task, &e);
	go_on(task, stop->signo);
}

static void on_group_stop(struct run *run, struct task *task, const struct stop *stop)
{
	struct event e;
	event_init(&e, EVENT_stopped);
	e.stopped.name = signal_name(stop->signo);
	run_emit(run, task, &e);
	task->where_before_stop = task->where;
	task->where = TASK_GROUP_STOP;
	tracer_go(task->tid, GO_LISTEN, 0);
}

static void on_pause(struct run *run, struct task *task)
{
	if (task->where == TASK_PARKED)
		return;   /* a new task's first stop; its parent's event lets it go on */
	if (task->where == TASK_GROUP_STOP) {
		struct event e;
		event_init(&e, EVENT_continued);
		run_emit(run, task, &e);
		task->where = task->where_before_stop;
	}
	go_on(task, 0);
}

/* processes and threads */

static void emit_task(struct run *run, struct task *task)
{
	struct event e;
	event_init(&e, EVENT_task);
	e.task.how = task->how;
	e.task.parent = task->parent;
	e.task.pid = task->process->pid;
	e.task.ipid = task->process->ipid;
	run_emit(run, task, &e);
}

static void on_child(struct run *run, struct task *parent, const struct stop *stop)
{
	struct task *child = task_find(&run->tasks, stop->child);
	bool has_stopped = child != NULL;
	uint64_t flags = clone_flags(parent);
	if (!child)
		child = task_new(&run->tasks, stop->child);
	bool is_thread = flags & CLONE_THREAD;
	struct process *process = parent->process;
	if (!is_thread) {
		process = process_new(&run->tasks, stop->child, parent->process->actor);
		process->begun = parent->process->begun;
		process->fds = flags & CLONE_FILES ? fdtable_share(parent->process->fds) :
						     fdtable_copy(parent->process->fds);
	}
	task_place(&run->tasks, child, process);
	child->parent = parent->lane;
	child->how = is_thread ? "thread" : stop->how == HOW_VFORK ? "vfork" : stop->how == HOW_FORK ? "fork" : "process";
	emit_task(run, child);
	if (!is_thread) {
		struct effect_sink to = sink_of(run);
		effect_fork(&to, child);
	}
	child->where = TASK_FREE;
	if (has_stopped)
		tracer_go(child->tid, GO_ON, 0);
	go_on(parent, 0);
}

static void emit_exit(struct run *run, struct task *task, const struct stop *stop)
{
	struct event e;
	event_init(&e, EVENT_exit);
	e.exit.code = stop->code;
	e.exit.signo = stop->signo;
	e.exit.name = stop->signo ? signal_name(stop->signo) : NULL;
	e.exit.core = stop->core;
	e.exit.last = task->process->tasks == 1;
	if (e.exit.last) {
		struct effect_sink to = sink_of(run);
		effect_end(&to, task);
	}
	run_emit(run, task, &e);
}

/* A thread that calls execve takes the process's id; the old leader is gone without a word. */
static struct task *take_over(struct run *run, struct task *leader, pid_t former)
{
	struct task *caller = task_find(&run->tasks, former);
	if (!caller || caller == leader)
		return leader;
	emit_exit(run, leader, &(struct stop){ .code = 0 });
	task_end(&run->tasks, leader);
	caller->tid = leader->tid;
	caller->itid = task_inner_id(caller->tid);
	return caller;
}

static void on_exec(struct run *run, struct task *task, const struct stop *stop)
{
	char path[48], exe[4096];
	struct event e;
	if (stop->former && stop->former != task->tid)
		task = take_over(run, task, stop->former);
	snprintf(path, sizeof path, "/proc/%d/exe", (int)task->tid);
	ssize_t n = readlink(path, exe, sizeof exe - 1);
	exe[n > 0 ? n : 0] = '\0';
	event_init(&e, EVENT_exec);
	e.exec.path = exe;
	run_emit(run, task, &e);
	struct effect_sink to = sink_of(run);
	effect_exec(&to, task);
	task->n_broken = 0;
	task->process->begun = false;
	if (task->process->lines)
		lines_exec(task->process->lines);
	set_free(task);
}

static void on_end(struct run *run, struct task *task, const struct stop *stop)
{
	if (!task->process) {   /* parked, and its parent's event never came */
		task_end(&run->tasks, task);
		return;
	}
	emit_exit(run, task, stop);
	task_end(&run->tasks, task);
}

void conduct_stop(struct run *run, const struct stop *stop)
{
	struct task *task = task_find(&run->tasks, stop->tid);
	if (!task) {
		if (stop->kind != STOP_ENDED)   /* a child that stops before its parent's event */
			task_new(&run->tasks, stop->tid);
		return;
	}
	switch (stop->kind) {
	case STOP_CALL:
		on_call(run, task, stop);
		break;
	case STOP_CALL_EXIT:
		on_exit(run, task, stop);
		break;
	case STOP_SIGNAL:
		on_signal(run, task, stop);
		break;
	case STOP_GROUP:
		on_group_stop(run, task, stop);
		break;
	case STOP_PAUSE:
		on_pause(run, task);
		break;
	case STOP_CHILD:
		on_child(run, task, stop);
		break;
	case STOP_EXEC:
		on_exec(run, task, stop);
		break;
	case STOP_ENDED:
		on_end(run, task, stop);
		break;
	}
}
