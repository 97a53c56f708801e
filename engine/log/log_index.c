/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Indexing a saved log: one pass in big reads. Each line's type is all that is looked
 * at, which also finds what is no log at all: junk, NULs, lines without an end.
 */
#include "engine/log/log_index.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/json.h"
#include "engine/log/log.h"

static const char header_key[] = "socktutor-log";

void log_header_write(struct buf *out)
{
	buf_addf(out, "{\"%s\":%d,\"tutor\":\"%s\"}\n", header_key, LOG_VERSION, SOCKTUTOR_VERSION);
}

/* A header may be torn: then what is there must begin as ours do. */
bool log_header_begins(const char *head, size_t n)
{
	static const char ours[] = "{\"socktutor-log\":";
	size_t len = sizeof ours - 1;
	return !memcmp(head, ours, n < len ? n : len);
}

/* The version, 0 if the line is not a header. */
static int64_t header_version(const char *line, size_t len)
{
	struct arena a;
	struct json j;
	const char *key;
	size_t n;
	bool first = true;
	int64_t version = 0;
	arena_init(&a);
	json_begin(&j, line, len, &a);
	json_enter_object(&j);
	while (json_next_key(&j, &first, &key, &n)) {
		if (n == sizeof header_key - 1 && !memcmp(key, header_key, n))
			json_read_int(&j, &version);
		else
			json_skip(&j);
	}
	bool good = json_end(&j);
	arena_release(&a);
	return good && version > 0 ? version : 0;
}

void log_index_release(struct log_index *x)
{
	free(x->at);
	*x = (struct log_index){ .at = NULL };
}

void log_index_add(struct log_index *x, enum event_type type, size_t len)
{
	if (x->n == x->size) {
		x->size = x->size ? x->size + x->size / 2 : 256;
		x->at = xrealloc(x->at, (size_t)x->size * sizeof *x->at);
	}
	x->at[x->n++] = x->end | (uint64_t)type << 56;
	x->end += len;
}

void log_index_drop_last(struct log_index *x, size_t len)
{
	x->n--;
	x->end -= len;
}

struct pass {
	struct log_index *x;
	struct blobs *blobs;
	const char *path;
	bool header_seen;
	struct err *err;
};

static bool bad(const struct pass *s, const char *why)
{
	char text[200];
	snprintf(text, sizeof text, "line %lld: %s", (long long)s->x->n + 2, why);
	return err_set(s->err, ERR_LOG_BAD, 0, s->path, text);
}

static bool take_header(struct pass *s, const char *line, size_t len)
{
	char text[24];
	int64_t version = header_version(line, len);
	snprintf(text, sizeof text, "%lld", (long long)version);
	if (!version)
		return err_set(s->err, ERR_LOG_FOREIGN, 0, s->path, NULL);
	if (version > LOG_VERSION)
		return err_set(s->err, ERR_LOG_FUTURE, 0, s->path, text);
	s->header_seen = true;
	s->x->end = len + 1;
	return true;
}

static bool take_line(struct pass *s, const char *line, size_t len)
{
	if (!s->header_seen)
		return take_header(s, line, len);
	if (len > LOG_LINE)
		return bad(s, "longer than 1 MiB");
	if (memchr(line, '\0', len))
		return bad(s, "a NUL");
	int type = event_peek(line, len);
	if (type < 0)
		return bad(s, len && *line == '{' ? "not an event we know" : "not JSON");
	if (type == EVENT_blob)
		blobs_add(s->blobs, s->x->n);
	log_index_add(s->x, (enum event_type)type, len + 1);
	return true;
}

/* The whole lines in data; *used is how much they took. */
static bool take_lines(struct pass *s, const char *data, size_t n, size_t *used)
{
	const char *newline;
	*used = 0;
	while ((newline = memchr(data + *used, '\n', n - *used))) {
		size_t len = (size_t)(newline - data) - *used;
		if (!take_line(s, data + *used, len))
			return false;
		*used += len + 1;
	}
	return true;
}

/* What follows the last newline: a line that only lacks that, or one that was not written to its end. */
static bool take_tail(struct pass *s, const char *tail, size_t n, bool *torn)
{
	struct arena a;
	struct event e;
	if (!n)
		return true;
	if (!s->header_seen && header_version(tail, n))
		return take_header(s, tail, n);
	arena_init(&a);
	bool whole = s->header_seen && event_read(&e, tail, n, &a, NULL);
	arena_release(&a);
	if (whole)
		return take_line(s, tail, n);
	if (torn)
		*torn = true;
	return true;
}

/* After everything was read: is there a log, and something in it? */
static bool judge(const struct pass *s, const char *tail, size_t n)
{
	if (!s->header_seen && n && !log_header_begins(tail, n))
		return err_set(s->err, ERR_LOG_FOREIGN, 0, s->path, NULL);
	if (!s->x->n)
		return err_set(s->err, ERR_LOG_EMPTY, 0, s->path, NULL);
	return true;
}

static bool pass_over(struct pass *s, int fd, char *data, size_t size, bool *torn)
{
	size_t have = 0, used;
	for (;;) {
		ssize_t n = read(fd, data + have, size - have);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(s->err, ERR_LOG_OPEN, errno, s->path, NULL);
		if (!n)
			break;
		have += (size_t)n;
		if (!take_lines(s, data, have, &used))
			return false;
		have -= used;
		memmove(data, data + used, have);
		if (have > LOG_LINE)
			return s->header_seen ? bad(s, "longer than 1 MiB")
					      : err_set(s->err, ERR_LOG_FOREIGN, 0, s->path, NULL);
	}
	return take_tail(s, data, have, torn) && judge(s, data, have);
}

bool log_index_file(struct log_index *x, int fd, const char *path, bool *torn, struct blobs *blobs, struct err *err)
{
	struct pass s = { .x = x, .blobs = blobs, .path = path, .err = err };
	size_t size = 2 * LOG_LINE;
	char *data = xmalloc(size);
	if (torn)
		*torn = false;
	bool good = pass_over(&s, fd, data, size, torn);
	free(data);
	return good;
}
