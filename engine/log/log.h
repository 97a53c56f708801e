/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The append-only log of a run: JSON Lines, one event a line, the first line a
 * header {"socktutor-log":1,"tutor":"0.1.0"}. Everything the tutor shows is read from here.
 *
 * A live run's log lies in a file without a name (memfd) or in the file of
 * --log; a saved one is opened from its file. Both are the same to a reader:
 * an index of line offsets, lines parsed when asked for. Memory: 8 bytes an
 * event besides the file; all of it, where the file was given up (log_outlive). Line format: event.def, docs/log.md.
 */
#ifndef ENGINE_LOG_LOG_H
#define ENGINE_LOG_LOG_H

#include "engine/log/event.h"

enum { LOG_LINE = 1024 * 1024 };   /* no line is longer */

struct log;

/* A new log. path NULL: no file remains. An existing file is replaced, unless it holds something else than a log
 * of ours (LOG_FOREIGN). Flushed and closed by log_free. */
struct log *log_new(const char *path, struct err *err);

/* Open a saved log for reading. A torn last line is left out, *torn set to true, and the file not changed.
 * Only the header, the first event and the types are looked at; a bad line is found when it is read.
 * Errors: LOG_OPEN, LOG_FOREIGN, LOG_FUTURE, LOG_EMPTY, LOG_BAD. */
struct log *log_open(const char *path, bool *torn, struct err *err);
void log_free(struct log *log);

/* Append. Bytes longer than VALUE_HEAD become blob events before it. False: the disk is full or so (err: SYSTEM),
 * or the event is longer than LOG_LINE (LOG_BAD); the event is not in the log then and the log stays usable.
 * The line reaches the file with the next `settled` or `end`, or when many wait; reading does not need that. */
bool log_append(struct log *log, const struct event *e, struct err *err);
bool log_flush(struct log *log, struct err *err);

/* Move it into memory, so that its file can be replaced; nobody is called on flushes any more. False: the file cannot be read
 * (SYSTEM), and nothing has changed. */
bool log_keep(struct log *log, struct err *err);

/* From now on it outlives its file: where that cannot be written, it goes on in memory, whole, and no call fails for it. The file
 * keeps the lines that it has. A log without a path always does so. */
void log_outlive(struct log *log);

/* Why its file is not written any more; ERR_NONE: it is. */
const struct err *log_lost(const struct log *log);

/* Called whenever lines have reached the file; it may read the log. The last time is in log_free. NULL: nobody. */
void log_on_flush(struct log *log, void (*flushed)(void *ctx), void *ctx);

/* Events that can be read: 0 … log_count-1. (The header line is not one; blob events are.) */
int64_t log_count(const struct log *log);

/* Type of event i, known without parsing. */
enum event_type log_type(const struct log *log, int64_t i);

/* Read event i into e, its strings and trees into the arena. */
bool log_get(const struct log *log, int64_t i, struct event *e, struct arena *a, struct err *err);
/* The same with event_skim: no value trees. */
bool log_skim(const struct log *log, int64_t i, struct event *e, struct arena *a, struct err *err);

/* Its raw line, for --json: appended to out, without the newline. */
bool log_line(const struct log *log, int64_t i, struct buf *out, struct err *err);

/* In an err of log_open, log_get, log_line: a[0] is the path ("" without one), a[1] "line 17: not UTF-8". */

/* Set err so, for event i of which a reader found that it cannot be. Returns false. */
bool log_complain(const struct log *log, int64_t i, const char *why, struct err *err);

/* The header line, as this version writes it, for --json: appended to out, with the newline. */
void log_header_write(struct buf *out);

/* All bytes of a BYTES value: from its blob if it has one, else what the value holds. Appended to out. */
bool log_bytes(const struct log *log, const struct value *bytes, struct buf *out, struct err *err);

#endif
