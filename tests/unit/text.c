/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "engine/base/text.h"

static void names(void **state)
{
	char same[] = "bind";
	assert_true(text_is("bind", same));
	assert_false(text_is("bind", "bin"));
	assert_false(text_is("", "bind"));
	assert_true(text_is("", ""));
}

static void what_is_not_known_is_nothing(void **state)
{
	assert_false(text_is(NULL, "bind"));
	assert_false(text_is("bind", NULL));
	assert_false(text_is(NULL, NULL));
}

static void lists(void **state)
{
	static const char *const calls[] = { "bind", "listen", NULL }, *const empty[] = { NULL };
	assert_true(text_in("bind", calls));
	assert_true(text_in("listen", calls));
	assert_false(text_in("list", calls));
	assert_false(text_in(NULL, calls));
	assert_false(text_in("bind", empty));
}

static void changes(void **state)
{
	assert_true(text_same(NULL, NULL));
	assert_true(text_same("LISTEN", "LISTEN"));
	assert_false(text_same("LISTEN", NULL));
	assert_false(text_same(NULL, "LISTEN"));
	assert_false(text_same("LISTEN", "CLOSED"));
}

static void paths(void **state)
{
	assert_string_equal(path_base("/usr/bin/python3"), "python3");
	assert_string_equal(path_base("server.c"), "server.c");
	assert_string_equal(path_base("lessons/"), "");
	assert_string_equal(path_base(""), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names), cmocka_unit_test(what_is_not_known_is_nothing), cmocka_unit_test(lists),
		cmocka_unit_test(changes), cmocka_unit_test(paths),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
