/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "engine/base/utf8.h"

static void every_character(void **state)
{
	for (uint32_t cp = 0; cp <= 0x110000; cp++) {
		char s[4];
		uint32_t back = 1;
		size_t n = utf8_encode(cp, s);
		bool exists = cp <= 0x10ffff && (cp < 0xd800 || cp > 0xdfff);
		if ((n != 0) != exists)
			fail_msg("U+%04X: %zu bytes", (unsigned)cp, n);
		if (n && (utf8_decode(s, n, &back) != n || back != cp || utf8_decode(s, n - 1, NULL)))
			fail_msg("U+%04X", (unsigned)cp);
	}
}

static void broken(void **state)
{
	static const char *const bad[] = {
		"\x80", "\xbf", "\xc0\xaf", "\xc1\xbf", "\xc3", "\xc3(", "\xe0\x80\xaf", "\xe0\x9f\xbf", "\xe4\xb8", "\xed\xa0\x80",
		"\xed\xbf\xbf", "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xfe", "\xff",
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct buf b = BUF_INIT;
		size_t n = strlen(bad[i]);
		assert_false(utf8_valid(bad[i], n));
		assert_int_equal(utf8_decode(bad[i], n, NULL), 0);
		utf8_clean(&b, bad[i], n);
		assert_true(utf8_valid(b.data, b.len));
		assert_int_equal(b.data[0], '\\');
		buf_release(&b);
	}
	assert_int_equal(utf8_valid_len("ab\xc3\xa9\xff", 5), 4);
	assert_true(utf8_valid("", 0));
}

static void assert_shown(const char *bytes, size_t n, unsigned keep, const char *want)
{
	struct buf b = BUF_INIT;
	utf8_show(&b, bytes, n, keep);
	assert_string_equal(b.data, want);
	buf_release(&b);
}

static void shown(void **state)
{
	assert_shown("Hello\n", 6, 0, "Hello\\n");
	assert_shown("a\nb\tc\\", 6, UTF8_KEEP_NEWLINE | UTF8_KEEP_TAB | UTF8_KEEP_BACKSLASH, "a\nb\tc\\");
	assert_shown("a\\n", 3, 0, "a\\\\n");
	assert_shown("\x1b[2J\r", 5, ~0u, "\\x1b[2J\\r");
	assert_shown("\0" "1\0a", 4, 0, "\\x001\\0a");
	assert_shown("\xc2\x9b" "31m", 5, 0, "\\u009b31m");
	assert_shown("\xe2\x80\xae" "abc", 6, 0, "\\u202eabc");       /* would turn the line round */
	assert_shown("\xe2\x80\x8b\xef\xbb\xbf", 6, 0, "\\u200b\\ufeff");
	assert_shown("\xf3\xa0\x81\x81", 4, 0, "\\U000e0041");
	assert_shown("连接 \xf0\x9f\x92\xa1 é", 14, 0, "连接 \xf0\x9f\x92\xa1 é");
	assert_shown("\xff\xe4\xb8", 3, 0, "\\xff\\xe4\\xb8");
	assert_shown("\x7f", 1, 0, "\\x7f");
}

static void assert_most(const char *bytes, size_t n, size_t max, const char *want)
{
	struct buf b = BUF_INIT;
	utf8_show_most(&b, bytes, n, max);
	assert_string_equal(b.data, want);
	buf_release(&b);
}

static void no_more_than(void **state)
{
	assert_most("hello", 5, 5, "hello");
	assert_most("hello", 5, 4, "hell…");
	assert_most("连接套接字", 15, 2, "连接…");
	assert_most("a\\n\xff\n", 4, 2, "a\\…");
	assert_most("\xff\xff", 2, 1, "\\xff…");
	assert_most("", 0, 0, "");
	assert_most("a", 1, 0, "…");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_character), cmocka_unit_test(broken), cmocka_unit_test(shown),
		cmocka_unit_test(no_more_than) };
	return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
