/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Faults in words: what is understood, and what is wrong with the rest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tutor/fault_words.h"

static void understood(void **state)
{
	static const struct { const char *words; enum fault_kind kind; const char *name; int64_t n; const char *target; } cases[] = {
		{ "ECONNABORTED", FAULT_ERRNO, "ECONNABORTED", 0, "" }, { "errno EPIPE", FAULT_ERRNO, "EPIPE", 0, "" },
		{ "EINTR", FAULT_EINTR, "EINTR", 0, "" }, { "eintr", FAULT_EINTR, NULL, 0, "" },
		{ "short 3", FAULT_SHORT, NULL, 3, "" }, { "  short   12  ", FAULT_SHORT, NULL, 12, "" },
		{ "delay 2.5", FAULT_DELAY, NULL, 2500000000, "" }, { "delay 600", FAULT_DELAY, NULL, 600000000000, "" },
		{ "signal SIGINT", FAULT_SIGNAL, "SIGINT", 0, "" }, { "signal SIGTERM server", FAULT_SIGNAL, "SIGTERM", 0, "server" },
		{ "kill", FAULT_KILL, NULL, 0, "" }, { "kill client", FAULT_KILL, NULL, 0, "client" },
		{ "reset", FAULT_RESET, NULL, 0, "" }, { "none", FAULT_NONE, NULL, 0, "" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fault_words w;
		assert_int_equal(fault_words_read(cases[i].words, &w), FAULT_WORDS_GOOD);
		assert_int_equal(w.order.kind, cases[i].kind);
		assert_int_equal(w.order.n, cases[i].n);
		assert_int_equal(w.order.whom, -1);
		assert_string_equal(w.target, cases[i].target);
		if (cases[i].name)
			assert_string_equal(w.order.name, cases[i].name);
	}
}

static void not_understood(void **state)
{
	static const struct { const char *words; enum fault_words_bad bad; } cases[] = {
		{ "", FAULT_WORDS_UNKNOWN }, { "EWHAT", FAULT_WORDS_UNKNOWN }, { "ECONNRESET now", FAULT_WORDS_UNKNOWN },
		{ "reset now", FAULT_WORDS_UNKNOWN }, { "errno", FAULT_WORDS_UNKNOWN }, { "short 3 4", FAULT_WORDS_UNKNOWN },
		{ "short", FAULT_WORDS_BYTES }, { "short x", FAULT_WORDS_BYTES }, { "short 0", FAULT_WORDS_BYTES },
		{ "short -1", FAULT_WORDS_BYTES }, { "short 3x", FAULT_WORDS_BYTES }, { "delay", FAULT_WORDS_SECONDS },
		{ "delay 0", FAULT_WORDS_SECONDS }, { "delay nan", FAULT_WORDS_SECONDS }, { "delay 601", FAULT_WORDS_SECONDS },
		{ "delay 1e300", FAULT_WORDS_SECONDS }, { "signal", FAULT_WORDS_SIGNAL }, { "signal SIGKILL", FAULT_WORDS_SIGNAL },
		{ "signal SIGSTOP", FAULT_WORDS_SIGNAL }, { "signal 2", FAULT_WORDS_SIGNAL }, { "kill a b", FAULT_WORDS_UNKNOWN },
	};
	struct fault_words w;
	char endless[300];
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(fault_words_read(cases[i].words, &w), cases[i].bad);
	memset(endless, 'E', sizeof endless - 1);
	endless[sizeof endless - 1] = '\0';
	assert_int_equal(fault_words_read(endless, &w), FAULT_WORDS_UNKNOWN);
}

static void each_kind_has_a_name(void **state)
{
	for (int kind = 0; kind < FAULT_KINDS; kind++)
		assert_int_equal(fault_named(fault_name((enum fault_kind)kind)), kind);
	assert_int_equal(fault_named("nothing"), FAULT_KINDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(understood), cmocka_unit_test(not_understood), cmocka_unit_test(each_kind_has_a_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
