/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A value written, read and written again is the same text. */
#ifndef TESTS_FUZZ_AGAIN_H
#define TESTS_FUZZ_AGAIN_H

#include <assert.h>
#include <string.h>

#include "engine/base/value_json.h"

static inline void again_as_json(const struct value *v, struct arena *a)
{
	struct buf one = BUF_INIT, two = BUF_INIT;
	struct json json;
	value_write(v, NULL, &one);
	json_begin(&json, one.data, one.len, a);
	const struct value *back = value_read(&json);
	assert(back && json_end(&json));
	value_write(back, NULL, &two);
	assert(one.len == two.len && !memcmp(one.data, two.data, one.len));
	buf_release(&one);
	buf_release(&two);
}

#endif
