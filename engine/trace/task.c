/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/trace/task.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "engine/base/buf.h"
#include "engine/trace/fdtable.h"
#include "engine/trace/lines.h"

void tasks_init(struct tasks *t)
{
	*t = (struct tasks){ 0 };
}

static void process_free(struct process *p)
{
	if (p->pidfd >= 0)
		close(p->pidfd);
	fdtable_drop(p->fds, p->pid);
	lines_free(p->lines);
	free(p);
}

static void task_free(struct task *task)
{
	arena_release(&task->arena);
	fdtable_drop(task->own_fds, 0);
	free(task);
}

void tasks_release(struct tasks *t)
{
	for (int i = 0; i < t->n; i++)
		task_free(t->all[i]);
	for (int i = 0; i < t->n_processes; i++)
		process_free(t->processes[i]);
	free(t->all);
	free(t->processes);
	tasks_init(t);
}

struct process *process_new(struct tasks *t, pid_t pid, int actor)
{
	struct process *p = xcalloc(1, sizeof *p);
	*p = (struct process){ .pid = pid, .ipid = task_inner_id(pid), .actor = actor };
	p->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	t->processes = xrealloc(t->processes, (size_t)(t->n_processes + 1) * sizeof *t->processes);
	t->processes[t->n_processes++] = p;
	return p;
}

static struct task **bucket_of(struct tasks *t, pid_t tid)
{
	return &t->by_tid[(unsigned)tid % TASK_BUCKETS];
}

static void index_task(struct tasks *t, struct task *task)
{
	struct task **bucket = bucket_of(t, task->tid);
	task->next = *bucket;
	*bucket = task;
}

static void unindex_task(struct tasks *t, struct task *task)
{
	struct task **at = bucket_of(t, task->tid);
	while (*at != task)
		at = &(*at)->next;
	*at = task->next;
}

struct task *task_new(struct tasks *t, pid_t tid)
{
	struct task *task = xcalloc(1, sizeof *task);
	*task = (struct task){ .tid = tid, .lane = -1, .parent = -1, .where = TASK_PARKED };
	arena_init(&task->arena);
	t->all = xrealloc(t->all, (size_t)(t->n + 1) * sizeof *t->all);
	t->all[t->n++] = task;
	index_task(t, task);
	return task;
}

void task_place(struct tasks *t, struct task *task, struct process *process)
{
	task->lane = t->lanes++;
	task->itid = task_inner_id(task->tid);
	task->process = process;
	process->tasks++;
}

/* A thread id can be that of a parked task that has ended, and of a living one. */
static struct task *find(const struct tasks *t, pid_t tid, bool gone)
{
	struct task *task = t->by_tid[(unsigned)tid % TASK_BUCKETS];
	while (task && (task->tid != tid || (task->where == TASK_GONE) != gone))
		task = task->next;
	return task;
}

struct task *task_find(const struct tasks *t, pid_t tid)
{
	return find(t, tid, false);
}

struct task *task_never_placed(const struct tasks *t, pid_t tid)
{
	return find(t, tid, true);
}

struct task *task_by_lane(const struct tasks *t, int lane)
{
	for (int i = 0; i < t->n; i++)
		if (t->all[i]->lane == lane && lane >= 0)
			return t->all[i];
	return NULL;
}

void task_rename(struct tasks *t, struct task *task, pid_t tid)
{
	unindex_task(t, task);
	task->tid = tid;
	task->itid = task_inner_id(tid);
	index_task(t, task);
}

struct process *process_find(const struct tasks *t, pid_t pid)
{
	for (int i = 0; i < t->n_processes; i++)
		if (t->processes[i]->pid == pid)
			return t->processes[i];
	return NULL;
}

static void process_drop(struct tasks *t, struct process *p)
{
	for (int i = 0; i < t->n_processes; i++)
		if (t->processes[i] == p)
			t->processes[i] = t->processes[--t->n_processes];
	process_free(p);
}

void task_forget(struct tasks *t, struct task *task)
{
	int i = 0;
	while (t->all[i] != task)
		i++;
	memmove(t->all + i, t->all + i + 1, (size_t)(t->n - i - 1) * sizeof *t->all);
	t->n--;
	unindex_task(t, task);
	task_free(task);
}

void task_end(struct tasks *t, struct task *task)
{
	struct process *p = task->process;
	if (!p) {
		task->where = TASK_GONE;
		return;
	}
	task_forget(t, task);
	if (--p->tasks == 0)
		process_drop(t, p);
}

struct fdtable *task_fds(const struct task *task)
{
	return task->own_fds ? task->own_fds : task->process->fds;
}

void task_unshare_fds(struct task *task)
{
	struct process *p = task->process;
	if (task->own_fds)
		return;
	if (p->tasks > 1) {
		task->own_fds = fdtable_copy(p->fds, 0);
	} else if (fdtable_owners(p->fds) > 1) {
		struct fdtable *shared = p->fds;
		p->fds = fdtable_copy(shared, p->pid);
		fdtable_drop(shared, p->pid);
	}
}

bool task_is_held(const struct task *task)
{
	return task->where == TASK_HELD;
}

/* The last number of a line of /proc/TID/status. */
static pid_t last_number(pid_t tid, const char *name)
{
	char path[40], line[256];
	int number = 0;
	snprintf(path, sizeof path, "/proc/%d/status", (int)tid);
	FILE *f = fopen(path, "re");
	if (!f)
		return 0;
	while (fgets(line, sizeof line, f)) {
		if (strncmp(line, name, strlen(name)) != 0)
			continue;
		const char *last = strrchr(line, '\t');
		number = last ? atoi(last + 1) : 0;
		break;
	}
	fclose(f);
	return number;
}

pid_t task_inner_id(pid_t tid)
{
	return last_number(tid, "NSpid:");
}

pid_t task_group(pid_t tid)
{
	return last_number(tid, "Tgid:");
}

struct signal_sets { uint64_t pending, shared, blocked, ignored, caught; };

static bool read_signal_sets(pid_t tid, struct signal_sets *s)
{
	char path[40], line[256];
	struct { const char *name; uint64_t *set; } wanted[] = {
		{ "SigPnd:", &s->pending }, { "ShdPnd:", &s->shared }, { "SigBlk:", &s->blocked },
		{ "SigIgn:", &s->ignored }, { "SigCgt:", &s->caught },
	};
	*s = (struct signal_sets){ 0 };
	snprintf(path, sizeof path, "/proc/%d/status", (int)tid);
	FILE *f = fopen(path, "re");
	if (!f)
		return false;
	while (fgets(line, sizeof line, f))
		for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
			if (strncmp(line, wanted[i].name, 7) == 0)
				*wanted[i].set = strtoull(line + 7, NULL, 16);
	fclose(f);
	return true;
}

#define BIT(signo) (UINT64_C(1) << ((signo) - 1))

/* Those that do nothing. */
static uint64_t ignored_now(const struct signal_sets *s)
{
	static const uint64_t by_default = BIT(SIGCHLD) | BIT(SIGURG) | BIT(SIGWINCH);
	return s->ignored | (by_default & ~s->caught);
}

bool task_woken_for_nothing(pid_t tid)
{
	struct signal_sets s;
	if (!read_signal_sets(tid, &s))
		return false;
	uint64_t here = (s.pending | s.shared) & ~s.blocked;
	return here && !(here & ~ignored_now(&s));
}

bool task_ignores(pid_t tid, int signo)
{
	struct signal_sets s;
	return signo > 0 && read_signal_sets(tid, &s) && ignored_now(&s) & BIT(signo);
}

bool task_catches(pid_t tid, int signo)
{
	struct signal_sets s;
	return signo > 0 && read_signal_sets(tid, &s) && s.caught & BIT(signo);
}

bool task_has_pending(pid_t tid, int signo)
{
	struct signal_sets s;
	return signo > 0 && read_signal_sets(tid, &s) && (s.pending | s.shared) & BIT(signo);
}
