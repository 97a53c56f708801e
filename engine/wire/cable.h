/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The cable between the hosts of a run, in our own hands: what leaves a host is
 * read at the far end of its interface, and written to the far end of the one it
 * is for. In between it can be held, lost, repeated, put out of order, delayed or
 * damaged. Packets are known by the numbers that wire.h gives them.
 *
 * ARP is carried at once, unless an order asks for it by name.
 */
#ifndef ENGINE_WIRE_CABLE_H
#define ENGINE_WIRE_CABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/err.h"
#include "engine/wire/order.h"

enum { CABLE_WAITING_MOST = 1024 };   /* packets that can wait at a time; what is to wait beyond these is lost: fate `full` */

struct cable;
struct packet;
struct vclock;

/*
 * ends[i]: the far end of host i, a socket that frames are sent into (capture_fd), borrowed. *packets: the number given to
 * the last packet; copies get the next ones. clock: by it a delay is counted, and cable_tick must be called when it has
 * moved; NULL: real time. NULL with errno set.
 */
struct cable *cable_new(const int *ends, int n, int *packets, const struct vclock *clock);
void cable_free(struct cable *c);     /* NULL is allowed */

/* A packet left a host: it is put in line for the host it is for, or there is done with it what was ordered. */
void cable_take(struct cable *c, int host, int id, const unsigned char *bytes, size_t len, const struct packet *p);

/*
 * The packet that stands in line for longest goes to its host, which has dealt with it when this returns: a sleeper it
 * wakes is awake. False: there is none.
 */
bool cable_carry(struct cable *c);
int cable_in_line(const struct cable *c);

/* UNPLUG … all orders but FREEZE and THAW. ERR_NO_PACKET: no packet of that number is held. */
bool cable_obey(struct cable *c, const struct wire_order *o, struct err *err);

/* What was delayed and is due stands in line now. */
void cable_tick(struct cable *c);
int cable_fd(const struct cable *c);          /* real time: readable when something is due */
bool cable_is_due(const struct cable *c);
/* The delayed packet that comes next: at what time, and how long it was to take. False: there is none. */
bool cable_next_due(const struct cable *c, int64_t *at, int64_t *asked);

/* Packets that wait in the cable, by whatever order. */
int cable_waiting(const struct cable *c);

/* What became of a packet, oldest first; false: no more news. what: a word of the `fate` event. */
struct cable_fate { int id; const char *what; int copy; };
bool cable_fate(struct cable *c, struct cable_fate *out);

#endif
