/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Is an English text easy enough: are its words known, its sentences short? The
 * known words are words.txt (how words and their forms are looked up stands at its top) and what is added.
 */
#ifndef TUTOR_COURSE_WORDS_H
#define TUTOR_COURSE_WORDS_H

#include "tutor/course/report.h"

enum { SENTENCE_MAX = 20, SENTENCE_AVERAGE = 12 };

struct words;

/* NULL: the file cannot be read (reported). */
struct words *words_new(const char *path, struct report *r);
void words_free(struct words *w);

/* Each word of the text becomes known. */
void words_add(struct words *w, const char *text);

bool words_know(struct words *w, const char *word);

struct reading {
	void (*unknown)(void *arg, const char *word);       /* a word that is not known */
	void (*too_long)(void *arg, int words);             /* a sentence of more than SENTENCE_MAX words */
	void *arg;
	long sentences, words;                              /* counted on */
};

/* Read a text: placeholders, code and names are passed over. */
void words_read(struct words *w, const char *text, struct reading *r);

#endif
