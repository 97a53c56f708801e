/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How things go wrong: an id with up to two arguments and an errno, filled once
 * where it happened. No sentences here: the tutor has them, in both languages.
 * A function that can fail returns bool or a pointer and takes `struct err *`
 * last; on success it leaves the err untouched.
 */
#ifndef ENGINE_BASE_ERR_H
#define ENGINE_BASE_ERR_H

#include <stdbool.h>

enum err_id {
#define ERR(id, key) ERR_##id,
#include "engine/base/err.def"
#undef ERR
	ERR_COUNT
};

struct err {
	enum err_id id;
	int sys;          /* errno, or 0 */
	char a[2][256];   /* arguments; cut if longer */
};

/* Fill err (which may be NULL) and return false. a0 and a1 may be NULL. errno is not changed. */
bool err_set(struct err *err, enum err_id id, int sys, const char *a0, const char *a1);
const char *err_key(enum err_id id);

#endif
