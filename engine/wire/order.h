/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An order for the wire: what is to be done, and with which packets or with
 * whose end of the cable. cable.h and run.h obey it.
 */
#ifndef ENGINE_WIRE_ORDER_H
#define ENGINE_WIRE_ORDER_H

#include <stdbool.h>
#include <stdint.h>

enum { CABLE_HOSTS = 4 };   /* so many hosts can a cable join; they count from 0 */

enum wire_how {
#define WIRE_HOW(id, name) WIRE_##id,
#include "engine/wire/wire_how.def"
#undef WIRE_HOW
	WIRE_HOWS
};

/* What is to be done. Start from WIRE_ORDER_INIT; a field not named with a `how` is not looked at. */
struct wire_order {
	enum wire_how how;
	int host;            /* HOLD … CORRUPT: only packets that leave this host, -1: any. UNPLUG, PLUG: its end; -1: all */
	int sock;            /* FREEZE, THAW: number of the socket in this run (event `socket`) */
	int id;              /* PASS: this packet; 0: all that are held */
	int every;           /* DROP … CORRUPT: every n-th packet that fits; 0: the next one only; 1: all */
	const char *flags;   /* HOLD … CORRUPT: only these packets, see wire_flags_fit; NULL: any */
	int port;            /* HOLD … CORRUPT: only packets from or to this port; 0: any */
	int64_t ns;          /* DELAY: how long, nanoseconds */
	const char *by;      /* for the log: "lesson"; NULL: the learner */
};

#define WIRE_ORDER_INIT { .host = -1, .sock = -1 }

const char *wire_how_name(enum wire_how how);
bool wire_how_of(const char *name, enum wire_how *out);   /* false: there is no such word */

/*
 * Words for `flags`: TCP, UDP, ICMP, ARP (packets of that kind), DATA (TCP with payload), or TCP flags joined by |.
 * SYN alone is the one without ACK; ACK alone is an ACK with nothing else: no SYN, FIN, RST, no payload. Else the flags
 * named must be set, whatever others are.
 */
struct packet;
bool wire_flags_known(const char *flags);
bool wire_flags_fit(const char *flags, const struct packet *p);   /* flags: known ones */

#endif
