/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/conduct/timers.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/buf.h"
#include "engine/conduct/conduct.h"
#include "engine/run_state.h"
#include "engine/trace/peek.h"

#ifndef TFD_IOC_SET_TICKS
#define TFD_IOC_SET_TICKS _IOW('T', 0, uint64_t)
#endif

static const int64_t SECOND_NS = 1000000000;
enum { EXPIRE_MS = 20 };

void timers_release(struct timers *t)
{
	free(t->fds);
	*t = (struct timers){ 0 };
}

/* alarm and setitimer */

static bool is_call(const struct task *task, const char *name)
{
	return strcmp(task->call.desc->name, name) == 0;
}

static void set_alarm(struct run *run, struct alarm *a, int64_t ns, int64_t interval, const char *of)
{
	*a = (struct alarm){ .expiry = expiry_in(&run->clock, ns, interval), .of = of };
}

static bool is_real_itimer(const struct task *task)
{
	return (int)task->call.args[0] == ITIMER_REAL;
}

/* A value that the kernel will refuse is left to it. */
static bool read_itimer(struct task *task, uint64_t at, int64_t *ns, int64_t *interval)
{
	*ns = *interval = 0;
	if (!at)
		return true;   /* setitimer(2): as if it were all zero */
	return conduct_read_val(task, at, interval) && conduct_read_val(task, at + sizeof(struct timeval), ns) &&
	       *ns < NO_END / 4 && *interval < NO_END / 4;
}

void timers_enter(struct run *run, struct task *task)
{
	static const struct itimerval off;
	int64_t ns, interval;
	(void)run;
	if (is_call(task, "alarm"))
		conduct_clock_disguise(task, 0, NULL, 0);
	else if (is_call(task, "setitimer") && is_real_itimer(task) && read_itimer(task, task->call.args[1], &ns, &interval))
		conduct_clock_disguise(task, 1, &off, sizeof off);
}

/* alarm(2) gives whole seconds, rounded, but never 0 for a timer that is on. */
static int64_t alarm_seconds(const struct run *run, const struct alarm *a)
{
	int64_t left = expiry_left(&a->expiry, vclock_now(&run->clock)), s = (left + SECOND_NS / 2) / SECOND_NS;
	return a->expiry.on && !s ? 1 : s;
}

static void exit_alarm(struct run *run, struct task *task, int64_t *ret)
{
	struct alarm *a = &task->process->alarm;
	int64_t left = alarm_seconds(run, a);
	tracer_put_back_arg(task->tid, 0, task->call.args[0]);
	if (!task->call.disguised)
		return;
	if (tracer_set_result(task->tid, left))
		*ret = left;
	set_alarm(run, a, (int64_t)(uint32_t)task->call.args[0] * SECOND_NS, 0, "alarm");
}

static void put_itimer(struct run *run, struct task *task, uint64_t at, const struct alarm *a)
{
	struct itimerspec spec = expiry_spec(&a->expiry, vclock_now(&run->clock));
	struct timeval t[2];
	TIMESPEC_TO_TIMEVAL(&t[0], &spec.it_interval);
	TIMESPEC_TO_TIMEVAL(&t[1], &spec.it_value);
	if (a->expiry.on && !t[1].tv_sec && !t[1].tv_usec)
		t[1].tv_usec = 1;
	if (at)
		peek_put(task->tid, at, t, sizeof t);
}

static void exit_setitimer(struct run *run, struct task *task, int64_t ret)
{
	struct alarm *a = &task->process->alarm, was = *a;
	int64_t ns, interval;
	if (!task->call.disguised)
		return;
	tracer_put_back_arg(task->tid, 1, task->call.args[1]);
	if (ret == 0 && read_itimer(task, task->call.args[1], &ns, &interval)) {
		put_itimer(run, task, task->call.args[2], &was);
		set_alarm(run, a, ns, interval, "setitimer");
	}
}

/* timerfd */

static struct timerfd *timer_of(struct timers *t, int id)
{
	for (int i = 0; i < t->n; i++)
		if (t->fds[i].id == id)
			return &t->fds[i];
	return NULL;
}

static const struct fd_entry *entry_of(const struct fdtable *fds, int timer)
{
	for (int i = 0; fds && i < fdtable_count(fds); i++)
		if (fdtable_at(fds, i)->timer == timer)
			return fdtable_at(fds, i);
	return NULL;
}

static bool is_open(const struct run *run, int timer)
{
	for (int i = 0; i < run->tasks.n_processes; i++)
		if (entry_of(run->tasks.processes[i]->fds, timer))
			return true;
	for (int i = 0; i < run->tasks.n; i++)
		if (entry_of(run->tasks.all[i]->own_fds, timer))
			return true;
	return false;
}

static void forget_closed(struct run *run)
{
	struct timers *t = &run->timers;
	int n = 0;
	for (int i = 0; i < t->n; i++)
		if (is_open(run, t->fds[i].id))
			t->fds[n++] = t->fds[i];
	t->n = n;
}

/* Programs may open and close timers for days: closed ones are looked for whenever there is no room. */
static struct timerfd *timer_new(struct run *run)
{
	struct timers *t = &run->timers;
	if (t->n == t->room) {
		forget_closed(run);
		if (t->n >= t->room / 2) {
			t->room = t->room ? 2 * t->room : 8;
			t->fds = xrealloc(t->fds, (size_t)t->room * sizeof *t->fds);
		}
	}
	t->fds[t->n] = (struct timerfd){ .id = ++t->ids };
	return &t->fds[t->n++];
}

/* A line of a descriptor's file in /proc/self/fdinfo; -1: it has none. proc(5). */
static int64_t fd_info(int fd, const char *name)
{
	char path[48], line[128];
	int64_t value = -1;
	snprintf(path, sizeof path, "/proc/self/fdinfo/%d", fd);
	FILE *f = fopen(path, "re");
	while (f && fgets(line, sizeof line, f))
		if (strncmp(line, name, strlen(name)) == 0)
			value = strtoll(line + strlen(name), NULL, 10);
	if (f)
		fclose(f);
	return value;
}

/* Our copy of a process's descriptor, if that is a timerfd on one of our clocks; else -1. */
static int borrow(const struct process *p, int fd, int *clock)
{
	int dup = (int)syscall(SYS_pidfd_getfd, p->pidfd, fd, 0);
	int64_t id = dup >= 0 ? fd_info(dup, "clockid:") : -1;
	if (dup >= 0 && (id < 0 || !vclock_has((int)id))) {
		close(dup);
		return -1;
	}
	*clock = (int)id;
	return dup;
}

/* It is readable, so many times more. Without that request of timerfd_create(2) in the kernel, what was not read is forgotten. */
static void expire(int fd, uint64_t times)
{
	static const struct itimerspec at_once = { .it_value = { .tv_nsec = 1 } };
	int64_t unread = fd_info(fd, "ticks:");
	uint64_t ticks = unread > 0 ? (uint64_t)unread + times : times;
	if (ioctl(fd, TFD_IOC_SET_TICKS, &ticks) == 0)
		return;
	timerfd_settime(fd, 0, &at_once, NULL);
	poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, EXPIRE_MS);
}

static void put_timer(struct run *run, struct task *task, uint64_t at, const struct timerfd *t)
{
	static const struct expiry off;
	struct itimerspec spec = expiry_spec(t ? &t->expiry : &off, vclock_now(&run->clock));
	if (at)
		peek_put(task->tid, at, &spec, sizeof spec);
}

/* A moment that is past: the timer has run out by the time the call returns, with an interval perhaps more than once. */
static void run_out(struct timerfd *t, int fd, int64_t now)
{
	int64_t times = expiry_catch_up(&t->expiry, now);
	if (times)
		expire(fd, (uint64_t)times);
}

static void exit_settime(struct run *run, struct task *task)
{
	static const struct itimerspec off;
	const uint64_t *args = task->call.args;
	struct fd_entry *e = effect_fd(&run->socks, task, (int)args[0]);
	int64_t ns, interval;
	int clock, fd = e ? borrow(task->process, (int)args[0], &clock) : -1;
	if (fd < 0)
		return;
	if (conduct_read_itimerspec(task, args[2], &ns, &interval) && timerfd_settime(fd, 0, &off, NULL) == 0) {
		struct timerfd *t = timer_of(&run->timers, e->timer);
		put_timer(run, task, args[3], t);
		if (!t)
			t = timer_new(run);
		e->timer = t->id;
		*t = (struct timerfd){ .id = t->id, .clock = clock,
			.expiry = expiry_of(&run->clock, clock, args[1] & TFD_TIMER_ABSTIME, ns, interval) };
		run_out(t, fd, vclock_now(&run->clock));
	}
	close(fd);
}

static void exit_gettime(struct run *run, struct task *task)
{
	const struct fd_entry *e = effect_fd(&run->socks, task, (int)task->call.args[0]);
	const struct timerfd *t = e ? timer_of(&run->timers, e->timer) : NULL;
	if (t)
		put_timer(run, task, task->call.args[1], t);
}

/* Who takes a signal out of the queue himself: where it tells who sent it. 0: he does not want to know. */
static uint64_t told_at(struct run *run, struct task *task, int64_t ret)
{
	const uint64_t *args = task->call.args;
	if (is_call(task, "rt_sigtimedwait") && ret > 0 && args[1])
		return args[1];
	const struct fd_entry *e = is_call(task, "read") && ret >= (int64_t)sizeof(struct signalfd_siginfo) ?
				   effect_fd(&run->socks, task, (int)args[0]) : NULL;
	return e && strcmp(e->kind, "signalfd") == 0 ? args[1] : 0;
}

/* Number, something, and code are the first three in both structures. Ours came from nobody: as the kernel's does. */
static void exit_taken(struct run *run, struct task *task, int64_t ret)
{
	struct peek mem = peek_process(task->tid);
	int32_t head[3];
	bool wanted = task->process->alarm.sent || run->ptimers.n;
	uint64_t at = wanted ? told_at(run, task, ret) : 0;
	if (!at || !peek_all(&mem, at, head, sizeof head))
		return;
	if (head[2] == SI_TIMER && is_call(task, "read"))
		ptimers_taken(run, task, at + offsetof(struct signalfd_siginfo, ssi_tid), at + offsetof(struct signalfd_siginfo, ssi_overrun));
	else if (head[2] == SI_TIMER)
		ptimers_taken(run, task, at + offsetof(siginfo_t, si_timerid), at + offsetof(siginfo_t, si_overrun));
	if (!task->process->alarm.sent || head[0] != SIGALRM || head[2] != SI_USER)
		return;
	head[2] = SI_KERNEL;
	task->process->alarm.sent = false;
	peek_put(task->tid, at, head, sizeof head);
}

void timers_exit(struct run *run, struct task *task, int64_t *ret)
{
	if (is_call(task, "alarm"))
		exit_alarm(run, task, ret);
	else if (is_call(task, "setitimer"))
		exit_setitimer(run, task, *ret);
	else if (*ret == 0 && is_call(task, "getitimer") && is_real_itimer(task))
		put_itimer(run, task, task->call.args[1], &task->process->alarm);
	else if (*ret == 0 && is_call(task, "timerfd_settime"))
		exit_settime(run, task);
	else if (*ret == 0 && is_call(task, "timerfd_gettime"))
		exit_gettime(run, task);
	exit_taken(run, task, *ret);
}

/* what is due */

/* One of the five. */
struct due {
	int64_t at;
	bool packet;                 /* one that was delayed comes out of the cable; asked: so long */
	int64_t asked;
	struct task *task;           /* its wait ends */
	struct process *process;     /* its alarm; or one that has the timerfd: */
	struct timerfd *timer;
	int fd;
	struct ptimer *ptimer;       /* or it made this one */
};

static struct process *holder(const struct run *run, int timer, int *fd)
{
	for (int i = 0; i < run->tasks.n_processes; i++) {
		const struct fd_entry *e = entry_of(run->tasks.processes[i]->fds, timer);
		if (e) {
			*fd = e->fd;
			return run->tasks.processes[i];
		}
	}
	return NULL;
}

static void take_earlier(struct due *best, const struct due *d)
{
	if ((!best->task && !best->process && !best->packet) || d->at < best->at)
		*best = *d;
}

/* It has run out and nobody moved: who does not look at it then, or has it unread, would not move the next time either. */
static bool unheard(const struct run *run, const struct timerfd *t)
{
	return t->fired && t->fired == run->stops;
}

/* False: there is none. Of several at one moment: waits first, in the order the tasks appeared. */
static bool earliest(const struct run *run, struct due *best)
{
	*best = (struct due){ .at = 0 };
	for (int i = 0; i < run->tasks.n; i++) {
		struct task *t = run->tasks.all[i];
		if (t->where == TASK_DELAYED || (t->where == TASK_IN_CALL && t->call.timed && !t->call.fired))
			take_earlier(best, &(struct due){ .at = t->call.deadline, .task = t, .process = t->process });
	}
	for (int i = 0; i < run->tasks.n_processes; i++) {
		struct process *p = run->tasks.processes[i];
		if (p->alarm.expiry.on)
			take_earlier(best, &(struct due){ .at = p->alarm.expiry.at, .process = p });
	}
	for (int i = 0; i < run->timers.n; i++) {
		struct timerfd *t = &run->timers.fds[i];
		int fd;
		struct process *p = t->expiry.on && !unheard(run, t) ? holder(run, t->id, &fd) : NULL;
		if (p)
			take_earlier(best, &(struct due){ .at = t->expiry.at, .process = p, .timer = t, .fd = fd });
	}
	for (int i = 0; i < run->ptimers.n; i++) {
		struct ptimer *t = &run->ptimers.all[i];
		struct process *p = t->expiry.on && t->signo ? process_find(&run->tasks, t->pid) : NULL;
		if (p)
			take_earlier(best, &(struct due){ .at = t->expiry.at, .process = p, .ptimer = t });
	}
	struct due d = { .packet = true };
	if (run->cable && cable_next_due(run->cable, &d.at, &d.asked))
		take_earlier(best, &d);
	return best->process || best->packet;
}

static const char *maker(const struct due *d)
{
	return d->task ? d->task->call.canon : d->timer ? "timerfd_settime" : d->ptimer ? "timer_settime" : d->process->alarm.of;
}

static int64_t asked(const struct due *d)
{
	if (d->task)
		return d->task->call.asked;
	return d->timer ? d->timer->expiry.asked : d->ptimer ? d->ptimer->expiry.asked : d->process->alarm.expiry.asked;
}

static void describe(const struct due *d, const struct run *run, struct run_timer *out)
{
	int64_t left = d->at > vclock_now(&run->clock) ? d->at - vclock_now(&run->clock) : 0;
	if (d->packet) {
		*out = (struct run_timer){ .of = "packet", .lane = -1, .actor = -1, .asked = d->asked, .left = left };
		return;
	}
	*out = (struct run_timer){
		.of = maker(d), .lane = d->task ? d->task->lane : -1, .actor = d->process->actor, .asked = asked(d), .left = left,
	};
}

bool timers_next(const struct run *run, struct run_timer *out)
{
	struct due d;
	if (!earliest(run, &d))
		return false;
	describe(&d, run, out);
	return true;
}

static void fire_alarm(struct process *p)
{
	p->alarm.sent = true;
	expiry_pass(&p->alarm.expiry);
	kill(p->pid, SIGALRM);
}

static void fire_timer(struct run *run, const struct due *d)
{
	int clock, fd = borrow(d->process, d->fd, &clock);
	d->timer->fired = run->stops;
	if (fd < 0) {
		expiry_pass(&d->timer->expiry);
		return;
	}
	run_out(d->timer, fd, vclock_now(&run->clock));
	close(fd);
}

/* Time has come to another's moment: those that were unheard have run out more often by then. */
static void count_unheard(struct run *run)
{
	for (int i = 0; i < run->timers.n; i++) {
		struct timerfd *t = &run->timers.fds[i];
		int clock, at, fd = -1;
		struct process *p = t->expiry.on && unheard(run, t) ? holder(run, t->id, &at) : NULL;
		if (p)
			fd = borrow(p, at, &clock);
		if (fd >= 0) {
			run_out(t, fd, vclock_now(&run->clock));
			close(fd);
		}
	}
}

void timers_fire(struct run *run)
{
	struct due d;
	struct run_timer is;
	struct event e;
	if (!earliest(run, &d))
		return;
	describe(&d, run, &is);
	vclock_reach(&run->clock, d.at);
	count_unheard(run);
	event_init(&e, EVENT_timer);
	e.actor = is.actor;
	e.timer.of = is.of;
	e.timer.asked = is.asked;
	e.timer.clock = vclock_now(&run->clock);
	run_emit(run, d.task, &e);
	if (d.task && d.task->where == TASK_DELAYED) {
		d.task->where = TASK_HELD;
	} else if (d.task) {
		d.task->call.fired = true;
		tracer_interrupt(d.task->tid);
	} else if (d.timer) {
		fire_timer(run, &d);
	} else if (d.ptimer) {
		ptimer_fire(d.ptimer);
	} else if (d.process) {
		fire_alarm(d.process);
	}
}
