/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a program wrote to its terminal, as lines of text. Within a line it is
 * what a terminal would show: written over after a carriage return or a
 * backspace, erased, moved in (ECMA-48 CUF, CUB, CHA, EL). Colours, titles and
 * movement between lines are left out. The bytes are hostile.
 */
#ifndef TUTOR_VIEWS_OUTPUT_TEXT_H
#define TUTOR_VIEWS_OUTPUT_TEXT_H

#include <stdbool.h>

#include "engine/base/buf.h"

enum { OUTPUT_LINES = 500 };     /* the newest; older ones are left out */

/* Appended to out; MODEL_TYPED stays in it. cut: the bytes do not begin where the output began. */
void output_text(const char *bytes, size_t len, bool cut, struct buf *out);

#endif
