/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
 * Bytes from programs and files are hostile until they went through here.
 */
#ifndef ENGINE_BASE_UTF8_H
#define ENGINE_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/buf.h"

/* Bytes of the character at s (1 to 4), its code point in *cp (may be NULL). 0: not valid, cut off, or n is 0. */
size_t utf8_decode(const char *s, size_t n, uint32_t *cp);

/* Bytes written to out (1 to 4); 0: no such character. */
size_t utf8_encode(uint32_t cp, char out[4]);

/* How many bytes from the start are valid. */
size_t utf8_valid_len(const char *s, size_t n);
bool utf8_valid(const char *s, size_t n);

/* Append the bytes as valid UTF-8: a byte that is none becomes the four characters \xNN. Nothing else is changed. */
void utf8_clean(struct buf *out, const void *bytes, size_t n);

enum utf8_keep {
	UTF8_KEEP_NEWLINE   = 1,  /* \n stays as it is */
	UTF8_KEEP_TAB       = 2,
	UTF8_KEEP_BACKSLASH = 4,  /* \ is not doubled */
};

/* Append the bytes so that a terminal can show them and nothing in them can move the cursor, change the order
 * of the text or hide: control characters, direction marks and broken bytes are written as in C (\n, \r, \0,
 * \xNN, \u202e). keep: enum utf8_keep or-ed. */
void utf8_show(struct buf *out, const void *bytes, size_t n, unsigned keep);
/* The same with backslashes kept, and no more than `max` characters of it; "…" stands for the rest. */
void utf8_show_most(struct buf *out, const void *bytes, size_t len, size_t max);

/* May this character be put on a terminal as it is? False for controls, direction marks, separators, noncharacters. */
bool utf8_printable(uint32_t cp);

#endif
