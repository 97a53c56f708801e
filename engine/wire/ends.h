/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which program an address and port belong to, as its sockets told; remembered
 * after they are closed, because the kernel goes on sending for them.
 */
#ifndef ENGINE_WIRE_ENDS_H
#define ENGINE_WIRE_ENDS_H

#include "engine/wire/packet.h"

struct owner { int actor, sock; };   /* -1: nobody's */

struct ends;

struct ends *ends_new(void);
void ends_free(struct ends *e);

/* A socket has this address, and talks to that one only (peer->port 0: to anybody). The newest word counts. host: its host's number, 0 on loopback. */
void ends_learn(struct ends *e, int host, int protocol, const struct packet_end *local, const struct packet_end *peer, struct owner owner);

/* Who sends from here to there: the connection if it is known, else who listens at this address. host -1: any host. */
struct owner ends_find(const struct ends *e, int host, int protocol, const struct packet_end *here, const struct packet_end *there);

#endif
