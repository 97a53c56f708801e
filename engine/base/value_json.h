/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A value tree as JSON and back. The forms are in engine/base/value.h; here is what
 * they leave open: NONE is null. A form's members may come in any order; members
 * that are nothing new are left out ("base":10, "rest":0, "blob":0, "type" NULL).
 * A LIST or TEXT of which more existed is {"list":[…],"more":1}, {"text":"…","more":1}.
 */
#ifndef ENGINE_BASE_VALUE_JSON_H
#define ENGINE_BASE_VALUE_JSON_H

#include "engine/base/json.h"
#include "engine/base/value.h"

enum { VALUE_DEPTH = 24 };   /* trees: written as null, and refused when read, below this */

/* Asked for each BYTES value longer than VALUE_HEAD that is in no blob yet: keeps the bytes, returns the id of
 * their blob; 0: they cannot be kept. Sets *cut if not all of them were kept. */
struct value_keeper {
	uint32_t (*keep)(struct value_keeper *k, const struct value *bytes, bool *cut);
};

/* keeper may be NULL: then only the first VALUE_HEAD bytes are written. v NULL is written as null. */
void value_write(const struct value *v, struct value_keeper *keeper, struct buf *out);

/* The next value of j as a tree in j->arena; NULL at a mistake (j->why says which). */
struct value *value_read(struct json *j);

#endif
