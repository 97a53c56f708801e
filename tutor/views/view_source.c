/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program's source around the line of the current call. */
#include <stdio.h>
#include <string.h>

#include "tutor/i18n.h"
#include "tutor/views/views.h"

const struct model_task *picture_task(const struct picture *pic, int actor)
{
	const struct model *m = pic->model;
	const struct model_task *first = NULL, *alive = NULL;
	for (int i = 0; i < m->n_tasks; i++) {
		const struct model_task *t = &m->tasks[i];
		if (t->actor != actor)
			continue;
		if (t->lane == pic->ui->lane)
			return t;
		first = first ? first : t;
		alive = alive || t->status == TASK_ENDED ? alive : t;
	}
	return alive ? alive : first;
}

static const struct source *source_of(const struct picture *pic, int actor, const struct model_task *task)
{
	if (task && task->call.file)
		return sources_find(pic->sources, task->call.file);
	const struct lesson *l = pic->lesson;
	for (int i = 0; l && i < l->n_programs; i++)
		if (!strcmp(l->programs[i].name, pic->model->actors[actor].name))
			return sources_find(pic->sources, l->programs[i].source[pic->variant]);
	return NULL;
}

int view_source_lines(const struct picture *pic, int actor)
{
	const struct source *f = source_of(pic, actor, picture_task(pic, actor));
	return f ? f->n : 0;
}

static int indent_of(const char *line)
{
	int n = (int)strspn(line, " ");
	return line[n] ? n : 1000;
}

/* Indentation that all shown lines share is not worth its cells. */
static int shared_indent(const struct source *f, int first, int h)
{
	int least = 1000;
	for (int i = first; i < first + h && i < f->n; i++) {
		int n = indent_of(f->line[i]);
		least = n < least ? n : least;
	}
	return least == 1000 ? 0 : least;
}

static int first_line(const struct source *f, int now, int h, int scroll)
{
	int first = (now > 0 ? now - 1 - (h - 1) / 2 : 0) + scroll;
	first = first > f->n - h ? f->n - h : first;
	return first < 0 ? 0 : first;
}

static void draw_line(struct surface *s, const struct source *f, struct rect r, int i, bool now, int skip, bool ended)
{
	int digits = f->n > 999 ? 5 : f->n > 99 ? 3 : 2;
	enum role role = now ? ROLE_LINE_NOW : ROLE_LINE;
	if (now)
		surface_fill(s, (struct rect){ r.y, r.x, 1, r.w }, role);
	surface_puts(s, r.y, r.x, 2, now ? ROLE_LINE_NOW : ROLE_LINE_NO, !now ? "  " : ended ? "■" : "▶");
	char no[16];
	int used = snprintf(no, sizeof no, "%*d", digits, i + 1);
	surface_puts(s, r.y, r.x + 2, used, now ? ROLE_LINE_NOW : ROLE_LINE_NO, no);
	const char *text = f->line[i];
	int n = (int)strspn(text, " ");
	surface_cut(s, r.y, r.x + 2 + used + 2, r.w - used - 4, role, text + (n < skip ? n : skip));
}

static void draw_none(struct surface *s, const struct picture *pic, const struct model_task *t, struct rect r)
{
	if (t && t->call.file)
		surface_cutf(s, r.y, r.x + 1, r.w - 1, ROLE_DIM, _("line %d of %s (the file is not here)"), t->call.line, t->call.file);
	else if (pic->lesson)
		surface_cut(s, r.y, r.x + 1, r.w - 1, ROLE_DIM, _("no source line yet"));
	else
		surface_cut(s, r.y, r.x + 1, r.w - 1, ROLE_DIM, _("no source line known"));
}

int view_source(struct surface *s, const struct picture *pic, int actor, struct rect r)
{
	if (r.h < 1)
		return 0;
	const struct model_task *t = picture_task(pic, actor);
	const struct source *f = source_of(pic, actor, t);
	if (!f) {
		draw_none(s, pic, t, r);
		return 0;
	}
	int now = t ? t->call.line : 0;
	int scroll = t && t->lane == pic->ui->lane ? pic->ui->scroll_pane : 0;
	int first = first_line(f, now, r.h, scroll), skip = shared_indent(f, first, r.h);
	for (int i = 0; i < r.h && first + i < f->n; i++) {
		struct rect row = { r.y + i, r.x, 1, r.w };
		draw_line(s, f, row, first + i, first + i + 1 == now, skip, t && t->status == TASK_ENDED);
	}
	return f->n;
}
