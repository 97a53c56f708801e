/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tables are short (under 140 names) and searched from the front; the common
 * names stand there.
 */
#include "engine/decode/constants.h"

#include <string.h>

#include "engine/decode/constants_headers.h"

#define GROUP(id, unknown, kind) static const struct constant items_##id[] = {
#define NAME(name) { #name, (uint64_t)(name) },
#define OPT(name, type) { #name, (uint64_t)(name) },
#define VALUE(name, value) { #name, (uint64_t)(value) },
#define NEWER(name, value, type) { #name, (uint64_t)(value) },
#define END(id) };
#include "engine/decode/constants.def"

enum { KIND_SYM, KIND_FLAGS };

static const struct constant_group groups[CONST_GROUPS] = {
#define GROUP(id, unknown, kind) \
	[CONST_##id] = { #id, unknown, KIND_##kind == KIND_FLAGS, items_##id, sizeof items_##id / sizeof *items_##id },
#define NAME(name)
#define OPT(name, type)
#define VALUE(name, value)
#define NEWER(name, value, type)
#define END(id)
#include "engine/decode/constants.def"
};

const struct constant_group *constant_group(enum constant_group_id id)
{
	return &groups[id];
}

const char *constant_name(enum constant_group_id id, uint64_t value)
{
	const struct constant_group *g = &groups[id];
	for (unsigned i = 0; i < g->n; i++)
		if (g->item[i].value == value)
			return g->item[i].name;
	return NULL;
}

struct value *constant_sym(struct arena *a, enum constant_group_id id, int64_t value)
{
	return value_sym(a, value, constant_name(id, (uint64_t)value));
}

/* Names of the bits in order of the table; what is left over goes to *rest. One name is not copied. */
static const char *flag_names(struct arena *a, const struct constant_group *g, uint64_t value, uint64_t *rest)
{
	char text[1024];
	size_t len = 0;
	unsigned names = 0;
	const char *only = NULL;
	for (unsigned i = 0; i < g->n && value; i++) {
		const struct constant *c = &g->item[i];
		size_t n = strlen(c->name);
		if (!c->value || (value & c->value) != c->value || len + n + 1 >= sizeof text)
			continue;
		if (names++)
			text[len++] = '|';
		memcpy(text + len, c->name, n);
		len += n;
		value &= ~c->value;
		only = c->name;
	}
	*rest = value;
	return names > 1 ? arena_strndup(a, text, len) : names ? only : NULL;
}

struct value *constant_flags(struct arena *a, enum constant_group_id id, uint64_t value)
{
	const struct constant_group *g = &groups[id];
	uint64_t rest = value;
	const char *names = value ? flag_names(a, g, value, &rest) : constant_name(id, 0);
	return value_flags(a, value, names, rest);
}
