/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The door to the terminal for plain text. Names, arguments and logs are hostile:
 * what is printed through here cannot move the cursor, colour, hide or turn text round.
 */
#ifndef TUTOR_PRINTABLE_H
#define TUTOR_PRINTABLE_H

#include <stdio.h>

/*
 * A stream that makes printable whatever is written to it (utf8_show, newlines and tabs stay) and passes it on to `to`:
 * stdout or stderr, which is then used only through it. To be put in its place; it is good until the program ends. Once for each.
 * Not for JSON, which escapes by itself. NULL: no memory (errno).
 */
FILE *printable_stream(FILE *to);

#endif
