/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls that wait: for several clients, for a terminal, for time, for ever. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/hostile/hostile.h"

enum { CLIENTS = 3 };

static void start_clients(const struct sockaddr_in *addr)
{
	for (int i = 0; i < CLIENTS; i++)
		if (fork() == 0) {
			int fd = connected(addr);
			char answer[4] = "";
			_exit(send(fd, "abc", 3, 0) == 3 && recv(fd, answer, 4, 0) == 3 ? 0 : 1);
		}
}

/* Take a client, or answer one. 1: it was answered and left. */
static int serve(int fd, int listener, int *new)
{
	char data[8];
	ssize_t n;

	*new = -1;
	if (fd == listener) {
		*new = accept(listener, NULL, NULL);
		return 0;
	}
	n = recv(fd, data, sizeof data, 0);
	if (n > 0)
		send(fd, data, (size_t)n, 0);
	close(fd);
	return 1;
}

static int all_well(void)
{
	int status, good = 0;

	while (wait(&status) > 0)
		good += status == 0;
	return good == CLIENTS ? 0 : 1;
}

int hostile_poll_clients(void)
{
	struct sockaddr_in addr;
	struct pollfd fds[CLIENTS + 1] = { { .fd = listening(&addr), .events = POLLIN } };
	int n = 1, new;

	start_clients(&addr);
	for (int done = 0; done < CLIENTS && poll(fds, (nfds_t)n, -1) > 0;)
		for (int i = n; i-- > 0;) {
			if (fds[i].fd < 0 || !fds[i].revents)
				continue;
			int left = serve(fds[i].fd, fds[0].fd, &new);
			done += left;
			if (left)
				fds[i].fd = -1;
			if (new >= 0)
				fds[n++] = (struct pollfd){ .fd = new, .events = POLLIN };
		}
	return all_well();
}

int hostile_select_clients(void)
{
	struct sockaddr_in addr;
	int listener = listening(&addr), new;
	fd_set all, now;

	FD_ZERO(&all);
	FD_SET(listener, &all);
	start_clients(&addr);
	for (int done = 0; done < CLIENTS;) {
		now = all;
		struct timeval patience = { .tv_sec = 20 };
		if (select(20, &now, NULL, NULL, &patience) <= 0)
			return 1;
		for (int fd = 0; fd < 20; fd++) {
			if (!FD_ISSET(fd, &now))
				continue;
			int left = serve(fd, listener, &new);
			done += left;
			if (left)
				FD_CLR(fd, &all);
			if (new >= 0)
				FD_SET(new, &all);
		}
	}
	return all_well();
}

int hostile_epoll_clients(void)
{
	struct sockaddr_in addr;
	int listener = listening(&addr), ep = epoll_create1(0), new;
	struct epoll_event ev = { .events = EPOLLIN, .data.fd = listener }, got[4];

	epoll_ctl(ep, EPOLL_CTL_ADD, listener, &ev);
	start_clients(&addr);
	for (int done = 0; done < CLIENTS;) {
		int n = epoll_wait(ep, got, 4, -1);
		for (int i = 0; i < n; i++) {
			done += serve(got[i].data.fd, listener, &new);
			ev.data.fd = new;
			if (new >= 0)
				epoll_ctl(ep, EPOLL_CTL_ADD, new, &ev);
		}
	}
	return all_well();
}

static void *serve_one(void *arg)
{
	int conn = accept(*(int *)arg, NULL, NULL);
	char data[8];
	ssize_t n = recv(conn, data, sizeof data, 0);

	return n == 3 && send(conn, data, 3, 0) == 3 && close(conn) == 0 ? arg : NULL;
}

int hostile_parallel_threads(void)
{
	struct sockaddr_in addr;
	int listener = listening(&addr), good = 0;
	pthread_t t[CLIENTS];
	void *ret;

	start_clients(&addr);
	for (int i = 0; i < CLIENTS; i++)
		if (pthread_create(&t[i], NULL, serve_one, &listener))
			broken("pthread_create");
	for (int i = 0; i < CLIENTS; i++)
		good += pthread_join(t[i], &ret) == 0 && ret;
	return good == CLIENTS ? all_well() : 1;
}

/* A sleep in a call that is no step: reading a pipe. */
int hostile_pipe_between(void)
{
	int p[2];
	char c;

	if (pipe(p) < 0)
		broken("pipe");
	if (fork() == 0) {
		nap_ms(100);
		int fd = socket(AF_INET, SOCK_STREAM, 0);
		_exit(write(p[1], "x", 1) == 1 && close(fd) == 0 ? 0 : 1);
	}
	return read(p[0], &c, 1) == 1 && socket(AF_INET, SOCK_STREAM, 0) >= 0 && wait(NULL) > 0 ? 0 : 1;
}

int hostile_read_terminal(void)
{
	char line[100];
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	ssize_t n = read(0, line, sizeof line);

	return close(fd) == 0 && n == 6 && memcmp(line, "hello\n", 6) == 0 ? 0 : 1;
}

/* No socket at all: the first thing it does is wait for a line. */
int hostile_cat_terminal(void)
{
	char line[100];

	return read(0, line, sizeof line) == 6 ? 0 : 1;
}

int hostile_spin(void)
{
	for (volatile unsigned long i = 0;; i++)
		;
}

int hostile_nap(void)
{
	nap_ms(300);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	nap_ms(300);
	return close(fd);
}

enum { TIMEOUT_MS = 500, STORM_MS = 100, STORM_TIMES = 15 };

/* A child that sends a signal, which is ignored, again and again for longer than the timeout. */
static void storm(int signo)
{
	pid_t me = getpid();

	if (fork() == 0) {
		for (int i = 0; i < STORM_TIMES && kill(me, signo) == 0; i++)
			nap_ms(STORM_MS);
		_exit(0);
	}
}

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* It ended by its time, which was right; a busy machine may be late. */
static int in_time(long began)
{
	long ms = now_ms() - began;

	return ms >= TIMEOUT_MS - 1 && ms < STORM_MS * STORM_TIMES && waitpid(-1, NULL, 0) > 0 ? 0 : 1;
}

int hostile_ignored_epoll(void)
{
	struct epoll_event ev;
	int ep = epoll_create1(0);
	long began = now_ms();

	storm(SIGWINCH);
	return epoll_wait(ep, &ev, 1, TIMEOUT_MS) == 0 ? in_time(began) : 2;
}

int hostile_ignored_epoll2(void)
{
	static const struct timespec limit = { .tv_nsec = TIMEOUT_MS * 1000000L };   /* in read-only memory */
	struct epoll_event ev;
	int ep = epoll_create1(0);
	long began = now_ms();

	storm(SIGWINCH);
	long ret = syscall(SYS_epoll_pwait2, ep, &ev, 1, &limit, NULL, 8);
	if (ret < 0 && errno == ENOSYS)   /* before Linux 5.11 */
		return 0;
	return ret == 0 && limit.tv_nsec == TIMEOUT_MS * 1000000L ? in_time(began) : 2;
}

int hostile_ignored_sigwait(void)
{
	struct timespec limit = { .tv_nsec = TIMEOUT_MS * 1000000L };
	sigset_t wanted;
	long began = now_ms();

	sigemptyset(&wanted);
	sigaddset(&wanted, SIGUSR1);
	sigprocmask(SIG_BLOCK, &wanted, NULL);
	storm(SIGURG);
	return sigtimedwait(&wanted, NULL, &limit) == -1 && errno == EAGAIN ? in_time(began) : 2;
}

int hostile_ignored_recv(void)
{
	struct timeval limit = { .tv_usec = TIMEOUT_MS * 1000L };
	int pair[2];
	char c;
	long began = now_ms();

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0 || setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) < 0)
		broken("socketpair");
	storm(SIGWINCH);
	return recv(pair[0], &c, 1, 0) == -1 && errno == EAGAIN ? in_time(began) : 2;
}

int hostile_uring(void)
{
	char params[256] = "";
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	for (int i = 0; i < 2; i++)
		if (syscall(SYS_io_uring_setup, 8, params) != -1 || errno != ENOSYS)
			return 1;
	return close(fd);
}

int hostile_wait_for_ever(void)
{
	struct sockaddr_in addr;

	return accept(listening(&addr), NULL, NULL);
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *hold_and_let_go(void *arg)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	pthread_mutex_lock(&lock);
	close(fd);
	pthread_mutex_unlock(&lock);
	return arg;
}

/* Threads that wait for a lock: calls the filter does not stop. */
int hostile_futex_wait(void)
{
	pthread_t t[4];

	pthread_mutex_lock(&lock);
	for (int i = 0; i < 4; i++)
		if (pthread_create(&t[i], NULL, hold_and_let_go, NULL))
			broken("pthread_create");
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	nap_ms(50);
	pthread_mutex_unlock(&lock);
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	return close(fd);
}

static void *wake_often(void *arg)
{
	static pthread_mutex_t mine = PTHREAD_MUTEX_INITIALIZER;
	static pthread_cond_t never = PTHREAD_COND_INITIALIZER;
	struct timespec t;

	pthread_mutex_lock(&mine);
	for (;;) {
		clock_gettime(CLOCK_REALTIME, &t);
		t.tv_nsec += 300000;
		t.tv_sec += t.tv_nsec / 1000000000;
		t.tv_nsec %= 1000000000;
		pthread_cond_timedwait(&never, &mine, &t);
	}
	return arg;
}

/* A thread that is never at rest while the other makes twenty steps. */
int hostile_wake_often(void)
{
	pthread_t t;

	if (pthread_create(&t, NULL, wake_often, NULL))
		broken("pthread_create");
	for (int i = 0; i < 5; i++)
		if (close(socket(AF_INET, SOCK_STREAM, 0)) < 0)
			broken("close");
	return 0;
}

/* A result of 0 that is no end: nothing was asked for, or one's own side was shut. Then a real one, in pieces. */
int hostile_no_end(void)
{
	struct sockaddr_in addr;
	struct msghdr none = { 0 };
	char byte;
	struct iovec piece = { &byte, 1 };
	int listener = listening(&addr), client = connected(&addr), server = accept(listener, NULL, NULL);

	if (write(server, "a", 1) != 1 || recvmsg(client, &none, 0) != 0 || shutdown(client, SHUT_RD) < 0)
		return 1;
	if (recv(client, &byte, 1, 0) != 1 || recv(client, &byte, 1, 0) != 0)
		return 2;
	close(client);
	return readv(server, &piece, 1);
}

/* A datagram socket that gives up its peer again. */
int hostile_disconnect(void)
{
	struct sockaddr_in addr = { .sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr none = { .sa_family = AF_UNSPEC };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	return connect(fd, (struct sockaddr *)&addr, sizeof addr) < 0 || connect(fd, &none, sizeof none) < 0;
}

/* splice(2) waits for data, or for space: the second time the pipe is full. */
int hostile_splice_full(void)
{
	static char page[4096];
	int pair[2], in[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0 || pipe(in) < 0)
		broken("pipe");
	if (fork() == 0) {
		nap_ms(50);
		int wrong = write(pair[1], "abc", 3) != 3;
		nap_ms(100);
		_exit(wrong || read(in[0], page, sizeof page) <= 0);
	}
	if (splice(pair[0], NULL, in[1], NULL, 3, 0) != 3)
		return 1;
	fcntl(in[1], F_SETFL, O_NONBLOCK);
	while (write(in[1], page, sizeof page) > 0)
		;
	fcntl(in[1], F_SETFL, 0);
	if (write(pair[1], "xyz", 3) != 3 || splice(pair[0], NULL, in[1], NULL, 3, 0) != 3)
		return 2;
	return wait(NULL) < 0;
}
