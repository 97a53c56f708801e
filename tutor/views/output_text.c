/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/views/output_text.h"

#include <string.h>

#include "tutor/draw/surface.h"
#include "tutor/model/model.h"

enum { LINE_COLS = 1024, TAB = 8 };   /* a longer line goes on in the next LINE_COLS cells */

/* The line being written: one row of cells. */
struct writing {
	struct surface row;
	int x, end;          /* where the next character goes; cells that were written */
	struct buf *out;
};

static void flush(struct writing *w)
{
	for (int i = 0; i < w->end; i++)
		buf_adds(w->out, w->row.cell[i].text);
	surface_fill(&w->row, (struct rect){ 0, 0, 1, w->end }, ROLE_TEXT);
	w->x = w->end = 0;
}

static void end_line(struct writing *w)
{
	while (w->end > 0 && !strcmp(w->row.cell[w->end - 1].text, " "))
		w->end--;
	flush(w);
	buf_addc(w->out, '\n');
}

static void go_to(struct writing *w, int64_t x)
{
	w->x = x < 0 ? 0 : x < LINE_COLS ? (int)x : LINE_COLS - 1;
}

static void erase(struct writing *w, int from, int to)
{
	if (from < to)
		surface_fill(&w->row, (struct rect){ 0, from, 1, to - from }, ROLE_TEXT);
	if (to >= w->end && from < w->end)
		w->end = from;
}

static void write_text(struct writing *w, const char *text, size_t len)
{
	while (len) {
		int used;
		size_t n = text_fit(w->row.set, text, len, LINE_COLS - w->x, &used);
		surface_put(&w->row, 0, w->x, used, ROLE_TEXT, text, n);
		w->x += used;
		w->end = w->x > w->end ? w->x : w->end;
		text += n;
		len -= n;
		if (w->x >= LINE_COLS || (len && n == 0))
			flush(w);
	}
}

/* ESC [ number … letter; p is behind the bracket. Returns its bytes. */
static size_t control_sequence(struct writing *w, const char *p, size_t len)
{
	size_t n = 0;
	int64_t arg = -1;
	for (; n < len && p[n] >= '0' && p[n] <= '9'; n++)
		arg = arg > LINE_COLS ? arg : (arg < 0 ? 0 : arg * 10) + (p[n] - '0');
	while (n < len && (unsigned char)p[n] >= 0x20 && (unsigned char)p[n] < 0x40)
		n++;
	int64_t count = arg < 1 ? 1 : arg;
	switch (n < len ? p[n] : 0) {
	case 'C': go_to(w, w->x + count); break;
	case 'D': go_to(w, w->x - count); break;
	case 'G': go_to(w, count - 1); break;
	case 'K': erase(w, arg < 1 ? w->x : 0, arg == 1 ? w->x + 1 : LINE_COLS); break;
	}
	return n < len ? n + 1 : n;
}

/* A title or the like: to BEL or ESC \. It may be broken off: then to the end of the line. */
static size_t string_len(const char *p, size_t len)
{
	for (size_t n = 0; n < len; n++) {
		if (p[n] == '\a' || p[n] == '\n')
			return n + (p[n] == '\a');
		if (p[n] == 0x1b)
			return n + 1 < len && p[n + 1] == '\\' ? n + 2 : n;
	}
	return len;
}

/* Bytes behind an ESC that belong to it. */
static size_t escape(struct writing *w, const char *p, size_t len)
{
	if (!len)
		return 0;
	if (*p == '[')
		return 1 + control_sequence(w, p + 1, len - 1);
	if (strchr("]P_^X", *p))
		return 1 + string_len(p + 1, len - 1);
	if (strchr("()*+-./#% ", *p))
		return len > 1 ? 2 : 1;
	return (unsigned char)*p >= 0x20;
}

static bool is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

static void control(struct writing *w, char c)
{
	switch (c) {
	case '\n': end_line(w); break;
	case '\r': w->x = 0; break;
	case '\b': go_to(w, w->x - 1); break;
	case MODEL_TYPED: flush(w); buf_addc(w->out, c); break;
	case '\t': go_to(w, (w->x / TAB + 1) * TAB); break;
	}
}

static bool is_line_end(const char *p, size_t len)
{
	return (len && *p == '\n') || (len > 1 && *p == '\r' && p[1] == '\n');
}

/* Where the newest OUTPUT_LINES lines begin. */
static size_t first_shown(const char *bytes, size_t len, bool cut)
{
	int lines = 0;
	for (size_t i = len; i > 0; i--)
		if (bytes[i - 1] == '\n' && lines++ == OUTPUT_LINES)
			return i;
	const char *nl = cut ? memchr(bytes, '\n', len) : NULL;
	return nl ? (size_t)(nl - bytes) + 1 : 0;
}

void output_text(const char *bytes, size_t len, bool cut, struct buf *out)
{
	struct writing w = { .out = out };
	surface_init(&w.row, 1, LINE_COLS, CHARSET_FULL);
	for (size_t i = first_shown(bytes, len, cut); i < len;) {
		size_t n = i;
		while (n < len && !is_control(bytes[n]))
			n++;
		bool whole = w.x == 0 && w.end == 0 && is_line_end(bytes + n, len - n);
		if (whole)       /* as nearly all lines are: nothing to write over */
			buf_add(out, bytes + i, n - i);
		else
			write_text(&w, bytes + i, n - i);
		i = n;
		if (i < len && bytes[i] == 0x1b)
			i += 1 + escape(&w, bytes + i + 1, len - i - 1);
		else if (i < len)
			control(&w, bytes[i++]);
	}
	flush(&w);
	surface_release(&w.row);
}
