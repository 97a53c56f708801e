/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The last program that is left when all others have ended: does it wait for somebody who cannot come any more? */
#ifndef TUTOR_PLAIN_LAST_H
#define TUTOR_PLAIN_LAST_H

#include <stdint.h>

#include "tutor/session.h"

struct last {
	uint64_t where;    /* in which calls it waited the last time; 0: it has not waited yet */
	int rounds;        /* how often it has waited there with a timer */
};

/*
 * Nothing can move. The program that is to be ended, of several: all others have ended, and it waits neither for time
 * nor with a timer that will wake it, or it has let such a timer run out LAST_ROUNDS times in the same calls (a server
 * that looks round from time to time). -1: none. Ask once for each time that nothing can move.
 */
enum { LAST_ROUNDS = 3 };
int last_in_vain(struct last *l, struct session *s, const struct model *m);

#endif
