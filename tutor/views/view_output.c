/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a program wrote to its terminal, as lines. */

#include <string.h>

#include "tutor/i18n.h"
#include "tutor/views/output_text.h"
#include "tutor/views/views.h"

/* What was typed is dim, with a sign before it. */
static void add_line(struct doc *d, const char *line, size_t len)
{
	for (size_t at = 0; at < len;) {
		bool typed = line[at] == MODEL_TYPED;
		const char *next = memchr(line + at + typed, MODEL_TYPED, len - at - typed);
		size_t end = next ? (size_t)(next - line) : len;
		doc_adds(d, ROLE_DIM, typed ? "> " : "");
		doc_add(d, typed ? ROLE_DIM : ROLE_TEXT, line + at + typed, end - at - typed);
		at = end;
	}
}

static void make_doc(const struct picture *pic, int actor, enum charset set, int cols, struct doc *d)
{
	struct buf text = BUF_INIT;
	const struct model_actor *a = &pic->model->actors[actor];
	output_text(a->output.data, a->output.len, a->output_total > (int64_t)a->output.len, &text);
	doc_init(d, set, cols);
	while (text.len && text.data[text.len - 1] == '\n')
		text.data[--text.len] = '\0';
	for (size_t at = 0; at < text.len;) {
		const char *nl = memchr(text.data + at, '\n', text.len - at);
		size_t end = nl ? (size_t)(nl - text.data) : text.len;
		add_line(d, text.data + at, end - at);
		doc_end(d, 2);
		at = end + 1;
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
