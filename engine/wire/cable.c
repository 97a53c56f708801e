/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A packet meets the first rule that fits it, then a hold, then the line at the far
 * end, from which one packet at a time goes to its host. What waits by an order is a
 * list in order of arrival, and it is bounded: a full cable loses what comes.
 */
#include "engine/wire/cable.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/buf.h"
#include "engine/base/clock.h"
#include "engine/trace/vclock.h"

enum { RULES_MOST = 16, CHANGED_MOST = 2048 };   /* no frame on the cable is longer */

struct rule { struct wire_order order; char flags[32]; int seen; };

enum wait { WAIT_HELD, WAIT_SWAP, WAIT_TIME, WAIT_LINE };

struct parcel {
	struct parcel *next;
	enum wait wait;
	int id, host;
	int64_t due, asked;            /* WAIT_TIME: by the cable's clock, nanoseconds */
	size_t len;
	unsigned char *bytes;          /* behind it, in the same piece of memory */
};

struct list { struct parcel *first, *last; int n; };

struct cable {
	int ends[CABLE_HOSTS];
	bool unplugged[CABLE_HOSTS];
	int n;
	int *packets;
	struct rule rules[RULES_MOST];
	int n_rules;
	struct list waiting, line;
	int timer;
	const struct vclock *clock;    /* NULL: real time */
	struct cable_fate *fates;
	int n_fates, at_fate, room_fates;
};

static const char *const names[WIRE_HOWS] = {
#define WIRE_HOW(id, name) [WIRE_##id] = name,
#include "engine/wire/wire_how.def"
#undef WIRE_HOW
};

const char *wire_how_name(enum wire_how how)
{
	return (unsigned)how < WIRE_HOWS ? names[how] : "";
}

bool wire_how_of(const char *name, enum wire_how *out)
{
	for (int i = 0; i < WIRE_HOWS; i++)
		if (!strcmp(name, names[i])) {
			*out = (enum wire_how)i;
			return true;
		}
	return false;
}

static void list_add(struct list *l, struct parcel *p)
{
	p->next = NULL;
	if (l->last)
		l->last->next = p;
	else
		l->first = p;
	l->last = p;
	l->n++;
}

/* The one after `before` (NULL: the first) is the caller's now. */
static struct parcel *list_take(struct list *l, struct parcel *before)
{
	struct parcel *p = before ? before->next : l->first;
	if (before)
		before->next = p->next;
	else
		l->first = p->next;
	if (l->last == p)
		l->last = before;
	l->n--;
	return p;
}

static void list_clear(struct list *l)
{
	while (l->first)
		free(list_take(l, NULL));
}

struct cable *cable_new(const int *ends, int n, int *packets, const struct vclock *clock)
{
	int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (timer < 0)
		return NULL;
	struct cable *c = xcalloc(1, sizeof *c);
	c->timer = timer;
	c->packets = packets;
	c->clock = clock;
	for (; c->n < n && c->n < CABLE_HOSTS; c->n++)
		c->ends[c->n] = ends[c->n];
	return c;
}

void cable_free(struct cable *c)
{
	if (!c)
		return;
	list_clear(&c->waiting);
	list_clear(&c->line);
	close(c->timer);
	free(c->fates);
	free(c);
}

/* fates */

static void tell(struct cable *c, int id, const char *what, int copy)
{
	if (c->n_fates == c->room_fates) {
		c->room_fates = c->room_fates ? 2 * c->room_fates : 16;
		c->fates = xrealloc(c->fates, (size_t)c->room_fates * sizeof *c->fates);
	}
	c->fates[c->n_fates++] = (struct cable_fate){ id, what, copy };
}

bool cable_fate(struct cable *c, struct cable_fate *out)
{
	if (c->at_fate == c->n_fates) {
		c->at_fate = c->n_fates = 0;
		return false;
	}
	*out = c->fates[c->at_fate++];
	return true;
}

/* which packets */

static const struct { const char *word; enum packet_kind kind; } kinds[] = {
	{ "TCP", PACKET_TCP }, { "UDP", PACKET_UDP }, { "ICMP", PACKET_ICMP }, { "ARP", PACKET_ARP },
};

static const struct { const char *word; unsigned flag; } tcp_flags[] = {
	{ "SYN", TCP_SYN }, { "ACK", TCP_ACK }, { "FIN", TCP_FIN }, { "RST", TCP_RST }, { "PSH", TCP_PSH }, { "URG", TCP_URG },
};

/* Bits of "SYN|ACK"; 0: a word is none of ours. */
static unsigned flag_bits(const char *s)
{
	unsigned bits = 0;
	for (;;) {
		size_t n = strcspn(s, "|"), k = 0;
		while (k < sizeof tcp_flags / sizeof *tcp_flags && (strlen(tcp_flags[k].word) != n || strncmp(s, tcp_flags[k].word, n)))
			k++;
		if (k == sizeof tcp_flags / sizeof *tcp_flags)
			return 0;
		bits |= tcp_flags[k].flag;
		if (!s[n])
			return bits;
		s += n + 1;
	}
}

bool cable_knows(const char *flags)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (!strcmp(flags, kinds[i].word))
			return true;
	return !strcmp(flags, "DATA") || flag_bits(flags);
}

static bool fits_flags(const char *flags, const struct packet *p)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (!strcmp(flags, kinds[i].word))
			return p->kind == kinds[i].kind;
	if (p->kind != PACKET_TCP)
		return false;
	if (!strcmp(flags, "DATA"))
		return p->data_len > 0;
	unsigned bits = flag_bits(flags);
	if (bits == TCP_SYN)
		return (p->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
	if (bits == TCP_ACK)
		return (p->flags & (TCP_SYN | TCP_FIN | TCP_RST | TCP_ACK)) == TCP_ACK && !p->data_len;
	return (p->flags & bits) == bits;
}

static bool fits(const struct rule *r, int host, const struct packet *p)
{
	const struct wire_order *o = &r->order;
	if (o->host >= 0 && o->host != host)
		return false;
	if (o->port && p->from.port != o->port && p->to.port != o->port)
		return false;
	return *r->flags ? fits_flags(r->flags, p) : p->kind != PACKET_ARP;
}

static void forget_rule(struct cable *c, int i)
{
	memmove(&c->rules[i], &c->rules[i + 1], (size_t)(--c->n_rules - i) * sizeof *c->rules);
}

/* What is to be done with this packet; FLOW: nothing. */
static struct wire_order rule_for(struct cable *c, int host, const struct packet *p)
{
	for (int i = 0; i < c->n_rules; i++) {
		struct rule *r = &c->rules[i];
		if (r->order.how == WIRE_HOLD || !fits(r, host, p))
			continue;
		struct wire_order found = r->order;
		bool now = r->order.every <= 1 || ++r->seen % r->order.every == 0;
		if (r->order.every == 0)
			forget_rule(c, i);
		if (now)
			return found;
	}
	return (struct wire_order){ .how = WIRE_FLOW };
}

static bool is_held(const struct cable *c, int host, const struct packet *p)
{
	for (int i = 0; i < c->n_rules; i++)
		if (c->rules[i].order.how == WIRE_HOLD && fits(&c->rules[i], host, p))
			return true;
	return false;
}

/* carrying */

/* Hardware addresses end in the host's number; what is for all, or for nobody we know, goes to all others. */
static bool is_for(const unsigned char *bytes, size_t len, int from, int host)
{
	static const unsigned char ours[5] = { 2, 0, 0, 0, 0 };
	if (host == from || len < 6)
		return false;
	return memcmp(bytes, ours, 5) || bytes[5] == host + 1;
}

static bool reaches(const struct cable *c, int from, int host, const unsigned char *bytes, size_t len)
{
	return !c->unplugged[from] && !c->unplugged[host] && is_for(bytes, len, from, host);
}

static bool reaches_somebody(const struct cable *c, int from, const unsigned char *bytes, size_t len)
{
	for (int i = 0; i < c->n; i++)
		if (reaches(c, from, i, bytes, len))
			return true;
	return false;
}

static struct parcel *parcel_new(struct parcel what, const unsigned char *bytes)
{
	struct parcel *p = xcalloc(1, sizeof *p + what.len);
	*p = what;
	p->bytes = (unsigned char *)(p + 1);
	memcpy(p->bytes, bytes, what.len);
	return p;
}

/* news: what is told of it; NULL: nothing. One that reaches nobody is lost. */
static void stand_in_line(struct cable *c, struct parcel *p, const char *news)
{
	bool there = reaches_somebody(c, p->host, p->bytes, p->len);
	if (!there || news)
		tell(c, p->id, there ? news : "lost", 0);
	if (there)
		list_add(&c->line, p);
	else
		free(p);
}

bool cable_carry(struct cable *c)
{
	if (!c->line.first)
		return false;
	struct parcel *p = list_take(&c->line, NULL);
	bool there = false;
	for (int i = 0; i < c->n; i++)
		if (reaches(c, p->host, i, p->bytes, p->len))
			there |= send(c->ends[i], p->bytes, p->len, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)p->len;   /* ENETDOWN: the link is down */
	if (!there)
		tell(c, p->id, "lost", 0);
	free(p);
	return true;
}

int cable_in_line(const struct cable *c)
{
	return c->line.n;
}

static int64_t now(const struct cable *c)
{
	return c->clock ? vclock_now(c->clock) : clock_ns(CLOCK_MONOTONIC);
}

bool cable_next_due(const struct cable *c, int64_t *at, int64_t *asked)
{
	*at = INT64_MAX;
	for (const struct parcel *p = c->waiting.first; p; p = p->next)
		if (p->wait == WAIT_TIME && p->due < *at) {
			*at = p->due;
			*asked = p->asked;
		}
	return *at != INT64_MAX;
}

static void set_timer(struct cable *c)
{
	int64_t due, asked;
	struct itimerspec t = { 0 };
	if (!c->clock && cable_next_due(c, &due, &asked))
		t.it_value = (struct timespec){ .tv_sec = due / 1000000000, .tv_nsec = due % 1000000000 };
	timerfd_settime(c->timer, TFD_TIMER_ABSTIME, &t, NULL);
}

static void park(struct cable *c, struct parcel what, const unsigned char *bytes, const char *fate)
{
	if (c->waiting.n == CABLE_WAITING_MOST) {
		tell(c, what.id, "full", 0);
		return;
	}
	list_add(&c->waiting, parcel_new(what, bytes));
	tell(c, what.id, fate, 0);
	if (what.wait == WAIT_TIME)
		set_timer(c);
}

/* These packets, out of the list and into the line. False: there was none. */
static bool let_go(struct cable *c, bool (*is_it)(const struct parcel *p, int64_t of), int64_t of)
{
	struct parcel *before = NULL;
	bool any = false;
	for (struct parcel *p = c->waiting.first, *next; p; p = next) {
		next = p->next;
		if (!is_it(p, of)) {
			before = p;
			continue;
		}
		any = true;
		stand_in_line(c, list_take(&c->waiting, before), "passed");
	}
	return any;
}

static bool is_swapped(const struct parcel *p, int64_t host)
{
	return p->wait == WAIT_SWAP && p->host == host;
}

static bool is_due(const struct parcel *p, int64_t by)
{
	return p->wait == WAIT_TIME && p->due <= by;
}

static bool is_called(const struct parcel *p, int64_t id)
{
	return !id || p->id == id;
}

static bool has_swapped(const struct cable *c, int host)
{
	for (const struct parcel *p = c->waiting.first; p; p = p->next)
		if (is_swapped(p, host))
			return true;
	return false;
}

/* False: it is held. */
static bool go_or_hold(struct cable *c, int host, int id, const unsigned char *bytes, size_t len, const struct packet *p)
{
	if (is_held(c, host, p)) {
		park(c, (struct parcel){ .wait = WAIT_HELD, .id = id, .host = host, .len = len }, bytes, "held");
		return false;
	}
	stand_in_line(c, parcel_new((struct parcel){ .wait = WAIT_LINE, .id = id, .host = host, .len = len }, bytes), NULL);
	return true;
}

/* copy: number of the copy that comes right behind it; 0: there is none. What waited for the next packet comes after both. */
static void onward(struct cable *c, int host, int id, int copy, const unsigned char *bytes, size_t len, const struct packet *p)
{
	bool gone = go_or_hold(c, host, id, bytes, len, p);
	if (copy)
		go_or_hold(c, host, copy, bytes, len, p);
	if (gone && p->kind != PACKET_ARP)
		let_go(c, is_swapped, host);
}

/* Damage is in the payload where there is one, else in the last byte of the header. */
static void corrupt(unsigned char *bytes, size_t len, const struct packet *p)
{
	size_t end = p->data_at && p->data_at + p->data_len <= len ? p->data_at + p->data_len : len;
	size_t at = p->data_len && p->data_at < end ? p->data_at + (end - p->data_at) / 2 : end - 1;
	bytes[at] ^= 0x01;
}

void cable_take(struct cable *c, int host, int id, const unsigned char *bytes, size_t len, const struct packet *p)
{
	struct wire_order o = c->unplugged[host] ? (struct wire_order){ .how = WIRE_FLOW } : rule_for(c, host, p);
	struct parcel parcel = { .id = id, .host = host, .len = len };
	unsigned char changed[CHANGED_MOST];
	switch (o.how) {
	case WIRE_DROP:
		tell(c, id, "dropped", 0);
		return;
	case WIRE_REORDER:
		if (o.every == 1 && has_swapped(c, host))   /* if all waited for the next one, none would ever come */
			break;
		parcel.wait = WAIT_SWAP;
		park(c, parcel, bytes, "reordered");
		return;
	case WIRE_DELAY:
		parcel.wait = WAIT_TIME;
		parcel.asked = o.ns;
		parcel.due = now(c) + o.ns;
		park(c, parcel, bytes, "delayed");
		return;
	case WIRE_DUPLICATE: {
		int copy = ++*c->packets;
		tell(c, id, "duplicated", copy);
		onward(c, host, id, copy, bytes, len, p);
		return;
	}
	case WIRE_CORRUPT:
		if (len && len <= sizeof changed) {
			memcpy(changed, bytes, len);
			corrupt(changed, len, p);
			bytes = changed;
			tell(c, id, "corrupted", 0);
		}
		break;
	default:
		break;
	}
	onward(c, host, id, 0, bytes, len, p);
}

void cable_tick(struct cable *c)
{
	uint64_t ticks;
	if (!c->clock && read(c->timer, &ticks, sizeof ticks) < 0)
		return;
	let_go(c, is_due, now(c));
	set_timer(c);
}

int cable_fd(const struct cable *c)
{
	return c->timer;
}

bool cable_is_due(const struct cable *c)
{
	for (const struct parcel *p = c->waiting.first; p; p = p->next)
		if (is_due(p, now(c)))
			return true;
	return false;
}

int cable_waiting(const struct cable *c)
{
	return c->waiting.n;
}

/* orders */

static bool pass(struct cable *c, int id, struct err *err)
{
	bool any = let_go(c, is_called, id) || !id;
	set_timer(c);
	char number[16];
	snprintf(number, sizeof number, "%d", id);
	return any || err_set(err, ERR_NO_PACKET, 0, number, NULL);
}

/* The newest order of a kind for the same packets takes the place of the older one. */
static void add_rule(struct cable *c, const struct wire_order *o)
{
	struct rule new = { .order = *o };
	if (o->flags)
		strncpy(new.flags, o->flags, sizeof new.flags - 1);
	new.order.flags = NULL;
	for (int i = 0; i < c->n_rules; i++) {
		struct rule *r = &c->rules[i];
		bool same = r->order.how == o->how && r->order.host == o->host && r->order.port == o->port && !strcmp(r->flags, new.flags);
		if (same && (o->how == WIRE_HOLD || o->every)) {
			*r = new;
			return;
		}
	}
	if (c->n_rules == RULES_MOST)
		forget_rule(c, 0);
	c->rules[c->n_rules++] = new;
}

static void plug(struct cable *c, int host, bool in)
{
	for (int i = 0; i < c->n; i++)
		if (host < 0 || host == i)
			c->unplugged[i] = !in;
}

bool cable_obey(struct cable *c, const struct wire_order *o, struct err *err)
{
	switch (o->how) {
	case WIRE_FLOW:
		c->n_rules = 0;
		return pass(c, 0, err);
	case WIRE_PASS:
		return pass(c, o->id, err);
	case WIRE_UNPLUG:
	case WIRE_PLUG:
		plug(c, o->host, o->how == WIRE_PLUG);
		return true;
	default:
		add_rule(c, o);
		return true;
	}
}
