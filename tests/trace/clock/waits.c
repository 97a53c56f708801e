/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * waits CASE   waits for two seconds in one way, and prints what came of it and how long it took by its own clock.
 * Run alone it prints the same as under the tutor, however long that holds it.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/futex.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const struct timeval TWO = { .tv_sec = 2 };
static const struct timespec TWO_SPEC = { .tv_sec = 2 };
static double began;

static double clock_now(clockid_t id)
{
	struct timespec t;
	clock_gettime(id, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double passed(void)
{
	return clock_now(CLOCK_MONOTONIC) - began;
}

static void say(const char *what, long ret)
{
	int was = errno;
	printf("%s: %ld %s after %.1f s\n", what, ret, ret < 0 ? strerrorname_np(was) : "-", passed());
}

static void must(int ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	exit(1);
}

static void pair(int fd[2])
{
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == 0, "socketpair");
}

static int listener(int backlog, struct sockaddr_in *at)
{
	socklen_t len = sizeof *at;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	*at = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	must(bind(fd, (struct sockaddr *)at, sizeof *at) == 0 && listen(fd, backlog) == 0, "listen");
	getsockname(fd, (struct sockaddr *)at, &len);
	return fd;
}

/* Its queue is full: whoever else asks for a connection gets no answer. */
static void frozen(struct sockaddr_in *at)
{
	listener(0, at);
	for (int i = 0; i < 2; i++)
		connect(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), (struct sockaddr *)at, sizeof *at);
}

static void limit(int fd, int option)
{
	must(setsockopt(fd, SOL_SOCKET, option, &TWO, sizeof TWO) == 0, "setsockopt");
}

static void do_poll(void)
{
	int fd[2];
	pair(fd);
	struct pollfd p = { .fd = fd[0], .events = POLLIN, .revents = POLLIN };
	say("poll", poll(&p, 1, 2000));
	printf("revents %d\n", p.revents);
}

static void do_ppoll(void)
{
	int fd[2];
	pair(fd);
	struct pollfd p = { .fd = fd[0], .events = POLLIN };
	say("ppoll", ppoll(&p, 1, &TWO_SPEC, NULL));
}

static void do_select(void)
{
	int fd[2];
	struct timeval left = TWO;
	fd_set in;
	pair(fd);
	FD_ZERO(&in);
	FD_SET(fd[0], &in);
	say("select", select(fd[0] + 1, &in, NULL, NULL, &left));
	printf("set %d left %ld.%06ld\n", FD_ISSET(fd[0], &in) ? 1 : 0, (long)left.tv_sec, (long)left.tv_usec);
}

#ifdef SYS_select
/* As the kernel has it: a library would make two seconds of these microseconds first. */
static void do_loose_select(void)
{
	struct timeval left = { .tv_usec = 2000000 };
	say("select", syscall(SYS_select, 0, NULL, NULL, NULL, &left));
	printf("left %ld.%06ld\n", (long)left.tv_sec, (long)left.tv_usec);
}
#endif

/* The timeout lies where nobody may write. */
static void do_pselect(void)
{
	int fd[2];
	fd_set in;
	pair(fd);
	FD_ZERO(&in);
	FD_SET(fd[0], &in);
	say("pselect", pselect(fd[0] + 1, &in, NULL, NULL, &TWO_SPEC, NULL));
	printf("constant %ld\n", (long)TWO_SPEC.tv_sec);
}

static int watching(int fd)
{
	struct epoll_event ev = { .events = EPOLLIN, .data = { .fd = fd } };
	int ep = epoll_create1(0);
	must(epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev) == 0, "epoll_ctl");
	return ep;
}

static void do_epoll(void)
{
	int fd[2];
	struct epoll_event ev;
	pair(fd);
	int ep = watching(fd[0]);
	say("epoll_wait", epoll_wait(ep, &ev, 1, 2000));
	say("epoll_pwait2", epoll_pwait2(ep, &ev, 1, &TWO_SPEC, NULL));
}

static void do_recv(void)
{
	int fd[2];
	char c;
	pair(fd);
	limit(fd[0], SO_RCVTIMEO);
	say("recv", recv(fd[0], &c, 1, 0));
	say("read", read(fd[0], &c, 1));
}

static void do_accept(void)
{
	struct sockaddr_in at;
	int fd = listener(5, &at);
	limit(fd, SO_RCVTIMEO);
	say("accept", accept(fd, NULL, NULL));
}

/* What was set is found again; it goes with accept, dup, fork and a message to another process. */
static void do_option(void)
{
	struct sockaddr_in at;
	struct timeval got = { 9, 9 };
	socklen_t len = sizeof got;
	char c;
	int fd = listener(5, &at), client = socket(AF_INET, SOCK_STREAM, 0);
	limit(fd, SO_RCVTIMEO);
	getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &got, &len);
	printf("kept %ld.%06ld, %u bytes\n", (long)got.tv_sec, (long)got.tv_usec, (unsigned)len);
	must(connect(client, (struct sockaddr *)&at, sizeof at) == 0, "connect");
	int conn = accept(fd, NULL, NULL);
	say("accepted", recv(conn, &c, 1, 0));
	fflush(stdout);
	if (fork() == 0) {
		say("in a child", recv(dup(conn), &c, 1, 0));
		exit(0);
	}
	wait(NULL);
	got = (struct timeval){ 0 };
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &got, sizeof got);
	got.tv_sec = 7;
	getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &got, &len);
	printf("taken back: %ld\n", (long)got.tv_sec);
	got = (struct timeval){ 1, 5000000 };
	say("too many microseconds", setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &got, sizeof got));
}

static void do_send(void)
{
	static char much[1 << 20];
	int fd[2];
	pair(fd);
	limit(fd[0], SO_SNDTIMEO);
	long n = send(fd[0], much, sizeof much, 0);
	printf("send: %s after %.1f s\n", n > 0 && n < (long)sizeof much ? "a part" : "?", passed());
	say("send", send(fd[0], much, sizeof much, 0));
}

/* The other end has no room for it: what was sent cannot arrive. */
static void do_linger(void)
{
	static char much[1 << 16];
	static const struct linger two = { .l_onoff = 1, .l_linger = 2 };
	struct sockaddr_in at;
	int fd = socket(AF_INET, SOCK_STREAM, 0), server = listener(1, &at);
	must(connect(fd, (struct sockaddr *)&at, sizeof at) == 0 && accept(server, NULL, NULL) >= 0, "connect");
	while (send(fd, much, sizeof much, MSG_DONTWAIT) > 0)
		;
	must(setsockopt(fd, SOL_SOCKET, SO_LINGER, &two, sizeof two) == 0, "setsockopt");
	int other = dup(fd);
	say("close of one of two", close(fd));
	say("close", close(other));
	fd = socket(AF_INET, SOCK_STREAM, 0);
	must(connect(fd, (struct sockaddr *)&at, sizeof at) == 0 && accept(server, NULL, NULL) >= 0, "connect");
	must(setsockopt(fd, SOL_SOCKET, SO_LINGER, &two, sizeof two) == 0, "setsockopt");
	say("close with nothing to send", close(fd));
}

static void do_connect(void)
{
	struct sockaddr_in at;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	frozen(&at);
	limit(fd, SO_SNDTIMEO);
	say("connect", connect(fd, (struct sockaddr *)&at, sizeof at));
	errno = 0;
	say("again", connect(fd, (struct sockaddr *)&at, sizeof at));
}

/* It connects and sends at once. */
static void do_fast_open(void)
{
	struct sockaddr_in at;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	frozen(&at);
	limit(fd, SO_SNDTIMEO);
	say("MSG_FASTOPEN", sendto(fd, "x", 1, MSG_FASTOPEN, (struct sockaddr *)&at, sizeof at));
	say("send", send(fd, "x", 1, 0));
}

/* A queue on this host has room, or not. */
static void do_connect_unix(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX, .sun_path = "" };
	int asks = socket(AF_UNIX, SOCK_STREAM, 0), waits = socket(AF_UNIX, SOCK_STREAM, 0), fd = socket(AF_UNIX, SOCK_STREAM, 0);
	socklen_t len = sizeof at;
	must(bind(fd, (struct sockaddr *)&at, sizeof at.sun_family) == 0 && listen(fd, 0) == 0, "listen");
	getsockname(fd, (struct sockaddr *)&at, &len);
	must(connect(asks, (struct sockaddr *)&at, len) == 0, "connect");
	limit(waits, SO_SNDTIMEO);
	say("connect", connect(waits, (struct sockaddr *)&at, len));
}

static void do_connect_poll(void)
{
	struct sockaddr_in at;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	frozen(&at);
	say("connect", connect(fd, (struct sockaddr *)&at, sizeof at));
	say("poll", poll(&(struct pollfd){ .fd = fd, .events = POLLOUT }, 1, 2000));
}

static void do_nanosleep(void)
{
	struct timespec t = TWO_SPEC;
	say("nanosleep", nanosleep(&t, NULL));
	printf("asked %ld\n", (long)t.tv_sec);
	say("sleep", (long)sleep(2));
}

static void do_sleep_until(void)
{
	struct timespec t;
	static const clockid_t ids[] = { CLOCK_MONOTONIC, CLOCK_REALTIME };
	for (int i = 0; i < 2; i++) {
		clock_gettime(ids[i], &t);
		t.tv_sec += 2;
		errno = clock_nanosleep(ids[i], TIMER_ABSTIME, &t, NULL);
		say("clock_nanosleep", -errno);
		errno = clock_nanosleep(ids[i], TIMER_ABSTIME, &t, NULL);
		say("then", -errno);
	}
}

static volatile sig_atomic_t ticks;

static void on_alarm(int signo, siginfo_t *info, void *ctx)
{
	(void)ctx;
	ticks += signo == SIGALRM && info->si_code == SI_KERNEL;
}

static void catch_alarm(int flags)
{
	struct sigaction act = { .sa_sigaction = on_alarm, .sa_flags = SA_SIGINFO | flags };
	sigaction(SIGALRM, &act, NULL);
}

static void do_alarm(void)
{
	int fd[2];
	char c;
	struct timespec left;
	pair(fd);
	catch_alarm(0);
	say("alarm", alarm(2));
	say("recv", recv(fd[0], &c, 1, 0));
	alarm(2);
	say("nanosleep", nanosleep(&(struct timespec){ .tv_sec = 5 }, &left));
	printf("left %.1f, alarms %d\n", (double)left.tv_sec + (double)left.tv_nsec / 1e9, (int)ticks);
	alarm(9);
	say("alarm", alarm(0));
}

/* A limit of time at a socket ends the wait for who has a handler, whatever its flags. signal(7). */
static void do_restart(void)
{
	int fd[2];
	char c;
	pair(fd);
	catch_alarm(SA_RESTART);
	must(setsockopt(fd[0], SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){ .tv_sec = 5 }, sizeof TWO) == 0, "setsockopt");
	alarm(2);
	say("recv", recv(fd[0], &c, 1, 0));
	alarm(2);
	say("poll", poll(NULL, 0, 3000));
	alarm(1);
	must(setsockopt(fd[0], SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){ .tv_sec = 0 }, sizeof TWO) == 0, "setsockopt");
	if (fork() == 0) {
		sleep(2);
		exit(write(fd[1], "x", 1) != 1);
	}
	say("recv", recv(fd[0], &c, 1, 0));
	printf("alarms %d\n", (int)ticks);
}

/* Nobody catches it: it ends the program. */
static void do_alarm_kills(void)
{
	fflush(stdout);
	pid_t child = fork();
	int status;
	if (child == 0) {
		alarm(2);
		pause();
		exit(0);
	}
	waitpid(child, &status, 0);
	say("child", WIFSIGNALED(status) ? WTERMSIG(status) : 0);
}

static void do_itimer(void)
{
	struct itimerval every = { .it_interval = { .tv_sec = 2 }, .it_value = { .tv_sec = 1 } }, was;
	catch_alarm(0);
	say("setitimer", setitimer(ITIMER_REAL, &every, NULL));
	while (ticks < 3)
		pause();
	say("3 alarms", ticks);
	getitimer(ITIMER_REAL, &was);
	printf("%ld, every %ld\n", (long)(was.it_value.tv_sec + (was.it_value.tv_usec > 500000)), (long)was.it_interval.tv_sec);
	every = (struct itimerval){ .it_value = { .tv_sec = 0 } };
	setitimer(ITIMER_REAL, &every, &was);
	printf("%ld, every %ld\n", (long)(was.it_value.tv_sec + (was.it_value.tv_usec > 500000)), (long)was.it_interval.tv_sec);
}

static void do_timerfd(void)
{
	struct itimerspec once = { .it_value = { .tv_sec = 2 } }, every = { { .tv_sec = 2 }, { .tv_sec = 2 } }, was;
	struct epoll_event ev;
	uint64_t n = 0;
	int fd = timerfd_create(CLOCK_MONOTONIC, 0), ep = watching(fd);
	timerfd_settime(fd, 0, &once, NULL);
	say("read", read(fd, &n, sizeof n));
	printf("expired %d\n", (int)n);
	timerfd_settime(fd, 0, &every, &was);
	printf("was %ld\n", (long)was.it_value.tv_sec);
	say("epoll_wait", epoll_wait(ep, &ev, 1, -1));
	say("epoll_wait", epoll_wait(ep, &ev, 1, 0));
	sleep(3);
	must(read(fd, &n, sizeof n) == sizeof n, "read");
	printf("expired %d\n", (int)n);
	timerfd_gettime(fd, &was);
	printf("%.1f, every %ld\n", (double)was.it_value.tv_sec + (double)was.it_value.tv_nsec / 1e9, (long)was.it_interval.tv_sec);
}

/* Ticks that nobody waits for are counted, and the rest of the program's time goes on as it would. */
static void do_unread(void)
{
	struct itimerspec every = { { .tv_nsec = 600000000 }, { .tv_nsec = 600000000 } };
	uint64_t n = 0;
	int fd = timerfd_create(CLOCK_MONOTONIC, 0);
	timerfd_settime(fd, 0, &every, NULL);
	say("nanosleep", nanosleep(&(struct timespec){ .tv_sec = 2 }, NULL));
	must(read(fd, &n, sizeof n) == sizeof n, "read");
	printf("expired %d\n", (int)n);
	must(read(fd, &n, sizeof n) == sizeof n, "read");
	printf("expired %d\n", (int)n);
}

static void do_unread_for_ever(void)
{
	struct itimerspec every = { { .tv_nsec = 600000000 }, { .tv_nsec = 600000000 } };
	timerfd_settime(timerfd_create(CLOCK_MONOTONIC, 0), 0, &every, NULL);
	pause();
}

static volatile sig_atomic_t told, overrun, value;

static void on_timer(int signo, siginfo_t *info, void *ctx)
{
	(void)ctx;
	told += signo == SIGUSR1 && info->si_code == SI_TIMER;
	overrun = info->si_overrun;
	value = info->si_value.sival_int;
}

static timer_t timer_of(clockid_t clock, int how)
{
	struct sigevent e = { .sigev_notify = how, .sigev_signo = SIGUSR1, .sigev_value = { .sival_int = 77 } };
	timer_t id;
	must(timer_create(clock, &e, &id) == 0, "timer_create");
	return id;
}

static void print_left(timer_t id)
{
	struct itimerspec t;
	timer_gettime(id, &t);
	printf("less than %ld left, every %ld\n", (long)t.it_value.tv_sec + (t.it_value.tv_nsec > 0), (long)t.it_interval.tv_sec);
}

static void do_timer(void)
{
	struct itimerspec once = { .it_value = { .tv_sec = 2 } }, every = { { .tv_sec = 1 }, { .tv_sec = 2 } }, was;
	struct sigaction act = { .sa_sigaction = on_timer, .sa_flags = SA_SIGINFO };
	sigset_t set;
	siginfo_t info;
	sigaction(SIGUSR1, &act, NULL);
	timer_t id = timer_of(CLOCK_MONOTONIC, SIGEV_SIGNAL), quiet = timer_of(CLOCK_REALTIME, SIGEV_NONE);
	say("timer_settime", timer_settime(id, 0, &once, NULL));
	say("pause", pause());
	printf("told %d with %d\n", (int)told, (int)value);
	print_left(id);
	once.it_value.tv_sec = 9;
	timer_settime(quiet, 0, &once, NULL);
	timer_settime(id, 0, &every, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	nanosleep(&(struct timespec){ .tv_sec = 5, .tv_nsec = 500000000 }, NULL);
	print_left(id);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	printf("told %d, and %d more, %d\n", (int)told, (int)overrun, timer_getoverrun(id));
	sigprocmask(SIG_BLOCK, &set, NULL);
	say("sigwaitinfo", sigwaitinfo(&set, &info));
	printf("code %d, value %d, overrun %d\n", info.si_code == SI_TIMER, info.si_value.sival_int, info.si_overrun);
	once.it_value.tv_sec = 0;
	timer_settime(id, 0, &once, &was);
	printf("was on: %d\n", was.it_value.tv_sec || was.it_value.tv_nsec);
	print_left(quiet);
	sleep(3);
	print_left(quiet);
	say("timer_delete", timer_delete(id));
	say("again", timer_settime(id, 0, &once, NULL));
	was.it_value.tv_nsec = 2000000000;
	say("no time", timer_settime(quiet, 0, &was, NULL));
}

static void in_thread(union sigval v)
{
	say("in a thread", v.sival_int);
	fflush(stdout);
}

static void do_timer_thread(void)
{
	struct sigevent e = { .sigev_notify = SIGEV_THREAD, .sigev_notify_function = in_thread, .sigev_value = { .sival_int = 5 } };
	struct itimerspec past = { .it_value = { .tv_sec = 1 } }, at = { .it_value = { .tv_sec = 2 } };
	timer_t id;
	must(timer_create(CLOCK_MONOTONIC, &e, &id) == 0 && timer_settime(id, 0, &at, NULL) == 0, "timer");
	sleep(4);
	timer_t other = timer_of(CLOCK_REALTIME, SIGEV_SIGNAL);
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	timer_settime(other, TIMER_ABSTIME, &past, NULL);
	say("a moment that is past", sigwaitinfo(&set, NULL));
	clock_gettime(CLOCK_REALTIME, &at.it_value);
	at.it_value.tv_sec += 2;
	timer_settime(other, TIMER_ABSTIME, &at, NULL);
	say("and one to come", sigwaitinfo(&set, NULL));
}

/* A moment that is past: nobody waits for it. */
static void do_timerfd_past(void)
{
	struct itimerspec past = { .it_value = { .tv_sec = 1 } };
	uint64_t n = 0;
	int fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK);
	timerfd_settime(fd, TFD_TIMER_ABSTIME, &past, NULL);
	say("read", read(fd, &n, sizeof n));
	say("read again", read(fd, &n, sizeof n));
	sleep(2);
	say("and later", read(fd, &n, sizeof n));
}

/* At the place where it is, a socket can be read by these too, and then with its limit. */
static void do_vectors(void)
{
	int fd[2];
	static char bytes[1 << 16];
	struct iovec some = { bytes, 64 }, many = { bytes, sizeof bytes };
	pair(fd);
	limit(fd[0], SO_RCVTIMEO);
	limit(fd[0], SO_SNDTIMEO);
	say("preadv2", preadv2(fd[0], &some, 1, -1, 0));
	say("at a place", preadv2(fd[0], &some, 1, 0, 0));
	say("preadv", preadv(fd[0], &some, 1, 0));
	while (send(fd[0], bytes, sizeof bytes, MSG_DONTWAIT) > 0)
		;
	say("pwritev2", pwritev2(fd[0], &many, 1, -1, 0));
	say("pwritev", pwritev(fd[0], &many, 1, 0));
	say("readv", readv(fd[0], &some, 1));
	say("writev", writev(fd[0], &many, 1));
}

/* The kernel waits in the call that gives it the request, and there nobody else can end it. */
static void do_aio(void)
{
	int fd[2];
	char c;
	struct timeval got = { 0 };
	socklen_t len = sizeof got;
	struct io_event done;
	aio_context_t ctx = 0;
	pair(fd);
	limit(fd[0], SO_RCVTIMEO);
	struct iocb is = { .aio_lio_opcode = IOCB_CMD_PREAD, .aio_fildes = (uint32_t)fd[0], .aio_buf = (uintptr_t)&c, .aio_nbytes = 1 }, *all = &is;
	must(syscall(SYS_io_setup, 1, &ctx) == 0, "io_setup");
	printf("io_submit: %ld\n", syscall(SYS_io_submit, ctx, 1, &all));
	must(syscall(SYS_io_getevents, ctx, 1, 1, &done, NULL) == 1, "io_getevents");
	printf("%s\n", strerrorname_np(-(int)done.res));
	getsockopt(fd[0], SOL_SOCKET, SO_RCVTIMEO, &got, &len);
	printf("kept %ld\n", (long)got.tv_sec);
	printf("recv: %ld\n", (long)recv(fd[0], &c, 1, 0));
}

/* The limit of a socket holds for every call that waits for it. */
static void do_batches(void)
{
	int fd[2], p[2], socks[2], dgrams[2];
	static char bytes[4096], many[1 << 16];
	struct iovec in = { bytes, sizeof bytes }, out = { many, sizeof many };
	struct mmsghdr get = { .msg_hdr = { .msg_iov = &in, .msg_iovlen = 1 } }, put = { .msg_hdr = { .msg_iov = &out, .msg_iovlen = 1 } };
	struct mmsghdr two[2] = { get, get };
	int file = memfd_create("zeros", 0);
	pair(fd);
	pair(socks);
	must(pipe(p) == 0 && ftruncate(file, 1 << 16) == 0, "pipe, file");
	limit(fd[0], SO_RCVTIMEO);
	limit(socks[0], SO_SNDTIMEO);
	say("recvmmsg", recvmmsg(fd[0], &get, 1, 0, NULL));
	must(socketpair(AF_UNIX, SOCK_DGRAM, 0, dgrams) == 0, "socketpair");
	limit(dgrams[0], SO_RCVTIMEO);
	must(send(dgrams[1], "one", 3, 0) == 3, "send");
	say("one of two", recvmmsg(dgrams[0], two, 2, 0, NULL));
	must(send(dgrams[1], "more", 4, 0) == 4, "send");
	say("and then", recv(dgrams[0], bytes, sizeof bytes, 0));
	say("sendfile from", sendfile(p[1], fd[0], NULL, sizeof bytes));
	say("splice from", splice(fd[0], NULL, p[1], NULL, sizeof bytes, 0));
	while (send(socks[0], many, sizeof many, MSG_DONTWAIT) > 0)
		;
	say("sendmmsg", sendmmsg(socks[0], &put, 1, 0));
	say("sendfile", sendfile(socks[0], file, NULL, 1 << 16));
	must(write(p[1], bytes, sizeof bytes) == sizeof bytes, "write");
	say("splice to", splice(p[0], NULL, socks[0], NULL, sizeof bytes, 0));
}

static void do_sigtimedwait(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	say("sigtimedwait", sigtimedwait(&set, NULL, &TWO_SPEC));
}

/* The kernel's signal is the kernel's also for who takes it himself. */
static void do_alarm_taken(void)
{
	struct signalfd_siginfo got;
	siginfo_t info;
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	alarm(2);
	say("sigwaitinfo", sigwaitinfo(&set, &info));
	printf("%s\n", info.si_code == SI_KERNEL ? "from the kernel" : "from a program");
	int fd = signalfd(-1, &set, 0);
	alarm(2);
	must(read(fd, &got, sizeof got) == sizeof got, "read");
	say("signalfd", (long)got.ssi_signo);
	printf("%s\n", got.ssi_code == SI_KERNEL ? "from the kernel" : "from a program");
	kill(getpid(), SIGALRM);
	sigwaitinfo(&set, &info);
	printf("%s\n", info.si_code == SI_KERNEL ? "from the kernel" : "from a program");
}

static struct timespec in_two(clockid_t id)
{
	struct timespec t;
	clock_gettime(id, &t);
	t.tv_sec += 2;
	return t;
}

static void do_cond(void)
{
	pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
	pthread_cond_t c = PTHREAD_COND_INITIALIZER;
	struct timespec until = in_two(CLOCK_REALTIME);
	sem_t s;
	pthread_mutex_lock(&m);
	errno = pthread_cond_timedwait(&c, &m, &until);
	say("pthread_cond_timedwait", -errno);
	sem_init(&s, 0, 0);
	until = in_two(CLOCK_REALTIME);
	say("sem_timedwait", sem_timedwait(&s, &until));
}

static void *lock_in_vain(void *lock)
{
	struct timespec until = in_two(CLOCK_REALTIME);
	errno = pthread_mutex_timedlock(lock, &until);
	say("pthread_mutex_timedlock", -errno);
	until = in_two(CLOCK_MONOTONIC);
	errno = pthread_mutex_clocklock(lock, CLOCK_MONOTONIC, &until);
	say("pthread_mutex_clocklock", -errno);
	return NULL;
}

/* Locks whose owner inherits the priority of who waits. */
static void do_heirs(void)
{
	static const int kinds[] = { PTHREAD_PRIO_NONE, PTHREAD_PRIO_INHERIT };
	static uint32_t from, to;
	for (int i = 0; i < 2; i++) {
		pthread_mutexattr_t attr;
		pthread_mutex_t m;
		pthread_t t;
		pthread_mutexattr_init(&attr);
		must(pthread_mutexattr_setprotocol(&attr, kinds[i]) == 0 && pthread_mutex_init(&m, &attr) == 0, "mutex");
		pthread_mutex_lock(&m);
		pthread_create(&t, NULL, lock_in_vain, &m);
		pthread_join(t, NULL);
	}
	struct timespec until = in_two(CLOCK_MONOTONIC);
	say("FUTEX_WAIT_REQUEUE_PI", syscall(SYS_futex, &from, FUTEX_WAIT_REQUEUE_PI, 0, &until, &to, 0));
}

static void *sleeper(void *seconds)
{
	sleep((unsigned)(uintptr_t)seconds);
	say("thread", (long)(uintptr_t)seconds);
	return NULL;
}

/* The one who waits less wakes first. */
static void do_threads(void)
{
	pthread_t t[3];
	static const uintptr_t seconds[3] = { 3, 1, 2 };
	for (int i = 0; i < 3; i++)
		pthread_create(&t[i], NULL, sleeper, (void *)seconds[i]);
	for (int i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	say("all", 0);
}

/* Nothing that it prints is lost to a signal. */
static void no_restart(int signo)
{
	(void)signo;
}

static void do_spin_signals(void)
{
	struct sigaction sa = { .sa_handler = no_restart };
	pid_t parent = getpid();
	sigaction(SIGUSR1, &sa, NULL);
	fflush(stdout);
	if (fork() == 0) {
		for (volatile int i = 0; i < 4000000; i++)
			if (i % 20000 == 0)
				kill(parent, SIGUSR1);
		_exit(0);
	}
	for (int i = 0; i < 200; i++)
		printf("line %d\n", i);
	while (wait(NULL) < 0 && errno == EINTR)
		;
}

/* Looks at the clock until it is time. */
static void do_spin(void)
{
	struct timeval a, b;
	time_t t = time(NULL);
	double out = passed();
	gettimeofday(&a, NULL);
	double in = passed();
	while (passed() < 2)
		;
	in = passed() - in;
	gettimeofday(&b, NULL);
	out = passed() - out;
	say("spin", 0);
	double wall = (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_usec - a.tv_usec) / 1e6;
	printf("%s\n", wall > in - 0.001 && wall < out + 0.001 && time(NULL) - t >= 2 ? "all clocks" : "no");
}

/* Asks again and again for what does not come, until it is time. */
static void do_poll_loop(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(9), .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd[2];
	char c;
	long n = 0;
	pair(fd);
	while (passed() < 2 && recv(fd[0], &c, 1, MSG_DONTWAIT) < 0)
		n++;
	say("recv", n > 100 ? 0 : n);
	while (passed() < 4 && poll(&(struct pollfd){ .fd = fd[0], .events = POLLIN }, 1, 0) == 0)
		;
	say("poll", 0);
	for (int sock = -1, ret = -1; passed() < 6 && ret < 0; close(sock)) {
		sock = socket(AF_INET, SOCK_STREAM, 0);
		ret = connect(sock, (struct sockaddr *)&at, sizeof at);
	}
	say("connect", 0);
}

/* The same where it asks is no step. */
static void do_pipe_loop(void)
{
	int p[2], fd[2];
	char c;
	pair(fd);
	must(pipe2(p, O_NONBLOCK) == 0, "pipe2");
	while (passed() < 2 && read(p[0], &c, 1) < 0)
		;
	say("read", 0);
}

/* Every clock shows about the same as without a tutor. */
static void do_clocks(void)
{
	struct timespec coarse;
	double now = clock_now(CLOCK_REALTIME);
	clock_gettime(CLOCK_REALTIME_COARSE, &coarse);
	printf("%s\n", now > 1.7e9 && (double)coarse.tv_sec - now < 2 && clock_now(CLOCK_BOOTTIME) >= clock_now(CLOCK_MONOTONIC) - 1 ? "sane" : "no");
	double cpu = clock_now(CLOCK_PROCESS_CPUTIME_ID);
	sleep(2);
	printf("%s\n", clock_now(CLOCK_PROCESS_CPUTIME_ID) - cpu < 1 ? "processor time apart" : "no");
	say("bad clock", clock_gettime(77, &coarse));
	say("alarm clock", clock_gettime(CLOCK_REALTIME_ALARM, &coarse));
	say("slept", 0);
}

/* Data that comes in time ends the wait. */
static void do_in_time(void)
{
	int fd[2];
	char c;
	pair(fd);
	if (fork() == 0) {
		sleep(1);
		exit(write(fd[1], "x", 1) != 1);
	}
	struct pollfd p = { .fd = fd[0], .events = POLLIN };
	struct timeval left = { .tv_sec = 5 };
	fd_set in;
	FD_ZERO(&in);
	FD_SET(fd[0], &in);
	say("select", select(fd[0] + 1, &in, NULL, NULL, &left));
	printf("left %.1f\n", (double)left.tv_sec + (double)left.tv_usec / 1e6);
	say("poll", poll(&p, 1, 2000));
	limit(fd[0], SO_RCVTIMEO);
	say("recv", recv(fd[0], &c, 1, 0));
}

/* Beside a program that can always move a wait ends all the same. */
static void do_beside(void)
{
	pid_t child = fork();
	while (child == 0)
		close(socket(AF_UNIX, SOCK_STREAM, 0));
	say("nanosleep", nanosleep(&(struct timespec){ .tv_nsec = 2000000 }, NULL));
	kill(child, SIGKILL);
}

static const struct { const char *name; void (*run)(void); } cases[] = {
	{ "poll", do_poll }, { "ppoll", do_ppoll }, { "select", do_select }, { "pselect", do_pselect }, { "epoll", do_epoll },
	{ "recv", do_recv }, { "accept", do_accept }, { "option", do_option }, { "send", do_send }, { "linger", do_linger }, { "connect", do_connect }, { "connect-unix", do_connect_unix }, { "fast-open", do_fast_open },
	{ "connect-poll", do_connect_poll }, { "nanosleep", do_nanosleep }, { "sleep-until", do_sleep_until }, { "alarm", do_alarm },
	{ "restart", do_restart }, { "alarm-kills", do_alarm_kills }, { "itimer", do_itimer }, { "timerfd", do_timerfd }, { "unread", do_unread },
	{ "sigtimedwait", do_sigtimedwait }, { "cond", do_cond }, { "heirs", do_heirs }, { "threads", do_threads }, { "spin", do_spin }, { "poll-loop", do_poll_loop }, { "pipe-loop", do_pipe_loop },
	{ "clocks", do_clocks }, { "in-time", do_in_time }, { "beside", do_beside }, { "batches", do_batches }, { "vectors", do_vectors }, { "aio", do_aio },
#ifdef SYS_select
	{ "loose-select", do_loose_select },
#endif
	{ "spin-signals", do_spin_signals }, { "timerfd-past", do_timerfd_past }, { "timer", do_timer }, { "timer-thread", do_timer_thread }, { "alarm-taken", do_alarm_taken },
};

int main(int argc, char *argv[])
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	began = clock_now(CLOCK_MONOTONIC);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		if (argc < 2)
			printf("%s\n", cases[i].name);
		else if (strcmp(cases[i].name, argv[1]) == 0) {
			cases[i].run();
			return 0;
		}
	}
	if (argc >= 2 && strcmp(argv[1], "unread-for-ever") == 0)   /* not in the list: it has no end to compare */
		do_unread_for_ever();
	return argc >= 2;
}
