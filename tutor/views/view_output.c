/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a program wrote to its terminal, as lines; escape sequences are left out. */
#include <string.h>

#include "tutor/i18n.h"
#include "tutor/views/views.h"

/* Bytes of an escape sequence at p (at least 1). */
static size_t escape_len(const char *p, size_t len)
{
	size_t n = 1;
	if (n < len && p[n] == '[') {
		for (n++; n < len && ((unsigned char)p[n] < 0x40 || (unsigned char)p[n] > 0x7e); n++)
			;
	} else if (n < len && p[n] == ']') {
		for (n++; n < len && p[n] != '\a' && p[n] != 0x1b; n++)
			;
	}
	return n < len ? n + 1 : n;
}

static void clean(const struct buf *raw, struct buf *out)
{
	size_t line = 0;
	for (size_t i = 0; i < raw->len; i++) {
		char c = raw->data[i];
		if (c == 0x1b)
			i += escape_len(raw->data + i, raw->len - i) - 1;
		else if (c == '\t')
			do
				buf_addc(out, ' ');
			while ((out->len - line) % 8);
		else if (c == '\r' && i + 1 < raw->len && raw->data[i + 1] != '\n' && raw->data[i + 1] != '\r')
			out->len = line;     /* the line is written anew, as progress bars do */
		else if (c == '\n' || (unsigned char)c >= 0x20)
			buf_addc(out, c);
		if (c == '\n')
			line = out->len;
	}
}

static void make_doc(const struct picture *pic, int actor, enum charset set, int cols, struct doc *d)
{
	struct buf text = BUF_INIT;
	clean(&pic->model->actors[actor].output, &text);
	doc_init(d, set, cols);
	while (text.len && text.data[text.len - 1] == '\n')
		text.data[--text.len] = '\0';
	if (text.len) {
		doc_add(d, ROLE_TEXT, text.data, text.len);
		doc_end(d, 2);
	}
	buf_release(&text);
}

int view_output_lines(const struct picture *pic, int actor)
{
	const struct buf *b = &pic->model->actors[actor].output;
	int n = 0;
	for (size_t i = 0; i < b->len; i++)
		n += b->data[i] == '\n';
	return n + (b->len && b->data[b->len - 1] != '\n');
}

int view_output(struct surface *s, const struct picture *pic, int actor, struct rect r)
{
	if (r.h < 1)
		return 0;
	struct doc d;
	make_doc(pic, actor, s->set, r.w - 2, &d);
	int max = doc_scroll_max(&d, r.h), first = max;
	const struct model_task *t = picture_task(pic, actor);
	if (t && t->lane == pic->ui->lane)
		first += pic->ui->scroll_pane;
	first = first < 0 ? 0 : first > max ? max : first;
	doc_draw(&d, s, (struct rect){ r.y, r.x + 1, r.h, r.w - 1 }, first);
	if (d.n == 0)
		surface_cut(s, r.y, r.x + 1, r.w - 1, ROLE_DIM, _("nothing printed yet"));
	doc_release(&d);
	return max;
}
