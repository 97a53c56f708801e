/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * JSON (RFC 8259) for the log: appending to a buf, and reading one text from
 * front to back without building a tree. Both are by hand because full-speed
 * tracing writes, and moving in a long log reads, thousands of lines at a
 * time; jansson needs 8 µs for a line that is read here in 1.
 *
 * The reader is strict: no NUL, no broken UTF-8, no lone surrogate, no number
 * that does not fit, nothing deeper than JSON_DEPTH, nothing after the end.
 */
#ifndef ENGINE_BASE_JSON_H
#define ENGINE_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/arena.h"
#include "engine/base/buf.h"

enum { JSON_DEPTH = 64 };

/* A string with its quotes. Bytes that are not UTF-8 become \xNN as text (so "\\xNN" in the file). */
void json_str(struct buf *out, const char *s);
void json_strn(struct buf *out, const char *s, size_t n);
void json_int(struct buf *out, int64_t i);
void json_uint(struct buf *out, uint64_t u);
void json_hex(struct buf *out, const void *bytes, size_t n);   /* quoted, two lower-case digits a byte */

struct json {
	const char *p, *end;   /* what is left to read */
	const char *why;       /* NULL: no mistake so far. A literal; after one every read fails */
	int depth;
	struct arena *arena;   /* where strings are put */
};

enum json_kind { JSON_IS_BAD, JSON_IS_NULL, JSON_IS_BOOL, JSON_IS_NUMBER, JSON_IS_STRING, JSON_IS_LIST, JSON_IS_OBJECT };

void json_begin(struct json *j, const char *text, size_t n, struct arena *a);

/* Was the whole text read, without a mistake? */
bool json_end(struct json *j);

/* What comes next, by its first character. */
enum json_kind json_peek(struct json *j);

/* Step into an array or object; then, while json_next_item or json_next_key returns true, read exactly one value.
 * False at its end, which is stepped over, or at a mistake. */
bool json_enter_list(struct json *j);
bool json_next_item(struct json *j, bool *first);
bool json_enter_object(struct json *j);
bool json_next_key(struct json *j, bool *first, const char **key, size_t *n);  /* *key has no NUL, lasts as long as the text */

/* A key that lasts: as json_next_key gave it, but NUL-ended and in the arena. */
const char *json_keep(struct json *j, const char *key, size_t n);

/* One value. False: it is not of this kind or does not fit (and why is set). */
bool json_read_str(struct json *j, const char **s, size_t *n);   /* NUL-ended, in the arena; n may be NULL */
bool json_read_int(struct json *j, int64_t *i);
bool json_read_uint(struct json *j, uint64_t *u);
bool json_read_null(struct json *j);
bool json_skip(struct json *j);                                  /* any value, checked all the same */

/* Note a mistake (the first one is kept) and return false. */
bool json_fail(struct json *j, const char *why);

#endif
