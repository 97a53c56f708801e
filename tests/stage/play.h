/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For tests of the stage: run one shell command as an actor, untraced, and hand back what it printed. */
#ifndef TESTS_STAGE_PLAY_H
#define TESTS_STAGE_PLAY_H

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/stage/stage.h"

/* Reads what the actor prints until its terminal is closed, or 10 s went by without a byte. */
static inline void play_read(int master, char *out, size_t n)
{
	size_t len = 0;
	struct pollfd p = { master, POLLIN, 0 };

	while (len + 1 < n && poll(&p, 1, 10000) > 0) {
		ssize_t got = read(master, out + len, n - 1 - len);
		if (got <= 0)
			break;
		len += got;
	}
	out[len] = '\0';
}

/* The pid, or -1 with *err set. `out` is what the command printed. */
static inline pid_t play(struct stage *stage, const char *command, char *out, size_t n, struct err *err)
{
	static const char *const env[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "WHERE=/tmp/lesson/hello", NULL };
	const char *const argv[] = { "sh", "-c", command, NULL };
	int master, slave;

	out[0] = '\0';
	if (!stage_pty(&master, &slave, 24, 80, err))
		return -1;
	struct stage_actor actor = { .argv = argv, .env = env, .tty = slave };
	pid_t pid = stage_spawn(stage, &actor, err);
	close(slave);
	if (pid > 0 && stage_go(stage, pid, err))
		play_read(master, out, n);
	close(master);
	return pid;
}

#endif
