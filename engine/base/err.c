/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/base/err.h"

#include <stdio.h>

static const char *const keys[] = {
#define ERR(id, key) [ERR_##id] = key,
#include "engine/base/err.def"
#undef ERR
};

bool err_set(struct err *err, enum err_id id, int sys, const char *a0, const char *a1)
{
	if (!err)
		return false;
	err->id = id;
	err->sys = sys;
	snprintf(err->a[0], sizeof err->a[0], "%s", a0 ? a0 : "");
	snprintf(err->a[1], sizeof err->a[1], "%s", a1 ? a1 : "");
	return false;
}

const char *err_key(enum err_id id)
{
	return (unsigned)id < ERR_COUNT ? keys[id] : "unknown";
}
