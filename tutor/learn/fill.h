/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Placeholders of a text filled from a moment: {fd}, {addr}, {ret|byte|bytes}.
 * What a program or the wire gave is made printable. A text whose placeholder
 * is not known at that moment cannot be used.
 */
#ifndef TUTOR_LEARN_FILL_H
#define TUTOR_LEARN_FILL_H

#include "engine/base/buf.h"
#include "tutor/learn/scene.h"
#include "tutor/learn/value_words.h"

/* Append the filled text. False: a placeholder has no value now; out is as it was. */
bool fill(const struct scene *s, const char *text, struct buf *out);

/* One placeholder of a text, at text[0] == '{'. Returns its length with the braces; 0: not closed, or empty. `{{` gives 2 and name_len 0. */
struct placeholder { const char *name, *forms; size_t name_len, forms_len; };   /* forms: after the first '|'; NULL: none */
size_t placeholder_at(const char *text, struct placeholder *p);

/* A name that fill() knows besides the arguments of calls. */
bool placeholder_known(const char *name, size_t len);

#endif
