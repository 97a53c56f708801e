/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/stage/msg.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union control {
	struct cmsghdr align;
	char room[CMSG_SPACE(MSG_FDS * sizeof(int)) + CMSG_SPACE(sizeof(struct ucred))];
};

bool msg_pair(int pair[2])
{
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0;
}

bool msg_send(int sock, const void *data, size_t len, const int *fds, unsigned n)
{
	union control control = { 0 };
	struct iovec iov = { (void *)data, len };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (n) {
		m.msg_control = &control;
		m.msg_controllen = CMSG_SPACE(n * sizeof(int));
		struct cmsghdr *c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(n * sizeof(int));
		memcpy(CMSG_DATA(c), fds, n * sizeof(int));
	}
	ssize_t sent;
	do
		sent = sendmsg(sock, &m, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent == (ssize_t)len;
}

static void take_fds(const struct cmsghdr *c, int *fds)
{
	unsigned n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

	for (unsigned i = 0; i < n; i++) {
		int fd;
		memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
		if (fds && i < MSG_FDS)
			fds[i] = fd;
		else
			close(fd);
	}
}

static void take_control(struct msghdr *m, int *fds, pid_t *from)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		if (c->cmsg_level != SOL_SOCKET)
			continue;
		if (c->cmsg_type == SCM_RIGHTS)
			take_fds(c, fds);
		if (c->cmsg_type == SCM_CREDENTIALS && from) {
			struct ucred cred;
			memcpy(&cred, CMSG_DATA(c), sizeof cred);
			*from = cred.pid;
		}
	}
}

bool msg_recv(int sock, void *data, size_t len, int *fds, pid_t *from)
{
	union control control;
	struct iovec iov = { data, len };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };

	for (unsigned i = 0; fds && i < MSG_FDS; i++)
		fds[i] = -1;
	ssize_t got;
	do
		got = recvmsg(sock, &m, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return false;
	take_control(&m, fds, from);
	if (got == (ssize_t)len && !(m.msg_flags & MSG_TRUNC))
		return true;
	if (fds)
		msg_close(fds);
	errno = got ? EPROTO : ECONNRESET;
	return false;
}

bool msg_is_over(int sock)
{
	struct pollfd p = { sock, POLLIN, 0 };

	return poll(&p, 1, 0) > 0 && (p.revents & POLLHUP);
}

void msg_close(int fds[MSG_FDS])
{
	for (unsigned i = 0; i < MSG_FDS; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}
