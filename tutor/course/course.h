/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lessons on this machine and what is in one. Format: docs/lessons.md.
 * A course owns everything it hands out.
 */
#ifndef TUTOR_COURSE_COURSE_H
#define TUTOR_COURSE_COURSE_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/err.h"

enum lang { LANG_EN, LANG_ZH, LANG_COUNT };
enum shape { SHAPE_SHORT, SHAPE_FULL, SHAPE_SIMPLER, SHAPE_EXAMPLE, SHAPE_COUNT };
enum variant { VARIANT_C, VARIANT_PYTHON, VARIANT_COUNT };

struct text { const char *in[LANG_COUNT]; };                    /* NULL where a language is missing */
struct texts { struct text shape[SHAPE_COUNT]; };

/* The variant called "c" or "python" and back; -1: neither. */
int variant_of(const char *name);
const char *variant_name(enum variant variant);

struct lesson_program {
	const char *name;                     /* server */
	const char *source[VARIANT_COUNT];    /* base name of the source; NULL: not in this language */
	const char *const *args;              /* NULL-ended, without argv[0] */
	const char *input;                    /* typed to it at the start; NULL: nothing */
};

struct lesson_choice { struct text text, why; bool right; };
struct lesson_question { struct texts ask; struct lesson_choice *choices; int n_choices; };

struct lesson {
	const char *id, *dir;                 /* tcp-hello; folder */
	int number;                           /* of the folder's name */
	struct text title;
	struct texts goal;
	bool private_net;
	bool two_hosts;                       /* each program on a host of its own, joined by a cable */
	const struct wire_words *wire; int n_wire;          /* orders for the wire, given when the programs have started */
	bool has_orders;                      /* here, or at a mark: see orders.h */
	bool has_needs;                       /* a call is to meet a state that the kernel ends by its own clock: see needs.h */
	bool needs_cable;                     /* one of them is for the cable: without it the texts would not be true */
	int minutes;
	struct lesson_program *programs;  int n_programs;
	int *turns;                       int n_turns;      /* indices of programs */
	const char *const *terms;         int n_terms;
	struct lesson_question *questions; int n_questions;
	struct texts *summary;            int n_summary;    /* lines for the end of the run, to be shown in this order */
	struct mark_texts *marks;         int n_marks;      /* opaque: explain.h reads them */
	struct mark_line *lines;          int n_lines;      /* opaque: where marks stand in the sources */
};

/* also: another form of the word; sense: of an everyday word, a piece of the Chinese texts in which it is this term. Both may be NULL. */
struct term { const char *id, *term, *also, *sense, *synonym, *zh, *zh_hant; struct text means; };

struct course;

/* The lessons found in the given folder. A lesson with mistakes is left out of the list; course_mistake tells of it. The catalogue
 * beside them is read when something of it is first asked for. NULL: there is no such folder, or none of a catalogue in it. */
struct course *course_open(const char *dir, struct err *err);
void course_free(struct course *course);
int course_count(const struct course *course);
const struct lesson *course_lesson(const struct course *course, int i);               /* by number order */
const struct lesson *course_find(const struct course *course, const char *id);        /* id, number or folder; NULL: none */
const struct term *course_term(const struct course *course, const char *id);          /* id or the term itself, any case; NULL: none */
int course_terms(const struct course *course);
const struct term *course_term_at(const struct course *course, int i);                /* by alphabet */

/* Folder of a lesson of that name (as for course_find) that was left out because of mistakes; NULL: there is none. */
const char *course_left_out(const struct course *course, const char *name);

/* Mistake i that was met so far in the course's files (0 …), as "file:line:column: what; what to do"; NULL after the last one. */
const char *course_mistake(const struct course *course, int i, enum lang lang);

/* Mark name at a source line, or at another line of the same statement; NULL: none. file is a base name. */
const char *lesson_mark_at(const struct lesson *lesson, const char *file, int line);

/* Length of a source line (len bytes) as the learner sees it: without the comment that holds a mark. */
size_t lesson_visible(const char *line, size_t len, enum variant variant);

#endif
