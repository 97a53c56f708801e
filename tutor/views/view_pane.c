/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One program: its frame, source, output and sockets. */
#include <stdio.h>
#include <string.h>

#include "tutor/i18n.h"
#include "tutor/show/show.h"
#include "tutor/views/views.h"

static void add_command(struct buf *b, const struct model_actor *a)
{
	const struct value *argv = value_now(a->argv);
	for (unsigned i = 0; argv && argv->kind == VALUE_LIST && i < argv->n && b->len < 200; i++) {
		const struct value *v = value_now(argv->item[i]);
		if (v && v->text)
			buf_addf(b, "%s%s", i ? " " : " · ", v->text);
	}
}

static void long_title(struct buf *b, const struct picture *pic, int actor, bool pid)
{
	const struct model_actor *a = &pic->model->actors[actor];
	const struct model_task *t = picture_task(pic, actor);
	buf_adds(b, a->name ? a->name : "?");
	add_command(b, a);
	if (pid && t && (t->ipid || t->pid))
		buf_addf(b, " · pid %d", (int)(t->ipid ? t->ipid : t->pid));
}

static bool is_next(const struct picture *pic, int actor)
{
	int lane = pic->ui->target;
	return (!pic->ui->history || pic->ui->replay) && lane >= 0 && lane < pic->model->n_tasks && pic->model->tasks[lane].actor == actor;
}

/* The longest title that fits: name, command and pid; name; and who moves next. */
static void make_title(struct buf *b, const struct picture *pic, int actor, enum charset set, int cols)
{
	const char *next = is_next(pic, actor) ? _("  ← next") : "";
	int mark = text_cols(set, next, strlen(next));
	for (int pid = 1; pid >= 0; pid--) {
		buf_clear(b);
		long_title(b, pic, actor, pid);
		if (text_cols(set, b->data, b->len) + mark <= cols)
			break;
	}
	if (text_cols(set, b->data, b->len) + mark > cols) {
		buf_clear(b);
		buf_adds(b, pic->model->actors[actor].name ? pic->model->actors[actor].name : "?");
	}
	buf_adds(b, next);
}

static bool is_chosen(const struct picture *pic, int actor)
{
	int lane = pic->ui->lane;
	return lane >= 0 && lane < pic->model->n_tasks && pic->model->tasks[lane].actor == actor;
}

/* One pane at a time: its upper line names all programs, with the state of each. */
static void draw_names(struct surface *s, const struct picture *pic, struct rect r)
{
	int x = r.x + 2, end = r.x + r.w - 2;
	for (int i = 0; i < pic->model->n_actors && x < end - 6; i++) {
		const struct model_task *t = picture_task(pic, i);
		bool on = is_chosen(pic, i);
		const char *next = is_next(pic, i) ? _(" ← next") : "";
		x += surface_cutf(s, r.y, x, end - x, on ? ROLE_TITLE_ON : ROLE_TITLE, on ? "[%d %s %s%s]" : " %d %s %s%s ", i + 1,
			pic->model->actors[i].name ? pic->model->actors[i].name : "?", t ? show_sign(t) : "", next);
	}
}

static void rule(struct surface *s, struct rect frame, struct rect part, enum role border, const char *title)
{
	if (part.h > 0 && part.y > frame.y + 1)
		surface_rule(s, frame, part.y - 1, border, ROLE_RULE, title);
}

/* Panes that stand beside each other have their rules at the same height. */
static struct pane_lines most_lines(const struct picture *pic)
{
	struct pane_lines most = { 0 };
	for (int i = 0; i < pic->model->n_actors; i++) {
		int c = view_source_lines(pic, i), o = view_output_lines(pic, i), k = view_sockets_lines(pic, i);
		most.code = c > most.code ? c : most.code;
		most.output = o > most.output ? o : most.output;
		most.sockets = k > most.sockets ? k : most.sockets;
	}
	return most;
}

int view_pane(struct surface *s, const struct picture *pic, int actor, struct rect r)
{
	struct buf title = BUF_INIT;
	bool on = is_chosen(pic, actor);
	enum role border = on ? ROLE_BORDER_ON : ROLE_BORDER;
	bool tabs = r.w >= s->cols && pic->model->n_actors > 1 && pic->ui->zoom == ZOOM_NONE && s->rows < 30;
	if (r.h < 3) {
		draw_names(s, pic, r);
		return view_source(s, pic, actor, (struct rect){ r.y + 1, r.x, r.h - 1, r.w });
	}
	make_title(&title, pic, actor, s->set, r.w - 6);
	surface_box(s, r, border, on ? ROLE_TITLE_ON : ROLE_TITLE, tabs ? "" : title.data);
	if (tabs)
		draw_names(s, pic, r);
	struct pane_parts p = layout_pane(rect_inside(r), pic->ui->view, most_lines(pic));
	bool alone = !p.code.h && !p.output.h;
	rule(s, r, p.output, border, _("output"));
	rule(s, r, p.sockets, border, _("sockets"));
	int max = view_source(s, pic, actor, p.code);
	int output = view_output(s, pic, actor, p.output);
	int sockets = alone ? view_sockets_full(s, pic, actor, p.sockets) : view_sockets(s, pic, actor, p.sockets);
	buf_release(&title);
	return alone ? sockets : p.code.h ? max : output;
}

void view_tabs(struct surface *s, const struct picture *pic, struct rect r)
{
	static const char *const names[VIEWS] = { N_("code"), N_("output"), N_("sockets"), N_("wire"), N_("states") };
	int x = r.x + 1;
	if (r.h < 1)
		return;
	for (int i = 0; i < VIEWS; i++) {
		bool on = (int)pic->ui->view == i;
		x += surface_cutf(s, r.y, x, r.x + r.w - x, on ? ROLE_TITLE_ON : ROLE_DIM, on ? "[%s]" : " %s ", _(names[i]));
	}
	const char *key = _("v: next view   z: enlarge");
	int w = text_cols(s->set, key, strlen(key));
	if (x + w + 2 < r.x + r.w)
		surface_puts(s, r.y, r.x + r.w - w - 1, w, ROLE_DIM, key);
}
