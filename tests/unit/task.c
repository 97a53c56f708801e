/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The index of tasks, and tables of descriptors that change hands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "engine/trace/effect.h"
#include "engine/trace/fdtable.h"
#include "engine/trace/task.h"

enum { PID = 1 << 23, TASKS = 3000 };   /* ids that no system gives: pid_max is 1 << 22 at most */

static struct process *new_process(struct tasks *t, pid_t pid)
{
	struct process *p = process_new(t, pid, 0);
	p->fds = fdtable_new(pid);
	return p;
}

static void nothing_is_kept_of_what_has_ended(void **state)
{
	struct tasks t;
	tasks_init(&t);
	for (int i = 0; i < TASKS; i++) {
		struct task *task = task_new(&t, PID + i);
		task_place(&t, task, new_process(&t, PID + i));
		assert_ptr_equal(task_find(&t, PID + i), task);
		task_end(&t, task);
		assert_null(task_find(&t, PID + i));
	}
	assert_int_equal(t.n, 0);
	assert_int_equal(t.n_processes, 0);
	assert_int_equal(t.lanes, TASKS);
	tasks_release(&t);
}

static void tasks_of_one_bucket_are_told_apart(void **state)
{
	struct tasks t;
	struct task *task[4];
	tasks_init(&t);
	struct process *p = new_process(&t, PID);
	for (int i = 0; i < 4; i++) {
		task[i] = task_new(&t, PID + i * TASK_BUCKETS);
		task_place(&t, task[i], p);
	}
	task_end(&t, task[1]);
	task_rename(&t, task[2], PID + 7);
	assert_ptr_equal(task_find(&t, PID), task[0]);
	assert_null(task_find(&t, PID + TASK_BUCKETS));
	assert_null(task_find(&t, PID + 2 * TASK_BUCKETS));
	assert_ptr_equal(task_find(&t, PID + 7), task[2]);
	assert_ptr_equal(task_by_lane(&t, 3), task[3]);
	assert_int_equal(p->tasks, 3);
	tasks_release(&t);
}

static void a_parked_one_that_ended_waits_for_its_parent(void **state)
{
	struct tasks t;
	tasks_init(&t);
	struct task *task = task_new(&t, PID);
	task_end(&t, task);
	assert_null(task_find(&t, PID));
	assert_ptr_equal(task_never_placed(&t, PID), task);
	struct task *next = task_new(&t, PID);   /* the id was given again */
	assert_ptr_equal(task_find(&t, PID), next);
	assert_ptr_equal(task_never_placed(&t, PID), task);
	task_forget(&t, task);
	assert_null(task_never_placed(&t, PID));
	assert_int_equal(t.n, 1);
	tasks_release(&t);
}

/* A process that shares its table leaves it: the socket is open as long as anybody's table has it. */
static void a_shared_table_is_left_alone(void **state)
{
	struct tasks t;
	struct socks socks;
	tasks_init(&t);
	socks_init(&socks);
	struct sock *sock = sock_new(&socks);
	struct task *one = task_new(&t, PID), *two = task_new(&t, PID + 1);
	task_place(&t, one, new_process(&t, PID));
	task_place(&t, two, process_new(&t, PID + 1, 0));
	two->process->fds = fdtable_share(one->process->fds, PID + 1);
	fdtable_set(one->process->fds, 3, "socket", sock, false);
	assert_non_null(fdtable_find(task_fds(two), 3));
	task_unshare_fds(two);
	assert_int_equal(fdtable_owners(one->process->fds), 1);
	assert_int_equal(sock->refs, 2);
	fdtable_close(task_fds(two), 3);
	assert_non_null(fdtable_find(task_fds(one), 3));
	task_end(&t, two);
	assert_int_equal(sock->refs, 1);
	tasks_release(&t);
	socks_release(&socks);
}

/* One thread of two has a table of its own; when it ends, nothing is left of it. */
static void a_thread_can_leave_the_table(void **state)
{
	struct tasks t;
	struct socks socks;
	tasks_init(&t);
	socks_init(&socks);
	struct sock *sock = sock_new(&socks);
	struct process *p = new_process(&t, PID);
	struct task *leader = task_new(&t, PID), *thread = task_new(&t, PID + 1);
	task_place(&t, leader, p);
	task_place(&t, thread, p);
	fdtable_set(p->fds, 3, "socket", sock, false);
	task_unshare_fds(thread);
	assert_ptr_not_equal(task_fds(thread), task_fds(leader));
	assert_int_equal(fdtable_owner(task_fds(thread), 0), 0);
	fdtable_close(task_fds(thread), 3);
	assert_non_null(fdtable_find(task_fds(leader), 3));
	task_end(&t, thread);
	assert_int_equal(sock->refs, 1);
	tasks_release(&t);
	socks_release(&socks);
}

struct told {
	char text[64];
};

static void tell(void *ctx, struct task *task, struct event *e)
{
	struct told *told = ctx;
	(void)task;
	if (e->type == EVENT_fd)
		strcat(told->text, e->fd.op);
}

static void calls(struct task *task, int nr, uint64_t first)
{
	task->call = (struct task_call){ .desc = call_find(nr), .args = { first }, .opened = fdtable_opened(task_fds(task)) };
	task->call.canon = task->call.desc->canon;
}

/* One closes a number, another is given it, and we hear of the second first. */
static void a_number_given_anew_is_not_closed(void **state)
{
	struct tasks t;
	struct socks socks;
	struct told told = { "" };
	const struct effect_sink sink = { .event = tell, .ctx = &told };
	tasks_init(&t);
	socks_init(&socks);
	struct process *p = new_process(&t, PID);
	struct task *one = task_new(&t, PID), *two = task_new(&t, PID + 1);
	task_place(&t, one, p);
	task_place(&t, two, p);
	fdtable_set(p->fds, 4, "socket", sock_new(&socks), false);
	calls(one, SYS_close, 4);
	calls(two, SYS_socket, AF_UNIX);
	effect_call(&sink, &socks, two, 4, NULL);
	assert_string_equal(told.text, "closeopen");
	effect_call(&sink, &socks, one, 0, NULL);
	assert_string_equal(told.text, "closeopen");
	assert_non_null(fdtable_find(p->fds, 4));
	calls(one, SYS_close, 4);
	effect_call(&sink, &socks, one, 0, NULL);
	assert_null(fdtable_find(p->fds, 4));
	tasks_release(&t);
	socks_release(&socks);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_kept_of_what_has_ended),
		cmocka_unit_test(tasks_of_one_bucket_are_told_apart),
		cmocka_unit_test(a_parked_one_that_ended_waits_for_its_parent),
		cmocka_unit_test(a_shared_table_is_left_alone),
		cmocka_unit_test(a_thread_can_leave_the_table),
		cmocka_unit_test(a_number_given_anew_is_not_closed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
