/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which packets share a rung of the ladder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tutor/show/rung.h"

enum { MOST = 10000 };

static struct model_packet packets[MOST];
static struct model_fate fates[2];
static struct model m;

/* A letter is a segment, the first time or, in capitals, again; '!' after it: it was dropped, '/': it is a reset. */
static void made_of(const char *text)
{
	m = (struct model){ .packets = packets, .fates = fates, .n_fates = 2 };
	fates[0] = (struct model_fate){ .what = "dropped", .before = -1 };
	for (; *text; text++) {
		bool again = *text >= 'A' && *text <= 'Z';
		if (*text == '!') {
			packets[m.n_packets - 1].fate = 0;
			continue;
		}
		if (*text == '/') {
			packets[m.n_packets - 1].what = "reset";
			continue;
		}
		packets[m.n_packets] = (struct model_packet){ .id = m.n_packets + 1, .talk = 1, .seq = again ? *text - 'A' : *text - 'a',
							      .what = again ? "retransmission" : NULL, .fate = -1 };
		m.n_packets++;
	}
}

/* All rungs from the bottom up, each as its newest packet and how many it stands for. */
static void are(const char *wanted)
{
	char text[512] = "";
	for (struct rung r = rung_before(&m, m.n_packets + 1); r.id; r = rung_before(&m, r.id))
		snprintf(text + strlen(text), sizeof text - strlen(text), r.times > 1 ? "%s%dx%d" : "%s%d", *text ? " " : "", r.id, r.times);
	assert_string_equal(text, wanted);
}

static void one_each(void **state)
{
	made_of("abc");
	are("3 2 1");
}

static void repeats_share_one(void **state)
{
	made_of("aAAAb");
	are("5 4x3 1");
}

static void a_single_repeat_stands_alone(void **state)
{
	made_of("aAbB");
	are("4 3 2 1");
}

static void what_comes_between_parts_them(void **state)
{
	made_of("aAAbAA");
	are("6x2 4 3x2 1");
}

static void two_segments_take_turns(void **state)
{
	made_of("abABABA");
	are("7x3 6x2 2 1");
}

static void another_fate_is_another_rung(void **state)
{
	made_of("a!A!A!A");
	are("4 3x2 1");
}

static void resets_share_one_beside_what_they_answer(void **state)
{
	made_of("aAAb/b/b/AA");
	are("8x2 6x3 3x2 1");
	made_of("a/b/c");
	are("3 2 1");
}

/* Both ways, from every packet: each stands on one rung, and none is left out or comes twice. */
static void walks_agree(void **state)
{
	static const char *const all[] = { "", "a", "A", "AAA", "aA!AA!bBAABcCABCABC!A!", "ABCDEFGHIJKABCDEFGHIJK", "aAbBABAB!A!cdCDCDCDABAB", "a/a/A/A/b/b/AABB/B/" };
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		made_of(all[i]);
		int sum = 0, below = 0;
		for (struct rung r = rung_before(&m, m.n_packets + 1); r.id; r = rung_before(&m, r.id)) {
			assert_int_equal(rung_packets_below(&m, r.id), below);
			assert_int_equal(rung_packets_above(&m, r.id), m.n_packets - below - r.times);
			below += r.times;
			struct rung above = rung_before(&m, r.id);
			assert_int_equal(rung_after(&m, above.id).id, r.id);
			assert_int_equal(rung_of(&m, r.id).id, r.id);
			assert_int_equal(rung_of(&m, r.first).id, r.id);
		}
		assert_int_equal(below, m.n_packets);
		for (struct rung r = rung_after(&m, 0); r.id; r = rung_after(&m, r.id))
			sum += r.times;
		assert_int_equal(sum, m.n_packets);
	}
}

static void ten_thousand_repeats(void **state)
{
	made_of("a");
	for (; m.n_packets < MOST; m.n_packets++)
		packets[m.n_packets] = (struct model_packet){ .id = m.n_packets + 1, .talk = 1, .what = "retransmission", .fate = -1 };
	are("10000x9999 1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_each), cmocka_unit_test(repeats_share_one), cmocka_unit_test(a_single_repeat_stands_alone),
		cmocka_unit_test(what_comes_between_parts_them), cmocka_unit_test(two_segments_take_turns),
		cmocka_unit_test(another_fate_is_another_rung), cmocka_unit_test(resets_share_one_beside_what_they_answer), cmocka_unit_test(walks_agree), cmocka_unit_test(ten_thousand_repeats),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
