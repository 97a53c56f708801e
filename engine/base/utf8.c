/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/base/utf8.h"

static const char hex[] = "0123456789abcdef";

static size_t length_by_lead(unsigned char c)
{
	return c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;
}

size_t utf8_decode(const char *s, size_t n, uint32_t *cp)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	if (!n)
		return 0;
	size_t len = length_by_lead((unsigned char)s[0]);
	if (!len || len > n)
		return 0;
	uint32_t c = (unsigned char)s[0] & (len == 1 ? 0x7f : 0xff >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if (((unsigned char)s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | ((unsigned char)s[i] & 0x3f);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	if (cp)
		*cp = c;
	return len;
}

size_t utf8_encode(uint32_t cp, char out[4])
{
	if (cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
		return 0;
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	size_t len = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	for (size_t i = len; i-- > 1; cp >>= 6)
		out[i] = (char)(0x80 | (cp & 0x3f));
	out[0] = (char)((0xf00 >> len) | cp);
	return len;
}

size_t utf8_valid_len(const char *s, size_t n)
{
	size_t i = 0;
	while (i < n) {
		size_t len = (unsigned char)s[i] < 0x80 ? 1 : utf8_decode(s + i, n - i, NULL);
		if (!len)
			break;
		i += len;
	}
	return i;
}

bool utf8_valid(const char *s, size_t n)
{
	return utf8_valid_len(s, n) == n;
}

static void add_hex_byte(struct buf *out, unsigned char c)
{
	char text[] = { '\\', 'x', hex[c >> 4], hex[c & 15] };
	buf_add(out, text, sizeof text);
}

void utf8_clean(struct buf *out, const void *bytes, size_t n)
{
	const char *s = bytes;
	while (n) {
		size_t good = utf8_valid_len(s, n);
		buf_add(out, s, good);
		s += good;
		n -= good;
		if (n) {
			add_hex_byte(out, (unsigned char)*s++);
			n--;
		}
	}
}

bool utf8_printable(uint32_t cp)
{
	static const struct { uint32_t from, to; } hidden[] = {
		{ 0x00, 0x1f }, { 0x7f, 0x9f }, { 0xad, 0xad }, { 0x61c, 0x61c }, { 0x180e, 0x180e },
		{ 0x200b, 0x200f }, { 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0xd800, 0xf8ff },
		{ 0xfdd0, 0xfdef }, { 0xfeff, 0xfeff }, { 0xfff0, 0xfffb }, { 0xfffe, 0xffff },
		{ 0xe0000, 0x10ffff },
	};
	for (size_t i = 0; i < sizeof hidden / sizeof *hidden && hidden[i].from <= cp; i++)
		if (cp <= hidden[i].to)
			return false;
	return (cp & 0xfffe) != 0xfffe;
}

static char letter_of(uint32_t cp)
{
	switch (cp) {
	case '\0': return '0';
	case '\n': return 'n';
	case '\r': return 'r';
	case '\t': return 't';
	default:   return 0;
	}
}

static bool kept(uint32_t cp, unsigned keep)
{
	if (cp == '\\')
		return keep & UTF8_KEEP_BACKSLASH;
	if (cp == '\n')
		return keep & UTF8_KEEP_NEWLINE;
	if (cp == '\t')
		return keep & UTF8_KEEP_TAB;
	return utf8_printable(cp);
}

/* `next` is what follows: "\0" before a digit would read as another octal number. */
static void add_escaped(struct buf *out, uint32_t cp, char next)
{
	char letter = cp == '\\' ? '\\' : letter_of(cp);
	if (cp == 0 && next >= '0' && next <= '9')
		letter = 0;
	if (letter)
		buf_add(out, (char[]){ '\\', letter }, 2);
	else if (cp < 0x80)
		add_hex_byte(out, (unsigned char)cp);
	else
		buf_addf(out, cp < 0x10000 ? "\\u%04x" : "\\U%08x", (unsigned)cp);
}

void utf8_show(struct buf *out, const void *bytes, size_t n, unsigned keep)
{
	const char *s = bytes;
	for (size_t i = 0, len; i < n; i += len) {
		uint32_t cp = 0;
		len = utf8_decode(s + i, n - i, &cp);
		if (!len) {
			add_hex_byte(out, (unsigned char)s[i]);
			len = 1;
		} else if (kept(cp, keep)) {
			buf_add(out, s + i, len);
		} else {
			add_escaped(out, cp, i + 1 < n ? s[i + 1] : 0);
		}
	}
}

void utf8_show_most(struct buf *out, const void *bytes, size_t len, size_t max)
{
	const char *p = bytes, *end = p + len;
	size_t shown = 0;
	for (; p < end && shown < max; shown++) {
		size_t n = utf8_decode(p, (size_t)(end - p), NULL);
		p += n ? n : 1;
	}
	utf8_show(out, bytes, (size_t)(p - (const char *)bytes), UTF8_KEEP_BACKSLASH);
	if (p < end)
		buf_adds(out, "…");
}
