/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * play [--write] [CASE]: keys + log → text of the screen, at three sizes in
 * three languages, compared with tests/screen/expected/CASE.txt. --write makes
 * those files anew: look at them before you keep them. Runs in the root folder.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tutor/app/state.h"
#include "tutor/i18n.h"

struct play_case {
	const char *name;
	const char *log;        /* NULL: a first talk */
	const char *keys;       /* names between spaces, N*NAME for several; @ROW,COLUMN is a click; a character stands for itself */
	enum theme theme;
	enum charset set;
};

static const struct play_case cases[] = {
	{ .name = "start", .keys = "" },
	{ .name = "asleep", .keys = "7*Right" },
	{ .name = "look", .keys = "7*Right Space" },
	{ .name = "connect", .keys = "9*Right" },
	{ .name = "accepted", .keys = "10*Right Space" },
	{ .name = "other-side", .keys = "9*Right Tab" },
	{ .name = "back", .keys = "9*Right 3*Left" },
	{ .name = "output-view", .keys = "9*Right v" },
	{ .name = "sockets-view", .keys = "End 12*Left 2*v" },
	{ .name = "wire", .keys = "End 11*Left W" },
	{ .name = "wire-chosen", .keys = "End W 2*Up" },
	{ .name = "wire-newer", .keys = "End W 6*Up" },
	{ .name = "wire-newest", .keys = "End W 6*Up Esc" },
	{ .name = "wire-clicked", .keys = "End W @5,20" },
	{ .name = "wire-clicked-twice", .keys = "End W @5,20 @5,20" },
	{ .name = "wire-ascii", .keys = "End 11*Left W", .theme = THEME_MONO, .set = CHARSET_ASCII },
	{ .name = "packet", .keys = "End W 8*Up Enter" },
	{ .name = "packet-bytes", .keys = "End W 8*Up Enter 9*PgDn" },
	{ .name = "held", .keys = "3*Right W", .log = "tests/screen/held.jsonl" },
	{ .name = "held-chosen", .keys = "9*Right W Up Enter", .log = "tests/screen/held.jsonl" },
	{ .name = "held-states", .keys = "9*Right S", .log = "tests/screen/held.jsonl" },
	{ .name = "again", .keys = "End W", .log = "tests/screen/again.jsonl" },
	{ .name = "again-code", .keys = "9*Right", .log = "tests/screen/again.jsonl" },
	{ .name = "again-opened", .keys = "9*Right W Up Enter Left Esc", .log = "tests/screen/again.jsonl" },
	{ .name = "again-oldest", .keys = "9*Right W 4*Up", .log = "tests/screen/again.jsonl" },
	{ .name = "again-chosen", .keys = "9*Right W 2*Up", .log = "tests/screen/again.jsonl" },
	{ .name = "held-ascii", .keys = "3*Right W", .theme = THEME_MONO, .set = CHARSET_ASCII, .log = "tests/screen/held.jsonl" },
	{ .name = "states", .keys = "9*Right S" },
	{ .name = "states-open", .keys = "14*Right S" },
	{ .name = "states-end", .keys = "End S" },
	{ .name = "states-ascii", .keys = "End S", .theme = THEME_MONO, .set = CHARSET_ASCII },
	{ .name = "fault-ordered", .log = "tests/screen/faults.jsonl", .keys = "7*Right" },
	{ .name = "fault-met", .log = "tests/screen/faults.jsonl", .keys = "9*Right Tab" },
	{ .name = "fault-undone", .log = "tests/screen/faults.jsonl", .keys = "10*Right" },
	{ .name = "timer-due", .log = "tests/screen/timer.jsonl", .keys = "3*Right" },
	{ .name = "timer-over", .log = "tests/screen/timer.jsonl", .keys = "4*Right" },
	{ .name = "zoom-pane", .keys = "9*Right z" },
	{ .name = "zoom-card", .keys = "9*Right 2*z" },
	{ .name = "scrolled", .keys = "9*Right 2*Down" },
	{ .name = "end", .keys = "End" },
	{ .name = "question", .keys = "End Space" },
	{ .name = "answer", .keys = "End Space 2" },
	{ .name = "help", .keys = "?" },
	{ .name = "words", .keys = "9*Right w Down" },
	{ .name = "word", .keys = "9*Right w Down Enter" },
	{ .name = "menu", .keys = "m" },
	{ .name = "prompt", .keys = ": t h" },
	{ .name = "completion", .keys = ": p Tab" },
	{ .name = "message", .keys = ": x y Enter" },
	{ .name = "ascii", .keys = "9*Right", .theme = THEME_MONO, .set = CHARSET_ASCII },
	{ .name = "wide-quotes", .keys = "9*Right", .set = CHARSET_WIDE },
};

static const struct { int cols, rows; } sizes[] = { { 60, 20 }, { 80, 24 }, { 120, 36 } };
static const char *const langs[UI_LANGS] = { "both", "en", "zh" };
static const struct { const char *name; int code; } names[] = {
	{ "Right", K_RIGHT }, { "Left", K_LEFT }, { "Up", K_UP }, { "Down", K_DOWN }, { "Space", K_SPACE }, { "Enter", K_ENTER },
	{ "End", K_END }, { "Tab", K_TAB }, { "Esc", K_ESC }, { "PgDn", K_PGDN },
};

static int code_of(const char *word)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(word, names[i].name))
			return names[i].code;
	return (unsigned char)*word;
}

static void draw(struct app *app, int rows, int cols, enum charset set, struct buf *out)
{
	struct surface s;
	surface_init(&s, rows, cols, set);
	app_draw(app, &s);
	if (out)
		surface_dump(&s, out);
	surface_release(&s);
}

static void press(struct app *app, const struct play_case *c)
{
	char keys[256], *save;
	snprintf(keys, sizeof keys, "%s", c->keys);
	for (char *word = strtok_r(keys, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		char *star = strchr(word, '*');
		struct key key = { .code = code_of(star ? star + 1 : word) };
		if (sscanf(word, "@%d,%d", &key.y, &key.x) == 2)
			key.code = K_MOUSE;
		for (int n = star ? atoi(word) : 1; n > 0; n--) {
			app_key(app, &key);
			if (app->stale)
				app_refresh(app);
			draw(app, 20, 60, c->set, NULL);
		}
	}
}

static void picture(struct app *app, const struct play_case *c, int size, enum ui_lang lang, struct buf *out)
{
	static const enum words words[] = { WORDS_EN, WORDS_EN, WORDS_ZH };
	app->ui.lang = lang;
	i18n_use(words[lang]);
	buf_addf(out, "== %dx%d %s\n", sizes[size].cols, sizes[size].rows, langs[lang]);
	draw(app, sizes[size].rows, sizes[size].cols, c->set, out);
}

static bool play(const struct course *course, const struct play_case *c, struct buf *out)
{
	struct session session;
	struct app app;
	struct err err;
	const struct app_options options = { .theme = c->theme };
	session_init(&session, course);
	if (!session_replay(&session, c->log ? c->log : "tests/screen/first-talk.jsonl", &err)) {
		fprintf(stderr, "%s: %s %s\n", c->name, err_key(err.id), err.a[0]);
		return false;
	}
	app_init(&app, &session, &options);
	app_begin(&app);
	i18n_use(WORDS_EN);
	press(&app, c);
	for (int size = 0; size < 3; size++)
		for (int lang = 0; lang < UI_LANGS; lang++)
			picture(&app, c, size, (enum ui_lang)lang, out);
	app_release(&app);
	session_release(&session, "quit");
	return true;
}

static bool read_file(const char *path, struct buf *out)
{
	FILE *f = fopen(path, "re");
	char part[4096];
	for (size_t n; f && (n = fread(part, 1, sizeof part, f)) > 0;)
		buf_add(out, part, n);
	if (f)
		fclose(f);
	return f != NULL;
}

static void show_difference(const char *name, const char *was, const char *is)
{
	const char *head = "";
	int head_len = 0;
	for (int line = 1; *was || *is; line++) {
		int a = (int)strcspn(was, "\n"), b = (int)strcspn(is, "\n");
		if (!strncmp(is, "== ", 3))
			head = is, head_len = b;
		if (a != b || strncmp(was, is, (size_t)a)) {
			printf("%s: line %d (%.*s):\n  expected %.*s\n  got      %.*s\n", name, line, head_len, head, a, was, b, is);
			return;
		}
		was += a + (was[a] == '\n');
		is += b + (is[b] == '\n');
	}
}

static bool check(const struct play_case *c, const struct buf *got, bool write)
{
	char path[256];
	struct buf expected = BUF_INIT;
	snprintf(path, sizeof path, "tests/screen/expected/%s.txt", c->name);
	if (write) {
		FILE *f = fopen(path, "we");
		bool ok = f && fwrite(got->data, 1, got->len, f) == got->len;
		return f && fclose(f) == 0 && ok;
	}
	bool same = read_file(path, &expected) && !strcmp(expected.data, got->data);
	if (!same)
		show_difference(c->name, expected.data, got->data);
	buf_release(&expected);
	return same;
}

int main(int argc, char **argv)
{
	bool write = argc > 1 && !strcmp(argv[1], "--write");
	const char *only = argc > 1 + write ? argv[1 + write] : NULL;
	int passed = 0, failed = 0;
	struct err err;
	if (!i18n_init("en")) {
		puts("no UTF-8 locale");
		return 77;
	}
	struct course *course = course_open("tests/screen/lessons", &err);
	if (!course || !course_count(course)) {
		printf("tests/screen/lessons: %s\n", course ? course_mistake(course, 0, LANG_EN) : err_key(err.id));
		return 1;
	}
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf got = BUF_INIT;
		if (only && strcmp(only, cases[i].name))
			continue;
		bool ok = play(course, &cases[i], &got) && check(&cases[i], &got, write);
		passed += ok;
		failed += !ok;
		buf_release(&got);
	}
	course_free(course);
	printf("%d passed, %d failed, 0 skipped\n", passed, failed);
	return failed != 0;
}
