/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/tty.h"

#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
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

bool tty_feed(struct tty *t, const char *bytes, size_t n, struct err *err)
{
	struct termios mode;
	struct buf typed = BUF_INIT;
	bool by_lines = tcgetattr(t->slave, &mode) == 0 && mode.c_lflag & ICANON;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)bytes[i];
		if (by_lines && c != '\n' && c != '\t' && (c < ' ' || c == 0x7f))
			buf_addc(&typed, (char)mode.c_cc[VLNEXT]);
		buf_addc(&typed, (char)c);
	}
	if (by_lines && (!n || bytes[n - 1] != '\n'))
		buf_addc(&typed, (char)mode.c_cc[VEOF]);
	bool ok = tty_type(t, typed.data, typed.len, err);
	buf_release(&typed);
	return ok;
}

bool tty_is_read(const struct tty *t)
{
	int n = 0;
	return ioctl(t->slave, FIONREAD, &n) < 0 || n == 0;
}
