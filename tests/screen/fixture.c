/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/screen/fixture.h"

#include <stdio.h>
#include <string.h>

enum { SERVER, CLIENT };

static struct value *address(struct arena *a, const char *ip, int port)
{
	struct value *v = value_struct(a, "sockaddr_in");
	value_add(a, v, "sa_family", value_sym(a, 2, "AF_INET"));
	value_add(a, v, "sin_port", value_uint(a, (uint64_t)port, 10));
	value_add(a, v, "sin_addr", value_ip(a, ip));
	return v;
}

static void add_actor(struct fixture *f, int i, const char *name, const char *const *argv)
{
	struct model_actor *actor = &f->model.actors[i];
	struct value *list = value_list(&f->arena);
	for (; *argv; argv++)
		value_add(&f->arena, list, NULL, value_text(&f->arena, *argv, strlen(*argv)));
	*actor = (struct model_actor){ .name = name, .program = name, .argv = list };
	buf_init(&actor->output);
	f->model.tasks[i] = (struct model_task){ .lane = i, .actor = i, .parent = -1, .tid = 100 + i, .itid = 2 + i, .pid = 100 + i,
		.ipid = 2 + i, .how = "start", .status = TASK_STARTING, .call = { .asleep_fd = -1 } };
}

/* The line of a program that has this text in it. */
static int line_of(const struct fixture *f, const char *file, const char *text)
{
	const struct source *s = sources_find(&f->sources, file);
	for (int i = 0; s && i < s->n; i++)
		if (strstr(s->line[i], text))
			return i + 1;
	return 0;
}

static struct model_call *call(struct fixture *f, int lane, const char *name, struct value *args)
{
	const char *file = lane == SERVER ? "server.c" : "client.c";
	char text[40];
	snprintf(text, sizeof text, "%s(", name);
	struct model_task *t = &f->model.tasks[lane];
	t->status = TASK_BEFORE;
	t->call = (struct model_call){ .call = name, .canon = name, .args = args, .file = file, .func = "main", .nth = 1,
		.line = line_of(f, file, text), .asleep_fd = -1 };
	return &t->call;
}

static void result(struct fixture *f, int lane, int64_t ret, struct value *retv)
{
	struct model_task *t = &f->model.tasks[lane];
	t->status = TASK_AFTER;
	t->call.returned = true;
	t->call.ret = ret;
	t->call.retv = retv;
}

static struct value *fd_args(struct fixture *f, int fd)
{
	struct value *v = value_struct(&f->arena, NULL);
	value_add(&f->arena, v, "sockfd", value_fd(&f->arena, fd));
	return v;
}

static void socket_of(struct fixture *f, int lane, int fd, struct model_sock sock)
{
	struct model *m = &f->model;
	sock.sock = m->n_socks + 1;
	sock.actor = m->tasks[lane].actor;
	sock.past = -1;
	sock.recvq = sock.sendq = -1;
	sock.domain = "AF_INET";
	sock.type = "SOCK_STREAM";
	sock.past = -1;
	m->socks[m->n_socks++] = sock;
	m->fds[m->n_fds++] = (struct model_fd){ .pid = m->tasks[lane].pid, .fd = fd, .sock = sock.sock, .kind = "socket" };
}

static void set_socket(struct fixture *f, int lane)
{
	struct value *v = value_struct(&f->arena, NULL);
	value_add(&f->arena, v, "domain", value_sym(&f->arena, 2, "AF_INET"));
	value_add(&f->arena, v, "type", value_flags(&f->arena, 1, "SOCK_STREAM", 0));
	value_add(&f->arena, v, "protocol", value_sym(&f->arena, 0, "IPPROTO_IP"));
	call(f, lane, "socket", v);
}

static void set_accept(struct fixture *f)
{
	struct value *v = fd_args(f, 3);
	value_add(&f->arena, v, "addr", value_ptr(&f->arena, 0));
	value_add(&f->arena, v, "addrlen", value_ptr(&f->arena, 0));
	struct model_call *c = call(f, SERVER, "accept", v);
	c->asleep_on = "client";
	c->asleep_fd = 3;
	f->model.tasks[SERVER].status = TASK_ASLEEP;
	socket_of(f, SERVER, 3, (struct model_sock){ .state = "listening", .local = address(&f->arena, "127.0.0.1", 8888),
		.backlog = 5, .from = -1 });
	buf_adds(&f->model.actors[SERVER].output, "waiting on port 8888\n");
}

static void set_connect(struct fixture *f)
{
	struct value *v = fd_args(f, 3);
	value_add(&f->arena, v, "addr", address(&f->arena, "127.0.0.1", 8888));
	value_add(&f->arena, v, "addrlen", value_uint(&f->arena, 16, 10));
	call(f, CLIENT, "connect", v);
}

static void set_recv(struct fixture *f)
{
	struct value *v = fd_args(f, 4);
	value_add(&f->arena, v, "buf", value_bytes(&f->arena, "Hello", 5, 5));
	value_add(&f->arena, v, "len", value_uint(&f->arena, 100, 10));
	value_add(&f->arena, v, "flags", value_flags(&f->arena, 0, "", 0));
	call(f, SERVER, "recv", v)->asleep_on = "data";
	result(f, SERVER, 5, NULL);
}

static void step(struct fixture *f, int number, int lane, int next)
{
	f->model.step = f->ui.last_step = number;
	f->ui.lane = lane;
	f->ui.target = f->model.next = next;
}

static void packet(struct fixture *f, struct model_packet p)
{
	struct model *m = &f->model;
	p.id = m->n_packets + 1;
	p.host = p.tohost = p.fate = -1;
	p.step = p.step ? p.step : 7;
	f->packets[m->n_packets++] = p;
}

/* One of each kind of line that the ladder can have. */
static void set_packets(struct fixture *f)
{
	const struct model_packet data = { .actor = CLIENT, .to = SERVER, .kind = "TCP", .flags = "PSH|ACK", .seq = 1, .ack = 1, .payload = 5000,
		.head = "Hello, world", .n_head = 12 };
	f->model.packets = f->packets;
	f->model.fates = f->fates;
	packet(f, (struct model_packet){ .actor = CLIENT, .to = SERVER, .kind = "TCP", .flags = "SYN", .ack = -1 });
	packet(f, (struct model_packet){ .actor = SERVER, .to = CLIENT, .kind = "TCP", .flags = "SYN|ACK", .ack = 1 });
	packet(f, data);
	packet(f, data);
	f->packets[3].again = 3, f->packets[3].what = "retransmission", f->packets[3].fate = 0;
	f->fates[f->model.n_fates++] = (struct model_fate){ .id = 4, .before = -1, .what = "held" };
	packet(f, data);
	f->packets[4].fate = 1, f->packets[4].step = 8;
	f->fates[f->model.n_fates++] = (struct model_fate){ .id = 5, .before = -1, .what = "dropped" };
	packet(f, (struct model_packet){ .actor = SERVER, .to = SERVER, .kind = "UDP", .payload = 3, .head = "\033\377中", .n_head = 5 });
	packet(f, (struct model_packet){ .actor = -1, .to = CLIENT, .kind = "ICMP", .about = "port unreachable", .broken = "a short header" });
	packet(f, (struct model_packet){ .actor = SERVER, .to = CLIENT, .kind = "TCP", .flags = "ACK", .what = "zero-window", .step = 8 });
}

static void set_states(struct fixture *f)
{
	static const char *const path[] = { "CLOSED", "ESTABLISHED", "FIN_WAIT2", "TIME_WAIT" };
	struct model *m = &f->model;
	m->states = f->states;
	for (int sock = 0; sock < m->n_socks; sock++)
		for (int i = 0; i < 4 - sock; i++) {
			f->states[m->n_states] = (struct model_state){ .sock = sock + 1, .step = i, .before = i ? m->n_states - 1 : -1,
				.state = path[i], .why = i == 1 ? "SYN|ACK" : i ? "close" : NULL };
			m->socks[sock].kernel = path[i];
			m->socks[sock].why = i == 1 ? "SYN|ACK" : i ? "close" : NULL;
			m->socks[sock].past = m->n_states++;
		}
}

static void set_connected(struct fixture *f)
{
	set_accept(f);
	set_connect(f);
	socket_of(f, CLIENT, 3, (struct model_sock){ .state = "connected", .local = address(&f->arena, "127.0.0.1", 50312),
		.peer = address(&f->arena, "127.0.0.1", 8888), .backlog = -1, .from = -1 });
	result(f, CLIENT, 0, NULL);
	f->model.tasks[CLIENT].call.asleep_on = "connection";
	result(f, SERVER, 4, value_fd(&f->arena, 4));
	socket_of(f, SERVER, 4, (struct model_sock){ .state = "connected", .local = address(&f->arena, "127.0.0.1", 8888),
		.peer = address(&f->arena, "127.0.0.1", 50312), .backlog = -1, .from = 1 });
	f->model.socks[1].changed = SOCK_STATE, f->model.socks[1].changed_in = 8;
	set_packets(f);
	set_states(f);
}

static void set_refused(struct fixture *f)
{
	set_socket(f, SERVER);
	set_connect(f);
	socket_of(f, CLIENT, 3, (struct model_sock){ .state = "new", .backlog = -1, .from = -1 });
	result(f, CLIENT, -1, NULL);
	f->model.tasks[CLIENT].call.err = "ECONNREFUSED";
	f->model.tasks[CLIENT].call.errn = 111;
	step(f, 4, CLIENT, CLIENT);
}

static void set_ended(struct fixture *f)
{
	set_connected(f);
	f->model.n_fds = 0;
	for (int i = 0; i < 2; i++)
		f->model.tasks[i].status = TASK_ENDED;
	buf_adds(&f->model.actors[SERVER].output, "client says: Hello\n");
	buf_adds(&f->model.actors[CLIENT].output, "server says: ACK\n");
	f->model.ended = true;
	step(f, 24, SERVER, -1);
}

static void clear_model(struct fixture *f)
{
	for (int i = 0; i < f->model.n_actors; i++)
		buf_release(&f->model.actors[i].output);
	arena_clear(&f->arena);
}

static void new_model(struct fixture *f)
{
	struct arena *a = &f->arena;
	clear_model(f);
	f->model = (struct model){ .settled = true, .lesson = "tcp-hello", .variant = "c", .why = "turn", .moved = -1,
		.actors = arena_alloc(a, 2 * sizeof(struct model_actor)), .n_actors = 2,
		.tasks = arena_alloc(a, 2 * sizeof(struct model_task)), .n_tasks = 2,
		.socks = arena_alloc(a, 4 * sizeof(struct model_sock)), .fds = arena_alloc(a, 4 * sizeof(struct model_fd)) };
	add_actor(f, SERVER, "server", (const char *[]){ "./server", "8888", NULL });
	add_actor(f, CLIENT, "client", (const char *[]){ "./client", "127.0.0.1", "8888", NULL });
}

void fixture_set(struct fixture *f, enum moment_name moment)
{
	new_model(f);
	switch (moment) {
	case MOMENT_START:
		set_socket(f, SERVER);
		set_socket(f, CLIENT);
		step(f, 0, SERVER, SERVER);
		break;
	case MOMENT_CONNECT:
		set_accept(f);
		set_connect(f);
		socket_of(f, CLIENT, 3, (struct model_sock){ .state = "new", .backlog = -1, .from = -1 });
		step(f, 6, CLIENT, CLIENT);
		break;
	case MOMENT_ACCEPTED:
		set_connected(f);
		step(f, 8, SERVER, SERVER);
		break;
	case MOMENT_RECEIVED:
		set_connected(f);
		set_recv(f);
		step(f, 11, SERVER, SERVER);
		break;
	case MOMENT_REFUSED: set_refused(f); break;
	default: set_ended(f); break;
	}
	explanation_release(&f->explain);
	explanation_init(&f->explain);
	explain_task(f->course, f->lesson, &f->model, f->ui.lane, &f->explain);
}

static void load(struct fixture *f)
{
	for (int i = 0; i < f->lesson->n_programs; i++)
		for (int v = 0; v < VARIANT_COUNT; v++)
			if (f->lesson->programs[i].source[v])
				sources_load(&f->sources, f->lesson->dir, f->lesson->programs[i].source[v]);
}

bool fixture_init(struct fixture *f, const char *lessons, const char *lesson)
{
	*f = (struct fixture){ .ui = { .page = PAGE_RUN, .answer = -1 } };
	arena_init(&f->arena);
	sources_init(&f->sources);
	explanation_init(&f->explain);
	f->course = course_open(lessons, NULL);
	f->lesson = f->course ? course_find(f->course, lesson) : NULL;
	if (!f->lesson)
		return false;
	load(f);
	int n = course_count(f->course);
	for (int i = 0; i < n && i < 16; i++)
		f->menu[i] = (struct menu_item){ .lesson = course_lesson(f->course, i), .done = i == 0, .step = i == 1 ? 6 : 0 };
	f->pic = (struct picture){ .ui = &f->ui, .course = f->course, .lesson = f->lesson, .model = &f->model, .explain = &f->explain,
		.sources = &f->sources, .menu = f->menu, .n_menu = n < 16 ? n : 16 };
	fixture_set(f, MOMENT_START);
	return true;
}

void fixture_release(struct fixture *f)
{
	clear_model(f);
	arena_release(&f->arena);
	explanation_release(&f->explain);
	sources_release(&f->sources);
	course_free(f->course);
}
