/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/course/course.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "engine/base/buf.h"
#include "engine/base/text.h"
#include "tutor/course/catalog.h"
#include "tutor/course/lesson.h"

enum { LESSONS_MAX = 1000 };

struct course {
	struct arena arena;
	struct report report;
	const char *catalog_dir;
	struct catalog catalog;      /* read when first asked for: a menu needs none of it */
	bool has_catalog;
	struct lesson *lessons;
	int n_lessons;
	const char **left_out;       /* folders of lessons with mistakes */
	int n_left_out;
};

static bool is_folder(const char *path)
{
	struct stat st;
	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

static int numbered(const struct dirent *d)
{
	size_t digits = strspn(d->d_name, "0123456789");
	return digits && digits <= 4 && d->d_name[digits] == '-';
}

static int by_number(const struct dirent **a, const struct dirent **b)
{
	int d = atoi((*a)->d_name) - atoi((*b)->d_name);
	return d ? d : strcmp((*a)->d_name, (*b)->d_name);
}

/* Another lesson with the same number or id would make `run 3` a matter of luck. */
static bool is_twin(const struct course *c, const struct lesson *x)
{
	for (int i = 0; i < c->n_lessons; i++)
		if (c->lessons[i].number == x->number || !strcmp(c->lessons[i].id, x->id))
			return true;
	return false;
}

static void open_lesson(struct course *c, const char *dir)
{
	struct lesson x;
	if (!is_folder(dir))
		return;
	bool good = lesson_load(dir, &x, &c->arena, &c->report);
	if (good && is_twin(c, &x)) {
		report_add(&c->report, dir, 0, 0, MISTAKE_NUMBER_TWICE, x.id, dir);
		good = false;
	}
	if (good)
		c->lessons[c->n_lessons++] = x;
	else
		c->left_out[c->n_left_out++] = dir;
}

static bool open_lessons(struct course *c, const char *dir, struct err *err)
{
	struct dirent **found;
	int n = scandir(dir, &found, numbered, by_number);
	if (n < 0)
		return err_set(err, ERR_SYSTEM, errno, "opendir", dir);
	c->lessons = arena_alloc(&c->arena, ((size_t)n + 1) * sizeof *c->lessons);
	c->left_out = arena_alloc(&c->arena, ((size_t)n + 1) * sizeof *c->left_out);
	for (int i = 0; i < n; i++) {
		if (i < LESSONS_MAX)
			open_lesson(c, arena_printf(&c->arena, "%s/%s", dir, found[i]->d_name));
		free(found[i]);
	}
	free(found);
	return true;
}

static bool open_all(struct course *c, const char *dir, struct err *err)
{
	const char *catalog = arena_printf(&c->arena, "%s/catalog", dir);
	if (!is_folder(dir))
		return err_set(err, ERR_SYSTEM, errno ? errno : ENOTDIR, "opendir", dir);
	if (!is_folder(catalog))
		return err_set(err, ERR_LESSON_BAD, errno ? errno : ENOTDIR, catalog, NULL);
	c->catalog_dir = catalog;
	return open_lessons(c, dir, err);
}

struct course *course_open(const char *dir, struct err *err)
{
	struct course *c = xcalloc(1, sizeof *c);
	char path[4096];
	size_t n = (size_t)snprintf(path, sizeof path, "%s", dir);
	while (n > 1 && n < sizeof path && path[n - 1] == '/')
		path[--n] = 0;
	arena_init(&c->arena);
	report_init(&c->report);
	errno = 0;
	if (!open_all(c, path, err)) {
		course_free(c);
		return NULL;
	}
	report_sort(&c->report);
	return c;
}

void course_free(struct course *c)
{
	if (!c)
		return;
	arena_release(&c->arena);
	report_release(&c->report);
	free(c);
}

int course_count(const struct course *c)
{
	return c->n_lessons;
}

const struct lesson *course_lesson(const struct course *c, int i)
{
	return i >= 0 && i < c->n_lessons ? &c->lessons[i] : NULL;
}

/* The name may be a path that ends in slashes. */
static void last_part(const char *name, char *out, size_t size)
{
	size_t n = strlen(name);
	while (n && name[n - 1] == '/')
		n--;
	const char *slash = n ? memrchr(name, '/', n) : NULL;
	const char *from = slash ? slash + 1 : name;
	snprintf(out, size, "%.*s", (int)(name + n - from), from);
}

/* 07-hello is called 07-hello, hello, 7 and 07. */
static bool is_folder_called(const char *folder, const char *name)
{
	char *end;
	long number = strtol(name, &end, 10), is = strtol(folder, NULL, 10);
	const char *dash = strchr(folder, '-');
	return *name && (!strcmp(folder, name) || (dash && !strcmp(dash + 1, name)) || (end > name && !*end && number == is));
}

const struct lesson *course_find(const struct course *c, const char *name)
{
	char last[256];
	last_part(name, last, sizeof last);
	for (int i = 0; i < c->n_lessons; i++)
		if (is_folder_called(path_base(c->lessons[i].dir), last))
			return &c->lessons[i];
	return NULL;
}

const char *course_left_out(const struct course *c, const char *name)
{
	char last[256];
	last_part(name, last, sizeof last);
	for (int i = 0; i < c->n_left_out; i++)
		if (is_folder_called(path_base(c->left_out[i]), last))
			return c->left_out[i];
	return NULL;
}

const struct catalog *course_catalog(const struct course *course)
{
	struct course *c = (struct course *)course;   /* every course was made by course_open: none is really const */
	if (!c->has_catalog) {
		catalog_load(c->catalog_dir, &c->catalog, &c->arena, &c->report);
		report_sort(&c->report);
		c->has_catalog = true;
	}
	return &c->catalog;
}

const struct term *course_term(const struct course *c, const char *id)
{
	const struct catalog *catalog = course_catalog(c);
	for (int i = 0; i < catalog->n_terms; i++) {
		const struct term *t = &catalog->terms[i];
		if (!strcasecmp(t->id, id) || !strcasecmp(t->term, id))
			return t;
	}
	return NULL;
}

int course_terms(const struct course *c)
{
	return course_catalog(c)->n_terms;
}

const struct term *course_term_at(const struct course *c, int i)
{
	const struct catalog *catalog = course_catalog(c);
	return i >= 0 && i < catalog->n_terms ? &catalog->terms[i] : NULL;
}

const char *course_mistake(const struct course *c, int i, enum lang lang)
{
	return i >= 0 && i < c->report.n ? c->report.list[i].whole[lang] : NULL;
}

const struct report *course_report(const struct course *c)
{
	course_catalog(c);
	return &c->report;
}
