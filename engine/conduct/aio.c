/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Requests that a program gives the kernel by io_submit(2): in them it may read and write sockets, which no call of ours
 * tells. The kernel waits for a socket as part of io_submit, and what breaks it off there is that request's end. So a
 * limit of time of such a socket is the kernel's again, and a note says both.
 */
#include "engine/conduct/conduct.h"

#include <linux/aio_abi.h>
#include <sys/syscall.h>

#include "engine/trace/peek.h"

enum { REQUESTS_MOST = 1024 };

static struct sock *socket_of(struct run *run, struct task *task, uint64_t request, int *fd)
{
	struct peek mem = peek_process(task->tid);
	struct iocb is;
	if (!peek_all(&mem, request, &is, sizeof is))
		return NULL;
	*fd = (int)is.aio_fildes;
	const struct fd_entry *e = effect_fd(&run->socks, task, *fd);
	return e ? e->sock : NULL;
}

bool conduct_aio(struct run *run, struct task *task, const struct stop *stop)
{
	struct peek mem = peek_process(task->tid);
	bool *told = &run->aio_told[task->process->actor], found = false;
	uint64_t request;
	if (stop->nr != SYS_io_submit)
		return false;
	for (uint64_t i = 0; i < stop->args[1] && i < REQUESTS_MOST && peek_all(&mem, stop->args[2] + i * 8, &request, 8); i++) {
		int fd;
		struct sock *s = socket_of(run, task, request, &fd);
		found = found || s;
		if (s)
			conduct_socket_give_back(task, fd, s);
	}
	if (found && !*told)
		conduct_note(run, task, "aio", NULL);
	*told = *told || found;
	tracer_go(task->tid, GO_ON, 0);
	return true;
}
