/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Conversations of frames made by hand: the numbers, and the names of what happens in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "engine/wire/flow.h"
#include "tests/unit/frames.h"

enum { CLIENT = 1, SERVER = 2, WINDOW = 1000 };

static struct flows *flows;
static struct flow_note note;
static int last_id;

static int begin(void **state)
{
	flows = flows_new();
	last_id = 0;
	return 0;
}

static int end(void **state)
{
	flows_free(flows);
	return 0;
}

static void see(const struct tcp_maker *t)
{
	struct frame_maker f;
	struct packet p;
	frame_tcp(&f, t);
	packet_read(&p, f.bytes, f.len, f.len);
	assert_int_equal(p.kind, PACKET_TCP);
	flows_see(flows, &p, f.bytes, f.len, ++last_id, &note);
}

static void sends(int who, unsigned flags, uint32_t seq, uint32_t ack, unsigned window, size_t payload)
{
	see(&(struct tcp_maker){ .from = who, .to = who == CLIENT ? SERVER : CLIENT, .sport = who == CLIENT ? 40000 : 8888,
		.dport = who == CLIENT ? 8888 : 40000, .flags = flags, .seq = seq, .ack = ack, .window = window, .payload = payload });
}

static void is(int64_t seq, int64_t ack, const char *what, int again)
{
	assert_int_equal(note.seq, seq);
	assert_int_equal(note.ack, ack);
	assert_int_equal(note.again, again);
	if (what && note.what)
		assert_string_equal(note.what, what);
	else
		assert_ptr_equal(note.what, what);
}

static uint32_t c, s;   /* the first numbers of both sides */

static void shake_hands(uint32_t of_client, uint32_t of_server)
{
	c = of_client, s = of_server;
	sends(CLIENT, TCP_SYN, c, 0, WINDOW, 0);
	is(0, -1, NULL, 0);
	sends(SERVER, TCP_SYN | TCP_ACK, s, c + 1, WINDOW, 0);
	is(0, 1, NULL, 0);
	sends(CLIENT, TCP_ACK, c + 1, s + 1, WINDOW, 0);
	is(1, 1, NULL, 0);
}

static void a_conversation_has_nothing_odd(void **state)
{
	shake_hands(1000, 5000);
	sends(CLIENT, TCP_ACK | TCP_PSH, c + 1, s + 1, WINDOW, 5);
	is(1, 1, NULL, 0);
	sends(SERVER, TCP_ACK, s + 1, c + 6, WINDOW - 5, 0);
	is(1, 6, NULL, 0);
	sends(CLIENT, TCP_ACK | TCP_FIN, c + 6, s + 1, WINDOW, 0);
	is(6, 1, NULL, 0);
	sends(SERVER, TCP_ACK, s + 1, c + 7, WINDOW, 0);
	is(1, 7, NULL, 0);
	sends(SERVER, TCP_ACK | TCP_FIN, s + 1, c + 7, WINDOW, 0);
	is(1, 7, NULL, 0);
	sends(CLIENT, TCP_ACK, c + 7, s + 2, WINDOW, 0);
	is(7, 2, NULL, 0);
	assert_false(flows_owe(flows));
}

static void numbers_go_round(void **state)
{
	shake_hands(0xfffffffd, 0xffffffff);
	sends(CLIENT, TCP_ACK | TCP_PSH, c + 1, s + 1, WINDOW, 10);   /* from 0xfffffffe to 7 */
	is(1, 1, NULL, 0);
	sends(SERVER, TCP_ACK, s + 1, c + 11, WINDOW, 0);
	is(1, 11, NULL, 0);
	sends(CLIENT, TCP_ACK | TCP_PSH, c + 11, s + 1, WINDOW, 10);
	is(11, 1, NULL, 0);
	sends(CLIENT, TCP_ACK | TCP_PSH, c + 1, s + 1, WINDOW, 10);
	is(1, 1, "retransmission", 4);
	sends(SERVER, TCP_ACK, s + 1, c + 21, WINDOW, 0);
	is(1, 21, NULL, 0);
}

static void what_is_sent_again_is_named(void **state)
{
	sends(CLIENT, TCP_SYN, 100, 0, WINDOW, 0);
	sends(CLIENT, TCP_SYN, 100, 0, WINDOW, 0);
	is(0, -1, "retransmission", 1);
	sends(SERVER, TCP_SYN | TCP_ACK, 200, 101, WINDOW, 0);
	sends(SERVER, TCP_SYN | TCP_ACK, 200, 101, WINDOW, 0);
	is(0, 1, "retransmission", 3);
	sends(CLIENT, TCP_ACK, 101, 201, WINDOW, 0);
	sends(CLIENT, TCP_ACK | TCP_PSH, 101, 201, WINDOW, 5);
	sends(CLIENT, TCP_ACK | TCP_PSH, 106, 201, WINDOW, 5);
	sends(CLIENT, TCP_ACK | TCP_PSH, 106, 201, WINDOW, 5);
	is(6, 1, "retransmission", 7);
	sends(CLIENT, TCP_ACK | TCP_PSH, 108, 201, WINDOW, 3);
	is(8, 1, "retransmission", 7);
	sends(SERVER, TCP_ACK, 201, 111, WINDOW, 0);
	sends(CLIENT, TCP_ACK | TCP_FIN, 111, 201, WINDOW, 0);
	is(11, 1, NULL, 0);
	sends(CLIENT, TCP_ACK | TCP_FIN, 111, 201, WINDOW, 0);
	is(11, 1, "retransmission", 11);
}

static void a_full_receiver_is_probed(void **state)
{
	shake_hands(1000, 5000);
	sends(CLIENT, TCP_ACK | TCP_PSH, c + 1, s + 1, WINDOW, 100);
	sends(SERVER, TCP_ACK, s + 1, c + 101, 0, 0);
	is(1, 101, "zero-window", 0);
	sends(CLIENT, TCP_ACK, c + 100, s + 1, WINDOW, 0);
	is(100, 1, "window-probe", 0);
	sends(SERVER, TCP_ACK, s + 1, c + 101, 0, 0);
	is(1, 101, "zero-window", 0);
	sends(CLIENT, TCP_ACK, c + 101, s + 1, WINDOW, 1);
	is(101, 1, "window-probe", 0);
	sends(SERVER, TCP_ACK, s + 1, c + 101, 0, 0);
	is(1, 101, "zero-window", 0);
	sends(SERVER, TCP_ACK, s + 1, c + 101, 500, 0);
	is(1, 101, "window-update", 0);
}

static void keep_alives_are_named(void **state)
{
	shake_hands(1000, 5000);
	sends(CLIENT, TCP_ACK, c, s + 1, WINDOW, 0);
	is(0, 1, "keep-alive", 0);
	sends(SERVER, TCP_ACK, s + 1, c + 1, WINDOW, 0);
	is(1, 1, NULL, 0);
}

static void the_same_ack_twice_says_something_is_missing(void **state)
{
	shake_hands(1000, 5000);
	sends(SERVER, TCP_ACK, s + 1, c + 1, WINDOW, 0);
	is(1, 1, NULL, 0);
	sends(CLIENT, TCP_ACK | TCP_PSH, c + 1, s + 1, WINDOW, 5);
	sends(CLIENT, TCP_ACK | TCP_PSH, c + 6, s + 1, WINDOW, 5);
	sends(SERVER, TCP_ACK, s + 1, c + 1, WINDOW, 0);
	is(1, 1, "duplicate-ack", 0);
}

static void resets_are_named(void **state)
{
	shake_hands(1000, 5000);
	sends(SERVER, TCP_RST, s + 1, 0, 0, 0);
	is(1, -1, "reset", 0);
	sends(CLIENT, TCP_SYN, 77, 0, WINDOW, 0);   /* the port is used again */
	is(0, -1, NULL, 0);
	sends(SERVER, TCP_RST | TCP_ACK, 0, 78, 0, 0);
	is(-1, 1, "reset", 0);
}

static void windows_are_scaled(void **state)
{
	struct tcp_maker syn = { .from = CLIENT, .to = SERVER, .sport = 1, .dport = 2, .flags = TCP_SYN, .seq = 10, .window = 65495,
		.options = frame_syn_options, .n_options = sizeof frame_syn_options };   /* scale 7 */
	struct tcp_maker answer = syn;
	see(&syn);
	assert_int_equal(note.window, 65495);
	answer.from = SERVER, answer.to = CLIENT, answer.sport = 2, answer.dport = 1, answer.flags = TCP_SYN | TCP_ACK, answer.ack = 11;
	see(&answer);
	assert_int_equal(note.window, 65495);
	syn.flags = TCP_ACK, syn.seq = 11, syn.ack = 11, syn.window = 512, syn.n_options = 0;
	see(&syn);
	assert_int_equal(note.window, 512 << 7);
	answer.n_options = 0, answer.seq = 500, answer.flags = TCP_SYN | TCP_ACK;   /* as if without the option: nobody scales */
	see(&answer);
	see(&syn);
	assert_int_equal(note.window, 512);
}

static void both_may_open_at_once(void **state)
{
	sends(CLIENT, TCP_SYN, 100, 0, WINDOW, 0);
	sends(SERVER, TCP_SYN, 200, 0, WINDOW, 0);
	is(0, -1, NULL, 0);
	sends(CLIENT, TCP_SYN | TCP_ACK, 100, 201, WINDOW, 0);
	is(0, 1, "retransmission", 1);
	sends(SERVER, TCP_SYN | TCP_ACK, 200, 101, WINDOW, 0);
	is(0, 1, "retransmission", 2);
}

static void the_middle_of_a_conversation_has_no_numbers(void **state)
{
	sends(CLIENT, TCP_ACK | TCP_PSH, 4711, 815, WINDOW, 5);
	is(-1, -1, NULL, 0);
	sends(SERVER, TCP_RST, 815, 0, 0, 0);
	is(-1, -1, "reset", 0);
	struct packet none = { .kind = PACKET_UDP };
	flows_see(flows, &none, NULL, 0, 1, &note);
	is(-1, -1, NULL, 0);
	assert_int_equal(note.window, -1);
}

static void what_is_owed_is_known(void **state)
{
	assert_false(flows_owe(flows));
	sends(CLIENT, TCP_SYN, 100, 0, WINDOW, 0);
	assert_true(flows_owe(flows));
	sends(SERVER, TCP_SYN | TCP_ACK, 200, 101, WINDOW, 0);
	assert_true(flows_owe(flows));
	sends(CLIENT, TCP_ACK, 101, 201, WINDOW, 0);
	assert_false(flows_owe(flows));
	sends(CLIENT, TCP_ACK | TCP_PSH, 101, 201, WINDOW, 5);
	assert_true(flows_owe(flows));
	flows_excuse(flows);
	assert_false(flows_owe(flows));
	sends(CLIENT, TCP_ACK | TCP_PSH, 106, 201, WINDOW, 5);
	assert_true(flows_owe(flows));
	sends(SERVER, TCP_ACK, 201, 106, WINDOW, 0);
	assert_true(flows_owe(flows));
	sends(SERVER, TCP_ACK, 201, 106, 0, 0);   /* it has no room for the rest */
	assert_false(flows_owe(flows));
	sends(SERVER, TCP_ACK, 201, 111, WINDOW, 0);
	sends(SERVER, TCP_ACK | TCP_FIN, 201, 111, WINDOW, 0);
	assert_true(flows_owe(flows));
	sends(CLIENT, TCP_RST, 111, 0, 0, 0);
	assert_false(flows_owe(flows));
	sends(CLIENT, TCP_SYN, 900, 0, WINDOW, 0);
	assert_true(flows_owe(flows));
}

/* More conversations than are remembered: the one that was quiet for longest is forgotten, the others go on. */
static void many_conversations(void **state)
{
	struct tcp_maker t = { .from = CLIENT, .to = SERVER, .dport = 80, .window = WINDOW };
	for (unsigned port = 1; port <= 5000; port++) {
		t.sport = port, t.flags = TCP_SYN, t.seq = port * 7;
		see(&t);
		is(0, -1, NULL, 0);
		t.flags = TCP_ACK, t.seq++;
		see(&t);
		assert_int_equal(note.seq, 1);
	}
	t.sport = 5000 - 100, t.seq = t.sport * 7 + 1, t.payload = 4;
	see(&t);
	assert_int_equal(note.seq, 1);
	t.sport = 1, t.seq = 8;
	see(&t);
	assert_int_equal(note.seq, -1);
}

/* More than are remembered one by one: it is still known that it was sent before. */
static void long_ago(void **state)
{
	shake_hands(1000, 5000);
	for (uint32_t i = 0; i < 200; i++)
		sends(CLIENT, TCP_ACK | TCP_PSH, c + 1 + 10 * i, s + 1, WINDOW, 10);
	sends(CLIENT, TCP_ACK | TCP_PSH, c + 1, s + 1, WINDOW, 10);
	is(1, 1, "retransmission", 0);
	sends(CLIENT, TCP_ACK | TCP_PSH, c + 1 + 10 * 199, s + 1, WINDOW, 10);
	is(1991, 1, "retransmission", 203);
}

#define test(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_conversation_has_nothing_odd),
		test(numbers_go_round),
		test(what_is_sent_again_is_named),
		test(a_full_receiver_is_probed),
		test(keep_alives_are_named),
		test(the_same_ack_twice_says_something_is_missing),
		test(resets_are_named),
		test(windows_are_scaled),
		test(both_may_open_at_once),
		test(the_middle_of_a_conversation_has_no_numbers),
		test(what_is_owed_is_known),
		test(many_conversations),
		test(long_ago),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
