/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The word list, and one word's card: definition in plain English, synonym, Chinese. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tutor/i18n.h"
#include "tutor/views/views.h"

/* Beside a question there is no card. */
static int words_here(const struct picture *pic)
{
	return pic->explain && pic->ui->page == PAGE_RUN ? pic->explain->n_terms : 0;
}

static bool on_card(const struct picture *pic, const struct term *t)
{
	for (int i = 0; i < words_here(pic); i++)
		if (pic->explain->terms[i] == t)
			return true;
	return false;
}

const struct term *words_at(const struct picture *pic, int i)
{
	int here = words_here(pic);
	if (i < here)
		return pic->explain->terms[i];
	i -= here;
	for (int k = 0; pic->lesson && pic->course && k < pic->lesson->n_terms; k++) {
		const struct term *t = course_term(pic->course, pic->lesson->terms[k]);
		if (t && !on_card(pic, t) && i-- == 0)
			return t;
	}
	return NULL;
}

static bool is_chinese(const struct term *t, const char *name, bool whole)
{
	const char *const zh[] = { t->zh, t->zh_hant };
	for (int i = 0; i < 2; i++)
		if (zh[i] && (whole ? !strcmp(zh[i], name) : strstr(zh[i], name) != NULL))
			return true;
	return false;
}

const struct term *words_named(const struct course *course, const char *name)
{
	const struct term *t = course_term(course, name);
	int n = course_terms(course);
	for (int part = 0; part < 2 && !t && (unsigned char)*name >= 0x80; part++)
		for (int i = 0; i < n && !t; i++)
			if (is_chinese(course_term_at(course, i), name, !part))
				t = course_term_at(course, i);
	return t;
}

/* 2: the whole term, 1: its beginning or end, 0: not it. */
static int alike(const char *term, const char *text)
{
	size_t n = strlen(term), len = strlen(text);
	if (!strncasecmp(term, text, n) && (len == n || (len == n + 1 && text[n] == 's')))
		return 2;
	if (len && text[len - 1] == 's' && len > n)
		len--;
	return len < n && ((!strncasecmp(term, text, len) && term[len] == ' ') || (term[n - len - 1] == ' ' && !strcasecmp(term + n - len, text)));
}

const struct term *words_find(const struct picture *pic, const char *text)
{
	const struct term *best = NULL;
	int good = 0;
	for (int i = 0; pic->explain && i < pic->explain->n_terms; i++) {
		const struct term *t = pic->explain->terms[i];
		int fit = t->term && *text ? alike(t->term, text) : 0;
		if (fit > good)
			best = t, good = fit;
	}
	return best;
}

static void add_row(struct doc *d, const struct picture *pic, const struct term *t, bool picked)
{
	const struct ui *ui = pic->ui;
	doc_adds(d, picked ? ROLE_NEXT : ROLE_DIM, picked ? "▶\u00a0" : "\u00a0\u00a0");
	doc_adds(d, picked ? ROLE_SELECT : ROLE_CALL, t->term ? t->term : "?");
	if (t->zh)
		doc_addf(d, ROLE_VALUE, "\u00a0 %s", t->zh);
	for (int lang = 0; lang < LANG_COUNT; lang++)
		if (t->means.in[lang] && ui->lang == (lang == LANG_EN ? UI_EN : UI_ZH))
			doc_addf(d, ROLE_DIM, "  %s", t->means.in[lang]);
	if (ui->lang == UI_BOTH && t->means.in[LANG_EN])
		doc_addf(d, ROLE_DIM, "  %s", t->means.in[LANG_EN]);
	doc_end(d, 4);
}

static struct doc *words_doc(const struct picture *pic, enum charset set, int cols)
{
	struct doc *d = xmalloc(sizeof *d);
	int here = words_here(pic);
	const struct term *t;
	doc_init(d, set, cols);
	for (int i = 0; (t = words_at(pic, i)); i++) {
		d->tag = -1;
		if (i == here && i > 0)
			doc_blank(d);
		if ((i == 0 && here) || i == here) {
			doc_adds(d, ROLE_RULE, i < here ? _("on this card") : _("in this lesson"));
			doc_end(d, 0);
		}
		d->tag = i;
		add_row(d, pic, t, i == pic->ui->word);
	}
	if (d->n == 0) {
		doc_adds(d, ROLE_DIM, _("no words here"));
		doc_end(d, 0);
	}
	return d;
}

int view_words(struct surface *s, const struct picture *pic, struct rect screen)
{
	/* Keep the chosen word in sight. */
	struct rect r = { screen.y, screen.x, screen.h, screen.w };
	int width = screen.w > 84 ? 78 : screen.w - 2, h = screen.h - 2;
	struct doc *d = words_doc(pic, s->set, width - 2);
	int at = doc_find_tag(d, pic->ui->word);
	int scroll = at > h - 3 ? at - h + 3 : 0;
	doc_release(d);
	free(d);
	return draw_over(s, r, _("words"), words_doc, pic, scroll);
}

static void add_field(struct doc *d, const char *label, const char *text, enum role role)
{
	if (!text || !*text)
		return;
	doc_addf(d, ROLE_DIM, "%s\u00a0 ", label);
	doc_adds(d, role, text);
	doc_end(d, 4);
}

static struct doc *term_doc(const struct picture *pic, enum charset set, int cols)
{
	struct doc *d = xmalloc(sizeof *d);
	const struct term *t = pic->ui->term;
	doc_init(d, set, cols);
	if (!t)
		return d;
	doc_adds(d, ROLE_CALL, t->term ? t->term : "?");
	doc_addf(d, ROLE_VALUE, "\u00a0 %s", t->zh ? t->zh : "");
	doc_end(d, 2);
	doc_blank(d);
	doc_text(d, pic->ui, ROLE_TEXT, t->means.in[LANG_EN], t->means.in[LANG_ZH], NULL, 0);
	doc_blank(d);
	add_field(d, _("in other words:"), t->synonym, ROLE_TEXT);
	add_field(d, _("traditional characters:"), t->zh_hant, ROLE_TEXT);
	return d;
}

int view_term(struct surface *s, const struct picture *pic, struct rect screen)
{
	return draw_over(s, screen, _("word"), term_doc, pic, pic->ui->scroll_over);
}
