/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Events to JSON and back, driven by tables made from event.def. Writing is on the
 * path of every traced call, reading on that of every move in a log: neither
 * formats, hashes or allocates more than the strings and trees themselves.
 */
#include "engine/log/event.h"

#include <stddef.h>
#include <string.h>

#include "engine/base/value_json.h"

enum field_kind { FIELD_INT, FIELD_REF, FIELD_STR, FIELD_VAL };

struct field {
	const char *key;        /* ,"call":  so that it can be written as it is */
	unsigned char n;        /* length of the name in it */
	unsigned char kind;
	unsigned short offset;  /* in struct event */
};

#define FIELD(name, kind, at) { ",\"" name "\":", sizeof name - 1, kind, offsetof(struct event, at) },

static const struct field common[] = {
#define COMMON(field, key, doc) FIELD(key, COMMON_KIND_##field, field)
#define COMMON_KIND_step FIELD_INT
#define COMMON_KIND_t FIELD_INT
#define COMMON_KIND_actor FIELD_REF
#define COMMON_KIND_lane FIELD_REF
#define COMMON_KIND_tid FIELD_INT
#define COMMON_KIND_itid FIELD_INT
#include "engine/log/event.def"
};

#define EVENT(name, class, doc) static const struct field fields_of_##name[] = {
#define INT(name, field, doc) FIELD(#field, FIELD_INT, name.field)
#define REF(name, field, doc) FIELD(#field, FIELD_REF, name.field)
#define STR(name, field, doc) FIELD(#field, FIELD_STR, name.field)
#define VAL(name, field, doc) FIELD(#field, FIELD_VAL, name.field)
#define END(name) };
#include "engine/log/event.def"

static const struct {
	const char *name;
	const char *lead;        /* {"e":"bind" */
	const struct field *fields;
	unsigned char n, name_len;
	unsigned char class;
} types[EVENT_TYPES] = {
#define EVENT(name, class, doc) [EVENT_##name] = { #name, "{\"e\":\"" #name "\"", fields_of_##name, \
	sizeof fields_of_##name / sizeof(struct field), sizeof #name - 1, class },
#include "engine/log/event.def"
};

enum { COMMON_FIELDS = sizeof common / sizeof *common, LEAD = sizeof "{\"e\":\"" - 1 };

const struct value event_unread = { .kind = VALUE_NONE };

static int64_t *int_at(struct event *e, const struct field *f)
{
	return (int64_t *)((char *)e + f->offset);
}

static const char **str_at(struct event *e, const struct field *f)
{
	return (const char **)((char *)e + f->offset);
}

static const struct value **val_at(struct event *e, const struct field *f)
{
	return (const struct value **)((char *)e + f->offset);
}

void event_init(struct event *e, enum event_type type)
{
	memset(e, 0, sizeof *e);
	e->type = type;
	e->actor = e->lane = -1;
	for (int i = 0; i < types[type].n; i++)
		if (types[type].fields[i].kind == FIELD_REF)
			*int_at(e, &types[type].fields[i]) = -1;
}

const char *event_name(enum event_type type)
{
	return (unsigned)type < EVENT_TYPES ? types[type].name : NULL;
}

static int type_by_name(const char *name, size_t n)
{
	for (int t = 0; t < EVENT_TYPES; t++)
		if (types[t].name_len == n && !memcmp(types[t].name, name, n))
			return t;
	return -1;
}

int event_type_of(const char *name)
{
	return type_by_name(name, strlen(name));
}

enum event_class event_class_of(enum event_type type)
{
	return types[type].class;
}

static void write_field(const struct event *e, const struct field *f, struct value_keeper *k, struct buf *out)
{
	const char *at = (const char *)e + f->offset;
	size_t lead = f->n + 4u;   /* , and two quotes and : */
	switch ((enum field_kind)f->kind) {
	case FIELD_INT:
	case FIELD_REF: {
		int64_t i = *(const int64_t *)at;
		if (i == (f->kind == FIELD_REF ? -1 : 0))
			return;
		buf_add(out, f->key, lead);
		json_int(out, i);
		return;
	}
	case FIELD_STR: {
		const char *s = *(const char *const *)at;
		if (!s)
			return;
		buf_add(out, f->key, lead);
		json_str(out, s);
		return;
	}
	case FIELD_VAL: {
		const struct value *v = *(const struct value *const *)at;
		if (!v)
			return;
		buf_add(out, f->key, lead);
		value_write(v, k, out);
		return;
	}
	}
}

void event_write_keeping(const struct event *e, struct value_keeper *k, struct buf *out)
{
	buf_reserve(out, 512);
	buf_add(out, types[e->type].lead, LEAD + types[e->type].name_len + 1u);
	for (int i = 0; i < COMMON_FIELDS; i++)
		write_field(e, &common[i], k, out);
	for (int i = 0; i < types[e->type].n; i++)
		write_field(e, &types[e->type].fields[i], k, out);
	buf_addc(out, '}');
}

void event_write(const struct event *e, struct buf *out)
{
	event_write_keeping(e, NULL, out);
}

/* Fields come in the table's order in our own logs: look first where the last one was found. */
static const struct field *field_of(const struct field *fields, int n, int *at, const char *key, size_t len)
{
	for (int tried = 0; tried < n; tried++) {
		int i = *at < n ? *at : 0;
		*at = i + 1;
		if (fields[i].n == len && !memcmp(fields[i].key + 2, key, len))
			return &fields[i];
	}
	return NULL;
}

static bool read_val(struct json *j, const struct value **v, bool skim)
{
	if (skim) {
		*v = &event_unread;
		return json_skip(j);
	}
	return (*v = value_read(j)) != NULL;
}

static bool read_field(struct json *j, struct event *e, const struct field *f, bool skim)
{
	switch ((enum field_kind)f->kind) {
	case FIELD_INT:
	case FIELD_REF: return json_read_int(j, int_at(e, f));
	case FIELD_STR: return json_read_str(j, str_at(e, f), NULL);
	case FIELD_VAL: return read_val(j, val_at(e, f), skim);
	}
	return false;
}

/* The slow way, for a line that another program wrote: its "e" may stand anywhere. */
static int find_type(const char *line, size_t len)
{
	struct arena a;
	struct json j;
	const char *key, *name;
	size_t n, name_len;
	bool first = true;
	int type = -1;
	arena_init(&a);
	json_begin(&j, line, len, &a);
	json_enter_object(&j);
	while (json_next_key(&j, &first, &key, &n)) {
		if (n == 1 && *key == 'e') {
			if (json_read_str(&j, &name, &name_len))
				type = type_by_name(name, name_len);
			break;
		}
		json_skip(&j);
	}
	arena_release(&a);
	return type;
}

int event_peek(const char *line, size_t len)
{
	if (len > LEAD && !memcmp(line, types[0].lead, LEAD)) {
		const char *name = line + LEAD, *quote = memchr(name, '"', len - LEAD < 16 ? len - LEAD : 16);
		return quote ? type_by_name(name, (size_t)(quote - name)) : -1;
	}
	return find_type(line, len);
}

static bool read_members(struct json *j, struct event *e, bool skim)
{
	const char *key;
	size_t n;
	bool first = true;
	int at_common = 0, at_own = 0;
	if (!json_enter_object(j))
		return false;
	while (json_next_key(j, &first, &key, &n)) {
		const struct field *f = field_of(common, COMMON_FIELDS, &at_common, key, n);
		if (!f)
			f = field_of(types[e->type].fields, types[e->type].n, &at_own, key, n);
		if (f ? !read_field(j, e, f, skim) : !json_skip(j))
			return false;
	}
	return json_end(j);
}

static bool read_event(struct event *e, const char *line, size_t len, struct arena *a, bool skim, struct err *err)
{
	struct json j;
	json_begin(&j, line, len, a);
	int type = event_peek(line, len);
	if (type < 0)
		return err_set(err, ERR_LOG_BAD, 0, NULL, json_skip(&j) && json_end(&j) ? "not an event we know" : j.why);
	event_init(e, (enum event_type)type);
	if (!read_members(&j, e, skim))
		return err_set(err, ERR_LOG_BAD, 0, NULL, j.why);
	return true;
}

bool event_read(struct event *e, const char *line, size_t len, struct arena *a, struct err *err)
{
	return read_event(e, line, len, a, false, err);
}

bool event_skim(struct event *e, const char *line, size_t len, struct arena *a, struct err *err)
{
	return read_event(e, line, len, a, true, err);
}
