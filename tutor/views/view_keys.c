/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The last row: the keys that matter now, a message, or the line being typed. */
#include <stdio.h>
#include <string.h>

#include "tutor/command.h"
#include "tutor/i18n.h"
#include "tutor/views/views.h"

struct hint {
	int key, key2;
	char label[48];
	int rank;
};

enum { HINTS = 24, WIDE_GAP = 3, NARROW_GAP = 2 };

static void add(struct hint *h, int *n, enum command c, enum command c2, const char *label, int rank)
{
	if (*n >= HINTS)
		return;
	struct hint *to = &h[(*n)++];
	*to = (struct hint){ .key = command_info(c)->keys[0], .key2 = c2 ? command_info(c2)->keys[0] : 0, .rank = rank };
	snprintf(to->label, sizeof to->label, "%s", _(label));
}

static int menu_hints(struct hint *h)
{
	int n = 0;
	add(h, &n, COMMAND_UP, COMMAND_DOWN, N_("choose"), 2);
	add(h, &n, COMMAND_CALL, 0, N_("open"), 1);
	add(h, &n, COMMAND_PROGRAM, 0, command_info(COMMAND_PROGRAM)->label, 5);
	add(h, &n, COMMAND_LANG, 0, command_info(COMMAND_LANG)->label, 4);
	add(h, &n, COMMAND_HELP, 0, command_info(COMMAND_HELP)->label, 3);
	add(h, &n, COMMAND_QUIT, 0, command_info(COMMAND_QUIT)->label, 3);
	return n;
}

static int question_hints(struct hint *h, const struct picture *pic, const struct drawn *drawn)
{
	int n = 0;
	const struct ui *ui = pic->ui;
	bool last = pic->lesson && ui->question + 1 >= pic->lesson->n_questions;
	if (ui->scroll_card < drawn->card_max)
		add(h, &n, COMMAND_DOWN, 0, N_("more"), 1);
	if (ui->answer >= 0)
		add(h, &n, COMMAND_NEXT, 0, last ? N_("finish") : N_("next question"), 1);
	if (ui->answer >= 0 && last && picture_following(pic))
		add(h, &n, COMMAND_FOLLOWING, 0, command_info(COMMAND_FOLLOWING)->label, 2);
	add(h, &n, COMMAND_WORDS, 0, command_info(COMMAND_WORDS)->label, 6);
	add(h, &n, COMMAND_LANG, 0, command_info(COMMAND_LANG)->label, 5);
	add(h, &n, COMMAND_CANCEL, 0, N_("back to the lesson"), 2);
	add(h, &n, COMMAND_MENU, 0, command_info(COMMAND_MENU)->label, 4);
	add(h, &n, COMMAND_QUIT, 0, command_info(COMMAND_QUIT)->label, 3);
	return n;
}

static int over_hints(struct hint *h, const struct ui *ui)
{
	int n = 0;
	bool list = ui->overlay == OVERLAY_WORDS || ui->overlay == OVERLAY_FAULTS;
	if (list)
		add(h, &n, COMMAND_CALL, 0, ui->overlay == OVERLAY_FAULTS ? N_("let it happen") : N_("open"), 1);
	if (ui->overlay == OVERLAY_PACKET)
		add(h, &n, COMMAND_BACK, COMMAND_FORWARD, N_("packet"), 2);
	add(h, &n, COMMAND_UP, COMMAND_DOWN, list ? N_("choose") : N_("scroll"), 2);
	if (ui->overlay == OVERLAY_FAULTS)
		add(h, &n, COMMAND_BACK, COMMAND_FORWARD, N_("kind"), 2);
	add(h, &n, COMMAND_LANG, 0, command_info(COMMAND_LANG)->label, 3);
	add(h, &n, COMMAND_CANCEL, 0, command_info(COMMAND_CANCEL)->label, 1);
	return n;
}

/* Space shows a moment that was not on the card yet before it moves that task; the key line names its program. */
static void add_next(struct hint *h, int *n, const struct picture *pic)
{
	const struct model *m = pic->model;
	int target = pic->ui->target;
	add(h, n, COMMAND_NEXT, 0, command_info(COMMAND_NEXT)->label, 1);
	if (!m || target < 0 || target >= m->n_tasks || target == pic->ui->lane)
		return;
	const char *name = m->actors[m->tasks[target].actor].name;
	snprintf(h[*n - 1].label, sizeof h->label, pic->ui->look ? _("look at %.20s") : _("next: %.20s"), name ? name : "?");
}

/* While it goes on by itself any key pauses. */
static int play_hints(struct hint *h)
{
	int n = 0;
	add(h, &n, COMMAND_NEXT, 0, N_("pause"), 1);
	add(h, &n, COMMAND_AUTO, 0, N_("stop"), 2);
	add(h, &n, COMMAND_QUIT, 0, command_info(COMMAND_QUIT)->label, 3);
	return n;
}

/* Nobody can be stepped, though not all is over. */
static bool waits(const struct picture *pic)
{
	const struct ui *ui = pic->ui;
	return pic->model && pic->model->settled && ui->target < 0 && !ui->history && !ui->busy && !picture_over(pic);
}

static void add_waiting(struct hint *h, int *n, const struct picture *pic)
{
	if (pic->model->due.of)
		add(h, n, COMMAND_NEXT, 0, N_("let the time run out"), 1);
	if (!pic->ui->replay && picture_reader(pic))
		add(h, n, COMMAND_INPUT, 0, command_info(COMMAND_INPUT)->label, 1);
	add(h, n, COMMAND_RESTART, 0, command_info(COMMAND_RESTART)->label, 1);
	add(h, n, COMMAND_BACK, COMMAND_FORWARD, N_("steps"), 2);
	add(h, n, COMMAND_MENU, 0, command_info(COMMAND_MENU)->label, 4);
}

static bool shows_wire(const struct ui *ui, const struct drawn *drawn)
{
	return ui->view == VIEW_WIRE && ui->zoom != ZOOM_CARD && drawn->layout.big.h;
}

/* A packet is chosen in the wire view: Enter opens it, and does not go to the next call. */
static bool opens_packet(const struct ui *ui, const struct drawn *drawn)
{
	return shows_wire(ui, drawn) && ui->packet;
}

/* A live program on the card, whose call has not been made yet: something can happen to it. */
static bool is_held_before(const struct picture *pic)
{
	const struct ui *ui = pic->ui;
	const struct model *m = pic->model;
	return !ui->replay && !ui->history && m && ui->lane >= 0 && ui->lane < m->n_tasks && m->tasks[ui->lane].status == TASK_BEFORE;
}

/* What is cut off, and how to leave what is enlarged, come before all else. */
static void add_first(struct hint *h, int *n, const struct picture *pic, const struct drawn *drawn)
{
	const struct ui *ui = pic->ui;
	if (opens_packet(ui, drawn)) {
		add(h, n, COMMAND_CALL, 0, N_("open"), 1);
		add(h, n, COMMAND_CANCEL, 0, N_("newest"), 1);
	} else if (ui->zoom != ZOOM_NONE) {
		add(h, n, COMMAND_CANCEL, 0, N_("leave zoom"), 1);
	}
	if (!ui->history && !ui->replay && pic->model && model_any_in_flight(pic->model))
		add(h, n, COMMAND_PASS, 0, command_info(COMMAND_PASS)->label, 1);
	/* Where the arrows choose something the card is scrolled by pages. Its frame has a sign of more, too; of what can
	 * happen to a held call only this line tells. */
	bool arrows = ui->view >= PANE_VIEWS && ui->zoom != ZOOM_CARD;
	if (ui->zoom == ZOOM_PANE ? drawn->pane_max > 0 : ui->scroll_card < drawn->card_max)
		add(h, n, arrows ? COMMAND_PAGE_DOWN : COMMAND_DOWN, 0, N_("more"), arrows || is_held_before(pic) ? 4 : 1);
}

static int run_hints(struct hint *h, const struct picture *pic, const struct drawn *drawn)
{
	int n = 0;
	const struct ui *ui = pic->ui;
	bool questions = pic->lesson && pic->lesson->n_questions > 0;
	if (ui->play == PLAY_ON)
		return play_hints(h);
	add_first(h, &n, pic, drawn);
	if (waits(pic)) {
		add_waiting(h, &n, pic);
	} else if (ui->history && !ui->replay) {
		add(h, &n, COMMAND_BACK, COMMAND_FORWARD, N_("steps"), 1);
		add(h, &n, COMMAND_NOW, 0, N_("to now"), 1);
	} else if (picture_over(pic) && !(ui->replay && ui->history)) {
		if (questions)
			add(h, &n, COMMAND_NEXT, 0, command_info(COMMAND_QUESTIONS)->label, 1);
		if (!ui->replay)
			add(h, &n, COMMAND_RESTART, 0, command_info(COMMAND_RESTART)->label, 2);
		if (picture_following(pic))
			add(h, &n, COMMAND_FOLLOWING, 0, command_info(COMMAND_FOLLOWING)->label, 2);
		add(h, &n, COMMAND_MENU, 0, command_info(COMMAND_MENU)->label, 3);
		add(h, &n, COMMAND_BACK, 0, command_info(COMMAND_BACK)->label, 6);
	} else {
		if (ui->play == PLAY_PAUSED)
			add(h, &n, COMMAND_NEXT, 0, N_("go on"), 1);
		else
			add_next(h, &n, pic);
		if (!opens_packet(ui, drawn))
			add(h, &n, COMMAND_CALL, 0, command_info(COMMAND_CALL)->label, 2);
		add(h, &n, COMMAND_BACK, COMMAND_FORWARD, N_("steps"), is_held_before(pic) ? 5 : 4);
		add(h, &n, COMMAND_SIDE, 0, command_info(COMMAND_SIDE)->label, 4);
		if (is_held_before(pic))
			add(h, &n, COMMAND_FAULT, 0, command_info(COMMAND_FAULT)->label, ui->view == VIEW_WIRE ? 3 : 4);
	}
	if (shows_wire(ui, drawn) && !ui->packet && pic->model && pic->model->n_packets)
		add(h, &n, COMMAND_UP, 0, N_("choose a packet"), 4);
	if (ui->view == VIEW_WIRE && ui->cable) {
		add(h, &n, COMMAND_HOLD, 0, pic->model->wire.holding ? N_("let flow") : command_info(COMMAND_HOLD)->label, 3);
		add(h, &n, COMMAND_DROP, 0, command_info(COMMAND_DROP)->label, 5);
	}
	add(h, &n, COMMAND_WORDS, 0, command_info(COMMAND_WORDS)->label, 6);
	add(h, &n, COMMAND_SIMPLER, 0, command_info(COMMAND_SIMPLER)->label, 7);
	if (!drawn->layout.tabs.h && ui->zoom != ZOOM_CARD)     /* else the line of views says it */
		add(h, &n, COMMAND_VIEW, 0, command_info(COMMAND_VIEW)->label, 6);
	if (ui->zoom == ZOOM_NONE)
		add(h, &n, COMMAND_ZOOM, 0, command_info(COMMAND_ZOOM)->label, 8);
	add(h, &n, COMMAND_LANG, 0, command_info(COMMAND_LANG)->label, 7);
	add(h, &n, COMMAND_PROMPT, 0, command_info(COMMAND_PROMPT)->label, 9);
	add(h, &n, COMMAND_HELP, 0, command_info(COMMAND_HELP)->label, 3);
	add(h, &n, COMMAND_QUIT, 0, command_info(COMMAND_QUIT)->label, 5);
	return n;
}

static int hint_text(const struct surface *s, const struct hint *h, char *keys, size_t n, int gap)
{
	char second[16] = "";
	command_key_name(h->key, keys, n);
	if (h->key2) {
		command_key_name(h->key2, second, sizeof second);
		snprintf(keys + strlen(keys), n - strlen(keys), "%s%s", s->set == CHARSET_FULL ? "" : "/", second);
	}
	return text_cols(s->set, keys, strlen(keys)) + 1 + text_cols(s->set, h->label, strlen(h->label)) + gap;
}

/* Drop the least important ones until the rest fits. Returns the gap between them: the narrow one, if more fit with it. */
static int drop_hints(const struct surface *s, struct hint *h, int n, int cols)
{
	char keys[32];
	for (;;) {
		int wide = 0, narrow = 0, worst = -1;
		for (int i = 0; i < n; i++) {
			if (!h[i].key)
				continue;
			wide += hint_text(s, &h[i], keys, sizeof keys, WIDE_GAP);
			narrow += hint_text(s, &h[i], keys, sizeof keys, NARROW_GAP);
			if (worst < 0 || h[i].rank > h[worst].rank)
				worst = i;
		}
		if (wide - WIDE_GAP <= cols || worst < 0)
			return WIDE_GAP;
		if (narrow - NARROW_GAP <= cols)
			return NARROW_GAP;
		h[worst].key = 0;
	}
}

static void draw_hints(struct surface *s, struct rect r, struct hint *h, int n)
{
	char keys[32];
	int gap = drop_hints(s, h, n, r.w - 2);
	for (int i = 0, x = r.x + 1; i < n; i++) {
		if (!h[i].key)
			continue;
		hint_text(s, &h[i], keys, sizeof keys, gap);
		x += surface_puts(s, r.y, x, r.w, ROLE_KEY, keys) + 1;
		x += surface_puts(s, r.y, x, r.w, ROLE_KEY_TEXT, h[i].label) + gap;
	}
}

/* The part of a long line around the cursor. */
static void draw_prompt(struct surface *s, const struct prompt_view *p, struct rect r, struct drawn *out)
{
	int label = surface_puts(s, r.y, r.x, r.w / 2, ROLE_KEY, p->label);
	int room = r.w - label - 1, before = text_cols(s->set, p->text, p->cursor);
	size_t skip = 0;
	while (before >= room && skip < p->cursor) {
		struct glyph g;
		skip += glyph_next(s->set, p->text + skip, p->cursor - skip, &g);
		before -= g.cols;
	}
	surface_puts(s, r.y, r.x + label, room, ROLE_PROMPT, p->text + skip);
	out->cursor_y = r.y;
	out->cursor_x = r.x + label + before;
}

/* Completions stand in the row above, as many as fit. */
static void draw_offers(struct surface *s, const char *const *offers, struct rect r)
{
	surface_fill(s, r, ROLE_HEADER);
	int x = 1;
	for (; *offers && x + text_cols(s->set, *offers, strlen(*offers)) + 2 < r.w; offers++)
		x += surface_puts(s, r.y, x, r.w - x, ROLE_HEADER, *offers) + 2;
	if (*offers)
		surface_puts(s, r.y, x, r.w - x, ROLE_HEADER, "…");
}

/* In both languages: beside each other where there is room, else in two rows. */
static void draw_message(struct surface *s, const struct ui *ui, struct rect r)
{
	char both[1100];
	if (!ui->also || ui->lang != UI_BOTH) {
		surface_cut(s, r.y, r.x + 1, r.w - 1, ROLE_MESSAGE, ui->message);
		return;
	}
	const char *first = i18n_is_zh() ? ui->also : ui->message, *second = i18n_is_zh() ? ui->message : ui->also;
	snprintf(both, sizeof both, "%s · %s", first, second);
	if (text_cols(s->set, both, strlen(both)) <= r.w - 1) {
		surface_puts(s, r.y, r.x + 1, r.w - 1, ROLE_MESSAGE, both);
	} else {
		surface_fill(s, (struct rect){ r.y - 1, r.x, 1, r.w }, ROLE_MESSAGE);
		surface_cut(s, r.y - 1, r.x + 1, r.w - 1, ROLE_MESSAGE, first);
		surface_cut(s, r.y, r.x + 1, r.w - 1, ROLE_MESSAGE, second);
	}
}

void view_keys(struct surface *s, const struct picture *pic, struct rect r, struct drawn *out)
{
	const struct ui *ui = pic->ui;
	struct hint h[HINTS];
	if (ui->prompt.label) {
		draw_prompt(s, &ui->prompt, r, out);
		if (ui->prompt.offers)
			draw_offers(s, ui->prompt.offers, (struct rect){ r.y - 1, r.x, 1, r.w });
		return;
	}
	if (ui->message) {
		draw_message(s, ui, r);
		return;
	}
	int n = ui->overlay != OVERLAY_NONE ? over_hints(h, ui) : ui->page == PAGE_MENU ? menu_hints(h) :
		ui->page == PAGE_QUESTION ? question_hints(h, pic, out) : run_hints(h, pic, out);
	draw_hints(s, r, h, n);
}
