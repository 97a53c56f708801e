/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What if: faults that a held call meets, and what is done about them when the
 * task goes on. Nothing is made up: the kernel really gets a smaller count, a
 * signal, a reset; only an errno is the tutor's, and then the kernel is not asked.
 */
#include "engine/conduct/conduct.h"

#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "engine/decode/constants.h"
#include "engine/trace/peek.h"
#include "engine/trace/sockstat.h"

static bool is_met_later(const struct task_fault *f, int whom)
{
	return f->kind < FAULT_DELAY || (f->kind == FAULT_SIGNAL && whom < 0);
}

bool conduct_is_skipped(const struct task *task)
{
	return task->call.fault.kind == FAULT_ERRNO || task->call.fault.kind == FAULT_EINTR;
}

/* signals */

static void send_to_thread(struct task *task, int signo)
{
	syscall(SYS_tgkill, task->process->pid, task->tid, signo);
}

static void send_to_process(const struct process *p, int signo)
{
	if (p->pidfd < 0 || syscall(SYS_pidfd_send_signal, p->pidfd, signo, NULL, 0) < 0)
		kill(p->pid, signo);
}

static void send_signal(struct task *task, int signo)
{
	if (signo == SIGPIPE)
		send_to_thread(task, signo);
	else
		send_to_process(task->process, signo);
}

/* Who writes to what nobody reads any more gets SIGPIPE with his EPIPE, unless he said that he does not want it. */
static bool gets_sigpipe(const struct task_call *call)
{
	static const struct { const char *name; int flags; } with_flags[] = {
		{ "sendto", 3 }, { "sendmsg", 2 }, { "sendmmsg", 3 },
	};
	for (size_t i = 0; i < sizeof with_flags / sizeof *with_flags; i++)
		if (strcmp(with_flags[i].name, call->desc->name) == 0)
			return !(call->args[with_flags[i].flags] & MSG_NOSIGNAL);
	return call->desc->sleep == SLEEP_SPACE || call->desc->sleep == SLEEP_MOVE;
}

/* meeting it */

/* A sleep that is broken off tells how much of it is left; here no time has passed. nanosleep(2). */
static void leave_all(struct task *task)
{
	const struct task_call *call = &task->call;
	struct peek mem = peek_process(task->tid);
	int64_t spec[2];
	bool on_clock = strcmp(call->desc->name, "clock_nanosleep") == 0;
	if (strcmp(call->desc->canon, "nanosleep") != 0 || (on_clock && call->args[1] & TIMER_ABSTIME))
		return;
	uint64_t asked = call->args[on_clock ? 2 : 0], left = call->args[on_clock ? 3 : 1];
	if (left && peek_all(&mem, asked, spec, sizeof spec))
		peek_put(task->tid, left, spec, sizeof spec);
}

static void skip(struct task *task)
{
	struct task_fault *f = &task->call.fault;
	if (f->number == EPIPE && gets_sigpipe(&task->call)) {
		f->sent = SIGPIPE;
		send_to_thread(task, SIGPIPE);
	}
	if (f->number == EINTR)
		leave_all(task);
	tracer_refuse(task->tid, f->number);
}

void conduct_meet(struct task *task)
{
	struct task_fault *f = &task->call.fault;
	if (conduct_is_skipped(task))
		skip(task);
	else if (f->kind == FAULT_SHORT && !fault_shorten(task->tid, task->call.desc, task->call.args, f->n, &f->count))
		f->kind = FAULT_NONE;
	else if (f->kind == FAULT_SIGNAL && !f->met)
		send_signal(task, f->number);
	f->met = true;
}

/* A reader that slept while its socket was broken off gets EPIPE, which no reset from outside gives: the socket's own error
 * is ECONNRESET, and who comes next gets that. */
static bool missed_its_error(const struct task_call *call, int64_t ret)
{
	return call->fault.kind == FAULT_RESET && ret == -EPIPE && call->desc->sleep == SLEEP_DATA;
}

void conduct_met(struct task *task, int64_t *ret)
{
	fault_lengthen(task->tid, &task->call.fault.count);
	if (missed_its_error(&task->call, *ret) && tracer_set_result(task->tid, -ECONNRESET))
		*ret = -ECONNRESET;
}

/* orders */

static struct task *held_before(struct run *run, int lane)
{
	struct task *task = run->settled ? task_by_lane(&run->tasks, lane) : NULL;
	bool held = task && (task_is_held(task) || task->where == TASK_DELAYED);
	return held && !task->call.after && task->call.desc ? task : NULL;
}

static int number_of(enum constant_group_id group, const char *name)
{
	const struct constant_group *g = constant_group(group);
	for (unsigned i = 0; name && i < g->n; i++)
		if (strcmp(g->item[i].name, name) == 0)
			return (int)g->item[i].value;
	return 0;
}

static const struct sock *sock_of_call(struct run *run, struct task *task, int *fd)
{
	for (int i = 0; i < task->call.desc->nargs; i++) {
		*fd = (int)task->call.args[i];
		bool is_fd = call_arg_is_fd(task->call.desc, (unsigned)i);
		const struct fd_entry *e = is_fd ? effect_fd(&run->socks, task, *fd) : NULL;
		if (e && e->sock)
			return e->sock;
	}
	return NULL;
}

static bool moves_datagrams(struct run *run, struct task *task)
{
	int fd;
	const struct sock *s = sock_of_call(run, task, &fd);
	return s && s->type && strcmp(s->type, "SOCK_STREAM") != 0;
}

static int64_t bytes_of(struct run *run, struct task *task)
{
	return moves_datagrams(run, task) ? -1 : fault_asked(task->tid, task->call.desc, task->call.args);
}

int64_t run_fault_bytes(struct run *run, int lane)
{
	struct task *task = held_before(run, lane);
	return task ? bytes_of(run, task) : -1;
}

/* resets */

/* An IPv4 address as a socket of IPv6 has it is the same address. */
static struct packet_end plain(struct packet_end end)
{
	struct in6_addr a;
	memcpy(&a, end.addr, sizeof a);
	if (end.family != AF_INET6 || !IN6_IS_ADDR_V4MAPPED(&a))
		return end;
	struct packet_end v4 = { .family = AF_INET, .port = end.port };
	memcpy(v4.addr, end.addr + 12, 4);
	return v4;
}

static bool same_end(const struct packet_end *a, const struct packet_end *b)
{
	struct packet_end x = plain(*a), y = plain(*b);
	return packet_same_end(&x, &y);
}

static bool connection_of(int pidfd, int fd, struct sockstat *out)
{
	struct arena a;
	arena_init(&a);
	bool ok = sockstat_read(pidfd, fd, &a, out) && out->protocol == IPPROTO_TCP && out->there.port;
	arena_release(&a);
	return ok;
}

/* The descriptor that holds the other end; its process, or NULL. */
static const struct process *other_end(struct run *run, const struct sockstat *mine, int *fd)
{
	for (int i = 0; i < run->tasks.n_processes; i++) {
		const struct process *p = run->tasks.processes[i];
		for (int k = 0; p->fds && k < fdtable_count(p->fds); k++) {
			struct sockstat theirs;
			const struct fd_entry *e = fdtable_at(p->fds, k);
			if (!e->sock || !connection_of(p->pidfd, e->fd, &theirs))
				continue;
			*fd = e->fd;
			if (same_end(&mine->here, &theirs.there) && same_end(&mine->there, &theirs.here))
				return p;
		}
	}
	return NULL;
}

static const struct process *peer_of(struct run *run, struct task *task, int *fd)
{
	struct sockstat mine;
	if (!sock_of_call(run, task, fd) || !connection_of(task->process->pidfd, *fd, &mine))
		return NULL;
	return other_end(run, &mine, fd);
}

bool run_fault_resets(struct run *run, int lane)
{
	struct task *task = held_before(run, lane);
	int fd;
	return task && peer_of(run, task, &fd);
}

/* connect(2) to no family breaks the connection off with the RST that close(2) with a SO_LINGER of 0 sends, and at once. */
static bool reset(const struct process *p, int fd)
{
	const struct sockaddr none = { .sa_family = AF_UNSPEC };
	int ours = (int)syscall(SYS_pidfd_getfd, p->pidfd, fd, 0);
	if (ours < 0)
		return false;
	bool ok = connect(ours, &none, sizeof none) == 0;
	close(ours);
	return ok;
}

/* Who sleeps at the other end wakes because of it too. */
static void mark_sleepers(struct run *run, const struct process *peer, int fd)
{
	const struct fd_entry *e = fdtable_find(peer->fds, fd);
	for (int i = 0; e && i < run->tasks.n; i++) {
		struct task *t = run->tasks.all[i];
		int own;
		if (t->where == TASK_IN_CALL && sock_of_call(run, t, &own) == e->sock)
			t->call.fault = (struct task_fault){ .kind = FAULT_RESET, .met = true };
	}
}

/* Nobody can be told to wait in real time, so all do. */
bool conduct_lets_time_pass(struct run *run)
{
	return run->held_until && run_clock() < run->held_until;
}

/* In the programs' own time it is a wait like others, which timers.c ends. */
static void delay(struct run *run, struct task *task, int64_t ns)
{
	if (!run->own_time) {
		run->held_until = run_clock() + ns;
		return;
	}
	task->where = TASK_DELAYED;
	task->call.asked = ns;
	task->call.deadline = vclock_now(&run->clock) + ns;
}

/* giving an order */

static bool check_number(const struct run_fault_order *o, struct task_fault *f, struct err *err)
{
	enum constant_group_id group = f->kind == FAULT_SIGNAL ? CONST_signal : CONST_errno;
	f->number = f->kind == FAULT_EINTR ? EINTR : number_of(group, o->name);
	bool ok = f->number > 0 && (f->kind != FAULT_SIGNAL || (f->number != SIGKILL && f->number != SIGSTOP));
	return ok || err_set(err, ERR_FAULT_NAME, 0, o->name, NULL);
}

static bool check_count(struct run *run, struct task *task, const struct run_fault_order *o, struct err *err)
{
	char wanted[24], asked[24];
	int64_t most = bytes_of(run, task);
	if (most < 0)
		return err_set(err, ERR_FAULT_CALL, 0, fault_name(o->kind), task->call.canon);
	snprintf(wanted, sizeof wanted, "%lld", (long long)o->n);
	snprintf(asked, sizeof asked, "%lld", (long long)most);
	return (o->n > 0 && o->n < most) || err_set(err, ERR_FAULT_SHORT, 0, wanted, asked);
}

static bool check(struct run *run, struct task *task, const struct run_fault_order *o, struct task_fault *f,
		  struct err *err)
{
	int fd;
	switch (o->kind) {
	case FAULT_ERRNO: case FAULT_EINTR: case FAULT_SIGNAL:
		return check_number(o, f, err);
	case FAULT_SHORT:
		return check_count(run, task, o, err);
	case FAULT_DELAY:
		return (o->n > 0 && o->n <= RUN_DELAY_MOST) ||
		       err_set(err, ERR_FAULT_CALL, 0, fault_name(o->kind), task->call.canon);
	case FAULT_RESET:
		return peer_of(run, task, &fd) || err_set(err, ERR_FAULT_PEER, 0, task->call.canon, NULL);
	default:
		return true;
	}
}

/* What was ordered before, and has not come yet. */
static const char *still_to_come(const struct task *task)
{
	const struct task_fault *f = &task->call.fault;
	bool waits = f->kind != FAULT_NONE && (task->where == TASK_DELAYED || !f->met);
	return waits ? fault_name(f->kind) : NULL;
}

static void name_ends(struct run *run, struct task *task, struct event_fault *f)
{
	int fd;
	const struct sock *own = sock_of_call(run, task, &fd);
	const struct process *peer = peer_of(run, task, &fd);
	const struct fd_entry *there = peer ? fdtable_find(peer->fds, fd) : NULL;
	f->sock = own ? own->id : -1;
	f->peer = there && there->sock ? there->sock->id : -1;
}

static void write_order(struct run *run, struct task *task, const struct run_fault_order *o, const char *instead)
{
	struct event e;
	event_init(&e, EVENT_fault);
	e.fault.how = fault_name(o->kind);
	e.fault.by = o->by;
	e.fault.name = o->kind == FAULT_ERRNO || o->kind == FAULT_SIGNAL ? o->name : NULL;
	e.fault.n = o->kind == FAULT_SHORT || o->kind == FAULT_DELAY ? o->n : 0;
	e.fault.instead = o->kind != FAULT_NONE ? instead : NULL;
	e.fault.whom = (o->kind == FAULT_SIGNAL || o->kind == FAULT_KILL) && o->whom != task->lane ? o->whom : -1;
	if (o->kind == FAULT_RESET)
		name_ends(run, task, &e.fault);
	e.actor = task->process->actor;
	e.lane = task->lane;
	run_write_now(run, &e);
}

/* What is done at once. */
static void act(struct run *run, struct task *task, struct task *whom, const struct run_fault_order *o)
{
	const struct task_fault *f = &task->call.fault;
	int fd;
	if (f->kind == FAULT_DELAY)
		delay(run, task, f->n);
	else if (f->kind == FAULT_SIGNAL)
		send_signal(whom, f->number);
	else if (f->kind == FAULT_KILL)
		whom->process->killed = true, send_to_process(whom->process, SIGKILL);
	const struct process *peer = f->kind == FAULT_RESET ? peer_of(run, task, &fd) : NULL;
	if (peer && reset(peer, fd))
		mark_sleepers(run, peer, fd);
}

bool run_fault(struct run *run, int lane, const struct run_fault_order *o, struct err *err)
{
	struct task *task = held_before(run, lane), *whom = o->whom < 0 ? task : task_by_lane(&run->tasks, o->whom);
	struct task_fault f = { .kind = o->kind, .n = o->n };
	if (!task || !whom || !whom->process)
		return err_set(err, ERR_NO_TASK, 0, NULL, NULL);
	if (!check(run, task, o, &f, err))
		return false;
	bool later = is_met_later(&f, whom == task ? -1 : o->whom);
	const char *instead = still_to_come(task);
	f.met = !later;   /* a signal for another is not for this call, too */
	task->call.fault = f;
	task->where = TASK_HELD;   /* a delay that was ordered before is over */
	if (later) {
		write_order(run, task, o, instead);
		return true;
	}
	run_begin_step(run, -1);
	write_order(run, task, o, instead);
	act(run, task, whom, o);
	run_look_in(run, LOOK_FIRST_NS);
	return true;
}
