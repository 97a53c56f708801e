/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A byte string that grows. `data` is always NUL-terminated (the NUL is not
 * counted in `len`), so text can be read from it as a C string at any time.
 * Running out of memory aborts: nothing in this program can go on without it.
 */
#ifndef ENGINE_BASE_BUF_H
#define ENGINE_BASE_BUF_H

#include <stddef.h>
#include <string.h>

struct buf {
	char *data;   /* owned; never NULL after buf_init */
	size_t len;   /* bytes in use */
	size_t size;  /* bytes allocated; 0 while data is the shared empty string */
};

#define BUF_INIT { .data = buf_empty }
extern char buf_empty[1];

void buf_init(struct buf *b);
void buf_release(struct buf *b);              /* frees; usable again as after buf_init */
void buf_clear(struct buf *b);                /* empties; keeps the memory */
void buf_reserve(struct buf *b, size_t more); /* room for `more` further bytes */
void buf_adds(struct buf *b, const char *s);
void buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_drop(struct buf *b, size_t n);       /* removes the first n bytes (n <= len) */
char *buf_steal(struct buf *b);               /* caller frees; b is empty again */

/* Inline: a log of a program at full speed is written by these. */
static inline void buf_add(struct buf *b, const void *data, size_t len)
{
	if (!len)
		return;
	if (b->len + len + 1 > b->size)
		buf_reserve(b, len);
	memcpy(b->data + b->len, data, len);
	b->len += len;
	b->data[b->len] = '\0';
}

static inline void buf_addc(struct buf *b, char c)
{
	if (b->len + 2 > b->size)
		buf_reserve(b, 1);
	b->data[b->len++] = c;
	b->data[b->len] = '\0';
}

/* malloc, calloc, realloc and strdup that abort when memory runs out. */
void *xmalloc(size_t n);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t n);
char *xstrdup(const char *s);

#endif
