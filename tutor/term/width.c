/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/term/width.h"

#include <string.h>
#include <wchar.h>

#include "engine/base/utf8.h"

enum { REPLACEMENT = 0xfffd, NO_BREAK_SPACE = 0xa0 };

/* Signs whose width terminals disagree on, or that a plain terminal cannot draw. */
static const struct swap {
	uint32_t code;
	const char *wide, *ascii;
} swaps[] = {
	{ 0x00ab, "<<", "<<" }, { 0x00b7, "-", "-" }, { 0x00bb, ">>", ">>" }, { 0x00d7, "x", "x" },
	{ 0x2013, "-", "-" }, { 0x2014, "--", "--" }, { 0x2015, "--", "--" },
	{ 0x2018, "『", "'" }, { 0x2019, "』", "'" }, { 0x201c, "「", "\"" }, { 0x201d, "」", "\"" },
	{ 0x2016, "=", "=" }, { 0x2022, "*", "*" }, { 0x2026, "..", ".." },
	{ 0x2190, "<-", "<-" }, { 0x2198, "\\", "\\" }, { 0x2199, "/", "/" }, { 0x2191, "^", "^" }, { 0x2192, "->", "->" }, { 0x2193, "v", "v" },
	{ 0x2194, "<->", "<->" }, { 0x21c4, "/", "/" }, { 0x23ce, "Enter", "Enter" },
	{ 0x2500, "-", "-" }, { 0x2502, "|", "|" }, { 0x250c, "+", "+" }, { 0x2510, "+", "+" },
	{ 0x2514, "+", "+" }, { 0x2518, "+", "+" }, { 0x251c, "+", "+" }, { 0x2524, "+", "+" },
	{ 0x2534, "+", "+" }, { 0x253c, "+", "+" }, { 0x252c, "+", "+" },
	{ 0x2550, "=", "=" }, { 0x25a0, "#", "#" }, { 0x25c0, "<", "<" }, { 0x2717, "x", "x" }, { 0x21bb, "@", "@" }, { 0x25b6, ">", ">" }, { 0x25b7, ">", ">" }, { 0x25cb, "o", "o" }, { 0x25cc, "~", "~" },
	{ 0x25cf, "*", "*" }, { 0x2713, "+", "+" }, { 0xfffd, "?", "?" },
};

/* One code point; a byte that starts none is taken alone and becomes REPLACEMENT. */
static size_t decode(const char *s, size_t len, uint32_t *code)
{
	size_t n = utf8_decode(s, len, code);
	if (n == 0)
		*code = REPLACEMENT;
	return n ? n : 1;
}

/* Direction controls, joiners and variation selectors: invisible, and able to disturb a line. */
static bool invisible(uint32_t c)
{
	return (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) ||
	       c == 0xfeff || c == 0x061c || (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0000 && c <= 0xe0fff);
}

static void set_text(struct glyph *g, const char *text)
{
	strcpy(g->text, text);
	size_t n = strlen(text);
	decode(text, n, &g->code);
	g->cols = g->code < 0x80 ? (int)n : 2;
}

static bool swapped(enum charset set, uint32_t code, struct glyph *g)
{
	if (set == CHARSET_FULL || code < 0x80)
		return false;
	for (size_t i = 0; i < sizeof swaps / sizeof *swaps; i++)
		if (swaps[i].code == code) {
			set_text(g, set == CHARSET_WIDE ? swaps[i].wide : swaps[i].ascii);
			return true;
		}
	return false;
}

static void set_base(enum charset set, uint32_t code, struct glyph *g)
{
	if (code == '\t' || code == '\n' || code == '\r')
		code = ' ';
	int w = code < 0x20 || code == 0x7f ? -1 : code < 0x7f ? 1 : wcwidth((wchar_t)code);
	if (w < 0)
		code = REPLACEMENT, w = 1;
	if (invisible(code))
		w = 0;
	if (swapped(set, code, g))
		return;
	g->code = code;
	g->cols = w;
	g->text[w ? utf8_encode(code == NO_BREAK_SPACE ? ' ' : code, g->text) : 0] = '\0';
}

size_t glyph_next(enum charset set, const char *s, size_t len, struct glyph *out)
{
	*out = (struct glyph){ .cols = 0 };
	if (len == 0)
		return 0;
	uint32_t code;
	size_t n = decode(s, len, &code), end = 0;
	set_base(set, code, out);
	end = strlen(out->text);
	while (n < len && (unsigned char)s[n] >= 0x80) {
		size_t more = decode(s + n, len - n, &code);
		if (code == REPLACEMENT || wcwidth((wchar_t)code) != 0)
			break;
		if (out->cols && !invisible(code) && end + more < GLYPH_BYTES) {
			memcpy(out->text + end, s + n, more);
			end += more;
		}
		n += more;
	}
	return n;
}

int text_cols(enum charset set, const char *s, size_t len)
{
	int cols = 0;
	struct glyph g;
	for (size_t n; (n = glyph_next(set, s, len, &g)); s += n, len -= n)
		cols += g.cols;
	return cols;
}

size_t text_fit(enum charset set, const char *s, size_t len, int cols, int *used)
{
	size_t at = 0;
	int w = 0;
	struct glyph g;
	for (size_t n; (n = glyph_next(set, s + at, len - at, &g)) && w + g.cols <= cols; at += n)
		w += g.cols;
	if (used)
		*used = w;
	return at;
}
