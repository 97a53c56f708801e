/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Processes and threads: how they begin, run another program, and end. A child's first stop and its parent's event
 * can come in either order; the child goes on when both are here.
 */
#include "engine/conduct/conduct.h"

#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine/trace/lines.h"

static const int64_t PARKED_NS = 200 * 1000 * 1000;   /* a parent's event that is so late does not come */

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

void conduct_hide_untraced(struct task *task)
{
	uint64_t flags = clone_flags(task);
	if (!(flags & CLONE_UNTRACED))
		return;
	set_clone_flags(task, flags & ~(uint64_t)CLONE_UNTRACED);
	task->call.untraced = true;
}

void conduct_show_untraced(struct task *task)
{
	if (task->call.untraced)
		set_clone_flags(task, clone_flags(task) | CLONE_UNTRACED);
	task->call.untraced = false;
}

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

static void emit_exit(struct run *run, struct task *task, const struct stop *stop)
{
	struct event e;
	event_init(&e, EVENT_exit);
	e.exit.code = stop->code;
	e.exit.signo = stop->signo;
	e.exit.name = stop->signo ? signal_name(stop->signo) : NULL;
	e.exit.core = stop->core;
	e.exit.last = task->process->tasks == 1;
	struct effect_sink to = conduct_sink(run);
	effect_end(&to, task, e.exit.last);
	if (e.exit.last)
		ptimers_forget(&run->ptimers, task->process->pid);
	run_emit(run, task, &e);
}

static void end_task(struct run *run, struct task *task, const struct stop *stop)
{
	emit_exit(run, task, stop);
	task_end(&run->tasks, task);
}

static void give_fds(struct task *parent, struct task *child, struct process *process, bool shared)
{
	struct fdtable *fds = task_fds(parent);
	if (process != parent->process)
		process->fds = shared ? fdtable_share(fds, process->pid) : fdtable_copy(fds, process->pid);
	else if (!shared)
		child->own_fds = fdtable_copy(fds, 0);
	else if (parent->own_fds)
		child->own_fds = fdtable_share(fds, 0);
}

void conduct_child(struct run *run, struct task *parent, const struct stop *stop)
{
	struct task *child = task_find(&run->tasks, stop->child), *ended = task_never_placed(&run->tasks, stop->child);
	bool has_stopped = child != NULL;
	uint64_t flags = clone_flags(parent);
	if (!child)
		child = ended ? ended : task_new(&run->tasks, stop->child);
	bool is_thread = flags & CLONE_THREAD;
	struct process *process = parent->process;
	if (!is_thread) {
		process = process_new(&run->tasks, stop->child, parent->process->actor);
		process->begun = parent->process->begun;
	}
	give_fds(parent, child, process, flags & CLONE_FILES);
	task_place(&run->tasks, child, process);
	child->parent = parent->lane;
	if (!(flags & CLONE_VM) || flags & CLONE_VFORK)
		child->alt = parent->alt, child->alt_size = parent->alt_size;
	child->how = is_thread ? "thread" : stop->how == HOW_VFORK ? "vfork" : stop->how == HOW_FORK ? "fork" : "process";
	emit_task(run, child);
	if (!is_thread) {
		struct effect_sink to = conduct_sink(run);
		effect_fork(&to, child);
	}
	child->where = TASK_FREE;
	if (has_stopped)
		tracer_go(child->tid, GO_ON, 0);
	if (child == ended)
		end_task(run, child, &(struct stop){ .code = child->end_code, .signo = child->end_signo });
	conduct_go_on(parent, 0);
}

/*
 * A child whose parent was killed before it could tell of it. It has stopped for long enough; whose it was is not
 * known any more, but each program leads a session of its own.
 */
static void adopt(struct run *run, struct task *child)
{
	pid_t pid = task_group(child->tid);
	struct process *process = process_find(&run->tasks, pid);
	child->how = process ? "thread" : "process";
	if (!process) {
		process = process_new(&run->tasks, pid ? pid : child->tid, 0);
		process->fds = fdtable_new(process->pid);
		process->begun = true;
		for (int i = 0; i < run->n_actors; i++)
			if (run->leaders[i] == getsid(child->tid))
				process->actor = i;
	}
	task_place(&run->tasks, child, process);
	emit_task(run, child);
	conduct_note(run, child, "lost-task", NULL);
	conduct_set_free(child);
}

/* One that has ended too is not told of: there is nothing left to ask who it was. */
void conduct_adopt(struct run *run)
{
	for (int i = 0; i < run->tasks.n; i++) {
		struct task *task = run->tasks.all[i];
		bool is_parked = task->where == TASK_PARKED || task->where == TASK_GONE;
		if (!is_parked || run_clock() - task->parked_since <= PARKED_NS)
			continue;
		if (task->where == TASK_PARKED)
			adopt(run, task);
		else
			task_forget(&run->tasks, run->tasks.all[i--]);
	}
}

/* A thread that calls execve takes the process's id; the old leader is gone without a word. */
static struct task *take_over(struct run *run, struct task *leader, pid_t former)
{
	struct task *caller = task_find(&run->tasks, former);
	if (!caller || caller == leader)
		return leader;
	pid_t tid = leader->tid;
	emit_exit(run, leader, &(struct stop){ .code = 0 });
	task_end(&run->tasks, leader);
	task_rename(&run->tasks, caller, tid);
	return caller;
}

void conduct_exec(struct run *run, struct task *task, const struct stop *stop)
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
	struct effect_sink to = conduct_sink(run);
	effect_exec(&to, task);
	conduct_clock_exec(run, task, stop);
	ptimers_forget(&run->ptimers, task->process->pid);
	task->n_broken = 0;
	task->alt_size = 0;
	task->process->begun = false;
	if (task->process->lines)
		lines_exec(task->process->lines);
	conduct_set_free(task);
}

void conduct_end(struct run *run, struct task *task, const struct stop *stop)
{
	if (task->process) {
		end_task(run, task, stop);
		return;
	}
	task->end_code = stop->code;   /* parked: its parent's event may still come */
	task->end_signo = stop->signo;
	task_end(&run->tasks, task);
}
