/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/learn/printable.h"

int utf8_char(const char *s, size_t n, uint32_t *cp)
{
	const unsigned char *p = (const unsigned char *)s;
	static const uint32_t least[5] = { 0, 0, 0x80, 0x800, 0x10000 };
	int len = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : p[0] < 0xf5 ? 4 : 0;
	if (!len || (size_t)len > n)
		return 0;
	uint32_t c = len == 1 ? p[0] : p[0] & (0x7f >> len);
	for (int i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*cp = c;
	return len;
}

bool utf8_plain(uint32_t cp)
{
	static const struct { uint32_t from, to; } odd[] = {
		{ 0, 0x1f }, { 0x7f, 0x9f }, { 0xad, 0xad }, { 0x61c, 0x61c }, { 0x180e, 0x180e },
		{ 0x200b, 0x200f }, { 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0xe000, 0xf8ff },
		{ 0xfeff, 0xfeff }, { 0xfff0, 0xfffb }, { 0xfffe, 0xffff }, { 0xe0000, 0x10ffff },
	};
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
		if (cp >= odd[i].from && cp <= odd[i].to)
			return false;
	return true;
}

static void add_escaped(struct buf *out, const unsigned char *p, int n)
{
	if (n == 1 && (*p == '\n' || *p == '\r' || *p == '\t')) {
		buf_adds(out, *p == '\n' ? "\\n" : *p == '\r' ? "\\r" : "\\t");
		return;
	}
	for (int i = 0; i < n; i++)
		buf_addf(out, "\\x%02x", p[i]);
}

void printable_add(struct buf *out, const void *bytes, size_t len, size_t max)
{
	const char *p = bytes, *end = p + len;
	for (size_t shown = 0; p < end; shown++) {
		if (shown == max) {
			buf_adds(out, "…");
			return;
		}
		uint32_t cp = 0;
		int n = utf8_char(p, (size_t)(end - p), &cp);
		if (n && utf8_plain(cp))
			buf_add(out, p, (size_t)n);
		else
			add_escaped(out, (const unsigned char *)p, n ? n : 1);
		p += n ? n : 1;
	}
}
