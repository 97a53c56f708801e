/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/trace/effect.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <string.h>

#include "engine/trace/effect_apply.h"

static void tell_fd_of(const struct effect_sink *to, struct task *task, pid_t pid, const struct fd_entry *e, const char *op)
{
	struct event ev;
	if (!pid)
		return;
	event_init(&ev, EVENT_fd);
	ev.fd.pid = pid;
	ev.fd.fd = e->fd;
	ev.fd.op = op;
	ev.fd.kind = e->kind;
	ev.fd.sock = e->sock ? e->sock->id : -1;
	ev.fd.cloexec = e->cloexec;
	to->event(to->ctx, task, &ev);
}

/* It changed for every process that uses the table. */
static void tell_fd(const struct effect_sink *to, struct task *task, const struct fdtable *fds, const struct fd_entry *e,
		    const char *op)
{
	for (int i = 0; i < fdtable_owners(fds); i++)
		tell_fd_of(to, task, fdtable_owner(fds, i), e, op);
}

/* What is looked up is never told of; nor are its copies, and that it is closed. */
static bool is_told(const char *kind)
{
	return strcmp(kind, "other") != 0 && strcmp(kind, "tty") != 0;
}

void effect_tell_sock(const struct effect_sink *to, struct task *task, const struct sock *s)
{
	struct event ev;
	event_init(&ev, EVENT_socket);
	ev.socket.sock = s->id;
	ev.socket.domain = s->domain;
	ev.socket.type = s->type;
	ev.socket.proto = s->proto;
	ev.socket.state = s->state;
	ev.socket.local = s->local;
	ev.socket.peer = s->peer;
	ev.socket.backlog = s->backlog;
	ev.socket.from = s->from;
	to->event(to->ctx, task, &ev);
}

static void close_fd(const struct effect_sink *to, struct task *task, struct fdtable *fds, int fd, const char *by)
{
	struct fd_entry *found = fdtable_find(fds, fd);
	if (!found)
		return;
	struct fd_entry e = *found;
	fdtable_close(fds, fd);
	if (is_told(e.kind))
		tell_fd(to, task, fds, &e, "close");
	if (e.sock && e.sock->refs == 0) {
		e.sock->state = "closed";
		e.sock->by = by;
		effect_tell_sock(to, task, e.sock);
	}
}

void effect_open_fd(struct effect *x, int fd, const char *kind, struct sock *sock, bool cloexec)
{
	close_fd(x->to, x->task, x->fds, fd, "close");   /* by a thread that has not come back from its call yet */
	const struct fd_entry *e = fdtable_set(x->fds, fd, kind, sock, cloexec);
	tell_fd(x->to, x->task, x->fds, e, "open");
}

int effect_nth_fd(struct effect *x, const char *arg, unsigned n)
{
	const struct value *v = value_now(value_get(x->args, arg));
	return v && v->kind == VALUE_LIST && n < v->n ? (int)v->item[n]->i : -1;
}

static void do_pipe(struct effect *x)
{
	for (unsigned i = 0; i < 2; i++)
		if (effect_nth_fd(x, "pipefd", i) >= 0)
			effect_open_fd(x, effect_nth_fd(x, "pipefd", i), "pipe", NULL,
				strcmp(x->task->call.desc->name, "pipe2") == 0 && (x->reg[1] & O_CLOEXEC));
}

static void do_dup(struct effect *x, int from, int to, bool cloexec)
{
	struct fd_entry *e = effect_fd(x->socks, x->task, from);
	if (!e || to < 0 || from == to)
		return;
	struct fd_entry from_entry = *e;
	close_fd(x->to, x->task, x->fds, to, "dup");
	e = fdtable_set(x->fds, to, from_entry.kind, from_entry.sock, cloexec);
	e->terminal = from_entry.terminal;
	e->timer = from_entry.timer;
	if (is_told(e->kind))
		tell_fd(x->to, x->task, x->fds, e, "open");
}

static void do_fcntl(struct effect *x)
{
	int fd = (int)x->reg[0];
	if (x->reg[1] == F_DUPFD || x->reg[1] == F_DUPFD_CLOEXEC) {
		do_dup(x, fd, (int)x->ret, x->reg[1] == F_DUPFD_CLOEXEC);
	} else if (x->reg[1] == F_SETFD) {
		struct fd_entry *e = effect_fd(x->socks, x->task, fd);
		if (!e)
			return;
		e->cloexec = x->reg[2] & FD_CLOEXEC;
		if (is_told(e->kind))
			tell_fd(x->to, x->task, x->fds, e, "open");
	}
}

static void unshare_fds(struct effect *x)
{
	task_unshare_fds(x->task);
	x->fds = task_fds(x->task);
}

static void do_unshare(struct effect *x)
{
	if (x->reg[0] & CLONE_FILES)
		unshare_fds(x);
}

static void do_close_range(struct effect *x)
{
	if (x->reg[2] & CLOSE_RANGE_UNSHARE)
		unshare_fds(x);
	for (int i = fdtable_count(x->fds); i-- > 0;) {
		struct fd_entry *e = fdtable_find(x->fds, fdtable_at(x->fds, i)->fd);
		if ((uint64_t)e->fd < x->reg[0] || (uint64_t)e->fd > x->reg[1])
			continue;
		if (x->reg[2] & CLOSE_RANGE_CLOEXEC)
			e->cloexec = true;
		else
			close_fd(x->to, x->task, x->fds, e->fd, "close");
	}
}

/* The socket of this inode if we know it, else a new one; NULL: it is none. */
static struct sock *sock_of_inode(struct socks *socks, uint64_t inode)
{
	struct sock *s = sock_by_inode(socks, inode);
	if (!s && inode) {
		s = sock_new(socks);
		s->inode = inode;
	}
	return s;
}

/* A descriptor that another process gave: the same socket if the inode is one we know. */
static void receive_fd(struct effect *x, int fd)
{
	struct fd_facts facts = fd_facts_of(x->task->tid, fd);
	effect_open_fd(x, fd, facts.kind, sock_of_inode(x->socks, facts.inode), facts.cloexec);
}

void effect_receive_fds(struct effect *x, const struct value *v)
{
	v = value_now(v);
	if (!v)
		return;
	if (v->kind == VALUE_FD && v->i >= 0)
		receive_fd(x, (int)v->i);
	if (v->kind != VALUE_LIST && v->kind != VALUE_STRUCT)
		return;
	for (unsigned i = 0; i < v->n; i++)
		effect_receive_fds(x, v->item[i]);
}

static void open_result(struct effect *x)
{
	int fd = (int)x->ret;
	struct fd_facts facts = fd_facts_of(x->task->tid, fd);
	effect_open_fd(x, fd, facts.kind, NULL, facts.cloexec);
}

/* Another thread may have been given the number since the kernel closed it: that is another descriptor. */
static void do_close(struct effect *x)
{
	const struct fd_entry *e = fdtable_find(x->fds, (int)x->reg[0]);
	if (e && e->opened <= x->task->call.opened)
		close_fd(x->to, x->task, x->fds, (int)x->reg[0], "close");
}

static void do_dups(struct effect *x)
{
	bool cloexec = strcmp(x->task->call.desc->name, "dup3") == 0 && (x->reg[2] & O_CLOEXEC);
	do_dup(x, (int)x->reg[0], (int)x->ret, cloexec);
}

static void do_getfd(struct effect *x)
{
	receive_fd(x, (int)x->ret);
}

/* Which calls change descriptors, by the canonical name of the table. Calls that failed do not come here. */
static const struct {
	const char *canon;
	void (*apply)(struct effect *x);
} effects[] = {
	{ "pipe", do_pipe }, { "close", do_close }, { "close_range", do_close_range }, { "unshare", do_unshare },
	{ "dup", do_dups }, { "dup2", do_dups }, { "fcntl", do_fcntl }, { "pidfd_getfd", do_getfd },
};

static void apply(struct effect *x)
{
	const struct call_desc *call = x->task->call.desc;
	if (effect_on_socket(x))
		return;
	for (size_t i = 0; i < sizeof effects / sizeof *effects; i++)
		if (strcmp(effects[i].canon, call->canon) == 0) {
			effects[i].apply(x);
			return;
		}
	if (call->ret == RET_FD)
		open_result(x);
}

void effect_call(const struct effect_sink *to, struct socks *socks, struct task *task, int64_t ret, const struct value *args)
{
	struct effect x = {
		.to = to, .socks = socks, .task = task, .fds = task_fds(task),
		.ret = ret, .reg = task->call.args, .args = args,
	};
	if (ret >= 0)
		apply(&x);
	else if (ret == -EINPROGRESS && strcmp(task->call.desc->canon, "connect") == 0)
		effect_connecting(&x);
}

static void close_all(const struct effect_sink *to, struct task *task, struct fdtable *fds)
{
	while (fdtable_count(fds) > 0)
		close_fd(to, task, fds, fdtable_at(fds, 0)->fd, "exit");
}

/* The process leaves its table; it is closed only if nobody else uses it. */
static void leave_table(const struct effect_sink *to, struct task *task)
{
	const struct process *p = task->process;
	if (fdtable_owners(p->fds) == 1) {
		close_all(to, task, p->fds);
		return;
	}
	for (int i = 0; i < fdtable_count(p->fds); i++)
		if (is_told(fdtable_at(p->fds, i)->kind))
			tell_fd_of(to, task, p->pid, fdtable_at(p->fds, i), "close");
}

/* A thread with a table of its own is alone now: its table is the process's. */
static void bring_own_table(const struct effect_sink *to, struct task *task)
{
	struct process *p = task->process;
	leave_table(to, task);
	fdtable_drop(p->fds, p->pid);
	p->fds = fdtable_share(task->own_fds, p->pid);
	fdtable_drop(task->own_fds, 0);
	task->own_fds = NULL;
	for (int i = 0; i < fdtable_count(p->fds); i++)
		if (is_told(fdtable_at(p->fds, i)->kind))
			tell_fd(to, task, p->fds, fdtable_at(p->fds, i), "open");
}

void effect_exec(const struct effect_sink *to, struct task *task)
{
	if (task->own_fds)
		bring_own_table(to, task);
	task_unshare_fds(task);
	struct fdtable *fds = task->process->fds;
	for (int i = fdtable_count(fds); i-- > 0;) {
		const struct fd_entry *e = fdtable_at(fds, i);
		int open = fd_is_open(task->tid, e->fd);
		if (open == 0 || (open < 0 && e->cloexec))
			close_fd(to, task, fds, e->fd, "execve");
	}
}

void effect_fork(const struct effect_sink *to, struct task *child)
{
	struct fdtable *fds = child->process->fds;
	for (int i = 0; i < fdtable_count(fds); i++)
		if (fdtable_at(fds, i)->sock)
			tell_fd_of(to, child, child->process->pid, fdtable_at(fds, i), "open");
}

void effect_end(const struct effect_sink *to, struct task *task, bool last)
{
	if (task->own_fds && fdtable_owners(task->own_fds) == 1)
		close_all(to, task, task->own_fds);
	if (last)
		leave_table(to, task);
}

struct fd_entry *effect_fd(struct socks *socks, struct task *task, int fd)
{
	struct fdtable *fds = task_fds(task);
	struct fd_entry *e = fd >= 0 ? fdtable_find(fds, fd) : NULL;
	if (e || fd < 0)
		return e;
	struct fd_facts facts = fd_facts_of(task->tid, fd);
	if (strcmp(facts.kind, "none") == 0)
		return NULL;
	e = fdtable_set(fds, fd, facts.kind, sock_of_inode(socks, facts.inode), facts.cloexec);
	e->terminal = facts.terminal;
	e->opened = 0;
	return e;
}
