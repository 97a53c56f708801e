/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The programs' own time, as they meet it in calls: what clocks show them, and
 * when their waits end. A wait that is limited is given to the kernel as one
 * that never ends; timers.c ends it when its time has come, by an interrupt, and
 * here the program is given what the end of the real wait gives.
 *
 * Clocks are read without a call, through a page that the kernel lends to each
 * program. It finds that page by an entry of its auxiliary vector (getauxval(3)),
 * which is crossed out before its first instruction; then it makes real calls.
 */
#include "engine/conduct/conduct.h"

#include <elf.h>
#include <errno.h>
#include <linux/futex.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>

#include "engine/base/clock.h"
#include "engine/trace/peek.h"

#ifndef FUTEX_LOCK_PI2
#define FUTEX_LOCK_PI2 13
#endif

static const int64_t SECOND_NS = 1000000000, MS_NS = 1000000;

/* A lock that is waited for a shorter time is a library's own affair, and tried again and again: that goes in real time. */
static const int64_t LOCK_SHORT_NS = 20 * 1000 * 1000;

/* The kernel's codes for "a signal broke this off", which differ in what a handler makes of it. */
enum { ERESTARTSYS_ = 512, ERESTARTNOHAND_ = 514 };

/* clocks */

static bool put(struct task *task, uint64_t at, int64_t a, int64_t b)
{
	return !at || peek_put(task->tid, at, (int64_t[2]){ a, b }, 2 * sizeof a);
}

bool conduct_clock_read(struct run *run, struct task *task, const struct stop *stop)
{
	bool ok;
	int64_t now, ret = 0;
	if (!run->own_time || stop->nr < 0)
		return false;
	switch (stop->nr) {
	case SYS_clock_gettime:
		if (!vclock_shows(&run->clock, (int)stop->args[0])) {
			ok = true;
			ret = -EINVAL;
			break;
		}
		now = vclock_look(&run->clock, (int)stop->args[0]);
		ok = stop->args[1] && put(task, stop->args[1], now / SECOND_NS, now % SECOND_NS);
		break;
	case SYS_gettimeofday:
		now = vclock_look(&run->clock, CLOCK_REALTIME);
		ok = put(task, stop->args[0], now / SECOND_NS, now % SECOND_NS / 1000) &&
		     (!stop->args[1] || peek_put(task->tid, stop->args[1], (int[2]){ 0 }, 2 * sizeof(int)));
		break;
#ifdef SYS_time
	case SYS_time:
		ret = vclock_look(&run->clock, CLOCK_REALTIME) / SECOND_NS;
		ok = !stop->args[0] || peek_put(task->tid, stop->args[0], &ret, sizeof ret);
		break;
#endif
	default:
		return false;
	}
	tracer_answer(task->tid, ok ? ret : -EFAULT);
	tracer_go(task->tid, GO_ON, 0);
	return true;
}

enum { VECTOR_MOST = 1 << 20 };   /* words: execve(2) takes no more */

/* Where the words at `at` end with a 0: the word after it. 0: they do not. */
static uint64_t after_list(const struct peek *mem, uint64_t at)
{
	uint64_t words[256];
	for (unsigned n = 0; n < VECTOR_MOST; n += 256, at += sizeof words) {
		size_t got = peek_some(mem, at, words, sizeof words) / sizeof *words;
		for (size_t i = 0; i < got; i++)
			if (!words[i])
				return at + (i + 1) * sizeof *words;
		if (got < 256)
			break;
	}
	return 0;
}

void conduct_clock_exec(struct run *run, struct task *task, const struct stop *stop)
{
	struct peek mem = peek_process(task->tid);
	uint64_t entry[2];
	if (!run->own_time || !stop->sp)
		return;
	uint64_t at = after_list(&mem, stop->sp + sizeof *entry);   /* from its arguments to its environment */
	at = at ? after_list(&mem, at) : 0;
	for (int i = 0; at && i < 64 && peek_all(&mem, at, entry, sizeof entry) && entry[0] != AT_NULL; i++, at += sizeof entry)
		if (entry[0] == AT_SYSINFO_EHDR)
			tracer_poke(task->tid, at, AT_IGNORE);
}

/* waits */

/* Below the stack, where nothing of the program is: the kernel reads it when the call begins. signal(7), sigaltstack(2). */
static uint64_t spare_memory(const struct task *task)
{
	enum { RED_ZONE = 128, ROOM = 64 };
	return (task->call.sp - RED_ZONE - ROOM) & ~UINT64_C(15);
}

bool conduct_clock_disguise(struct task *task, int arg, const void *bytes, size_t n)
{
	uint64_t at = bytes ? spare_memory(task) : 0;
	if (bytes && !peek_put(task->tid, at, bytes, n))
		return false;
	task->call.disguised = tracer_set_arg(task->tid, arg, at);
	return task->call.disguised;
}

static bool disguise_spec(struct task *task, int arg, int64_t ns)
{
	int64_t spec[2] = { ns / SECOND_NS, ns % SECOND_NS };
	return conduct_clock_disguise(task, arg, spec, sizeof spec);
}

static bool is_on_socket(const struct limited *limit)
{
	return limit->kind == SOCKET_IN || limit->kind == SOCKET_OUT || limit->kind == SOCKET_MOVE;
}

/* A moment on one of the clocks; in `left` how far away it is, 0 or less: it is past. */
static bool read_moment(struct run *run, struct task *task, int clock, uint64_t at, int64_t *left)
{
	int64_t shown;
	if (!vclock_has(clock) || !conduct_read_spec(task, at, &shown))
		return false;
	*left = shown == NO_END ? NO_END : vclock_of(&run->clock, clock, shown) - vclock_now(&run->clock);
	return true;
}

static bool sleep_of(struct run *run, struct task *task, int64_t *ns)
{
	const uint64_t *args = task->call.args;
	if (args[1] & TIMER_ABSTIME)
		return read_moment(run, task, (int)args[0], args[2], ns);
	return vclock_has((int)args[0]) && conduct_read_spec(task, args[2], ns);
}

static int lock_op(const struct task_call *call)
{
	return (int)call->args[1] & FUTEX_CMD_MASK;
}

/* futex(2): the first of those that inherit a priority knows one clock only. */
static int lock_clock(const struct task_call *call)
{
	bool real = lock_op(call) == FUTEX_LOCK_PI || call->args[1] & FUTEX_CLOCK_REALTIME;
	return real ? CLOCK_REALTIME : CLOCK_MONOTONIC;
}

static bool is_moment(const struct task_call *call)
{
	int op = lock_op(call);
	return op == FUTEX_WAIT_BITSET || op == FUTEX_LOCK_PI || op == FUTEX_LOCK_PI2 || op == FUTEX_WAIT_REQUEUE_PI;
}

static bool lock_of(struct run *run, struct task *task, int64_t *ns)
{
	const struct task_call *call = &task->call;
	if (is_moment(call))
		return read_moment(run, task, lock_clock(call), call->args[3], ns);
	return lock_op(call) == FUTEX_WAIT && conduct_read_spec(task, call->args[3], ns);
}

/* select(2) is content with more than a million microseconds. */
static bool read_loose_val(struct task *task, uint64_t at, int64_t *ns)
{
	int64_t pair[2];
	struct peek mem = peek_process(task->tid);
	if (!at || !peek_all(&mem, at, pair, sizeof pair) || pair[0] < 0 || pair[1] < 0)
		return false;
	bool counts = pair[0] < NO_END / SECOND_NS / 2 && pair[1] < NO_END / 1000 / 2;
	*ns = counts ? pair[0] * SECOND_NS + pair[1] * 1000 : NO_END;
	return true;
}

/* How long the program wants to wait at most. False: without end, or the call is wrong, which is the kernel's to say. */
static bool asked_of(struct run *run, struct task *task, const struct limited *limit, int64_t *ns)
{
	uint64_t arg = task->call.args[limit->arg];
	switch (limit->kind) {
	case MS_ARG:
		*ns = (int)arg * MS_NS;
		return (int)arg >= 0;
	case SPEC_ARG:
	case SPEC_LEFT:
	case SLEEP_FOR:
		return conduct_read_spec(task, arg, ns);
	case VAL_LEFT:
		return read_loose_val(task, arg, ns);
	case SLEEP_ON_CLOCK:
		return sleep_of(run, task, ns);
	case LOCK:
		return lock_of(run, task, ns);
	case SOCKET_IN:
	case SOCKET_OUT:
	case SOCKET_MOVE:
		*ns = conduct_socket_limit(run, task, limit->kind);
		return *ns > 0;
	case LINGER:
		return conduct_socket_linger(run, task, ns);
	default:
		return false;
	}
}

static bool is_of_moment(const struct task_call *call, const struct limited *limit)
{
	return (limit->kind == SLEEP_ON_CLOCK && call->args[1] & TIMER_ABSTIME) || (limit->kind == LOCK && is_moment(call));
}

/* For the kernel the wait has no end. */
static bool disguise(struct task *task, const struct limited *limit)
{
	switch (limit->kind) {
	case MS_ARG:
		task->call.disguised = tracer_set_arg(task->tid, limit->arg, UINT64_MAX);
		return task->call.disguised;
	case SLEEP_FOR:
	case SLEEP_ON_CLOCK:
		return disguise_spec(task, limit->arg, INT64_MAX / SECOND_NS * SECOND_NS);
	case SOCKET_IN:
	case SOCKET_OUT:
	case SOCKET_MOVE:
	case LINGER:
		return true;
	default:
		return conduct_clock_disguise(task, limit->arg, NULL, 0);
	}
}

static void limit_wait(struct run *run, struct task *task, const struct limited *limit)
{
	struct task_call *call = &task->call;
	int64_t ns;
	if (!call->timed) {
		if (!asked_of(run, task, limit, &ns) || ns == NO_END || ns > INT64_MAX - vclock_now(&run->clock))
			return;
		if (ns <= 0 && is_of_moment(call, limit)) {   /* by the kernel's clocks it may still come */
			disguise_spec(task, limit->arg, 0);
			return;
		}
		if (ns <= 0)
			return;
		if (limit->kind == LOCK && ns < LOCK_SHORT_NS) {
			disguise_spec(task, limit->arg, is_moment(call) ? clock_ns(lock_clock(call)) + ns : ns);
			return;
		}
		call->asked = is_of_moment(call, limit) ? vclock_about(ns) : ns;
		call->at_end = conduct_socket_end(run, task, limit);
		call->deadline = vclock_now(&run->clock) + ns;
	}
	call->timed = disguise(task, limit);
}

void conduct_clock_enter(struct run *run, struct task *task)
{
	if (!run->own_time)
		return;
	const struct limited *limit = conduct_limit(&task->call);
	if (limit)
		limit_wait(run, task, limit);
	timers_enter(run, task);
}

static int64_t left_of(const struct run *run, const struct task_call *call)
{
	int64_t left = call->deadline - vclock_now(&run->clock);
	return left > 0 ? left : 0;
}

/* select(2), ppoll(2), nanosleep(2): the kernel writes what is left of the time where the program gave it, or to where it wants it. */
static void write_left(struct run *run, struct task *task, const struct limited *limit, int64_t ret)
{
	const struct task_call *call = &task->call;
	int64_t left = left_of(run, call);
	bool broken_off = conduct_is_restart(ret) || ret == -EINTR;
	if (limit->kind == SPEC_LEFT)
		put(task, call->args[limit->arg], left / SECOND_NS, left % SECOND_NS);
	else if (limit->kind == VAL_LEFT)
		put(task, call->args[limit->arg], left / SECOND_NS, left % SECOND_NS / 1000);
	else if (limit->kind == SLEEP_FOR && broken_off)
		put(task, call->args[1], left / SECOND_NS, left % SECOND_NS);
	else if (limit->kind == SLEEP_ON_CLOCK && broken_off && !(call->args[1] & TIMER_ABSTIME))
		put(task, call->args[3], left / SECOND_NS, left % SECOND_NS);
}

/* None of the descriptors is ready: that the kernel says only when the time is up. */
static void clear_sets(struct task *task)
{
	static const unsigned char none[1024 / 8];
	const struct task_call *call = &task->call;
	int n = (int)call->args[0];
	if (strcmp(call->desc->canon, "select") != 0 || n <= 0 || n > (int)sizeof none * 8)
		return;
	for (int i = 1; i <= 3; i++)
		if (call->args[i])
			peek_put(task->tid, call->args[i], none, ((size_t)n + 63) / 64 * 8);
}

static void give(struct task *task, int64_t *ret, int64_t value)
{
	if (tracer_set_result(task->tid, value))
		*ret = value;
}

/* What the kernel says when it breaks a call off. One that waits for two locks says so only for the first. */
static bool is_broken_off(const struct task_call *call, const struct limited *limit, int64_t ret)
{
	return conduct_is_restart(ret) || ret == -EINTR ||
	       (limit->kind == LOCK && lock_op(call) == FUTEX_WAIT_REQUEUE_PI && ret == -EAGAIN);
}

/* With a limit of time, a wait that a signal breaks off ends for who has a handler; without one the kernel may make it again. */
static void end_wait(struct run *run, struct task *task, const struct limited *limit, int64_t *ret)
{
	struct task_call *call = &task->call;
	if (call->fired && is_broken_off(call, limit, *ret)) {
		clear_sets(task);
		give(task, ret, call->at_end);
	} else if (call->fired && *ret > 0 && strcmp(limit->call, "recvmmsg") == 0) {
		conduct_socket_forget(task);
	} else if (is_on_socket(limit) && *ret == -ERESTARTSYS_) {
		give(task, ret, -EINTR);
	} else if (limit->kind == LOCK && *ret == -ERESTARTSYS_) {
		give(task, ret, -ERESTARTNOHAND_);
	}
	write_left(run, task, limit, *ret);
}

void conduct_clock_exit(struct run *run, struct task *task, int64_t *ret)
{
	struct task_call *call = &task->call;
	const struct limited *limit = run->own_time ? conduct_limit(call) : NULL;
	if (!run->own_time)
		return;
	timers_exit(run, task, ret);
	if (limit && call->disguised)
		tracer_put_back_arg(task->tid, limit->arg, call->args[limit->arg]);
	if (limit && call->timed)
		end_wait(run, task, limit, ret);
	call->disguised = false;
	conduct_socket_option(run, task, *ret);
}
