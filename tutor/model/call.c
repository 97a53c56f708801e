/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A task's current call: before it, asleep in it, after it, and the fault it is to
 * meet. It is kept twice, not counting hidden calls and counting all.
 */
#include <stdlib.h>
#include <string.h>

#include "tutor/model/apply.h"

void fold_forget_sites(struct fold_task *t)
{
	free(t->sites);
	t->sites = NULL;
	t->n_sites = 0;
}

static int *site_of(struct fold_task *t, const struct model_call *c)
{
	for (int i = 0; i < t->n_sites; i++) {
		struct call_site *s = &t->sites[i];
		if (s->canon == c->canon && s->file == c->file && s->line == c->line)
			return &s->n;
	}
	if ((t->n_sites & (t->n_sites - 1)) == 0)
		t->sites = xrealloc(t->sites, (size_t)(t->n_sites ? 2 * t->n_sites : 1) * sizeof *t->sites);
	t->sites[t->n_sites] = (struct call_site){ c->canon, c->file, c->line, 0 };
	return &t->sites[t->n_sites++].n;
}

static bool same_place(const struct model_call *a, const struct model_call *b)
{
	return a->canon == b->canon && a->file == b->file && a->line == b->line;
}

/* The kernel makes a call again by itself after a signal: for the program that is still the first time. */
static bool made_again(struct fold_task *t, const struct model_call *new)
{
	const struct fold_call *old = &t->of[OF_ALL];
	if ((old->call.restart && same_place(&old->call, new)) || (t->aside.canon && same_place(&t->aside, new))) {
		t->aside.canon = NULL;
		return true;
	}
	if (old->status == TASK_ASLEEP && !old->call.returned)
		t->aside = old->call;
	return false;
}

static void keep_fault(const struct model_call *old, struct model_call *new)
{
	new->fault = old->fault;
	new->fault_name = old->fault_name;
	new->fault_n = old->fault_n;
	new->fault_whom = old->fault_whom;
	new->fault_by_lesson = old->fault_by_lesson;
	new->instead = old->instead;
	new->instead_name = old->instead_name;
	new->instead_n = old->instead_n;
}

bool apply_before(struct apply *x)
{
	const struct event_before *b = &x->e->before;
	struct names *names = &x->g->names;
	struct fold_task *t = task_of(x);
	if (!t || !fits_int(b->line))
		return wrong(x, t ? "a number out of range" : "no such task");
	struct fold_call now = {
		.call = { .call = names_get(names, b->call), .canon = names_get(names, b->canon ? b->canon : b->call),
			  .file = names_get(names, b->file), .func = names_get(names, b->func), .line = (int)b->line,
			  .asleep_fd = -1, .hidden = b->hidden },
		.args = b->args ? x->f->m.cursor : -1, .retv = -1, .status = TASK_BEFORE,
	};
	int *n = site_of(t, &now.call);
	bool again = made_again(t, &now.call);
	*n += !again;
	if (again)
		keep_fault(&t->of[OF_ALL].call, &now.call);
	now.call.nth = *n;
	t->of[OF_ALL] = now;
	t->joined = !b->hidden;
	if (t->joined)
		t->of[OF_STEPS] = now;
	else if (t->of[OF_STEPS].status != TASK_STARTING)
		t->of[OF_STEPS].status = TASK_RUNNING;
	return true;
}

/* A hidden call that sleeps is where the task is held: it is shown after all. */
static void show_hidden(struct fold_task *t)
{
	if (!t->joined)
		t->of[OF_STEPS] = t->of[OF_ALL];
	t->joined = true;
}

bool apply_asleep(struct apply *x)
{
	const struct event_asleep *a = &x->e->asleep;
	struct fold_task *t = task_of(x);
	if (!t || !fits_int(a->fd))
		return wrong(x, t ? "a number out of range" : "no such task");
	show_hidden(t);
	for (int i = 0; i < CALLS; i++) {
		t->of[i].status = TASK_ASLEEP;
		t->of[i].call.asleep_on = a->on ? names_get(&x->g->names, a->on) : "other";
		t->of[i].call.asleep_fd = (int)a->fd;
	}
	return true;
}

static void returned(struct apply *x, struct fold_call *c)
{
	const struct event_after *a = &x->e->after;
	struct names *names = &x->g->names;
	c->status = TASK_AFTER;
	if (a->call)
		c->call.call = names_get(names, a->call);
	if (a->canon)
		c->call.canon = names_get(names, a->canon);
	c->call.returned = true;
	c->call.restart = a->restart;
	c->call.ret = a->ret;
	c->call.err = names_get(names, a->err);
	c->call.errn = (int)a->errn;
	c->call.hidden = a->hidden;
	c->call.injected = names_get(names, a->injected);
	c->call.undone = a->undone;
	if (a->args)
		c->args = x->f->m.cursor;
	c->retv = a->retv ? x->f->m.cursor : -1;
}

/* The result may change what a call counts as: its occurrence is then counted there. */
static int counted_again(struct fold_task *t, struct model_call *c, const char *canon)
{
	int *n = site_of(t, c);
	*n -= *n > 0;
	c->canon = canon;
	return ++*site_of(t, c);
}

bool apply_after(struct apply *x)
{
	const struct event_after *a = &x->e->after;
	struct fold_task *t = task_of(x);
	if (!t || !fits_int(a->errn))
		return wrong(x, t ? "a number out of range" : "no such task");
	if (!a->hidden)
		show_hidden(t);
	struct fold_call *all = &t->of[OF_ALL], *steps = &t->of[OF_STEPS];
	const char *canon = a->canon ? names_get(&x->g->names, a->canon) : all->call.canon;
	if (canon != all->call.canon)
		all->call.nth = counted_again(t, &all->call, canon);
	returned(x, all);
	if (t->joined)
		*steps = *all;
	else if (steps->status != TASK_STARTING)
		steps->status = TASK_RUNNING;
	return true;
}

bool apply_fault(struct apply *x)
{
	const struct event_fault *f = &x->e->fault;
	struct fold_task *t = task_of(x);
	if (!t || !fits_int(f->whom) || f->whom < -1 || f->whom >= x->f->m.n_tasks)
		return wrong(x, "no such task");
	const struct model_call *was = &t->of[OF_ALL].call;
	const struct model_call order = {
		.fault = f->how && strcmp(f->how, "none") ? names_get(&x->g->names, f->how) : NULL,
		.fault_name = names_get(&x->g->names, f->name), .fault_n = f->n, .fault_whom = (int)f->whom,
		.fault_by_lesson = f->by != NULL,
		.instead = names_get(&x->g->names, f->instead),
		.instead_name = f->instead ? was->fault_name : NULL, .instead_n = f->instead ? was->fault_n : 0,
	};
	for (int i = 0; i < CALLS; i++)
		keep_fault(&order, &t->of[i].call);
	return true;
}
