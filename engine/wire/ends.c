/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/wire/ends.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/buf.h"

enum { ENDS_MOST = 4096 };

struct end { int host, protocol; struct packet_end local, peer; struct owner owner; };

struct ends {
	struct end *all;     /* a ring, once it is full */
	int n, at, room;
};

struct ends *ends_new(void)
{
	return xcalloc(1, sizeof(struct ends));
}

void ends_free(struct ends *e)
{
	if (e)
		free(e->all);
	free(e);
}

static struct end *slot(struct ends *e)
{
	if (e->n == ENDS_MOST) {
		e->at = (e->at + 1) % ENDS_MOST;
		return &e->all[e->at];
	}
	if (e->n == e->room) {
		e->room = e->room ? 2 * e->room : 16;
		e->all = xrealloc(e->all, (size_t)e->room * sizeof *e->all);
	}
	return &e->all[e->n++];
}

void ends_learn(struct ends *e, int host, int protocol, const struct packet_end *local, const struct packet_end *peer, struct owner owner)
{
	if (!local->port)
		return;
	for (int i = 0; i < e->n; i++) {
		struct end *k = &e->all[i];
		if (k->host == host && k->protocol == protocol && packet_same_end(&k->local, local) && packet_same_end(&k->peer, peer)) {
			k->owner = owner;
			return;
		}
	}
	*slot(e) = (struct end){ host, protocol, *local, *peer, owner };
}

static bool is_any(const struct packet_end *x)
{
	static const unsigned char zero[16];
	return !memcmp(x->addr, zero, sizeof zero);
}

/* A socket of IPv6 that takes IPv4 too has addresses like ::ffff:127.0.0.1. */
static bool reaches(const struct packet_end *local, const struct packet_end *here)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	if (local->port != here->port)
		return false;
	if (is_any(local))
		return local->family == here->family || local->family > here->family;
	if (local->family == here->family)
		return !memcmp(local->addr, here->addr, sizeof local->addr);
	return !memcmp(local->addr, mapped, 12) && !memcmp(local->addr + 12, here->addr, 4);
}

struct owner ends_find(const struct ends *e, int host, int protocol, const struct packet_end *here, const struct packet_end *there)
{
	struct owner listener = { -1, -1 };
	for (int i = e->n; i-- > 0;) {
		const struct end *k = &e->all[i];
		if ((host >= 0 && k->host != host) || k->protocol != protocol || !reaches(&k->local, here))
			continue;
		if (k->peer.port && reaches(&k->peer, there))
			return k->owner;
		if (!k->peer.port && listener.actor < 0)
			listener = k->owner;
	}
	return listener;
}
