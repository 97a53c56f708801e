/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/fault_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/decode/constants.h"

static const double SECOND_NS = 1e9, DELAY_MOST_S = 600;

static enum fault_words_bad read_signal(const char *name, struct fault_words *w)
{
	static const char *const signals[] = { "SIGINT", "SIGTERM", "SIGPIPE", "SIGCHLD", "SIGHUP", "SIGQUIT", "SIGALRM",
						"SIGUSR1", "SIGUSR2" };
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		if (!strcmp(signals[i], name))
			w->order.name = signals[i];
	return w->order.name ? FAULT_WORDS_GOOD : FAULT_WORDS_SIGNAL;
}

static enum fault_words_bad read_seconds(const char *number, struct fault_words *w)
{
	char *end;
	double s = strtod(number, &end);
	if (!*number || *end || !(s > 0 && s <= DELAY_MOST_S))
		return FAULT_WORDS_SECONDS;
	w->order.n = (int64_t)(s * SECOND_NS);
	return FAULT_WORDS_GOOD;
}

static enum fault_words_bad read_bytes(const char *number, struct fault_words *w)
{
	char *end;
	w->order.n = strtoll(number, &end, 10);
	return *number && !*end && w->order.n > 0 ? FAULT_WORDS_GOOD : FAULT_WORDS_BYTES;
}

static enum fault_words_bad read_errno(const char *name, struct fault_words *w)
{
	const struct constant_group *g = constant_group(CONST_errno);
	for (unsigned i = 0; i < g->n; i++)
		if (!strcmp(g->item[i].name, name))
			w->order.name = g->item[i].name;
	w->order.kind = !strcmp(name, "EINTR") ? FAULT_EINTR : FAULT_ERRNO;
	return w->order.name ? FAULT_WORDS_GOOD : FAULT_WORDS_UNKNOWN;
}

/* How many words there may be. */
static int most_words(enum fault_kind kind)
{
	return kind == FAULT_SIGNAL ? 3 : kind == FAULT_NONE || kind == FAULT_EINTR || kind == FAULT_RESET ? 1 : 2;
}

enum fault_words_bad fault_words_read(const char *words, struct fault_words *w)
{
	char word[4][FAULT_WORD] = { "", "", "", "" };
	*w = (struct fault_words){ .order.whom = -1 };
	int n = sscanf(words, "%47s %47s %47s %47s", word[0], word[1], word[2], word[3]);
	enum fault_kind kind = fault_named(word[0]);
	if (kind == FAULT_KINDS)
		return n == 1 ? read_errno(word[0], w) : FAULT_WORDS_UNKNOWN;
	w->order.kind = kind;
	if (n > most_words(kind))
		return FAULT_WORDS_UNKNOWN;
	if (kind == FAULT_SIGNAL || kind == FAULT_KILL)
		memcpy(w->target, word[kind == FAULT_SIGNAL ? 2 : 1], sizeof w->target);
	switch (kind) {
	case FAULT_ERRNO: return read_errno(word[1], w);
	case FAULT_SHORT: return read_bytes(word[1], w);
	case FAULT_DELAY: return read_seconds(word[1], w);
	case FAULT_SIGNAL: return read_signal(word[1], w);
	default: return FAULT_WORDS_GOOD;
	}
}
