/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where lines may break. English breaks at spaces. Chinese may break between
 * any two characters, but not before ，。、；：！？）」 and the like, and not after
 * （「. A word longer than the line is cut at a character.
 */
#ifndef TUTOR_DRAW_WRAP_H
#define TUTOR_DRAW_WRAP_H

#include "tutor/term/width.h"

/* The first line of text for a space of cols cells (at least 2): *take bytes belong to it, *show of them are
 * drawn (without the spaces at its end). text has no newline. *take is 0 only when len is 0. */
void wrap_line(enum charset set, const char *text, size_t len, int cols, size_t *take, size_t *show);

#endif
