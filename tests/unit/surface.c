/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Widths, cells, wrapping. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tutor/draw/doc.h"
#include "tutor/draw/wrap.h"
#include "tutor/i18n.h"

static int cols_of(enum charset set, const char *text)
{
	return text_cols(set, text, strlen(text));
}

static void widths(void **state)
{
	assert_int_equal(cols_of(CHARSET_FULL, "abc"), 3);
	assert_int_equal(cols_of(CHARSET_FULL, "套接字，"), 8);
	assert_int_equal(cols_of(CHARSET_FULL, "“等待”"), 6);
	assert_int_equal(cols_of(CHARSET_WIDE, "“等待”"), 8);
	assert_int_equal(cols_of(CHARSET_FULL, "e\xcc\x81"), 1);
	assert_int_equal(cols_of(CHARSET_FULL, "\xe2\x80\xae" "a\xe2\x80\x8b"), 1);
	assert_int_equal(cols_of(CHARSET_ASCII, "▶ …"), 4);
}

static void broken_text_is_harmless(void **state)
{
	struct glyph g;
	assert_int_equal(glyph_next(CHARSET_FULL, "\xff", 1, &g), 1);
	assert_string_equal(g.text, "\xef\xbf\xbd");
	assert_int_equal(glyph_next(CHARSET_FULL, "\xe4\xb8", 2, &g), 1);
	assert_int_equal(g.cols, 1);
	assert_int_equal(glyph_next(CHARSET_ASCII, "\033", 1, &g), 1);
	assert_string_equal(g.text, "?");
	assert_int_equal(glyph_next(CHARSET_FULL, "", 0, &g), 0);
}

/* A character with more marks than a cell holds keeps some and loses none of its neighbours. */
static void many_marks(void **state)
{
	char text[200] = "a";
	struct glyph g;
	for (int i = 0; i < 60; i++)
		strcat(text, "\xcc\x81");
	strcat(text, "b");
	size_t n = glyph_next(CHARSET_FULL, text, strlen(text), &g);
	assert_int_equal(n, 121);
	assert_true(strlen(g.text) < GLYPH_BYTES);
	assert_int_equal(cols_of(CHARSET_FULL, text), 2);
}

static void assert_rows(const struct surface *s, const char *rows)
{
	struct buf b = BUF_INIT;
	surface_dump(s, &b);
	assert_string_equal(b.data, rows);
	buf_release(&b);
}

static void wide_characters_stay_whole(void **state)
{
	struct surface s;
	surface_init(&s, 1, 6, CHARSET_FULL);
	surface_puts(&s, 0, 0, 6, ROLE_TEXT, "中文字");
	surface_puts(&s, 0, 1, 1, ROLE_TEXT, "x");
	assert_rows(&s, " x文字\n");
	surface_puts(&s, 0, 4, 1, ROLE_TEXT, "y");
	assert_rows(&s, " x文y\n");
	surface_release(&s);
}

static void nothing_leaves_the_grid(void **state)
{
	struct surface s;
	surface_init(&s, 2, 5, CHARSET_FULL);
	assert_int_equal(surface_puts(&s, 0, 3, 9, ROLE_TEXT, "a中"), 1);
	assert_int_equal(surface_puts(&s, 0, 9, 9, ROLE_TEXT, "x"), 0);
	assert_int_equal(surface_puts(&s, -1, 0, 9, ROLE_TEXT, "x"), 0);
	surface_fill(&s, (struct rect){ -3, -3, 90, 90 }, ROLE_TEXT);
	assert_rows(&s, "\n\n");
	surface_release(&s);
}

static void cut_text_has_a_mark(void **state)
{
	struct surface s;
	surface_init(&s, 1, 6, CHARSET_FULL);
	surface_cut(&s, 0, 0, 6, ROLE_TEXT, "abcdef");
	assert_rows(&s, "abcdef\n");
	surface_cut(&s, 0, 0, 6, ROLE_TEXT, "abcdefg");
	assert_rows(&s, "abcde…\n");
	surface_clear(&s);
	surface_cut(&s, 0, 0, 6, ROLE_TEXT, "中文中文");
	assert_rows(&s, "中文…\n");
	surface_release(&s);
}

static void frames(void **state)
{
	struct surface s;
	surface_init(&s, 3, 12, CHARSET_ASCII);
	surface_box(&s, (struct rect){ 0, 0, 3, 12 }, ROLE_BORDER, ROLE_TITLE, "a title");
	assert_rows(&s, "+- a ti.. -+\n|          |\n+----------+\n");
	surface_release(&s);
}

/* Wrap to the end; lines between bars. */
static const char *wrapped(const char *text, int cols)
{
	static char out[512];
	*out = '\0';
	for (size_t len = strlen(text), take, show; len; text += take, len -= take) {
		wrap_line(CHARSET_FULL, text, len, cols, &take, &show);
		strncat(out, text, show);
		strcat(out, "|");
	}
	return out;
}

static void english_breaks_at_spaces(void **state)
{
	assert_string_equal(wrapped("the kernel will send", 10), "the kernel|will send|");
	assert_string_equal(wrapped("the kernel  will", 11), "the kernel|will|");
	assert_string_equal(wrapped("127.0.0.1:8888", 6), "127.0.|0.1:88|88|");
	assert_string_equal(wrapped("a 127.0.0.1:8888", 14), "a|127.0.0.1:8888|");
}

static void chinese_breaks_by_its_rules(void **state)
{
	assert_string_equal(wrapped("内核将发送报文", 8), "内核将发|送报文|");
	assert_string_equal(wrapped("内核将发，报文", 8), "内核将|发，报文|");
	assert_string_equal(wrapped("内核将（阻塞）", 8), "内核将|（阻塞）|");
	assert_string_equal(wrapped("内核。）」报", 8), "内|核。）」|报|");
	assert_string_equal(wrapped("调用bind()之后", 10), "调用bind()|之后|");
	assert_string_equal(wrapped("使用accept()", 9), "使用|accept()|");
}

/* Whatever the text, wrapping goes on and no line is wider than asked. */
static void wrapping_ends(void **state)
{
	static const char text[] = "（（（「「（，，，。。。\xff\xff \xcc\x81 中a中a，a)))) x";
	for (int cols = 2; cols < 30; cols++) {
		const char *p = text;
		for (size_t len = sizeof text - 1, take, show; len; p += take, len -= take) {
			wrap_line(CHARSET_FULL, p, len, cols, &take, &show);
			assert_true(take > 0 && take <= len && show <= take);
			assert_true(text_cols(CHARSET_FULL, p, show) <= cols);
		}
	}
}

static void docs_wrap_and_scroll(void **state)
{
	struct doc d;
	struct surface s;
	doc_init(&d, CHARSET_FULL, 12);
	doc_adds(&d, ROLE_TEXT, "The kernel sends a packet.");
	doc_end_label(&d, ROLE_TAG, "EN", 4);
	doc_adds(&d, ROLE_TEXT, "内核发送报文。");
	doc_end_label(&d, ROLE_TAG, "中", 4);
	assert_int_equal(d.n, 6);
	assert_int_equal(doc_scroll_max(&d, 4), 2);
	assert_int_equal(doc_scroll_max(&d, 9), 0);
	surface_init(&s, 3, 12, CHARSET_FULL);
	doc_draw(&d, &s, (struct rect){ 0, 0, 3, 12 }, 3);
	assert_rows(&s, "    packet.\n中  内核发送\n    报文。\n");
	surface_release(&s);
	doc_release(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(widths), cmocka_unit_test(broken_text_is_harmless), cmocka_unit_test(many_marks),
		cmocka_unit_test(wide_characters_stay_whole), cmocka_unit_test(nothing_leaves_the_grid),
		cmocka_unit_test(cut_text_has_a_mark), cmocka_unit_test(frames), cmocka_unit_test(english_breaks_at_spaces),
		cmocka_unit_test(chinese_breaks_by_its_rules), cmocka_unit_test(wrapping_ends), cmocka_unit_test(docs_wrap_and_scroll),
	};
	if (!i18n_init("en"))
		return 77;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
