/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What each process's descriptors are, as its calls told: nothing is asked of
 * the kernel but the inode of a socket, so that a descriptor that was passed on
 * (fork, dup, SCM_RIGHTS) is known to be the same socket. Descriptors that no
 * call of ours made (inherited, opened files) are looked up once and remembered
 * until they are closed.
 */
#ifndef ENGINE_TRACE_FDTABLE_H
#define ENGINE_TRACE_FDTABLE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "engine/base/arena.h"
#include "engine/base/value.h"

/* A socket of the run, shared by every descriptor that names it. */
struct sock {
	int id;                      /* from 1, in order of appearance */
	uint64_t inode;              /* 0: not known */
	const char *domain, *type, *proto, *state;
	const struct value *local, *peer;
	int backlog, from;
	const char *kernel;          /* what the kernel last said (sockstat.h); NULL: not asked, or no TCP */
	int64_t recvq, sendq;        /* the same; -1: not known */
	int refs;                    /* descriptors that name it */
};

/* All sockets of a run; they stay for its whole life. */
struct socks {
	struct sock **all;
	int n;
	struct arena arena;
};

struct fd_entry {
	int fd;
	const char *kind;            /* socket, epoll, pipe, tty, …; see event.def */
	struct sock *sock;           /* NULL: not a socket */
	bool cloexec;
};

struct fdtable;

void socks_init(struct socks *s);
void socks_release(struct socks *s);
struct sock *sock_new(struct socks *s);
struct sock *sock_by_inode(const struct socks *s, uint64_t inode);   /* NULL: unknown, or inode 0 */

struct fdtable *fdtable_new(void);                          /* one owner */
struct fdtable *fdtable_share(struct fdtable *t);           /* CLONE_FILES: one more owner */
struct fdtable *fdtable_copy(const struct fdtable *t);      /* fork; counts its sockets again */
void fdtable_drop(struct fdtable *t);                       /* one owner less; NULL is allowed */

struct fd_entry *fdtable_find(const struct fdtable *t, int fd);    /* NULL: not in the table. Good until the next change */
struct fd_entry *fdtable_set(struct fdtable *t, int fd, const char *kind, struct sock *sock, bool cloexec);
bool fdtable_close(struct fdtable *t, int fd);              /* false: it was not in the table */
int fdtable_count(const struct fdtable *t);
const struct fd_entry *fdtable_at(const struct fdtable *t, int i);  /* in order of their numbers */

/* What /proc says a descriptor is: its kind, and its inode if it is a socket. */
const char *fd_kind_of(pid_t tid, int fd, uint64_t *inode);

#endif
