/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The log: a file, the lines not yet in it, and an index. An index entry is the
 * offset of a line in the file as it will be, with the event's type in the top
 * byte. A line is read through a window of the file, so that walking from event
 * to event costs no system call each. Lines wait in `pending` and go out in one
 * pwrite; what could not be written stays there. A log without a file (fd -1)
 * is all pending.
 */
#include "engine/log/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/value_json.h"
#include "engine/log/blob.h"
#include "engine/log/log_index.h"

enum { PENDING_MAX = 64 * 1024, WINDOW = 128 * 1024 };

struct window {
	char *data;
	uint64_t from;
	size_t len, size;
};

struct log {
	int fd;                  /* -1: all is in memory */
	bool writable;
	bool outlives;           /* its file */
	struct err lost;         /* why it has none any more */
	char *path;              /* "" for a log without one */
	struct log_index index;
	uint64_t flushed;        /* bytes in the file */
	struct buf pending;      /* what follows them */
	struct buf line;         /* scratch of log_append */
	struct blobs blobs;
	struct window *window;   /* a cache: changes in a const log */
	void (*on_flush)(void *ctx);
	void *on_flush_ctx;
};

static struct log *log_alloc(int fd, const char *path, bool writable)
{
	struct log *log = xcalloc(1, sizeof *log);
	log->fd = fd;
	log->path = xstrdup(path ? path : "");
	log->writable = writable;
	log->outlives = !path;
	log->window = xcalloc(1, sizeof *log->window);
	buf_init(&log->pending);
	buf_init(&log->line);
	blobs_init(&log->blobs);
	return log;
}

void log_free(struct log *log)
{
	if (!log)
		return;
	if (log->writable)
		log_flush(log, NULL);
	if (log->fd >= 0)
		close(log->fd);
	log_index_release(&log->index);
	blobs_release(&log->blobs);
	buf_release(&log->pending);
	buf_release(&log->line);
	free(log->window->data);
	free(log->window);
	free(log->path);
	free(log);
}

bool log_complain(const struct log *log, int64_t i, const char *why, struct err *err)
{
	char text[300];
	snprintf(text, sizeof text, "line %lld: %s", (long long)i + 2, why);
	return err_set(err, ERR_LOG_BAD, 0, log->path, text);
}

/* Is what the file holds ours to replace: nothing, or a log? */
static bool may_replace(int fd, const char *path, struct err *err)
{
	char head[256];
	struct stat st;
	if (fstat(fd, &st) < 0)
		return err_set(err, ERR_SYSTEM, errno, "fstat", path);
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_LOG_FOREIGN, 0, path, NULL);
	ssize_t n = pread(fd, head, sizeof head, 0);
	if (n < 0)
		return err_set(err, ERR_SYSTEM, errno, "read", path);
	if (n && !log_header_begins(head, (size_t)n))
		return err_set(err, ERR_LOG_FOREIGN, 0, path, NULL);
	return ftruncate(fd, 0) == 0 || err_set(err, ERR_SYSTEM, errno, "ftruncate", path);
}

static int open_new(const char *path, struct err *err)
{
	int fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0666)
		      : memfd_create("socktutor-log", MFD_CLOEXEC);
	if (fd < 0) {
		err_set(err, ERR_SYSTEM, errno, path ? "open" : "memfd_create", path);
		return -1;
	}
	if (path && !may_replace(fd, path, err)) {
		close(fd);
		return -1;
	}
	return fd;
}

struct log *log_new(const char *path, struct err *err)
{
	int fd = open_new(path, err);
	if (fd < 0)
		return NULL;
	struct log *log = log_alloc(fd, path, true);
	log_header_write(&log->pending);
	log->index.end = log->pending.len;
	if (log_flush(log, err))
		return log;
	log_free(log);
	return NULL;
}

static int open_saved(const char *path, struct err *err)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	err_set(err, ERR_LOG_OPEN, fd < 0 ? errno : S_ISDIR(st.st_mode) ? EISDIR : ESPIPE, path, NULL);
	if (fd >= 0)
		close(fd);
	return -1;
}

struct log *log_open(const char *path, bool *torn, struct err *err)
{
	struct event first;
	struct arena a;
	int fd = open_saved(path, err);
	if (fd < 0)
		return NULL;
	struct log *log = log_alloc(fd, path, false);
	arena_init(&a);
	bool good = log_index_file(&log->index, fd, path, torn, &log->blobs, err);
	log->flushed = log_index_end(&log->index);
	good = good && log_get(log, 0, &first, &a, err);
	if (good && first.type != EVENT_begin)
		good = log_complain(log, 0, "the first event is not begin", err);
	arena_release(&a);
	if (good)
		return log;
	log_free(log);
	return NULL;
}

/* A half-written line must not lie behind later, shorter ones. */
static bool write_failed(struct log *log, int why, struct err *err)
{
	if (ftruncate(log->fd, (off_t)log->flushed) < 0 && errno == EIO)
		why = EIO;
	return err_set(err, ERR_SYSTEM, why, "write", log->path);
}

/* The whole of it into memory; the file is let go of. */
static bool leave_file(struct log *log, struct err *err)
{
	struct buf all = BUF_INIT;
	if (log->fd < 0)
		return true;
	buf_reserve(&all, (size_t)log->flushed + log->pending.len);
	while (all.len < log->flushed) {
		ssize_t n = pread(log->fd, all.data + all.len, (size_t)log->flushed - all.len, (off_t)all.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			err_set(err, ERR_SYSTEM, n ? errno : EIO, "read", log->path);
			buf_release(&all);
			return false;
		}
		all.len += (size_t)n;
	}
	all.data[all.len] = '\0';
	buf_add(&all, log->pending.data, log->pending.len);
	buf_release(&log->pending);
	log->pending = all;
	log->flushed = 0;
	close(log->fd);
	log->fd = -1;
	return true;
}

static bool lives_on(struct log *log, const struct err *why)
{
	if (!log->outlives || !leave_file(log, NULL))
		return false;
	if (*log->path)
		log->lost = *why;
	return true;
}

static bool write_pending(struct log *log, struct err *err)
{
	size_t done = 0;
	while (done < log->pending.len) {
		ssize_t n = pwrite(log->fd, log->pending.data + done, log->pending.len - done,
				   (off_t)(log->flushed + done));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return write_failed(log, n ? errno : ENOSPC, err);
		done += (size_t)n;
	}
	log->flushed += done;
	buf_clear(&log->pending);
	return true;
}

bool log_flush(struct log *log, struct err *err)
{
	struct err why = { .id = ERR_NONE };
	bool news = log->pending.len > 0;
	if (log->fd >= 0 && !write_pending(log, &why) && !lives_on(log, &why)) {
		if (err)
			*err = why;
		return false;
	}
	if (news && log->on_flush)
		log->on_flush(log->on_flush_ctx);
	return true;
}

bool log_keep(struct log *log, struct err *err)
{
	if (!log_flush(log, err) || !leave_file(log, err))
		return false;
	log_on_flush(log, NULL, NULL);
	return true;
}

void log_outlive(struct log *log)
{
	log->outlives = true;
}

const struct err *log_lost(const struct log *log)
{
	return &log->lost;
}

void log_on_flush(struct log *log, void (*flushed)(void *ctx), void *ctx)
{
	log->on_flush = flushed;
	log->on_flush_ctx = ctx;
}

static bool add_line(struct log *log, enum event_type type, const char *line, size_t len, bool flush, struct err *err)
{
	if (len > LOG_LINE)
		return err_set(err, ERR_LOG_BAD, 0, log->path, "an event too long for a line");
	size_t before = log->pending.len;
	buf_add(&log->pending, line, len);
	buf_addc(&log->pending, '\n');
	log_index_add(&log->index, type, len + 1);
	bool many = log->fd >= 0 && log->pending.len >= PENDING_MAX;
	if ((!flush && !many) || log_flush(log, err))
		return true;
	log_index_drop_last(&log->index, len + 1);
	log->pending.len = before;
	log->pending.data[before] = '\0';
	return false;
}

/* Writes blob events while the line of the event that bears their ids is being made. */
struct keeper {
	struct value_keeper base;
	struct log *log;
	const struct event *e;
	struct err *err;
	bool failed;
};

static bool append_plain(struct log *log, const struct event *e, struct err *err)
{
	struct buf line = BUF_INIT;
	event_write(e, &line);
	bool good = add_line(log, e->type, line.data, line.len, false, err);
	buf_release(&line);
	return good;
}

static struct event companion(const struct event *of, enum event_type type)
{
	struct event e;
	event_init(&e, type);
	e.step = of->step;
	e.t = of->t;
	e.actor = of->actor;
	e.lane = of->lane;
	return e;
}

static bool same_blob(struct log *log, uint32_t id, const void *bytes, size_t len)
{
	struct buf kept = BUF_INIT;
	struct value v = { .kind = VALUE_BYTES, .blob = id };
	bool same = log_bytes(log, &v, &kept, NULL) && kept.len == len && !memcmp(kept.data, bytes, len);
	buf_release(&kept);
	return same;
}

static uint32_t add_blob(struct keeper *k, const void *bytes, size_t len)
{
	struct log *log = k->log;
	struct event e = companion(k->e, EVENT_blob);
	struct buf text = BUF_INIT;
	base64_write(&text, bytes, len);
	e.blob.id = blobs_add(&log->blobs, log_count(log));
	e.blob.b64 = text.data;
	bool good = append_plain(log, &e, k->err);
	buf_release(&text);
	if (!good) {
		blobs_drop_last(&log->blobs);
		k->failed = true;
		return 0;
	}
	log->blobs.total += len;
	blobs_remember(&log->blobs, bytes, len, (uint32_t)e.blob.id);
	return (uint32_t)e.blob.id;
}

static uint32_t keep(struct value_keeper *base, const struct value *v, bool *cut)
{
	struct keeper *k = (struct keeper *)base;
	struct blobs *blobs = &k->log->blobs;
	size_t len = v->len < BLOB_MAX ? v->len : BLOB_MAX;
	uint32_t id = blobs_alike(blobs, v->bytes, len);
	if (k->failed)
		return 0;
	*cut |= len < v->len;
	if (id && same_blob(k->log, id, v->bytes, len))
		return id;
	if (blobs->total + len <= BLOBS_MAX && !blobs->full)
		return add_blob(k, v->bytes, len);
	if (!blobs->full) {
		struct event note = companion(k->e, EVENT_note);
		note.note.id = "blobs-full";
		blobs->full = append_plain(k->log, &note, k->err);
		k->failed = !blobs->full;
	}
	return 0;
}

bool log_append(struct log *log, const struct event *e, struct err *err)
{
	struct keeper k = { .base.keep = keep, .log = log, .e = e, .err = err };
	if (!log->writable)
		return err_set(err, ERR_SYSTEM, EROFS, "write", log->path);
	buf_clear(&log->line);
	event_write_keeping(e, &k.base, &log->line);
	bool flush = e->type == EVENT_settled || e->type == EVENT_end;
	return !k.failed && add_line(log, e->type, log->line.data, log->line.len, flush, err);
}

int64_t log_count(const struct log *log)
{
	return log->index.n;
}

enum event_type log_type(const struct log *log, int64_t i)
{
	return log_index_type(&log->index, i);
}

/* Make the window hold [from, from + len), which is in the file. */
static bool look_at(const struct log *log, uint64_t from, size_t len, struct err *err)
{
	struct window *w = log->window;
	if (from >= w->from && from + len <= w->from + w->len)
		return true;
	if (w->size < WINDOW || w->size < len) {
		w->size = len > WINDOW ? len : WINDOW;
		w->data = xrealloc(w->data, w->size);
	}
	size_t want = log->flushed - from < w->size ? (size_t)(log->flushed - from) : w->size;
	w->from = from;
	for (w->len = 0; w->len < want;) {
		ssize_t n = pread(log->fd, w->data + w->len, want - w->len, (off_t)(from + w->len));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(err, ERR_SYSTEM, errno, "read", log->path);
		if (!n)
			break;
		w->len += (size_t)n;
	}
	return w->len >= len || err_set(err, ERR_LOG_BAD, 0, log->path, "the file became shorter");
}

/* The line of event i without its newline, good until the next call on the log. */
static const char *line_of(const struct log *log, int64_t i, size_t *len, struct err *err)
{
	uint64_t from = log_index_at(&log->index, i);
	*len = (size_t)(log_index_at(&log->index, i + 1) - from) - 1;
	if (from >= log->flushed)
		return log->pending.data + (from - log->flushed);
	return look_at(log, from, *len, err) ? log->window->data + (from - log->window->from) : NULL;
}

static bool get(const struct log *log, int64_t i, struct event *e, struct arena *a, bool skim, struct err *err)
{
	struct err why = { .id = ERR_NONE };
	size_t len;
	if (i < 0 || i >= log_count(log))
		return log_complain(log, i, "there is no such event", err);
	const char *line = line_of(log, i, &len, err);
	if (!line)
		return false;
	if (skim ? event_skim(e, line, len, a, &why) : event_read(e, line, len, a, &why))
		return true;
	return log_complain(log, i, why.a[1], err);
}

bool log_get(const struct log *log, int64_t i, struct event *e, struct arena *a, struct err *err)
{
	return get(log, i, e, a, false, err);
}

bool log_skim(const struct log *log, int64_t i, struct event *e, struct arena *a, struct err *err)
{
	return get(log, i, e, a, true, err);
}

bool log_line(const struct log *log, int64_t i, struct buf *out, struct err *err)
{
	size_t len;
	if (i < 0 || i >= log_count(log))
		return log_complain(log, i, "there is no such event", err);
	const char *line = line_of(log, i, &len, err);
	if (line)
		buf_add(out, line, len);
	return line != NULL;
}

bool log_bytes(const struct log *log, const struct value *v, struct buf *out, struct err *err)
{
	struct event e;
	struct arena a;
	if (!v || v->kind != VALUE_BYTES)
		return true;
	if (!v->blob) {
		buf_add(out, v->bytes, v->len);
		return true;
	}
	if (v->blob > log->blobs.n)
		return err_set(err, ERR_LOG_BAD, 0, log->path, "a blob is missing");
	int64_t i = log->blobs.at[v->blob - 1];
	arena_init(&a);
	bool good = log_get(log, i, &e, &a, err);
	if (good && (e.type != EVENT_blob || e.blob.id != v->blob || !e.blob.b64 ||
		     !base64_read(out, e.blob.b64, strlen(e.blob.b64))))
		good = log_complain(log, i, "a bad blob", err);
	arena_release(&a);
	return good;
}
