/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Descriptors that move, and calls that try to pass unseen. */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/hostile/hostile.h"

static int send_fd(int to, int fd)
{
	char room[CMSG_SPACE(sizeof fd)] = { 0 }, byte = 'f';
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room };
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	*c = (struct cmsghdr){ .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof fd) };
	memcpy(CMSG_DATA(c), &fd, sizeof fd);
	return sendmsg(to, &msg, 0) == 1 ? 0 : -1;
}

static int receive_fd(int from)
{
	char room[CMSG_SPACE(sizeof(int))], byte;
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room };
	int fd = -1;

	if (recvmsg(from, &msg, 0) == 1 && CMSG_FIRSTHDR(&msg))
		memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof fd);
	return fd;
}

int hostile_pass_fd(void)
{
	int pair[2], status;
	struct sockaddr_in addr;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		broken("socketpair");
	pid_t pid = fork();
	if (pid == 0) {
		int fd = receive_fd(pair[1]), conn = accept(fd, NULL, NULL);
		_exit(conn >= 0 && send(conn, "got it", 6, 0) == 6 ? 0 : 1);
	}
	int listener = listening(&addr);
	if (send_fd(pair[0], listener) < 0)
		broken("send_fd");
	close(listener);
	char answer[8];
	int fd = connected(&addr);
	return recv(fd, answer, sizeof answer, 0) == 6 && waitpid(pid, &status, 0) == pid && status == 0 ? 0 : 1;
}

int hostile_close_range(void)
{
	for (int i = 0; i < 5; i++)
		if (socket(AF_INET, SOCK_STREAM, 0) < 0)
			broken("socket");
	if (syscall(SYS_close_range, 4, 5, 0) < 0)
		return 77;
	return socket(AF_INET, SOCK_DGRAM, 0) == 4 ? 0 : 1;
}

int hostile_dup2_games(void)
{
	struct sockaddr_in addr;
	int listener = listening(&addr), client = connected(&addr), conn = accept(listener, NULL, NULL);
	char data[4];

	if (dup2(conn, 20) != 20 || close(conn) < 0 || dup2(20, listener) != listener || dup2(20, 20) != 20 || close(20) < 0)
		return 1;
	int again = fcntl(listener, F_DUPFD_CLOEXEC, 30);
	if (again != 30 || send(client, "abc", 3, 0) != 3)
		return 2;
	return read(again, data, 3) == 3 && write(listener, data, 3) == 3 && read(client, data, 3) == 3 ? 0 : 3;
}

/* A process that shares its descriptors with its parent: what one closes is closed for both. */
int hostile_shared_fds(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), status;
	pid_t pid = (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);

	if (pid == 0)
		_exit(close(fd) == 0 && socket(AF_INET, SOCK_DGRAM, 0) == fd ? 0 : 1);
	if (waitpid(pid, &status, 0) != pid || status != 0)
		return 1;
	return socket(AF_INET, SOCK_STREAM, 0) == fd + 1 ? 0 : 1;
}

static int child_makes_socket(pid_t pid)
{
	int status;

	if (pid == 0)
		_exit(socket(AF_INET, SOCK_STREAM, 0) >= 0 ? 0 : errno == ENOSYS ? 38 : 1);
	return waitpid(pid, &status, __WALL) == pid && status == 0 ? 0 : 1;
}

int hostile_untraced(void)
{
	return child_makes_socket((pid_t)syscall(SYS_clone, CLONE_UNTRACED | SIGCHLD, 0, 0, 0, 0));
}

int hostile_untraced3(void)
{
	struct clone_args args = { .flags = CLONE_UNTRACED, .exit_signal = SIGCHLD };

	return child_makes_socket((pid_t)syscall(SYS_clone3, &args, sizeof args));
}

/* A 32-bit call from a 64-bit program: socket(AF_INET, SOCK_STREAM, 0) is 359 there. */
int hostile_int_80(void)
{
#ifdef __x86_64__
	long fd = 359;

	__asm__ volatile("int $0x80" : "+a"(fd) : "b"(2), "c"(1), "d"(0) : "memory", "r8", "r9", "r10", "r11");
	return fd == 3 && socket(AF_INET, SOCK_STREAM, 0) == 4 ? 0 : 1;
#else
	return 77;
#endif
}
