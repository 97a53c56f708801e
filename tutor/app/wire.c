/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands about packets, the wire and the states of its ends. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tutor/app/state.h"
#include "tutor/i18n.h"
#include "tutor/show/ends.h"
#include "tutor/show/rung.h"
#include "tutor/views/views.h"
#include "tutor/wire_order.h"

bool act_on_view(const struct app *app, enum pane_view view)
{
	return act_on_run(app) && app->ui.overlay == OVERLAY_NONE && app->ui.view == view && app->ui.zoom != ZOOM_CARD;
}

enum reaction act_view(struct app *app, enum pane_view view)
{
	struct ui *ui = &app->ui;
	if (!act_on_run(app))
		return REACT_NONE;
	ui->view = ui->view == view ? VIEW_CODE : view;
	ui->scroll_pane = ui->packet = 0;
	if (ui->zoom == ZOOM_CARD)
		ui->zoom = ZOOM_NONE;
	return REACT_RELAYOUT;
}

/* Up from nothing chooses the newest; down from the newest chooses nothing, a page down stays there. */
enum reaction act_choose_packet(struct app *app, int by)
{
	const struct model *m = app->pic.model;
	int *at = &app->ui.packet, id = *at ? rung_of(m, *at).id : by < 0 ? m->n_packets + 1 : 0;
	for (int i = 0; i < (id > m->n_packets ? 1 : by < 0 ? -by : by) && id; i++) {
		int next = (by < 0 ? rung_before(m, id) : rung_after(m, id)).id;
		if (!next && by == 1)
			id = 0;
		if (!next)
			break;
		id = next;
	}
	*at = id > m->n_packets ? 0 : id;
	return REACT_REDRAW;
}

/* A click on the chosen one opens it. */
enum reaction act_click_packet(struct app *app, int y, int x)
{
	const struct layout *l = &app->drawn.layout;
	bool big = rect_has(l->big, y, x) && app->ui.view == VIEW_WIRE;
	if (!act_on_run(app) || app->ui.overlay != OVERLAY_NONE || (!big && !rect_has(l->wire, y, x)))
		return REACT_NONE;
	struct surface s;
	surface_init(&s, app->rows, app->cols, app->set);
	int id = view_wire_packet(&s, &app->pic, big ? l->big : l->wire, y);
	surface_release(&s);
	if (!id)
		return REACT_NONE;
	bool opens = !big || (app->ui.packet && rung_of(app->pic.model, app->ui.packet).id == id);
	if (opens)
		return act_open_packet(app, id);
	app->ui.packet = id;
	return REACT_REDRAW;
}

void act_choose_ends(struct app *app, int by)
{
	int n = ends_count(app->pic.model), *at = &app->ui.ends;
	*at = *at + by >= n ? n - 1 : *at + by;
	*at = *at < 0 ? 0 : *at;
}

enum reaction act_open_packet(struct app *app, int id)
{
	const struct model *m = app->pic.model;
	if (!act_on_run(app) || id < 1 || id > m->n_packets) {
		app_say(app, m && m->n_packets ? _("there is no packet %d; the last one is %d") : _("there is no packet yet"), id, m ? m->n_packets : 0);
		return REACT_REDRAW;
	}
	opened_read(&app->packet, app->session->log, &m->packets[id - 1]);
	app->pic.packet = &app->packet.view;
	app->ui.packet = id;
	app->ui.overlay = OVERLAY_PACKET;
	app->ui.scroll_over = 0;
	return REACT_REDRAW;
}

enum reaction act_packet(struct app *app, const char *arg)
{
	int id = atoi(arg);
	if (!*arg)
		id = app->ui.packet ? app->ui.packet : app->pic.model ? app->pic.model->n_packets : 0;
	return act_open_packet(app, id);
}

static bool wire_is_ours(struct app *app)
{
	if (act_on_run(app) && app->session->run && app->ui.history)
		app_say(app, _("You are looking back. Press . first: the wire can be held only now."));
	else if (!act_on_run(app) || !app->session->run)
		app_say(app, _("Only a run that goes on now has a wire to hold."));
	else if (app->stepping)
		app_say(app, _("the last step is not over yet"));
	else
		return true;
	return false;
}

static bool read_order(struct app *app, const char *words, struct wire_words *w, struct wire_order *o)
{
	const struct model *m = app->pic.model;
	const char *names[CABLE_HOSTS];
	struct err err;
	int n = 0;
	for (; n < m->n_actors && n < CABLE_HOSTS; n++)
		names[n] = m->actors[n].name;
	if (wire_words_read(words, names, n, w, &err) && wire_words_order(w, m, o, &err))
		return true;
	app_say_error(app, &err);
	return false;
}

/* The card stays where it is: nobody's turn has passed. */
static enum reaction give(struct app *app, const char *words)
{
	struct session *s = app->session;
	struct wire_words w;
	struct wire_order o;
	struct err err;
	if (!wire_is_ours(app) || !read_order(app, words, &w, &o))
		return REACT_REDRAW;
	int lane = app->ui.lane, packet = app->ui.packet;
	if (!session_wire(s, &o, &err)) {
		app_say_error(app, &err);
		return REACT_REDRAW;
	}
	if (strncmp(words, "pass", 4))       /* no view but the wire's shows such an order */
		app_say(app, _("wire: %s"), words);
	app->stay = lane;
	app->stepping = true;
	session_wait(s, QUICK_MS);
	enum reaction r = app_after_pump(app);
	if (!app->stepping)
		app->ui.packet = packet;
	return r;
}

enum reaction act_wire(struct app *app, const char *words)
{
	if (!strcmp(words, "help")) {
		app_command(app, COMMAND_HELP, "");
		app->ui.scroll_over = INT_MAX;       /* they stand last */
		return REACT_REDRAW;
	}
	return *words ? give(app, words) : act_view(app, VIEW_WIRE);
}

enum reaction act_hold(struct app *app)
{
	return give(app, app->pic.model && app->pic.model->wire.holding ? "flow" : "hold");
}

/* The chosen packet, if it is one that waits; else all. */
enum reaction act_pass(struct app *app)
{
	const struct model *m = app->pic.model;
	int id = app->ui.packet;
	char words[32] = "pass";
	if (wire_is_ours(app) && run_has_cable(app->session->run) && !run_wire_waiting(app->session->run)) {
		app_say(app, _("No packet waits in the cable."));
		return REACT_REDRAW;
	}
	if (m && id >= 1 && id <= m->n_packets && model_in_flight(m, &m->packets[id - 1]))
		snprintf(words, sizeof words, "pass %d", id);
	return give(app, words);
}

enum reaction act_drop(struct app *app, const char *words)
{
	char order[128];
	snprintf(order, sizeof order, "drop %.100s", words);
	return give(app, order);
}
