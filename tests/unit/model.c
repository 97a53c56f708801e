/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each event does to the state, and that any cursor gives the state that folding from the beginning gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/base/value_json.h"
#include "tests/unit/sample.h"
#include "tutor/model/model.h"

static struct arena arena;
static struct log *log_;
static struct event e;

static void put(void)
{
	struct err err;
	if (!log_append(log_, &e, &err))
		fail_msg("%s %s", err_key(err.id), err.a[1]);
}

static void new_event(enum event_type type, int lane, int64_t step)
{
	event_init(&e, type);
	e.lane = lane;
	e.actor = lane >= 0 ? lane % 2 : -1;
	e.step = step;
}

static void put_begin(void)
{
	struct value *actors = value_list(&arena);
	for (int i = 0; i < 2; i++) {
		struct value *s = value_add(&arena, actors, NULL, value_struct(&arena, NULL));
		struct value *argv = value_list(&arena);
		value_add(&arena, argv, NULL, value_text(&arena, i ? "./client" : "./server", 8));
		value_add(&arena, s, "name", value_text(&arena, i ? "client" : "server", 6));
		value_add(&arena, s, "argv", argv);
		value_add(&arena, s, "program", value_text(&arena, i ? "client.c" : "server.c", 8));
	}
	new_event(EVENT_begin, -1, 0);
	e.begin.lesson = "tcp-hello";
	e.begin.variant = "c";
	e.begin.actors = actors;
	put();
}

static void put_task(int lane, int parent, int64_t pid, const char *how)
{
	new_event(EVENT_task, lane, 0);
	e.tid = 100 + lane;
	e.task.parent = parent;
	e.task.pid = pid;
	e.task.how = how;
	put();
}

static struct value *one_arg(const char *name, int64_t i)
{
	struct value *v = value_struct(&arena, NULL);
	value_add(&arena, v, name, value_int(&arena, i));
	return v;
}

static void put_before(int lane, int64_t step, const char *call, int line, bool hidden)
{
	new_event(EVENT_before, lane, step);
	e.before.call = call;
	e.before.canon = call;
	e.before.file = "server.c";
	e.before.line = line;
	e.before.hidden = hidden;
	e.before.args = one_arg("fd", line);
	put();
}

static void put_after(int lane, int64_t step, const char *call, int64_t ret, bool hidden)
{
	new_event(EVENT_after, lane, step);
	e.after.call = call;
	e.after.canon = call;
	e.after.ret = ret;
	e.after.hidden = hidden;
	put();
}

static void put_asleep(int lane, int64_t step)
{
	new_event(EVENT_asleep, lane, step);
	e.asleep.on = "client";
	e.asleep.fd = 3;
	put();
}

static void put_go(int lane, int64_t step)
{
	new_event(EVENT_go, lane, step);
	e.go.how = "moment";
	put();
}

static void put_settled(int64_t step, int next)
{
	new_event(EVENT_settled, -1, step);
	e.settled.next = next;
	e.settled.why = "turn";
	put();
}

static int setup(void **state)
{
	arena_init(&arena);
	log_ = log_new(NULL, NULL);
	put_begin();
	put_task(0, -1, 100, "start");
	put_task(1, -1, 101, "start");
	return 0;
}

static int teardown(void **state)
{
	log_free(log_);
	arena_release(&arena);
	return 0;
}

static const struct model *end_of(struct model_store *s)
{
	struct err err = { .id = ERR_NONE };
	const struct model *m = model_at(s, log_count(log_), &err);
	if (!m)
		fail_msg("%s %s", err_key(err.id), err.a[1]);
	return m;
}

static void moments(void **state)
{
	struct model_store *s = model_store_new(log_);
	const struct model *m = end_of(s);
	assert_string_equal(m->lesson, "tcp-hello");
	assert_int_equal(m->n_actors, 2);
	assert_string_equal(m->actors[1].name, "client");
	assert_string_equal(m->actors[0].argv->item[0]->text, "./server");
	assert_int_equal(m->tasks[0].status, TASK_STARTING);
	put_before(0, 0, "socket", 10, false);
	put_before(1, 0, "socket", 11, false);
	put_settled(0, 0);
	m = end_of(s);
	assert_true(m->settled);
	assert_int_equal(m->moved, -1);
	assert_int_equal(m->next, 0);
	assert_int_equal(m->tasks[0].status, TASK_BEFORE);
	assert_int_equal(value_get(m->tasks[0].call.args, "fd")->i, 10);
	assert_false(m->tasks[0].call.returned);
	put_go(0, 1);
	m = end_of(s);
	assert_false(m->settled);
	assert_int_equal(m->tasks[0].status, TASK_RUNNING);
	put_asleep(0, 1);
	put_settled(1, 1);
	m = end_of(s);
	assert_int_equal(m->moved, 0);
	assert_int_equal(m->step, 1);
	assert_int_equal(m->tasks[0].status, TASK_ASLEEP);
	assert_string_equal(m->tasks[0].call.asleep_on, "client");
	assert_int_equal(m->tasks[0].call.asleep_fd, 3);
	put_go(1, 2);
	put_after(1, 2, "socket", 3, false);
	new_event(EVENT_after, 0, 2);
	e.after.ret = -1;
	e.after.err = "EMFILE";
	e.after.errn = 24;
	e.after.args = one_arg("fd", 77);
	e.after.retv = value_fd(&arena, 5);
	put();
	put_settled(2, 1);
	m = end_of(s);
	assert_int_equal(m->tasks[0].status, TASK_AFTER);
	assert_string_equal(m->tasks[0].call.call, "socket");
	assert_string_equal(m->tasks[0].call.err, "EMFILE");
	assert_int_equal(value_get(m->tasks[0].call.args, "fd")->i, 77);
	assert_int_equal(m->tasks[0].call.retv->i, 5);
	assert_int_equal(m->tasks[1].call.ret, 3);
	assert_int_equal(value_get(m->tasks[1].call.args, "fd")->i, 11);   /* the result said nothing new */
	m = model_at(s, 6, NULL);
	assert_int_equal(m->tasks[0].status, TASK_BEFORE);
	assert_int_equal(m->step, 0);
	m = model_at(s, 0, NULL);
	assert_int_equal(m->n_tasks, 0);
	assert_null(model_at(s, log_count(log_) + 1, NULL));
	assert_null(model_at(s, -1, NULL));
	assert_int_equal(end_of(s)->step, 2);
	model_store_free(s);
}

static void hidden_calls(void **state)
{
	struct model_store *s = model_store_new(log_);
	put_before(0, 0, "mmap", 0, true);
	assert_int_equal(end_of(s)->tasks[0].status, TASK_STARTING);
	put_after(0, 0, "mmap", 1, true);
	put_before(0, 0, "socket", 10, false);
	put_after(0, 1, "socket", 3, false);
	put_before(0, 2, "write", 11, true);
	assert_string_equal(end_of(s)->tasks[0].call.call, "socket");
	assert_int_equal(end_of(s)->tasks[0].status, TASK_RUNNING);
	model_show_all(s, true);
	assert_string_equal(end_of(s)->tasks[0].call.call, "write");
	assert_int_equal(end_of(s)->tasks[0].status, TASK_BEFORE);
	model_show_all(s, false);
	put_after(0, 2, "write", 5, true);
	assert_string_equal(end_of(s)->tasks[0].call.call, "socket");
	put_before(0, 2, "read", 12, true);
	put_asleep(0, 2);
	assert_string_equal(end_of(s)->tasks[0].call.call, "read");      /* here it is held, so it is shown */
	assert_int_equal(end_of(s)->tasks[0].status, TASK_ASLEEP);
	put_after(0, 3, "read", 1, true);
	assert_int_equal(end_of(s)->tasks[0].call.ret, 1);
	put_before(0, 3, "read", 12, true);
	put_after(0, 3, "read", 9, false);                               /* a step after all */
	assert_int_equal(end_of(s)->tasks[0].call.ret, 9);
	assert_int_equal(end_of(s)->tasks[0].call.nth, 2);
	model_store_free(s);
}

static void occurrences(void **state)
{
	struct model_store *s = model_store_new(log_);
	for (int i = 1; i < 40; i++) {
		put_before(0, i, "recv", 20, false);
		assert_int_equal(end_of(s)->tasks[0].call.nth, i);
		put_before(0, i, "recv", 20 + i, false);
		assert_int_equal(end_of(s)->tasks[0].call.nth, 1);
		put_before(1, i, "send", 20, false);
		assert_int_equal(end_of(s)->tasks[1].call.nth, i);
	}
	put_before(0, 41, "recv", 20, false);
	assert_int_equal(end_of(s)->tasks[0].call.nth, 40);
	new_event(EVENT_after, 0, 41);
	e.after.restart = 1;
	put();
	put_before(0, 41, "recv", 20, false);        /* the kernel's doing: still the fortieth */
	assert_int_equal(end_of(s)->tasks[0].call.nth, 40);
	put_after(0, 41, "recvfrom", 1, false);      /* known by its result to be another */
	assert_int_equal(end_of(s)->tasks[0].call.nth, 1);
	put_before(0, 42, "recv", 20, false);
	assert_int_equal(end_of(s)->tasks[0].call.nth, 40);
	new_event(EVENT_exec, 0, 43);
	put();
	put_before(0, 43, "recv", 20, false);
	assert_int_equal(end_of(s)->tasks[0].call.nth, 1);
	model_store_free(s);
}

static void put_fd(int64_t pid, int fd, const char *op, int sock)
{
	new_event(EVENT_fd, 0, 1);
	e.fd.pid = pid;
	e.fd.fd = fd;
	e.fd.op = op;
	e.fd.kind = "socket";
	e.fd.sock = sock;
	put();
}

static void descriptors(void **state)
{
	struct model_store *s = model_store_new(log_);
	static const int fds[] = { 5, 3, 4, 9, 7 };
	for (int i = 0; i < 5; i++) {
		put_fd(101, fds[i], "open", i + 1);
		put_fd(100, fds[i], "open", -1);
	}
	put_fd(100, 4, "close", -1);
	put_fd(100, 400, "close", -1);
	put_fd(100, 5, "open", 6);
	const struct model *m = end_of(s);
	assert_int_equal(m->n_fds, 9);
	for (int i = 1; i < 9; i++)
		assert_true(m->fds[i - 1].pid < m->fds[i].pid ||
			    (m->fds[i - 1].pid == m->fds[i].pid && m->fds[i - 1].fd < m->fds[i].fd));
	assert_int_equal(m->fds[1].fd, 5);
	assert_int_equal(m->fds[1].sock, 6);
	new_event(EVENT_exit, 0, 2);
	e.exit.code = -1;
	e.exit.signo = 9;
	e.exit.name = "SIGKILL";
	e.exit.last = 1;
	put();
	m = end_of(s);
	assert_int_equal(m->n_fds, 5);
	assert_int_equal(m->fds[0].pid, 101);
	assert_int_equal(m->tasks[0].status, TASK_ENDED);
	assert_int_equal(m->tasks[0].exit_code, -1);
	assert_string_equal(m->tasks[0].exit_signal, "SIGKILL");
	model_store_free(s);
}

static void sockets(void **state)
{
	struct model_store *s = model_store_new(log_);
	new_event(EVENT_socket, 0, 1);
	e.socket.sock = 1;
	e.socket.domain = "AF_INET";
	e.socket.state = "new";
	put();
	new_event(EVENT_socket, 0, 2);
	e.socket.sock = 1;
	e.socket.state = "listening";
	e.socket.backlog = 0;
	e.socket.local = one_arg("sin_port", 8888);
	put();
	new_event(EVENT_socket, 0, 3);
	e.socket.sock = 2;
	e.socket.from = 1;
	put();
	const struct model *m = end_of(s);
	assert_int_equal(m->n_socks, 2);
	assert_string_equal(m->socks[0].domain, "AF_INET");
	assert_string_equal(m->socks[0].state, "listening");
	assert_int_equal(m->socks[0].backlog, 0);
	assert_int_equal(value_get(m->socks[0].local, "sin_port")->i, 8888);
	assert_int_equal(m->socks[1].from, 1);
	assert_int_equal(m->socks[1].backlog, -1);
	assert_null(m->socks[1].local);
	model_store_free(s);
}

/* connect() timed out: Linux says 3. */
static void nothing_is_on_its_way_when_closed(void **state)
{
	struct model_store *s = model_store_new(log_);
	for (int i = 0; i < 2; i++) {
		new_event(EVENT_socket, 0, i + 1);
		e.socket.sock = 1;
		e.socket.kernel = i ? "CLOSED" : "ESTABLISHED";
		e.socket.sendq = 3;
		put();
		assert_int_equal(end_of(s)->socks[0].sendq, i ? 0 : 3);
	}
	model_store_free(s);
}

static void signals_and_stops(void **state)
{
	struct model_store *s = model_store_new(log_);
	put_task(2, 0, 100, "thread");
	put_before(0, 1, "recv", 1, false);
	put_before(2, 1, "accept", 2, false);
	put_asleep(2, 1);
	new_event(EVENT_signal, 0, 1);
	e.signal.name = "SIGTSTP";
	put();
	new_event(EVENT_stopped, 0, 1);
	put();
	put();
	const struct model *m = end_of(s);
	assert_string_equal(m->tasks[0].last_signal, "SIGTSTP");
	assert_int_equal(m->tasks[0].status, TASK_STOPPED);
	assert_int_equal(m->tasks[2].status, TASK_STOPPED);
	assert_int_equal(m->tasks[1].status, TASK_STARTING);
	new_event(EVENT_continued, 2, 2);
	put();
	m = end_of(s);
	assert_null(m->tasks[0].last_signal);
	assert_int_equal(m->tasks[0].status, TASK_BEFORE);
	assert_int_equal(m->tasks[2].status, TASK_ASLEEP);
	model_store_free(s);
}

static void output_is_a_tail(void **state)
{
	static char bytes[MODEL_OUTPUT * 2 + 10];
	struct model_store *s = model_store_new(log_);
	size_t total = 0;
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)('a' + i % 26);
	static const size_t lens[] = { 5, 63, 64, 65, 1000, MODEL_OUTPUT - 1, MODEL_OUTPUT, MODEL_OUTPUT * 2, 3, 0 };
	struct buf all = BUF_INIT;
	for (size_t i = 0; i < sizeof lens / sizeof *lens; i++) {
		new_event(EVENT_output, 1, 1);
		e.output.bytes = value_bytes(&arena, bytes + i, lens[i], lens[i]);
		put();
		total += lens[i];
		buf_add(&all, bytes + i, lens[i]);
		const struct buf *out = &end_of(s)->actors[1].output;
		size_t want = all.len < MODEL_OUTPUT ? all.len : MODEL_OUTPUT;
		assert_int_equal(out->len, want);
		assert_memory_equal(out->data, all.data + all.len - want, want);
		assert_int_equal(end_of(s)->actors[1].output_total, total);
	}
	buf_release(&all);
	model_store_free(s);
}

static void back_and_forward(void **state)
{
	struct model_store *s = model_store_new(log_);
	int64_t at[3];
	for (int i = 0; i < 3; i++) {
		put_go(0, i);
		put_before(0, i, "recv", 1, false);
		put_settled(i, 0);
		at[i] = log_count(log_);
	}
	put_go(0, 3);
	assert_int_equal(model_forward(s, 0), at[0]);
	assert_int_equal(model_forward(s, at[0] - 1), at[0]);
	assert_int_equal(model_forward(s, at[0]), at[1]);
	assert_int_equal(model_forward(s, at[2]), -1);
	assert_int_equal(model_back(s, log_count(log_)), at[2]);
	assert_int_equal(model_back(s, at[2]), at[1]);
	assert_int_equal(model_back(s, at[0]), -1);
	assert_int_equal(model_back(s, 0), -1);
	model_store_free(s);
}

static void contradictions(void **state)
{
	static const struct { enum event_type type; int lane; } table[] = {
		{ EVENT_begin, -1 }, { EVENT_task, 3 }, { EVENT_task, 1 }, { EVENT_before, 2 }, { EVENT_after, -1 },
		{ EVENT_asleep, 99 }, { EVENT_go, 2 }, { EVENT_exit, 2 }, { EVENT_signal, -1 }, { EVENT_stopped, 7 },
		{ EVENT_fd, 0 }, { EVENT_socket, 0 },
	};
	int64_t good = log_count(log_);
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct err err = { .id = ERR_NONE };
		teardown(NULL);
		setup(NULL);
		struct model_store *s = model_store_new(log_);
		new_event(table[i].type, table[i].lane, 0);
		put();
		assert_null(model_at(s, good + 1, &err));
		assert_int_equal(err.id, ERR_LOG_BAD);
		assert_memory_equal(err.a[1], "line 5: ", 8);
		assert_non_null(model_at(s, good, &err));       /* and what comes before can still be seen */
		model_store_free(s);
	}
}

static void put_packet(int id, int from, int to, const char *flags, int64_t step)
{
	static unsigned char frame[14 + 20 + 20 + 40] = { [12] = 0x08, [14] = 0x45, [17] = 80, [23] = 6, [14 + 20 + 12] = 0x50 };
	memcpy(frame + 54, "Hello, this is what a packet has inside", 40);
	new_event(EVENT_packet, -1, step);
	e.actor = from;
	e.packet.id = id;
	e.packet.to = to;
	e.packet.kind = "TCP";
	e.packet.flags = flags;
	e.packet.payload = 40;
	e.packet.bytes = value_bytes(&arena, frame, sizeof frame, sizeof frame);
	put();
}

static void put_fate(int id, const char *what, int64_t step)
{
	new_event(EVENT_fate, -1, step);
	e.fate.id = id;
	e.fate.what = what;
	put();
}

static void put_order(const char *how, const char *flags, int host)
{
	new_event(EVENT_wire, -1, 3);
	e.wire.how = how;
	e.wire.flags = flags;
	e.wire.host = host;
	put();
}

/* Other orders change nothing of what is held. */
static void what_is_held(void **state)
{
	struct model_store *s = model_store_new(log_);
	put_order("hold", "TCP", 1);
	put_order("pass", NULL, -1);
	put_order("drop", "SYN", 0);
	put_order("unplug", NULL, 0);
	const struct model *m = end_of(s);
	assert_true(m->wire.holding);
	assert_string_equal(m->wire.flags, "TCP");
	assert_int_equal(m->wire.host, 1);
	assert_int_equal(m->wire.unplugged, 1);
	put_order("hold", NULL, -1);
	m = end_of(s);
	assert_null(m->wire.flags);
	assert_int_equal(m->wire.unplugged, 1);
	put_order("flow", NULL, -1);
	assert_false(end_of(s)->wire.holding);
	model_store_free(s);
}

static void packets_and_their_fates(void **state)
{
	struct model_store *s = model_store_new(log_);
	put_packet(1, 1, 0, "SYN", 3);
	put_fate(1, "held", 3);
	int64_t held = log_count(log_);
	put_fate(1, "dropped", 4);
	put_packet(2, 1, 0, "SYN", 4);
	const struct model *m = end_of(s);
	assert_int_equal(m->n_packets, 2);
	assert_string_equal(m->packets[0].flags, "SYN");
	assert_int_equal(m->packets[0].step, 3);
	assert_int_equal(m->packets[0].actor, 1);
	assert_int_equal(m->packets[0].n_head, PACKET_HEAD);
	assert_memory_equal(m->packets[0].head, "Hello, this", 11);
	assert_string_equal(model_fate(m, &m->packets[0])->what, "dropped");
	assert_null(model_fate(m, &m->packets[1]));
	m = model_at(s, held, NULL);
	assert_int_equal(m->n_packets, 1);
	assert_true(model_in_flight(m, &m->packets[0]));
	m = model_at(s, held - 1, NULL);
	assert_null(model_fate(m, &m->packets[0]));
	model_store_free(s);
}

/* 1 waits for another to pass it; 2 does. */
static void arrived_in_another_order(void **state)
{
	struct model_store *s = model_store_new(log_);
	put_packet(1, 1, 0, "", 3);
	put_fate(1, "reordered", 3);
	const struct model *m = end_of(s);
	assert_true(model_in_flight(m, &m->packets[0]));
	assert_int_equal(model_arrived_after(m, &m->packets[0]), 0);
	int64_t waits = log_count(log_);
	put_packet(2, 1, 0, "", 4);
	put_fate(1, "passed", 4);
	put_packet(3, 1, 0, "", 5);
	m = end_of(s);
	assert_false(model_in_flight(m, &m->packets[0]));
	assert_int_equal(model_arrived_after(m, &m->packets[0]), 2);
	assert_int_equal(model_arrived_after(m, &m->packets[1]), 0);
	assert_int_equal(model_arrived_after(m, &m->packets[2]), 0);
	m = model_at(s, waits, NULL);
	assert_true(model_any_in_flight(m));
	model_store_free(s);
}

/* Linux gives 0 then for what the program's socket may still have. */
static void queues_of_time_wait_are_not_known(void **state)
{
	struct model_store *s = model_store_new(log_);
	for (int i = 0; i < 2; i++) {
		new_event(EVENT_socket, 0, i + 1);
		e.socket.sock = 1;
		e.socket.kernel = i ? "TIME_WAIT" : "FIN_WAIT2";
		e.socket.recvq = i ? 0 : 8;
		e.socket.sendq = 0;
		put();
		const struct model *m = end_of(s);
		assert_int_equal(m->socks[0].recvq, i ? -1 : 8);
		assert_int_equal(m->socks[0].sendq, i ? -1 : 0);
	}
	model_store_free(s);
}

static void put_kernel(int sock, const char *kernel, const char *why, int64_t step)
{
	new_event(EVENT_socket, 0, step);
	e.socket.sock = sock;
	e.socket.kernel = kernel;
	e.socket.why = why;
	put();
}

static void what_a_step_changed(void **state)
{
	struct model_store *s = model_store_new(log_);
	put_kernel(1, "CLOSED", NULL, 1);
	put_kernel(1, "LISTEN", "listen", 2);
	int64_t listening = log_count(log_);
	put_kernel(1, "LISTEN", NULL, 3);
	const struct model *m = end_of(s);
	assert_int_equal(m->socks[0].changed, 0);
	assert_int_equal(m->socks[0].changed_in, 3);
	assert_string_equal(m->socks[0].why, "listen");
	assert_string_equal(m->states[m->socks[0].past].state, "LISTEN");
	assert_string_equal(m->states[m->states[m->socks[0].past].before].state, "CLOSED");
	m = model_at(s, listening, NULL);
	assert_int_equal(m->socks[0].changed, SOCK_STATE);
	m = model_at(s, listening - 1, NULL);
	assert_int_equal(m->states[m->socks[0].past].before, -1);
	model_store_free(s);
}

static void put_random_socket(uint64_t *r, int lane, int line, int *socks, int64_t step)
{
	static const char *const states[] = { "new", "bound", "connected", "closed" };
	new_event(EVENT_socket, lane, step);
	e.socket.sock = 1 + (int64_t)(sample_next(r) % (unsigned)(*socks + 1));
	*socks += e.socket.sock > *socks;
	e.socket.state = states[line % 4];
	if (sample_next(r) % 2)
		e.socket.peer = one_arg("sin_port", (int64_t)(sample_next(r) % 65536));
	if (sample_next(r) % 2)
		e.socket.kernel = line % 2 ? "ESTABLISHED" : "CLOSE_WAIT", e.socket.recvq = line % 3;
	if (sample_next(r) % 3 == 0)
		e.socket.info = one_arg("mss", line);
	put();
}

/* A run that never was, but could be: everything a log may hold, in an order the reducer accepts. */
static void put_random(uint64_t *r, int *tasks, int *socks, int *packets, int64_t *step)
{
	static const char *const calls[] = { "recv", "send", "accept", "close", "poll" };
	int lane = (int)(sample_next(r) % (unsigned)*tasks), line = (int)(sample_next(r) % 30);
	const char *call = calls[sample_next(r) % 5];
	bool hidden = sample_next(r) % 4 == 0;
	static char bytes[3000];
	switch (sample_next(r) % 20) {
	case 0: put_go(lane, ++*step); break;
	case 1: case 2: case 3: put_before(lane, *step, call, line, hidden); break;
	case 4: case 5: case 6: put_after(lane, *step, call, line, hidden); break;
	case 7: put_asleep(lane, *step); break;
	case 8: put_settled(*step, lane); break;
	case 9: put_fd(100 + lane % 5, line, sample_next(r) % 3 ? "open" : "close", line % 4); break;
	case 10:
		new_event(EVENT_output, lane, *step);
		memset(bytes, 'a' + line % 26, sizeof bytes);
		e.output.bytes = value_bytes(&arena, bytes, sample_next(r) % sizeof bytes, sizeof bytes);
		put();
		break;
	case 11: put_random_socket(r, lane, line, socks, *step); break;
	case 12:
		new_event(sample_next(r) % 2 ? EVENT_stopped : EVENT_continued, lane, *step);
		put();
		break;
	case 13:
		new_event(EVENT_signal, lane, *step);
		e.signal.name = "SIGPIPE";
		put();
		break;
	case 14:
		new_event(sample_next(r) % 4 ? EVENT_note : EVENT_exec, lane, *step);
		put();
		break;
	case 15: case 16: put_packet(++*packets, lane % 2, line % 3 - 1, "ACK", *step); break;
	case 17: put_fate(1 + (int)(sample_next(r) % (unsigned)(*packets + 2)), line % 2 ? "held" : "passed", *step); break;
	case 18:
		new_event(line % 2 ? EVENT_wire : EVENT_timer, -1, *step);
		if (line % 2)
			e.wire.how = line % 4 == 1 ? "hold" : "flow";
		else
			e.timer.clock = line;
		put();
		break;
	default:
		if (sample_next(r) % 8)
			break;
		put_task(*tasks, lane, 100 + *tasks % 5, "fork");
		++*tasks;
		new_event(EVENT_exit, lane, *step);
		e.exit.last = line % 2;
		put();
	}
}

static void say_tree(struct buf *out, const struct value *v)
{
	value_write(v, NULL, out);
	buf_addc(out, '\n');
}

#define S(x) ((x) ? (x) : "-")

static void say(struct buf *out, const struct model *m)
{
	buf_addf(out, "%lld %d %d %d %s %d %d %s %s\n", (long long)m->cursor, m->step, m->moved, m->next, S(m->why), m->settled,
		 m->ended, S(m->lesson), S(m->variant));
	for (int i = 0; i < m->n_actors; i++) {
		buf_addf(out, "%s %s %lld %s\n", m->actors[i].name, m->actors[i].program, (long long)m->actors[i].output_total,
			 m->actors[i].output.data);
		say_tree(out, m->actors[i].argv);
	}
	for (int i = 0; i < m->n_tasks; i++) {
		const struct model_task *t = &m->tasks[i];
		const struct model_call *c = &t->call;
		buf_addf(out, "task %d %d %d %lld %lld %d %s %d %d %s %s\n", t->lane, t->actor, t->parent, (long long)t->tid,
			 (long long)t->pid, t->status, S(t->how), t->exit_code, t->exit_signo, S(t->exit_signal), S(t->last_signal));
		buf_addf(out, "%s %s %s %s:%d #%d %s %d %d%d%d %lld %s %d\n", S(c->call), S(c->canon), S(c->func), S(c->file), c->line,
			 c->nth, S(c->asleep_on), c->asleep_fd, c->returned, c->restart, c->hidden, (long long)c->ret, S(c->err), c->errn);
		say_tree(out, c->args);
		say_tree(out, c->retv);
	}
	for (int i = 0; i < m->n_socks; i++) {
		buf_addf(out, "sock %d %s %s %d %d\n", m->socks[i].sock, S(m->socks[i].domain), S(m->socks[i].state),
			 m->socks[i].backlog, m->socks[i].from);
		say_tree(out, m->socks[i].local);
		say_tree(out, m->socks[i].peer);
		say_tree(out, m->socks[i].info);
		buf_addf(out, "%x in %d, was %lld:", m->socks[i].changed, m->socks[i].changed_in, (long long)m->socks[i].was_recvq);
		for (int k = m->socks[i].past; k >= 0; k = m->states[k].before)
			buf_addf(out, " %s", m->states[k].state);
	}
	buf_addf(out, "wire %d, clock %lld\n", m->wire.holding, (long long)m->timer.clock);
	for (int i = 0; i < m->n_packets; i++) {
		const struct model_fate *f = model_fate(m, &m->packets[i]);
		buf_addf(out, "packet %d %d->%d %s\n", m->packets[i].id, m->packets[i].actor, m->packets[i].to, f ? f->what : "-");
	}
	for (int i = 0; i < m->n_fds; i++)
		buf_addf(out, "fd %lld %d %d %d %s\n", (long long)m->fds[i].pid, m->fds[i].fd, m->fds[i].sock, m->fds[i].cloexec,
			 S(m->fds[i].kind));
	for (int i = 0; i < m->n_notes; i++)
		buf_addf(out, "note %s\n", m->notes[i]);
}

static uint64_t digest(const struct model *m, struct buf *out)
{
	uint64_t h = 0xcbf29ce484222325u;
	buf_clear(out);
	say(out, m);
	for (size_t i = 0; i < out->len; i++)
		h = (h ^ (unsigned char)out->data[i]) * 0x100000001b3u;
	return h;
}

static void any_move_equals_folding_from_zero(void **state)
{
	enum { EVENTS = 6000 };
	static uint64_t at[2][EVENTS + 20];
	uint64_t r = 7;
	int tasks = 2, socks = 0, packets = 0;
	int64_t step = 0;
	struct buf text = BUF_INIT;
	while (log_count(log_) < EVENTS)
		put_random(&r, &tasks, &socks, &packets, &step);
	int64_t n = log_count(log_);
	for (int all = 0; all < 2; all++) {          /* one walk, no snapshot ever used */
		struct model_store *s = model_store_new(log_);
		model_show_all(s, all);
		for (int64_t i = 0; i <= n; i++)
			at[all][i] = digest(model_at(s, i, NULL), &text);
		model_store_free(s);
	}
	struct model_store *s = model_store_new(log_);
	for (int i = 0; i < 1500; i++) {
		int64_t to = (int64_t)(sample_next(&r) % (uint64_t)(n + 1));
		bool all = sample_next(&r) % 2;
		model_show_all(s, all);
		assert_true(digest(model_at(s, to, NULL), &text) == at[all][to]);
		int64_t back = model_back(s, to), forward = model_forward(s, to);
		assert_true(back < to && (forward < 0 || forward > to));
		if (back >= 0)
			assert_true(digest(model_at(s, back, NULL), &text) == at[all][back] && model_forward(s, back - 1) == back);
	}
	model_store_free(s);
	for (int64_t i = 1; i <= n; i += 997) {      /* each from zero, for itself */
		s = model_store_new(log_);
		assert_true(digest(model_at(s, i, NULL), &text) == at[0][i]);
		model_store_free(s);
	}
	buf_release(&text);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(moments), T(hidden_calls), T(occurrences), T(descriptors), T(sockets), T(nothing_is_on_its_way_when_closed), T(packets_and_their_fates),
		T(arrived_in_another_order), T(queues_of_time_wait_are_not_known), T(what_is_held), T(what_a_step_changed), T(signals_and_stops), T(output_is_a_tail),
		T(back_and_forward), T(contradictions), T(any_move_equals_folding_from_zero),
	};
	return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
