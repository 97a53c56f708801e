/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The decoder on memory of its own: what it shows, and what it does with memory that is not there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <linux/tcp.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include "engine/decode/constants.h"
#include "engine/decode/decode.h"
#include "tests/notation/notation.h"

enum { BASE = 0x10000, SIZE = 8192 };

static unsigned char memory[SIZE];

static ssize_t read_memory(void *ctx, uint64_t addr, void *buf, size_t n)
{
	if (addr < BASE || addr >= BASE + SIZE)
		return -1;
	size_t left = BASE + SIZE - addr;
	memcpy(buf, memory + (addr - BASE), n < left ? n : left);
	return (ssize_t)(n < left ? n : left);
}

static struct decode begin(struct arena *a, const char *name, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3)
{
	arena_init(a);
	return (struct decode){ .call = call_named(name), .args = { a0, a1, a2, a3 }, .peek = { read_memory, NULL }, .arena = a };
}

static void put(unsigned at, const void *p, size_t n)
{
	memcpy(memory + at, p, n);
}

static void bind_shows_the_address(void **state)
{
	struct arena a;
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_port = htons(8888), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	put(0, &sin, sizeof sin);
	struct decode d = begin(&a, "bind", 3, BASE, sizeof sin, 0);
	struct value *v = decode_entry(&d);
	assert_string_equal(v->type, "bind");
	assert_int_equal(value_get(v, "sockfd")->kind, VALUE_FD);
	const struct value *addr = value_get(v, "addr");
	assert_string_equal(addr->type, "sockaddr_in");
	assert_string_equal(value_get(addr, "sa_family")->text, "AF_INET");
	assert_int_equal(value_get(addr, "sin_port")->u, 8888);
	assert_string_equal(value_get(addr, "sin_addr")->text, "127.0.0.1");
	arena_release(&a);
}

static void accept_fills_in_the_peer(void **state)
{
	struct arena a;
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_port = htons(40000) };
	int len = 128;
	put(200, &len, sizeof len);
	struct decode d = begin(&a, "accept4", 3, BASE, BASE + 200, SOCK_CLOEXEC);
	struct value *in = decode_entry(&d);
	assert_int_equal(value_get(in, "addr")->kind, VALUE_PTR);
	assert_int_equal(value_get(in, "addrlen")->i, 128);
	put(0, &sin, sizeof sin);
	len = 16;
	put(200, &len, sizeof len);
	d.ret = 4;
	struct value *out = decode_exit(&d, in);
	assert_int_equal(value_get(value_get(out, "addr"), "sin_port")->u, 40000);
	const struct value *change = value_get(out, "addrlen");
	assert_int_equal(change->kind, VALUE_CHANGE);
	assert_int_equal(change->item[0]->i, 128);
	assert_int_equal(value_now(change)->i, 16);
	assert_string_equal(value_get(in, "addrlen")->name, "addrlen");
	assert_int_equal(decode_ret(&d)->kind, VALUE_FD);
	assert_string_equal(call_canon(d.call, d.args), "accept");
	arena_release(&a);
}

static void a_failed_call_keeps_what_went_in(void **state)
{
	struct arena a;
	int len = 128;
	put(200, &len, sizeof len);
	struct decode d = begin(&a, "accept4", 3, BASE, BASE + 200, 0);
	struct value *in = decode_entry(&d);
	d.ret = -11;
	d.is_error = true;
	assert_true(value_equal(decode_exit(&d, in), in));
	assert_null(decode_ret(&d));
	assert_string_equal(errno_name(11), "EAGAIN");
	arena_release(&a);
}

static void truncated_datagrams_are_not_read_past_the_buffer(void **state)
{
	struct arena a;
	put(0, "0123456789", 10);
	struct decode d = begin(&a, "recvfrom", 3, BASE, 4, MSG_TRUNC);
	struct value *in = decode_entry(&d);
	d.ret = 1000000000;
	const struct value *buf = value_get(decode_exit(&d, in), "buf");
	assert_int_equal(buf->kind, VALUE_BYTES);
	assert_int_equal(buf->len, 4);
	assert_int_equal(buf->total, 1000000000);
	assert_true(buf->more);
	assert_string_equal(value_get(in, "flags")->text, "MSG_TRUNC");
	arena_release(&a);
}

static void lengths_are_not_believed(void **state)
{
	struct arena a;
	struct decode d = begin(&a, "sendto", 3, BASE + SIZE - 5, UINT64_MAX, 0);
	struct value *v = decode_entry(&d);
	assert_int_equal(value_get(v, "buf")->len, 5);
	assert_true(value_get(v, "buf")->more);
	arena_release(&a);
	d = begin(&a, "sendto", 3, 5, UINT64_MAX, 0);
	assert_int_equal(value_get(decode_entry(&d), "buf")->kind, VALUE_PTR);
	arena_release(&a);
	d = begin(&a, "poll", BASE, 0xffffffff, 0, 0);
	assert_true(value_get(decode_entry(&d), "fds")->more);
	arena_release(&a);
}

static void flags_without_a_name_are_kept(void **state)
{
	struct arena a;
	arena_init(&a);
	struct value *v = constant_flags(&a, CONST_msgflags, MSG_PEEK | MSG_DONTWAIT | 0x2000000);
	assert_string_equal(v->text, "MSG_PEEK|MSG_DONTWAIT");
	assert_int_equal(v->rest, 0x2000000);
	arena_release(&a);
}

static void canonical_names(void **state)
{
	uint64_t none[6] = { 0 }, addr[6] = { 3, 0, 0, 0, BASE, 16 };
	assert_string_equal(call_canon(call_named("sendto"), none), "send");
	assert_string_equal(call_canon(call_named("sendto"), addr), "sendto");
	assert_string_equal(call_canon(call_named("recvfrom"), none), "recv");
	assert_string_equal(call_canon(call_named("pselect6"), none), "select");
	assert_string_equal(call_canon(call_named("exit_group"), none), "exit");
}

static void every_call_can_be_found(void **state)
{
	for (unsigned i = 0; call_at(i); i++) {
		const struct call_desc *c = call_at(i);
		assert_ptr_equal(call_find(c->nr), c);
		for (int k = 0; k < c->nargs; k++)
			assert_non_null(c->arg[k].type);
		assert_true(c->nargs == 6 || !c->arg[c->nargs].name);
	}
	assert_null(call_find(-1));
	assert_null(call_find(100000));
}

static void no_constant_has_two_names(void **state)
{
	for (unsigned g = 0; g < CONST_GROUPS; g++) {
		const struct constant_group *group = constant_group((enum constant_group_id)g);
		for (unsigned i = 0; i < group->n; i++)
			assert_string_equal(constant_name((enum constant_group_id)g, group->item[i].value), group->item[i].name);
	}
}

static const struct value *option(struct arena *a, const char *call, int level, int name, const void *p, size_t n)
{
	static struct decode d;
	int len = (int)n;
	put(0, p, n);
	put(2000, &len, sizeof len);
	bool get = strcmp(call, "getsockopt") == 0;
	d = begin(a, call, 3, (uint64_t)level, (uint64_t)name, BASE);
	d.args[4] = get ? BASE + 2000 : n;
	struct value *v = decode_entry(&d);
	return value_get(get ? decode_exit(&d, v) : v, "optval");
}

static void options_are_shown_as_what_they_are(void **state)
{
	struct arena a;
	int one = 1, refused = ECONNREFUSED;
	struct linger linger = { 1, 5 };
	struct timeval tv = { 2, 500000 };
	assert_int_equal(option(&a, "setsockopt", SOL_SOCKET, SO_REUSEADDR, &one, sizeof one)->i, 1);
	arena_release(&a);
	const struct value *v = option(&a, "setsockopt", SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
	assert_int_equal(value_get(v, "l_linger")->i, 5);
	arena_release(&a);
	v = option(&a, "setsockopt", SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
	assert_string_equal(v->type, "timeval");
	assert_int_equal(value_get(v, "tv_usec")->i, 500000);
	arena_release(&a);
	assert_string_equal(option(&a, "getsockopt", SOL_SOCKET, SO_ERROR, &refused, sizeof refused)->text, "ECONNREFUSED");
	arena_release(&a);
	assert_string_equal(option(&a, "getsockopt", IPPROTO_TCP, TCP_CONGESTION, "cubic\0\0\0", 8)->text, "cubic");
	arena_release(&a);
	assert_int_equal(option(&a, "setsockopt", SOL_SOCKET, 4242, &one, sizeof one)->kind, VALUE_BYTES);
	arena_release(&a);
}

static void tcp_info_is_shown_as_far_as_it_was_given(void **state)
{
	struct arena a;
	struct tcp_info info = { .tcpi_state = 1, .tcpi_rtt = 1234, .tcpi_snd_cwnd = 10, .tcpi_snd_wscale = 7, .tcpi_rcv_wscale = 9 };
	const struct value *v = option(&a, "getsockopt", IPPROTO_TCP, TCP_INFO, &info, 104);
	assert_string_equal(value_get(v, "tcpi_state")->text, "TCP_ESTABLISHED");
	assert_int_equal(value_get(v, "tcpi_rtt")->u, 1234);
	assert_int_equal(value_get(v, "tcpi_rcv_wscale")->u, 9);
	assert_non_null(value_get(v, "tcpi_total_retrans"));
	assert_null(value_get(v, "tcpi_pacing_rate"));
	arena_release(&a);
	assert_int_equal(option(&a, "getsockopt", IPPROTO_TCP, TCP_INFO, &info, 3)->kind, VALUE_BYTES);
	arena_release(&a);
}

/* A message with one buffer and the control bytes at 1000. */
static void put_message(size_t controllen)
{
	struct iovec iov = { (void *)(uintptr_t)(BASE + 600), 16 };
	struct msghdr m = { .msg_iov = (void *)(uintptr_t)(BASE + 500), .msg_iovlen = 1,
		.msg_control = (void *)(uintptr_t)(BASE + 1000), .msg_controllen = controllen };
	put(400, &m, sizeof m);
	put(500, &iov, sizeof iov);
}

static void control_messages(void **state)
{
	struct arena a;
	struct { struct cmsghdr head; int fds[2]; struct cmsghdr next; } c = {
		{ CMSG_LEN(8), SOL_SOCKET, SCM_RIGHTS }, { 5, 6 }, { 3, SOL_SOCKET, SCM_RIGHTS } };
	put(1000, &c, sizeof c);
	put_message(sizeof c);
	struct decode d = begin(&a, "sendmsg", 3, BASE + 400, 0, 0);
	const struct value *list = value_get(value_get(decode_entry(&d), "msg"), "msg_control");
	assert_int_equal(list->kind, VALUE_LIST);
	const struct value *fds = value_get(list->item[0], "cmsg_data");
	assert_int_equal(fds->n, 2);
	assert_int_equal(fds->item[1]->kind, VALUE_FD);
	assert_int_equal(fds->item[1]->i, 6);
	assert_int_equal(list->item[list->n - 1]->kind, VALUE_PTR);
	arena_release(&a);
}

static void a_received_message_tells_what_changed(void **state)
{
	struct arena a;
	put_message(128);
	put(600, "Hello", 5);
	struct decode d = begin(&a, "recvmsg", 3, BASE + 400, 0, 0);
	struct value *in = decode_entry(&d);
	assert_int_equal(value_get(value_get(value_get(in, "msg"), "msg_iov")->item[0], "iov_base")->kind, VALUE_PTR);
	put_message(0);
	d.ret = 5;
	const struct value *msg = value_get(decode_exit(&d, in), "msg");
	assert_int_equal(value_get(msg, "msg_controllen")->kind, VALUE_CHANGE);
	assert_int_equal(value_now(value_get(msg, "msg_controllen"))->u, 0);
	assert_int_equal(value_get(value_get(msg, "msg_iov")->item[0], "iov_base")->len, 5);
	arena_release(&a);
}

static void sets_before_and_after_select(void **state)
{
	struct arena a;
	fd_set set;
	FD_ZERO(&set);
	FD_SET(3, &set);
	FD_SET(5, &set);
	put(0, &set, sizeof set);
	struct decode d = begin(&a, "pselect6", 6, BASE, 0, 0);
	struct value *in = decode_entry(&d);
	assert_int_equal(value_get(in, "readfds")->n, 2);
	FD_CLR(3, &set);
	put(0, &set, sizeof set);
	d.ret = 1;
	const struct value *out = value_get(decode_exit(&d, in), "readfds");
	assert_int_equal(out->kind, VALUE_CHANGE);
	assert_int_equal(value_now(out)->n, 1);
	assert_int_equal(value_now(out)->item[0]->i, 5);
	assert_string_equal(value_get(in, "readfds")->name, "readfds");
	arena_release(&a);
}

static size_t count(const struct value *v)
{
	size_t n = 1;
	for (unsigned i = 0; i < v->n; i++)
		n += count(v->item[i]);
	return n;
}

/* Each of 1024 messages has 1024 iovecs of 64 KiB, all the same ones. */
static void one_call_cannot_cost_too_much(void **state)
{
	struct arena a;
	struct mmsghdr m = { .msg_hdr = { .msg_iov = (void *)(uintptr_t)BASE, .msg_iovlen = UINT32_MAX } };
	struct iovec iov = { (void *)(uintptr_t)BASE, UINT32_MAX };
	for (unsigned at = 0; at < 4096; at += sizeof iov)
		put(at, &iov, sizeof iov);
	for (unsigned at = 4096; at + sizeof m <= SIZE; at += sizeof m)
		put(at, &m, sizeof m);
	struct decode d = begin(&a, "sendmmsg", 3, BASE + 4096, UINT32_MAX, 0);
	assert_true(count(decode_entry(&d)) < 100000);
	arena_release(&a);
}

static void memory_of_a_process(void **state)
{
	long page = sysconf(_SC_PAGESIZE);
	char *p = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), buf[64];
	struct peek peek = peek_process(getpid());
	struct peek_window w = { .len = 0 };
	bool cut;
	if (peek_some(&peek, (uint64_t)(uintptr_t)p, buf, 1) != 1) {
		print_message("skip: process_vm_readv is refused here\n");
		skip();
	}
	memset(p, 'x', page);
	munmap(p + page, page);
	uint64_t edge = (uint64_t)(uintptr_t)(p + page - 10);
	assert_int_equal(peek_some(&peek, edge, buf, 64), 10);
	assert_false(peek_all(&peek, edge, buf, 11));
	assert_true(peek_near(&peek, &w, edge, buf, 10));
	assert_false(peek_near(&peek, &w, edge, buf, 11));
	assert_false(peek_near(&peek, &w, edge + 10, buf, 1));
	assert_int_equal(peek_string(&peek, edge, buf, sizeof buf, &cut), 10);
	assert_true(cut);
	p[page - 1] = 0;
	assert_int_equal(peek_string(&peek, edge, buf, sizeof buf, &cut), 9);
	assert_false(cut);
	assert_int_equal(peek_string(&peek, 0, buf, sizeof buf, &cut), -1);
	munmap(p, page);
}

static void in_straces_words(void **state)
{
	struct arena a;
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_port = htons(8888), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	static const struct notation_options plain = { .hex = false };
	struct buf line = BUF_INIT;
	put(0, &sin, sizeof sin);
	put(100, "a\n\"\1" "2", 5);
	struct decode d = begin(&a, "sendto", 3, BASE + 100, 5, MSG_NOSIGNAL);
	d.args[4] = BASE;
	d.args[5] = sizeof sin;
	struct notation_call call = { .name = "sendto", .args = decode_entry(&d), .ret = 5 };
	notation_strace(&call, &plain, &line);
	assert_string_equal(line.data, "sendto(3, \"a\\n\\\"\\0012\", 5, MSG_NOSIGNAL, {sa_family=AF_INET, sin_port=htons(8888), "
	                    "sin_addr=inet_addr(\"127.0.0.1\")}, 16) = 5");
	buf_release(&line);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_are_shown_as_what_they_are),
		cmocka_unit_test(tcp_info_is_shown_as_far_as_it_was_given),
		cmocka_unit_test(control_messages),
		cmocka_unit_test(a_received_message_tells_what_changed),
		cmocka_unit_test(sets_before_and_after_select),
		cmocka_unit_test(one_call_cannot_cost_too_much),
		cmocka_unit_test(memory_of_a_process),
		cmocka_unit_test(in_straces_words),
		cmocka_unit_test(bind_shows_the_address),
		cmocka_unit_test(accept_fills_in_the_peer),
		cmocka_unit_test(a_failed_call_keeps_what_went_in),
		cmocka_unit_test(truncated_datagrams_are_not_read_past_the_buffer),
		cmocka_unit_test(lengths_are_not_believed),
		cmocka_unit_test(flags_without_a_name_are_kept),
		cmocka_unit_test(canonical_names),
		cmocka_unit_test(every_call_can_be_found),
		cmocka_unit_test(no_constant_has_two_names),
	};
	return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
