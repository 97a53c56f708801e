/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/wire/fragments.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/buf.h"

enum { REMEMBERED = 256 };

struct first { uint32_t id; uint8_t protocol; struct packet_end from, to; };

struct fragments {
	struct first all[REMEMBERED];   /* a ring */
	unsigned n;                     /* so far */
};

struct fragments *fragments_new(void)
{
	return xcalloc(1, sizeof(struct fragments));
}

void fragments_free(struct fragments *f)
{
	free(f);
}

static bool same_address(const struct packet_end *x, const struct packet_end *y)
{
	return x->family == y->family && !memcmp(x->addr, y->addr, sizeof x->addr);
}

/* The newest: a number is used again. */
static const struct first *find(const struct fragments *f, const struct packet *p)
{
	for (unsigned i = f->n; i-- > 0 && f->n - i <= REMEMBERED;) {
		const struct first *k = &f->all[i % REMEMBERED];
		if (k->id == p->fragment_id && k->protocol == p->protocol && same_address(&k->from, &p->from) && same_address(&k->to, &p->to))
			return k;
	}
	return NULL;
}

void fragments_see(struct fragments *f, const struct packet *p, struct packet_end *from, struct packet_end *to)
{
	const struct first *first = p->later_fragment ? find(f, p) : NULL;
	*from = first ? first->from : p->from;
	*to = first ? first->to : p->to;
	if (p->first_fragment)
		f->all[f->n++ % REMEMBERED] = (struct first){ p->fragment_id, p->protocol, p->from, p->to };
}
