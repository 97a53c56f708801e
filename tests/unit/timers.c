/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Timerfds of a program, which here is the test itself: how many are remembered while it opens and closes them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/conduct/timers.h"
#include "engine/run_state.h"
#include "engine/trace/fdtable.h"
#include "engine/trace/syscall.h"

enum { ROUNDS = 1000, KEPT = 20 };

static struct run run;
static struct task *me;

static int setup(void **state)
{
	run = (struct run){ 0 };
	tasks_init(&run.tasks);
	socks_init(&run.socks);
	me = task_new(&run.tasks, getpid());
	struct process *p = process_new(&run.tasks, getpid(), 0);
	p->fds = fdtable_new(getpid());
	if (p->pidfd < 0)
		p->pidfd = (int)syscall(SYS_pidfd_open, getpid(), 0);
	task_place(&run.tasks, me, p);
	me->call.desc = call_named("timerfd_settime");
	return p->pidfd < 0 || !me->call.desc;
}

static int teardown(void **state)
{
	timers_release(&run.timers);
	tasks_release(&run.tasks);
	socks_release(&run.socks);
	return 0;
}

/* As if the program had made a timer and set it; its descriptor. */
static int make_timer(int seconds)
{
	static struct itimerspec spec;
	int64_t ret = 0;
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	assert_true(fd >= 0);
	spec = (struct itimerspec){ .it_value = { .tv_sec = seconds } };
	fdtable_set(task_fds(me), fd, "timerfd", NULL, true);
	const uint64_t args[6] = { (uint64_t)fd, 0, (uint64_t)(uintptr_t)&spec, 0 };
	memcpy(me->call.args, args, sizeof args);
	timers_exit(&run, me, &ret);
	return fd;
}

static void close_timer(int fd)
{
	assert_true(fdtable_close(task_fds(me), fd));
	close(fd);
}

static void is_next(int seconds)
{
	struct run_timer next;
	assert_true(timers_next(&run, &next));
	assert_int_equal(next.asked, seconds * INT64_C(1000000000));
}

static void closed_ones_are_forgotten(void **state)
{
	int last = make_timer(7);
	for (int i = 0; i < ROUNDS; i++)
		close_timer(make_timer(5));
	assert_in_range(run.timers.n, 1, 64);
	assert_in_range(run.timers.room, 1, 64);
	is_next(7);
	close_timer(last);
	struct run_timer next;
	assert_false(timers_next(&run, &next));
}

static void open_ones_are_not(void **state)
{
	int kept[KEPT];
	for (int i = 0; i < KEPT; i++)
		kept[i] = make_timer(100 - i);
	for (int i = 0; i < ROUNDS; i++)
		close_timer(make_timer(1));
	for (int i = KEPT; i-- > 0;) {
		is_next(100 - i);
		close_timer(kept[i]);
	}
}

/* A thread that has a table of its own (unshare(2)). */
static void those_of_one_thread_are_not(void **state)
{
	task_place(&run.tasks, task_new(&run.tasks, 1 << 23), me->process);   /* the process's other thread */
	int fd = make_timer(3), id = fdtable_find(task_fds(me), fd)->timer;
	task_unshare_fds(me);
	fdtable_close(me->process->fds, fd);
	for (int i = 0; i < ROUNDS; i++)
		close_timer(make_timer(5));
	bool there = false;
	for (int i = 0; i < run.timers.n; i++)
		there |= run.timers.fds[i].id == id;
	assert_true(there);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(closed_ones_are_forgotten, setup, teardown),
		cmocka_unit_test_setup_teardown(open_ones_are_not, setup, teardown),
		cmocka_unit_test_setup_teardown(those_of_one_thread_are_not, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
