/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * victim CASE it|peer PORT given|real: two programs that talk, of which one (it) meets a fault: given by the tutor, or (real)
 * provoked by these programs themselves. Both print what they see. Lines that begin with "check" are not to be compared.
 * The other side makes its calls by read(2) and write(2) only, so that the calls of `it` are found by their names.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *what;
static bool real;
static int sock = -1;
static volatile sig_atomic_t caught, code, from_self;

static bool is(const char *name)
{
	return strcmp(what, name) == 0;
}

static void say(const char *call, ssize_t ret)
{
	dprintf(1, "%s %zd%s%s\n", call, ret, ret < 0 ? " " : "", ret < 0 ? strerrorname_np(errno) : "");
}

static void say_bytes(const char *call, ssize_t n, const char *bytes)
{
	if (n < 0)
		say(call, n);
	else
		dprintf(1, "%s %zd %.*s\n", call, n, (int)n, bytes);
}

static void on_signal(int signo, siginfo_t *info, void *context)
{
	caught = signo;
	code = info->si_code;
	from_self = info->si_pid == getpid();
	if (signo != SIGPIPE)
		write(sock, "g", 1);   /* go: the other side answers */
}

static void catch(int signo, int flags)
{
	struct sigaction act = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | flags };
	sigaction(signo, &act, NULL);
}

/* A real signal from a real other process, when this one sleeps. */
static void be_sent(int signo)
{
	pid_t me = getpid();
	if (!real)
		return;
	if (fork() == 0) {
		usleep(100000);
		kill(me, signo);
		_exit(0);
	}
}

static struct sockaddr_in address(int port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
				     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static int listen_on(int port)
{
	struct sockaddr_in a = address(port);
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(fd, (struct sockaddr *)&a, sizeof a) < 0 || listen(fd, 5) < 0)
		exit(3);
	return fd;
}

static int try_connect(int port)
{
	struct sockaddr_in a = address(port);
	return connect(sock, (struct sockaddr *)&a, sizeof a);
}

static void meet(int port)
{
	sock = socket(AF_INET, SOCK_STREAM, 0);
	if (try_connect(port) < 0)
		exit(4);
}

/* the calls that meet faults, each in its forms */

static ssize_t take(char *buf, size_t n)
{
	struct iovec v[2] = { { buf, 2 }, { buf + 2, n - 2 } };
	struct msghdr m = { .msg_iov = v, .msg_iovlen = 2 };
	ssize_t ret = is("short-readv") ? readv(sock, v, 2) : is("short-recvmsg") ? recvmsg(sock, &m, 0) : recv(sock, buf, n, 0);
	if (v[0].iov_len != 2 || v[1].iov_len != n - 2 || m.msg_iovlen != 2)
		dprintf(1, "the buffers were left changed\n");
	return ret;
}

static ssize_t give(const char *bytes, size_t n)
{
	struct iovec v[2] = { { (char *)bytes, 3 }, { (char *)bytes + 3, n - 3 } };
	struct msghdr m = { .msg_iov = v, .msg_iovlen = 2 };
	ssize_t ret = is("short-writev") ? writev(sock, v, 2) : is("short-sendmsg") ? sendmsg(sock, &m, 0) :
		      send(sock, bytes, n, is("nosignal") ? MSG_NOSIGNAL : 0);
	if (v[0].iov_len != 3 || v[1].iov_len != n - 3 || m.msg_iovlen != 2)
		dprintf(1, "the buffers were left changed\n");
	return ret;
}

static void refused(int port)
{
	sock = socket(AF_INET, SOCK_STREAM, 0);
	say("connect", try_connect(port));
	if (!real)
		dprintf(1, "check again %d\n", try_connect(port));   /* EISCONN if the kernel had made the call before */
}

static void take_twice(void)
{
	char buf[100];
	ssize_t n = take(buf, sizeof buf);
	say_bytes("recv", n, buf);
	if (caught)
		dprintf(1, "caught %d\n", (int)caught);
	if (is("signal") || is("restart") || is("child"))   /* the handler has asked for more already, or nobody must */
		n = n < 0 ? recv(sock, buf, sizeof buf, 0) : 0;
	else if (write(sock, "g", 1) == 1)
		n = recv(sock, buf, sizeof buf, 0);
	if (n)
		say_bytes("recv", n, buf);
}

static void with_signal(int signo)
{
	if (signo != SIGCHLD && signo != SIGTERM)
		catch(signo, is("restart") ? SA_RESTART : 0);
	be_sent(signo);
	take_twice();
}

static void give_all(void)
{
	char bytes[] = "abcdefghij";
	size_t done = 0;
	if (real && strncmp(what, "short", 5) == 0) {
		say("send", send(sock, bytes, 4, 0));
		usleep(100000);
		done = 4;
	}
	while (done < 10) {
		ssize_t n = give(bytes + done, 10 - done);
		say("send", n);
		if (n < 0)
			break;
		done += (size_t)n;
	}
	if (caught)
		dprintf(1, "caught %d%s%s\n", (int)caught, code == SI_USER ? " SI_USER" : "", from_self ? " from itself" : "");
}

static int open_descriptors(void)
{
	int n = 0;
	for (int fd = 0; fd < 64; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void no_more_descriptors(void)
{
	close(epoll_create1(0));   /* a step before it, to be held at */
	int had = open_descriptors();
	struct rlimit none = { 0 };
	if (real)
		setrlimit(RLIMIT_NOFILE, &none);
	say("socket", socket(AF_INET, SOCK_STREAM, 0));
	dprintf(1, "more descriptors %d\n", open_descriptors() - had);
}

static void close_undone(void)
{
	say("close", close(sock));
	dprintf(1, "check still open %d\n", fcntl(sock, F_GETFD) >= 0);
}

static void accept_twice(int port)
{
	int listener = listen_on(port);
	dprintf(1, "ready\n");
	say("accept", accept(listener, NULL, NULL));
	dprintf(1, "check again %d\n", accept(listener, NULL, NULL) >= 0);
}

static void reset(void)
{
	char buf[100];
	if (real)
		usleep(100000);
	say("recv", recv(sock, buf, sizeof buf, 0));
	say("recv", recv(sock, buf, sizeof buf, 0));
	say("send", send(sock, "x", 1, MSG_NOSIGNAL));
}

static void be_it(int port)
{
	struct itimerval soon = { .it_value.tv_usec = 100000 };
	if (is("accept")) {
		accept_twice(port);
		return;
	}
	if (is("refused")) {
		refused(port);
		return;
	}
	if (is("emfile")) {
		no_more_descriptors();
		return;
	}
	meet(port);
	if (is("eintr") && real) {
		catch(SIGALRM, 0);
		setitimer(ITIMER_REAL, &soon, NULL);
	}
	if (is("epipe") || is("nosignal"))
		catch(SIGPIPE, 0);
	if ((is("epipe") || is("nosignal") || is("sigpipe")) && real)
		shutdown(sock, SHUT_WR);
	if (is("eintr")) {
		char buf[100];
		say("recv", recv(sock, buf, sizeof buf, 0));
	} else if (is("short") || is("short-readv") || is("short-recvmsg") || is("gone") || is("killed") || is("delay"))
		take_twice();
	else if (is("signal") || is("restart"))
		with_signal(SIGINT);
	else if (is("child"))
		with_signal(SIGCHLD);
	else if (is("term"))
		with_signal(SIGTERM);
	else if (is("reset"))
		reset();
	else if (is("close"))
		close_undone();
	else
		give_all();
}

/* the other side */

static void echo_sizes(int fd)
{
	char buf[100];
	ssize_t n;
	while ((n = read(fd, buf, sizeof buf)) > 0)
		dprintf(1, "peer got %zd %.*s\n", n, (int)n, buf);
}

static void send_in_pieces(int fd)
{
	char go;
	if (!real) {
		write(fd, "abcdefghij", 10);
		return;
	}
	write(fd, "abc", 3);
	read(fd, &go, 1);
	write(fd, "defghij", 7);
}

static void be_peer(int port)
{
	char go;
	if (is("accept")) {
		meet(port);
		read(sock, &go, 1);
		return;
	}
	int listener = listen_on(port);
	dprintf(1, "ready\n");
	if (is("refused")) {
		read(accept(listener, NULL, NULL), &go, 1);
		return;
	}
	int fd = accept(listener, NULL, NULL);
	struct linger hard = { .l_onoff = 1 };
	if (is("short") || is("short-readv") || is("short-recvmsg"))
		send_in_pieces(fd);
	else if (is("signal") || is("restart"))
		read(fd, &go, 1), write(fd, "abcdefghij", 10);
	else if (is("child")) {
		if (real)
			usleep(200000);
		write(fd, "abcdefghij", 10);
	} else if (is("reset") && real) {
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
		close(fd);
		return;
	} else if (is("gone") && real)
		raise(SIGKILL);
	echo_sizes(fd);
}

int main(int argc, char **argv)
{
	if (argc != 5)
		return 2;
	what = argv[1];
	real = strcmp(argv[4], "real") == 0;
	if (strcmp(argv[2], "it") == 0)
		be_it(atoi(argv[3]));
	else
		be_peer(atoi(argv[3]));
	return 0;
}
