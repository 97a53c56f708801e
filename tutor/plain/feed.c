/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/plain/feed.h"

#include <poll.h>
#include <unistd.h>

enum { FIRST = 0 };   /* the program that gets it */

void feed_init(struct feed *f, const struct session *s)
{
	*f = (struct feed){ .wanted = s->run && !s->lesson && !isatty(STDIN_FILENO), .at = -1 };
}

/* Nothing is typed ahead, but to a program that waits for several things. The end is told as often as it is read, as of a pipe. */
static bool is_due(const struct feed *f, const struct session *s)
{
	if (!f->wanted || !s->run || log_count(s->log) == f->at)
		return false;
	enum run_want want = run_wants_input(s->run, FIRST);
	return want == RUN_WANTS_YES || (want == RUN_WANTS_MAYBE && !f->ended && run_input_done(s->run, FIRST));
}

static bool is_ready(const struct feed *f)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	return f->ended || (poll(&in, 1, 0) > 0 && !(in.revents & POLLNVAL));
}

int feed_fd(const struct feed *f, const struct session *s)
{
	return is_due(f, s) && !f->ended ? STDIN_FILENO : -1;
}

bool feed_may_come(const struct feed *f, const struct session *s)
{
	return f->wanted && s->run && run_wants_input(s->run, FIRST) == RUN_WANTS_YES;
}

bool feed_type(struct feed *f, struct session *s, struct err *err)
{
	char bytes[RUN_FEED_MOST];
	if (!is_due(f, s) || !is_ready(f))
		return false;
	ssize_t n = f->ended ? 0 : read(STDIN_FILENO, bytes, sizeof bytes);
	f->ended = n <= 0;
	if (!run_feed(s->run, FIRST, bytes, n > 0 ? (size_t)n : 0, err))
		return false;
	f->at = log_count(s->log);
	return true;
}
