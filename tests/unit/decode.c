/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The decoder on memory of its own: what it shows, and what it does with memory that is not there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <sys/socket.h>

#include "engine/trace/constants.h"
#include "engine/trace/decode.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
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
