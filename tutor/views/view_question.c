/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A check question: choose by number, then see why. No clock, no points. */
#include <stdio.h>
#include <string.h>

#include "tutor/i18n.h"
#include "tutor/views/views.h"

bool question_solved(const struct lesson_question *q, unsigned tried)
{
	for (int i = 0; i < q->n_choices && i < 32; i++)
		if (q->choices[i].right && tried >> i & 1)
			return true;
	return false;
}

/* A choice that was made is marked; the others only when the right one was found. */
static void add_choice(struct doc *d, const struct picture *pic, const struct lesson_question *q, int i)
{
	const struct lesson_choice *c = &q->choices[i];
	bool tried = i < 32 && pic->ui->tried >> i & 1, solved = question_solved(q, pic->ui->tried);
	const char *sign = i == pic->ui->answer ? "▶" : tried ? c->right ? "✓" : "×" : " ";
	enum role role = tried ? c->right ? ROLE_OK : ROLE_ERROR : solved ? ROLE_DIM : ROLE_TEXT;
	bool en = c->text.in[LANG_EN] && ui_shows(pic->ui, LANG_EN), zh = c->text.in[LANG_ZH] && ui_shows(pic->ui, LANG_ZH);
	doc_addf(d, role, "%s\u00a0", sign);
	doc_addf(d, tried ? role : ROLE_KEY, "%d\u00a0 ", i + 1);
	if (en)
		doc_adds(d, role, c->text.in[LANG_EN]);
	if (zh && !(en && !strcmp(c->text.in[LANG_EN], c->text.in[LANG_ZH])))
		doc_addf(d, role, "%s%s", en ? "\n" : "", c->text.in[LANG_ZH]);
	doc_end(d, 5);
}

static void add_why(struct doc *d, const struct picture *pic, const struct lesson_question *q, int i)
{
	const struct lesson_choice *c = &q->choices[i];
	doc_addf(d, c->right ? ROLE_OK : ROLE_ERROR, c->right ? _("✓ %d is right") : _("× %d is not right"), i + 1);
	doc_end(d, 0);
	doc_text(d, pic->ui, ROLE_TEXT, c->why.in[LANG_EN], c->why.in[LANG_ZH], NULL, 0);
	doc_adds(d, ROLE_DIM, question_solved(q, pic->ui->tried) ? _("The other numbers show why they are not right.") : _("Try another number."));
	doc_end(d, 0);
}

static void make_doc(struct doc *d, const struct picture *pic, const struct lesson_question *q)
{
	const struct text *shorts = &q->ask.shape[SHAPE_SHORT], *full = &q->ask.shape[SHAPE_FULL];
	int answer = pic->ui->answer;
	doc_text(d, pic->ui, ROLE_CALL, shorts->in[LANG_EN], shorts->in[LANG_ZH], NULL, 0);
	doc_text(d, pic->ui, ROLE_TEXT, full->in[LANG_EN], full->in[LANG_ZH], NULL, 0);
	doc_blank(d);
	for (int i = 0; i < q->n_choices; i++)
		add_choice(d, pic, q, i);
	doc_blank(d);
	if (answer >= 0 && answer < q->n_choices) {
		add_why(d, pic, q, answer);
	} else {
		doc_adds(d, ROLE_DIM, _("Press the number of your answer. Take your time."));
		doc_end(d, 0);
	}
}

int view_question(struct surface *s, const struct picture *pic, struct rect r)
{
	const struct lesson *l = pic->lesson;
	int at = pic->ui->question;
	char title[96];
	if (!l || at < 0 || at >= l->n_questions)
		return 0;
	snprintf(title, sizeof title, _("question %d of %d"), at + 1, l->n_questions);
	int cols = r.w > 90 ? 90 : r.w;
	struct rect box = { r.y, r.x + (r.w - cols) / 2, r.h, cols }, in = rect_inside(box);
	in.x++, in.w -= 2;
	surface_box(s, box, ROLE_BORDER_ON, ROLE_TITLE_ON, title);
	struct doc d;
	doc_init(&d, s->set, in.w);
	make_doc(&d, pic, &l->questions[at]);
	int max = doc_scroll_max(&d, in.h), first = pic->ui->scroll_card < max ? pic->ui->scroll_card : max;
	doc_draw(&d, s, in, first);
	draw_more(s, box, ROLE_NEXT, first, max);
	doc_release(&d);
	return max;
}
