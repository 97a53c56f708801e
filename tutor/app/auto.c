/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Going on by itself: one moment, then a pause to read it, then the next. The pause begins when a step is over and shown. */
#include <math.h>
#include <stdlib.h>

#include "engine/base/clock.h"
#include "tutor/app/state.h"
#include "tutor/i18n.h"

enum { PAUSE_S = 3, PAUSE_MOST_S = 3600 };

static int64_t now_ms(void)
{
	return clock_ns(CLOCK_MONOTONIC) / 1000000;
}

void act_auto_begin(struct app *app)
{
	app->ui.play = app->options->automatic ? PLAY_ON : PLAY_OFF;
	app->ui.pause = app->options->automatic ? app->options->pause : PAUSE_S;
	app->auto_at = 0;
}

static enum reaction play(struct app *app, enum play play)
{
	app->ui.play = play;
	app->auto_at = 0;
	return REACT_REDRAW;
}

enum reaction act_auto(struct app *app, const char *arg)
{
	char *end;
	double s = strtod(arg, &end);
	if (!act_on_run(app))
		return REACT_NONE;
	if (*arg && (*end || !isfinite(s) || s < 0 || s > PAUSE_MOST_S)) {
		app_say(app, _("auto needs seconds from 0 to %d, not %s"), PAUSE_MOST_S, arg);
		return REACT_REDRAW;
	}
	if (*arg)
		app->ui.pause = s;
	return play(app, app->ui.play == PLAY_ON && !*arg ? PLAY_OFF : PLAY_ON);
}

bool act_auto_key(struct app *app, const struct key *key)
{
	if (app->ui.page != PAGE_RUN || app->ui.overlay != OVERLAY_NONE)
		return false;
	if (app->ui.play == PLAY_PAUSED && key->code == K_SPACE) {
		play(app, PLAY_ON);
		return true;
	}
	if (app->ui.play != PLAY_ON)
		return false;
	enum command c = command_of_key(key->code);
	play(app, c == COMMAND_AUTO ? PLAY_OFF : PLAY_PAUSED);
	return c == COMMAND_AUTO || c == COMMAND_NEXT || c == COMMAND_CALL || c == COMMAND_NONE;
}

/* Something can go on without the learner. */
static bool can_go(const struct app *app)
{
	const struct session *s = app->session;
	if (app->ui.play != PLAY_ON || app->stepping || !act_on_run(app) || app->ui.overlay != OVERLAY_NONE || *app->until)
		return false;
	return s->run && !app->ui.history ? session_can_go(s) : !session_at_end(s);
}

static bool is_over(const struct app *app)
{
	return picture_over(&app->pic) && (app->session->run ? !app->ui.history : session_at_end(app->session));
}

void act_auto_refresh(struct app *app)
{
	if (app->ui.play == PLAY_ON && !app->stepping && is_over(app))
		app->ui.play = PLAY_OFF;
}

int act_auto_wait(struct app *app)
{
	if (!can_go(app))
		return -1;
	int64_t now = now_ms();
	if (!app->auto_at)
		app->auto_at = now + (int64_t)(app->ui.pause * 1000);
	return app->auto_at > now ? (int)(app->auto_at - now) : 0;
}

enum reaction act_auto_step(struct app *app)
{
	if (!can_go(app) || !app->auto_at || app->auto_at > now_ms())
		return REACT_NONE;
	app->auto_at = 0;
	app->ui.message = NULL;
	return act_go(app, RUN_MOMENT);
}
