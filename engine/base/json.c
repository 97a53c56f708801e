/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/base/json.h"

#include <string.h>

#include "engine/base/utf8.h"

/* PLAIN: a character that stands for itself in a string. */
static const unsigned char plain[256] = {
	[' '] = 1, ['!'] = 1, ['#' ... '['] = 1, [']' ... '~'] = 1,
};
static const char hex[] = "0123456789abcdef";

static void add_escape(struct buf *out, unsigned char c)
{
	static const char letter[128] = {
		['"'] = '"', ['\\'] = '\\', ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't',
	};
	if (letter[c]) {
		buf_add(out, (char[]){ '\\', letter[c] }, 2);
		return;
	}
	char text[] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };
	buf_add(out, text, sizeof text);
}

/* One or more bytes at s that are not plain; how many were used. */
static size_t add_special(struct buf *out, const char *s, size_t n)
{
	unsigned char c = (unsigned char)*s;
	if (!c)
		buf_add(out, "\\\\x00", 5);
	else if (c < 0x80)
		add_escape(out, c);
	if (c < 0x80)
		return 1;
	size_t len = utf8_decode(s, n, NULL);
	if (len) {
		buf_add(out, s, len);
		return len;
	}
	char text[] = { '\\', '\\', 'x', hex[c >> 4], hex[c & 15] };
	buf_add(out, text, sizeof text);
	return 1;
}

void json_strn(struct buf *out, const char *s, size_t n)
{
	buf_reserve(out, n + 2);
	buf_addc(out, '"');
	for (size_t i = 0; i < n;) {
		size_t run = i;
		while (run < n && plain[(unsigned char)s[run]])
			run++;
		buf_add(out, s + i, run - i);
		i = run;
		if (i < n)
			i += add_special(out, s + i, n - i);
	}
	buf_addc(out, '"');
}

void json_str(struct buf *out, const char *s)
{
	json_strn(out, s, strlen(s));
}

void json_uint(struct buf *out, uint64_t u)
{
	char text[20], *p = text + sizeof text;
	do
		*--p = (char)('0' + u % 10);
	while (u /= 10);
	buf_add(out, p, (size_t)(text + sizeof text - p));
}

void json_int(struct buf *out, int64_t i)
{
	if (i < 0)
		buf_addc(out, '-');
	json_uint(out, i < 0 ? -(uint64_t)i : (uint64_t)i);
}

void json_hex(struct buf *out, const void *bytes, size_t n)
{
	const unsigned char *b = bytes;
	buf_reserve(out, 2 * n + 2);
	char *p = out->data + out->len;
	*p++ = '"';
	for (size_t i = 0; i < n; i++) {
		*p++ = hex[b[i] >> 4];
		*p++ = hex[b[i] & 15];
	}
	*p++ = '"';
	*p = '\0';
	out->len += 2 * n + 2;
}

void json_begin(struct json *j, const char *text, size_t n, struct arena *a)
{
	*j = (struct json){ .p = text, .end = text + n, .arena = a };
}

bool json_fail(struct json *j, const char *why)
{
	if (!j->why)
		j->why = why;
	j->p = j->end;
	return false;
}

/* The next character that is no white space, not yet read; NUL at the end. */
static char ahead(struct json *j)
{
	while (j->p < j->end && (*j->p == ' ' || *j->p == '\t' || *j->p == '\n' || *j->p == '\r'))
		j->p++;
	return j->p < j->end ? *j->p : '\0';
}

bool json_end(struct json *j)
{
	if (ahead(j) || j->p < j->end)
		json_fail(j, "more text after the end");
	return !j->why;
}

enum json_kind json_peek(struct json *j)
{
	switch (ahead(j)) {
	case '{': return JSON_IS_OBJECT;
	case '[': return JSON_IS_LIST;
	case '"': return JSON_IS_STRING;
	case 't': case 'f': return JSON_IS_BOOL;
	case 'n': return JSON_IS_NULL;
	case '-': case '0' ... '9': return JSON_IS_NUMBER;
	default:  return JSON_IS_BAD;
	}
}

static bool open_with(struct json *j, char c, const char *why)
{
	if (ahead(j) != c)
		return json_fail(j, why);
	if (++j->depth > JSON_DEPTH)
		return json_fail(j, "nested too deep");
	j->p++;
	return true;
}

bool json_enter_list(struct json *j)
{
	return open_with(j, '[', "a list was expected");
}

bool json_enter_object(struct json *j)
{
	return open_with(j, '{', "an object was expected");
}

/* Before an item: step over the comma. False at the closing bracket, which is stepped over. */
static bool next_of(struct json *j, bool *first, char close)
{
	char c = ahead(j);
	if (j->why)
		return false;
	if (c == close) {
		j->p++;
		j->depth--;
		return false;
	}
	if (!*first) {
		if (c != ',')
			return json_fail(j, "not JSON: a comma or bracket is missing");
		j->p++;
	}
	*first = false;
	return true;
}

bool json_next_item(struct json *j, bool *first)
{
	return next_of(j, first, ']');
}

static unsigned hex4(const char *p)
{
	unsigned v = 0;
	for (int i = 0; i < 4; i++) {
		char c = p[i];
		unsigned d = c >= '0' && c <= '9' ? (unsigned)(c - '0') :
			     (c | 32) >= 'a' && (c | 32) <= 'f' ? (unsigned)((c | 32) - 'a' + 10) : 0x10000;
		if (d > 15)
			return 0x10000;
		v = v << 4 | d;
	}
	return v;
}

/* After "\u": a code point, of one or two escapes. */
static bool unicode_escape(struct json *j, uint32_t *cp)
{
	uint32_t c = j->end - j->p >= 4 ? hex4(j->p) : 0x10000;
	if (c > 0xffff)
		return json_fail(j, "not JSON: a bad \\u escape");
	j->p += 4;
	if (c >= 0xd800 && c <= 0xdbff && j->end - j->p >= 6 && j->p[0] == '\\' && j->p[1] == 'u') {
		uint32_t low = hex4(j->p + 2);
		if (low >= 0xdc00 && low <= 0xdfff) {
			c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
			j->p += 6;
		}
	}
	if (c >= 0xd800 && c <= 0xdfff)
		return json_fail(j, "half a surrogate pair");
	if (!c)
		return json_fail(j, "a NUL in a string");
	*cp = c;
	return true;
}

/* After the backslash: what it stands for, into out; its length, 0 at a mistake. */
static size_t escape(struct json *j, char out[4])
{
	static const char meaning[128] = {
		['"'] = '"', ['\\'] = '\\', ['/'] = '/', ['b'] = '\b', ['f'] = '\f', ['n'] = '\n', ['r'] = '\r', ['t'] = '\t',
	};
	unsigned char c = j->p < j->end ? (unsigned char)*j->p++ : 0;
	if (c == 'u') {
		uint32_t cp;
		return unicode_escape(j, &cp) ? utf8_encode(cp, out) : 0;
	}
	if (c >= 128 || !meaning[c]) {
		json_fail(j, "not JSON: a bad escape");
		return 0;
	}
	out[0] = meaning[c];
	return 1;
}

/* Step over characters that stand for themselves. False: a mistake. */
static bool run_of(struct json *j)
{
	const char *p = j->p;
	for (;;) {
		while (p < j->end && plain[(unsigned char)*p])
			p++;
		if (p == j->end)
			return json_fail(j, "not JSON: a string without an end");
		unsigned char c = (unsigned char)*p;
		if (c == '"' || c == '\\')
			break;
		size_t len = c < 0x20 ? 0 : utf8_decode(p, (size_t)(j->end - p), NULL);
		if (!len)
			return json_fail(j, c < 0x20 ? "a control character in a string" : "not UTF-8");
		p += len;
	}
	j->p = p;
	return true;
}

/* A string with escapes: never longer than it is in the file, so that is the room it gets. */
static bool string_with_escapes(struct json *j, const char *from, const char **s, size_t *n)
{
	const char *close = j->p;
	while (close < j->end && *close != '"')
		close += *close == '\\' ? 2 : 1;
	if (close >= j->end)
		return json_fail(j, "not JSON: a string without an end");
	char *out = arena_alloc(j->arena, (size_t)(close - from) + 1);
	size_t len = (size_t)(j->p - from);
	memcpy(out, from, len);
	while (*j->p != '"') {
		j->p++;
		size_t more = escape(j, out + len);
		const char *run = j->p;
		if (!more || !run_of(j))
			return false;
		len += more;
		memcpy(out + len, run, (size_t)(j->p - run));
		len += (size_t)(j->p - run);
	}
	j->p++;
	out[len] = '\0';
	*s = out;
	*n = len;
	return true;
}

/* A string; borrowed from the text and without a NUL where it has no escapes. */
static bool string(struct json *j, const char **s, size_t *n, bool *borrowed)
{
	if (ahead(j) != '"')
		return json_fail(j, "text was expected");
	const char *from = ++j->p;
	if (!run_of(j))
		return false;
	*borrowed = *j->p == '"';
	if (!*borrowed)
		return string_with_escapes(j, from, s, n);
	*s = from;
	*n = (size_t)(j->p - from);
	j->p++;
	return true;
}

bool json_next_key(struct json *j, bool *first, const char **key, size_t *n)
{
	bool borrowed;
	if (!next_of(j, first, '}') || !string(j, key, n, &borrowed))
		return false;
	if (ahead(j) != ':')
		return json_fail(j, "not JSON: a colon is missing");
	j->p++;
	return true;
}

const char *json_keep(struct json *j, const char *key, size_t n)
{
	return arena_strndup(j->arena, key, n);
}

bool json_read_str(struct json *j, const char **s, size_t *n)
{
	bool borrowed;
	size_t len;
	if (!string(j, s, &len, &borrowed))
		return false;
	if (borrowed)
		*s = arena_strndup(j->arena, *s, len);
	if (n)
		*n = len;
	return true;
}

/* The digits of a number that must be whole. False also where a fraction or an exponent follows. */
static bool digits(struct json *j, uint64_t *u)
{
	const char *p = j->p;
	if (p == j->end || *p < '0' || *p > '9')
		return json_fail(j, "a number was expected");
	if (*p == '0' && p + 1 < j->end && p[1] >= '0' && p[1] <= '9')
		return json_fail(j, "not JSON: a number begins with 0");
	for (*u = 0; p < j->end && *p >= '0' && *p <= '9'; p++)
		if (__builtin_mul_overflow(*u, 10, u) || __builtin_add_overflow(*u, (uint64_t)(*p - '0'), u))
			return json_fail(j, "a number out of range");
	if (p < j->end && (*p == '.' || *p == 'e' || *p == 'E'))
		return json_fail(j, "a whole number was expected");
	j->p = p;
	return true;
}

bool json_read_uint(struct json *j, uint64_t *u)
{
	return ahead(j) == '-' ? json_fail(j, "a number out of range") : digits(j, u);
}

bool json_read_int(struct json *j, int64_t *i)
{
	bool minus = ahead(j) == '-';
	uint64_t u;
	j->p += minus;
	if (!digits(j, &u))
		return false;
	if (u > (uint64_t)INT64_MAX + minus)
		return json_fail(j, "a number out of range");
	*i = (int64_t)(minus ? -u : u);
	return true;
}

static bool word(struct json *j, const char *w)
{
	size_t n = strlen(w);
	if ((size_t)(j->end - j->p) < n || memcmp(j->p, w, n))
		return json_fail(j, "not JSON");
	j->p += n;
	return true;
}

bool json_read_null(struct json *j)
{
	ahead(j);
	return word(j, "null");
}

static void skip_digits(struct json *j)
{
	if (j->p == j->end || *j->p < '0' || *j->p > '9')
		json_fail(j, "a number was expected");
	while (j->p < j->end && *j->p >= '0' && *j->p <= '9')
		j->p++;
}

static bool skip_number(struct json *j)
{
	j->p += *j->p == '-';
	if (j->end - j->p >= 2 && *j->p == '0' && j->p[1] >= '0' && j->p[1] <= '9')
		return json_fail(j, "not JSON: a number begins with 0");
	skip_digits(j);
	if (j->p < j->end && *j->p == '.') {
		j->p++;
		skip_digits(j);
	}
	if (j->p < j->end && (*j->p | 32) == 'e') {
		j->p++;
		j->p += j->p < j->end && (*j->p == '+' || *j->p == '-');
		skip_digits(j);
	}
	return !j->why;
}

static bool skip_string(struct json *j)
{
	char scrap[4];
	j->p++;
	while (run_of(j)) {
		if (*j->p++ == '"')
			return true;
		if (!escape(j, scrap))
			return false;
	}
	return false;
}

static bool skip_array(struct json *j)
{
	bool first = true;
	json_enter_list(j);
	while (json_next_item(j, &first))
		json_skip(j);
	return !j->why;
}

static bool skip_object(struct json *j)
{
	bool first = true;
	json_enter_object(j);
	while (next_of(j, &first, '}')) {
		if (ahead(j) != '"')
			return json_fail(j, "text was expected");
		if (!skip_string(j))
			return false;
		if (ahead(j) != ':')
			return json_fail(j, "not JSON: a colon is missing");
		j->p++;
		json_skip(j);
	}
	return !j->why;
}

bool json_skip(struct json *j)
{
	switch (json_peek(j)) {
	case JSON_IS_OBJECT: return skip_object(j);
	case JSON_IS_LIST:  return skip_array(j);
	case JSON_IS_STRING: return skip_string(j);
	case JSON_IS_NUMBER: return skip_number(j);
	case JSON_IS_NULL:   return word(j, "null");
	case JSON_IS_BOOL:   return word(j, *j->p == 't' ? "true" : "false");
	default:          return json_fail(j, "not JSON");
	}
}
