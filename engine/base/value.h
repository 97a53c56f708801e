/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a call's argument or result was, as a tree: numbers, names, flags,
 * bytes, addresses, lists, structs. The decoder builds it from registers and
 * memory, the log keeps it as JSON, views and notations print it. It says what
 * was seen, never how to show it.
 *
 * A tree and its strings live in the arena they were made in. Trees are
 * immutable once they are in an event.
 */
#ifndef ENGINE_BASE_VALUE_H
#define ENGINE_BASE_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/arena.h"

enum { VALUE_HEAD = 64 };  /* bytes of a buffer that an event itself holds */

enum value_kind {
	VALUE_NONE,    /* not known, not read yet (an out-argument before the call) */
	VALUE_INT,     /* a signed number:                i                        JSON: 5 */
	VALUE_UINT,    /* an unsigned number, base:       u, base 10, 16 or 8      {"u":1448,"base":16} */
	VALUE_FD,      /* a file descriptor:              i                        {"fd":3} */
	VALUE_SYM,     /* one constant:                   i, text ("AF_INET"; NULL if it has no name)  {"sym":"AF_INET","n":2} */
	VALUE_FLAGS,   /* constants or-ed together:       u, text ("A|B"; the bits without a name are in `rest`)  {"flags":"A|B","n":3,"rest":0} */
	VALUE_BYTES,   /* memory read as a buffer:        bytes/len = what is kept, total = its real length  {"bytes":5,"hex":"48656c6c6f","blob":7} */
	VALUE_TEXT,    /* NUL-ended text or a name:       text                     "text" */
	VALUE_IP,      /* an IPv4 or IPv6 address:        text                     {"ip":"127.0.0.1"} */
	VALUE_PTR,     /* an address we did not or could not follow:  u (0 is NULL)  {"ptr":"0x7ffe…"} */
	VALUE_LIST,    /* items in order:                 item[n]                  [ … ] */
	VALUE_STRUCT,  /* named items in order:           item[n] with .name       {"struct":{"sa_family":…}} */
	VALUE_CHANGE,  /* in => out:                      item[0], item[1]         {"in":…,"out":…} */
};

struct value {
	enum value_kind kind;
	unsigned char base;      /* VALUE_UINT: 10, 16, 8 */
	bool more;               /* LIST, BYTES, TEXT: more existed than was read */
	unsigned n;              /* items */
	const char *name;        /* the item's name in a struct or argument list; NULL in a list */
	const char *text;
	const char *type;        /* STRUCT: which C struct, e.g. "sockaddr_in", "msghdr", "timeval"; may be NULL */
	union {
		int64_t i;
		uint64_t u;
	};
	uint64_t rest;           /* FLAGS: bits that have no name */
	const unsigned char *bytes; /* BYTES: the first VALUE_HEAD at most once it is in a log; all that was read before that */
	size_t len, total;
	uint32_t blob;           /* BYTES: where all that was read is kept in the log; 0 if `bytes` is all */
	struct value **item;
};

struct value *value_int(struct arena *a, int64_t i);
struct value *value_uint(struct arena *a, uint64_t u, int base);
struct value *value_fd(struct arena *a, int fd);
struct value *value_sym(struct arena *a, int64_t i, const char *name);
struct value *value_flags(struct arena *a, uint64_t u, const char *names, uint64_t rest);
struct value *value_bytes(struct arena *a, const void *bytes, size_t len, size_t total);
struct value *value_text(struct arena *a, const char *text, size_t len);
struct value *value_ip(struct arena *a, const char *text);
struct value *value_ptr(struct arena *a, uint64_t p);
struct value *value_list(struct arena *a);
struct value *value_struct(struct arena *a, const char *type);
struct value *value_change(struct arena *a, struct value *in, struct value *out);

/* Append an item to a LIST, or a named item to a STRUCT (name is borrowed: a literal or arena text). Returns item. */
struct value *value_add(struct arena *a, struct value *to, const char *name, struct value *item);

/* The struct item of that name, or NULL. Looks through CHANGE to its newest side. */
const struct value *value_get(const struct value *v, const char *name);
/* The newest known side of a CHANGE; any other value is returned as it is. */
const struct value *value_now(const struct value *v);
bool value_equal(const struct value *a, const struct value *b);
struct value *value_copy(struct arena *a, const struct value *v);

#endif
