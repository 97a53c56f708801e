/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Orders for the wire: to the cable, or to one socket. */
#include <errno.h>
#include <linux/filter.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "engine/run_state.h"

static bool is_for_socket(enum wire_how how)
{
	return how == WIRE_FREEZE || how == WIRE_THAW;
}

/* A copy of one of the descriptors that hold it. It holds the socket too, so it must be closed at once. */
static int copy_of(const struct run *run, int sock)
{
	for (int i = 0; i < run->tasks.n_processes; i++) {
		const struct process *p = run->tasks.processes[i];
		for (int k = 0; p->pidfd >= 0 && p->fds && k < fdtable_count(p->fds); k++) {
			const struct fd_entry *e = fdtable_at(p->fds, k);
			if (e->sock && e->sock->id == sock)
				return (int)syscall(SYS_pidfd_getfd, p->pidfd, e->fd, 0);
		}
	}
	errno = EBADF;
	return -1;
}

/* socket(7), SO_ATTACH_FILTER: a filter that keeps no byte of anything. */
static bool filter_socket(const struct run *run, const struct wire_order *o, struct err *err)
{
	struct sock_filter none[] = { BPF_STMT(BPF_RET | BPF_K, 0) };
	struct sock_fprog filter = { .len = 1, .filter = none };
	int fd = copy_of(run, o->sock), on = 1, bad;
	if (fd < 0)
		return err_set(err, ERR_NO_SOCKET, errno, NULL, NULL);
	if (o->how == WIRE_FREEZE)
		bad = setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter);
	else
		bad = setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &on, sizeof on);
	int sys = errno;
	close(fd);
	/* ENOENT: there was no filter */
	return !bad || (o->how == WIRE_THAW && sys == ENOENT) || err_set(err, ERR_SYSTEM, sys, "setsockopt", "SO_ATTACH_FILTER");
}

static void write_order(struct run *run, const struct wire_order *o)
{
	struct event e;
	event_init(&e, EVENT_wire);
	e.wire.how = wire_how_name(o->how);
	e.wire.by = o->by;
	e.wire.host = o->host;
	e.wire.sock = o->sock;
	e.wire.id = o->id;
	e.wire.every = o->every;
	e.wire.flags = o->flags;
	e.wire.port = o->port;
	e.wire.ns = o->ns;
	run_write_now(run, &e);
	struct err err;
	if (!log_flush(run->log, &err) && run->trouble.id == ERR_NONE)   /* no step need follow */
		run->trouble = err;
}

/* What it lets go moves, and whoever gets it may wake: that is a step. */
static bool moves(const struct run *run, const struct wire_order *o)
{
	return (o->how == WIRE_PASS || o->how == WIRE_FLOW) && cable_waiting(run->cable) > 0;
}

bool run_wire(struct run *run, const struct wire_order *o, struct err *err)
{
	if (!run->settled)
		return err_set(err, ERR_NOT_SETTLED, 0, NULL, NULL);
	if (is_for_socket(o->how)) {
		if (!filter_socket(run, o, err))
			return false;
		write_order(run, o);
		return true;
	}
	if (!run->cable)
		return err_set(err, ERR_NO_CABLE, 0, NULL, NULL);
	bool step = moves(run, o);
	if (!cable_obey(run->cable, o, err))
		return false;
	if (step)
		run_begin_step(run, -1);
	write_order(run, o);
	if (step)
		run_look_in(run, LOOK_FIRST_NS);
	return true;
}

int run_wire_waiting(const struct run *run)
{
	return run->cable ? cable_waiting(run->cable) : 0;
}

bool run_has_cable(const struct run *run)
{
	return run->cable != NULL;
}
