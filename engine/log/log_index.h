/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the lines of a log are. One word an event: the offset of its line, its type
 * in the top byte; and one more, the end of the last line.
 */
#ifndef ENGINE_LOG_LOG_INDEX_H
#define ENGINE_LOG_LOG_INDEX_H

#include "engine/log/blob.h"
#include "engine/log/event.h"

struct log_index {
	uint64_t *at;
	int64_t n, size;
	uint64_t end;
};

/* May these first bytes of a file be the beginning of one, of any version? */
bool log_header_begins(const char *head, size_t n);

/* Read a file from front to back. Blob events are counted into blobs. Errors: LOG_OPEN, LOG_FOREIGN, LOG_FUTURE,
 * LOG_EMPTY (no event in it), LOG_BAD. torn may be NULL. */
bool log_index_file(struct log_index *x, int fd, const char *path, bool *torn, struct blobs *blobs, struct err *err);
void log_index_release(struct log_index *x);

/* A line of len bytes (newline counted) follows the last one. `end` must be that of the header before the first. */
void log_index_add(struct log_index *x, enum event_type type, size_t len);
void log_index_drop_last(struct log_index *x, size_t len);

static inline uint64_t log_index_end(const struct log_index *x)
{
	return x->end;
}

static inline uint64_t log_index_at(const struct log_index *x, int64_t i)
{
	return i < x->n ? x->at[i] & UINT64_MAX >> 8 : x->end;
}

static inline enum event_type log_index_type(const struct log_index *x, int64_t i)
{
	return (enum event_type)(x->at[i] >> 56);
}

#endif
