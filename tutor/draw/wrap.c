/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/draw/wrap.h"

#include <string.h>

static bool one_of(const char *set, const char *glyph)
{
	return *glyph && strstr(set, glyph);
}

static bool never_first(const char *glyph)
{
	return one_of("，。、；：！？）」』】》〉”’…—·％℃", glyph) || one_of(",.;:!?)]}%", glyph);
}

static bool never_last(const char *glyph)
{
	return one_of("（「『【《〈“‘", glyph) || one_of("([{", glyph);
}

/* Han characters, kana, and full-width punctuation: no spaces stand between these. */
static bool is_cjk(uint32_t c)
{
	return (c >= 0x2e80 && c < 0xa000) || (c >= 0xac00 && c < 0xd800) || (c >= 0xf900 && c < 0xfb00) ||
	       (c >= 0xff00 && c < 0xff61) || c >= 0x20000;
}

/* A space with marks on it is not one: it is drawn. */
static bool is_space(const struct glyph *g)
{
	return g->code == ' ' && !g->text[1];
}

static bool may_break(const struct glyph *a, const struct glyph *b)
{
	if (is_space(a))
		return !is_space(b);
	if (is_space(b) || never_first(b->text) || never_last(a->text))
		return false;
	return is_cjk(a->code) || is_cjk(b->code);
}

static size_t without_spaces(const char *text, size_t n)
{
	while (n > 0 && text[n - 1] == ' ')
		n--;
	return n;
}

void wrap_line(enum charset set, const char *text, size_t len, int cols, size_t *take, size_t *show)
{
	struct glyph last = { .cols = 0 }, g;
	size_t at = 0, brk = 0;
	int used = 0;
	for (size_t n; (n = glyph_next(set, text + at, len - at, &g)); at += n) {
		if (g.cols == 0)
			continue;
		if (at && may_break(&last, &g))
			brk = at;
		if (used + g.cols > cols && !is_space(&g))
			break;
		used += g.cols;
		last = g;
	}
	*take = at >= len ? len : brk ? brk : at;
	if (*take == 0 && len)
		*take = glyph_next(set, text, len, &g);
	*show = without_spaces(text, *take);
}
