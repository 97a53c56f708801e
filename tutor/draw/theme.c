/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/draw/theme.h"

#include <stdbool.h>
#include <string.h>

enum { N = LOOK_NORMAL, B = LOOK_BOLD, D = LOOK_DIM, U = LOOK_UNDERLINE, R = LOOK_REVERSE };

static const struct row {
	short fg[2], bg[2];
	unsigned char look[2];
	signed char fg16[2];
	unsigned char mono;
} rows[ROLES] = {
#define ROLE(name, df, db, dl, lf, lb, ll, d16, l16, m) \
	[ROLE_##name] = { { df, lf }, { db, lb }, { dl, ll }, { d16, l16 }, m },
#include "tutor/draw/theme.def"
#undef ROLE
};

static const char *const names[THEMES] = { "default", "light", "mono" };

struct style theme_style(enum theme theme, enum role role, int colors)
{
	const struct row *r = &rows[role];
	if (theme == THEME_MONO || colors < 8)
		return (struct style){ -1, -1, r->mono };
	/* The light theme brings its own paper: the terminal's may be dark. */
	bool light = theme == THEME_LIGHT;
	int fg = colors >= 256 ? r->fg[theme] : r->fg16[theme], bg = colors >= 256 ? r->bg[theme] : -1;
	if (light && fg < 0)
		fg = colors >= 256 ? 235 : 0;
	if (light && bg < 0)
		bg = colors >= 256 ? 255 : 7;
	return (struct style){ fg, bg, colors >= 256 ? r->look[theme] : r->mono };
}

const char *theme_name(enum theme theme)
{
	return names[theme];
}

int theme_find(const char *name)
{
	for (int i = 0; i < THEMES; i++)
		if (!strcmp(name, names[i]))
			return i;
	return -1;
}
