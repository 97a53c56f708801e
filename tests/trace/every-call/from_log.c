/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * from_log LOG PREFIX: the calls of a saved run in strace's notation, those of the N-th task in PREFIX.N.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/log/log.h"
#include "engine/trace/syscall.h"
#include "tests/notation/notation.h"

enum { LANES = 256 };

struct lane {
	FILE *out;
	struct arena arena;
	struct event before;
	bool pending;
};

static struct lane lanes[LANES];
static const char *prefix;

static struct lane *lane_of(const struct event *e)
{
	char path[4096];
	if (e->lane < 0 || e->lane >= LANES)
		return NULL;
	struct lane *l = &lanes[e->lane];
	if (!l->out) {
		snprintf(path, sizeof path, "%s.%d", prefix, (int)e->lane);
		l->out = fopen(path, "w");
		if (!l->out)
			exit(3);
		arena_init(&l->arena);
	}
	return l;
}

static void print(struct lane *l, const struct notation_call *call, const char *end)
{
	static const struct notation_options options = { .hex = true };
	struct buf line = BUF_INIT;
	notation_strace(call, &options, &line);
	fprintf(l->out, "%s%s\n", line.data, end);
	buf_release(&line);
}

/* A `before` that no `after` followed: the call does not return, or its result was not looked at. */
static void finish(struct lane *l)
{
	const struct call_desc *desc = l->pending ? call_named(l->before.before.call) : NULL;
	if (desc)
		print(l, &(struct notation_call){ .name = desc->name, .args = l->before.before.args, .no_result = true },
		      desc->ret == RET_NOTHING ? "" : " passed");
	l->pending = false;
	arena_clear(&l->arena);
}

/* execve(2) that worked: `exec` is its result. */
static void executed(struct lane *l)
{
	const struct call_desc *desc = l->pending ? call_named(l->before.before.call) : NULL;
	if (desc)
		print(l, &(struct notation_call){ .name = desc->name, .args = l->before.before.args }, "");
	l->pending = false;
}

static void one(struct event *e, struct lane *l)
{
	if (e->type == EVENT_before) {
		finish(l);
		l->pending = true;
	} else if (e->type == EVENT_after) {
		l->pending = false;
		print(l, &(struct notation_call){ .name = e->after.call, .args = e->after.args, .retv = e->after.retv,
			.ret = e->after.ret, .err = e->after.err, .errn = (int)e->after.errn }, "");
	} else if (e->type == EVENT_exec) {
		executed(l);
	} else if (e->type == EVENT_exit) {
		finish(l);
	}
}

int main(int argc, char **argv)
{
	struct err err = { 0 };
	bool torn;
	struct arena a;
	if (argc != 3)
		return 2;
	prefix = argv[2];
	struct log *log = log_open(argv[1], &torn, &err);
	if (!log) {
		fprintf(stderr, "%s: %s\n", argv[1], err_key(err.id));
		return 1;
	}
	arena_init(&a);
	for (int64_t i = 0; i < log_count(log); i++) {
		struct event e;
		arena_clear(&a);
		if (!log_get(log, i, &e, &a, &err))
			return 1;
		struct lane *l = lane_of(&e);
		if (!l)
			continue;
		if (e.type == EVENT_before)
			finish(l);
		if (e.type == EVENT_before && !log_get(log, i, &l->before, &l->arena, &err))
			return 1;
		one(&e, l);
	}
	arena_release(&a);
	log_free(log);
	return 0;
}
