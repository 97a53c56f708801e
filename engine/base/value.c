/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/base/value.h"

#include <string.h>

#include "engine/base/text.h"

static struct value *value_new(struct arena *a, enum value_kind kind)
{
	struct value *v = arena_alloc(a, sizeof *v);
	v->kind = kind;
	return v;
}

struct value *value_int(struct arena *a, int64_t i)
{
	struct value *v = value_new(a, VALUE_INT);
	v->i = i;
	return v;
}

struct value *value_uint(struct arena *a, uint64_t u, int base)
{
	struct value *v = value_new(a, VALUE_UINT);
	v->u = u;
	v->base = (unsigned char)base;
	return v;
}

struct value *value_fd(struct arena *a, int fd)
{
	struct value *v = value_new(a, VALUE_FD);
	v->i = fd;
	return v;
}

struct value *value_sym(struct arena *a, int64_t i, const char *name)
{
	struct value *v = value_new(a, VALUE_SYM);
	v->i = i;
	v->text = name ? arena_strdup(a, name) : NULL;
	return v;
}

struct value *value_flags(struct arena *a, uint64_t u, const char *names, uint64_t rest)
{
	struct value *v = value_new(a, VALUE_FLAGS);
	v->u = u;
	v->text = names ? arena_strdup(a, names) : NULL;
	v->rest = rest;
	return v;
}

struct value *value_bytes(struct arena *a, const void *bytes, size_t len, size_t total)
{
	struct value *v = value_new(a, VALUE_BYTES);
	v->bytes = (const unsigned char *)arena_strndup(a, bytes, len);
	v->len = len;
	v->total = total;
	return v;
}

struct value *value_text(struct arena *a, const char *text, size_t len)
{
	struct value *v = value_new(a, VALUE_TEXT);
	v->text = arena_strndup(a, text, len);
	return v;
}

struct value *value_ip(struct arena *a, const char *text)
{
	struct value *v = value_new(a, VALUE_IP);
	v->text = arena_strdup(a, text);
	return v;
}

struct value *value_ptr(struct arena *a, uint64_t p)
{
	struct value *v = value_new(a, VALUE_PTR);
	v->u = p;
	return v;
}

struct value *value_list(struct arena *a)
{
	return value_new(a, VALUE_LIST);
}

struct value *value_struct(struct arena *a, const char *type)
{
	struct value *v = value_new(a, VALUE_STRUCT);
	v->type = type;
	return v;
}

struct value *value_change(struct arena *a, struct value *in, struct value *out)
{
	struct value *v = value_new(a, VALUE_CHANGE);
	value_add(a, v, NULL, in ? in : value_new(a, VALUE_NONE));
	value_add(a, v, NULL, out ? out : value_new(a, VALUE_NONE));
	return v;
}

/* Room for items grows by powers of two, so that no capacity need be kept: it is full whenever n is one. */
struct value *value_add(struct arena *a, struct value *to, const char *name, struct value *item)
{
	if ((to->n & (to->n - 1)) == 0) {
		struct value **more = arena_alloc(a, (to->n ? 2 * to->n : 1) * sizeof *more);
		if (to->n)
			memcpy(more, to->item, to->n * sizeof *more);
		to->item = more;
	}
	if (name)
		item->name = name;
	to->item[to->n++] = item;
	return item;
}

const struct value *value_now(const struct value *v)
{
	while (v && v->kind == VALUE_CHANGE)
		v = v->item[1] && v->item[1]->kind != VALUE_NONE ? v->item[1] : v->item[0];
	return v;
}

const struct value *value_get(const struct value *v, const char *name)
{
	v = value_now(v);
	if (!v || v->kind != VALUE_STRUCT)
		return NULL;
	for (unsigned i = 0; i < v->n; i++)
		if (v->item[i]->name && !strcmp(v->item[i]->name, name))
			return v->item[i];
	return NULL;
}

bool value_equal(const struct value *a, const struct value *b)
{
	if (a == b)
		return true;
	if (!a || !b || a->kind != b->kind || a->base != b->base || a->more != b->more || a->n != b->n ||
	    a->u != b->u || a->rest != b->rest || a->len != b->len || a->total != b->total || a->blob != b->blob ||
	    !text_same(a->name, b->name) || !text_same(a->text, b->text) || !text_same(a->type, b->type) ||
	    (a->len && memcmp(a->bytes, b->bytes, a->len)))
		return false;
	for (unsigned i = 0; i < a->n; i++)
		if (!value_equal(a->item[i], b->item[i]))
			return false;
	return true;
}

struct value *value_copy(struct arena *a, const struct value *v)
{
	if (!v)
		return NULL;
	struct value *c = arena_alloc(a, sizeof *c);
	*c = *v;
	c->name = v->name ? arena_strdup(a, v->name) : NULL;
	c->text = v->text ? arena_strdup(a, v->text) : NULL;
	c->type = v->type ? arena_strdup(a, v->type) : NULL;
	if (v->bytes)
		c->bytes = (const unsigned char *)arena_strndup(a, (const char *)v->bytes, v->len);
	size_t room = 1;
	while (room < v->n)
		room *= 2;
	if (v->n)
		c->item = arena_alloc(a, room * sizeof *c->item);
	for (unsigned i = 0; i < v->n; i++)
		c->item[i] = value_copy(a, v->item[i]);
	return c;
}
