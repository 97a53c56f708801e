/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Memory that is given back all at once. Everything an event or a decoded call
 * points to lives in one arena and dies with it.
 */
#ifndef ENGINE_BASE_ARENA_H
#define ENGINE_BASE_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *head;
};

void arena_init(struct arena *a);
void arena_release(struct arena *a);  /* frees everything */
void arena_clear(struct arena *a);    /* forgets everything, keeps one block for reuse */
void *arena_alloc(struct arena *a, size_t n);                      /* zeroed, aligned for any type */
char *arena_strndup(struct arena *a, const char *s, size_t n);     /* adds a NUL; copies all n bytes */
char *arena_strdup(struct arena *a, const char *s);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
