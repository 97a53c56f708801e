/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tasks: how they begin, are let go, run another program, get signals, stop and end. */
#include "engine/base/text.h"
#include "tutor/model/apply.h"

static void goes_on(struct fold_task *t)
{
	for (int i = 0; i < CALLS; i++)
		if (t->of[i].status == TASK_BEFORE || t->of[i].status == TASK_AFTER)
			t->of[i].status = TASK_RUNNING;
}

bool apply_go(struct apply *x)
{
	struct fold_task *t = task_of(x);
	const char *how = x->e->go.how;
	bool timer = text_is(how, "timer");       /* a delayed task is held on */
	bool all = x->e->lane == -1 && !timer;           /* freely: nobody is held any more */
	x->f->m.settled = false;
	if (!t && !all && !timer)
		return wrong(x, "no such task");
	x->f->moving = (int)x->e->lane;
	for (int i = 0; all && i < x->f->m.n_tasks; i++)
		goes_on(&x->f->tasks[i]);
	if (t)
		goes_on(t);
	return true;
}

bool apply_task(struct apply *x)
{
	struct fold *f = x->f;
	const struct event *e = x->e;
	int room = f->room_tasks;
	if (e->lane != f->m.n_tasks || !fits_int(e->lane + 1))
		return wrong(x, "a task out of turn");
	if (e->actor < 0 || e->actor >= f->m.n_actors)
		return wrong(x, "no such actor");
	if (e->task.parent >= e->lane || e->task.parent < -1)
		return wrong(x, "no such task");
	f->m.tasks = fold_room(f->m.tasks, f->m.n_tasks, &room, sizeof *f->m.tasks);
	f->tasks = fold_room(f->tasks, f->m.n_tasks, &f->room_tasks, sizeof *f->tasks);
	f->m.tasks[e->lane] = (struct model_task){
		.lane = (int)e->lane, .actor = (int)e->actor, .parent = (int)e->task.parent, .tid = e->tid, .itid = e->itid,
		.pid = e->task.pid, .ipid = e->task.ipid, .how = names_get(&x->g->names, e->task.how),
	};
	struct fold_call none = { .call.asleep_fd = -1, .args = -1, .retv = -1, .status = TASK_STARTING };
	f->tasks[e->lane] = (struct fold_task){ .of = { none, none }, .joined = true, .signal_step = -1 };
	f->m.n_tasks++;
	return true;
}

bool apply_exec(struct apply *x)
{
	struct fold_task *t = task_of(x);
	if (!t)
		return wrong(x, "no such task");
	fold_forget_sites(t);     /* lines of another program now */
	return true;
}

bool apply_signal(struct apply *x)
{
	struct fold_task *t = task_of(x);
	if (!t)
		return wrong(x, "no such task");
	if (x->e->signal.ignored)   /* without a tracer there is nothing of it to be seen */
		return true;
	t->signal_step = x->e->step;
	x->f->m.tasks[x->e->lane].last_signal = names_get(&x->g->names, x->e->signal.name ? x->e->signal.name : "");
	return true;
}

static void stop(struct fold_call *c)
{
	if (c->status == TASK_STOPPED || c->status == TASK_ENDED)
		return;
	c->resumes = c->status;
	c->status = TASK_STOPPED;
}

static void resume(struct fold_call *c)
{
	if (c->status == TASK_STOPPED)
		c->status = c->resumes;
}

/* Stop signals are for a process: all its tasks. */
bool apply_stopped(struct apply *x)
{
	struct model *m = &x->f->m;
	if (!task_of(x))
		return wrong(x, "no such task");
	for (int lane = 0; lane < m->n_tasks; lane++)
		for (int i = 0; i < CALLS && m->tasks[lane].pid == m->tasks[x->e->lane].pid; i++)
			(x->e->type == EVENT_stopped ? stop : resume)(&x->f->tasks[lane].of[i]);
	return true;
}

bool apply_continued(struct apply *x)
{
	return apply_stopped(x);
}

bool apply_exit(struct apply *x)
{
	const struct event_exit *q = &x->e->exit;
	struct fold_task *t = task_of(x);
	if (!t || !fits_int(q->code) || !fits_int(q->signo))
		return wrong(x, t ? "a number out of range" : "no such task");
	struct model_task *m = &x->f->m.tasks[x->e->lane];
	m->exit_code = (int)q->code;
	m->exit_signo = (int)q->signo;
	m->exit_signal = names_get(&x->g->names, q->name);
	for (int i = 0; i < CALLS; i++)
		t->of[i].status = TASK_ENDED;
	fold_forget_sites(t);
	if (q->last)
		fold_close_all(&x->f->m, m->pid);
	return true;
}
