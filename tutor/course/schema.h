/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks a YAML tree against the table in schema.def: keys, types, required and
 * allowed values. A tree that passed holds what the table says, so loaders need not look again.
 */
#ifndef TUTOR_COURSE_SCHEMA_H
#define TUTOR_COURSE_SCHEMA_H

#include "tutor/course/yaml.h"

enum level {
	LEVEL_NONE,
#define LEVEL(id) LEVEL_##id,
#define KEY(id, key, type, need, values, sub)
#define END(id)
#define ANY(id, type, values, sub) LEVEL_##id,
#include "tutor/course/schema.def"
#undef LEVEL
#undef KEY
#undef END
#undef ANY
	LEVELS
};

/* True: no mistake. All mistakes of the tree are reported. */
bool schema_check(const char *path, const struct node *node, enum level level, struct report *r);

/* Calls see() for each TEXT of a tree that has no mistake there; `filled`: it may hold placeholders. */
typedef void text_seen(void *arg, const struct node *text, bool filled);
void schema_texts(const struct node *node, enum level level, text_seen *see, void *arg);

/* The candidate (list of n, NULLs skipped) most like `word`; NULL: none is near. */
const char *nearest(const char *word, const char *const *candidates, int n);

#endif
