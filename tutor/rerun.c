/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/rerun.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "engine/log/compare.h"
#include "tutor/paths.h"

enum { STEP_MS = 5000, KERNEL_MS = 3000, LOOK_MS = 50 };

/* One log being read along with the other, commands left out. */
struct reader {
	const struct log *log;
	int64_t at;
	struct masker *mask;
	struct arena arena;
	struct event e;
	struct buf line;
};

static void reader_init(struct reader *r, const struct log *log)
{
	*r = (struct reader){ .log = log, .mask = masker_new(), .line = BUF_INIT };
	arena_init(&r->arena);
}

static void reader_release(struct reader *r)
{
	masker_free(r->mask);
	arena_release(&r->arena);
	buf_release(&r->line);
}

/* The next observation into r->line; `begin` holds versions and what the system grants, which may differ. */
static bool read_next(struct reader *r)
{
	struct err err;
	while (r->at < log_count(r->log)) {
		arena_clear(&r->arena);
		if (!log_get(r->log, r->at++, &r->e, &r->arena, &err))
			return false;
		if (event_class_of(r->e.type) == COMMAND || r->e.type == EVENT_blob)
			continue;
		buf_clear(&r->line);
		masker_line(r->mask, &r->e, &r->line);
		if (r->line.len)
			return true;
	}
	return false;
}

/* Step of the first difference up to this step; -1: none. */
static int first_difference(const struct log *a, const struct log *b, int step)
{
	struct reader x, y;
	int differs = -1;
	reader_init(&x, a);
	reader_init(&y, b);
	for (;;) {
		bool more_x = read_next(&x) && x.e.step <= step, more_y = read_next(&y) && y.e.step <= step;
		if (!more_x && !more_y)
			break;
		if (more_x != more_y || strcmp(x.line.data, y.line.data) != 0) {
			differs = (int)(more_x ? x.e.step : y.e.step);
			break;
		}
	}
	reader_release(&x);
	reader_release(&y);
	return differs;
}

static bool give_go(struct session *s, const struct event *e)
{
	struct err err;
	const char *how = e->go.how ? e->go.how : "";
	bool to_call = strcmp(how, "call") == 0 || strcmp(how, "timer-call") == 0;
	if (!session_go(s, (int)e->lane, to_call ? RUN_CALL : RUN_MOMENT, &err))
		return false;
	return session_wait(s, STEP_MS);
}

static bool give_fault(struct session *s, const struct event *e)
{
	struct err err;
	struct run_fault_order o = { .kind = fault_named(e->fault.how ? e->fault.how : ""), .name = e->fault.name, .n = e->fault.n,
				     .whom = (int)e->fault.whom };
	session_to_end(s);
	return o.kind != FAULT_KINDS && session_fault(s, (int)e->lane, &o, &err) && session_wait(s, STEP_MS + (int)(o.n / 1000000));
}

/* Those of a lesson it gives again by itself. */
static bool give_wire(struct session *s, const struct event *e)
{
	struct err err;
	const struct event_wire *w = &e->wire;
	struct wire_order o = { .host = (int)w->host, .sock = (int)w->sock, .id = (int)w->id, .every = (int)w->every, .flags = w->flags,
				.port = (int)w->port, .ns = w->ns };
	if (w->by)
		return true;
	return w->how && wire_how_of(w->how, &o.how) && session_wire(s, &o, &err) && session_wait(s, STEP_MS);
}

static bool give_input(struct session *s, const struct log *old, const struct event *e)
{
	struct buf bytes = BUF_INIT;
	struct err err;
	bool ok = log_bytes(old, e->input.bytes, &bytes, &err) && run_input(s->run, (int)e->actor, bytes.data, bytes.len, &err);
	buf_release(&bytes);
	return ok && session_wait(s, STEP_MS);
}

static bool is_there(struct session *s, int step)
{
	struct err err;
	session_to_end(s);
	const struct model *m = session_model(s, &err);
	return m && m->step >= step;
}

/* Steps that nobody ordered come in their own time: the kernel sent something again, or a packet was delayed. */
static bool wait_for_step(struct session *s, int step)
{
	bool ok = session_wait(s, STEP_MS);
	for (int left = KERNEL_MS; ok && !is_there(s, step); left -= LOOK_MS) {
		if (left <= 0 || !s->run)
			return false;
		poll(&(struct pollfd){ .fd = run_fd(s->run), .events = POLLIN }, 1, LOOK_MS);
		session_pump(s);
		ok = session_wait(s, STEP_MS);
	}
	return ok;
}

static bool is_command(const struct event *e)
{
	return e->type == EVENT_go || e->type == EVENT_wire || e->type == EVENT_fault || e->type == EVENT_input;
}

/* The recorded commands up to the step. False: one could not be given. */
static bool give_commands(struct session *s, const struct log *old, int step)
{
	struct arena a;
	bool ok = session_wait(s, STEP_MS);
	int settled = 0;
	arena_init(&a);
	for (int64_t i = 0; ok && i < log_count(old); i++) {
		struct event e;
		struct err err;
		arena_clear(&a);
		ok = log_get(old, i, &e, &a, &err);
		if (!ok || e.step > step)
			break;
		if (e.type == EVENT_settled)
			settled = (int)e.step;
		else if (is_command(&e) && !wait_for_step(s, settled))
			ok = false;
		else if (e.type == EVENT_go)
			ok = give_go(s, &e);
		else if (e.type == EVENT_wire)
			ok = give_wire(s, &e);
		else if (e.type == EVENT_fault && !e.fault.by)   /* the lesson orders its own again */
			ok = give_fault(s, &e);
		else if (e.type == EVENT_input && e.actor >= 0 && e.actor < s->lesson->n_programs)
			ok = give_input(s, old, &e);
	}
	arena_release(&a);
	return ok && wait_for_step(s, settled);
}

enum rerun session_rerun(struct session *s, const struct log *old, int *step)
{
	struct err err;
	if (!old || !s->run) {
		*step = 0;
		return RERUN_NO_LOG;
	}
	bool given = give_commands(s, old, *step);
	session_to_end(s);
	int differs = first_difference(old, s->log, *step);
	const struct model *m = session_model(s, &err);
	bool same = given && differs < 0 && m && m->step == *step;
	*step = differs >= 0 ? differs : m ? m->step : 0;
	return same ? RERUN_THERE : RERUN_OTHER_WAY;
}

enum rerun session_rerun_file(struct session *s, const char *path, int *step)
{
	bool torn;
	struct err err;
	struct log *old = log_open(path, &torn, &err);
	enum rerun how = session_rerun(s, old, step);
	log_free(old);
	return how;
}

const char *rerun_path(const struct lesson *lesson, enum variant variant, struct buf *out)
{
	path_state(out);
	path_make(out->data);
	buf_addf(out, "/%s-%s.jsonl", lesson->id, variant == VARIANT_PYTHON ? "python" : "c");
	return out->data;
}

const char *rerun_old_path(const struct lesson *lesson, enum variant variant, struct buf *out)
{
	rerun_path(lesson, variant, out);
	buf_adds(out, ".old");
	return out->data;
}

void rerun_forget(const struct lesson *lesson, enum variant variant)
{
	struct buf path = BUF_INIT;
	remove(rerun_path(lesson, variant, &path));
	buf_release(&path);
}

const char *rerun_keep(const struct lesson *lesson, enum variant variant, struct buf *out)
{
	struct buf old = BUF_INIT;
	if (rename(rerun_path(lesson, variant, out), rerun_old_path(lesson, variant, &old)) < 0)
		remove(old.data);   /* the last run was not kept: one before it must not pass for it */
	buf_release(&old);
	return out->data;
}
