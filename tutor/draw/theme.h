/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a cell is (its role) and how a theme shows it. Views know roles only.
 */
#ifndef TUTOR_DRAW_THEME_H
#define TUTOR_DRAW_THEME_H

enum role {
#define ROLE(name, ...) ROLE_##name,
#include "tutor/draw/theme.def"
#undef ROLE
	ROLES
};

enum theme { THEME_DARK, THEME_LIGHT, THEME_MONO, THEMES };

enum look { LOOK_NORMAL = 0, LOOK_BOLD = 1, LOOK_DIM = 2, LOOK_UNDERLINE = 4, LOOK_REVERSE = 8 };

struct style {
	int fg, bg;      /* colour numbers, -1: the terminal's own */
	unsigned look;   /* enum look, or-ed */
};

/* colors: how many the terminal has; with fewer than 8 every theme is the monochrome one. */
struct style theme_style(enum theme theme, enum role role, int colors);

/* Name of a theme ("default", "light", "mono") and back; -1: no such theme. */
const char *theme_name(enum theme theme);
int theme_find(const char *name);

#endif
