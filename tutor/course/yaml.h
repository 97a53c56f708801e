/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A YAML file as a small tree that knows where each value stands. Only what
 * lessons need: one document of maps, lists and scalars. Anchors, aliases and tags
 * are refused, and so is anything too large, too deep, or not UTF-8.
 */
#ifndef TUTOR_COURSE_YAML_H
#define TUTOR_COURSE_YAML_H

#include "engine/base/arena.h"
#include "engine/base/buf.h"
#include "tutor/course/report.h"

enum { YAML_BYTES = 1 << 20, YAML_DEPTH = 16, YAML_NODES = 100000 };

enum node_kind { NODE_SCALAR, NODE_LIST, NODE_MAP };

struct node {
	enum node_kind kind;
	int line, column;            /* from 1; of the value */
	const char *text;            /* SCALAR: UTF-8, no NUL inside; NULL otherwise */
	bool quoted;                 /* SCALAR: "8888", not 8888 */
	size_t at;                   /* where it begins: bytes into the file */
	size_t end;                  /* SCALAR: where it ends, with its quotes */
	const char *key;             /* as an item of a map; NULL in a list */
	int key_line, key_column;
	struct node *first, *last, *next;
	int n;                       /* items */
};

/* Read the file. Everything lives in the arena. NULL: there is no usable tree; a mistake was reported. A tree that is returned
 * may come with mistakes (a key twice: the first stays). */
struct node *yaml_read(const char *path, struct arena *a, struct report *r);

/* The same from memory; `path` is for mistakes. */
struct node *yaml_parse(const char *path, const char *text, size_t len, struct arena *a, struct report *r);

/* The whole of a small plain file, with a NUL after it. False: reported (file as a whole, or at line:column). */
bool file_read(const char *path, size_t max, struct buf *out, struct report *r);

/* The item of that key, or NULL. map may be NULL or no map. */
const struct node *node_get(const struct node *map, const char *key);
/* Its text, or NULL. */
const char *node_text(const struct node *map, const char *key);

#endif
