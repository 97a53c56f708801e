/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/command.h"

#include <stdio.h>
#include <string.h>

#include "tutor/i18n.h"
#include "tutor/term/term.h"

static const struct command_info table[COMMANDS] = {
#define COMMAND(id, name, k1, k2, k3, label, help, rank) [COMMAND_##id] = { name, { k1, k2, k3 }, label, help, rank },
#include "tutor/keys.def"
#undef COMMAND
};

const struct command_info *command_info(enum command command)
{
	return &table[command];
}

enum command command_of_key(int code)
{
	for (int i = COMMAND_NONE + 1; code && i < COMMANDS; i++)
		for (int k = 0; k < 3; k++)
			if (table[i].keys[k] == code)
				return (enum command)i;
	return COMMAND_NONE;
}

enum command command_parse(const char *line, const char **arg)
{
	line += strspn(line, " \t:");
	size_t n = strcspn(line, " \t");
	int found = COMMAND_NONE;
	*arg = line + n + strspn(line + n, " \t");
	for (int i = COMMAND_NONE + 1; n && i < COMMANDS; i++) {
		if (strncmp(line, table[i].name, n))
			continue;
		if (!table[i].name[n])
			return (enum command)i;
		found = found == COMMAND_NONE ? i : COMMANDS;
	}
	return found == COMMANDS ? COMMAND_NONE : (enum command)found;
}

void command_key_name(int code, char *out, size_t n)
{
	static const struct { int code; const char *name; } names[] = {
		{ K_SPACE, N_("Space") }, { K_ENTER, N_("Enter") }, { K_TAB, "Tab" }, { K_BACKTAB, "Shift-Tab" }, { K_ESC, "Esc" },
		{ K_LEFT, "←" }, { K_RIGHT, "→" }, { K_UP, "↑" }, { K_DOWN, "↓" }, { K_PGUP, "PgUp" }, { K_PGDN, "PgDn" },
		{ K_HOME, "Home" }, { K_END, "End" }, { K_F1, "F1" }, { K_WHEEL_UP, "" }, { K_WHEEL_DOWN, "" },
	};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].code == code) {
			snprintf(out, n, "%s", *names[i].name ? _(names[i].name) : "");
			return;
		}
	if (code > 0 && code < 0x20)
		snprintf(out, n, "Ctrl-%c", code | 0x40);
	else
		snprintf(out, n, "%c", code);
}
