/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a learner can ask for, by key or by name. One table: keys.def.
 */
#ifndef TUTOR_COMMAND_H
#define TUTOR_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

enum command {
	COMMAND_NONE,
#define COMMAND(id, ...) COMMAND_##id,
#include "tutor/keys.def"
#undef COMMAND
	COMMANDS
};

struct command_info {
	const char *name;
	int keys[3];                 /* codes of struct key; 0: none */
	const char *label, *help;    /* English: for gettext */
	int rank;
};

const struct command_info *command_info(enum command command);

/* COMMAND_NONE: the key means nothing. */
enum command command_of_key(int code);

/* A line typed at the prompt: name and argument. The name may be shortened while it is clear; *arg points into the line
 * ("" if none). COMMAND_NONE: no such command, or several. */
enum command command_parse(const char *line, const char **arg);

/* What a key is called on the screen: "Space", "←", "q". Written to out (n bytes). */
void command_key_name(int code, char *out, size_t n);

#endif
