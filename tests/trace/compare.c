/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare EXPECTED LOG: are the two logs the same run after masking? If not, both are shown where they part. */
#include <inttypes.h>
#include <stdio.h>

#include "engine/log/compare.h"

static struct log *must_open(const char *path)
{
	struct err err;
	bool torn = false;
	struct log *log = log_open(path, &torn, &err);

	if (!log || torn)
		printf("%s: %s\n", path, log ? "its last line is torn" : err_key(err.id));
	return torn ? NULL : log;
}

static void show(const char *whose, const struct log *log, int64_t i)
{
	struct buf line = BUF_INIT;
	struct err err;

	if (i < log_count(log) && log_line(log, i, &line, &err))
		printf("%s event %" PRId64 ": %.600s\n", whose, i, line.data);
	else
		printf("%s has no event %" PRId64 "\n", whose, i);
	buf_release(&line);
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	struct log *a = must_open(argv[1]), *b = must_open(argv[2]);
	int64_t at = a && b ? log_differs(a, b) : 0;

	if (a && b && at >= 0) {
		show("expected", a, at);
		show("found   ", b, at);
	} else if (a && b && at == -2) {
		printf("one log goes on where the other ends: %" PRId64 " and %" PRId64 " events\n", log_count(a), log_count(b));
	}
	log_free(a);
	log_free(b);
	return at != -1;
}
