/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shows fixture pictures in the real terminal, to look at them.
 * demo [-d: text to stdout] [-s ROWSxCOLS] [-l both|en|zh] [-m MOMENT] [-p page] [-o overlay] [-t theme] [-a] [-H] [-z ZOOM] [-v VIEW] [-L LESSONS]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/screen/fixture.h"
#include "tutor/i18n.h"
#include "tutor/term/term.h"

static struct fixture f;
static struct term_options options;
static bool dump;
static int rows = 24, cols = 80, moment = MOMENT_CONNECT;
static const char *lessons = "lessons";

static void option(int c, const char *arg)
{
	switch (c) {
	case 'd': dump = true; break;
	case 's': sscanf(arg, "%dx%d", &cols, &rows); break;
	case 'm': moment = atoi(arg); break;
	case 't': options.theme = (enum theme)theme_find(arg); break;
	case 'a': options.ascii = true; break;
	case 'L': lessons = arg; break;
	}
}

static void option_ui(int c, const char *arg)
{
	switch (c) {
	case 'l': f.ui.lang = !strcmp(arg, "en") ? UI_EN : !strcmp(arg, "zh") ? UI_ZH : UI_BOTH; break;
	case 'p': f.ui.page = (enum page)atoi(arg); break;
	case 'o': f.ui.overlay = (enum overlay)atoi(arg); break;
	case 'H': f.ui.history = true; f.ui.last_step += 5; break;
	case 'z': f.ui.zoom = (enum zoom)atoi(arg); break;
	case 'v': f.ui.view = (enum pane_view)atoi(arg); break;
	case 'A': f.ui.answer = atoi(arg); break;
	case 'P': f.ui.pick = atoi(arg); break;
	}
}

static void draw_dump(void)
{
	struct surface s;
	struct drawn d;
	struct buf out = BUF_INIT;
	surface_init(&s, rows, cols, options.ascii ? CHARSET_ASCII : CHARSET_FULL);
	screen_draw(&s, &f.pic, &d);
	surface_dump(&s, &out);
	fputs(out.data, stdout);
	buf_release(&out);
	surface_release(&s);
}

static int show(void)
{
	struct err err;
	struct key key = { 0 };
	struct terminal *t = term_open(&options, &err);
	if (!t) {
		fprintf(stderr, "%s\n", err.a[0]);
		return 1;
	}
	while (key.code != 'q') {
		struct surface s;
		struct drawn d;
		term_size(t, &rows, &cols);
		surface_init(&s, rows, cols, term_charset(t));
		screen_draw(&s, &f.pic, &d);
		term_draw(t, &s, d.cursor_y, d.cursor_x);
		surface_release(&s);
		while (!term_key(t, &key))
			if (term_wait(t, -1, -1) & TERM_GONE)
				key.code = 'q';
		if (key.code == 'm')
			fixture_set(&f, (enum moment_name)(moment = (moment + 1) % MOMENTS_MADE));
		if (key.code == 'L')
			f.ui.lang = (f.ui.lang + 1) % UI_LANGS;
		if (key.code == 'X')
			abort();
	}
	term_close(t);
	return 0;
}

int main(int argc, char **argv)
{
	static const char all[] = "ds:m:t:aL:l:p:o:Hz:v:A:P:";
	int c, rc = 0;
	for (optind = 1; (c = getopt(argc, argv, all)) != -1;)
		option(c, optarg);
	i18n_init(getenv("DEMO_LANG"));
	if (!fixture_init(&f, lessons, "tcp-hello"))
		return 2;
	fixture_set(&f, (enum moment_name)moment);
	for (optind = 1; (c = getopt(argc, argv, all)) != -1;)
		option_ui(c, optarg);
	f.ui.term = course_term(f.course, "socket");
	if (dump)
		draw_dump();
	else
		rc = show();
	fixture_release(&f);
	return rc;
}
