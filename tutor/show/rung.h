/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rungs of the ladder. Most packets have one of their own. A segment that
 * is sent again and again, with only others sent again between, has one rung
 * for all its repeats that met the same fate: it stands where the newest of
 * them is, and has its number. So have resets, probes and duplicate ACKs that
 * say the same.
 */
#ifndef TUTOR_SHOW_RUNG_H
#define TUTOR_SHOW_RUNG_H

#include "tutor/model/model.h"

struct rung {
	int id;               /* of its newest packet; 0: there is none */
	int first, times;     /* its oldest packet, and how many it stands for */
};

/* That packet's. id: 1 … n_packets. */
struct rung rung_of(const struct model *m, int id);

/* The one above, the one below; id: of a rung, or n_packets + 1, or 0. */
struct rung rung_before(const struct model *m, int id);
struct rung rung_after(const struct model *m, int id);

/* How many packets stand above the rung `first`, and below the rung `last`. */
int rung_packets_above(const struct model *m, int first);
int rung_packets_below(const struct model *m, int last);

#endif
