/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/buf.h"
#include "tutor/check/part.h"
#include "tutor/course/build.h"
#include "tutor/fault_words.h"

enum { QUESTIONS_MIN = 3, PYTHON_SECONDS = 20 };

struct place { struct checker *c; const struct lesson *x; const char *yaml; };

static void check_terms(struct place *p)
{
	const struct catalog *cat = course_catalog(p->c->course);
	const char **ids = arena_alloc(&p->c->arena, ((size_t)cat->n_terms + 1) * sizeof *ids);
	for (int i = 0; i < cat->n_terms; i++)
		ids[i] = cat->terms[i].id;
	for (int i = 0; i < p->x->n_terms; i++) {
		const char *id = p->x->terms[i], *near;
		if (course_term(p->c->course, id))
			continue;
		near = nearest(id, ids, cat->n_terms);
		report_add(&p->c->report, p->yaml, 0, 0, near ? MISTAKE_TERM_NEAR : MISTAKE_NO_TERM, id, near);
	}
}

static bool in_variant(const struct lesson *x, const char *mark, enum variant v)
{
	for (int i = 0; i < x->n_lines; i++)
		if (x->lines[i].variant == v && !strcmp(x->lines[i].mark, mark))
			return true;
	return false;
}

static bool has_variant(const struct lesson *x, enum variant v)
{
	return x->n_programs && x->programs[0].source[v];
}

/* Is the mark wanted in this language at all? Not if every text of it is for another one. */
static bool is_wanted(const struct mark_texts *m, enum variant v)
{
	for (int i = 0; i < m->n; i++)
		if (m->entries[i].when.variant < 0 || m->entries[i].when.variant == (int)v)
			return true;
	return false;
}

static void check_marks(struct place *p)
{
	for (int i = 0; i < p->x->n_marks; i++) {
		const struct mark_texts *m = &p->x->marks[i];
		for (int v = 0; v < VARIANT_COUNT; v++) {
			const char *other = variant_name(v == VARIANT_C ? VARIANT_PYTHON : VARIANT_C);
			if (has_variant(p->x, (enum variant)v) && is_wanted(m, (enum variant)v) &&
			    !in_variant(p->x, m->name, (enum variant)v))
				report_add(&p->c->report, p->yaml, m->line, m->column, MISTAKE_MARK_ONE, m->name, other);
		}
	}
}

static bool holds_all(const char *const *a, const char *const *b)
{
	if (!a)
		return true;
	for (; b && *b; b++) {
		const char *const *i = a;
		while (*i && strcmp(*i, *b))
			i++;
		if (!*i)
			return false;
	}
	return b != NULL;
}

/* Whenever b fits, a fits too. Texts for errnos and for success never meet. */
static bool covers(const struct when *a, const struct when *b)
{
	if (!a->errnos != !b->errnos)
		return false;
	return holds_all(a->calls, b->calls) && holds_all(a->errnos, b->errnos) &&
	       (!a->moment || a->moment == b->moment) && (!a->nth || a->nth == b->nth) &&
	       (!a->actor || (b->actor && !strcmp(a->actor, b->actor))) &&
	       (!a->has_ret || (b->has_ret && a->ret == b->ret)) &&
	       (a->variant < 0 || a->variant == b->variant);
}

/* An unusual success (0 bytes) passes over texts without `ret`, so `ret: 0` after one of these is not dead. */
static bool is_dead(const struct mark_entry *first, const struct mark_entry *later)
{
	return first->when.nth >= 0 && covers(&first->when, &later->when) &&
	       !(later->when.has_ret && !first->when.has_ret);
}

/* A fault that is an errno must be one that the call gives. */
static void check_fault(struct place *p, const struct mark_entry *e)
{
	struct fault_words w;
	if (!e->fault || fault_words_read(e->fault, &w) != FAULT_WORDS_GOOD || w.order.kind != FAULT_ERRNO)
		return;
	const struct catalog_errno *is = catalog_errno(course_catalog(p->c->course), w.order.name);
	for (const char *const *call = e->when.calls; call && *call; call++)
		if (!is || !catalog_cause(is, *call))
			report_add(&p->c->report, p->yaml, e->line, e->column, MISTAKE_FAULT_ERRNO, *call, w.order.name);
}

static void check_entries(struct place *p, const struct mark_texts *m)
{
	const struct catalog *cat = course_catalog(p->c->course);
	for (int i = 0; i < m->n; i++) {
		const struct mark_entry *e = &m->entries[i];
		for (const char *const *n = e->when.calls; n && *n; n++)
			if (!catalog_call(cat, *n))
				report_add(&p->c->report, p->yaml, e->line, e->column, MISTAKE_CAT_CALL, *n, NULL);
		for (const char *const *n = e->when.errnos; n && *n; n++)
			if (!catalog_errno(cat, *n))
				report_add(&p->c->report, p->yaml, e->line, e->column, MISTAKE_CAT_ERRNO, *n, NULL);
		check_fault(p, e);
		for (int j = 0; j < i; j++)
			if (is_dead(&m->entries[j], e)) {
				check_count(p->c, p->yaml, e->line, e->column, MISTAKE_ENTRY_DEAD, m->entries[j].line);
				break;
			}
	}
}

/* "server.c:12:5: warning: unused …": the place and the words. */
static void compiler_said(struct place *p, const char *path, const char *messages, const char *key)
{
	int line = 0, column = 0;
	const char *at = strstr(messages, key);
	while (at && at > messages && at[-1] != '\n')
		at--;
	if (!at)
		at = messages + strspn(messages, "\n");
	char what[256];
	snprintf(what, sizeof what, "%.*s", (int)strcspn(at, "\n"), at);
	const char *colon = strchr(what, ':');
	if (colon && sscanf(colon, ":%d:%d", &line, &column) == 2) {
		const char *text = strstr(what, ": ");
		report_add(&p->c->report, path, line, column, MISTAKE_COMPILE, text ? text + 2 : what, NULL);
		return;
	}
	report_add(&p->c->report, path, 0, 0, MISTAKE_COMPILE, what, NULL);
}

static void check_c(struct place *p, const char *source)
{
	struct buf out = BUF_INIT;
	struct err err = { 0 };
	const char *path = arena_printf(&p->c->arena, "%s/%s", p->x->dir, source);
	bool good = build_try(p->x->dir, source, &out, &err);
	if (!good && err.id == ERR_NO_COMPILER)
		report_add(&p->c->report, path, 0, 0, MISTAKE_NO_TOOL, "cc", NULL);
	else if (!good && err.id != ERR_NONE)
		report_add(&p->c->report, path, 0, 0, MISTAKE_COMPILE, strerror(err.sys), NULL);
	else if (!good || out.len)
		compiler_said(p, path, out.data, good ? "warning:" : "error:");
	buf_release(&out);
}

static const char *last_line(struct buf *b)
{
	while (b->len && strchr("\r\n ", b->data[b->len - 1]))
		b->data[--b->len] = 0;
	const char *nl = strrchr(b->data, '\n');
	return nl ? nl + 1 : b->data;
}

static void check_python(struct place *p, const char *source)
{
	static const char script[] = "import sys; compile(open(sys.argv[1], 'rb').read(), sys.argv[1], 'exec')";
	const char *const argv[] = { "python3", "-W", "error", "-c", script, source, NULL };
	struct buf out = BUF_INIT;
	struct err err = { 0 };
	const char *path = arena_printf(&p->c->arena, "%s/%s", p->x->dir, source);
	int status = build_run(p->x->dir, argv, PYTHON_SECONDS, &out, &err);
	if (status < 0 && err.sys == ENOENT)
		report_add(&p->c->report, path, 0, 0, MISTAKE_NO_TOOL, "python3", NULL);
	else if (status < 0)
		report_add(&p->c->report, path, 0, 0, MISTAKE_PYTHON, strerror(err.sys), NULL);
	else if (status)
		report_add(&p->c->report, path, 0, 0, MISTAKE_PYTHON, last_line(&out), NULL);
	buf_release(&out);
}

void check_lesson(struct checker *c, const struct lesson *x)
{
	struct place p = { .c = c, .x = x, .yaml = arena_printf(&c->arena, "%s/lesson.yaml", x->dir) };
	check_terms(&p);
	check_marks(&p);
	for (int i = 0; i < x->n_marks; i++)
		check_entries(&p, &x->marks[i]);
	if (x->n_questions < QUESTIONS_MIN)
		check_count(c, p.yaml, 0, 0, MISTAKE_NO_QUESTION, x->n_questions);
	for (int i = 0; i < x->n_programs; i++) {
		if (x->programs[i].source[VARIANT_C])
			check_c(&p, x->programs[i].source[VARIANT_C]);
		if (x->programs[i].source[VARIANT_PYTHON])
			check_python(&p, x->programs[i].source[VARIANT_PYTHON]);
	}
}
