/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Help: the signs, then every command with its keys, from keys.def. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tutor/command.h"
#include "tutor/i18n.h"
#include "tutor/show/show.h"
#include "tutor/term/term.h"
#include "tutor/views/views.h"
#include "tutor/wire_order.h"

static void add_signs(struct doc *d)
{
	static const struct { enum task_status status; const char *says; } signs[] = {
		{ TASK_BEFORE, N_("held before a call; the kernel has done nothing yet") },
		{ TASK_ASLEEP, N_("asleep in a call, in the kernel") },
		{ TASK_AFTER, N_("held after a call, which gave its result") },
		{ TASK_RUNNING, N_("computing; no call for now") },
		{ TASK_ENDED, N_("ended") },
	};
	doc_adds(d, ROLE_NEXT, "▶");
	doc_addf(d, ROLE_TEXT, " %s", _("the line that makes the call"));
	doc_end(d, 2);
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
		doc_adds(d, ROLE_NEXT, show_sign(&(struct model_task){ .status = signs[i].status }));
		doc_addf(d, ROLE_TEXT, " %s", _(signs[i].says));
		doc_end(d, 2);
	}
}

static void add_wire_signs(struct doc *d)
{
	static const struct { const char *sign, *says; } signs[] = {
		{ "•", N_("a socket that this step changed") }, { "●7", N_("a packet of this step, number 7") },
		{ "7a 8b", N_("packets between the same two ports have the same letter") }, { "──▶", N_("an arrow that ends half-way: the packet is held on the cable") },
		{ "─✗", N_("the packet did not arrive") },
		{ "×5", N_("one row for five packets that say the same; Enter opens the last of them, and the arrow keys show each") },
	};
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
		doc_adds(d, ROLE_NEXT, signs[i].sign);
		doc_addf(d, ROLE_TEXT, " %s", _(signs[i].says));
		doc_end(d, 2);
	}
}

static void add_command(struct doc *d, const struct command_info *c)
{
	char all[64] = "", one[16];
	for (int k = 0; k < 3; k++) {
		command_key_name(c->keys[k], one, sizeof one);
		if (c->keys[k] && *one && c->keys[k] != K_BACKTAB)
			snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", *all ? " " : "", one);
	}
	/* Keys in a column of their own, whatever their width. */
	int pad = 15 - text_cols(d->set, all, strlen(all));
	doc_adds(d, ROLE_KEY, all);
	for (int i = 0; i < pad; i++)
		doc_adds(d, ROLE_TEXT, "\u00a0");
	doc_addf(d, ROLE_CALL, ":%s", c->name);
	for (int i = (int)strlen(c->name); i < 10; i++)
		doc_adds(d, ROLE_TEXT, "\u00a0");
	doc_addf(d, ROLE_TEXT, " %s", _(c->help));
	doc_end(d, 27 <= d->cols / 2 ? 27 : 4);
}

static struct doc *help_doc(const struct picture *pic, enum charset set, int cols)
{
	struct doc *d = xmalloc(sizeof *d);
	doc_init(d, set, cols);
	doc_adds(d, ROLE_TEXT, _("The programs are real. Each is held at every socket call until you let it go on."));
	doc_end(d, 0);
	doc_blank(d);
	add_signs(d);
	add_wire_signs(d);
	doc_blank(d);
	for (int i = COMMAND_NONE + 1; i < COMMANDS; i++)
		add_command(d, command_info((enum command)i));
	doc_blank(d);
	doc_adds(d, ROLE_DIM, _("A key works as it is; a name is typed after the colon. Tab completes it."));
	doc_end(d, 0);
	doc_blank(d);
	doc_adds(d, ROLE_CALL, _("Orders for the wire"));
	doc_end(d, 0);
	doc_adds(d, ROLE_TEXT, wire_words_help());
	doc_end(d, 0);
	return d;
}

int view_help(struct surface *s, const struct picture *pic, struct rect screen)
{
	return draw_over(s, screen, _("help"), help_doc, pic, pic->ui->scroll_over);
}

int draw_over(struct surface *s, struct rect screen, const char *title, struct doc *(*make)(const struct picture *, enum charset, int),
	      const struct picture *pic, int scroll)
{
	int w = screen.w > 84 ? 80 : screen.w;
	struct doc *d = make(pic, s->set, w - 4);
	int h = d->n + 2 > screen.h - 2 ? screen.h : d->n + 2;
	struct rect r = { screen.y + (screen.h - h) / 2, screen.x + (screen.w - w) / 2, h, w };
	surface_fill(s, (struct rect){ r.y, r.x - 1, r.h, r.w + 2 }, ROLE_TEXT);
	surface_box(s, r, ROLE_BORDER_ON, ROLE_TITLE_ON, title);
	struct rect in = rect_inside(r);
	in.x++, in.w -= 2;
	int max = doc_scroll_max(d, in.h), first = scroll < max ? scroll : max;
	doc_draw(d, s, in, first);
	draw_more(s, r, ROLE_NEXT, first, max);
	doc_release(d);
	free(d);
	return max;
}
