/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a stop means: which event it is, whether the task is held there, and how
 * it goes on. One function a kind of stop; settle.c takes the stops and
 * decides when a step is over.
 */
#include "engine/conduct/conduct.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/major.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "engine/base/text.h"
#include "engine/observe/observe.h"
#include "engine/trace/rest.h"

/* The kernel's codes for "a signal broke this off": made again if the handler wants it, and in any case. */
enum { ERESTARTSYS_ = 512, ERESTARTNOINTR_ = 513 };

void conduct_go_on(struct task *task, int signo)
{
	tracer_go(task->tid, task->where == TASK_IN_CALL ? GO_TO_EXIT : GO_ON, signo);
}

void conduct_set_free(struct task *task)
{
	task->where = TASK_FREE;
	if (!task->call.silent)   /* else it may do this again and again, and never be at rest */
		rest_begin(task);
	tracer_go(task->tid, GO_ON, 0);
}

void conduct_enter(struct run *run, struct task *task)
{
	if (!conduct_is_skipped(task)) {
		conduct_hide_untraced(task);
		conduct_clock_enter(run, task);
	}
	conduct_meet(task);
	task->where = TASK_IN_CALL;
	if (!task->call.began)
		task->call.began = run_clock();
	if (!task->call.silent)
		rest_begin(task);
	tracer_go(task->tid, GO_TO_EXIT, 0);
}

void conduct_release(struct run *run, struct task *task)
{
	if (task->call.after)
		conduct_set_free(task);
	else
		conduct_enter(run, task);
}

void conduct_note(struct run *run, struct task *task, const char *id, const char *a0)
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

static struct sock *accepted(void *ctx, struct task *task, int fd, const struct sock *listener)
{
	return observe_accepted(ctx, task, fd, listener);
}

struct effect_sink conduct_sink(struct run *run)
{
	return (struct effect_sink){ .event = emit_effect, .accepted = accepted, .ctx = run };
}

/* calls */

/* Where the call stands in the source. Its texts live as long as the process's lines. */
struct place conduct_place(struct run *run, struct task *task)
{
	struct process *p = task->process;
	struct place place = { 0 };
	if (run->no_lines)
		return place;
	if (!p->lines)
		p->lines = lines_new(p->pid, p->ipid);
	if (!lines_find(p->lines, task->tid, task->itid, &place))
		return (struct place){ 0 };
	if (run->sources)
		place.file = path_base(place.file);
	return place;
}

/* A call that a library makes for itself while it is loaded is no step of a lesson. */
static bool is_librarys_own(struct run *run, struct task *task, const struct place *place)
{
	return run->sources && !place->line && task->process->lines && lines_are_complete(task->process->lines);
}

struct decode conduct_decode(struct task *task)
{
	struct decode d = { .call = task->call.desc, .peek = peek_process(task->tid), .arena = &task->arena };
	memcpy(d.args, task->call.args, sizeof d.args);
	return d;
}

void conduct_before(struct run *run, struct task *task, const struct place *place)
{
	struct task_call *call = &task->call;
	struct event e;
	for (int i = 0; i < task->n_broken; i++)
		task->broken[i].covered = true;
	event_init(&e, EVENT_before);
	struct decode d = conduct_decode(task);
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

void conduct_after(struct run *run, struct task *task, int64_t ret, bool restart)
{
	struct task_call *call = &task->call;
	struct event e;
	event_init(&e, EVENT_after);
	struct decode d = conduct_decode(task);
	d.ret = ret;
	d.is_error = ret < 0;
	call->failed = d.is_error && !restart;
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
	e.after.injected = call->fault.kind ? fault_name(call->fault.kind) : NULL;
	e.after.undone = conduct_is_skipped(task);
	run_emit(run, task, &e);
	if (!restart && !conduct_is_skipped(task)) {
		struct effect_sink to = conduct_sink(run);
		effect_call(&to, &run->socks, task, ret, args);
		observe_ends(run, task, ret);
	}
}

/* A terminal that a program made for itself (a shell in it, say) is not the one whose output is shown. */
static bool is_own_terminal(const struct run *run, const struct task *task, const struct fd_entry *e)
{
	int actor = task->process->actor;
	bool is_controlling = e->terminal == makedev(TTYAUX_MAJOR, 0);   /* /dev/tty: the one of its session */
	return e->terminal == run->ttys[actor].device || (is_controlling && getsid(task->tid) == run->leaders[actor]);
}

static bool is_of_interest(const struct run *run, const struct task *task, const struct fd_entry *e)
{
	static const char *const dull[] = { "other", "pipe", "none", NULL };
	if (text_in(e->kind, dull))
		return false;
	return strcmp(e->kind, "tty") != 0 || is_own_terminal(run, task, e);
}

/* The first descriptor of the call that makes it a step of its own, or writes to its terminal. */
static const struct fd_entry *fd_of_interest(struct run *run, struct task *task, const struct call_desc *desc,
					     const uint64_t args[6])
{
	for (int i = 0; i < desc->nargs; i++) {
		const struct fd_entry *e = call_arg_is_fd(desc, (unsigned)i) ? effect_fd(&run->socks, task, (int)args[i]) : NULL;
		if (e && is_of_interest(run, task, e))
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
	task->call.opened = fdtable_opened(task_fds(task));
}

/* dup2(2) may take the place of a descriptor we know, even if what it copies is none of ours. */
static bool changes_descriptors(const struct call_desc *desc, const uint64_t args[6])
{
	if (desc->ret == RET_FCNTL)
		return args[1] == F_DUPFD || args[1] == F_DUPFD_CLOEXEC || args[1] == F_SETFD;
	return desc->ret == RET_FD;
}

/* Calls that make a process, run another program, or change descriptors: their exit tells what they did. */
static bool exit_matters(const struct task_call *call)
{
	const struct call_desc *desc = call->desc;
	return desc->class == CALL_STEP || (desc->class == CALL_ALWAYS && desc->ret != RET_NOTHING) ||
	       changes_descriptors(desc, call->args);
}

static void pass_call(struct run *run, struct task *task)
{
	const struct call_desc *desc = task->call.desc;
	task->call.hidden = true;
	task->call.silent = desc->sleep == SLEEP_LOCK;
	if (task->process->begun && !task->call.silent)
		conduct_before(run, task, NULL);
	if ((run->results && desc->ret != RET_NOTHING) || exit_matters(&task->call) || task->call.silent) {
		conduct_enter(run, task);
		return;
	}
	/* It goes on without a stop at its exit: closing what is open does not fail. */
	if (strcmp(desc->canon, "close") == 0) {
		struct effect_sink to = conduct_sink(run);
		effect_call(&to, &run->socks, task, 0, NULL);
	}
	conduct_set_free(task);
}

static void hold_before(struct run *run, struct task *task)
{
	struct place place = conduct_place(run, task);
	if (is_librarys_own(run, task, &place)) {
		pass_call(run, task);
		return;
	}
	task->process->begun = true;
	conduct_before(run, task, &place);
	task->where = TASK_HELD;
	task->to_next_before = false;
	if (run->free)
		conduct_enter(run, task);
}

void conduct_hold_after(struct run *run, struct task *task)
{
	task->call.after = true;
	/* An error is what a learner must see: who hurries to the next call stops here, too. */
	if (task->call.hidden || run->free || (task->to_next_before && !task->call.failed))
		conduct_set_free(task);
	else
		task->where = TASK_HELD;
}

/* Told once a program: a server's workers would all ask. */
static void refuse_call(struct run *run, struct task *task)
{
	bool *told = &run->refused_told[task->process->actor];
	if (!*told)
		conduct_note(run, task, "io-uring", NULL);
	*told = true;
	task->call = (struct task_call){ .tty_bytes = -1 };
	tracer_refuse(task->tid, ENOSYS);
	conduct_set_free(task);
}

static void on_call(struct run *run, struct task *task, const struct stop *stop)
{
	const struct call_desc *desc = stop->nr >= 0 ? call_find(stop->nr) : NULL;
	if (conduct_clock_read(run, task, stop) || ptimers_call(run, task, stop) || conduct_aio(run, task, stop) ||
	    conduct_of_signals(run, task, stop))
		return;
	if (!desc) {
		task->call = (struct task_call){ .tty_bytes = -1 };
		conduct_note(run, task, "foreign-abi", NULL);
		conduct_set_free(task);
		return;
	}
	if (desc->class == CALL_REFUSE) {
		refuse_call(run, task);
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
			conduct_before(run, task, NULL);
		conduct_enter(run, task);
	} else {
		pass_call(run, task);
	}
}

/* It asked for something and got nothing. A wait that had its time has waited. */
static bool is_in_vain(const struct task_call *call, int64_t ret)
{
	switch (call->desc->sleep) {
	case SLEEP_EVENT:
	case SLEEP_CHILD:
	case SLEEP_TIME:
		return ret <= 0;
	default:
		return ret < 0;
	}
}

/* A loop of such calls waits for a time that it reads from a clock: its steps are then longer ones. */
static void count_time(struct run *run, struct task *task, int64_t ret)
{
	const struct task_call *call = &task->call;
	if (call->hidden || call->timed)
		return;
	if (is_in_vain(call, ret)) {
		vclock_in_vain(&run->clock, &task->vain);
		return;
	}
	vclock_stir(&run->clock);
	if (call->desc->sleep != SLEEP_NONE)
		task->vain = 0;
}

static void on_exit(struct run *run, struct task *task, const struct stop *stop)
{
	struct task_call *call = &task->call;
	if (task->in_sigreturn) {
		conduct_sigreturn(run, task, stop);
		return;
	}
	if (task->where != TASK_IN_CALL || !call->desc) {
		conduct_set_free(task);
		return;
	}
	int64_t ret = stop->ret;
	conduct_show_untraced(task);
	conduct_lengthen(task);
	conduct_met(task, &ret);
	conduct_clock_exit(run, task, &ret);
	/* A signal that came while we had it stopped would lose the line: without us it comes before or after the write. */
	if (call->tty_bytes >= 0 && ret == -ERESTARTSYS_ && tracer_set_result(task->tid, -ERESTARTNOINTR_))
		ret = -ERESTARTNOINTR_;
	/* epoll_wait and others give EINTR at once. For a signal that is ignored no program sees that without a tracer. */
	bool not_ours = ret == -EINTR && !conduct_is_skipped(task) && task_woken_for_nothing(task->tid) &&
			conduct_once_more(run, task, &ret);
	if (not_ours || conduct_is_restart(ret)) {
		call->broken_off = true;
		conduct_set_free(task);
		return;
	}
	count_time(run, task, ret);
	if (call->tty_bytes >= 0 && ret > 0)
		run->ttys[task->process->actor].written += ret;
	if (!call->silent && (!call->hidden || task->process->begun)) {
		conduct_after(run, task, ret, false);
	} else {
		struct effect_sink to = conduct_sink(run);
		effect_call(&to, &run->socks, task, ret, NULL);
	}
	conduct_hold_after(run, task);
}

void conduct_asleep(struct run *run, struct task *task)
{
	struct event e;
	char wchan[64];
	if (task->call.silent && !task->call.timed)
		return;
	if (task->call.timed)
		task->process->begun = true;
	if (task->call.silent)
		conduct_before(run, task, NULL);
	task->call.silent = false;
	event_init(&e, EVENT_asleep);
	rest_wchan(task, wchan, sizeof wchan);
	struct rest_sleep sleep = rest_sleep(task);
	e.asleep.on = call_sleep_name(sleep.on);
	e.asleep.wchan = wchan[0] ? wchan : NULL;
	e.asleep.fd = sleep.fd;
	task->call.slept = true;
	run_emit(run, task, &e);
}

void conduct_stop(struct run *run, const struct stop *stop)
{
	struct task *task = task_find(&run->tasks, stop->tid);
	if (!task) {
		if (stop->kind == STOP_ENDED)
			return;
		task_new(&run->tasks, stop->tid)->parked_since = run_clock();   /* it stops before its parent's event */
		if (run->settled)   /* that event does not come any more, and somebody must look after the child */
			run_begin_step(run, -1);
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
		conduct_signal(run, task, stop);
		break;
	case STOP_GROUP:
		conduct_group_stop(run, task, stop);
		break;
	case STOP_PAUSE:
		conduct_pause(run, task);
		break;
	case STOP_CHILD:
		conduct_child(run, task, stop);
		break;
	case STOP_EXEC:
		conduct_exec(run, task, stop);
		break;
	case STOP_ENDED:
		conduct_end(run, task, stop);
		break;
	}
}
