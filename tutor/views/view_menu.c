/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first page: the lessons, where you were, what is next. */
#include <stdio.h>
#include <string.h>

#include "tutor/i18n.h"
#include "tutor/views/views.h"

static void place_text(const struct menu_item *m, bool next, char *out, size_t n)
{
	int solved = __builtin_popcount(m->solved);
	if (m->done && solved)
		snprintf(out, n, _("✓ done, questions %d/%d"), solved, m->lesson->n_questions);
	else if (m->done)
		snprintf(out, n, "✓ %s", _("done"));
	else if (m->step > 0)
		snprintf(out, n, _("● you were at step %d"), m->step);
	else if (next)
		snprintf(out, n, "%s", _("← next"));
	else
		*out = '\0';
}

/* The first lesson that is not done is what comes next. */
static int next_item(const struct picture *pic)
{
	for (int i = 0; i < pic->n_menu; i++)
		if (!pic->menu[i].done)
			return i;
	return -1;
}

static void add_item(struct doc *d, const struct picture *pic, int i)
{
	const struct menu_item *m = &pic->menu[i];
	const struct text *title = &m->lesson->title;
	bool on = i == pic->ui->pick;
	char place[96];
	place_text(m, i == next_item(pic), place, sizeof place);
	doc_adds(d, on ? ROLE_NEXT : ROLE_TEXT, on ? "▶\u00a0" : "\u00a0\u00a0");
	doc_addf(d, on ? ROLE_SELECT : ROLE_TEXT, "%2d\u00a0 ", m->lesson->number);
	bool en = title->in[LANG_EN] && ui_shows(pic->ui, LANG_EN), zh = title->in[LANG_ZH] && ui_shows(pic->ui, LANG_ZH);
	if (en)
		doc_adds(d, on ? ROLE_SELECT : ROLE_CALL, title->in[LANG_EN]);
	if (zh)
		doc_addf(d, on ? ROLE_SELECT : ROLE_CALL, "%s%s", en ? " · " : "", title->in[LANG_ZH]);
	if (*place)
		doc_addf(d, m->done ? ROLE_OK : ROLE_WAIT, "   %s", place);
	doc_end(d, 6);
}

static void add_goal(struct doc *d, const struct picture *pic, const struct lesson *l)
{
	const struct texts *g = &l->goal;
	doc_blank(d);
	doc_text(d, pic->ui, ROLE_TEXT, g->shape[SHAPE_SHORT].in[LANG_EN], g->shape[SHAPE_SHORT].in[LANG_ZH], NULL, 0);
	doc_text(d, pic->ui, ROLE_DIM, g->shape[SHAPE_FULL].in[LANG_EN], g->shape[SHAPE_FULL].in[LANG_ZH], NULL, 0);
	doc_addf(d, ROLE_DIM, _("about %d minutes"), l->minutes);
	doc_addf(d, ROLE_DIM, " · %s", pic->variant == VARIANT_PYTHON ? "C ⇄ [Python]" : "[C] ⇄ Python");
	doc_end(d, 0);
}

static int draw_part(struct surface *s, struct rect r, const struct doc *d, int first, const char *title, bool on)
{
	struct rect in = rect_inside(r);
	in.x++, in.w -= 2;
	surface_box(s, r, on ? ROLE_BORDER_ON : ROLE_BORDER, on ? ROLE_TITLE_ON : ROLE_TITLE, title);
	int max = doc_scroll_max(d, in.h);
	first = first < 0 ? 0 : first > max ? max : first;
	doc_draw(d, s, in, first);
	draw_more(s, r, ROLE_NEXT, first, max);
	return max;
}

static void make_list(struct doc *d, const struct picture *pic, enum charset set, int cols)
{
	doc_init(d, set, cols);
	for (int i = 0; i < pic->n_menu; i++) {
		d->tag = i;
		add_item(d, pic, i);
	}
	if (pic->n_menu == 0) {
		doc_adds(d, ROLE_WAIT, _("no lesson was found"));
		doc_end(d, 0);
	}
}

int view_menu(struct surface *s, const struct picture *pic, struct rect r)
{
	struct doc list, goal;
	const struct ui *ui = pic->ui;
	int cols = r.w > 100 ? 100 : r.w, x = r.x + (r.w - cols) / 2;
	make_list(&list, pic, s->set, cols - 4);
	int h = list.n + 2, most = r.h * 3 / 5;
	h = h > most ? most : h < 5 ? 5 : h;
	draw_part(s, (struct rect){ r.y, x, h, cols }, &list, doc_find_tag(&list, ui->pick) - h + 4, _("lessons"), true);
	doc_init(&goal, s->set, cols - 4);
	int max = 0;
	if (ui->pick >= 0 && ui->pick < pic->n_menu) {
		add_goal(&goal, pic, pic->menu[ui->pick].lesson);
		max = draw_part(s, (struct rect){ r.y + h, x, r.h - h, cols }, &goal, ui->scroll_card, _("what you will see"), false);
	}
	doc_release(&goal);
	doc_release(&list);
	return max;
}
