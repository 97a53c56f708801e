/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The terminal: shows a surface, reads keys, waits. Whatever ends the program
 * (a signal, a crash, Ctrl-C) or stops it (Ctrl-Z), the terminal is first put
 * back as it was. One terminal a process.
 */
#ifndef TUTOR_TERM_TERM_H
#define TUTOR_TERM_TERM_H

#include "engine/base/err.h"
#include "tutor/draw/surface.h"

/* A key: a character (its code point) or one of these. */
enum {
	KEY_NAMED = 0x110000,
#define K(name) K_##name,
	K(UP) K(DOWN) K(LEFT) K(RIGHT) K(PGUP) K(PGDN) K(HOME) K(END) K(BACKTAB) K(BACKSPACE) K(DELETE)
	K(F1) K(MOUSE) K(WHEEL_UP) K(WHEEL_DOWN) K(RESIZE) K(OTHER)
#undef K
	K_ENTER = '\r', K_TAB = '\t', K_ESC = 0x1b, K_SPACE = ' ',
};

struct key {
	int code;
	int y, x;     /* of the mouse */
};

struct term_options {
	enum theme theme;
	bool ascii, mouse;
};

struct terminal;

/* Take the terminal over. Error TERMINAL, a[0]: not-a-terminal, dumb, unknown (TERM is not known here). */
struct terminal *term_open(const struct term_options *options, struct err *err);
void term_close(struct terminal *t);      /* NULL is allowed */

void term_size(const struct terminal *t, int *rows, int *cols);
enum charset term_charset(const struct terminal *t);
void term_theme(struct terminal *t, enum theme theme);

/* Show a surface; the cursor stands at (y, x), or is hidden if y is -1. Only what changed is sent. */
void term_draw(struct terminal *t, const struct surface *s, int y, int x);

/* The next key that is there, false if none. K_RESIZE after the size changed or the program was continued. */
bool term_key(struct terminal *t, struct key *out);

enum { TERM_KEYS = 1, TERM_OTHER = 2, TERM_GONE = 4 };

/* Sleep until a key, the other descriptor (-1: none) is readable, or timeout (ms; -1: for ever). What woke us, or-ed; 0: time. */
int term_wait(struct terminal *t, int other, int timeout);

#endif
