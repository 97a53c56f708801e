/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/tty.h"

#include <errno.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/stage/stage.h"

enum { WAITING_MOST = 1 << 20, TYPE_PATIENCE_MS = 200 };

bool tty_open(struct tty *t, int rows, int columns, struct err *err)
{
	struct stat st;
	*t = (struct tty){ .master = -1, .slave = -1, .waiting = BUF_INIT };
	if (!stage_pty(&t->master, &t->slave, rows, columns, err))
		return false;
	if (fstat(t->slave, &st) == 0)
		t->device = st.st_rdev;
	return true;
}

void tty_close(struct tty *t)
{
	if (t->master >= 0)
		close(t->master);
	if (t->slave >= 0)
		close(t->slave);
	t->master = t->slave = -1;
	buf_release(&t->waiting);
}

void tty_drain(struct tty *t)
{
	char bytes[16384];
	while (t->waiting.len < WAITING_MOST) {
		ssize_t n = read(t->master, bytes, sizeof bytes);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		buf_add(&t->waiting, bytes, (size_t)n);
		t->read += n;
	}
}

bool tty_is_full(const struct tty *t)
{
	return t->waiting.len >= WAITING_MOST;
}

bool tty_is_behind(const struct tty *t)
{
	return t->read < t->written;
}

bool tty_type(struct tty *t, const char *bytes, size_t n, struct err *err)
{
	while (n) {
		ssize_t wrote = write(t->master, bytes, n);
		if (wrote > 0) {
			bytes += wrote;
			n -= (size_t)wrote;
			continue;
		}
		struct pollfd p = { .fd = t->master, .events = POLLOUT };
		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote < 0 && errno == EAGAIN && poll(&p, 1, TYPE_PATIENCE_MS) > 0)
			continue;
		return err_set(err, ERR_SYSTEM, wrote < 0 ? errno : EAGAIN, "write", "pty");
	}
	return true;
}
