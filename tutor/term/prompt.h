/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A line typed by the learner: GNU readline does the editing, history and
 * completion; the key line draws it. Readline never touches the terminal: it
 * gets bytes from our keys and its output goes nowhere. One prompt at a time.
 */
#ifndef TUTOR_TERM_PROMPT_H
#define TUTOR_TERM_PROMPT_H

#include "tutor/views/picture.h"

enum prompt_state { PROMPT_OPEN, PROMPT_DONE, PROMPT_CANCELLED };
enum prompt_history { HISTORY_COMMANDS, HISTORY_TEXT, PROMPT_HISTORIES };

/* What may stand at byte `start` of the line: a NULL-ended array, good until the next call; NULL: nothing to offer. */
typedef const char *const *prompt_offers(void *with, const char *line, size_t start);

void prompt_open(const char *label, enum prompt_history history, prompt_offers *offers, void *with);

/* Give it a key (code of struct key). DONE: prompt_line() is what was typed; the prompt is closed. */
enum prompt_state prompt_key(int code);
void prompt_close(void);

/* The finished line; good until the next prompt_open. */
const char *prompt_line(void);

/* For the key line; label NULL when no prompt is open. Good until the next prompt call. */
struct prompt_view prompt_show(void);

#endif
