/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names compared: what is not known (NULL) is equal to no name, and in no list. Paths taken apart. */
#ifndef ENGINE_BASE_TEXT_H
#define ENGINE_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static inline bool text_is(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

/* Is it one of the list, which ends with NULL? */
static inline bool text_in(const char *text, const char *const *list)
{
	for (; text && *list; list++)
		if (strcmp(text, *list) == 0)
			return true;
	return false;
}

/* Nothing has changed from one to the other: here two NULLs are the same. */
static inline bool text_same(const char *a, const char *b)
{
	return a == b || text_is(a, b);
}

/* What comes after the last slash. */
static inline const char *path_base(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

#endif
