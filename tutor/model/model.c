/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One function an event type: what it changes in the state. Here are the table of
 * them and what changes the run as a whole; calls, tasks, sockets and the wire have
 * files of their own.
 */
#include <string.h>

#include "tutor/model/apply.h"

void *fold_room(void *items, int n, int *room, size_t size)
{
	if (n < *room)
		return items;
	*room = *room ? 2 * *room : 4;
	return xrealloc(items, (size_t)*room * size);
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

bool apply_begin(struct apply *x)
{
	const struct event_begin *b = &x->e->begin;
	struct model *m = &x->f->m;
	if (m->cursor)
		return wrong(x, "a second begin");
	m->lesson = b->lesson;
	m->variant = b->variant;
	m->stage = b->stage;
	m->real_time = b->real_time != 0;
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

bool apply_end(struct apply *x)
{
	x->f->m.ended = true;
	return true;
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

bool apply_input(struct apply *x)
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

bool apply_output(struct apply *x)
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

bool apply_settled(struct apply *x)
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

bool apply_timer(struct apply *x)
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

bool apply_note(struct apply *x)
{
	struct fold *f = x->f;
	const struct event_note *n = &x->e->note;
	const char *text = arena_printf(&x->g->scratch, "%s\t%s\t%s", n->id ? n->id : "", n->a0 ? n->a0 : "", n->a1 ? n->a1 : "");
	f->m.notes = fold_room(f->m.notes, f->m.n_notes, &f->room_notes, sizeof *f->m.notes);
	f->m.notes[f->m.n_notes++] = names_get(&x->g->names, text);
	return true;
}

bool apply_blob(struct apply *x)
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
