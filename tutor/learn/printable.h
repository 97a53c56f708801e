/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bytes from programs and files made safe to show: what a terminal could take as
 * a command, or what hides or turns text around, comes out as \n, \t, \xNN.
 */
#ifndef TUTOR_LEARN_PRINTABLE_H
#define TUTOR_LEARN_PRINTABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/buf.h"

/* Length (1-4) of the UTF-8 character at s and its code point in *cp; 0: it is not valid UTF-8 (RFC 3629). n >= 1. */
int utf8_char(const char *s, size_t n, uint32_t *cp);

/* Controls, direction marks, characters of no width, private and unassigned-by-rule code points are not plain. */
bool utf8_plain(uint32_t cp);

/* Append; stops after `max` characters with "…" if there is more. Already-plain text passes unchanged. */
void printable_add(struct buf *out, const void *bytes, size_t len, size_t max);

#endif
