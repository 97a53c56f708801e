/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/draw/doc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tutor/draw/wrap.h"

void doc_init(struct doc *d, enum charset set, int cols)
{
	*d = (struct doc){ .set = set, .cols = cols < 4 ? 4 : cols };
	buf_init(&d->text);
	buf_init(&d->role);
}

void doc_release(struct doc *d)
{
	buf_release(&d->text);
	buf_release(&d->role);
	free(d->line);
	*d = (struct doc){ 0 };
}

void doc_add(struct doc *d, enum role role, const char *text, size_t len)
{
	buf_add(&d->text, text, len);
	for (size_t i = 0; i < len; i++)
		buf_addc(&d->role, (char)role);
}

void doc_adds(struct doc *d, enum role role, const char *text)
{
	doc_add(d, role, text, strlen(text));
}

void doc_addf(struct doc *d, enum role role, const char *fmt, ...)
{
	char text[1024];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	doc_adds(d, role, text);
}

static void add_line(struct doc *d, size_t start, size_t len, int indent)
{
	if (d->n == d->room) {
		d->room = d->room ? d->room * 2 : 32;
		d->line = xrealloc(d->line, (size_t)d->room * sizeof *d->line);
	}
	d->line[d->n++] = (struct doc_line){ start, len, indent, d->tag };
}

/* Wrap one line of the source text (no newline in it). */
static void wrap(struct doc *d, size_t start, size_t end, int first, int hang)
{
	int indent = first;
	if (start == end)
		add_line(d, start, 0, indent);
	while (start < end) {
		size_t take, show;
		wrap_line(d->set, d->text.data + start, end - start, d->cols - indent, &take, &show);
		add_line(d, start, show, indent);
		start += take;
		indent = hang;
	}
}

static void end_para(struct doc *d, int first, int hang)
{
	size_t at = d->para, end = d->text.len;
	hang = hang > d->cols - 2 ? 0 : hang;
	while (at <= end) {
		const char *nl = memchr(d->text.data + at, '\n', end - at);
		size_t stop = nl ? (size_t)(nl - d->text.data) : end;
		wrap(d, at, stop, at == d->para ? first : hang, hang);
		at = stop + 1;
		if (!nl)
			break;
	}
	d->para = d->text.len;
}

void doc_end(struct doc *d, int hang)
{
	end_para(d, 0, hang);
}

/* The label's bytes stand before the text of its line, so that one doc_line holds both. */
void doc_end_label(struct doc *d, enum role role, const char *label, int indent)
{
	struct buf text = BUF_INIT, roles = BUF_INIT;
	buf_add(&text, d->text.data + d->para, d->text.len - d->para);
	buf_add(&roles, d->role.data + d->para, d->role.len - d->para);
	d->text.len = d->role.len = d->para;
	doc_adds(d, role, label);
	int used = text_cols(d->set, label, strlen(label));
	/* U+00A0 keeps the label and its first word on one line. */
	for (; used < indent; used++)
		doc_adds(d, role, "\u00a0");
	buf_add(&d->text, text.data, text.len);
	buf_add(&d->role, roles.data, roles.len);
	end_para(d, 0, indent);
	buf_release(&text);
	buf_release(&roles);
}

void doc_blank(struct doc *d)
{
	add_line(d, d->text.len, 0, 0);
}

static void draw_line(const struct doc *d, const struct doc_line *l, struct surface *s, int y, int x, int max)
{
	int used = l->indent;
	for (size_t i = 0; i < l->len;) {
		size_t end = i + 1;
		char role = d->role.data[l->start + i];
		while (end < l->len && d->role.data[l->start + end] == role)
			end++;
		used += surface_put(s, y, x + used, max - used, (enum role)role, d->text.data + l->start + i, end - i);
		i = end;
	}
}

void doc_draw(const struct doc *d, struct surface *s, struct rect r, int first)
{
	for (int i = 0; i < r.h && first + i < d->n; i++)
		draw_line(d, &d->line[first + i], s, r.y + i, r.x, r.w);
}

int doc_scroll_max(const struct doc *d, int h)
{
	return d->n > h ? d->n - h : 0;
}

int doc_find_tag(const struct doc *d, int tag)
{
	for (int i = 0; i < d->n; i++)
		if (d->line[i].tag == tag)
			return i;
	return -1;
}
