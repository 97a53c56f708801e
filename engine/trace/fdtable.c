/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/trace/fdtable.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/buf.h"

struct fdtable {
	int owners;
	struct fd_entry *e;   /* sorted by fd */
	int n;
};

void socks_init(struct socks *s)
{
	*s = (struct socks){ 0 };
	arena_init(&s->arena);
}

void socks_release(struct socks *s)
{
	for (int i = 0; i < s->n; i++)
		free(s->all[i]);
	free(s->all);
	arena_release(&s->arena);
	*s = (struct socks){ 0 };
}

struct sock *sock_new(struct socks *s)
{
	struct sock *sock = xcalloc(1, sizeof *sock);
	s->all = xrealloc(s->all, (size_t)(s->n + 1) * sizeof *s->all);
	s->all[s->n++] = sock;
	*sock = (struct sock){ .id = s->n, .backlog = -1, .from = -1, .recvq = -1, .sendq = -1, .state = "new" };
	return sock;
}

struct sock *sock_by_inode(const struct socks *s, uint64_t inode)
{
	for (int i = s->n; inode && i-- > 0;)
		if (s->all[i]->inode == inode)
			return s->all[i];
	return NULL;
}

struct fdtable *fdtable_new(void)
{
	struct fdtable *t = xcalloc(1, sizeof *t);
	t->owners = 1;
	return t;
}

struct fdtable *fdtable_share(struct fdtable *t)
{
	t->owners++;
	return t;
}

struct fdtable *fdtable_copy(const struct fdtable *t)
{
	struct fdtable *copy = fdtable_new();
	copy->n = t->n;
	copy->e = xmalloc((size_t)t->n * sizeof *t->e);
	for (int i = 0; i < t->n; i++) {
		copy->e[i] = t->e[i];
		if (t->e[i].sock)
			t->e[i].sock->refs++;
	}
	return copy;
}

void fdtable_drop(struct fdtable *t)
{
	if (!t || --t->owners)
		return;
	for (int i = 0; i < t->n; i++)
		if (t->e[i].sock)
			t->e[i].sock->refs--;
	free(t->e);
	free(t);
}

/* Index of the first entry whose number is not below fd. */
static int place_of(const struct fdtable *t, int fd)
{
	int lo = 0, hi = t->n;
	while (lo < hi) {
		int mid = (lo + hi) / 2;
		if (t->e[mid].fd < fd)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

struct fd_entry *fdtable_find(const struct fdtable *t, int fd)
{
	int i = place_of(t, fd);
	return i < t->n && t->e[i].fd == fd ? &t->e[i] : NULL;
}

struct fd_entry *fdtable_set(struct fdtable *t, int fd, const char *kind, struct sock *sock, bool cloexec)
{
	fdtable_close(t, fd);
	int i = place_of(t, fd);
	t->e = xrealloc(t->e, (size_t)(t->n + 1) * sizeof *t->e);
	memmove(t->e + i + 1, t->e + i, (size_t)(t->n - i) * sizeof *t->e);
	t->n++;
	t->e[i] = (struct fd_entry){ .fd = fd, .kind = kind, .sock = sock, .cloexec = cloexec };
	if (sock)
		sock->refs++;
	return &t->e[i];
}

bool fdtable_close(struct fdtable *t, int fd)
{
	struct fd_entry *e = fdtable_find(t, fd);
	if (!e)
		return false;
	if (e->sock)
		e->sock->refs--;
	size_t after = (size_t)(t->e + t->n - (e + 1));
	memmove(e, e + 1, after * sizeof *e);
	t->n--;
	return true;
}

int fdtable_count(const struct fdtable *t)
{
	return t->n;
}

const struct fd_entry *fdtable_at(const struct fdtable *t, int i)
{
	return &t->e[i];
}

const char *fd_kind_of(pid_t tid, int fd, uint64_t *inode)
{
	static const struct { const char *prefix, *kind; } known[] = {
		{ "socket:[", "socket" }, { "pipe:[", "pipe" }, { "/dev/pts/", "tty" }, { "/dev/tty", "tty" },
		{ "anon_inode:[eventpoll]", "epoll" }, { "anon_inode:[eventfd]", "eventfd" },
		{ "anon_inode:[timerfd]", "timerfd" }, { "anon_inode:[signalfd]", "signalfd" },
		{ "anon_inode:[pidfd]", "pidfd" },
	};
	char path[48], target[128];
	*inode = 0;
	snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)tid, fd);
	ssize_t n = readlink(path, target, sizeof target - 1);
	if (n < 0)
		return "none";
	target[n] = '\0';
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		size_t len = strlen(known[i].prefix);
		if (strncmp(target, known[i].prefix, len) != 0)
			continue;
		if (i == 0)
			*inode = strtoull(target + len, NULL, 10);
		return known[i].kind;
	}
	return "other";
}
