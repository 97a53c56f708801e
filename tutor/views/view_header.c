/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first row: which lesson, which programs, which step; or, plainly, that this is history. */
#include <stdio.h>
#include <string.h>

#include "tutor/i18n.h"
#include "tutor/views/views.h"

static void step_text(const struct picture *pic, char *out, size_t n)
{
	const struct ui *ui = pic->ui;
	if (!pic->model)
		*out = '\0';
	else if (ui->replay)
		snprintf(out, n, _(" recording · step %d of %d "), pic->model->step, ui->last_step);
	else if (ui->history)
		snprintf(out, n, _(" history · step %d of %d "), pic->model->step, ui->last_step);
	else if (picture_over(pic))
		snprintf(out, n, _("step %d, the end "), pic->model->step);
	else
		snprintf(out, n, _("step %d%s "), pic->model->step, ui->busy ? " …" : "");
}

static const char *variant_text(const struct picture *pic, int cols)
{
	if (!pic->model || !pic->lesson || cols < 60)
		return "";
	if (cols < 76)
		return pic->variant == VARIANT_PYTHON ? "Python   " : "C   ";
	return pic->variant == VARIANT_PYTHON ? "C ⇄ [Python]   " : "[C] ⇄ Python   ";
}

/* Titles from the longest to the shortest. The first that fits is drawn. */
static void title_text(const struct picture *pic, int try, char *out, size_t n)
{
	const struct lesson *l = pic->lesson;
	const char *en = l && l->title.in[LANG_EN] ? l->title.in[LANG_EN] : "";
	const char *zh = l && l->title.in[LANG_ZH] ? l->title.in[LANG_ZH] : "";
	bool both = pic->ui->lang == UI_BOTH && *en && *zh;
	const char *one = pic->ui->lang == UI_ZH && *zh ? zh : en;
	char no[64];
	snprintf(no, sizeof no, _("Lesson %d"), l ? l->number : 0);
	if (!l)
		snprintf(out, n, "socktutor%s%s", pic->model ? " · " : "", pic->model ? _("your programs") : "");
	else if (try == 0)
		snprintf(out, n, "socktutor · %s · %s%s%s", no, both ? en : one, both ? " · " : "", both ? zh : "");
	else if (try == 1)
		snprintf(out, n, "%s · %s%s%s", no, both ? en : one, both ? " · " : "", both ? zh : "");
	else if (try == 2)
		snprintf(out, n, "%s · %s", no, one);
	else if (try == 3)
		snprintf(out, n, "%d · %s", l->number, one);
	else
		snprintf(out, n, "%s", no);
}

static void play_text(const struct picture *pic, char *out, size_t n)
{
	*out = '\0';
	if (pic->model && pic->ui->play == PLAY_ON)
		snprintf(out, n, _("auto, %g s   "), pic->ui->pause);
	else if (pic->model && pic->ui->play == PLAY_PAUSED)
		snprintf(out, n, "%s", _("auto, paused   "));
}

/* The programs' own time, when programs have waited for it. */
static void clock_text(const struct picture *pic, int cols, char *out, size_t n)
{
	*out = '\0';
	if (pic->model && pic->model->timer.of && cols >= 76)
		snprintf(out, n, _("program time %.1f s   "), (double)pic->model->timer.clock / 1e9);
}

void view_header(struct surface *s, const struct picture *pic, struct rect r)
{
	char title[512], step[128], play[64], clock[64], right[384];
	step_text(pic, step, sizeof step);
	play_text(pic, play, sizeof play);
	clock_text(pic, r.w, clock, sizeof clock);
	snprintf(right, sizeof right, "%s%s%s%s", variant_text(pic, r.w), clock, play, step);
	int w = text_cols(s->set, right, strlen(right)), room = r.w - w - 3;
	for (int try = 0; try < 5; try++) {
		title_text(pic, try, title, sizeof title);
		if (text_cols(s->set, title, strlen(title)) <= room)
			break;
	}
	surface_fill(s, r, ROLE_HEADER);
	surface_cut(s, r.y, r.x + 1, room, ROLE_HEADER, title);
	surface_puts(s, r.y, r.x + r.w - w, w, ROLE_HEADER, right);
	int step_w = text_cols(s->set, step, strlen(step));
	surface_puts(s, r.y, r.x + r.w - step_w, step_w, pic->ui->history && !pic->ui->replay ? ROLE_HISTORY : ROLE_HEADER_ON, step);
}
