/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What each process's descriptors are, as its calls told: nothing is asked of
 * the kernel but the inode of a socket, so that a descriptor that was passed on
 * (fork, dup, SCM_RIGHTS) is known to be the same socket. Descriptors that no
 * call of ours made (inherited, opened files) are looked up once and remembered
 * until they are closed.
 *
 * A table has an owner for each process that uses it: processes made with
 * CLONE_FILES share one. Owner 0 is a thread that left the table of its process
 * (unshare(2)): what changes there is no news about the process.
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
	bool bound, read_shut;       /* by bind(2); by its own shutdown(2) */
	bool addressed;              /* whose packets are its own is known (observe_ends) */
	const char *kernel;          /* what the kernel last said (sockstat.h); NULL: not asked, or no TCP */
	int64_t recvq, sendq;        /* the same; -1: not known */
	int64_t timeout[2];          /* SO_RCVTIMEO, SO_SNDTIMEO in program time (conduct/clock.c), nanoseconds; 0: none */
	int refs;                    /* descriptors that name it */
	const char *by;              /* the call that last did something to it: listen, connect, shutdown, close; NULL: none. Literal */
	struct socket_seen *seen;    /* what else of the kernel's word is in the log (engine/observe/observe.c); freed with it */
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
	int timer;                   /* number of its timerfd (timers.h); 0: none, or not set yet */
	uint64_t terminal;           /* device number of a terminal, else 0 */
	bool cloexec;
	int64_t opened;              /* how many the table had opened by then (fdtable_opened); 0: not seen, only looked up */
};

struct fdtable;

void socks_init(struct socks *s);
void socks_release(struct socks *s);
struct sock *sock_new(struct socks *s);
struct sock *sock_like(struct socks *s, const struct sock *other);   /* new, of the same domain, type and protocol */
struct sock *sock_by_inode(const struct socks *s, uint64_t inode);   /* NULL: unknown, or inode 0 */

struct fdtable *fdtable_new(pid_t owner);                            /* one owner */
struct fdtable *fdtable_share(struct fdtable *t, pid_t owner);       /* CLONE_FILES: one more owner */
struct fdtable *fdtable_copy(const struct fdtable *t, pid_t owner);  /* fork; counts its sockets again */
void fdtable_drop(struct fdtable *t, pid_t owner);                   /* one owner less; NULL is allowed */
int fdtable_owners(const struct fdtable *t);
pid_t fdtable_owner(const struct fdtable *t, int i);

struct fd_entry *fdtable_find(const struct fdtable *t, int fd);    /* NULL: not in the table. Good until the next change */
struct fd_entry *fdtable_set(struct fdtable *t, int fd, const char *kind, struct sock *sock, bool cloexec);
int64_t fdtable_opened(const struct fdtable *t);            /* how often fdtable_set was called */
bool fdtable_close(struct fdtable *t, int fd);              /* false: it was not in the table */
int fdtable_count(const struct fdtable *t);
const struct fd_entry *fdtable_at(const struct fdtable *t, int i);  /* in order of their numbers */

/* What /proc says a descriptor is. */
struct fd_facts {
	const char *kind;            /* none: it is not open */
	uint64_t inode;              /* of a socket, else 0 */
	uint64_t terminal;           /* device number of a terminal, else 0 */
	bool cloexec;
};

struct fd_facts fd_facts_of(pid_t tid, int fd);

/* 1: it is open, 0: it is not, -1: we may not look. */
int fd_is_open(pid_t tid, int fd);

#endif
