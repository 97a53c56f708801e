/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One thing that happened in a run. Kinds and fields: event.def.
 * An event borrows its strings and value trees from the arena it was made in.
 */
#ifndef ENGINE_LOG_EVENT_H
#define ENGINE_LOG_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/base/arena.h"
#include "engine/base/buf.h"
#include "engine/base/err.h"
#include "engine/base/value.h"

enum { LOG_VERSION = 1 };

enum event_class { COMMAND, OBSERVATION };

enum event_type {
#define EVENT(name, class, doc) EVENT_##name,
#include "engine/log/event.def"
	EVENT_TYPES
};

#define EVENT(name, class, doc) struct event_##name {
#define INT(name, field, doc) int64_t field;
#define REF(name, field, doc) int64_t field;
#define STR(name, field, doc) const char *field;
#define VAL(name, field, doc) const struct value *field;
#define END(name) char end_of_##name[0]; };
#include "engine/log/event.def"

struct event {
	enum event_type type;
	int64_t step, t, actor, lane, tid, itid;  /* see COMMON in event.def */
	union {
#define EVENT(name, class, doc) struct event_##name name;
#include "engine/log/event.def"
	};
};

/* A fresh event: actor and lane -1, every number its default (see event.def), every pointer NULL. */
void event_init(struct event *e, enum event_type type);

/* Name of a type in the file ("before") and back; -1 for an unknown name. */
const char *event_name(enum event_type type);
int event_type_of(const char *name);
enum event_class event_class_of(enum event_type type);

/* One line of JSON, without the newline; "e", the type, is its first member. Text that is not UTF-8 is made so
 * (\xNN); of BYTES the first VALUE_HEAD are written: the log keeps the rest (log_append). */
void event_write(const struct event *e, struct buf *out);
struct value_keeper;
void event_write_keeping(const struct event *e, struct value_keeper *keeper, struct buf *out);

/* Parse one line (len bytes, no newline). Everything it points to is put in the arena.
 * False: not JSON, not an event, a field of the wrong type (err: LOG_BAD, a[1] says what). Unknown fields are ignored. */
bool event_read(struct event *e, const char *line, size_t len, struct arena *a, struct err *err);

/* The same, but value trees are stepped over: a VAL field that is there points to `event_unread` (a VALUE_NONE). */
extern const struct value event_unread;
bool event_skim(struct event *e, const char *line, size_t len, struct arena *a, struct err *err);

/* Only the type: cheap when the line is as event_write made it. -1: not an event. */
int event_peek(const char *line, size_t len);

#endif
