/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The orders that stand on a cable, oldest first. A hold is apart from the rest:
 * a packet meets the first other rule that fits it, and then a hold that does.
 *
 * ARP meets a rule only if that names it.
 */
#ifndef ENGINE_WIRE_RULES_H
#define ENGINE_WIRE_RULES_H

#include "engine/wire/order.h"

struct packet;

struct rule {
	struct wire_order order;   /* its flags are below, in a copy of our own */
	char flags[32];            /* "": any packet */
	int seen;                  /* how many fitted so far */
};

enum { RULES_MOST = 16 };

struct rules { struct rule rule[RULES_MOST]; int n; };   /* zero: none stands */

/* HOLD … CORRUPT. It takes the place of the one of its kind for the same packets, or of the oldest where there is no room. */
void rules_add(struct rules *rules, const struct wire_order *o);
void rules_clear(struct rules *rules);

/* What is to be done with this packet of that host, but holding; FLOW: nothing. An order for one packet ends with it. */
struct wire_order rules_meet(struct rules *rules, int host, const struct packet *p);
bool rules_hold(const struct rules *rules, int host, const struct packet *p);

#endif
