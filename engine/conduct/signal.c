/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signals, and the calls they break off. The exit stop tells that it happened, not how it ends: the kernel makes the
 * call again if no handler ran or the handler has SA_RESTART, else the program sees EINTR. Only the return from the
 * handler tells which, and the handler may make calls of its own before. signal(7), restart_syscall(2).
 */
#include "engine/conduct/conduct.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "engine/trace/arch.h"
#include "engine/trace/peek.h"

/* The kernel's own codes for "a signal broke this off"; no program ever sees them. */
enum { ERESTARTSYS_ = 512, ERESTARTNOINTR_ = 513, ERESTARTNOHAND_ = 514, ERESTART_RESTARTBLOCK_ = 516 };

static void set_aside(struct task *task)
{
	if (!task->call.broken_off)
		return;
	if (task->n_broken == BROKEN_MOST)   /* handlers left by longjmp: their calls never end */
		memmove(task->broken, task->broken + 1, (size_t)--task->n_broken * sizeof *task->broken);
	task->broken[task->n_broken++] = task->call;
	task->call = (struct task_call){ .tty_bytes = -1 };
}

/* The arguments as the kernel has them. */
static void given_args(const struct task_call *call, uint64_t args[6])
{
	memcpy(args, call->args, sizeof call->args);
	if (call->shortened)
		args[3] = call->given;
}

/* Here a call ends, or is about to be made again: is it this one? Another one from the same frame has other arguments. */
static bool is_back_at(const struct task *task, const struct task_call *call, const struct stop *stop)
{
	uint64_t args[6];
	given_args(call, args);
	return call->sp == stop->sp && (call->ip == stop->ip || call->ip - arch_call_bytes == stop->ip) &&
	       tracer_has_args(task->tid, args);
}

/* Back to the call that was broken off where the program is now. False: there is none. */
static bool take_up(struct task *task, const struct stop *stop)
{
	int i = task->n_broken;
	while (i > 0 && !is_back_at(task, &task->broken[i - 1], stop))
		i--;
	if (i == 0)
		return false;
	task->n_broken = i - 1;
	task->call = task->broken[i - 1];
	arena_clear(&task->arena);
	struct decode d = conduct_decode(task);
	task->call.entry = decode_entry(&d);
	return true;
}

static bool is_on_alt(const struct task *task, uint64_t sp)
{
	return sp > task->alt && sp - task->alt <= task->alt_size;
}

/* A handler works below the frame it broke into, or on the signal stack. Who is above has left it by a jump. */
static bool is_left(const struct task *task, uint64_t then, uint64_t now)
{
	if (is_on_alt(task, then) == is_on_alt(task, now))
		return now >= then;
	return is_on_alt(task, then);
}

static void drop_left(struct run *run, struct task *task, uint64_t sp)
{
	while (task->n_broken && is_left(task, task->broken[task->n_broken - 1].sp, sp)) {
		const struct task_call *call = &task->broken[--task->n_broken];
		if (!call->hidden)
			conduct_note(run, task, "call-left", call->desc->name);
	}
}

/* The kernel refuses a change from a handler that is on the stack. */
static void note_alt(struct task *task, const struct stop *stop)
{
	struct peek mem = peek_process(task->tid);
	stack_t to;
	if (!stop->args[0] || is_on_alt(task, stop->sp) || !peek_all(&mem, stop->args[0], &to, sizeof to))
		return;
	task->alt = (uint64_t)(uintptr_t)to.ss_sp;
	task->alt_size = to.ss_flags & SS_DISABLE ? 0 : to.ss_size;
}

static bool is_told(const struct task *task)
{
	return !task->call.silent && (!task->call.hidden || task->process->begun);
}

static void tell_again(struct run *run, struct task *task)
{
	struct place place = { 0 };
	if (!task->call.hidden)
		place = conduct_place(run, task);
	conduct_before(run, task, &place);
	task->call.covered = false;
}

static void make_again(struct run *run, struct task *task)
{
	struct task_call *call = &task->call;
	call->broken_off = call->slept = false;
	if (is_told(task)) {
		if (!call->covered)
			conduct_after(run, task, -EINTR, true);
		tell_again(run, task);
	}
	conduct_enter(run, task);
}

bool conduct_of_signals(struct run *run, struct task *task, const struct stop *stop)
{
	const struct task_call *call = &task->call;
	uint64_t args[6];
	given_args(call, args);
	bool same = call->broken_off && call->desc->nr == stop->nr && call->ip == stop->ip && call->sp == stop->sp &&
		    memcmp(args, stop->args, sizeof args) == 0;
	if (same || (call->broken_off && stop->nr == SYS_restart_syscall)) {
		make_again(run, task);
		return true;
	}
	set_aside(task);
	drop_left(run, task, stop->sp);
	if (stop->nr == SYS_sigaltstack)
		note_alt(task, stop);
	else if (stop->nr != SYS_rt_sigreturn && stop->nr != SYS_restart_syscall)
		return false;
	task->in_sigreturn = stop->nr == SYS_rt_sigreturn && task->n_broken > 0;
	task->where = TASK_FREE;
	tracer_go(task->tid, task->in_sigreturn ? GO_TO_EXIT : GO_ON, 0);
	return true;
}

/* Back from a handler: what the program finds in place of a result tells how its broken-off call ended. */
void conduct_sigreturn(struct run *run, struct task *task, const struct stop *stop)
{
	task->in_sigreturn = false;
	if (!take_up(task, stop) || stop->ip != task->call.ip) {
		conduct_set_free(task);
		return;
	}
	task->call.broken_off = false;
	conduct_lengthen(task);
	if (is_told(task) && task->call.covered)
		tell_again(run, task);
	if (is_told(task))
		conduct_after(run, task, stop->ret, false);
	conduct_hold_after(run, task);
}

bool conduct_is_restart(int64_t ret)
{
	return ret == -ERESTARTSYS_ || ret == -ERESTARTNOINTR_ || ret == -ERESTARTNOHAND_ ||
	       ret == -ERESTART_RESTARTBLOCK_;
}

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

/* A timer of the programs' time sent it, in place of the kernel. */
static bool is_of_alarm(struct task *task, const struct stop *stop)
{
	struct alarm *a = &task->process->alarm;
	if (!a->sent || stop->signo != SIGALRM || stop->code != SI_USER || (stop->from != 0 && stop->from != getpid()))
		return false;
	a->sent = false;
	return tracer_signal_of_kernel(task->tid, SIGALRM);
}

void conduct_signal(struct run *run, struct task *task, const struct stop *stop)
{
	struct event e;
	bool as_kernels = task->call.fault.sent == stop->signo && stop->code == SI_TKILL &&
			  tracer_signal_is_own(task->tid, task->process->ipid);
	bool is_alarm = is_of_alarm(task, stop);
	ptimers_signal(run, task, stop);
	event_init(&e, EVENT_signal);
	e.signal.signo = stop->signo;
	e.signal.name = signal_name(stop->signo);
	e.signal.code = signal_code(as_kernels ? SI_USER : is_alarm ? SI_KERNEL : stop->code);
	e.signal.ignored = task_ignores(task->tid, stop->signo);
	e.signal.from = as_kernels ? task->process->ipid : stop->from;
	run_emit(run, task, &e);
	if (task->call.broken_off && task_catches(task->tid, stop->signo))
		set_aside(task);   /* from here only the handler's return can lead back to it */
	conduct_go_on(task, stop->signo);
}

void conduct_group_stop(struct run *run, struct task *task, const struct stop *stop)
{
	struct event e;
	event_init(&e, EVENT_stopped);
	e.stopped.name = signal_name(stop->signo);
	run_emit(run, task, &e);
	task->where_before_stop = task->where;
	task->where = TASK_GROUP_STOP;
	tracer_go(task->tid, GO_LISTEN, 0);
}

void conduct_pause(struct run *run, struct task *task)
{
	if (task->where == TASK_PARKED)
		return;   /* a new task's first stop; its parent's event lets it go on */
	if (task->where == TASK_GROUP_STOP) {
		struct event e;
		event_init(&e, EVENT_continued);
		run_emit(run, task, &e);
		task->where = task->where_before_stop;
	}
	conduct_go_on(task, 0);
}
