/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/base/value_json.h"

#include <stdlib.h>
#include <string.h>

#define LIT(out, s) buf_add(out, s, sizeof(s) - 1)

static void write_tree(const struct value *v, struct value_keeper *k, struct buf *out, int depth);

static void member_uint(struct buf *out, const char *lead, size_t n, uint64_t u)
{
	buf_add(out, lead, n);
	json_uint(out, u);
}

static void write_or_null(struct buf *out, const char *text)
{
	if (text)
		json_str(out, text);
	else
		LIT(out, "null");
}

static void write_uint(const struct value *v, struct buf *out)
{
	LIT(out, "{\"u\":");
	json_uint(out, v->u);
	if (v->base == 16 || v->base == 8)
		member_uint(out, ",\"base\":", 8, v->base);
	LIT(out, "}");
}

static void write_sym(const struct value *v, struct buf *out)
{
	LIT(out, "{\"sym\":");
	write_or_null(out, v->text);
	LIT(out, ",\"n\":");
	json_int(out, v->i);
	LIT(out, "}");
}

static void write_flags(const struct value *v, struct buf *out)
{
	LIT(out, "{\"flags\":");
	write_or_null(out, v->text);
	member_uint(out, ",\"n\":", 5, v->u);
	if (v->rest)
		member_uint(out, ",\"rest\":", 8, v->rest);
	LIT(out, "}");
}

static void write_bytes(const struct value *v, struct value_keeper *k, struct buf *out)
{
	size_t head = v->len < VALUE_HEAD ? v->len : VALUE_HEAD;
	bool more = v->more;
	uint32_t blob = v->blob;
	if (!blob && v->len > VALUE_HEAD && k)
		blob = k->keep(k, v, &more);
	member_uint(out, "{\"bytes\":", 9, v->total < v->len ? v->len : v->total);
	LIT(out, ",\"hex\":");
	json_hex(out, v->bytes, head);
	if (blob)
		member_uint(out, ",\"blob\":", 8, blob);
	if (more || (!blob && v->len > VALUE_HEAD))
		LIT(out, ",\"more\":1");
	LIT(out, "}");
}

static void write_text(const struct value *v, struct buf *out)
{
	const char *text = v->text ? v->text : "";
	if (!v->more) {
		json_str(out, text);
		return;
	}
	LIT(out, "{\"text\":");
	json_str(out, text);
	LIT(out, ",\"more\":1}");
}

static void write_ip(const struct value *v, struct buf *out)
{
	LIT(out, "{\"ip\":");
	json_str(out, v->text ? v->text : "");
	LIT(out, "}");
}

static void write_ptr(const struct value *v, struct buf *out)
{
	static const char hex[] = "0123456789abcdef";
	char text[22] = "\"0x", *p = text + 3;
	int shift = 60;
	while (shift && !(v->u >> shift))
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		*p++ = hex[v->u >> shift & 15];
	*p++ = '"';
	*p++ = '}';
	LIT(out, "{\"ptr\":");
	buf_add(out, text, (size_t)(p - text));
}

static void write_list(const struct value *v, struct value_keeper *k, struct buf *out, int depth)
{
	if (v->more)
		LIT(out, "{\"list\":");
	LIT(out, "[");
	for (unsigned i = 0; i < v->n; i++) {
		if (i)
			LIT(out, ",");
		write_tree(v->item[i], k, out, depth);
	}
	LIT(out, "]");
	if (v->more)
		LIT(out, ",\"more\":1}");
}

static void write_struct(const struct value *v, struct value_keeper *k, struct buf *out, int depth)
{
	LIT(out, "{\"struct\":{");
	for (unsigned i = 0; i < v->n; i++) {
		if (i)
			LIT(out, ",");
		json_str(out, v->item[i] && v->item[i]->name ? v->item[i]->name : "");
		LIT(out, ":");
		write_tree(v->item[i], k, out, depth);
	}
	LIT(out, "}");
	if (v->type) {
		LIT(out, ",\"type\":");
		json_str(out, v->type);
	}
	LIT(out, "}");
}

static void write_change(const struct value *v, struct value_keeper *k, struct buf *out, int depth)
{
	LIT(out, "{\"in\":");
	write_tree(v->n > 0 ? v->item[0] : NULL, k, out, depth);
	LIT(out, ",\"out\":");
	write_tree(v->n > 1 ? v->item[1] : NULL, k, out, depth);
	LIT(out, "}");
}

static void write_tree(const struct value *v, struct value_keeper *k, struct buf *out, int depth)
{
	if (!v || depth >= VALUE_DEPTH) {
		LIT(out, "null");
		return;
	}
	switch (v->kind) {
	case VALUE_NONE:   LIT(out, "null"); break;
	case VALUE_INT:    json_int(out, v->i); break;
	case VALUE_UINT:   write_uint(v, out); break;
	case VALUE_FD:     LIT(out, "{\"fd\":"); json_int(out, v->i); LIT(out, "}"); break;
	case VALUE_SYM:    write_sym(v, out); break;
	case VALUE_FLAGS:  write_flags(v, out); break;
	case VALUE_BYTES:  write_bytes(v, k, out); break;
	case VALUE_TEXT:   write_text(v, out); break;
	case VALUE_IP:     write_ip(v, out); break;
	case VALUE_PTR:    write_ptr(v, out); break;
	case VALUE_LIST:   write_list(v, k, out, depth + 1); break;
	case VALUE_STRUCT: write_struct(v, k, out, depth + 1); break;
	case VALUE_CHANGE: write_change(v, k, out, depth + 1); break;
	}
}

void value_write(const struct value *v, struct value_keeper *keeper, struct buf *out)
{
	write_tree(v, keeper, out, 0);
}

/*
 * Reading. A form is an object whose members are in MEMBERS; which of them are
 * there says what kind of value it is. SCALAR members are gathered in `form`
 * as they come, whatever their order.
 */
enum member {
	M_U, M_BASE, M_FD, M_SYM, M_N, M_FLAGS, M_REST, M_BYTES, M_HEX, M_BLOB, M_IP, M_PTR, M_TEXT, M_MORE,
	M_LIST, M_STRUCT, M_TYPE, M_IN, M_OUT, MEMBERS
};

static const struct { const char *key; unsigned char n; } members[MEMBERS] = {
#define M(id, key) [id] = { key, sizeof key - 1 }
	M(M_U, "u"), M(M_BASE, "base"), M(M_FD, "fd"), M(M_SYM, "sym"), M(M_N, "n"), M(M_FLAGS, "flags"),
	M(M_REST, "rest"), M(M_BYTES, "bytes"), M(M_HEX, "hex"), M(M_BLOB, "blob"), M(M_IP, "ip"), M(M_PTR, "ptr"),
	M(M_TEXT, "text"), M(M_MORE, "more"), M(M_LIST, "list"), M(M_STRUCT, "struct"), M(M_TYPE, "type"),
	M(M_IN, "in"), M(M_OUT, "out"),
#undef M
};

#define HAS(m) (1u << (m))

struct form {
	unsigned has;          /* HAS(member) or-ed */
	bool minus;            /* "n" is in n; else in un */
	int64_t fd, n;
	uint64_t u, base, un, rest, total, blob, more, ptr;
	const char *text, *type;
	unsigned char *bytes;
	size_t len;
	struct value *tree, *in;
};

static struct value *read_tree(struct json *j, int depth);

static int member_of(const char *key, size_t n)
{
	for (int m = 0; m < MEMBERS; m++)
		if (members[m].n == n && !memcmp(members[m].key, key, n))
			return m;
	return -1;
}

static bool read_text_or_null(struct json *j, const char **text)
{
	*text = NULL;
	return json_peek(j) == JSON_IS_NULL ? json_read_null(j) : json_read_str(j, text, NULL);
}

static int nibble(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_hex(struct json *j, struct form *f)
{
	const char *s;
	size_t n;
	if (!json_read_str(j, &s, &n))
		return false;
	if (n % 2 || n > 2 * VALUE_HEAD)
		return json_fail(j, "bytes of a bad length");
	f->len = n / 2;
	f->bytes = (unsigned char *)s;   /* ours, in the arena: decoded in place */
	for (size_t i = 0; i < f->len; i++) {
		int high = nibble(s[2 * i]), low = nibble(s[2 * i + 1]);
		if (high < 0 || low < 0)
			return json_fail(j, "bytes that are not hex");
		f->bytes[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}

static bool read_ptr(struct json *j, uint64_t *u)
{
	const char *s;
	size_t n;
	if (!json_read_str(j, &s, &n))
		return false;
	if (n < 3 || n > 18 || s[0] != '0' || s[1] != 'x')
		return json_fail(j, "a bad pointer");
	*u = 0;
	for (size_t i = 2; i < n; i++) {
		int d = nibble(s[i]);
		if (d < 0)
			return json_fail(j, "a bad pointer");
		*u = *u << 4 | (unsigned)d;
	}
	return true;
}

/* "n" is signed for a SYM and unsigned for FLAGS, and may come before the member that says which. */
static bool read_n(struct json *j, struct form *f)
{
	f->minus = json_peek(j) == JSON_IS_NUMBER && *j->p == '-';
	return f->minus ? json_read_int(j, &f->n) : json_read_uint(j, &f->un);
}

static struct value *read_struct(struct json *j, int depth)
{
	struct value *v = value_struct(j->arena, NULL);
	const char *key;
	size_t n;
	bool first = true;
	if (!json_enter_object(j))
		return NULL;
	while (json_next_key(j, &first, &key, &n)) {
		const char *name = json_keep(j, key, n);
		struct value *item = read_tree(j, depth);
		if (!item)
			return NULL;
		value_add(j->arena, v, name, item);
	}
	return j->why ? NULL : v;
}

static struct value *read_list(struct json *j, int depth)
{
	struct value *v = value_list(j->arena);
	bool first = true;
	if (!json_enter_list(j))
		return NULL;
	while (json_next_item(j, &first)) {
		struct value *item = read_tree(j, depth);
		if (!item)
			return NULL;
		value_add(j->arena, v, NULL, item);
	}
	return j->why ? NULL : v;
}

static bool read_member(struct json *j, enum member m, struct form *f, int depth)
{
	switch (m) {
	case M_U:      return json_read_uint(j, &f->u);
	case M_BASE:   return json_read_uint(j, &f->base);
	case M_FD:     return json_read_int(j, &f->fd);
	case M_N:      return read_n(j, f);
	case M_REST:   return json_read_uint(j, &f->rest);
	case M_BYTES:  return json_read_uint(j, &f->total);
	case M_HEX:    return read_hex(j, f);
	case M_BLOB:   return json_read_uint(j, &f->blob);
	case M_MORE:   return json_read_uint(j, &f->more);
	case M_PTR:    return read_ptr(j, &f->ptr);
	case M_SYM:
	case M_FLAGS:  return read_text_or_null(j, &f->text);
	case M_IP:
	case M_TEXT:   return json_read_str(j, &f->text, NULL);
	case M_TYPE:   return json_read_str(j, &f->type, NULL);
	case M_LIST:   return (f->tree = read_list(j, depth)) != NULL;
	case M_STRUCT: return (f->tree = read_struct(j, depth)) != NULL;
	case M_IN:     return (f->in = read_tree(j, depth)) != NULL;
	case M_OUT:    return (f->tree = read_tree(j, depth)) != NULL;
	case MEMBERS:  break;
	}
	return json_fail(j, "not a value");
}

static struct value *bytes_of(struct json *j, const struct form *f)
{
	if (f->blob > UINT32_MAX || f->total < f->len) {
		json_fail(j, "bytes of a bad length");
		return NULL;
	}
	struct value *v = arena_alloc(j->arena, sizeof *v);
	*v = (struct value){ .kind = VALUE_BYTES, .bytes = f->bytes, .len = f->len, .total = f->total,
			     .blob = (uint32_t)f->blob, .more = f->more };
	return v;
}

static struct value *uint_of(struct json *j, const struct form *f)
{
	uint64_t base = f->has & HAS(M_BASE) ? f->base : 10;
	if (base != 10 && base != 16 && base != 8) {
		json_fail(j, "a bad base");
		return NULL;
	}
	return value_uint(j->arena, f->u, (int)base);
}

static struct value *fd_of(struct json *j, const struct form *f)
{
	if (f->fd < INT32_MIN || f->fd > INT32_MAX) {
		json_fail(j, "a number out of range");
		return NULL;
	}
	return value_fd(j->arena, (int)f->fd);
}

static struct value *named(struct json *j, enum value_kind kind, const struct form *f)
{
	struct value *v = arena_alloc(j->arena, sizeof *v);
	*v = (struct value){ .kind = kind, .text = f->text, .more = f->more };
	if (kind == VALUE_SYM && !f->minus && f->un > INT64_MAX)
		json_fail(j, "a number out of range");
	if (kind == VALUE_FLAGS && f->minus)
		json_fail(j, "a number out of range");
	v->i = f->minus ? f->n : (int64_t)f->un;
	v->rest = f->rest;
	return v;
}

static struct value *tree_of(const struct form *f)
{
	f->tree->type = f->type;
	f->tree->more = f->more;
	return f->tree;
}

static struct value *value_of(struct json *j, const struct form *f)
{
	unsigned own = f->has & ~(HAS(M_MORE));
	switch (own) {
	case HAS(M_U):
	case HAS(M_U) | HAS(M_BASE):
		return uint_of(j, f);
	case HAS(M_FD):
		return fd_of(j, f);
	case HAS(M_SYM) | HAS(M_N):
		return named(j, VALUE_SYM, f);
	case HAS(M_FLAGS) | HAS(M_N):
	case HAS(M_FLAGS) | HAS(M_N) | HAS(M_REST):
		return named(j, VALUE_FLAGS, f);
	case HAS(M_BYTES) | HAS(M_HEX):
	case HAS(M_BYTES) | HAS(M_HEX) | HAS(M_BLOB):
		return bytes_of(j, f);
	case HAS(M_IP):
		return named(j, VALUE_IP, f);
	case HAS(M_TEXT):
		return named(j, VALUE_TEXT, f);
	case HAS(M_PTR):
		return value_ptr(j->arena, f->ptr);
	case HAS(M_LIST):
	case HAS(M_STRUCT):
	case HAS(M_STRUCT) | HAS(M_TYPE):
		return tree_of(f);
	case HAS(M_IN) | HAS(M_OUT):
		return value_change(j->arena, f->in, f->tree);
	}
	json_fail(j, "not a value");
	return NULL;
}

static struct value *read_form(struct json *j, int depth)
{
	struct form f = { .has = 0 };
	const char *key;
	size_t n;
	bool first = true;
	json_enter_object(j);
	while (json_next_key(j, &first, &key, &n)) {
		int m = member_of(key, n);
		if (m < 0 || f.has & HAS(m)) {
			json_fail(j, "not a value");
			return NULL;
		}
		f.has |= HAS(m);
		if (!read_member(j, (enum member)m, &f, depth))
			return NULL;
	}
	struct value *v = j->why ? NULL : value_of(j, &f);
	return j->why ? NULL : v;
}

static struct value *read_text(struct json *j)
{
	struct value *v = arena_alloc(j->arena, sizeof *v);
	v->kind = VALUE_TEXT;
	return json_read_str(j, &v->text, NULL) ? v : NULL;
}

static struct value *read_tree(struct json *j, int depth)
{
	int64_t i;
	if (depth > VALUE_DEPTH) {
		json_fail(j, "nested too deep");
		return NULL;
	}
	switch (json_peek(j)) {
	case JSON_IS_NULL:   return json_read_null(j) ? arena_alloc(j->arena, sizeof(struct value)) : NULL;
	case JSON_IS_NUMBER: return json_read_int(j, &i) ? value_int(j->arena, i) : NULL;
	case JSON_IS_STRING: return read_text(j);
	case JSON_IS_LIST:  return read_list(j, depth + 1);
	case JSON_IS_OBJECT: return read_form(j, depth + 1);
	default:
		json_fail(j, "not a value");
		return NULL;
	}
}

struct value *value_read(struct json *j)
{
	return read_tree(j, 0);
}
