/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Events and value trees made from a number: the same number, the same event. Every
 * field is set, text holds what is awkward in JSON, trees are of every kind.
 * For tests that must see everything the table can say.
 */
#ifndef TESTS_UNIT_SAMPLE_H
#define TESTS_UNIT_SAMPLE_H

#include <string.h>

#include "engine/log/event.h"

static inline uint64_t sample_next(uint64_t *s)
{
	*s += 0x9e3779b97f4a7c15u;
	uint64_t z = (*s ^ *s >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static inline const char *sample_text(uint64_t *s)
{
	static const char *const texts[] = {
		"", "a", "accept", "\"quoted\\\"", "line\nline\r\t\b\f\x01\x1f\x7f", "连接 · 套接字", "\xf0\x9f\x92\xa1 \xef\xbf\xbf",
		"\\xff as text", "/tmp/lesson/server.c", "AF_INET|0x10", "</script>", "a much longer text, to be moved in runs of plain bytes",
	};
	return texts[sample_next(s) % (sizeof texts / sizeof *texts)];
}

static inline int64_t sample_int(uint64_t *s)
{
	uint64_t r = sample_next(s);
	static const int64_t edges[] = { 0, -1, 1, INT64_MAX, INT64_MIN, 9, 10, 99, 100, UINT32_MAX };
	return r & 1 ? edges[r / 2 % (sizeof edges / sizeof *edges)] : (int64_t)(r >> (r / 4 % 64));
}

static inline struct value *sample_value(uint64_t *s, struct arena *a, int depth);

static inline struct value *sample_tree(uint64_t *s, struct arena *a, struct value *v, int depth)
{
	for (uint64_t n = sample_next(s) % 6; n; n--)
		value_add(a, v, v->kind == VALUE_STRUCT ? sample_text(s) : NULL, sample_value(s, a, depth - 1));
	v->more = v->kind == VALUE_LIST && sample_next(s) % 2;
	return v;
}

static inline struct value *sample_bytes(uint64_t *s, struct arena *a)
{
	unsigned char bytes[VALUE_HEAD];
	size_t n = sample_next(s) % (VALUE_HEAD + 1);
	for (size_t i = 0; i < n; i++)
		bytes[i] = (unsigned char)sample_next(s);
	struct value *v = value_bytes(a, bytes, n, n + sample_next(s) % 3 * 1000);
	v->more = sample_next(s) % 2;
	v->blob = sample_next(s) % 2 ? (uint32_t)sample_next(s) : 0;
	return v;
}

static inline struct value *sample_value(uint64_t *s, struct arena *a, int depth)
{
	static const int bases[] = { 8, 10, 16 };
	const char *text = sample_text(s);
	switch (sample_next(s) % (depth > 0 ? 13 : 10)) {
	case 0:  return arena_alloc(a, sizeof(struct value));
	case 1:  return value_int(a, sample_int(s));
	case 2:  return value_uint(a, (uint64_t)sample_int(s), bases[sample_next(s) % 3]);
	case 3:  return value_fd(a, (int)sample_next(s));
	case 4:  return value_sym(a, sample_int(s), sample_next(s) % 3 ? text : NULL);
	case 5:  return value_flags(a, (uint64_t)sample_int(s), sample_next(s) % 3 ? text : NULL, sample_next(s) % 2 * 77);
	case 6:  return sample_bytes(s, a);
	case 7:  {
		struct value *v = value_text(a, text, strlen(text));
		v->more = sample_next(s) % 2;
		return v;
	}
	case 8:  return value_ip(a, text);
	case 9:  return value_ptr(a, (uint64_t)sample_int(s));
	case 10: return sample_tree(s, a, value_list(a), depth);
	case 11: return sample_tree(s, a, value_struct(a, sample_next(s) % 2 ? text : NULL), depth);
	default: {
		struct value *in = sample_value(s, a, depth - 1);
		return value_change(a, in, sample_value(s, a, depth - 1));
	}
	}
}

static inline void sample_event(struct event *e, enum event_type type, uint64_t seed, struct arena *a)
{
	uint64_t state = seed * 1000 + (uint64_t)type, *s = &state;
	event_init(e, type);
#define COMMON(field, key, doc) e->field = sample_int(s);
#define EVENT(name, class, doc) if (type == EVENT_##name) {
#define INT(name, field, doc) e->name.field = sample_int(s);
#define REF(name, field, doc) e->name.field = sample_int(s);
#define STR(name, field, doc) e->name.field = sample_text(s);
#define VAL(name, field, doc) e->name.field = sample_value(s, a, 4);
#define END(name) }
#include "engine/log/event.def"
}

#ifdef assert_int_equal
static inline void sample_assert_equal(const struct event *x, const struct event *y)
{
	assert_int_equal(x->type, y->type);
#define COMMON(field, key, doc) assert_true(x->field == y->field);
#define EVENT(name, class, doc) if (x->type == EVENT_##name) {
#define INT(name, field, doc) assert_true(x->name.field == y->name.field);
#define REF(name, field, doc) assert_true(x->name.field == y->name.field);
#define STR(name, field, doc) assert_string_equal(x->name.field, y->name.field);
#define VAL(name, field, doc) assert_true(value_equal(x->name.field, y->name.field));
#define END(name) }
#include "engine/log/event.def"
}
#endif

#endif
