/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which text explains a moment, and that it says nothing false there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tutor/learn/explain.h"
#include "tutor/learn/fill.h"
#include "tutor/learn/state.h"

#define BOTH(en, zh) "{ en: \"" en "\", zh-Hans: \"" zh "\" }"
#define SHORT(en, zh) "{ short: " BOTH(en, zh) " }"

static const char lesson_text[] =
	"lesson: hello\n"
	"title: " BOTH("Hello", "你好") "\n"
	"goal: " SHORT("A goal.", "目标。") "\n"
	"minutes: 5\n"
	"programs: { server: { c: server.c, python: server.py }, client: { c: client.c, python: client.py } }\n"
	"marks:\n"
	"  take:\n"
	"    - when: { call: recv, moment: after, nth: 2 }\n"
	"      short: " BOTH("The second time: {bytes}.", "第二次：{bytes}。") "\n"
	"    - when: { call: recv, moment: after, actor: client }\n"
	"      short: " BOTH("The client got {bytes}.", "客户端收到 {bytes}。") "\n"
	"    - when: { call: recv, moment: after, lang: python }\n"
	"      short: " BOTH("Python got {bytes}.", "Python 收到 {bytes}。") "\n"
	"    - when: { call: recv, moment: after, errno: ECONNRESET }\n"
	"      short: " BOTH("Cut off: {errno}.", "连接断开：{errno}。") "\n"
	"    - when: { call: recv, moment: after }\n"
	"      short: " BOTH("It got {bytes} {bytes|byte|bytes}: {data}.", "收到 {bytes} 字节：{data}。") "\n"
	"      full: " BOTH("From {peer}.", "来自 {peer}。") "\n"
	"    - when: { call: recv, moment: before }\n"
	"      short: " BOTH("From {peer}.", "来自 {peer}。") "\n"
	"    - when: { call: recv, moment: before }\n"
	"      short: " BOTH("It asks for {len} at line {line}.", "在第 {line} 行请求 {len}。") "\n"
	"      simpler: " BOTH("The sockets of the {other} wait.", "{other} 的套接字等待。") "\n"
	"    - when: { call: bind }\n"
	"      short: " BOTH("bind has no moment.", "bind 没有时刻。") "\n";

static const char syscalls[] =
	"recv:\n"
	"  name: " BOTH("receive", "接收") "\n"
	"  before: " SHORT("The program asks for {len} bytes.", "程序请求 {len} 字节。") "\n"
	"  asleep: " SHORT("It sleeps.", "它在睡眠。") "\n"
	"  after: " SHORT("{bytes} bytes came to the socket.", "有 {bytes} 字节到达套接字。") "\n"
	"  failed: " SHORT("Nothing was received: {errno}.", "没有收到数据：{errno}。") "\n"
	"  args: { sockfd: " BOTH("the socket", "套接字") " }\n"
	"bind:\n"
	"  name: " BOTH("bind", "绑定") "\n"
	"  before: " SHORT("It will bind {addr}.", "将绑定 {addr}。") "\n"
	"  failed: " SHORT("No address was given.", "没有得到地址。") "\n"
	"accept4:\n"
	"  name: " BOTH("accept with flags", "带标志的 accept") "\n"
	"  before: " SHORT("accept4 with {flags}.", "带 {flags} 的 accept4。") "\n";

static const char errnos[] =
	"EAGAIN:\n"
	"  name: " BOTH("not now", "暂时不行") "\n"
	"  short: " BOTH("Try again.", "请重试。") "\n"
	"  calls: { recv: " SHORT("The buffer is empty.", "缓冲区为空。") " }\n"
	"EADDRINUSE: { name: " BOTH("taken", "被占用") ", short: " BOTH("The address is taken.", "地址被占用。") " }\n";

static const char rules[] =
	"owned:\n"
	"  when: { call: bind, moment: after, errno: EADDRINUSE, state: listener-here }\n"
	"  short: " BOTH("{addr} is taken by fd {owner_fd} of the {owner} on {owner_addr}.",
			"{addr} 被 {owner} 的 fd {owner_fd}（{owner_addr}）占用。") "\n"
	"outside:\n"
	"  when: { call: bind, moment: after, errno: EADDRINUSE, state: nobody-here }\n"
	"  short: " BOTH("{addr} is taken outside.", "{addr} 在别处被占用。") "\n"
	"end:\n"
	"  when: { call: [recv, read], moment: after, ret: 0, state: [stream, asked-some] }\n"
	"  short: " BOTH("The stream has ended.", "字节流结束。") "\n"
	"again:\n"
	"  when: { moment: after, state: restarting }\n"
	"  short: " BOTH("It will be made again.", "将重新执行。") "\n"
	"done:\n"
	"  when: { moment: ended, state: exit-good }\n"
	"  short: " BOTH("The {actor} ended with {code}.", "{actor} 以 {code} 结束。") "\n";

static const char terms[] =
	"socket: { term: socket, zh-Hans: 套接字, means: " BOTH("An end.", "一端。") " }\n"
	"listen: { term: listen, zh-Hans: 监听, means: " BOTH("To wait.", "等待。") " }\n"
	"socket-address: { term: socket address, zh-Hans: 套接字地址, means: " BOTH("An address.", "地址。") " }\n"
	"come: { term: come, also: came, sense: 到达, zh-Hans: 到达, means: " BOTH("To reach.", "到。") " }\n"
	"to: { term: to, sense: 发往, zh-Hans: 发往, means: " BOTH("For.", "向。") " }\n"
	"byte: { term: byte, zh-Hans: 字节, means: " BOTH("8 bits.", "8 位。") " }\n";

static char root[64];
static struct course *course;
static const struct lesson *lesson;

static void put(const char *name, const char *text)
{
	char path[128];
	snprintf(path, sizeof path, "%s/%s", root, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static int set_up(void **state)
{
	char dir[96];
	struct err err = { 0 };
	strcpy(root, "/tmp/explain-test.XXXXXX");
	assert_non_null(mkdtemp(root));
	snprintf(dir, sizeof dir, "%s/catalog", root);
	mkdir(dir, 0755);
	snprintf(dir, sizeof dir, "%s/01-hello", root);
	mkdir(dir, 0755);
	put("catalog/syscalls.yaml", syscalls);
	put("catalog/errnos.yaml", errnos);
	put("catalog/rules.yaml", rules);
	put("catalog/terms.yaml", terms);
	put("catalog/constants.yaml", "MSG_TRUNC: " SHORT("cut", "截断") "\nMSG_TRUNC@recv: " SHORT("was cut", "被截断") "\n");
	put("01-hello/lesson.yaml", lesson_text);
	put("01-hello/server.c", "x();\nrecv(1,\n2); /* @take */\n");
	put("01-hello/server.py", "recv()  # @take\n");
	put("01-hello/client.c", "recv(); /* @take */\n");
	put("01-hello/client.py", "x()\n");
	course = course_open(root, &err);
	assert_non_null(course);
	if (course_mistake(course, 0, LANG_EN))
		print_error("%s\n", course_mistake(course, 0, LANG_EN));
	lesson = course_find(course, "hello");
	assert_non_null(lesson);
	return 0;
}

static int tear_down(void **state)
{
	char command[96];
	course_free(course);
	snprintf(command, sizeof command, "rm -rf %s", root);
	return system(command);
}

/* A run of a server (lane 0, pid 10) and a client (lane 1, pid 11); the server listens with fd 3 and talks with fd 4. */
struct run {
	struct arena a;
	struct model m;
	struct model_actor actors[2];
	struct model_task tasks[2];
	struct model_sock socks[3];
	struct model_fd fds[3];
};

static struct value *address(struct run *r, const char *ip, int port)
{
	struct value *v = value_struct(&r->a, "sockaddr_in");
	value_add(&r->a, v, "sa_family", value_sym(&r->a, 2, "AF_INET"));
	value_add(&r->a, v, "sin_port", value_uint(&r->a, (uint64_t)port, 10));
	value_add(&r->a, v, "sin_addr", value_ip(&r->a, ip));
	return v;
}

static void run_init(struct run *r)
{
	*r = (struct run){ .actors = { { .name = "server" }, { .name = "client" } } };
	arena_init(&r->a);
	for (int i = 0; i < 2; i++)
		r->tasks[i] = (struct model_task){ .lane = i, .actor = i, .pid = 10 + i, .how = "start", .status = TASK_BEFORE };
	const struct model_sock tcp = { .domain = "AF_INET", .type = "SOCK_STREAM", .backlog = -1, .from = -1, .recvq = -1, .sendq = -1,
					.actor = -1, .past = -1 };
	for (int i = 0; i < 3; i++) {
		r->socks[i] = tcp;
		r->socks[i].sock = i + 1;
	}
	r->socks[0].state = "listening", r->socks[0].local = address(r, "0.0.0.0", 8888), r->socks[0].backlog = 5;
	r->socks[1].state = "connected", r->socks[1].local = address(r, "127.0.0.1", 8888), r->socks[1].from = 1;
	r->socks[1].peer = address(r, "127.0.0.1", 40000);
	r->socks[2].state = "new";
	r->fds[0] = (struct model_fd){ 10, 3, 1, false, "socket" };
	r->fds[1] = (struct model_fd){ 10, 4, 2, false, "socket" };
	r->fds[2] = (struct model_fd){ 11, 3, 3, false, "socket" };
	r->m = (struct model){ .variant = "c", .actors = r->actors, .n_actors = 2, .tasks = r->tasks, .n_tasks = 2,
			       .socks = r->socks, .n_socks = 3, .fds = r->fds, .n_fds = 3 };
}

static void call_recv(struct run *r, int lane, int fd, const char *data, int64_t len)
{
	struct value *args = value_struct(&r->a, "recvfrom");
	value_add(&r->a, args, "sockfd", value_fd(&r->a, fd));
	value_add(&r->a, args, "buf", data ? value_bytes(&r->a, data, strlen(data), strlen(data)) : value_ptr(&r->a, 0x7000));
	value_add(&r->a, args, "len", value_uint(&r->a, (uint64_t)len, 10));
	r->tasks[lane].call = (struct model_call){ .call = "recvfrom", .canon = "recv", .args = args, .file = "server.c",
						   .line = 2, .nth = 1, .asleep_fd = -1 };
}

static void call_bind(struct run *r, int lane, const char *ip, int port)
{
	struct value *args = value_struct(&r->a, "bind");
	value_add(&r->a, args, "sockfd", value_fd(&r->a, 3));
	value_add(&r->a, args, "addr", address(r, ip, port));
	r->tasks[lane].call = (struct model_call){ .call = "bind", .canon = "bind", .args = args, .nth = 1, .asleep_fd = -1 };
}

static void returns(struct run *r, int lane, int64_t ret, const char *err)
{
	r->tasks[lane].status = TASK_AFTER;
	r->tasks[lane].call.returned = true;
	r->tasks[lane].call.ret = ret;
	r->tasks[lane].call.err = err;
}

static void expect(struct run *r, int lane, enum explain_source from, const char *en)
{
	struct explanation x;
	explanation_init(&x);
	explain_task(course, lesson, &r->m, lane, &x);
	assert_string_equal(x.in[SHAPE_SHORT][LANG_EN].data, en);
	assert_int_equal(x.source, from);
	assert_int_equal(x.in[SHAPE_SHORT][LANG_ZH].len > 0, *en != 0);
	explanation_release(&x);
}

static void lesson_first(void **state)
{
	struct run r;
	run_init(&r);
	call_recv(&r, 0, 4, NULL, 100);
	expect(&r, 0, FROM_LESSON, "It asks for 100 at line 2.");
	call_recv(&r, 0, 4, "Hello", 100);
	returns(&r, 0, 5, NULL);
	expect(&r, 0, FROM_LESSON, "It got 5 bytes: Hello.");
	returns(&r, 0, 1, NULL);
	expect(&r, 0, FROM_LESSON, "It got 1 byte: Hello.");
	r.tasks[0].call.nth = 2;
	expect(&r, 0, FROM_LESSON, "The second time: 1.");
	r.tasks[0].call.nth = 3;
	r.m.variant = "python";
	expect(&r, 0, FROM_LESSON, "Python got 1.");
	arena_release(&r.a);
}

static void by_actor(void **state)
{
	struct run r;
	run_init(&r);
	call_recv(&r, 1, 3, "x", 9);
	r.tasks[1].call.file = "client.c";
	r.tasks[1].call.line = 1;
	returns(&r, 1, 1, NULL);
	expect(&r, 1, FROM_LESSON, "The client got 1.");
	arena_release(&r.a);
}

/* What was written for success is not said of a failure, of the end of a stream, or of a call that will be made again. */
static void only_what_is_true(void **state)
{
	struct run r;
	run_init(&r);
	call_recv(&r, 0, 4, "Hello", 100);
	returns(&r, 0, 0, NULL);
	expect(&r, 0, FROM_RULE, "The stream has ended.");
	returns(&r, 0, -1, "ECONNRESET");
	expect(&r, 0, FROM_LESSON, "Cut off: ECONNRESET.");
	returns(&r, 0, -1, "EAGAIN");
	expect(&r, 0, FROM_CATALOG, "Nothing was received: EAGAIN. The buffer is empty.");
	returns(&r, 0, -1, "EWHATEVER");
	expect(&r, 0, FROM_CATALOG, "Nothing was received: EWHATEVER.");
	returns(&r, 0, -1, "ERESTARTSYS");
	r.tasks[0].call.restart = true;
	expect(&r, 0, FROM_RULE, "It will be made again.");
	arena_release(&r.a);
}

static void without_a_mark(void **state)
{
	struct run r;
	run_init(&r);
	call_recv(&r, 0, 4, NULL, 7);
	r.tasks[0].call.line = 9;
	expect(&r, 0, FROM_CATALOG, "The program asks for 7 bytes.");
	r.tasks[0].status = TASK_ASLEEP;
	expect(&r, 0, FROM_CATALOG, "It sleeps.");
	r.tasks[0].call.file = NULL;
	returns(&r, 0, 3, NULL);
	expect(&r, 0, FROM_CATALOG, "3 bytes came to the socket.");
	r.tasks[0].call.call = r.tasks[0].call.canon = "unheard_of";
	expect(&r, 0, FROM_NOWHERE, "");
	r.tasks[0].status = TASK_STARTING;
	expect(&r, 0, FROM_NOWHERE, "");
	expect(&r, 7, FROM_NOWHERE, "");
	arena_release(&r.a);
}

static void rules_look_at_the_run(void **state)
{
	struct run r;
	run_init(&r);
	call_bind(&r, 1, "127.0.0.1", 8888);
	returns(&r, 1, -1, "EADDRINUSE");
	expect(&r, 1, FROM_RULE, "127.0.0.1:8888 is taken by fd 3 of the server on 0.0.0.0:8888.");
	call_bind(&r, 1, "127.0.0.1", 8889);
	returns(&r, 1, -1, "EADDRINUSE");
	expect(&r, 1, FROM_RULE, "127.0.0.1:8889 is taken outside.");
	/* the listener was closed: its address is no reason any more */
	call_bind(&r, 1, "127.0.0.1", 8888);
	returns(&r, 1, -1, "EADDRINUSE");
	r.fds[0].sock = -1;
	expect(&r, 1, FROM_RULE, "127.0.0.1:8888 is taken outside.");
	r.tasks[1].status = TASK_ENDED;
	r.tasks[1].exit_code = 0;
	expect(&r, 1, FROM_RULE, "The client ended with 0.");
	r.tasks[1].exit_code = 3;
	expect(&r, 1, FROM_NOWHERE, "");
	arena_release(&r.a);
}

static void a_variant_of_a_call(void **state)
{
	struct run r;
	run_init(&r);
	struct value *args = value_struct(&r.a, "accept4");
	value_add(&r.a, args, "sockfd", value_fd(&r.a, 3));
	value_add(&r.a, args, "flags", value_flags(&r.a, 02000000, "SOCK_CLOEXEC", 0));
	r.tasks[0].call = (struct model_call){ .call = "accept4", .canon = "accept", .args = args, .nth = 1 };
	expect(&r, 0, FROM_CATALOG, "accept4 with SOCK_CLOEXEC.");
	arena_release(&r.a);
}

static void hostile_bytes(void **state)
{
	struct run r;
	run_init(&r);
	call_recv(&r, 0, 4, "\x1b[2J\n\xff\xe2\x80\xae{ret}好", 100);
	returns(&r, 0, 16, NULL);
	struct explanation x;
	explanation_init(&x);
	explain_task(course, lesson, &r.m, 0, &x);
	assert_string_equal(x.in[SHAPE_SHORT][LANG_EN].data, "It got 16 bytes: \\x1b[2J\\n\\xff\\u202e{ret}好.");
	/* the full text speaks of {peer}, which is not known: it is left out in both languages */
	assert_int_equal(x.in[SHAPE_FULL][LANG_EN].len + x.in[SHAPE_FULL][LANG_ZH].len, 0);
	explanation_release(&x);
	arena_release(&r.a);
}

static void terms_in_order(void **state)
{
	struct run r;
	struct explanation x;
	run_init(&r);
	call_recv(&r, 0, 4, NULL, 7);
	r.tasks[0].call.line = 9;
	returns(&r, 0, 3, NULL);
	explanation_init(&x);
	explain_task(course, NULL, &r.m, 0, &x);
	assert_int_equal(x.n_terms, 3);   /* "to" has another sense here */
	assert_string_equal(x.terms[0]->id, "byte");
	assert_string_equal(x.terms[1]->id, "come");
	assert_string_equal(x.terms[2]->id, "socket");
	assert_null(x.mark);
	explanation_release(&x);
	arena_release(&r.a);
}

static void filling(void **state)
{
	static const struct { const char *text, *want; } cases[] = {
		{ "{{x}", "{x}" }, { "plain", "plain" }, { "", "" }, { "{fd} {sockfd} {len}", "4 4 100" },
		{ "{other}", "client" }, { "{len|a|b}", "b" }, { "{local}", "127.0.0.1:8888" }, { "{remote}", "127.0.0.1:40000" },
		{ "{nothing}", NULL }, { "{ret}", NULL }, { "{len|a}", NULL }, { "{", "{" }, { "{fd", "{fd" }, { "{}", "{}" },
	};
	struct run r;
	struct scene s;
	run_init(&r);
	call_recv(&r, 0, 4, NULL, 100);
	assert_true(scene_init(&s, &r.m, 0));
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf out = BUF_INIT;
		buf_adds(&out, "before ");
		bool good = fill(&s, cases[i].text, &out);
		assert_int_equal(good, cases[i].want != NULL);
		assert_string_equal(out.data + 7, good ? cases[i].want : "");
		buf_release(&out);
	}
	arena_release(&r.a);
}

static void single_answers(void **state)
{
	struct run r;
	struct text t;
	struct texts ts;
	run_init(&r);
	call_recv(&r, 0, 4, NULL, 100);
	assert_true(explain_argument(course, &r.m, 0, "sockfd", &t));
	assert_string_equal(t.in[LANG_ZH], "套接字");
	assert_false(explain_argument(course, &r.m, 0, "nonsense", &t));
	assert_true(explain_constant(course, "MSG_TRUNC", NULL, &t));
	assert_string_equal(t.in[LANG_EN], "cut");
	assert_true(explain_constant(course, "MSG_TRUNC", "recv", &t));
	assert_string_equal(t.in[LANG_EN], "was cut");
	assert_true(explain_constant(course, "MSG_TRUNC", "send", &t));
	assert_false(explain_constant(course, "MSG_NONE", NULL, &t));
	assert_true(explain_errno(course, "recv", "EAGAIN", &ts));
	assert_string_equal(ts.shape[SHAPE_SHORT].in[LANG_EN], "The buffer is empty.");
	assert_true(explain_errno(course, "send", "EAGAIN", &ts));
	assert_string_equal(ts.shape[SHAPE_SHORT].in[LANG_EN], "Try again.");
	assert_true(explain_call(course, "bind", &t));
	assert_false(explain_call(course, "accept", &t));
	arena_release(&r.a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lesson_first),        cmocka_unit_test(by_actor),
		cmocka_unit_test(only_what_is_true),   cmocka_unit_test(without_a_mark),
		cmocka_unit_test(rules_look_at_the_run), cmocka_unit_test(a_variant_of_a_call),
		cmocka_unit_test(hostile_bytes),       cmocka_unit_test(terms_in_order),
		cmocka_unit_test(filling),             cmocka_unit_test(single_answers),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
