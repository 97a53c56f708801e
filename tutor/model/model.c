/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One function an event type: what it changes in the state. Logs may come from
 * anywhere, so numbers are checked before they index anything; a log that
 * contradicts itself is bad, not guessed at.
 */
#include <stdlib.h>
#include <string.h>

#include "tutor/model/fold.h"

struct apply {
	struct fold *f;
	struct fold_ground *g;
	const struct event *e;
	const char *why;     /* what is wrong with the event */
};

static bool wrong(struct apply *x, const char *why)
{
	x->why = why;
	return false;
}

static bool fits_int(int64_t i)
{
	return i >= INT32_MIN && i <= INT32_MAX;
}

void *fold_room(void *items, int n, int *room, size_t size)
{
	if (n < *room)
		return items;
	*room = *room ? 2 * *room : 4;
	return xrealloc(items, (size_t)*room * size);
}

static struct fold_task *task_of(struct apply *x)
{
	int64_t lane = x->e->lane;
	return lane >= 0 && lane < x->f->m.n_tasks ? &x->f->tasks[lane] : NULL;
}

static const char *text_of(struct apply *x, const struct value *v, const char *name)
{
	v = value_get(v, name);
	return v && v->kind == VALUE_TEXT ? names_get(&x->g->names, v->text) : "";
}

static int host_of(const struct value *actor)
{
	const struct value *host = value_get(actor, "host");
	return host && host->kind == VALUE_INT && host->i >= 0 && fits_int(host->i) ? (int)host->i : -1;
}

static bool apply_begin(struct apply *x)
{
	const struct event_begin *b = &x->e->begin;
	struct model *m = &x->f->m;
	if (m->cursor)
		return wrong(x, "a second begin");
	m->lesson = b->lesson;
	m->variant = b->variant;
	m->stage = b->stage;
	if (!b->actors || b->actors->kind != VALUE_LIST)
		return true;
	m->n_actors = (int)b->actors->n;
	m->actors = xcalloc((size_t)m->n_actors, sizeof *m->actors);
	for (int i = 0; i < m->n_actors; i++) {
		struct model_actor *a = &m->actors[i];
		a->name = text_of(x, b->actors->item[i], "name");
		a->program = text_of(x, b->actors->item[i], "program");
		a->argv = value_get(b->actors->item[i], "argv");
		a->address = text_of(x, b->actors->item[i], "address");
		a->host = host_of(b->actors->item[i]);
		buf_init(&a->output);
	}
	return true;
}

static void goes_on(struct fold_task *t)
{
	for (int i = 0; i < CALLS; i++)
		if (t->of[i].status == TASK_BEFORE || t->of[i].status == TASK_AFTER)
			t->of[i].status = TASK_RUNNING;
}

static bool apply_go(struct apply *x)
{
	struct fold_task *t = task_of(x);
	const char *how = x->e->go.how;
	bool timer = how && !strcmp(how, "timer");       /* a delayed task is held on */
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

static bool apply_end(struct apply *x)
{
	x->f->m.ended = true;
	return true;
}

static bool apply_task(struct apply *x)
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

static void forget_sites(struct fold_task *t)
{
	free(t->sites);
	t->sites = NULL;
	t->n_sites = 0;
}

static bool apply_exec(struct apply *x)
{
	struct fold_task *t = task_of(x);
	if (!t)
		return wrong(x, "no such task");
	forget_sites(t);     /* lines of another program now */
	return true;
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
}

static bool apply_before(struct apply *x)
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

static bool apply_asleep(struct apply *x)
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

static bool apply_after(struct apply *x)
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

static bool apply_signal(struct apply *x)
{
	struct fold_task *t = task_of(x);
	if (!t)
		return wrong(x, "no such task");
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
static bool apply_stopped(struct apply *x)
{
	struct model *m = &x->f->m;
	if (!task_of(x))
		return wrong(x, "no such task");
	for (int lane = 0; lane < m->n_tasks; lane++)
		for (int i = 0; i < CALLS && m->tasks[lane].pid == m->tasks[x->e->lane].pid; i++)
			(x->e->type == EVENT_stopped ? stop : resume)(&x->f->tasks[lane].of[i]);
	return true;
}

static bool apply_continued(struct apply *x)
{
	return apply_stopped(x);
}

static void add_output(struct model_actor *a, struct buf *bytes)
{
	a->output_total += (int64_t)bytes->len;
	if (bytes->len > MODEL_OUTPUT)
		buf_drop(bytes, bytes->len - MODEL_OUTPUT);
	if (a->output.len + bytes->len > MODEL_OUTPUT)
		buf_drop(&a->output, a->output.len + bytes->len - MODEL_OUTPUT);
	buf_add(&a->output, bytes->data, bytes->len);
}

static bool apply_input(struct apply *x)
{
	struct model *m = &x->f->m;
	struct buf *bytes = &x->g->bytes;
	const struct value *v = x->e->input.bytes;
	m->settled = false;
	if (x->e->actor < 0 || x->e->actor >= m->n_actors || !v || v->kind != VALUE_BYTES)
		return true;
	buf_clear(bytes);
	buf_addc(bytes, MODEL_TYPED);
	if (log_bytes(x->g->log, v, bytes, NULL))
		add_output(&m->actors[x->e->actor], bytes);
	return true;
}

static bool apply_output(struct apply *x)
{
	struct model *m = &x->f->m;
	struct buf *bytes = &x->g->bytes;
	const struct value *v = x->e->output.bytes;
	if (x->e->actor < 0 || x->e->actor >= m->n_actors)
		return wrong(x, "no such actor");
	if (!v || v->kind != VALUE_BYTES)
		return true;
	buf_clear(bytes);
	if (!log_bytes(x->g->log, v, bytes, NULL))
		return wrong(x, "a blob is missing");
	for (size_t i = 0; i < bytes->len; i++)
		if (bytes->data[i] == MODEL_TYPED)
			bytes->data[i] = '\0';
	add_output(&m->actors[x->e->actor], bytes);
	return true;
}

/* Where descriptor fd of process pid is, or belongs, in the list. */
static int fd_place(const struct model *m, int64_t pid, int64_t fd)
{
	int low = 0, high = m->n_fds;
	while (low < high) {
		int mid = (low + high) / 2;
		const struct model_fd *f = &m->fds[mid];
		if (f->pid < pid || (f->pid == pid && f->fd < fd))
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void fd_remove(struct model *m, int i, int n)
{
	m->n_fds -= n;
	memmove(m->fds + i, m->fds + i + n, (size_t)(m->n_fds - i) * sizeof *m->fds);
}

static void fd_insert(struct fold *f, int i)
{
	struct model *m = &f->m;
	m->fds = fold_room(m->fds, m->n_fds, &f->room_fds, sizeof *m->fds);
	memmove(m->fds + i + 1, m->fds + i, (size_t)(m->n_fds - i) * sizeof *m->fds);
	m->n_fds++;
}

static bool apply_fd(struct apply *x)
{
	const struct event_fd *d = &x->e->fd;
	struct model *m = &x->f->m;
	if (d->fd < 0 || !fits_int(d->fd) || !fits_int(d->sock))
		return wrong(x, "a number out of range");
	int i = fd_place(m, d->pid, d->fd);
	bool there = i < m->n_fds && m->fds[i].pid == d->pid && m->fds[i].fd == d->fd;
	if (d->op && !strcmp(d->op, "close")) {
		if (there)
			fd_remove(m, i, 1);
		return true;
	}
	if (!there)
		fd_insert(x->f, i);
	m->fds[i] = (struct model_fd){ .pid = d->pid, .fd = (int)d->fd, .sock = (int)d->sock, .cloexec = d->cloexec,
				       .kind = names_get(&x->g->names, d->kind) };
	return true;
}

static void keep_name(struct apply *x, const char **at, const char *text)
{
	if (text)
		*at = names_get(&x->g->names, text);
}

/* Where event `at` is in the list of addresses told, or belongs. */
static int told_place(const struct fold_ground *g, int64_t at)
{
	int low = 0, high = g->n_told;
	while (low < high) {
		int mid = (low + high) / 2;
		if (g->told[mid].at < at)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static const struct value *address(struct fold_ground *g, const struct value *old, const struct value *v)
{
	if (!v || (old && value_equal(old, v)))
		return old;
	return value_copy(&g->addresses, v);
}

/* The addresses of a socket as this event leaves them: parsed and copied when it is met first, never again. */
static void keep_addresses(struct apply *x, struct model_sock *k)
{
	struct fold_ground *g = x->g;
	int i = told_place(g, x->f->m.cursor);
	if (i == g->n_told) {
		g->told = fold_room(g->told, g->n_told++, &g->room_told, sizeof *g->told);
		g->told[i] = (struct told){ x->f->m.cursor, address(g, k->local, x->e->socket.local),
					    address(g, k->peer, x->e->socket.peer) };
	}
	k->local = g->told[i].local;
	k->peer = g->told[i].peer;
}

static bool new_socket(struct apply *x)
{
	struct fold *f = x->f;
	f->m.socks = fold_room(f->m.socks, f->m.n_socks, &f->room_socks, sizeof *f->m.socks);
	f->info = fold_room(f->info, f->m.n_socks, &f->room_info, sizeof *f->info);
	f->info[f->m.n_socks] = -1;
	f->m.socks[f->m.n_socks++] = (struct model_sock){ .sock = (int)x->e->socket.sock, .backlog = -1, .from = -1, .recvq = -1,
		.sendq = -1, .actor = -1, .past = -1, .changed = SOCK_IS_NEW, .changed_in = (int)x->e->step, .was_recvq = -1, .was_sendq = -1 };
	return true;
}

static void tell_queues(struct model_sock *k, const struct event_socket *s)
{
	if (s->recvq != -1)
		k->recvq = s->recvq;
	if (s->sendq != -1)
		k->sendq = s->sendq;
	/* After a connect() that failed, sequence numbers are left whose difference Linux gives as bytes; none was sent. */
	if (k->sendq > 0 && k->kernel && !strcmp(k->kernel, "CLOSED"))
		k->sendq = 0;
	if (k->was_recvq != k->recvq || k->was_sendq != k->sendq)
		k->changed |= SOCK_QUEUES;
}

/* What is marked as changed is what this step changed. */
static void begin_change(struct model_sock *k, int64_t step)
{
	if (k->changed_in == step)
		return;
	k->changed_in = (int)step;
	k->changed = 0;
	k->was_recvq = k->recvq;
	k->was_sendq = k->sendq;
}

static void change_socket(struct apply *x, struct model_sock *k)
{
	const struct event_socket *s = &x->e->socket;
	const struct value *local = k->local, *peer = k->peer;
	const char *kernel = k->kernel, *state = k->state;
	keep_name(x, &k->domain, s->domain);
	keep_name(x, &k->type, s->type);
	keep_name(x, &k->proto, s->proto);
	keep_name(x, &k->state, s->state);
	keep_name(x, &k->kernel, s->kernel);
	keep_addresses(x, k);
	if (k->kernel ? k->kernel != kernel : k->state != state) {
		k->changed |= SOCK_STATE;
		k->why = NULL;
	}
	keep_name(x, &k->why, s->why);
	if (k->local != local || k->peer != peer)
		k->changed |= SOCK_ENDS;
	if (k->kernel && k->kernel != kernel)
		fold_state(x->f, x->g, k, x->e->step);
	if (s->gone && !k->gone)
		k->changed |= SOCK_GONE;
	k->gone |= s->gone != 0;
}

static bool apply_socket(struct apply *x)
{
	const struct event_socket *s = &x->e->socket;
	struct model *m = &x->f->m;
	if (s->sock < 1 || s->sock > m->n_socks + 1 || !fits_int(s->sock) || !fits_int(s->backlog) || !fits_int(s->from) ||
	    !fits_int(x->e->step))
		return wrong(x, "a socket out of turn");
	if (s->sock > m->n_socks)
		new_socket(x);
	struct model_sock *k = &m->socks[s->sock - 1];
	begin_change(k, x->e->step);
	change_socket(x, k);
	tell_queues(k, s);
	if (x->e->actor >= 0 && x->e->actor < m->n_actors)
		k->actor = (int)x->e->actor;
	if (s->backlog != -1)
		k->backlog = (int)s->backlog;
	if (s->from != -1)
		k->from = (int)s->from;
	if (s->info)
		x->f->info[s->sock - 1] = m->cursor;
	return true;
}

static void close_all(struct model *m, int64_t pid)
{
	int i = fd_place(m, pid, INT64_MIN), n = 0;
	while (i + n < m->n_fds && m->fds[i + n].pid == pid)
		n++;
	if (n)
		fd_remove(m, i, n);
}

static bool apply_exit(struct apply *x)
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
	forget_sites(t);
	if (q->last)
		close_all(&x->f->m, m->pid);
	return true;
}

static bool apply_settled(struct apply *x)
{
	struct model *m = &x->f->m;
	const struct event_settled *s = &x->e->settled;
	if (s->next < -1 || s->next >= m->n_tasks || s->waits < -1 || s->waits >= m->n_tasks || !fits_int(x->e->step))
		return wrong(x, "a number out of range");
	m->due = (struct model_due){ s->timer ? names_get(&x->g->names, s->timer) : NULL, (int)s->waits, s->asked };
	m->settled = true;
	m->step = (int)x->e->step;
	m->moved = x->f->moving;
	m->next = (int)s->next;
	m->why = names_get(&x->g->names, s->why);
	x->f->moving = -1;
	return true;
}

static bool apply_packet(struct apply *x)
{
	struct model *m = &x->f->m;
	const struct fold_ground *g = x->g;
	if (m->n_packets == g->n_packets && !fold_packet(x->f, x->g, x->e, &x->why))
		return false;
	m->n_packets++;
	return true;
}

static bool apply_fate(struct apply *x)
{
	struct model *m = &x->f->m;
	if (m->n_fates == x->g->n_fates)
		fold_fate(x->f, x->g, x->e);
	m->n_fates++;
	return true;
}

static void freeze(struct model *m, const struct event_wire *w)
{
	if (w->how && w->sock >= 1 && w->sock <= m->n_socks && (!strcmp(w->how, "freeze") || !strcmp(w->how, "thaw")))
		m->socks[w->sock - 1].frozen = !strcmp(w->how, "freeze");
}

static bool apply_wire(struct apply *x)
{
	const struct event_wire *w = &x->e->wire;
	struct model_wire *to = &x->f->m.wire;
	const char *how = w->how ? w->how : "";
	unsigned host = w->host >= 0 && w->host < 32 ? 1u << w->host : 0;
	if (!fits_int(w->host) || !fits_int(w->every) || !fits_int(w->port))
		return wrong(x, "a number out of range");
	if (x->e->step != x->f->m.step)   /* it let packets go */
		x->f->m.settled = false;
	freeze(&x->f->m, w);
	if (!strcmp(how, "flow"))
		to->holding = false;
	if (!strcmp(how, "hold"))
		*to = (struct model_wire){ .holding = true, .host = (int)w->host, .port = (int)w->port,
					   .flags = names_get(&x->g->names, w->flags), .unplugged = to->unplugged };
	to->unplugged = !strcmp(how, "unplug") ? to->unplugged | host : !strcmp(how, "plug") ? to->unplugged & ~host : to->unplugged;
	return true;
}

static bool apply_fault(struct apply *x)
{
	const struct event_fault *f = &x->e->fault;
	struct fold_task *t = task_of(x);
	if (!t || !fits_int(f->whom) || f->whom < -1 || f->whom >= x->f->m.n_tasks)
		return wrong(x, "no such task");
	const struct model_call order = {
		.fault = f->how && strcmp(f->how, "none") ? names_get(&x->g->names, f->how) : NULL,
		.fault_name = names_get(&x->g->names, f->name), .fault_n = f->n, .fault_whom = (int)f->whom,
		.fault_by_lesson = f->by != NULL,
	};
	for (int i = 0; i < CALLS; i++)
		keep_fault(&order, &t->of[i].call);
	return true;
}

static bool apply_timer(struct apply *x)
{
	const struct event_timer *t = &x->e->timer;
	if (!fits_int(x->e->step) || !fits_int(x->e->actor))
		return wrong(x, "a number out of range");
	if (task_of(x))
		x->f->moving = (int)x->e->lane;
	x->f->m.timer = (struct model_timer){ names_get(&x->g->names, t->of ? t->of : ""), t->asked, t->clock, (int)x->e->step,
		(int)x->e->actor };
	return true;
}

static bool apply_note(struct apply *x)
{
	struct fold *f = x->f;
	const struct event_note *n = &x->e->note;
	const char *text = arena_printf(&x->g->scratch, "%s\t%s\t%s", n->id ? n->id : "", n->a0 ? n->a0 : "", n->a1 ? n->a1 : "");
	f->m.notes = fold_room(f->m.notes, f->m.n_notes, &f->room_notes, sizeof *f->m.notes);
	f->m.notes[f->m.n_notes++] = names_get(&x->g->names, text);
	return true;
}

static bool apply_blob(struct apply *x)
{
	return true;
}

static bool (*const apply[EVENT_TYPES])(struct apply *) = {
#define EVENT(name, class, doc) [EVENT_##name] = apply_##name,
#include "engine/log/event.def"
};

/* Only what the reducer looks at is parsed. */
static bool read_event(const struct fold *f, struct fold_ground *g, struct event *e, struct err *err)
{
	int64_t i = f->m.cursor;
	enum event_type type = log_type(g->log, i);
	bool told = type == EVENT_socket && g->n_told && i <= g->told[g->n_told - 1].at;
	bool skim = type == EVENT_before || type == EVENT_after || told;
	bool known = (type == EVENT_packet && f->m.n_packets < g->n_packets) || (type == EVENT_fate && f->m.n_fates < g->n_fates);
	arena_clear(&g->scratch);
	if (type == EVENT_blob || known) {
		event_init(e, type);
		return true;
	}
	return skim ? log_skim(g->log, i, e, &g->scratch, err) : log_get(g->log, i, e, &g->scratch, err);
}

/* The first event is kept: every fold borrows from it. */
static bool read_first(struct fold_ground *g, struct event *e, struct err *err)
{
	if (!g->first_read)
		g->first_read = log_get(g->log, 0, &g->first, &g->begin, err);
	*e = g->first;
	return g->first_read;
}

bool fold_apply(struct fold *f, struct fold_ground *g, struct err *err)
{
	struct event e;
	struct apply x = { .f = f, .g = g, .e = &e };
	if (f->m.cursor ? !read_event(f, g, &e, err) : !read_first(g, &e, err))
		return false;
	if (!apply[e.type](&x))
		return log_complain(g->log, f->m.cursor, x.why, err);
	if (e.step > f->at_step)
		f->at_step = e.step;
	if (e.t > f->m.t)
		f->m.t = e.t;
	f->m.cursor++;
	return true;
}

void shown_release(struct shown *s)
{
	arena_release(&s->arena);
	free(s->of);
	free(s->info);
	*s = (struct shown){ .of = NULL };
	arena_init(&s->arena);
}

/* Room for every lane; what is old is thrown away when it has become much. */
static void shown_prepare(struct shown *s, int lanes, int socks)
{
	if (s->parsed > 4 * (lanes + socks) + 1000)
		shown_release(s);
	if (s->n_info < socks) {
		s->info = xrealloc(s->info, (size_t)socks * sizeof *s->info);
		for (; s->n_info < socks; s->n_info++)
			s->info[s->n_info] = (struct shown_info){ -1, 0, NULL };
	}
	if (s->n >= lanes)
		return;
	s->of = xrealloc(s->of, (size_t)lanes * sizeof *s->of);
	for (; s->n < lanes; s->n++)
		s->of[s->n] = (struct shown_call){ .args_in = -1, .retv_in = -1 };
}

static bool parse_call(const struct fold_ground *g, const struct fold_call *c, struct shown_call *out, struct shown *shown,
		       struct err *err)
{
	struct event e;
	*out = (struct shown_call){ .args_in = -1, .retv_in = -1 };
	shown->parsed++;
	if (c->args >= 0) {
		if (!log_get(g->log, c->args, &e, &shown->arena, err))
			return false;
		out->args = e.type == EVENT_before ? e.before.args : e.after.args;
	}
	if (c->retv >= 0) {
		if (c->retv != c->args && !log_get(g->log, c->retv, &e, &shown->arena, err))
			return false;
		out->retv = e.after.retv;
	}
	out->args_in = c->args;
	out->retv_in = c->retv;
	return true;
}

static bool show_call(const struct fold_ground *g, const struct fold_call *c, struct model_call *out, struct shown *shown,
		      int lane, struct err *err)
{
	struct shown_call *was = &shown->of[lane];
	if ((was->args_in != c->args || was->retv_in != c->retv) && !parse_call(g, c, was, shown, err))
		return false;
	*out = c->call;
	out->args = was->args;
	out->retv = was->retv;
	return true;
}

static bool show_info(const struct fold *f, const struct fold_ground *g, struct shown *shown, int i, struct err *err)
{
	struct shown_info *was = &shown->info[i];
	struct event e;
	if (was->in != f->info[i]) {
		*was = (struct shown_info){ -1, 0, NULL };
		shown->parsed++;
		if (f->info[i] >= 0 && !log_get(g->log, f->info[i], &e, &shown->arena, err))
			return false;
		if (f->info[i] >= 0)
			*was = (struct shown_info){ f->info[i], e.t, e.socket.info };
	}
	f->m.socks[i].info = was->info;
	f->m.socks[i].info_t = was->t;
	return true;
}

bool fold_finish(struct fold *f, const struct fold_ground *g, bool show_all, struct shown *shown, struct err *err)
{
	f->m.show_all = show_all;
	f->m.packets = g->packets;
	f->m.fates = g->fates;
	f->m.states = g->states;
	shown_prepare(shown, f->m.n_tasks, f->m.n_socks);
	for (int i = 0; i < f->m.n_socks; i++)
		if (!show_info(f, g, shown, i, err))
			return false;
	for (int lane = 0; lane < f->m.n_tasks; lane++) {
		struct model_task *t = &f->m.tasks[lane];
		const struct fold_call *c = &f->tasks[lane].of[show_all ? OF_ALL : OF_STEPS];
		t->status = c->status;
		if (f->tasks[lane].signal_step != f->at_step)
			t->last_signal = NULL;
		if (!show_call(g, c, &t->call, shown, lane, err))
			return false;
	}
	return true;
}
