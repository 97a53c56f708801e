/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/streams.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

bool streams_open(struct err *err)
{
	int fd;
	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd < 0)
		return err_set(err, ERR_SYSTEM, errno, "open", "/dev/null");
	close(fd);
	return true;
}

static bool reader_has_gone(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };
	return poll(&out, 1, 0) == 1 && out.revents & (POLLERR | POLLHUP);
}

/* stdio has forgotten why it lost output, so the kernel is asked once more. */
static int why_lost(void)
{
	return write(STDOUT_FILENO, "\n", 1) == 1 ? EIO : errno;
}

bool streams_close(struct err *err)
{
	int why = ferror(stdout) ? why_lost() : fflush(stdout) == 0 ? 0 : errno;
	if (!why || why == EPIPE || reader_has_gone())
		return true;
	return err_set(err, ERR_SYSTEM, why, "write", "stdout");
}
