/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/stage/stage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static bool plain_line(int slave, int rows, int cols)
{
	struct termios t;
	struct winsize size = { .ws_row = rows, .ws_col = cols };

	if (tcgetattr(slave, &t) < 0)
		return false;
	t.c_lflag &= ~(ECHO | ECHOE | ECHOK | ECHONL | ECHOCTL);
	t.c_oflag &= ~OPOST;
	return tcsetattr(slave, TCSANOW, &t) == 0 && ioctl(slave, TIOCSWINSZ, &size) == 0;
}

bool stage_pty(int *master, int *slave, int rows, int cols, struct err *err)
{
	char name[64];
	int m = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK), s = -1;

	if (m < 0)
		return err_set(err, ERR_STAGE, errno, "pty", "posix_openpt");
	if (grantpt(m) < 0 || unlockpt(m) < 0 || ptsname_r(m, name, sizeof name) != 0)
		goto fail;
	s = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (s < 0 || !plain_line(s, rows, cols))
		goto fail;
	*master = m;
	*slave = s;
	return true;
fail:
	err_set(err, ERR_STAGE, errno, "pty", "open slave");
	if (s >= 0)
		close(s);
	close(m);
	return false;
}
