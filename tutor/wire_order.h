/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What can be done to the wire, in words: "hold", "pass", "pass 7", "drop client SYN", "delay server DATA every 2 ms 500",
 * "unplug client", "freeze server connection". Learners type them, lessons give them at a mark; the engine does them.
 * docs/lessons.md has the grammar.
 */
#ifndef TUTOR_WIRE_ORDER_H
#define TUTOR_WIRE_ORDER_H

#include <stdbool.h>

#include "engine/base/err.h"
#include "engine/wire/order.h"

struct model;

/* An order before the run is looked at: which socket it means is not known yet. */
struct wire_words {
	struct wire_order order;
	char flags[32];
	int actor;                    /* -1: none was named */
	enum wire_sock { WIRE_SOCK_ANY, WIRE_SOCK_LISTENER, WIRE_SOCK_CONNECTION, WIRE_SOCK_NTH } which;
	const char *text;             /* as a lesson has it; NULL: not from a lesson */
	int nth;                      /* WIRE_SOCK_NTH: of the program's sockets, in order of appearance, from 1 */
};

/* names: of the programs (n of them). False: ERR_WIRE_ORDER with the word that is not understood. */
bool wire_words_read(const char *words, const char *const *names, int n, struct wire_words *out, struct err *err);

/* One sentence with all the words, in the interface's language. */
const char *wire_words_help(void);

/* The order for the run as it is now. o->flags points into w. False: ERR_NO_SOCKET. */
bool wire_words_order(const struct wire_words *w, const struct model *m, struct wire_order *o, struct err *err);

#endif
