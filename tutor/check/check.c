/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/check/check.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/buf.h"
#include "engine/base/text.h"
#include "tutor/check/part.h"
#include "tutor/course/words.h"

static const struct { const char *name; enum level level; } catalog_files[] = {
	{ "syscalls", LEVEL_SYSCALLS }, { "errnos", LEVEL_ERRNOS }, { "constants", LEVEL_CONSTANTS },
	{ "terms", LEVEL_TERMS }, { "rules", LEVEL_RULES }, { "headers", LEVEL_HEADERS },
};
enum { CATALOG_FILES = sizeof catalog_files / sizeof *catalog_files };

void check_count(struct checker *c, const char *file, int line, int column, enum mistake_id id, long n)
{
	char s[24];
	snprintf(s, sizeof s, "%ld", n);
	report_add(&c->report, file, line, column, id, s, NULL);
}

/* What the course's loader has found; of one lesson only when that is checked. */
static void take_mistakes(struct checker *c, const char *only)
{
	const struct report *from = course_report(c->course);
	size_t n = only ? strlen(only) : 0;
	for (int i = 0; i < from->n; i++)
		if (!only || (!strncmp(from->list[i].file, only, n) && strchr("/", from->list[i].file[n])))
			report_copy(&c->report, &from->list[i]);
	c->report.dropped += from->dropped;
}

static bool is_dots(const char *path)
{
	const char *base = path_base(path);
	return !strcmp(base, ".") || !strcmp(base, "..");
}

/* The course of a lesson's folder is the folder above it. */
static const char *course_of(struct checker *c, const char *dir, const char **lesson)
{
	char full[PATH_MAX];
	size_t n = strlen(dir);
	while (n > 1 && dir[n - 1] == '/')
		n--;
	const char *clean = arena_strndup(&c->arena, dir, n);
	*lesson = NULL;
	if (access(arena_printf(&c->arena, "%s/lesson.yaml", clean), F_OK))
		return clean;
	if (is_dots(clean) && realpath(clean, full))
		clean = arena_strdup(&c->arena, full);
	const char *slash = strrchr(clean, '/');
	*lesson = slash ? clean : arena_printf(&c->arena, "./%s", clean);
	return slash == clean ? "/" : slash ? arena_strndup(&c->arena, clean, (size_t)(slash - clean)) : ".";
}

static int is_lesson(const struct dirent *d)
{
	size_t digits = strspn(d->d_name, "0123456789");
	return digits && d->d_name[digits] == '-';
}

typedef void each_file(struct checker *c, const char *path, enum level level);

/* Every lesson.yaml there is, also of lessons that were left out, and the catalogue's files. */
static void each(struct checker *c, const char *only, each_file *visit)
{
	struct dirent **found;
	if (only) {
		visit(c, arena_printf(&c->arena, "%s/lesson.yaml", only), LEVEL_LESSON);
		return;
	}
	for (int i = 0; i < CATALOG_FILES; i++)
		visit(c, arena_printf(&c->arena, "%s/catalog/%s.yaml", c->dir, catalog_files[i].name), catalog_files[i].level);
	int n = scandir(c->dir, &found, is_lesson, alphasort);
	for (int i = 0; i < n; i++) {
		visit(c, arena_printf(&c->arena, "%s/%s/lesson.yaml", c->dir, found[i]->d_name), LEVEL_LESSON);
		free(found[i]);
	}
	if (n >= 0)
		free(found);
}

static void stamp(struct checker *c, const char *path, enum level level)
{
	stamp_file(c, path, level);
}

/* Words that need not stand in words.txt: the glossary's, and the names of calls, arguments and programs. */
static void learn_words(struct checker *c)
{
	const struct catalog *cat = course_catalog(c->course);
	c->words = words_new(arena_printf(&c->arena, "%s/words.txt", c->dir), &c->report);
	if (!c->words)
		return;
	for (int i = 0; i < cat->n_terms; i++) {
		words_add(c->words, cat->terms[i].term);
		if (cat->terms[i].synonym)
			words_add(c->words, cat->terms[i].synonym);
	}
	for (int i = 0; i < cat->n_calls; i++) {
		words_add(c->words, cat->calls[i].name);
		for (int a = 0; a < cat->calls[i].n_args; a++)
			words_add(c->words, cat->calls[i].args[a].name);
	}
}

static void check_lessons(struct checker *c, const char *only)
{
	for (int i = 0; i < course_count(c->course); i++) {
		const struct lesson *x = course_lesson(c->course, i);
		if (only && strcmp(x->dir, only))
			continue;
		check_lesson(c, x);
		check_runs(c, x);
	}
}

static void print_json(const struct mistake *m, FILE *out)
{
	json_t *o = json_pack("{s:s, s:i, s:i, s:s, s:s, s:s}", "file", m->file, "line", m->line, "column", m->column,
			      "id", mistake_key(m->id), "en", m->text[LANG_EN], "zh", m->text[LANG_ZH]);
	if (o)
		json_dumpf(o, out, JSON_COMPACT);
	fputc('\n', out);
	json_decref(o);
}

static int print(const struct checker *c)
{
	const struct report *r = &c->report;
	for (int i = 0; i < r->n; i++) {
		if (c->o->json)
			print_json(&r->list[i], c->o->out);
		else
			fprintf(c->o->out, "%s\n", r->list[i].whole[c->o->lang]);
	}
	if (r->dropped && !c->o->json)
		fprintf(c->o->out, "+ %d\n", r->dropped);
	return r->n + r->dropped;
}

static bool check_all(struct checker *c, struct err *err)
{
	const char *only;
	c->dir = course_of(c, c->o->dir, &only);
	if (c->o->stamp)
		each(c, only, stamp);
	c->course = course_open(c->dir, err);
	if (!c->course && err->id == ERR_LESSON_BAD)
		report_add(&c->report, c->dir, 0, 0, MISTAKE_NO_CATALOG, err->a[0], NULL);
	if (!c->course)
		return c->report.n || err_set(err, ERR_LESSON_UNKNOWN, 0, c->dir, NULL);
	take_mistakes(c, only);
	learn_words(c);
	each(c, only, check_texts);
	if (!only)
		check_catalog(c);
	check_lessons(c, only);
	return true;
}

int check_run(const struct check_options *o, struct err *err)
{
	struct checker c = { .o = o };
	arena_init(&c.arena);
	report_init(&c.report);
	int mistakes = -1;
	if (check_all(&c, err)) {
		report_sort(&c.report);
		mistakes = print(&c);
	}
	words_free(c.words);
	course_free(c.course);
	report_release(&c.report);
	arena_release(&c.arena);
	return mistakes;
}
