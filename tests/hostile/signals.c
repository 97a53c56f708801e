/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signals that come while a call sleeps, and processes that stop. */
#include <errno.h>
#include <linux/futex.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/hostile/hostile.h"

enum { LATER_MS = 150 };

static void alarm_ms(int ms)
{
	struct itimerval t = { .it_value.tv_usec = ms * 1000L };

	setitimer(ITIMER_REAL, &t, NULL);
}

int hostile_block_sigterm(void)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	struct sockaddr_in addr;
	accept(listening(&addr), NULL, NULL);
	return 0;
}

/* The child stops itself; the parent sees it stop, lets it go on, sees it end. */
int hostile_stop_and_go(void)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		int fd = socket(AF_INET, SOCK_DGRAM, 0);
		raise(SIGSTOP);
		_exit(close(fd) == 0 ? 9 : 1);
	}
	if (waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status) || WSTOPSIG(status) != SIGSTOP)
		return 1;
	kill(pid, SIGCONT);
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 9 ? 0 : 2;
}

int hostile_eintr(void)
{
	struct sockaddr_in addr;
	int fd = listening(&addr);

	on_signal_do(SIGALRM, 0);
	alarm_ms(LATER_MS);
	int conn = accept(fd, NULL, NULL);
	if (conn != -1 || errno != EINTR)
		return 1;
	alarm_ms(LATER_MS);
	return accept(fd, NULL, NULL) == -1 && errno == EINTR && close(fd) == 0 ? 0 : 2;
}

/* The handler lets accept go on; a client comes afterwards. */
int hostile_eintr_restart(void)
{
	struct sockaddr_in addr;
	int fd = listening(&addr), status;

	on_signal_do(SIGALRM, SA_RESTART);
	pid_t pid = fork();
	if (pid == 0) {
		nap_ms(3 * LATER_MS);
		_exit(close(connected(&addr)) == 0 ? 0 : 1);
	}
	alarm_ms(LATER_MS);
	int conn = accept(fd, NULL, NULL);
	if (conn < 0)
		return 1;
	close(conn);
	return waitpid(pid, &status, 0) == pid && status == 0 ? 0 : 2;
}

int hostile_eintr_sleep(void)
{
	on_signal_do(SIGALRM, SA_RESTART);
	alarm_ms(LATER_MS);
	return sleep(2) > 0 && socket(AF_INET, SOCK_STREAM, 0) == 3 ? 0 : 1;   /* a sleep is never made again */
}

int hostile_sigpipe(void)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		broken("socketpair");
	close(pair[1]);
	send(pair[0], "x", 1, 0);
	return 1;
}

int hostile_signal_storm(void)
{
	struct itimerval fast = { .it_value.tv_usec = 2000, .it_interval.tv_usec = 2000 }, none = { 0 };
	int pair[2], good = 0;
	char c;

	on_signal_do(SIGALRM, SA_RESTART);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		broken("socketpair");
	pid_t pid = fork();
	if (pid == 0) {
		for (int i = 0; i < 20; i++) {
			nap_ms(5);
			if (send(pair[1], "x", 1, 0) != 1)
				_exit(1);
		}
		_exit(0);
	}
	setitimer(ITIMER_REAL, &fast, NULL);
	while (good < 20 && recv(pair[0], &c, 1, 0) == 1)
		good++;
	setitimer(ITIMER_REAL, &none, NULL);
	return good == 20 && wait(NULL) == pid ? 0 : 1;
}

/* What most servers do: a call that failed with EINTR is made again by the program, from the same line. */
int hostile_eintr_loop(void)
{
	struct sockaddr_in addr;
	int fd = listening(&addr), times = 0, conn;

	on_signal_do(SIGALRM, 0);
	if (fork() == 0) {
		nap_ms(4 * LATER_MS);
		_exit(close(connected(&addr)));
	}
	alarm_ms(LATER_MS);
	while ((conn = accept(fd, NULL, NULL)) == -1 && errno == EINTR)
		if (++times == 1)
			alarm_ms(LATER_MS);
	return conn >= 0 && times == 2 && wait(NULL) > 0 ? 0 : 1;
}

static int handlers_pair[2];

static void send_from_handler(int signo)
{
	int was = errno;

	if (signo == SIGALRM)
		raise(SIGUSR1);
	send(handlers_pair[1], signo == SIGALRM ? "a" : "u", 1, 0);
	errno = was;
}

/* The handler makes calls of its own before accept is made again, or fails. */
int hostile_handler_calls(void)
{
	struct sockaddr_in addr;
	struct sigaction act = { .sa_handler = send_from_handler, .sa_flags = SA_RESTART };
	int fd = listening(&addr);
	char got[4];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, handlers_pair) < 0)
		broken("socketpair");
	sigaction(SIGALRM, &act, NULL);
	sigaction(SIGUSR1, &act, NULL);
	if (fork() == 0) {
		nap_ms(3 * LATER_MS);
		_exit(close(connected(&addr)));
	}
	alarm_ms(LATER_MS);
	if (accept(fd, NULL, NULL) < 0)
		return 1;
	act.sa_flags = 0;
	sigaction(SIGALRM, &act, NULL);
	alarm_ms(LATER_MS);
	if (accept(fd, NULL, NULL) != -1 || errno != EINTR)
		return 2;
	return recv(handlers_pair[0], got, 4, 0) == 4 && wait(NULL) > 0 ? 0 : 3;
}

static sigjmp_buf far_away;

static void jump(int signo)
{
	siglongjmp(far_away, signo);
}

/* The handler never returns, so the call never ends. */
int hostile_handler_jumps(void)
{
	struct sockaddr_in addr;
	struct sigaction act = { .sa_handler = jump };
	int fd = listening(&addr);
	volatile int times = 0;

	sigaction(SIGALRM, &act, NULL);
	while (sigsetjmp(far_away, 1), times++ < 12) {
		alarm_ms(10);
		accept(fd, NULL, NULL);
	}
	return close(fd);
}

/* The same call from the same place with other arguments, after a jump: no call that is made again. */
int hostile_jump_args(void)
{
	struct sigaction act = { .sa_handler = jump, .sa_flags = SA_RESTART };
	volatile int times = 0;
	int pair[2];
	char data[64];

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) < 0)
		broken("socketpair");
	sigaction(SIGALRM, &act, NULL);
	if (sigsetjmp(far_away, 1))
		times++;
	if (times == 3 && send(pair[1], data, 40, 0) != 40)
		return 1;
	if (times < 3)
		alarm_ms(60);
	return recv(pair[0], data, (size_t)(10 + 10 * times), 0) == 40 ? 0 : 2;
}

static volatile sig_atomic_t may_jump = 1;

static void jump_once(int signo)
{
	if (may_jump--)
		siglongjmp(far_away, signo);
}

/* A call that is left; then, from the same frame, one that no filter stops fails with EINTR. */
int hostile_jump_away(void)
{
	struct sigaction act = { .sa_handler = jump_once };
	int pair[2], word = 0;
	char data[64];

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) < 0)
		broken("socketpair");
	sigaction(SIGALRM, &act, NULL);
	if (!sigsetjmp(far_away, 1)) {
		alarm_ms(60);
		syscall(SYS_recvfrom, pair[0], data, sizeof data, 0, NULL, NULL);
	}
	alarm_ms(60);
	return syscall(SYS_futex, &word, FUTEX_WAIT, 0, NULL, NULL, 0) == -1 && errno == EINTR ? 0 : 1;
}

static char alt[2][65536];

/* The signal stack lies above or below the frame whose call is broken off: both are tried. */
static int on_alt_stack(int flags)
{
	struct sigaction act = { .sa_handler = send_from_handler, .sa_flags = flags | SA_ONSTACK };
	char got[4], *here = (char *)__builtin_frame_address(0) - 70000;   /* of our own stack, below */
	struct sockaddr_in addr;
	int fd = listening(&addr), conn = -1;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, handlers_pair) < 0)
		broken("socketpair");
	sigaction(SIGUSR1, &act, NULL);
	sigaction(SIGALRM, &act, NULL);
	for (int i = 0; i < 2; i++) {
		stack_t on = { .ss_sp = i ? alt[0] : here - sizeof alt[0], .ss_size = sizeof alt[0] };
		if (sigaltstack(&on, NULL) < 0)
			broken("sigaltstack");
		if (flags && fork() == 0) {
			nap_ms(3 * LATER_MS);
			_exit(close(connected(&addr)));
		}
		alarm_ms(LATER_MS);
		conn = accept(fd, NULL, NULL);
		if (flags ? conn < 0 : conn != -1 || errno != EINTR)
			return 1;
		if (recv(handlers_pair[0], got, 2, MSG_WAITALL) != 2)
			return 2;
	}
	return flags && (wait(NULL) < 0 || wait(NULL) < 0) ? 3 : 0;
}

int hostile_alt_stack(void)
{
	return on_alt_stack(0);
}

int hostile_alt_stack_calls(void)
{
	return on_alt_stack(SA_RESTART);
}

static void wait_in_handler(int signo)
{
	char c;

	if (signo == SIGALRM) {
		recv(handlers_pair[0], &c, 1, 0);
	} else {
		send(handlers_pair[1], "x", 1, 0);
	}
}

/* A call broken off in a handler that itself broke off a call; both are made again. */
int hostile_handler_in_handler(void)
{
	struct sockaddr_in addr;
	struct sigaction act = { .sa_handler = wait_in_handler, .sa_flags = SA_RESTART };
	int fd = listening(&addr);
	pid_t me = getpid();

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, handlers_pair) < 0)
		broken("socketpair");
	sigaction(SIGUSR1, &act, NULL);
	sigaction(SIGALRM, &act, NULL);
	if (fork() == 0) {
		nap_ms(LATER_MS);
		kill(me, SIGALRM);
		nap_ms(LATER_MS);
		kill(me, SIGUSR1);
		nap_ms(2 * LATER_MS);
		_exit(close(connected(&addr)));
	}
	return accept(fd, NULL, NULL) >= 0 && wait(NULL) > 0 ? 0 : 1;
}

int hostile_stop_for_ever(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	raise(SIGSTOP);
	return close(fd);
}

/* A child in the background reads the terminal: SIGTTIN stops its group; in the foreground it would be asked for a line. */
int hostile_background(void)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		char c;
		setpgid(0, 0);
		nap_ms(20);
		_exit(read(0, &c, 1) < 0 ? 1 : 2);
	}
	if (waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status) || WSTOPSIG(status) != SIGTTIN)
		return 1;
	kill(pid, SIGKILL);
	return waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) ? 0 : 2;
}
