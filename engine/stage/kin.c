/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/stage/kin.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/buf.h"

struct pair {
	pid_t pid, parent;
};

/* /proc/PID/stat: "pid (name) state ppid …"; the name may hold anything, so look for the last ')'. */
static pid_t parent_of(int proc, const char *pid)
{
	char path[64], text[512];

	snprintf(path, sizeof path, "%.20s/stat", pid);
	int fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	ssize_t n = read(fd, text, sizeof text - 1);
	close(fd);
	if (n <= 0)
		return -1;
	text[n] = '\0';
	const char *end = strrchr(text, ')');
	int parent;
	return end && sscanf(end + 1, " %*c %d", &parent) == 1 ? parent : -1;
}

static struct pair *everybody(size_t *n)
{
	struct pair *all = NULL;
	size_t size = 0;
	DIR *dir = opendir("/proc");

	*n = 0;
	if (!dir)
		return NULL;
	for (struct dirent *e; (e = readdir(dir)); ) {
		if (!isdigit((unsigned char)e->d_name[0]))
			continue;
		pid_t parent = parent_of(dirfd(dir), e->d_name);
		if (parent < 0)
			continue;
		if (*n == size)
			all = xrealloc(all, (size = size ? 2 * size : 256) * sizeof *all);
		all[(*n)++] = (struct pair){ atoi(e->d_name), parent };
	}
	closedir(dir);
	return all;
}

static bool among(pid_t pid, const pid_t *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == pid)
			return true;
	return false;
}

pid_t *kin_of(pid_t root, size_t *n)
{
	size_t all_n, before;
	struct pair *all = everybody(&all_n);
	pid_t *kin = xmalloc((all_n + 1) * sizeof *kin);

	*n = 0;
	do {   /* pids wrap around, so a child may be listed before its parent */
		before = *n;
		for (size_t i = 0; i < all_n; i++) {
			struct pair *p = &all[i];
			if ((p->parent == root || among(p->parent, kin, *n)) && !among(p->pid, kin, *n))
				kin[(*n)++] = p->pid;
		}
	} while (*n != before);
	free(all);
	return kin;
}
