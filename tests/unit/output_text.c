/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a program printed, as lines: overwriting, erasing, sequences left out, hostile bytes. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tutor/views/output_text.h"

static void shows_n(const char *bytes, size_t len, bool cut, const char *lines)
{
	struct buf b = BUF_INIT;
	output_text(bytes, len, cut, &b);
	assert_string_equal(b.data, lines);
	buf_release(&b);
}

static void shows(const char *bytes, const char *lines)
{
	shows_n(bytes, strlen(bytes), false, lines);
}

static void lines_as_they_are(void **state)
{
	shows("waiting on port 8888\nclient says: Hello\n", "waiting on port 8888\nclient says: Hello\n");
	shows("one\r\ntwo", "one\ntwo");
	shows("等待端口 8888\n“套接字”", "等待端口 8888\n“套接字”");
	shows("a\tb\n1234567\t8", "a       b\n1234567 8");
}

static void a_line_is_written_over(void **state)
{
	shows("10%\r20%\r100%\n", "100%\n");
	shows("abc\rX\n", "Xbc\n");
	shows("套接\rab\n", "ab接\n");
	shows("套\ra\n", "a\n");
	shows("helo\blo\b \b\n", "hell\n");
	shows("\b\bx", "x");
}

static void a_line_is_erased_and_moved_in(void **state)
{
	shows("loading\r\x1b[Kdone\n", "done\n");
	shows("abcdef\x1b[3D\x1b[K\n", "abc\n");
	shows("abc\x1b[2D\x1b[1K!\n", " !c\n");
	shows("a\x1b[3Cb\x1b[2GX\n", "aX  b\n");
	shows("abc\x1b[2Kd\n", "   d\n");
}

static void sequences_are_left_out(void **state)
{
	shows("\x1b[1;31mred\x1b[0m \x1b[?25lx\x1b(By\n", "red xy\n");
	shows("\x1b]0;title\a1\x1b]8;;http://a\x1b\\2\n", "12\n");
	shows("\x1b]never ends\nnext\n", "\nnext\n");
	shows("ends in \x1b", "ends in ");
	shows("ends in \x1b[12", "ends in ");
}

static void hostile_numbers_and_bytes(void **state)
{
	struct buf b = BUF_INIT;
	const char *far = "\x1b[99999999999999999999Cx\x1b[5b\x1b[0Gy\n";
	output_text(far, strlen(far), false, &b);
	assert_true(b.len < 2000 && b.data[b.len - 2] == 'y' && strchr(b.data, 'x'));
	buf_clear(&b);
	for (int c = 0; c < 256; c++)
		output_text((char[]){ 0x1b, (char)c, (char)c, '[', (char)c }, 5, c & 1, &b);
	buf_release(&b);
}

static void long_lines_go_on(void **state)
{
	struct buf in = BUF_INIT, out = BUF_INIT;
	for (int i = 0; i < 3000; i++)
		buf_addf(&in, "%s", i % 3 ? "a" : "套");
	output_text(in.data, in.len, false, &out);
	assert_string_equal(out.data, in.data);
	buf_release(&in);
	buf_release(&out);
}

static void only_the_newest_lines(void **state)
{
	struct buf in = BUF_INIT, out = BUF_INIT;
	for (int i = 0; i < 2 * OUTPUT_LINES; i++)
		buf_addf(&in, "%d\n", i);
	output_text(in.data, in.len, false, &out);
	assert_int_equal(atoi(out.data), OUTPUT_LINES);
	shows_n("half a line\nwhole\n", 18, true, "whole\n");
	buf_release(&in);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_as_they_are), cmocka_unit_test(a_line_is_written_over),
		cmocka_unit_test(a_line_is_erased_and_moved_in), cmocka_unit_test(sequences_are_left_out),
		cmocka_unit_test(hostile_numbers_and_bytes), cmocka_unit_test(long_lines_go_on), cmocka_unit_test(only_the_newest_lines),
	};
	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
