/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The only file that knows readline. Its state is global because readline's is.
 * All bytes of a character are queued before readline reads the first: fed one
 * at a time, its search (Ctrl-R) breaks Chinese characters.
 */
#include "tutor/term/prompt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "engine/base/utf8.h"
#include "tutor/term/term.h"

enum { MOST_OFFERS = 64, HISTORY_LINES = 200 };

static struct {
	bool ready, open, leaving;
	enum prompt_state state;
	char queue[16];
	size_t at, n;
	char *line;                              /* finished; owned */
	char *label;                             /* owned */
	enum prompt_history history;
	HISTORY_STATE *histories[PROMPT_HISTORIES];
	prompt_offers *offers;
	void *with;
	const char *const *candidates;
	char *shown[MOST_OFFERS + 1];            /* owned copies */
} bridge;

static int next_byte(FILE *unused)
{
	return bridge.at < bridge.n ? (unsigned char)bridge.queue[bridge.at++] : EOF;
}

static int has_byte(void)
{
	return bridge.at < bridge.n;
}

static void nothing(void)
{
}

static void forget_shown(void)
{
	for (int i = 0; i < MOST_OFFERS; i++) {
		free(bridge.shown[i]);
		bridge.shown[i] = NULL;
	}
}

/* matches[0] is what they have in common. */
static void show_matches(char **matches, int n, int longest)
{
	forget_shown();
	for (int i = 0; i < n && i < MOST_OFFERS; i++)
		bridge.shown[i] = xstrdup(matches[i + 1]);
}

static char *next_match(const char *text, int state)
{
	static int at;
	at = state ? at : 0;
	while (bridge.candidates && bridge.candidates[at]) {
		const char *c = bridge.candidates[at++];
		if (!strncmp(c, text, strlen(text)))
			return xstrdup(c);
	}
	return NULL;
}

static char **complete(const char *text, int start, int end)
{
	rl_attempted_completion_over = 1;     /* never file names */
	bridge.candidates = bridge.offers ? bridge.offers(bridge.with, rl_line_buffer, (size_t)start) : NULL;
	return bridge.candidates ? rl_completion_matches(text, next_match) : NULL;
}

static void on_line(char *line)
{
	bridge.state = line && !bridge.leaving ? PROMPT_DONE : PROMPT_CANCELLED;
	free(bridge.line);
	bridge.line = line;
	rl_callback_handler_remove();
	bridge.open = false;
}

static void make_ready(void)
{
	static char breaks[] = " ";
	if (bridge.ready)
		return;
	bridge.ready = true;
	rl_readline_name = "socktutor";
	rl_catch_signals = 0;
	rl_catch_sigwinch = 0;
	rl_change_environment = 0;            /* LINES and COLUMNS set by it would hide the second resize */
	rl_outstream = fopen("/dev/null", "we");
	rl_getc_function = next_byte;
	rl_input_available_hook = has_byte;
	rl_redisplay_function = nothing;
	rl_prep_term_function = NULL;
	rl_deprep_term_function = NULL;
	rl_completion_display_matches_hook = show_matches;
	rl_attempted_completion_function = complete;
	rl_completer_word_break_characters = breaks;
	rl_variable_bind("enable-bracketed-paste", "off");
	rl_variable_bind("bell-style", "none");
	rl_variable_bind("show-all-if-ambiguous", "on");
	using_history();
}

static void use_history(enum prompt_history history)
{
	static HISTORY_STATE empty;
	if (history == bridge.history)
		return;
	free(bridge.histories[bridge.history]);
	bridge.histories[bridge.history] = history_get_history_state();
	history_set_history_state(bridge.histories[history] ? bridge.histories[history] : &empty);
	bridge.history = history;
}

void prompt_open(const char *label, enum prompt_history history, prompt_offers *offers, void *with)
{
	make_ready();
	prompt_close();
	use_history(history);
	using_history();
	bridge.offers = offers;
	bridge.with = with;
	bridge.open = true;
	bridge.state = PROMPT_OPEN;
	free(bridge.label);
	bridge.label = xstrdup(label);
	rl_callback_handler_install(bridge.label, on_line);
}

static void feed(const char *bytes, size_t n)
{
	memcpy(bridge.queue, bytes, n);
	bridge.at = 0;
	bridge.n = n;
	while (bridge.open && has_byte())
		rl_callback_read_char();
}

/* A line is given up by finishing it: taken away in the middle, readline frees its undo list twice. Ctrl-G first, to leave a search. */
void prompt_close(void)
{
	forget_shown();
	bridge.leaving = true;
	if (bridge.open)
		feed("\a", 1);
	if (bridge.open)
		feed("\r", 1);
	if (bridge.open)
		rl_callback_handler_remove();
	bridge.open = bridge.leaving = false;
}

static const char *sequence_of(int code)
{
	switch (code) {
	case K_UP: return "\033[A";
	case K_DOWN: return "\033[B";
	case K_RIGHT: return "\033[C";
	case K_LEFT: return "\033[D";
	case K_HOME: return "\033[H";
	case K_END: return "\033[F";
	case K_DELETE: return "\033[3~";
	case K_BACKSPACE: return "\x7f";
	default: return NULL;
	}
}

static void feed_key(int code)
{
	const char *seq = sequence_of(code);
	char utf8[4];
	if (seq)
		feed(seq, strlen(seq));
	else if (code > 0 && code < KEY_NAMED)
		feed(utf8, utf8_encode((uint32_t)code, utf8));
}

static void keep_line(void)
{
	if (bridge.state != PROMPT_DONE || !bridge.line || !*bridge.line)
		return;
	HIST_ENTRY *last = history_length > 0 ? history_get(history_base + history_length - 1) : NULL;
	if (!last || strcmp(last->line, bridge.line))
		add_history(bridge.line);
	stifle_history(HISTORY_LINES);
}

enum prompt_state prompt_key(int code)
{
	if (!bridge.open)
		return PROMPT_CANCELLED;
	forget_shown();
	if (code == K_ESC) {
		prompt_close();
		return PROMPT_CANCELLED;
	}
	feed_key(code);
	keep_line();
	return bridge.state;
}

const char *prompt_line(void)
{
	return bridge.line ? bridge.line : "";
}

struct prompt_view prompt_show(void)
{
	if (!bridge.open)
		return (struct prompt_view){ .label = NULL };
	return (struct prompt_view){
		.label = rl_display_prompt ? rl_display_prompt : bridge.label, .text = rl_line_buffer, .cursor = (size_t)rl_point,
		.offers = bridge.shown[0] ? (const char *const *)bridge.shown : NULL,
	};
}
