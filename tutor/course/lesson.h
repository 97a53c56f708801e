/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inside a lesson: its mark texts and where the marks stand. For the files of
 * tutor/learn only; the rest of the tutor uses course.h and explain.h.
 */
#ifndef TUTOR_COURSE_LESSON_H
#define TUTOR_COURSE_LESSON_H

#include <stdint.h>

#include "tutor/course/report.h"
#include "tutor/course/yaml.h"

enum moment { MOMENT_ANY, MOMENT_BEFORE, MOMENT_ASLEEP, MOMENT_AFTER, MOMENT_ENDED };

/* What must hold for a text to be used. Nothing given: always. */
struct when {
	const char *const *calls;         /* NULL-ended; NULL: any */
	const char *const *errnos;        /* the call failed with one of these; NULL: it must not have failed */
	const char *const *states;        /* rules only: see state.def; NULL: none */
	const char *actor;
	enum moment moment;
	int nth;                          /* 0: any; -1: last */
	bool has_ret;
	int64_t ret;
	int variant;                      /* -1: any */
};

/* A TCP state that the kernel ends by its own clock, and the program one of whose sockets must be in it. */
struct need { const char *state; int program; int line, column; };

struct mark_entry {
	struct when when;
	struct texts texts;
	const struct wire_words *wire; int n_wire;
	const char *fault;
	struct need need;                 /* state NULL: none */
	int line, column;
};

struct mark_texts { const char *name; struct mark_entry *entries; int n; int line, column; };

/* A mark and the lines of the statement it stands in. */
struct mark_line { const char *file, *mark; int line, column, first, last; int program; enum variant variant; };

/* Read dir/lesson.yaml and scan its sources. All mistakes are reported. False: *lesson is not
 * usable. (A mark without text, or a text without mark, is a mistake that a lesson can be used with.) Everything lives in the arena. */
bool lesson_load(const char *dir, struct lesson *lesson, struct arena *a, struct report *r);

/* For loaders of other files; the nodes must have passed the schema. */
struct text text_of(const struct node *text);
struct texts texts_of(const struct node *shapes);
struct when when_of(const struct node *when, struct arena *a);
const char *const *names_of(const struct node *names, struct arena *a, int *n);

#endif
