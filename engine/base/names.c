/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/base/names.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/buf.h"

void names_init(struct names *set)
{
	*set = (struct names){ .size = 64 };
	arena_init(&set->arena);
	set->slot = xcalloc(set->size, sizeof *set->slot);
}

void names_release(struct names *set)
{
	arena_release(&set->arena);
	free(set->slot);
	*set = (struct names){ .size = 0 };
}

static size_t hash_of(const char *text)
{
	uint64_t h = 0xcbf29ce484222325u;
	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 0x100000001b3u;
	return (size_t)(h ^ h >> 29);
}

static size_t place_of(const struct names *set, const char *text)
{
	size_t i = hash_of(text) & (set->size - 1);
	while (set->slot[i] && strcmp(set->slot[i], text))
		i = (i + 1) & (set->size - 1);
	return i;
}

static void grow(struct names *set)
{
	struct names bigger = { .arena = set->arena, .n = set->n, .size = 2 * set->size };
	bigger.slot = xcalloc(bigger.size, sizeof *bigger.slot);
	for (size_t i = 0; i < set->size; i++)
		if (set->slot[i])
			bigger.slot[place_of(&bigger, set->slot[i])] = set->slot[i];
	free(set->slot);
	*set = bigger;
}

const char *names_get(struct names *set, const char *text)
{
	if (!text)
		return NULL;
	size_t i = place_of(set, text);
	if (set->slot[i])
		return set->slot[i];
	if (2 * (set->n + 1) > set->size) {
		grow(set);
		i = place_of(set, text);
	}
	set->n++;
	return set->slot[i] = arena_strdup(&set->arena, text);
}
