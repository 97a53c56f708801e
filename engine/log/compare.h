/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Are two runs the same run? Ports the kernel chose, process ids, times,
 * addresses in memory and descriptors' owners differ each time; everything else
 * must not. Used to resume a run at a step, and by the tests.
 */
#ifndef ENGINE_LOG_COMPARE_H
#define ENGINE_LOG_COMPARE_H

#include "engine/log/log.h"

/* The event as text with what may differ replaced: pids by P<lane>, pointers by PTR, kernel-chosen ports
 * (32768-60999) by PORT1, PORT2 … in order of appearance, times dropped. What time alone did (a timer of the
 * kernel has ended) and what only this machine measures (windows) give no text. `state` carries the numbering from
 * event to event; start with NULL, free with masker_free. */
struct masker;
struct masker *masker_new(void);
void masker_free(struct masker *m);
void masker_line(struct masker *m, const struct event *e, struct buf *out);

/* First event (index in `a`) at which the two logs differ after masking, blobs and COMMANDs other than go and
 * input left out; -1: they are the same; -2: one is a proper beginning of the other. */
int64_t log_differs(const struct log *a, const struct log *b);

#endif
