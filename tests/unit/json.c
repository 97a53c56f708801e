/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The JSON reader and writer by themselves, and against jansson, which must agree about what is JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "engine/base/utf8.h"
#include "engine/base/value_json.h"
#include "tests/unit/sample.h"

static struct arena a;

static int setup(void **state)
{
	arena_init(&a);
	return 0;
}

static int teardown(void **state)
{
	arena_release(&a);
	return 0;
}

static void numbers(void **state)
{
	static const struct { const char *text; bool good; int64_t i; } table[] = {
		{ "0", true, 0 }, { "-0", true, 0 }, { " 7 ", true, 7 }, { "9223372036854775807", true, INT64_MAX },
		{ "-9223372036854775808", true, INT64_MIN }, { "9223372036854775808", false, 0 },
		{ "-9223372036854775809", false, 0 }, { "18446744073709551616", false, 0 }, { "", false, 0 }, { "-", false, 0 },
		{ "+1", false, 0 }, { "1.0", false, 0 }, { "1e2", false, 0 }, { "00", false, 0 }, { "-01", false, 0 },
		{ "1 2", false, 0 }, { "0x10", false, 0 }, { "null", false, 0 }, { "\"1\"", false, 0 },
	};
	for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
		struct json j;
		int64_t i = 0;
		json_begin(&j, table[k].text, strlen(table[k].text), &a);
		bool good = json_read_int(&j, &i) && json_end(&j);
		if (good != table[k].good || (good && i != table[k].i))
			fail_msg("%s", table[k].text);
	}
	struct json j;
	uint64_t u;
	json_begin(&j, "18446744073709551615", 20, &a);
	assert_true(json_read_uint(&j, &u) && u == UINT64_MAX);
	json_begin(&j, "-1", 2, &a);
	assert_false(json_read_uint(&j, &u));
}

static void written_numbers(void **state)
{
	struct buf b = BUF_INIT;
	static const int64_t edges[] = { 0, 9, 10, -1, -10, INT64_MAX, INT64_MIN };
	for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
		struct json j;
		int64_t back = 1;
		buf_clear(&b);
		json_int(&b, edges[i]);
		json_begin(&j, b.data, b.len, &a);
		assert_true(json_read_int(&j, &back) && json_end(&j));
		assert_true(back == edges[i]);
	}
	buf_clear(&b);
	json_uint(&b, UINT64_MAX);
	assert_string_equal(b.data, "18446744073709551615");
	buf_release(&b);
}

/* Any bytes: what is written is JSON, is read back by us and by jansson to the same text, and that text stays. */
static void any_bytes_as_a_string(void **state)
{
	uint64_t r = 1;
	struct buf b = BUF_INIT, clean = BUF_INIT;
	for (int k = 0; k < 20000; k++) {
		char bytes[24];
		size_t n = sample_next(&r) % sizeof bytes;
		for (size_t i = 0; i < n; i++)
			bytes[i] = sample_next(&r) % 3 ? (char)sample_next(&r) : "\"\\\0\x80\xc3\xa9\xe4\xb8\xad\n"[sample_next(&r) % 10];
		buf_clear(&b);
		json_strn(&b, bytes, n);
		struct json j;
		const char *s;
		size_t len;
		json_begin(&j, b.data, b.len, &a);
		assert_true(json_read_str(&j, &s, &len) && json_end(&j));
		json_t *other = json_loadb(b.data, b.len, JSON_DECODE_ANY, NULL);
		assert_non_null(other);
		assert_string_equal(json_string_value(other), s);
		json_decref(other);
		buf_clear(&clean);
		for (size_t i = 0; i < n;) {   /* a NUL cannot be in a string: it is shown as a byte too */
			size_t run = strnlen(bytes + i, n - i);
			utf8_clean(&clean, bytes + i, run);
			i += run;
			if (i < n)
				buf_adds(&clean, "\\x00");
			i += i < n;
		}
		assert_string_equal(clean.data, s);
		assert_true(utf8_valid(s, len) && strlen(s) == len);
		arena_clear(&a);
	}
	buf_release(&b);
	buf_release(&clean);
}

static bool we_accept(const char *text, size_t n)
{
	struct json j;
	json_begin(&j, text, n, &a);
	return json_skip(&j) && json_end(&j);
}

enum verdict { REFUSED, ACCEPTED, UNDECIDED };

/* Undecided: jansson stops at a number beyond a double, whatever comes after it. */
static enum verdict jansson_says(const char *text, size_t n)
{
	json_error_t e;
	json_t *t = json_loadb(text, n, JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, &e);
	json_decref(t);
	return t ? ACCEPTED : strstr(e.text, "overflow") ? UNDECIDED : REFUSED;
}

/* Valid texts with a few bytes changed: we and jansson must agree on which are JSON. */
static void agrees_with_jansson(void **state)
{
	static const char *const seeds[] = {
		"{\"a\":[1,2.5e-3,true,false,null],\"b\":{\"c\":\"x\\u00e9\\n\\ud83d\\ude00 \xc3\xa9\"}}",
		"[[],{},\"\",-0,0.1,1E+9,[[[]]]]", " { \"k\" : \"v\" } ", "\"\\\\\\\"\\/\\b\\f\\n\\r\\t\"", "[-12,34]",
	};
	static const char odd[] = "{}[]\",:\\u0123456789eE+-. \t\n\x00\x01\x7f\x80\xc0\xe4\xff/tfn";
	uint64_t r = 3;
	int valid = 0;
	for (int k = 0; k < 60000; k++) {
		char text[128];
		const char *seed = seeds[sample_next(&r) % 5];
		size_t n = strlen(seed);
		memcpy(text, seed, n);
		for (uint64_t c = sample_next(&r) % 4; c; c--)
			text[sample_next(&r) % n] = odd[sample_next(&r) % (sizeof odd - 1)];
		enum verdict ours = we_accept(text, n) ? ACCEPTED : REFUSED, theirs = jansson_says(text, n);
		if (memchr(text, '\0', n))     /* jansson loses a NUL after a number; there never may be one */
			theirs = REFUSED;
		if (ours != theirs && theirs != UNDECIDED) {
			struct buf b = BUF_INIT;
			utf8_show(&b, text, n, 0);
			fail_msg("%s: we say %d", b.data, ours);
		}
		valid += ours == ACCEPTED;
		arena_clear(&a);
	}
	assert_in_range(valid, 5000, 55000);
}

static void nesting(void **state)
{
	char text[400];
	struct json j;
	memset(text, '[', 200);
	memset(text + 200, ']', 200);
	assert_true(we_accept(text + 200 - JSON_DEPTH, 2 * JSON_DEPTH));
	json_begin(&j, text, 400, &a);
	assert_false(json_skip(&j));
	assert_string_equal(j.why, "nested too deep");
}

/* Write, read, write again: the same text, the same tree, and JSON that jansson reads. */
static void trees(void **state)
{
	uint64_t r = 11;
	struct buf one = BUF_INIT, two = BUF_INIT;
	for (int k = 0; k < 5000; k++) {
		struct json j;
		struct value *v = sample_value(&r, &a, 5);
		buf_clear(&one);
		buf_clear(&two);
		value_write(v, NULL, &one);
		json_begin(&j, one.data, one.len, &a);
		struct value *back = value_read(&j);
		if (!back || !json_end(&j))
			fail_msg("%s: %s", j.why, one.data);
		assert_true(value_equal(v, back));
		assert_true(value_equal(v, value_copy(&a, back)));
		value_write(back, NULL, &two);
		assert_string_equal(one.data, two.data);
		assert_int_equal(jansson_says(one.data, one.len), ACCEPTED);
		arena_clear(&a);
	}
	buf_release(&one);
	buf_release(&two);
}

static void forms(void **state)
{
	static const char *const same[] = {
		"5", "-9223372036854775808", "{\"u\":1448,\"base\":16}", "{\"u\":18446744073709551615}", "{\"fd\":3}",
		"{\"sym\":\"AF_INET\",\"n\":2}", "{\"sym\":null,\"n\":-1}", "{\"flags\":\"A|B\",\"n\":7,\"rest\":4}",
		"{\"bytes\":5,\"hex\":\"48656c6c6f\",\"blob\":7}", "{\"bytes\":0,\"hex\":\"\"}", "\"text\"",
		"{\"text\":\"te\",\"more\":1}", "{\"ip\":\"127.0.0.1\"}", "{\"ptr\":\"0x0\"}", "{\"ptr\":\"0x7ffe00000010\"}",
		"{\"ptr\":\"0xffffffffffffffff\"}", "[]", "[1,[2],null]", "{\"list\":[1],\"more\":1}",
		"{\"struct\":{\"sa_family\":{\"sym\":\"AF_UNIX\",\"n\":1}},\"type\":\"sockaddr\"}", "{\"struct\":{}}",
		"{\"in\":1,\"out\":null}", "null",
	};
	struct buf b = BUF_INIT;
	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		struct json j;
		json_begin(&j, same[i], strlen(same[i]), &a);
		struct value *v = value_read(&j);
		if (!v)
			fail_msg("%s: %s", same[i], j.why);
		buf_clear(&b);
		value_write(v, NULL, &b);
		assert_string_equal(b.data, same[i]);
	}
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers), cmocka_unit_test(written_numbers), cmocka_unit_test(any_bytes_as_a_string),
		cmocka_unit_test(agrees_with_jansson), cmocka_unit_test(nesting), cmocka_unit_test(trees), cmocka_unit_test(forms),
	};
	return cmocka_run_group_tests_name("json", tests, setup, teardown);
}
