/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/draw/surface.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void surface_init(struct surface *s, int rows, int cols, enum charset set)
{
	*s = (struct surface){ .rows = rows, .cols = cols, .set = set };
	s->cell = xcalloc((size_t)rows * (size_t)cols + 1, sizeof *s->cell);
	surface_clear(s);
}

void surface_release(struct surface *s)
{
	free(s->cell);
	*s = (struct surface){ 0 };
}

static struct cell *at(struct surface *s, int y, int x)
{
	return &s->cell[y * s->cols + x];
}

static void blank(struct cell *c, enum role role)
{
	*c = (struct cell){ .text = " ", .cols = 1, .role = (unsigned char)role };
}

void surface_clear(struct surface *s)
{
	surface_fill(s, (struct rect){ 0, 0, s->rows, s->cols }, ROLE_TEXT);
}

/* Before a cell is written: a wide character that loses one half loses the other too. */
static void break_wide(struct surface *s, int y, int x)
{
	struct cell *c = at(s, y, x);
	if (c->cols == 0 && x > 0)
		blank(c - 1, (c - 1)->role);
	if (c->cols == 2 && x + 1 < s->cols)
		blank(c + 1, (c + 1)->role);
}

static void put_cell(struct surface *s, int y, int x, enum role role, const char *text, int cols)
{
	for (int i = 0; i < cols; i++)
		break_wide(s, y, x + i);
	struct cell *c = at(s, y, x);
	*c = (struct cell){ .cols = (unsigned char)cols, .role = (unsigned char)role };
	strcpy(c->text, text);
	if (cols == 2)
		*(c + 1) = (struct cell){ .cols = 0, .role = (unsigned char)role };
}

static void put_glyph(struct surface *s, int y, int x, enum role role, const struct glyph *g)
{
	if (g->code >= 0x80 || g->cols == 1) {
		put_cell(s, y, x, role, g->text, g->cols);
		return;
	}
	for (int i = 0; i < g->cols; i++)
		put_cell(s, y, x + i, role, (char[]){ g->text[i], 0 }, 1);
}

int surface_put(struct surface *s, int y, int x, int max, enum role role, const char *text, size_t len)
{
	if (y < 0 || y >= s->rows || x < 0 || x >= s->cols)
		return 0;
	if (max > s->cols - x)
		max = s->cols - x;
	int used = 0;
	struct glyph g;
	for (size_t n; (n = glyph_next(s->set, text, len, &g)); text += n, len -= n) {
		if (used + g.cols > max)
			break;
		if (g.cols)
			put_glyph(s, y, x + used, role, &g);
		used += g.cols;
	}
	return used;
}

int surface_puts(struct surface *s, int y, int x, int max, enum role role, const char *text)
{
	return surface_put(s, y, x, max, role, text, strlen(text));
}

int surface_cut(struct surface *s, int y, int x, int max, enum role role, const char *text)
{
	size_t len = strlen(text);
	if (max > s->cols - x)
		max = s->cols - x;
	if (text_cols(s->set, text, len) <= max)
		return surface_put(s, y, x, max, role, text, len);
	int mark = text_cols(s->set, "…", strlen("…"));
	if (max < mark)
		return 0;
	int used = surface_put(s, y, x, max - mark, role, text, len);
	return used + surface_puts(s, y, x + used, mark, role, "…");
}

int surface_cutf(struct surface *s, int y, int x, int max, enum role role, const char *fmt, ...)
{
	char text[1024];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	return surface_cut(s, y, x, max, role, text);
}

static struct rect clip(const struct surface *s, struct rect r)
{
	int y2 = r.y + r.h < s->rows ? r.y + r.h : s->rows, x2 = r.x + r.w < s->cols ? r.x + r.w : s->cols;
	r.y = r.y < 0 ? 0 : r.y;
	r.x = r.x < 0 ? 0 : r.x;
	return (struct rect){ r.y, r.x, y2 - r.y, x2 - r.x };
}

void surface_fill(struct surface *s, struct rect r, enum role role)
{
	r = clip(s, r);
	for (int y = r.y; y < r.y + r.h; y++)
		for (int x = r.x; x < r.x + r.w; x++) {
			break_wide(s, y, x);
			blank(at(s, y, x), role);
		}
}

void surface_recolor(struct surface *s, struct rect r, enum role role)
{
	r = clip(s, r);
	for (int y = r.y; y < r.y + r.h; y++)
		for (int x = r.x; x < r.x + r.w; x++)
			at(s, y, x)->role = (unsigned char)role;
}

static void line(struct surface *s, struct rect r, int y, enum role border, const char *left, const char *right)
{
	surface_puts(s, y, r.x, 1, border, left);
	for (int x = r.x + 1; x < r.x + r.w - 1; x++)
		surface_puts(s, y, x, 1, border, "─");
	surface_puts(s, y, r.x + r.w - 1, 1, border, right);
}

static void title_on(struct surface *s, struct rect r, int y, enum role role, const char *text)
{
	if (!*text || r.w < 8)
		return;
	int used = surface_cut(s, y, r.x + 3, r.w - 6, role, text);
	surface_puts(s, y, r.x + 2, 1, role, " ");
	surface_puts(s, y, r.x + 3 + used, 1, role, " ");
}

void surface_box(struct surface *s, struct rect r, enum role border, enum role title, const char *text)
{
	if (r.h < 2 || r.w < 2)
		return;
	line(s, r, r.y, border, "┌", "┐");
	line(s, r, r.y + r.h - 1, border, "└", "┘");
	for (int y = r.y + 1; y < r.y + r.h - 1; y++) {
		surface_puts(s, y, r.x, 1, border, "│");
		surface_puts(s, y, r.x + r.w - 1, 1, border, "│");
	}
	title_on(s, r, r.y, title, text);
}

void surface_rule(struct surface *s, struct rect r, int y, enum role border, enum role title, const char *text)
{
	line(s, r, y, border, "├", "┤");
	title_on(s, r, y, title, text);
}

void surface_dump(const struct surface *s, struct buf *out)
{
	for (int y = 0; y < s->rows; y++) {
		size_t keep = out->len;
		for (int x = 0; x < s->cols; x++) {
			const struct cell *c = &s->cell[y * s->cols + x];
			buf_adds(out, c->text);
			if (strcmp(c->text, " ") && c->cols)
				keep = out->len;
		}
		out->len = keep;
		out->data[keep] = '\0';
		buf_addc(out, '\n');
	}
}

struct rect rect_inside(struct rect r)
{
	return (struct rect){ r.y + 1, r.x + 1, r.h > 2 ? r.h - 2 : 0, r.w > 2 ? r.w - 2 : 0 };
}

bool rect_has(struct rect r, int y, int x)
{
	return y >= r.y && y < r.y + r.h && x >= r.x && x < r.x + r.w;
}
