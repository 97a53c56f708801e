/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls that wait: for descriptors, for times, for signals. */
#include "tests/trace/every-call/every.h"

#ifdef __NR_select
void make_select(void)
{
	fd_set r, w, e;
	FD_ZERO(&r);
	FD_ZERO(&w);
	FD_ZERO(&e);
	FD_SET(udp[0], &w);
	FD_SET(udp[0], &r);
	FD_SET(udp[1], &r);
	struct timeval t = { 1, 0 }, now = { 0, 0 };
	CALL(select, udp[1] + 1, &r, &w, &e, &t);
	FD_SET(udp[1], &r);
	CALL(select, udp[1] + 1, &r, NULL, NULL, &now);
	CALL(select, 0, NULL, NULL, NULL, &now);
	CALL(select, udp[1] + 1, NULL, &w, NULL, NULL);
	CALL(select, -1, NULL, &w, NULL, NULL);
	CALL(select, 1, 8L, NULL, NULL, NULL);
}
#endif

void make_pselect6(void)
{
	fd_set w;
	FD_ZERO(&w);
	FD_SET(udp[0], &w);
	struct timespec t = { 1, 0 }, now = { 0, 0 };
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGCHLD);
	pselect(udp[0] + 1, NULL, &w, NULL, &t, &set);
	pselect(0, NULL, NULL, NULL, &now, NULL);
	CALL(pselect6, 0, NULL, NULL, NULL, &now, NULL);
}

#ifdef __NR_poll
void make_poll(void)
{
	struct pollfd fds[3] = { { udp[0], POLLIN | POLLOUT, 0 }, { udp[1], POLLIN, 0 }, { 99, 0, 0 } };
	CALL(poll, fds, 3, 1000);
	CALL(poll, fds + 1, 1, 0);
	CALL(poll, NULL, 0, 0);
	CALL(poll, 8L, 1, 0);
	for (unsigned i = 0; i < group(CONST_pollevents)->n; i++) {
		fds[0].events = (short)group(CONST_pollevents)->item[i].value;
		CALL(poll, fds, 1, 0);
	}
	fds[0].events = -1;
	CALL(poll, fds, 1, 0);
	fds[0].fd = -1;
	CALL(poll, fds, 1, 0);
}
#endif

void make_ppoll(void)
{
	struct pollfd fds[2] = { { udp[0], POLLOUT, 0 }, { udp[1], POLLIN, 0 } };
	struct timespec t = { 1, 5 }, now = { 0, 0 };
	sigset_t set;
	sigfillset(&set);
	ppoll(fds, 2, &t, &set);
	sigemptyset(&set);
	ppoll(fds + 1, 1, &now, &set);
	ppoll(fds, 1, NULL, NULL);
}

#ifdef __NR_epoll_create
void make_epoll_create(void)
{
	close((int)CALL(epoll_create, 5));
}
#endif

void make_epoll_create1(void)
{
	epfd = (int)CALL(epoll_create1, EPOLL_CLOEXEC);
	CALL(epoll_create1, 5);
}

void make_epoll_ctl(void)
{
	struct epoll_event e = { .events = EPOLLIN | EPOLLET, .data.u64 = 0x1122334455667788 };
	epoll_ctl(epfd, EPOLL_CTL_ADD, udp[0], &e);
	e.events = EPOLLOUT;
	e.data.fd = 5;
	epoll_ctl(epfd, EPOLL_CTL_MOD, udp[0], &e);
	for (unsigned i = 0; i < group(CONST_epollevents)->n; i++) {
		e.events = (uint32_t)group(CONST_epollevents)->item[i].value;
		epoll_ctl(epfd, EPOLL_CTL_ADD, 99, &e);
	}
	e.events = 0xffffffff;
	epoll_ctl(epfd, EPOLL_CTL_ADD, 99, &e);
	e.events = 0;
	epoll_ctl(epfd, EPOLL_CTL_ADD, 99, &e);
	epoll_ctl(epfd, EPOLL_CTL_DEL, 99, NULL);
	epoll_ctl(epfd, EPOLL_CTL_DEL, 99, &e);
	epoll_ctl(epfd, 9, 99, &e);
	CALL(epoll_ctl, epfd, EPOLL_CTL_ADD, 99, 8L);
}

#ifdef __NR_epoll_wait
void make_epoll_wait(void)
{
	struct epoll_event e[4];
	CALL(epoll_wait, epfd, e, 4, 1000);
	CALL(epoll_wait, epfd, e, 0, 1000);
	epoll_ctl(epfd, EPOLL_CTL_DEL, udp[0], NULL);
	CALL(epoll_wait, epfd, e, 4, 0);
	e[0] = (struct epoll_event){ .events = EPOLLOUT, .data.fd = 5 };
	epoll_ctl(epfd, EPOLL_CTL_ADD, udp[0], e);
}
#endif

void make_epoll_pwait(void)
{
	struct epoll_event e[4];
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	epoll_pwait(epfd, e, 4, 1000, &set);
	epoll_pwait(epfd, e, 4, -1, NULL);
}

#ifdef __NR_epoll_pwait2
void make_epoll_pwait2(void)
{
	struct epoll_event e[4];
	struct timespec t = { 1, 0 };
	sigset_t set;
	sigemptyset(&set);
	CALL(epoll_pwait2, epfd, e, 4, &t, &set, 8);
	CALL(epoll_pwait2, epfd, e, 4, NULL, NULL, 8);
}
#endif

#ifdef __NR_eventfd
void make_eventfd(void)
{
	evfd = (int)CALL(eventfd, 3);
}
#endif

void make_eventfd2(void)
{
	for (unsigned i = 0; i < group(CONST_eventfdflags)->n; i++)
		close((int)CALL(eventfd2, 0, (int)group(CONST_eventfdflags)->item[i].value));
	CALL(eventfd2, 0, 0xffff);
	evfd = eventfd(3, EFD_CLOEXEC | EFD_NONBLOCK);
}

void make_timerfd_create(void)
{
	for (unsigned i = 0; i < group(CONST_clock)->n; i++)
		close((int)CALL(timerfd_create, (int)group(CONST_clock)->item[i].value, 0));
	CALL(timerfd_create, 77, 0x40000000);
	tmfd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
}

void make_timerfd_settime(void)
{
	struct itimerspec its = { { 0, 0 }, { 100000, 5 } }, old, past = { { 0, 0 }, { 1, 0 } };
	timerfd_settime(tmfd, 0, &its, NULL);
	timerfd_settime(tmfd, TFD_TIMER_ABSTIME, &past, &old);
	CALL(timerfd_settime, tmfd, 0xff, &its, &old);
	CALL(timerfd_settime, tmfd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, 8L, NULL);
}

void make_timerfd_gettime(void)
{
	struct itimerspec its;
	timerfd_gettime(tmfd, &its);
	timerfd_gettime(99, &its);
}

#ifdef __NR_signalfd
void make_signalfd(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	close((int)CALL(signalfd, -1, &set, 8));
}
#endif

void make_signalfd4(void)
{
	sigset_t set;
	sigemptyset(&set);
	for (unsigned i = 0; i < group(CONST_signal)->n; i++) {
		sigset_t single;
		sigemptyset(&single);
		sigaddset(&single, (int)group(CONST_signal)->item[i].value);
		close((int)CALL(signalfd4, -1, &single, 8, 0));
	}
	close((int)CALL(signalfd4, -1, &set, 8, SFD_CLOEXEC));
	sigaddset(&set, SIGUSR2);
	sigaddset(&set, 40);
	close((int)CALL(signalfd4, -1, &set, 8, SFD_CLOEXEC | SFD_NONBLOCK));
	CALL(signalfd4, 99, &set, 7, 0xfff);
}

void make_nanosleep(void)
{
	struct timespec t = { 0, 1000 }, bad = { 0, 2000000000 }, left;
	CALL(nanosleep, &t, NULL);
	CALL(nanosleep, &t, &left);
	CALL(nanosleep, &bad, &left);
	CALL(nanosleep, 8L, NULL);
}

void make_clock_nanosleep(void)
{
	struct timespec t = { 0, 1000 }, left;
	for (unsigned i = 0; i < group(CONST_clock)->n; i++)
		CALL(clock_nanosleep, (int)group(CONST_clock)->item[i].value, TIMER_ABSTIME, &t, NULL);
	CALL(clock_nanosleep, CLOCK_MONOTONIC, 0, &t, &left);
	CALL(clock_nanosleep, 77, 8, &t, NULL);
}

static void on_signal(int signo)
{
}

/* A signal every 20 ms, so that one comes while the next call sleeps, however slow the machine. */
static void signals(bool on)
{
	struct itimerval every = { { 0, on ? 20000 : 0 }, { 0, on ? 20000 : 0 } };
	struct sigaction act = { .sa_handler = on_signal };
	sigaction(SIGALRM, &act, NULL);
	setitimer(ITIMER_REAL, &every, NULL);
}

#ifdef __NR_pause
void make_pause(void)
{
	signals(true);
	CALL(pause);
	signals(false);
}
#endif

#ifdef __NR_alarm
void make_alarm(void)
{
	CALL(alarm, 100);
	CALL(alarm, 0);
}
#endif

void make_setitimer(void)
{
	struct itimerval none = { { 0, 0 }, { 0, 0 } }, old;
	for (unsigned i = 0; i < group(CONST_itimer)->n; i++)
		CALL(setitimer, (int)group(CONST_itimer)->item[i].value, &none, &old);
	CALL(setitimer, 9, &none, NULL);
	struct timespec t = { 3600, 0 }, left;
	struct pollfd one_fd = { udp[1], POLLIN, 0 };
	char buf[4];
	signals(true);
	CALL(nanosleep, &t, &left);
	CALL(clock_nanosleep, CLOCK_MONOTONIC, 0, &t, &left);
	ppoll(&one_fd, 1, &t, NULL);
	recv(udp[1], buf, sizeof buf, 0);
	signals(false);
}

void make_getitimer(void)
{
	struct itimerval now;
	CALL(getitimer, ITIMER_REAL, &now);
}

void make_rt_sigtimedwait(void)
{
	sigset_t set;
	siginfo_t info;
	struct timespec t = { 0, 1000 };
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	CALL(rt_sigtimedwait, &set, &info, &t, 8);
	kill(getpid(), SIGUSR1);
	CALL(rt_sigtimedwait, &set, &info, NULL, 8);
	kill(getpid(), SIGUSR1);
	CALL(rt_sigtimedwait, &set, NULL, NULL, 8);
	CALL(tgkill, getpid(), getpid(), SIGUSR1);
	CALL(rt_sigtimedwait, &set, &info, NULL, 8);
	sigqueue(getpid(), SIGUSR1, (union sigval){ .sival_int = 5 });
	CALL(rt_sigtimedwait, &set, &info, NULL, 8);
}

void make_rt_sigsuspend(void)
{
	sigset_t set;
	sigemptyset(&set);
	signals(true);
	CALL(rt_sigsuspend, &set, 8);
	signals(false);
}

void make_futex(void)
{
	static int word = 1;
	for (unsigned i = 0; i < group(CONST_futexop)->n; i++)
		CALL(futex, NULL, (int)group(CONST_futexop)->item[i].value | 0x80, 1, NULL, NULL, 0);
	CALL(futex, &word, 1, 1, NULL, NULL, 0);
	CALL(futex, &word, 9 | 0x80 | 0x100, 0, NULL, NULL, -1);
}
