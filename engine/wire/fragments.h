/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pieces of IP packets that were too long for the wire: only the first one has the
 * transport header, and with it the ports; the others are known to belong to it by
 * their identification, addresses and protocol. RFC 791, RFC 8200 section 4.5.
 */
#ifndef ENGINE_WIRE_FRAGMENTS_H
#define ENGINE_WIRE_FRAGMENTS_H

#include "engine/wire/packet.h"

struct fragments;

struct fragments *fragments_new(void);
void fragments_free(struct fragments *f);   /* NULL is allowed */

/*
 * The next packet, in the order they were seen, and between whom it is: its own ends; of a later fragment, those of its
 * first one, whose ports are 0 if that was not seen.
 */
void fragments_see(struct fragments *f, const struct packet *p, struct packet_end *from, struct packet_end *to);

#endif
