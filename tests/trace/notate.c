/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * notate LOG: the steps of a log as strace -xx writes them, each after the lane
 * of its task: "0 bind(3, {sa_family=…}, 16) = 0". Calls that the kernel made
 * again after a signal are left out, as are hidden ones.
 */
#include <stdio.h>

#include "engine/log/log.h"
#include "tests/notation/notation.h"

static const struct notation_options options = { .hex = true };

static void notate(const struct event *e)
{
	struct notation_call call = {
		.name = e->after.call, .args = e->after.args, .retv = e->after.retv, .ret = e->after.ret, .err = e->after.err,
		.errn = (int)e->after.errn,
	};
	struct buf line = BUF_INIT;

	notation_strace(&call, &options, &line);
	printf("%d %s\n", (int)e->lane, line.data);
	buf_release(&line);
}

int main(int argc, char **argv)
{
	struct err err;
	bool torn;
	struct log *log = argc == 2 ? log_open(argv[1], &torn, &err) : NULL;
	struct arena a;

	if (!log)
		return 2;
	arena_init(&a);
	for (int64_t i = 0; i < log_count(log); i++) {
		struct event e;
		if (log_type(log, i) != EVENT_after)
			continue;
		arena_clear(&a);
		if (!log_get(log, i, &e, &a, &err))
			return 1;
		if (!e.after.hidden && !e.after.restart)
			notate(&e);
	}
	arena_release(&a);
	log_free(log);
	return 0;
}
