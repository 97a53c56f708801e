/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a call that returned changed in the process's descriptors and sockets,
 * as far as the call itself tells. Nothing is asked of the kernel but what a
 * descriptor that came from elsewhere is.
 */
#ifndef ENGINE_TRACE_EFFECT_H
#define ENGINE_TRACE_EFFECT_H

#include "engine/log/event.h"
#include "engine/trace/fdtable.h"
#include "engine/trace/task.h"

/* Told of every change, as events fd and socket (type and own fields are filled in). */
struct effect_sink {
	void (*event)(void *ctx, struct task *task, struct event *e);
	/* The connection that accept has just given out as fd, if it was seen before; NULL: it was not. */
	struct sock *(*accepted)(void *ctx, struct task *task, int fd, const struct sock *listener);
	void *ctx;
};

/* The call returned: ret is raw: a negative errno on error. args: decoded at exit. */
void effect_call(const struct effect_sink *to, struct socks *socks, struct task *task, int64_t ret, const struct value *args);

void effect_exec(const struct effect_sink *to, struct task *task);   /* its table is its own now, and close-on-exec descriptors go */
void effect_fork(const struct effect_sink *to, struct task *child);  /* its table was copied: tell what it holds */
void effect_end(const struct effect_sink *to, struct task *task, bool last);   /* last: its process ended too */

/* The entry of a descriptor; looked up in /proc and remembered if no call of ours made it. */
struct fd_entry *effect_fd(struct socks *socks, struct task *task, int fd);

#endif
