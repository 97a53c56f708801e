/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole picture: which views, where. */
#include <stdio.h>
#include <string.h>

#include "tutor/i18n.h"
#include "tutor/views/views.h"

/* Below 40x12: one clear line, in both languages where it fits. */
static void draw_too_small(struct surface *s)
{
	static const char *const says[] = {
		"Screen too small: 40x12 or more, please. 窗口太小：至少 40x12。", "Needs 40x12 · 窗口太小：至少 40x12", "40x12 太小 too small", "40x12!",
	};
	for (size_t i = 0; i < sizeof says / sizeof *says; i++)
		if (text_cols(s->set, says[i], strlen(says[i])) <= s->cols || i + 1 == sizeof says / sizeof *says) {
			surface_puts(s, s->rows / 2, 0, s->cols, ROLE_MESSAGE, says[i]);
			return;
		}
}

static int chosen_actor(const struct scene *scene)
{
	const struct model *m = scene->model;
	int lane = scene->ui->lane;
	return m && lane >= 0 && lane < m->n_tasks ? m->tasks[lane].actor : 0;
}

static void draw_run(struct surface *s, const struct scene *scene, struct drawn *out)
{
	const struct layout *l = &out->layout;
	for (int i = 0; i < l->panes && l->first + i < scene->model->n_actors; i++) {
		int actor = l->first + i, max = view_pane(s, scene, actor, l->pane[i]);
		if (actor == chosen_actor(scene))
			out->pane_max = max;
	}
	view_tabs(s, scene, l->tabs);
	out->card_max = view_card(s, scene, l->card);
}

static void draw_page(struct surface *s, const struct scene *scene, struct drawn *out)
{
	struct rect body = { 1, 0, s->rows - 2, s->cols };
	if (scene->ui->page == PAGE_MENU)
		out->card_max = view_menu(s, scene, body);
	else if (scene->ui->page == PAGE_QUESTION)
		out->card_max = view_question(s, scene, body);
	else if (scene->model)
		draw_run(s, scene, out);
}

static void draw_overlay(struct surface *s, const struct scene *scene, struct drawn *out)
{
	struct rect body = { 1, 0, s->rows - 2, s->cols };
	switch (scene->ui->overlay) {
	case OVERLAY_HELP: out->over_max = view_help(s, scene, body); break;
	case OVERLAY_WORDS: out->over_max = view_words(s, scene, body); break;
	case OVERLAY_TERM: out->over_max = view_term(s, scene, body); break;
	case OVERLAY_NONE: break;
	}
}

void screen_draw(struct surface *s, const struct scene *scene, struct drawn *out)
{
	int actors = scene->model ? scene->model->n_actors : 0;
	*out = (struct drawn){ .cursor_y = -1, .cursor_x = -1 };
	out->layout = layout_make(s->rows, s->cols, actors, chosen_actor(scene), scene->ui->zoom);
	if (out->layout.kind == LAYOUT_TOO_SMALL) {
		draw_too_small(s);
		return;
	}
	view_header(s, scene, out->layout.header);
	draw_page(s, scene, out);
	draw_overlay(s, scene, out);
	view_keys(s, scene, out->layout.keys, out);
}
