/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * monkey [SEED [KEYS]]: presses keys at random on a replayed log, at sizes that
 * change at random, and draws after each. Nothing may crash, hang or leave the
 * screen; the seed is printed so that a failure can be made again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tutor/app/state.h"
#include "tutor/i18n.h"
#include "tutor/term/prompt.h"

static unsigned state;

static unsigned any(unsigned n)
{
	state = state * 1103515245u + 12345u;
	return (state >> 16) % n;
}

static int any_key(void)
{
	static const int codes[] = { K_SPACE, K_ENTER, K_LEFT, K_RIGHT, K_UP, K_DOWN, K_PGUP, K_PGDN, K_HOME, K_END, K_TAB, K_BACKTAB,
		K_ESC, K_BACKSPACE, K_DELETE, K_F1, K_MOUSE, K_WHEEL_UP, K_WHEEL_DOWN, K_OTHER, K_RESIZE, 0x8bcd, 0xff0c, 1, 5, 18, 23, 12,
		':', ':', 'w', 'L', 'z', 'v', 's', 'm', 'Q', 'a', 'u', 'i', 'c', 'R' };
	return any(3) ? codes[any(sizeof codes / sizeof *codes)] : (int)(' ' + any(95));
}

static void draw(struct app *app, int rows, int cols)
{
	struct surface s;
	surface_init(&s, rows, cols, (enum charset)any(3));
	app_draw(app, &s);
	if (app->drawn.cursor_y >= rows || app->drawn.cursor_x >= cols)
		abort();
	surface_release(&s);
}

static bool fresh(struct session *s, struct app *app, const struct course *course, const struct app_options *o)
{
	struct err err;
	session_init(s, course);
	if (!session_replay(s, "tests/screen/first-talk.jsonl", &err))
		return false;
	app_init(app, s, o);
	app_begin(app);
	return true;
}

static bool play(const struct course *course, int keys)
{
	static const struct app_options o = { .log_path = NULL };
	struct session session;
	struct app app;
	if (!fresh(&session, &app, course, &o))
		return false;
	for (int i = 0; i < keys; i++) {
		int rows = 1 + (int)any(60), cols = 1 + (int)any(200);
		struct key key = { .code = any_key(), .y = (int)any((unsigned)rows), .x = (int)any((unsigned)cols) };
		/* Nothing live here: opening a lesson would start programs. */
		if (app.ui.page == PAGE_MENU && (key.code == K_ENTER || key.code == K_SPACE || key.code == 'n'))
			key.code = K_DOWN;
		if (prompt_show().label && key.code == K_ENTER && strstr(prompt_show().text, "le"))
			key.code = K_ESC;
		bool leaves = app_key(&app, &key) == REACT_QUIT;
		if (app.stale)
			app_refresh(&app);
		draw(&app, rows, cols);
		if (leaves || (app.ui.page == PAGE_MENU && !any(20))) {
			app_release(&app);
			session_release(&session, "quit");
			if (!fresh(&session, &app, course, &o))
				return false;
		}
	}
	app_release(&app);
	session_release(&session, "quit");
	return true;
}

int main(int argc, char **argv)
{
	state = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 0) : 20261120u;
	int keys = argc > 2 ? atoi(argv[2]) : 4000;
	struct err err;
	if (!i18n_init("en")) {
		puts("no UTF-8 locale");
		return 77;
	}
	printf("seed %u, %d keys\n", state, keys);
	fflush(stdout);
	struct course *course = course_open("tests/screen/lessons", &err);
	bool ok = course && play(course, keys);
	course_free(course);
	printf("%d passed, %d failed, 0 skipped\n", ok, !ok);
	return !ok;
}
