/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the cable does with packets, by the orders it has: the hosts are two ends of socket pairs. */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/trace/vclock.h"
#include "engine/wire/cable.h"
#include "tests/unit/frames.h"

enum { HOSTS = 3, TEXT = 4000 };
static const int64_t MS = 1000000;

static int far[HOSTS], host[HOSTS];   /* what is sent into far[i] comes out of host[i] */
static struct cable *c;
static struct vclock clock;
static int packets;

static int setup(void **state)
{
	for (int i = 0; i < HOSTS; i++) {
		int pair[2];
		if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
			return -1;
		far[i] = pair[0], host[i] = pair[1];
	}
	packets = 0;
	clock = (struct vclock){ 0 };
	c = cable_new(far, HOSTS, &packets, &clock);
	return !c;
}

static int teardown(void **state)
{
	cable_free(c);
	for (int i = 0; i < HOSTS; i++) {
		close(far[i]);
		close(host[i]);
	}
	return 0;
}

/* From a host to another; each frame's text tells it from others. */
static void take(const struct frame_maker *f, int from)
{
	struct packet p;
	packet_read(&p, f->bytes, f->len, f->len);
	cable_take(c, from, ++packets, f->bytes, f->len, &p);
}

static void address(struct frame_maker *f, int from, int to)
{
	const unsigned char ends[12] = { 2, 0, 0, 0, 0, (unsigned char)(to + 1), 2, 0, 0, 0, 0, (unsigned char)(from + 1) };
	memcpy(f->bytes, ends, sizeof ends);
}

static void udp(int from, int to, int port, const char *text)
{
	struct frame_maker f;
	frame_udp(&f, from + 1, to + 1, 4000, (unsigned)port, text);
	address(&f, from, to);
	take(&f, from);
}

static void tcp(int from, int to, unsigned flags, size_t payload)
{
	struct frame_maker f;
	frame_tcp(&f, &(struct tcp_maker){ .from = from + 1, .to = to + 1, .sport = 4000, .dport = 80, .flags = flags, .payload = payload });
	address(&f, from, to);
	take(&f, from);
}

static void arp(int from)
{
	struct frame_maker f;
	frame_ethernet(&f, 0x0806);
	frame_add(&f, "\0\1\x08\0\6\4\0\1", 8);
	frame_add(&f, "\2\0\0\0\0\1\x0a\0\0\1\0\0\0\0\0\0\x0a\0\0\2", 20);
	memset(f.bytes, 0xff, 6);
	take(&f, from);
}

static void order(struct wire_order o)
{
	struct err err;
	assert_true(cable_obey(c, &o, &err));
}

/* from: only what leaves that host, or its end of the cable; -1: any. */
#define ORDER(from, ...) order((struct wire_order){ .host = from, .sock = -1, __VA_ARGS__ })

static void add_word(char *all, const char *word)
{
	if (*all)
		strcat(all, " ");
	strcat(all, word);
}

/* Adds what a frame brought: the text of UDP, the flags of TCP. */
static void add_frame(char *all, const unsigned char *bytes, size_t len)
{
	struct packet p;
	char word[64] = "ARP";
	packet_read(&p, bytes, len, len);
	if (p.kind == PACKET_UDP)
		snprintf(word, sizeof word, "%.*s", (int)p.data_len, (const char *)bytes + p.data_at);
	else if (p.kind == PACKET_TCP)
		snprintf(word, sizeof word, "%#x+%zu", (unsigned)p.flags, p.data_len);
	add_word(all, word);
}

/* All that stands in line is carried; then this is what came to a host. */
static void came(int to, const char *wanted)
{
	unsigned char bytes[2048];
	char all[TEXT] = "";
	ssize_t n;
	while (cable_carry(c))
		;
	assert_int_equal(cable_in_line(c), 0);
	while ((n = recv(host[to], bytes, sizeof bytes, MSG_DONTWAIT)) > 0)
		add_frame(all, bytes, (size_t)n);
	assert_string_equal(all, wanted);
}

/* The news so far: "1 held", "1 duplicated 2". */
static void told(const char *wanted)
{
	struct cable_fate f;
	char all[TEXT] = "";
	while (cable_fate(c, &f)) {
		char word[64];
		snprintf(word, sizeof word, f.copy ? "%d %s %d" : "%d %s", f.id, f.what, f.copy);
		add_word(all, word);
	}
	assert_string_equal(all, wanted);
}

static void three(void)
{
	udp(1, 0, 53, "one");
	udp(1, 0, 53, "two");
	udp(1, 0, 53, "three");
}

static void it_carries_to_whom_it_is_for(void **state)
{
	udp(1, 0, 53, "a");
	udp(0, 1, 53, "b");
	udp(1, 2, 53, "c");
	arp(1);
	came(0, "a ARP");
	came(1, "b");
	came(2, "c ARP");
	told("");
}

static void it_carries_one_at_a_time_in_order(void **state)
{
	unsigned char bytes[2048];
	three();
	assert_int_equal(cable_in_line(c), 3);
	assert_true(recv(host[0], bytes, sizeof bytes, MSG_DONTWAIT) < 0);   /* nothing goes by itself */
	for (int left = 2; left >= 0; left--) {
		assert_true(cable_carry(c));
		assert_int_equal(cable_in_line(c), left);
		assert_true(recv(host[0], bytes, sizeof bytes, MSG_DONTWAIT) > 0);
		assert_true(recv(host[0], bytes, sizeof bytes, MSG_DONTWAIT) < 0);
	}
	assert_false(cable_carry(c));
}

static void held_packets_wait(void **state)
{
	ORDER(1, .how = WIRE_HOLD);
	three();
	udp(0, 1, 53, "other way");
	arp(1);
	came(0, "ARP");
	came(1, "other way");
	told("1 held 2 held 3 held");
	assert_int_equal(cable_waiting(c), 3);
	ORDER(-1, .how = WIRE_PASS, .id = 2);
	came(0, "two");
	told("2 passed");
	struct err err;
	assert_false(cable_obey(c, &(struct wire_order){ .how = WIRE_PASS, .id = 2 }, &err));
	assert_int_equal(err.id, ERR_NO_PACKET);
	ORDER(-1, .how = WIRE_PASS);
	came(0, "one three");
	udp(1, 0, 53, "four");   /* the order stands */
	came(0, "");
	told("1 passed 3 passed 6 held");
	ORDER(-1, .how = WIRE_FLOW);
	udp(1, 0, 53, "five");
	came(0, "four five");
	told("6 passed");
	assert_int_equal(cable_waiting(c), 0);
}

static void a_full_cable_loses_and_says_so(void **state)
{
	ORDER(-1, .how = WIRE_HOLD);
	for (int i = 0; i < CABLE_WAITING_MOST; i++)
		udp(1, 0, 53, "x");
	struct cable_fate f;
	for (int i = 0; i < CABLE_WAITING_MOST; i++)
		assert_true(cable_fate(c, &f) && !strcmp(f.what, "held"));
	told("");
	three();
	told("1025 full 1026 full 1027 full");
	ORDER(-1, .how = WIRE_PASS, .id = 7);
	told("7 passed");
	udp(1, 0, 53, "fits again");
	told("1028 held");
	assert_int_equal(cable_waiting(c), CABLE_WAITING_MOST);
}

static void it_drops_the_next(void **state)
{
	ORDER(-1, .how = WIRE_DROP);
	arp(1);
	three();
	came(0, "ARP two three");
	told("2 dropped");
}

static void it_drops_every_nth(void **state)
{
	ORDER(1, .how = WIRE_DROP, .every = 2);
	three();
	udp(0, 1, 53, "other way");
	three();
	came(0, "one three two");
	came(1, "other way");
	told("2 dropped 5 dropped 7 dropped");
	ORDER(1, .how = WIRE_DROP, .every = 1);   /* takes its place */
	three();
	came(0, "");
	told("8 dropped 9 dropped 10 dropped");
	ORDER(1, .how = WIRE_DROP, .every = 3);
	three();
	came(0, "one two");
}

static void it_drops_what_fits(void **state)
{
	ORDER(-1, .how = WIRE_DROP, .every = 1, .port = 54);
	udp(1, 0, 53, "53");
	udp(1, 0, 54, "54");
	came(0, "53");
	ORDER(-1, .how = WIRE_FLOW);
	ORDER(-1, .how = WIRE_DROP, .every = 1, .flags = "SYN");
	tcp(1, 0, TCP_SYN, 0);
	tcp(1, 0, TCP_SYN | TCP_ACK, 0);
	came(0, "0x12+0");
	ORDER(-1, .how = WIRE_FLOW);
	ORDER(-1, .how = WIRE_DROP, .every = 1, .flags = "ACK");
	tcp(1, 0, TCP_ACK, 0);
	tcp(1, 0, TCP_ACK, 3);
	tcp(1, 0, TCP_ACK | TCP_FIN, 0);
	came(0, "0x10+3 0x11+0");
	ORDER(-1, .how = WIRE_FLOW);
	ORDER(-1, .how = WIRE_DROP, .every = 1, .flags = "DATA");
	tcp(1, 0, TCP_ACK, 0);
	tcp(1, 0, TCP_ACK | TCP_PSH, 3);
	udp(1, 0, 53, "no TCP");
	came(0, "0x10+0 no TCP");
	ORDER(-1, .how = WIRE_FLOW);
	ORDER(-1, .how = WIRE_DROP, .every = 1, .flags = "ARP");
	arp(1);
	udp(1, 0, 53, "not meant");
	came(0, "not meant");
}

static void it_duplicates(void **state)
{
	ORDER(-1, .how = WIRE_DUPLICATE);
	udp(1, 0, 53, "one");
	told("1 duplicated 2");
	udp(1, 0, 53, "two");
	came(0, "one one two");
	assert_int_equal(packets, 3);
}

static void it_reorders(void **state)
{
	ORDER(1, .how = WIRE_REORDER);
	udp(1, 0, 53, "one");
	came(0, "");
	udp(0, 1, 53, "of the other host");
	arp(1);   /* lets nothing by */
	came(0, "ARP");
	udp(1, 0, 53, "two");
	came(0, "two one");
	told("1 reordered 1 passed");
}

static void it_reorders_all_in_pairs(void **state)
{
	ORDER(-1, .how = WIRE_REORDER, .every = 1);
	three();
	came(0, "two one");
	told("1 reordered 1 passed 3 reordered");
	udp(1, 0, 53, "four");
	came(0, "four three");
}

static void what_was_reordered_comes_after_a_copy(void **state)
{
	ORDER(-1, .how = WIRE_REORDER);
	udp(1, 0, 53, "one");
	ORDER(-1, .how = WIRE_DUPLICATE);
	udp(1, 0, 53, "two");
	came(0, "two two one");
}

static void it_delays(void **state)
{
	int64_t at, asked;
	assert_false(cable_next_due(c, &at, &asked));
	ORDER(-1, .how = WIRE_DELAY, .ns = 500 * MS);
	ORDER(-1, .how = WIRE_DELAY, .ns = 200 * MS);
	three();
	came(0, "three");
	told("1 delayed 2 delayed");
	assert_true(cable_next_due(c, &at, &asked));
	assert_int_equal(at - vclock_now(&clock), 200 * MS);
	assert_int_equal(asked, 200 * MS);
	cable_tick(c);
	came(0, "");
	assert_false(cable_is_due(c));
	vclock_reach(&clock, at);
	assert_true(cable_is_due(c));
	cable_tick(c);
	came(0, "two");
	assert_true(cable_next_due(c, &at, &asked));
	assert_int_equal(asked, 500 * MS);
	vclock_reach(&clock, at);
	cable_tick(c);
	came(0, "one");
	told("2 passed 1 passed");
}

static void it_delays_in_real_time(void **state)
{
	cable_free(c);
	c = cable_new(far, HOSTS, &packets, NULL);
	ORDER(-1, .how = WIRE_DELAY, .ns = 5 * MS);
	udp(1, 0, 53, "one");
	cable_tick(c);
	came(0, "");
	assert_int_equal(poll(&(struct pollfd){ .fd = cable_fd(c), .events = POLLIN }, 1, 10 * 1000), 1);
	assert_true(cable_is_due(c));
	cable_tick(c);
	came(0, "one");
	told("1 delayed 1 passed");
}

static void it_corrupts_one_byte(void **state)
{
	ORDER(-1, .how = WIRE_CORRUPT);
	udp(1, 0, 53, "abc");
	came(0, "acc");
	told("1 corrupted");
	ORDER(-1, .how = WIRE_CORRUPT);
	tcp(1, 0, TCP_ACK, 0);   /* without a payload: its header */
	unsigned char bytes[2048];
	struct frame_maker f;
	assert_true(cable_carry(c));
	assert_int_equal(recv(host[0], bytes, sizeof bytes, MSG_DONTWAIT), 14 + 20 + 20);
	frame_tcp(&f, &(struct tcp_maker){ .from = 2, .to = 1, .sport = 4000, .dport = 80, .flags = TCP_ACK });
	int different = 0;
	for (size_t i = 14; i < f.len; i++)
		different += bytes[i] != f.bytes[i];
	assert_int_equal(different, 1);
}

static void nothing_goes_through_what_is_unplugged(void **state)
{
	ORDER(1, .how = WIRE_UNPLUG);
	udp(1, 0, 53, "from it");
	udp(0, 1, 53, "to it");
	udp(0, 2, 53, "past it");
	arp(0);
	came(0, "");
	came(1, "");
	came(2, "past it ARP");
	told("1 lost 2 lost");
	ORDER(1, .how = WIRE_PLUG);
	three();
	came(0, "one two three");
	told("");
}

static void what_stands_in_line_when_it_is_unplugged_is_lost(void **state)
{
	ORDER(-1, .how = WIRE_HOLD);
	udp(1, 0, 53, "held");
	ORDER(0, .how = WIRE_UNPLUG);
	ORDER(-1, .how = WIRE_FLOW);
	told("1 held 1 lost");
	came(0, "");
	ORDER(-1, .how = WIRE_PLUG);
	udp(1, 0, 53, "in line");
	ORDER(0, .how = WIRE_UNPLUG);
	came(0, "");
	told("2 lost");
}

static void a_host_that_is_gone_is_no_end(void **state)
{
	close(host[0]);
	udp(1, 0, 53, "to nobody");
	assert_true(cable_carry(c));
	told("1 lost");
}

static void an_order_comes_before_a_hold(void **state)
{
	ORDER(-1, .how = WIRE_HOLD, .flags = "UDP");
	ORDER(-1, .how = WIRE_DROP);
	ORDER(-1, .how = WIRE_DUPLICATE);
	three();
	told("1 dropped 2 duplicated 3 2 held 3 held 4 held");
}

static void it_knows_words_for_packets(void **state)
{
	static const char *const words[] = { "TCP", "UDP", "ICMP", "ARP", "DATA", "SYN", "SYN|ACK", "FIN|PSH|RST|URG" };
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		assert_true(wire_flags_known(words[i]));
	assert_false(wire_flags_known("SYNACK") || wire_flags_known("") || wire_flags_known("SYN|") || wire_flags_known("|ACK") || wire_flags_known("syn"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_carries_to_whom_it_is_for), TEST(it_carries_one_at_a_time_in_order), TEST(held_packets_wait),
		TEST(a_full_cable_loses_and_says_so), TEST(it_drops_the_next), TEST(it_drops_every_nth), TEST(it_drops_what_fits),
		TEST(it_duplicates), TEST(it_reorders), TEST(it_reorders_all_in_pairs), TEST(what_was_reordered_comes_after_a_copy),
		TEST(it_delays), TEST(it_delays_in_real_time), TEST(it_corrupts_one_byte), TEST(nothing_goes_through_what_is_unplugged),
		TEST(what_stands_in_line_when_it_is_unplugged_is_lost), TEST(a_host_that_is_gone_is_no_end),
		TEST(an_order_comes_before_a_hold), TEST(it_knows_words_for_packets),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
