/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/trace/fdtable.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/buf.h"

struct fdtable {
	pid_t *owner;
	int owners;
	struct fd_entry *e;   /* sorted by fd */
	int n;
	int64_t opened;
};

void socks_init(struct socks *s)
{
	*s = (struct socks){ 0 };
	arena_init(&s->arena);
}

void socks_release(struct socks *s)
{
	for (int i = 0; i < s->n; i++) {
		free(s->all[i]->seen);
		free(s->all[i]);
	}
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

struct sock *sock_like(struct socks *s, const struct sock *other)
{
	struct sock *sock = sock_new(s);
	sock->domain = other->domain;
	sock->type = other->type;
	sock->proto = other->proto;
	return sock;
}

struct sock *sock_by_inode(const struct socks *s, uint64_t inode)
{
	for (int i = s->n; inode && i-- > 0;)
		if (s->all[i]->inode == inode)
			return s->all[i];
	return NULL;
}

struct fdtable *fdtable_new(pid_t owner)
{
	struct fdtable *t = xcalloc(1, sizeof *t);
	return fdtable_share(t, owner);
}

struct fdtable *fdtable_share(struct fdtable *t, pid_t owner)
{
	t->owner = xrealloc(t->owner, (size_t)(t->owners + 1) * sizeof *t->owner);
	t->owner[t->owners++] = owner;
	return t;
}

struct fdtable *fdtable_copy(const struct fdtable *t, pid_t owner)
{
	struct fdtable *copy = fdtable_new(owner);
	copy->n = t->n;
	copy->e = xmalloc((size_t)t->n * sizeof *t->e);
	for (int i = 0; i < t->n; i++) {
		copy->e[i] = t->e[i];
		if (t->e[i].sock)
			t->e[i].sock->refs++;
	}
	return copy;
}

static void forget_owner(struct fdtable *t, pid_t owner)
{
	for (int i = 0; i < t->owners; i++)
		if (t->owner[i] == owner) {
			memmove(t->owner + i, t->owner + i + 1, (size_t)(t->owners - i - 1) * sizeof *t->owner);
			t->owners--;
			return;
		}
}

void fdtable_drop(struct fdtable *t, pid_t owner)
{
	if (!t)
		return;
	forget_owner(t, owner);
	if (t->owners)
		return;
	for (int i = 0; i < t->n; i++)
		if (t->e[i].sock)
			t->e[i].sock->refs--;
	free(t->owner);
	free(t->e);
	free(t);
}

int fdtable_owners(const struct fdtable *t)
{
	return t->owners;
}

pid_t fdtable_owner(const struct fdtable *t, int i)
{
	return t->owner[i];
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
	t->e[i] = (struct fd_entry){ .fd = fd, .kind = kind, .sock = sock, .cloexec = cloexec, .opened = ++t->opened };
	if (sock)
		sock->refs++;
	return &t->e[i];
}

int64_t fdtable_opened(const struct fdtable *t)
{
	return t->opened;
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

static void proc_path(char out[48], const char *folder, pid_t tid, int fd)
{
	snprintf(out, 48, "/proc/%d/%s/%d", (int)tid, folder, fd);
}

static uint64_t device_of(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISCHR(st.st_mode) ? (uint64_t)st.st_rdev : 0;
}

/* The line "flags:" is in octal, and has O_CLOEXEC although that belongs to the descriptor. */
static bool closes_on_exec(pid_t tid, int fd)
{
	char path[48], line[128];
	unsigned long flags = 0;
	proc_path(path, "fdinfo", tid, fd);
	FILE *f = fopen(path, "re");
	if (!f)
		return false;
	while (fgets(line, sizeof line, f))
		if (strncmp(line, "flags:", 6) == 0)
			flags = strtoul(line + 6, NULL, 8);
	fclose(f);
	return flags & O_CLOEXEC;
}

static const char *kind_of_target(const char *target, uint64_t *inode)
{
	static const struct { const char *prefix, *kind; } known[] = {
		{ "socket:[", "socket" }, { "pipe:[", "pipe" }, { "/dev/pts/", "tty" }, { "/dev/tty", "tty" },
		{ "anon_inode:[eventpoll]", "epoll" }, { "anon_inode:[eventfd]", "eventfd" },
		{ "anon_inode:[timerfd]", "timerfd" }, { "anon_inode:[signalfd]", "signalfd" },
		{ "anon_inode:[pidfd]", "pidfd" },
	};
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

struct fd_facts fd_facts_of(pid_t tid, int fd)
{
	char path[48], target[128];
	struct fd_facts facts = { .kind = "none" };
	proc_path(path, "fd", tid, fd);
	ssize_t n = readlink(path, target, sizeof target - 1);
	if (n < 0)
		return facts;
	target[n] = '\0';
	facts.kind = kind_of_target(target, &facts.inode);
	if (strcmp(facts.kind, "tty") == 0)
		facts.terminal = device_of(path);
	facts.cloexec = closes_on_exec(tid, fd);
	return facts;
}

int fd_is_open(pid_t tid, int fd)
{
	char path[48], target[1];
	proc_path(path, "fd", tid, fd);
	if (readlink(path, target, sizeof target) >= 0)
		return 1;
	return errno == ENOENT ? 0 : -1;
}
