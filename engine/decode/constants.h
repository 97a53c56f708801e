/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The names of numbers: families, options, flags, errnos, signals. The tables
 * are the constants*.def files. Within a group a number has one name (the first
 * in the table), in another group it may have another.
 */
#ifndef ENGINE_DECODE_CONSTANTS_H
#define ENGINE_DECODE_CONSTANTS_H

#include <stdint.h>

#include "engine/base/value.h"

struct constant {
	const char *name;
	uint64_t value;
};

enum constant_group_id {
#define GROUP(id, unknown, kind) CONST_##id,
#define NAME(name)
#define OPT(name, type)
#define VALUE(name, value)
#define NEWER(name, value, type)
#define END(id)
#include "engine/decode/constants.def"
	CONST_GROUPS
};

struct constant_group {
	const char *context;          /* the group's own name, "msgflags": tells equal names apart */
	const char *unknown;          /* pattern of the names, "MSG_???" */
	bool flags;                   /* names are or-ed together */
	const struct constant *item;
	unsigned n;
};

const struct constant_group *constant_group(enum constant_group_id id);

/* Name of a number in a group; NULL: none. Static. */
const char *constant_name(enum constant_group_id id, uint64_t value);

/* VALUE_SYM and VALUE_FLAGS of a number in a group. */
struct value *constant_sym(struct arena *a, enum constant_group_id id, int64_t value);
struct value *constant_flags(struct arena *a, enum constant_group_id id, uint64_t value);

#endif
