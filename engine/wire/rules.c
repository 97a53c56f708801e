/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules are few, so they are looked through one by one for every packet. */
#include "engine/wire/rules.h"

#include <string.h>

#include "engine/wire/packet.h"

static bool fits(const struct rule *r, int host, const struct packet *p)
{
	const struct wire_order *o = &r->order;
	if (o->host >= 0 && o->host != host)
		return false;
	if (o->port && p->from.port != o->port && p->to.port != o->port)
		return false;
	return *r->flags ? wire_flags_fit(r->flags, p) : p->kind != PACKET_ARP;
}

static void forget(struct rules *rules, int i)
{
	memmove(&rules->rule[i], &rules->rule[i + 1], (size_t)(--rules->n - i) * sizeof *rules->rule);
}

struct wire_order rules_meet(struct rules *rules, int host, const struct packet *p)
{
	for (int i = 0; i < rules->n; i++) {
		struct rule *r = &rules->rule[i];
		if (r->order.how == WIRE_HOLD || !fits(r, host, p))
			continue;
		struct wire_order found = r->order;
		bool now = r->order.every <= 1 || ++r->seen % r->order.every == 0;
		if (r->order.every == 0)
			forget(rules, i);
		if (now)
			return found;
	}
	return (struct wire_order){ .how = WIRE_FLOW };
}

bool rules_hold(const struct rules *rules, int host, const struct packet *p)
{
	for (int i = 0; i < rules->n; i++)
		if (rules->rule[i].order.how == WIRE_HOLD && fits(&rules->rule[i], host, p))
			return true;
	return false;
}

static bool is_same(const struct rule *a, const struct rule *b)
{
	return a->order.how == b->order.how && a->order.host == b->order.host && a->order.port == b->order.port && !strcmp(a->flags, b->flags);
}

void rules_add(struct rules *rules, const struct wire_order *o)
{
	struct rule new = { .order = *o };
	if (o->flags)
		strncpy(new.flags, o->flags, sizeof new.flags - 1);
	new.order.flags = NULL;
	for (int i = 0; i < rules->n; i++)
		if (is_same(&rules->rule[i], &new) && (o->how == WIRE_HOLD || o->every)) {   /* two for the next packet are for two packets */
			rules->rule[i] = new;
			return;
		}
	if (rules->n == RULES_MOST)
		forget(rules, 0);
	rules->rule[rules->n++] = new;
}

void rules_clear(struct rules *rules)
{
	rules->n = 0;
}
