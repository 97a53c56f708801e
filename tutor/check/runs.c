/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs a lesson's programs as the tutor does, moment by moment, and sees which
 * marks are met and which texts are used. What no run shows is a mistake.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "engine/log/compare.h"
#include "tutor/check/part.h"
#include "tutor/course/recording.h"
#include "tutor/errors.h"
#include "tutor/learn/explain.h"
#include "tutor/learn/needs.h"
#include "tutor/session.h"

enum { STEP_MS = 10000, STEPS_MAX = 5000, WAKE_S = 5, LOOK_MS = 50 };

struct walk {
	struct checker *c;
	const struct lesson *x;
	const char *yaml;
	enum variant variant;
	bool ran[VARIANT_COUNT];
	bool *met;                   /* by mark, in the run of `variant` */
	bool **used;                 /* by mark and entry, in any run */
};

static void note(struct walk *w, const struct explanation *x)
{
	for (int i = 0; x->mark && i < w->x->n_marks; i++) {
		const struct mark_texts *m = &w->x->marks[i];
		if (strcmp(m->name, x->mark))
			continue;
		w->met[i] = true;
		if (x->entry)
			w->used[i][x->entry - m->entries] = true;
	}
}

static bool note_moment(struct walk *w, struct session *s, struct explanation *x, struct err *err)
{
	session_to_end(s);
	const struct model *m = session_model(s, err);
	for (int lane = 0; m && lane < m->n_tasks; lane++) {
		explain_task(w->c->course, w->x, m, lane, x);
		note(w, x);
	}
	return m != NULL;
}

/* Nobody can go on, but the kernel may: a packet that was lost is sent again. */
static bool wakes(struct session *s)
{
	int64_t had = log_count(s->log);
	for (time_t until = time(NULL) + WAKE_S; log_count(s->log) == had && time(NULL) < until;) {
		struct pollfd news = { .fd = run_fd(s->run), .events = POLLIN };
		poll(&news, 1, LOOK_MS);
		session_pump(s);
	}
	return log_count(s->log) != had;
}

/* Who goes on now meets the kernel's state that its lesson says. */
static void check_need(struct walk *w, struct session *s)
{
	struct err err;
	const struct model *m = run_stage(s->run)->refused[PART_DIAG] ? NULL : session_model(s, &err);
	const struct need *need = m ? needs_now(w->x, m, run_next(s->run)) : NULL;
	if (need && !needs_met(need, m))
		report_add(&w->c->report, w->yaml, need->line, need->column, MISTAKE_NEEDS_UNMET, need->state, variant_name(w->variant));
}

/* To the end of the programs. False: it went wrong (err). */
static bool walk_through(struct walk *w, struct session *s, struct err *err)
{
	struct explanation x;
	bool good = true;
	explanation_init(&x);
	for (int step = 0; good; step++) {
		if (!session_wait(s, STEP_MS) || step == STEPS_MAX)
			good = err_set(err, ERR_SYSTEM, ETIMEDOUT, "run", w->x->id);
		else if (run_trouble(s->run)->id != ERR_NONE)
			*err = *run_trouble(s->run), good = false;
		else
			good = note_moment(w, s, &x, err);
		bool can_go = good && session_can_go(s);
		if (good && !can_go && (run_over(s->run) || !wakes(s)))
			break;
		if (can_go)
			check_need(w, s);
		if (can_go)
			good = session_go(s, -1, RUN_MOMENT, err);
	}
	explanation_release(&x);
	return good;
}

static void complain(struct walk *w, const struct err *err)
{
	struct buf why = BUF_INIT;
	error_sentence(err, &why);
	if (why.len && why.data[why.len - 1] == '.')
		why.data[--why.len] = 0;
	report_add(&w->c->report, w->yaml, 0, 0, MISTAKE_RUN, why.data, NULL);
	buf_release(&why);
}

/* Made from other sources or texts, or not what a run gives today. */
static void check_recording(struct walk *w, struct session *s, const char *path)
{
	struct err err;
	bool torn = false, same = recording_state(w->x, w->variant) == RECORDING_FRESH;
	struct log *kept = same && s ? log_open(path, &torn, &err) : NULL;
	if (kept)
		same = !torn && log_differs(kept, s->log) == -1;
	if (!same)
		report_add(&w->c->report, path, 0, 0, MISTAKE_RECORDING, variant_name(w->variant), NULL);
	log_free(kept);
}

static void keep_recording(struct walk *w, const char *made, const char *path)
{
	if (chmod(made, 0644) || rename(made, path))
		report_add(&w->c->report, path, 0, 0, MISTAKE_OPEN, strerror(errno), NULL);
}

static void check_met(struct walk *w)
{
	for (int i = 0; i < w->x->n_marks; i++) {
		const struct mark_texts *m = &w->x->marks[i];
		bool here = false;
		for (int l = 0; l < w->x->n_lines; l++)
			here |= w->x->lines[l].variant == w->variant && !strcmp(w->x->lines[l].mark, m->name);
		if (here && !w->met[i])
			report_add(&w->c->report, w->yaml, m->line, m->column, MISTAKE_MARK_UNMET, m->name,
				   variant_name(w->variant));
	}
}

static const char *path_of_recording(struct walk *w)
{
	struct buf b = BUF_INIT;
	const char *path = arena_strdup(&w->c->arena, recording_path(w->x, w->variant, &b));
	buf_release(&b);
	return path;
}

static void run_variant(struct walk *w)
{
	struct session s;
	struct err err = { 0 };
	const char *path = path_of_recording(w), *dir = arena_printf(&w->c->arena, "%s/recordings", w->x->dir);
	const char *made = arena_printf(&w->c->arena, "%s.new", path);
	if (w->c->o->record)
		mkdir(dir, 0755);
	session_init(&s, w->c->course);
	memset(w->met, 0, (size_t)w->x->n_marks);
	bool good = session_lesson(&s, w->x, w->variant, w->c->o->record ? made : NULL, &err);
	if (good && s.recorded) {
		err = s.why;
		good = false;
	}
	good = good && walk_through(w, &s, &err);
	if (good && s.failed)
		report_add(&w->c->report, w->yaml, 0, 0, MISTAKE_WIRE_FAILED, s.failed, variant_name(w->variant));
	if (good && !w->c->o->record)
		check_recording(w, &s, path);
	session_release(&s, "done");
	if (good && w->c->o->record)
		keep_recording(w, made, path);
	else if (w->c->o->record)
		unlink(made);
	if (!good) {
		complain(w, &err);
		return;
	}
	w->ran[w->variant] = true;
	check_met(w);
}

/* A text for an errno, for a special result or for a sleep may be for a run that goes another way: the learner may let the
 * other program go first. `nth: last` is known only afterwards. */
static bool must_be_used(const struct walk *w, const struct when *when)
{
	if (when->errnos || when->has_ret || when->nth < 0 || when->moment == MOMENT_ASLEEP)
		return false;
	if (when->variant >= 0)
		return w->ran[when->variant];
	return w->ran[VARIANT_C] || w->ran[VARIANT_PYTHON];
}

static void check_used(struct walk *w)
{
	for (int i = 0; i < w->x->n_marks; i++) {
		const struct mark_texts *m = &w->x->marks[i];
		for (int e = 0; e < m->n; e++) {
			const struct mark_entry *entry = &m->entries[e];
			if (w->used[i][e] || !must_be_used(w, &entry->when))
				continue;
			report_add(&w->c->report, w->yaml, entry->line, entry->column, MISTAKE_TEXT_UNMET, m->name,
				   entry->when.variant >= 0 ? variant_name((enum variant)entry->when.variant) : "c, python");
		}
	}
}

void check_runs(struct checker *c, const struct lesson *x)
{
	struct walk w = { .c = c, .x = x, .yaml = arena_printf(&c->arena, "%s/lesson.yaml", x->dir) };
	w.met = arena_alloc(&c->arena, (size_t)x->n_marks + 1);
	w.used = arena_alloc(&c->arena, ((size_t)x->n_marks + 1) * sizeof *w.used);
	for (int i = 0; i < x->n_marks; i++)
		w.used[i] = arena_alloc(&c->arena, (size_t)x->marks[i].n + 1);
	for (int v = 0; v < VARIANT_COUNT; v++) {
		w.variant = (enum variant)v;
		if (!x->n_programs || !x->programs[0].source[v])
			continue;
		if (c->o->no_runs)
			check_recording(&w, NULL, path_of_recording(&w));
		else
			run_variant(&w);
	}
	if (!c->o->no_runs)
		check_used(&w);
}
