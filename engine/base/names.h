/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Each text once. Two names from one set are equal exactly if their pointers are;
 * they last as long as the set. Names of calls, files, states: few, met often.
 */
#ifndef ENGINE_BASE_NAMES_H
#define ENGINE_BASE_NAMES_H

#include <stddef.h>

#include "engine/base/arena.h"

struct names {
	struct arena arena;
	const char **slot;   /* open addressing; size is a power of two, at least half of it empty */
	size_t n, size;
};

void names_init(struct names *set);
void names_release(struct names *set);

/* The set's own copy of the text. NULL for NULL. */
const char *names_get(struct names *set, const char *text);

#endif
