/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Is a task that we do not hold at rest: asleep in the kernel, and what it waits
 * for has not come? The kernel has no stop for "went to sleep", so we look at
 * /proc/TID/stat, and ask the descriptor it waits on (pidfd_getfd(2) + poll(2)).
 */
#ifndef ENGINE_TRACE_REST_H
#define ENGINE_TRACE_REST_H

#include "engine/trace/task.h"

enum rest {
	REST_NO,         /* it may still move: look again soon */
	REST_COMPUTES,   /* it runs, and not in a call we know of */
	REST_WAKES,      /* asleep now, but it wakes again and again without a call we know of */
	REST_YES,
};

/* The task was let go: what was seen of it before does not count. */
void rest_begin(struct task *task);

enum rest rest_look(struct task *task);

/* What a task asleep in a call waits for, and on which descriptor (-1: on none). */
struct rest_sleep { enum call_sleep on; int fd; };
struct rest_sleep rest_sleep(const struct task *task);

/* The kernel function it sleeps in, "" if the system does not tell. */
void rest_wchan(const struct task *task, char *out, size_t n);

/* How long the task has had a processor since it was born, nanoseconds; -1: the kernel does not tell. */
int64_t rest_ran(const struct task *task);

#endif
