/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/course/lesson.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/text.h"
#include "engine/stage/stage.h"
#include "tutor/course/marks.h"
#include "tutor/course/schema.h"
#include "tutor/fault_words.h"
#include "tutor/wire_order.h"

enum { PROGRAMS_MAX = 8, SOURCE_BYTES = 256 * 1024, LINES_MAX = 4096 };

struct loader {
	const char *dir, *path;
	struct lesson *lesson;
	struct arena *arena;
	struct report *report;
	const struct node *root;
	int size_lines;
	int program;                 /* whose source is being scanned */
	enum variant variant;
	const char *source, *source_path;
};

static const char *const shapes[] = { [SHAPE_SHORT] = "short", [SHAPE_FULL] = "full",
				      [SHAPE_SIMPLER] = "simpler", [SHAPE_EXAMPLE] = "example" };
static const char *const variants[] = { [VARIANT_C] = "c", [VARIANT_PYTHON] = "python" };
static const char *const moments[] = { [MOMENT_ANY] = "", [MOMENT_BEFORE] = "before", [MOMENT_ASLEEP] = "asleep",
				       [MOMENT_AFTER] = "after", [MOMENT_ENDED] = "ended" };

const char *variant_name(enum variant variant)
{
	return variants[variant];
}

int variant_of(const char *name)
{
	for (int v = 0; v < VARIANT_COUNT; v++)
		if (!strcmp(variants[v], name))
			return v;
	return -1;
}

struct text text_of(const struct node *text)
{
	return (struct text){ .in = { [LANG_EN] = node_text(text, "en"), [LANG_ZH] = node_text(text, "zh-Hans") } };
}

struct texts texts_of(const struct node *map)
{
	struct texts t = { 0 };
	for (int s = 0; s < SHAPE_COUNT; s++)
		t.shape[s] = text_of(node_get(map, shapes[s]));
	return t;
}

const char *const *names_of(const struct node *names, struct arena *a, int *n)
{
	int count = !names ? 0 : names->kind == NODE_LIST ? names->n : 1;
	const char **list = arena_alloc(a, ((size_t)count + 1) * sizeof *list);
	if (names && names->kind == NODE_LIST) {
		int i = 0;
		for (const struct node *item = names->first; item; item = item->next)
			list[i++] = item->text;
	} else if (names) {
		list[0] = names->text;
	}
	if (n)
		*n = count;
	return list;
}

static const char *const *names_or_null(const struct node *map, const char *key, struct arena *a)
{
	const struct node *names = node_get(map, key);
	return names ? names_of(names, a, NULL) : NULL;
}

struct when when_of(const struct node *map, struct arena *a)
{
	struct when w = { .variant = -1 };
	const char *moment = node_text(map, "moment"), *nth = node_text(map, "nth"), *ret = node_text(map, "ret");
	const char *lang = node_text(map, "lang");
	w.calls = names_or_null(map, "call", a);
	w.errnos = names_or_null(map, "errno", a);
	w.states = names_or_null(map, "state", a);
	w.actor = node_text(map, "actor");
	for (int m = MOMENT_BEFORE; moment && m <= MOMENT_ENDED; m++)
		if (!strcmp(moments[m], moment))
			w.moment = (enum moment)m;
	if (nth)
		w.nth = strcmp(nth, "last") ? atoi(nth) : -1;
	if (ret) {
		w.has_ret = true;
		w.ret = strtol(ret, NULL, 10);
	}
	if (lang)
		w.variant = variant_of(lang);
	return w;
}

static void mistake(struct loader *l, const struct node *n, enum mistake_id id, const char *a0, const char *a1)
{
	report_add(l->report, l->path, n ? n->line : 1, n ? n->column : 1, id, a0, a1);
}

static void mistake_count(struct loader *l, const struct node *n, enum mistake_id id, int count)
{
	char s[16];
	snprintf(s, sizeof s, "%d", count);
	mistake(l, n, id, s, NULL);
}

/* NN-name, without the folders before it; the number in *number, -1 if it has none. */
static const char *folder_name(const char *dir, int *number)
{
	const char *base = path_base(dir);
	char *end;
	long n = strtol(base, &end, 10);
	*number = end > base && *end == '-' && n >= 0 && n <= 9999 ? (int)n : -1;
	return *number >= 0 ? end + 1 : base;
}

static void load_head(struct loader *l)
{
	struct lesson *x = l->lesson;
	const char *network = node_text(l->root, "network"), *name = folder_name(l->dir, &x->number);
	x->id = node_text(l->root, "lesson");
	x->title = text_of(node_get(l->root, "title"));
	x->goal = texts_of(node_get(l->root, "goal"));
	x->private_net = !network || strcmp(network, "host");
	x->two_hosts = text_is(network, "two-hosts");
	x->minutes = atoi(node_text(l->root, "minutes"));
	x->terms = names_of(node_get(l->root, "terms"), l->arena, &x->n_terms);
	if (strcmp(x->id, name))
		mistake(l, node_get(l->root, "lesson"), MISTAKE_ID_FOLDER, x->id, name);
}

static void load_program(struct loader *l, const struct node *n, struct lesson_program *p)
{
	p->name = n->key;
	for (int v = 0; v < VARIANT_COUNT; v++)
		p->source[v] = node_text(n, variants[v]);
	p->args = names_of(node_get(n, "args"), l->arena, NULL);
	p->input = node_text(n, "input");
	if (p->input && !*p->input)
		p->input = NULL;
	/* it becomes the name of the built program, beside server.c and server.py */
	if (strchr(p->name, '.') || p->name[0] == '-')
		mistake(l, n, MISTAKE_NAME_FORM, p->name, NULL);
	if (!p->source[VARIANT_C] && !p->source[VARIANT_PYTHON])
		mistake(l, n, MISTAKE_NO_SOURCE, p->name, NULL);
}

static void check_sources(struct loader *l, const struct node *map)
{
	const struct lesson *x = l->lesson;
	for (int v = 0; v < VARIANT_COUNT; v++) {
		int have = 0;
		for (int i = 0; i < x->n_programs; i++)
			have += x->programs[i].source[v] != NULL;
		for (int i = 0; have && i < x->n_programs; i++)
			if (!x->programs[i].source[v])
				mistake(l, node_get(map, x->programs[i].name), MISTAKE_SOME_SOURCE, x->programs[i].name, variants[v]);
	}
}

static void load_programs(struct loader *l)
{
	const struct node *map = node_get(l->root, "programs");
	struct lesson *x = l->lesson;
	if (!map->n)
		mistake(l, map, MISTAKE_KEY_MISSING, "programs", "server: …");
	if (map->n > PROGRAMS_MAX) {
		mistake_count(l, map, MISTAKE_PROGRAMS_MAX, PROGRAMS_MAX);
		return;
	}
	x->programs = arena_alloc(l->arena, (size_t)(map->n + 1) * sizeof *x->programs);
	for (const struct node *n = map->first; n; n = n->next)
		load_program(l, n, &x->programs[x->n_programs++]);
	check_sources(l, map);
}

static int program_index(const struct lesson *x, const char *name)
{
	for (int i = 0; i < x->n_programs; i++)
		if (!strcmp(x->programs[i].name, name))
			return i;
	return -1;
}

static int known_program(struct loader *l, const struct node *at, const char *name)
{
	int i = program_index(l->lesson, name);
	if (i >= 0)
		return i;
	struct buf all = BUF_INIT;
	for (int p = 0; p < l->lesson->n_programs; p++)
		buf_addf(&all, "%s%s", p ? ", " : "", l->lesson->programs[p].name);
	mistake(l, at, MISTAKE_NO_PROGRAM, name, all.data);
	buf_release(&all);
	return -1;
}

static void load_turns(struct loader *l)
{
	const struct node *turns = node_get(l->root, "turns");
	struct lesson *x = l->lesson;
	int n;
	const char *const *names = names_of(turns, l->arena, &n);
	x->turns = arena_alloc(l->arena, (size_t)(n + x->n_programs + 1) * sizeof *x->turns);
	for (int i = 0; i < n; i++) {
		int p = known_program(l, turns, names[i]);
		if (p >= 0)
			x->turns[x->n_turns++] = p;
	}
	for (int i = 0; !turns && i < x->n_programs; i++)
		x->turns[x->n_turns++] = i;
}

/* Orders for the wire; *n of them. */
static const struct wire_words *load_wire(struct loader *l, const struct node *map, int *n)
{
	const struct node *list = node_get(map, "wire");
	const char *names[PROGRAMS_MAX];
	struct lesson *x = l->lesson;
	struct err err;
	*n = 0;
	if (!list)
		return NULL;
	for (int i = 0; i < x->n_programs; i++)
		names[i] = x->programs[i].name;
	struct wire_words *orders = arena_alloc(l->arena, (size_t)(list->n + 1) * sizeof *orders);
	for (const struct node *o = list->first; o; o = o->next) {
		struct wire_words *w = &orders[*n];
		if (!wire_words_read(o->text, names, x->n_programs, w, &err))
			mistake(l, o, MISTAKE_WIRE_ORDER, o->text, err.a[0]);
		else if (!x->two_hosts && w->order.how != WIRE_FREEZE && w->order.how != WIRE_THAW)
			mistake(l, o, MISTAKE_WIRE_HOSTS, o->text, NULL);
		else
			orders[(*n)++].text = o->text;
	}
	for (int i = 0; i < *n; i++)
		x->needs_cable |= orders[i].order.how != WIRE_FREEZE && orders[i].order.how != WIRE_THAW;
	x->has_orders |= *n > 0;
	return orders;
}

static void load_fault(struct loader *l, const struct node *n, struct mark_entry *e)
{
	struct fault_words w;
	if (!n)
		return;
	if (fault_words_read(n->text, &w) != FAULT_WORDS_GOOD)
		mistake(l, n, MISTAKE_FAULT_ORDER, n->text, NULL);
	else if (e->when.moment != MOMENT_BEFORE)
		mistake(l, n, MISTAKE_FAULT_MOMENT, NULL, NULL);
	else
		e->fault = n->text, l->lesson->has_orders = true;
	if (*w.target)
		known_program(l, n, w.target);
}

static void load_need(struct loader *l, const struct node *n, struct mark_entry *e)
{
	if (!n)
		return;
	const char *actor = node_text(n, "actor");
	e->need = (struct need){ node_text(n, "state"), known_program(l, node_get(n, "actor"), actor), n->line, n->column };
	l->lesson->has_needs = true;
	if (e->when.moment != MOMENT_BEFORE)
		mistake(l, n, MISTAKE_NEEDS_MOMENT, NULL, NULL);
}

static void load_entry(struct loader *l, const struct node *n, struct mark_entry *e)
{
	const struct node *when = node_get(n, "when");
	*e = (struct mark_entry){ .when = when_of(when, l->arena), .texts = texts_of(n), .line = n->line, .column = n->column };
	e->wire = load_wire(l, n, &e->n_wire);
	if (e->n_wire && e->when.moment == MOMENT_ANY)
		mistake(l, node_get(n, "wire"), MISTAKE_WIRE_MOMENT, NULL, NULL);
	load_fault(l, node_get(n, "fault"), e);
	load_need(l, node_get(n, "needs"), e);
	if (e->when.actor)
		known_program(l, node_get(when, "actor"), e->when.actor);
	if (e->when.errnos && e->when.moment != MOMENT_AFTER)
		mistake(l, when, MISTAKE_WHEN_FAILED, NULL, NULL);
}

static void load_marks(struct loader *l)
{
	const struct node *map = node_get(l->root, "marks");
	struct lesson *x = l->lesson;
	x->marks = arena_alloc(l->arena, (size_t)(map->n + 1) * sizeof *x->marks);
	for (const struct node *n = map->first; n; n = n->next) {
		struct mark_texts *m = &x->marks[x->n_marks++];
		*m = (struct mark_texts){ .name = n->key, .line = n->key_line, .column = n->key_column };
		m->entries = arena_alloc(l->arena, (size_t)n->n * sizeof *m->entries);
		for (const struct node *e = n->first; e; e = e->next)
			load_entry(l, e, &m->entries[m->n++]);
	}
}

static void load_question(struct loader *l, const struct node *n, struct lesson_question *q)
{
	const struct node *choices = node_get(n, "choices");
	int right = 0;
	q->ask = texts_of(node_get(n, "ask"));
	q->choices = arena_alloc(l->arena, (size_t)choices->n * sizeof *q->choices);
	for (const struct node *c = choices->first; c; c = c->next) {
		const char *is_right = node_text(c, "right");
		struct lesson_choice *x = &q->choices[q->n_choices++];
		x->text = text_of(node_get(c, "text"));
		x->why = text_of(node_get(c, "why"));
		x->right = text_is(is_right, "true");
		right += x->right;
	}
	if (q->n_choices < 3)
		mistake_count(l, choices, MISTAKE_CHOICES_FEW, q->n_choices);
	if (right != 1)
		mistake_count(l, choices, MISTAKE_RIGHT_COUNT, right);
}

static void load_questions(struct loader *l)
{
	const struct node *list = node_get(l->root, "questions");
	struct lesson *x = l->lesson;
	if (!list)
		return;
	x->questions = arena_alloc(l->arena, (size_t)(list->n + 1) * sizeof *x->questions);
	for (const struct node *n = list->first; n; n = n->next)
		load_question(l, n, &x->questions[x->n_questions++]);
}

static void load_summary(struct loader *l)
{
	const struct node *list = node_get(l->root, "summary");
	struct lesson *x = l->lesson;
	if (!list)
		return;
	x->summary = arena_alloc(l->arena, (size_t)(list->n + 1) * sizeof *x->summary);
	for (const struct node *n = list->first; n; n = n->next)
		x->summary[x->n_summary++] = texts_of(n);
}

static void keep_mark(struct loader *l, const struct found_mark *f)
{
	struct lesson *x = l->lesson;
	if (x->n_lines == LINES_MAX)
		return;
	if (x->n_lines == l->size_lines) {
		struct mark_line *old = x->lines;
		l->size_lines = l->size_lines ? 2 * l->size_lines : 32;
		x->lines = arena_alloc(l->arena, (size_t)l->size_lines * sizeof *x->lines);
		if (x->n_lines)
			memcpy(x->lines, old, (size_t)x->n_lines * sizeof *old);
	}
	x->lines[x->n_lines++] = (struct mark_line){
		.file = l->source, .mark = arena_strndup(l->arena, f->name, (size_t)f->len), .line = f->line,
		.column = f->column, .first = f->first, .last = f->last, .program = l->program, .variant = l->variant };
}

static void see_mark(void *arg, const struct found_mark *f)
{
	struct loader *l = arg;
	const struct lesson *x = l->lesson;
	char name[80];
	snprintf(name, sizeof name, "%.*s", f->len, f->name);
	bool good = f->len <= 64;
	for (int i = 0; good && i < f->len; i++)
		good = strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.", f->name[i]) && f->name[i];
	const struct mark_line *last = x->n_lines ? &x->lines[x->n_lines - 1] : NULL;
	if (!good)
		report_add(l->report, l->source_path, f->line, f->column, MISTAKE_MARK_FORM, name, NULL);
	else if (last && last->line == f->line && last->file == l->source)
		report_add(l->report, l->source_path, f->line, f->column, MISTAKE_MARK_TWICE, name, NULL);
	else
		keep_mark(l, f);
}

static void scan_source(struct loader *l, int program, enum variant v)
{
	struct buf b = BUF_INIT;
	l->source = l->lesson->programs[program].source[v];
	l->source_path = arena_printf(l->arena, "%s/%s", l->dir, l->source);
	l->program = program;
	l->variant = v;
	if (file_read(l->source_path, SOURCE_BYTES, &b, l->report))
		marks_scan(b.data, b.len, v, see_mark, l);
	buf_release(&b);
}

static const struct mark_line *line_with(const struct lesson *x, const char *mark)
{
	for (int i = 0; i < x->n_lines; i++)
		if (!strcmp(x->lines[i].mark, mark))
			return &x->lines[i];
	return NULL;
}

static bool has_texts(const struct lesson *x, const char *mark)
{
	for (int i = 0; i < x->n_marks; i++)
		if (!strcmp(x->marks[i].name, mark))
			return true;
	return false;
}

static void match_marks(struct loader *l)
{
	const struct lesson *x = l->lesson;
	for (int i = 0; i < x->n_marks; i++)
		if (!line_with(x, x->marks[i].name))
			report_add(l->report, l->path, x->marks[i].line, x->marks[i].column, MISTAKE_NO_MARK, x->marks[i].name, NULL);
	for (int i = 0; i < x->n_lines; i++) {
		const struct mark_line *m = &x->lines[i];
		if (!has_texts(x, m->mark))
			report_add(l->report, arena_printf(l->arena, "%s/%s", l->dir, m->file), m->line, m->column,
				   MISTAKE_MARK_ALONE, m->mark, NULL);
	}
}

bool lesson_load(const char *dir, struct lesson *lesson, struct arena *a, struct report *r)
{
	int before = r->n + r->dropped;
	struct loader l = { .dir = arena_strdup(a, dir), .lesson = lesson, .arena = a, .report = r };
	*lesson = (struct lesson){ .dir = l.dir };
	l.path = arena_printf(a, "%s/lesson.yaml", dir);
	l.root = yaml_read(l.path, a, r);
	if (!l.root || !schema_check(l.path, l.root, LEVEL_LESSON, r))
		return false;
	load_head(&l);
	load_programs(&l);
	load_turns(&l);
	lesson->wire = load_wire(&l, l.root, &lesson->n_wire);
	if (lesson->two_hosts && (lesson->n_programs < 2 || lesson->n_programs > STAGE_HOSTS))
		mistake_count(&l, node_get(l.root, "network"), MISTAKE_HOSTS, STAGE_HOSTS);
	load_marks(&l);
	load_questions(&l);
	load_summary(&l);
	for (int p = 0; p < lesson->n_programs; p++)
		for (int v = 0; v < VARIANT_COUNT; v++)
			if (lesson->programs[p].source[v])
				scan_source(&l, p, (enum variant)v);
	bool usable = r->n + r->dropped == before;
	match_marks(&l);
	return usable;
}

const char *lesson_mark_at(const struct lesson *lesson, const char *file, int line)
{
	const char *near = NULL;
	for (int i = 0; i < lesson->n_lines; i++) {
		const struct mark_line *m = &lesson->lines[i];
		if (strcmp(m->file, file))
			continue;
		if (m->line == line)
			return m->mark;
		if (!near && line >= m->first && line <= m->last)
			near = m->mark;
	}
	return near;
}
