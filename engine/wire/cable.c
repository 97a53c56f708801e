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
#include "engine/wire/packet.h"
#include "engine/wire/rules.h"

enum { CHANGED_MOST = 2048 };   /* no frame on the cable is longer */

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
	struct rules rules;
	struct list waiting, line;
	int timer;
	const struct vclock *clock;    /* NULL: real time */
	struct cable_fate *fates;
	int n_fates, at_fate, room_fates;
};

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
	if (rules_hold(&c->rules, host, p)) {
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
	struct wire_order o = c->unplugged[host] ? (struct wire_order){ .how = WIRE_FLOW } : rules_meet(&c->rules, host, p);
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
		rules_clear(&c->rules);
		return pass(c, 0, err);
	case WIRE_PASS:
		return pass(c, o->id, err);
	case WIRE_UNPLUG:
	case WIRE_PLUG:
		plug(c, o->host, o->how == WIRE_PLUG);
		return true;
	default:
		rules_add(&c->rules, o);
		return true;
	}
}
