/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole picture: which views, where. */
#include <stdio.h>
#include <string.h>

#include "engine/base/text.h"
#include "tutor/i18n.h"
#include "tutor/views/view_fault.h"
#include "tutor/views/views.h"

/* Below 40x12: one clear line, in both languages where it fits. */
static void draw_too_small(struct surface *s)
{
	static const char *const says[] = {
		"This window is too small: it needs 40 columns and 12 rows. 窗口太小：至少要 40 列 12 行。",
		"Window too small: 40x12 or more. 窗口太小：至少 40x12。", "Too small, needs 40x12. 窗口太小。", "Too small: 40x12 窗口太小", "too small 窗口太小", "too small", "40x12!",
	};
	for (size_t i = 0; i < sizeof says / sizeof *says; i++)
		if (text_cols(s->set, says[i], strlen(says[i])) <= s->cols || i + 1 == sizeof says / sizeof *says) {
			surface_puts(s, s->rows / 2, 0, s->cols, ROLE_MESSAGE, says[i]);
			return;
		}
}

bool ui_shows(const struct ui *ui, enum lang lang)
{
	return ui->lang == UI_BOTH || (ui->lang == UI_EN) == (lang == LANG_EN);
}

unsigned ui_langs(const struct ui *ui)
{
	return (ui_shows(ui, LANG_EN) ? 1u << LANG_EN : 0) | (ui_shows(ui, LANG_ZH) ? 1u << LANG_ZH : 0);
}

bool picture_gone(const struct picture *pic)
{
	return pic->model && text_is(pic->model->why, "gone");
}

bool picture_over(const struct picture *pic)
{
	const struct model *m = pic->model;
	return m && !picture_gone(pic) && (m->ended || text_is(m->why, "done"));
}

const struct lesson *picture_following(const struct picture *pic)
{
	int n = pic->course && pic->lesson ? course_count(pic->course) : 0;
	for (int i = 0; i + 1 < n; i++)
		if (course_lesson(pic->course, i) == pic->lesson)
			return course_lesson(pic->course, i + 1);
	return NULL;
}

static int chosen_actor(const struct picture *pic)
{
	const struct model *m = pic->model;
	int lane = pic->ui->lane;
	return m && lane >= 0 && lane < m->n_tasks ? m->tasks[lane].actor : 0;
}

static void draw_run(struct surface *s, const struct picture *pic, struct drawn *out)
{
	const struct layout *l = &out->layout;
	for (int i = 0; i < l->panes && l->first + i < pic->model->n_actors; i++) {
		int actor = l->first + i, max = view_pane(s, pic, actor, l->pane[i]);
		if (actor == chosen_actor(pic))
			out->pane_max = max;
	}
	if (l->big.h)
		out->pane_max = (pic->ui->view == VIEW_STATES ? view_states : view_wire)(s, pic, l->big);
	view_wire(s, pic, l->wire);
	view_tabs(s, pic, l->tabs);
	out->card_max = view_card(s, pic, l->card);
}

static void draw_page(struct surface *s, const struct picture *pic, struct drawn *out)
{
	struct rect body = { 1, 0, s->rows - 2, s->cols };
	if (pic->ui->page == PAGE_MENU)
		out->card_max = view_menu(s, pic, body);
	else if (pic->ui->page == PAGE_QUESTION)
		out->card_max = view_question(s, pic, body);
	else if (pic->model)
		draw_run(s, pic, out);
}

static void draw_overlay(struct surface *s, const struct picture *pic, struct drawn *out)
{
	struct rect body = { 1, 0, s->rows - 2, s->cols };
	switch (pic->ui->overlay) {
	case OVERLAY_HELP: out->over_max = view_help(s, pic, body); break;
	case OVERLAY_WORDS: out->over_max = view_words(s, pic, body); break;
	case OVERLAY_TERM: out->over_max = view_term(s, pic, body); break;
	case OVERLAY_PACKET: out->over_max = view_packet(s, pic, body); break;
	case OVERLAY_FAULTS: out->over_max = view_faults(s, pic, body); break;
	case OVERLAY_NONE: break;
	}
}

void screen_draw(struct surface *s, const struct picture *pic, struct drawn *out)
{
	int actors = pic->model ? pic->model->n_actors : 0;
	*out = (struct drawn){ .cursor_y = -1, .cursor_x = -1 };
	out->layout = layout_make(s->rows, s->cols, actors, chosen_actor(pic), pic->ui->zoom, pic->ui->view);
	if (out->layout.kind == LAYOUT_TOO_SMALL) {
		draw_too_small(s);
		return;
	}
	view_header(s, pic, out->layout.header);
	draw_page(s, pic, out);
	draw_overlay(s, pic, out);
	view_keys(s, pic, out->layout.keys, out);
}
