/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Descriptors that move, and calls that try to pass unseen. */
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
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

static int receive_fd(int from, int flags)
{
	char room[CMSG_SPACE(sizeof(int))], byte;
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room };
	int fd = -1;

	if (recvmsg(from, &msg, flags) == 1 && CMSG_FIRSTHDR(&msg))
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
		int fd = receive_fd(pair[1], 0), conn = accept(fd, NULL, NULL);
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

static pid_t shares_fds(void)
{
	return (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);
}

static int ends_well(pid_t pid)
{
	int status;

	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

/* The descriptors of the parent stay when one who shares them ends, runs another program, or takes a table of its own. */
int hostile_shared_fds_stay(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	pid_t pid = shares_fds();

	if (pid == 0)
		_exit(0);
	if (!ends_well(pid) || listen(fd, 1) < 0)
		return 1;
	pid = shares_fds();
	if (pid == 0) {
		execl("/bin/true", "true", (char *)NULL);
		_exit(1);
	}
	if (!ends_well(pid) || listen(fd, 2) < 0)
		return 2;
	pid = shares_fds();
	if (pid == 0)
		_exit(syscall(SYS_close_range, fd, ~0U, CLOSE_RANGE_UNSHARE) < 0 ? 1 : 0);
	return ends_well(pid) && listen(fd, 3) == 0 ? 0 : 3;
}

static void *close_my_own(void *arg)
{
	int *fd = arg;

	return unshare(CLONE_FILES) == 0 && close(*fd) == 0 ? fd : NULL;
}

/* A thread with a table of its own closes nothing of the others'. */
int hostile_unshare_fds(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	void *done;
	pthread_t t;

	if (pthread_create(&t, NULL, close_my_own, &fd) || pthread_join(t, &done))
		broken("pthread_create");
	return done && listen(fd, 1) == 0 ? 0 : 1;
}

/* As a shell does: the pipe takes the place of the terminal, and nothing that goes through it is a step. */
int hostile_pipeline(void)
{
	int in[2], fd = socket(AF_INET, SOCK_STREAM, 0);
	char data[4];

	if (pipe(in) < 0 || write(1, "x", 1) != 1)
		broken("pipe");
	pid_t pid = fork();
	if (pid == 0)
		_exit(dup2(in[1], 1) == 1 && close(in[0]) == 0 && write(1, "abc", 3) == 3 ? 0 : 1);
	close(in[1]);
	if (dup2(in[0], 0) != 0 || read(0, data, 3) != 3 || fcntl(in[0], F_SETFD, FD_CLOEXEC) < 0)
		return 1;
	return ends_well(pid) && close(fd) == 0 ? 0 : 2;
}

/* What closes on exec is gone afterwards: the linker of the next program opens a file with its number. */
int hostile_cloexec(void)
{
	int fd = eventfd(0, EFD_CLOEXEC), pair[2];
	char *const args[] = { "hostile", "no_socket", NULL };

	if (fd < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0 || send_fd(pair[0], pair[1]) < 0)
		broken("send_fd");
	fd = receive_fd(pair[1], MSG_CMSG_CLOEXEC);
	close(pair[0]);
	close(pair[1]);
	if (fd >= 0)
		execv("/proc/self/exe", args);
	return 1;
}

/* A terminal that the program made is not the one that is watched. */
int hostile_own_terminal(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), master = posix_openpt(O_RDWR | O_NOCTTY);
	char name[64], line[8];

	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0 || ptsname_r(master, name, sizeof name))
		return 77;
	int slave = open(name, O_RDWR | O_NOCTTY);
	if (slave < 0 || write(slave, "abc\n", 4) != 4 || write(master, "xyz\n", 4) != 4 || read(slave, line, 8) != 4)
		return 1;
	return close(fd);
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
