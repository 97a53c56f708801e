/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between the check_*.c files only. */
#ifndef TUTOR_CHECK_PART_H
#define TUTOR_CHECK_PART_H

#include "tutor/check/check.h"
#include "tutor/course/catalog.h"
#include "tutor/course/schema.h"

struct words;

struct checker {
	const struct check_options *o;
	struct report report;
	struct arena arena;
	struct course *course;
	const char *dir;             /* of the course */
	struct words *words;         /* NULL: there is no words.txt (reported) */
};

/* Every text of a file: both languages, hashes, placeholders, words, sentences. */
void check_texts(struct checker *c, const char *path, enum level level);

/* The catalogue explains what the decoder knows (it may explain more); its rules ask for states that exist. */
void check_catalog(struct checker *c);

/* What a lesson says beyond its schema; its sources. */
void check_lesson(struct checker *c, const struct lesson *lesson);

/* Run the lesson's programs of each language: every mark is met, every text used, the recording is as the run.
 * With no_runs only: the recording was made from these sources and texts. */
void check_runs(struct checker *c, const struct lesson *lesson);

/* Write the `of` hashes of a file, changing nothing else. False: reported. */
bool stamp_file(struct checker *c, const char *path, enum level level);

/* First 8 hex digits of the SHA-256 of an English text, its white space folded. */
void text_hash(const char *english, char hash[9]);

/* A mistake that speaks of a number. */
void check_count(struct checker *c, const char *file, int line, int column, enum mistake_id id, long n);

#endif
