/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Programs that provoke what the rules of lessons/catalog/rules.yaml explain, each run by its name: `server NAME` and,
 * where it takes two, `client NAME`. The server moves until it sleeps, then the client: that is the order of `watch`.
 * TAKEN is a port on which somebody outside the run listens, FREE one to use instead of 8888.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <stdbool.h>
#include <unistd.h>

static bool is_server;
static int port = 8888;
static char buf[1 << 16];

static struct sockaddr_in at(const char *ip, int n)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)n) };
	inet_pton(AF_INET, ip, &a.sin_addr);
	return a;
}

static int tcp(void)
{
	return socket(AF_INET, SOCK_STREAM, 0);
}

static int udp(void)
{
	return socket(AF_INET, SOCK_DGRAM, 0);
}

static int bind_to(int fd, const char *ip, int n)
{
	struct sockaddr_in a = at(ip, n);
	return bind(fd, (struct sockaddr *)&a, sizeof a);
}

static int connect_to(int fd, const char *ip, int n)
{
	struct sockaddr_in a = at(ip, n);
	return connect(fd, (struct sockaddr *)&a, sizeof a);
}

static void send_to(int fd, const char *ip, int n, size_t len)
{
	struct sockaddr_in a = at(ip, n);
	sendto(fd, buf, len, 0, (struct sockaddr *)&a, sizeof a);
}

static int bound(void)
{
	int fd = tcp();
	bind_to(fd, "127.0.0.1", port);
	return fd;
}

static int listening(void)
{
	int fd = bound();
	listen(fd, 5);
	return fd;
}

static int connected(void)
{
	int fd = tcp();
	connect_to(fd, "127.0.0.1", port);
	return fd;
}

/* Both ends of a connection in one program. */
static int far_end;
static int pair(void)
{
	int s = listening(), c = connected();
	far_end = accept(s, NULL, NULL);
	close(s);
	return c;
}

/* The server's end of a connection with the client. */
static int accepted(void)
{
	return accept(listening(), NULL, NULL);
}

static void option(int fd, int level, int name, int value)
{
	setsockopt(fd, level, name, &value, sizeof value);
}

static void reuse(int fd)
{
	option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
}

static void no_wait(int fd)
{
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

static void time_limit(int fd, int name, int ms)
{
	struct timeval t = { ms / 1000, ms % 1000 * 1000 };
	setsockopt(fd, SOL_SOCKET, name, &t, sizeof t);
}

static void wait_for_data(int fd)
{
	struct pollfd p = { fd, POLLIN, 0 };
	poll(&p, 1, -1);
}

/* Taking an address */

static void bind_listener(void)
{
	listening();
	bound();
}

static void bind_reuse_both(void)
{
	int a = tcp(), b = tcp();
	reuse(a);
	bind_to(a, "127.0.0.1", port);
	listen(a, 5);
	reuse(b);
	bind_to(b, "127.0.0.1", port);
}

static void bind_bound(void)
{
	bound();
	bound();
}

static void bind_reuse_one(void)
{
	int b = tcp();
	bound();
	reuse(b);
	bind_to(b, "127.0.0.1", port);
}

static void bind_connection(void)
{
	pair();
	bound();
}

static void bind_time_wait(void)
{
	int c = pair();
	close(far_end);
	close(c);
	bound();
}

static void bind_file_exists(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX, .sun_path = "why.sock" };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	bind(fd, (struct sockaddr *)&a, sizeof a);
	close(fd);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	bind(fd, (struct sockaddr *)&a, sizeof a);
}

static void bind_outside(void)
{
	int fd = tcp();
	bind_to(fd, "127.0.0.1", atoi(getenv("TAKEN")));
}

static void bind_low_port(void)
{
	int fd = tcp();
	if (geteuid() == 0 && setuid(65534))
		exit(99);
	bind_to(fd, "127.0.0.1", 80);
}

static void bind_twice(void)
{
	int fd = bound();
	bind_to(fd, "127.0.0.1", port + 1);
}

static void bind_not_ours(void)
{
	bind_to(tcp(), "203.0.113.9", port);
}

static void listen_taken(void)
{
	int a = tcp(), b = tcp();
	reuse(a);
	reuse(b);
	bind_to(a, "127.0.0.1", port);
	bind_to(b, "127.0.0.1", port);
	listen(a, 5);
	listen(b, 5);
}

static void listen_connected(void)
{
	listen(pair(), 5);
}

static void listen_datagram(void)
{
	listen(udp(), 5);
}

/* Opening a connection */

static void connect_bound_only(void)
{
	bound();
	connected();
}

static void connect_other_address(void)
{
	listening();
	connect_to(tcp(), "127.0.0.2", port);
}

static void connect_nobody(void)
{
	connected();
}

static void connect_again(void)
{
	connect_to(pair(), "127.0.0.1", port);
}

static void connect_on_listener(void)
{
	connect_to(listening(), "127.0.0.1", port + 1);
}

/* A listener that answers no SYN: its queue is full. */
static void full_listener(void)
{
	listen(bound(), 0);
	connected();
}

static void connect_begun(void)
{
	int fd = tcp();
	full_listener();
	no_wait(fd);
	connect_to(fd, "127.0.0.1", port);
	connect_to(fd, "127.0.0.1", port);
}

static void connect_timeout(void)
{
	int fd = tcp();
	full_listener();
	option(fd, IPPROTO_TCP, TCP_SYNCNT, 1);
	connect_to(fd, "127.0.0.1", port);
}

static void connect_sleeps(void)
{
	full_listener();
	connected();
}

static void connect_no_route(void)
{
	connect_to(tcp(), "203.0.113.9", port);
}

static void connect_no_neighbor(void)
{
	if (is_server)
		connect_to(tcp(), "10.0.0.9", port);
}

/* On two hosts, and the cable loses every SYN. */
static void connect_lost(void)
{
	int fd = tcp();
	if (is_server) {
		accepted();
		return;
	}
	option(fd, IPPROTO_TCP, TCP_SYNCNT, 1);
	connect_to(fd, "10.0.0.1", port);
}

static void connect_same_pair(void)
{
	int a = tcp(), b = tcp();
	listening();
	reuse(a);
	reuse(b);
	bind_to(a, "127.0.0.1", port + 1);
	bind_to(b, "127.0.0.1", port + 1);
	connect_to(a, "127.0.0.1", port);
	connect_to(b, "127.0.0.1", port);
}

static void udp_refused(void)
{
	int fd = udp();
	connect_to(fd, "127.0.0.1", port);
	send(fd, "hello", 5, 0);
	recv(fd, buf, sizeof buf, 0);
}

/* Taking clients */

static void accept_empty(void)
{
	int s = listening();
	no_wait(s);
	accept(s, NULL, NULL);
}

static void accept_timeout(void)
{
	int s = listening();
	time_limit(s, SO_RCVTIMEO, 100);
	accept(s, NULL, NULL);
}

static void accept_sleeps(void)
{
	if (is_server)
		accepted();
	else
		connected();
}

static void accept_any_address(void)
{
	int s = tcp();
	if (!is_server) {
		connected();
		return;
	}
	bind_to(s, "0.0.0.0", port);
	listen(s, 5);
	accept(s, NULL, NULL);
}

static void accept_nobody_left(void)
{
	if (is_server)
		accepted();
}

static void accept_not_listening(void)
{
	accept(bound(), NULL, NULL);
}

static void accept_datagram(void)
{
	accept(udp(), NULL, NULL);
}

/* Receiving */

static void recv_no_wait_flag(void)
{
	recv(pair(), buf, sizeof buf, MSG_DONTWAIT);
}

static void recv_empty(void)
{
	int c = pair();
	no_wait(c);
	recv(c, buf, sizeof buf, 0);
}

static void recv_empty_ioctl(void)
{
	int c = pair(), on = 1;
	ioctl(c, FIONBIO, &on);
	recv(c, buf, sizeof buf, 0);
}

static void recv_empty_born(void)
{
	int a = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	bind_to(a, "127.0.0.1", port);
	recv(a, buf, sizeof buf, 0);
}

static void recv_timeout(void)
{
	int c = pair();
	time_limit(c, SO_RCVTIMEO, 100);
	recv(c, buf, sizeof buf, 0);
}

static void recv_asked_nothing(void)
{
	int c = pair();
	send(far_end, "hello", 5, 0);
	recv(c, buf, 0, 0);
}

static void recv_end_close(void)
{
	if (is_server)
		close(accepted());
	else
		recv(connected(), buf, sizeof buf, 0);
}

static void recv_end_shutdown(void)
{
	int fd = is_server ? accepted() : connected();
	if (is_server)
		shutdown(fd, SHUT_WR);
	recv(fd, buf, sizeof buf, 0);
}

static void recv_end_exit(void)
{
	if (is_server)
		accepted();
	else
		recv(connected(), buf, sizeof buf, 0);
}

static void recv_end_own(void)
{
	int c = pair();
	shutdown(c, SHUT_RD);
	recv(c, buf, sizeof buf, 0);
}

static void recv_part_unix(void)
{
	int sv[2];
	socketpair(AF_UNIX, SOCK_STREAM, 0, sv);
	send(sv[0], "0123456789", 10, 0);
	recv(sv[1], buf, 4, 0);
}

static void recv_end_unix(void)
{
	int sv[2];
	socketpair(AF_UNIX, SOCK_STREAM, 0, sv);
	close(sv[0]);
	recv(sv[1], buf, sizeof buf, 0);
}

/* The other end is in no program of the run. */
static void recv_end_outside(void)
{
	int fd = tcp();
	connect_to(fd, "127.0.0.1", atoi(getenv("TAKEN")));
	recv(fd, buf, sizeof buf, 0);
}

static void recv_empty_datagram(void)
{
	int a = udp(), b = udp();
	bind_to(a, "127.0.0.1", port);
	send_to(b, "127.0.0.1", port, 0);
	recv(a, buf, sizeof buf, 0);
}

static void recv_cut_datagram(void)
{
	int a = udp(), b = udp();
	bind_to(a, "127.0.0.1", port);
	memcpy(buf, "0123456789", 10);
	send_to(b, "127.0.0.1", port, 10);
	recv(a, buf, 4, 0);
}

static void recv_deadlock(void)
{
	recv(is_server ? accepted() : connected(), buf, sizeof buf, 0);
}

static void recv_sleeps(void)
{
	int fd = is_server ? accepted() : connected();
	if (is_server)
		recv(fd, buf, sizeof buf, 0);
	else
		send(fd, "hello", 5, 0);
}

static void recvfrom_sleeps(void)
{
	int fd = udp();
	if (!is_server) {
		send_to(fd, "127.0.0.1", port, 5);
		return;
	}
	bind_to(fd, "127.0.0.1", port);
	recv(fd, buf, sizeof buf, 0);
}

static void recv_on_listener(void)
{
	recv(listening(), buf, sizeof buf, 0);
}

static void recv_not_connected(void)
{
	recv(tcp(), buf, sizeof buf, 0);
}

static void recv_two_sends(void)
{
	int fd = is_server ? accepted() : connected();
	if (is_server) {
		recv(fd, buf, 1, 0);
		recv(fd, buf, 9, MSG_WAITALL);
		return;
	}
	send(fd, "x", 1, 0);
	send(fd, "Hello", 5, 0);
	send(fd, "kern", 4, 0);
}

static void recv_part(void)
{
	int fd = is_server ? accepted() : connected();
	if (is_server)
		recv(fd, buf, 4, 0);
	else
		send(fd, "0123456789", 10, 0);
}

static void reset_unread(void)
{
	int fd = is_server ? accepted() : connected();
	if (is_server) {
		wait_for_data(fd);
		close(fd);
		return;
	}
	send(fd, "hello", 5, 0);
	recv(fd, buf, sizeof buf, 0);
}

static void reset_linger(void)
{
	struct linger now = { 1, 0 };
	int fd = is_server ? accepted() : connected();
	if (is_server) {
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
		close(fd);
		return;
	}
	recv(fd, buf, sizeof buf, 0);
	recv(fd, buf, sizeof buf, 0);
	send(fd, "hello", 5, MSG_NOSIGNAL);
}

static void reset_not_accepted(void)
{
	int s, fd;
	if (!is_server) {
		fd = connected();
		recv(fd, buf, sizeof buf, 0);
		return;
	}
	s = listening();
	wait_for_data(s);
	close(s);
}

/* Neither closed nor ended: the server takes its socket out of the connection. */
static void reset_plain(void)
{
	struct sockaddr none = { .sa_family = AF_UNSPEC };
	int fd = is_server ? accepted() : connected();
	if (is_server)
		connect(fd, &none, sizeof none);
	recv(fd, buf, sizeof buf, 0);
	shutdown(fd, SHUT_WR);
}

/* Sending */

static void send_list_too_long(void)
{
	static struct iovec list[1025];
	struct msghdr m = { .msg_iov = list, .msg_iovlen = 1025 };
	int sv[2];
	socketpair(AF_UNIX, SOCK_STREAM, 0, sv);
	sendmsg(sv[0], &m, 0);
}

static void send_not_connected(void)
{
	signal(SIGPIPE, SIG_IGN);
	send(tcp(), "hello", 5, 0);
}

static void send_own_shutdown(void)
{
	int c = pair();
	shutdown(c, SHUT_WR);
	send(c, "hello", 5, MSG_NOSIGNAL);
}

/* It waits between its sends until the answer to the first has come. */
static void send_after_close(int flags)
{
	int fd = is_server ? accepted() : connected();
	struct pollfd p = { fd, POLLHUP, 0 };
	if (is_server) {
		close(fd);
		return;
	}
	send(fd, "hello", 5, flags);
	poll(&p, 1, -1);
	send(fd, "again", 5, flags);
}

static void send_peer_closed(void)
{
	send_after_close(MSG_NOSIGNAL);
}

static void send_peer_exited(void)
{
	int fd = is_server ? accepted() : connected();
	struct pollfd p = { fd, POLLHUP, 0 };
	if (is_server)
		return;
	send(fd, "hello", 5, MSG_NOSIGNAL);
	poll(&p, 1, -1);
	send(fd, "again", 5, MSG_NOSIGNAL);
}

static void on_signal(int signo)
{
	(void)signo;
}

/* A connection whose other end is in no program of the run. */
static void pipe_ignored(void)
{
	int fd = tcp();
	signal(SIGPIPE, SIG_IGN);
	connect_to(fd, "127.0.0.1", atoi(getenv("TAKEN")));
	wait_for_data(fd);
	for (int i = 0; i < 5 && send(fd, "hello", 5, 0) > 0; i++)
		usleep(100000);
}

static void ended_sigpipe(void)
{
	send_after_close(0);
}

static void small_buffers(int fd)
{
	option(fd, SOL_SOCKET, SO_SNDBUF, 4096);
	option(far_end, SOL_SOCKET, SO_RCVBUF, 4096);
}

static void send_part(void)
{
	int c = pair();
	small_buffers(c);
	send(c, buf, sizeof buf, MSG_DONTWAIT);
}

static void send_full(void)
{
	int c = pair();
	small_buffers(c);
	no_wait(c);
	while (send(c, buf, sizeof buf, 0) > 0)
		;
}

static void send_timeout(void)
{
	int c = pair();
	small_buffers(c);
	time_limit(c, SO_SNDTIMEO, 100);
	while (send(c, buf, sizeof buf, 0) > 0)
		;
}

static void send_sleeps(void)
{
	int s, fd;
	if (!is_server) {
		fd = tcp();
		option(fd, SOL_SOCKET, SO_SNDBUF, 4096);
		connect_to(fd, "127.0.0.1", port);
		for (int i = 0; i < 4; i++)
			send(fd, buf, sizeof buf, 0);
		return;
	}
	s = bound();
	option(s, SOL_SOCKET, SO_RCVBUF, 4096);
	listen(s, 5);
	accept(s, NULL, NULL);
	accept(s, NULL, NULL);
}

static void send_too_big(void)
{
	static char big[70000];
	int fd = udp();
	struct sockaddr_in a = at("127.0.0.1", port);
	sendto(fd, big, sizeof big, 0, (struct sockaddr *)&a, sizeof a);
}

static void send_no_address(void)
{
	send(udp(), "hello", 5, 0);
}

static void send_broadcast(void)
{
	send_to(udp(), "127.255.255.255", port, 5);
}

/* A receiver that has no room and never reads. */
static void send_no_answer(void)
{
	int c = pair();
	small_buffers(c);
	option(c, IPPROTO_TCP, TCP_USER_TIMEOUT, 600);
	while (send(c, buf, sizeof buf, 0) > 0)
		;
}

/* Any call */

static void fd_closed(void)
{
	int fd = tcp();
	close(fd);
	listen(fd, 5);
}

static void fd_minus_one(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, IPPROTO_UDP);
	listen(fd, 5);
}

static void fd_never_open(void)
{
	listen(77, 5);
}

static void not_a_socket(void)
{
	listen(epoll_create1(0), 5);
}

static void not_a_socket_file(void)
{
	listen(open("/dev/null", O_RDWR), 5);
}

static void handle(int flags)
{
	struct sigaction a = { .sa_handler = on_signal, .sa_flags = flags };
	sigaction(SIGUSR1, &a, NULL);
}

static void interrupted(int flags)
{
	pid_t child;
	int c = pair();
	handle(flags);
	child = fork();
	if (!child) {
		usleep(300000);
		kill(getppid(), SIGUSR1);
		usleep(300000);
		send(far_end, "x", 1, 0);
		_exit(0);
	}
	recv(c, buf, sizeof buf, 0);
	waitpid(child, NULL, 0);
}

static void eintr(void)
{
	interrupted(0);
}

static void restarts(void)
{
	interrupted(SA_RESTART);
}

static void shutdown_not_connected(void)
{
	shutdown(tcp(), SHUT_WR);
}

static void close_unread(void)
{
	int c = pair();
	send(c, "hello", 5, 0);
	close(far_end);
}

static void poll_sleeps(void)
{
	if (!is_server) {
		connected();
		return;
	}
	struct pollfd p[2] = { { listening(), POLLIN, 0 }, { 0, POLLIN, 0 } };
	poll(p, 2, -1);
}

static void poll_limit(void)
{
	struct pollfd p = { listening(), POLLIN, 0 };
	poll(&p, 1, 2000);
}

static void select_limit(void)
{
	struct timeval t = { 0, 300000 };
	fd_set set;
	int s = listening();
	FD_ZERO(&set);
	FD_SET(s, &set);
	select(s + 1, &set, NULL, NULL, &t);
}

static void select_sleeps(void)
{
	fd_set set;
	int s;
	if (!is_server) {
		connected();
		return;
	}
	s = listening();
	FD_ZERO(&set);
	FD_SET(s, &set);
	FD_SET(0, &set);
	select(s + 1, &set, NULL, NULL, NULL);
}

static void epoll_sleeps(void)
{
	struct epoll_event e = { .events = EPOLLIN };
	int s, ep;
	if (!is_server) {
		connected();
		return;
	}
	s = listening();
	ep = epoll_create1(0);
	epoll_ctl(ep, EPOLL_CTL_ADD, s, &e);
	epoll_wait(ep, &e, 1, -1);
}

/* The end */

static void ended_signal(void)
{
	tcp();
	raise(SIGTERM);
}

static void ended_bad(void)
{
	tcp();
	exit(3);
}

static void task_ended(void)
{
	if (!fork()) {
		tcp();
		_exit(5);
	}
	wait(NULL);
}

static void task_ended_signal(void)
{
	if (!fork()) {
		tcp();
		raise(SIGTERM);
	}
	wait(NULL);
}

/* What is ordered at getsockname(): see tests/why/run */

static int held(void)
{
	struct sockaddr_in a;
	int fd = is_server ? accepted() : connected();
	if (is_server)
		getsockname(fd, (struct sockaddr *)&a, &(socklen_t){ sizeof a });
	return fd;
}

static void order_reset(void)
{
	int fd = held();
	recv(fd, buf, sizeof buf, 0);
	send(fd, "x", 1, MSG_NOSIGNAL);
}

static void order_signal(void)
{
	handle(0);
	recv(held(), buf, sizeof buf, 0);
}

static void order_restart(void)
{
	handle(SA_RESTART);
	recv(held(), buf, sizeof buf, 0);
}

static void order_kill(void)
{
	recv(held(), buf, sizeof buf, 0);
}

static const struct { const char *name; void (*run)(void); } programs[] = {
#define P(name) { #name, name },
	P(bind_listener) P(bind_reuse_both) P(bind_bound) P(bind_reuse_one) P(bind_connection) P(bind_time_wait) P(bind_file_exists)
	P(bind_outside)
	P(bind_low_port) P(bind_twice) P(bind_not_ours) P(listen_taken) P(listen_connected) P(listen_datagram)
	P(connect_bound_only) P(connect_other_address) P(connect_nobody) P(connect_again) P(connect_on_listener) P(connect_begun)
	P(connect_timeout) P(connect_sleeps) P(connect_no_route) P(connect_no_neighbor) P(connect_lost) P(connect_same_pair) P(udp_refused)
	P(accept_empty) P(accept_timeout) P(accept_sleeps) P(accept_any_address) P(accept_nobody_left) P(accept_not_listening)
	P(accept_datagram)
	P(recv_no_wait_flag) P(recv_empty) P(recv_empty_ioctl) P(recv_empty_born) P(recv_timeout) P(recv_asked_nothing) P(recv_end_close) P(recv_end_shutdown)
	P(recv_end_exit) P(recv_end_own) P(recv_end_unix) P(recv_end_outside) P(recv_empty_datagram) P(recv_cut_datagram) P(recv_deadlock) P(recv_sleeps) P(recvfrom_sleeps)
	P(recv_on_listener) P(recv_not_connected) P(recv_two_sends) P(recv_part) P(recv_part_unix) P(reset_unread) P(reset_linger)
	P(reset_not_accepted) P(reset_plain)
	P(send_not_connected) P(send_list_too_long) P(send_own_shutdown) P(send_peer_closed) P(send_peer_exited) P(pipe_ignored)
	P(ended_sigpipe) P(send_part) P(send_full)
	P(send_timeout) P(send_sleeps) P(send_too_big) P(send_no_address) P(send_broadcast) P(send_no_answer)
	P(fd_closed) P(fd_minus_one) P(fd_never_open) P(not_a_socket) P(not_a_socket_file) P(eintr) P(restarts)
	P(shutdown_not_connected) P(close_unread) P(poll_sleeps) P(poll_limit) P(select_limit) P(select_sleeps) P(epoll_sleeps)
	P(order_reset) P(order_signal) P(order_restart) P(order_kill)
	P(ended_signal) P(ended_bad) P(task_ended) P(task_ended_signal)
#undef P
};

int main(int argc, char **argv)
{
	is_server = strstr(argv[0], "server");
	if (getenv("FREE"))
		port = atoi(getenv("FREE"));
	for (size_t i = 0; argc == 2 && i < sizeof programs / sizeof *programs; i++)
		if (!strcmp(programs[i].name, argv[1])) {
			programs[i].run();
			return 0;
		}
	fprintf(stderr, "usage: server NAME | client NAME\n");
	return 99;
}
