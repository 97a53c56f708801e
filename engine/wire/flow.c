/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/wire/flow.h"

#include <stdlib.h>

#include "engine/base/buf.h"

enum { FLOWS_MOST = 512, REMEMBERED = 64 };

struct sent { uint32_t seq, len; uint16_t flags; int id; };

struct side {
	bool known;                    /* its first sequence number was seen */
	bool acked;                    /* it has sent an ACK */
	uint32_t first, next;          /* of its SYN; after all it has sent */
	uint32_t ack, window;          /* as it said last; window scaled */
	uint32_t excused;              /* nobody waits for the ACK of what comes before this number */
	uint8_t scale;
	bool scaled;                   /* its SYN had the option */
	struct sent sent[REMEMBERED];  /* newest ones with data, SYN or FIN, a ring */
	unsigned n_sent;
};

/* side[0] sends from `a` to `b`. */
struct flow {
	struct packet_end a, b;
	struct side side[2];
	bool is_reset;
	uint64_t used;
};

struct flows {
	struct flow *all[FLOWS_MOST];
	int n;
	uint64_t clock;
};

struct flows *flows_new(void)
{
	return xcalloc(1, sizeof(struct flows));
}

void flows_free(struct flows *f)
{
	for (int i = 0; f && i < f->n; i++)
		free(f->all[i]);
	free(f);
}

/* *from: which side sends the packet. */
static struct flow *find(struct flows *f, const struct packet *p, int *from)
{
	for (int i = f->n; i-- > 0;) {
		struct flow *w = f->all[i];
		if (packet_same_end(&w->a, &p->from) && packet_same_end(&w->b, &p->to))
			return *from = 0, w;
		if (packet_same_end(&w->b, &p->from) && packet_same_end(&w->a, &p->to))
			return *from = 1, w;
	}
	return NULL;
}

/* A new conversation, in place of the one that was quiet for longest if there are too many. */
static struct flow *begin(struct flows *f, const struct packet *p)
{
	struct flow *w = f->n < FLOWS_MOST ? f->all[f->n++] = xcalloc(1, sizeof *w) : f->all[0];
	for (int i = 0; f->n == FLOWS_MOST && i < f->n; i++)
		if (f->all[i]->used < w->used)
			w = f->all[i];
	*w = (struct flow){ .a = p->from, .b = p->to };
	return w;
}

static uint32_t space_of(const struct packet *p)
{
	return (uint32_t)p->data_len + !!(p->flags & TCP_SYN) + !!(p->flags & TCP_FIN);
}

/* a comes before b in sequence space, which wraps. */
static bool before(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

/* The window scale option of a SYN; false: it has none. */
static bool find_scale(const struct packet *p, const unsigned char *bytes, size_t len, uint8_t *scale)
{
	size_t end = p->data_at < len ? p->data_at : len;
	for (size_t at = p->head_at + 20; at + 1 < end && bytes[at] != 0;) {
		size_t size = bytes[at] == 1 ? 1 : bytes[at + 1];
		if (!size || (bytes[at] != 1 && size < 2))
			break;
		if (bytes[at] == 3 && size == 3 && at + 2 < end)
			return *scale = bytes[at + 2] < 14 ? bytes[at + 2] : 14, true;
		at += size;
	}
	return false;
}

static int sent_before(const struct side *s, const struct packet *p)
{
	unsigned n = s->n_sent < REMEMBERED ? s->n_sent : REMEMBERED;
	for (unsigned i = 0; i < n; i++) {
		const struct sent *t = &s->sent[i];
		if (t->seq == p->seq || (before(t->seq, p->seq) && before(p->seq, t->seq + t->len)))
			return t->id;
	}
	return 0;
}

static void remember(struct side *s, const struct packet *p, int id)
{
	s->sent[s->n_sent++ % REMEMBERED] = (struct sent){ p->seq, space_of(p), p->flags, id };
}

/* It has sent nothing but its SYN. */
static bool is_at_beginning(const struct side *s)
{
	return s->known && s->next == s->first + 1;
}

/*
 * A SYN with another number begins the conversation anew: the ports are used again. The first SYN of a side whose other
 * side has only sent its own: both open at the same time.
 */
static void learn_beginning(struct flow *w, int from, const struct packet *p, const unsigned char *bytes, size_t len)
{
	struct side *s = &w->side[from], *peer = &w->side[!from];
	if (!(p->flags & TCP_SYN) || (s->known && s->first == p->seq))
		return;
	if (!(p->flags & TCP_ACK) && (s->known || !is_at_beginning(peer)))
		w->side[0] = w->side[1] = (struct side){ 0 };
	w->is_reset = false;
	*s = (struct side){ .known = true, .first = p->seq, .next = p->seq, .excused = p->seq };
	s->scaled = find_scale(p, bytes, len, &s->scale);
}

static const char *judge(const struct flow *w, int from, const struct packet *p, int64_t window, int *again)
{
	const struct side *s = &w->side[from], *peer = &w->side[!from];
	uint32_t space = space_of(p);
	if (p->flags & TCP_RST)
		return "reset";
	if (!s->known)
		return NULL;
	if (!(p->flags & (TCP_SYN | TCP_FIN)) && p->data_len <= 1 && p->seq == s->next - 1 && peer->known &&
	    !before(peer->ack, s->next))
		return peer->window == 0 && p->data_len <= 1 ? "window-probe" : "keep-alive";
	if (space && before(p->seq, s->next)) {
		*again = sent_before(s, p);
		return "retransmission";
	}
	if (space && peer->known && peer->window == 0 && p->data_len == 1)
		return "window-probe";
	if (!(p->flags & TCP_ACK) || (p->flags & (TCP_SYN | TCP_FIN)))
		return NULL;
	if (window == 0)
		return "zero-window";
	if (space || !s->acked || p->ack != s->ack)
		return NULL;
	if (window > (int64_t)s->window)
		return "window-update";
	return window == (int64_t)s->window && peer->known && before(p->ack, peer->next) ? "duplicate-ack" : NULL;
}

static void apply(struct side *s, const struct packet *p, int64_t window, int id)
{
	uint32_t end = p->seq + space_of(p);
	if (space_of(p))
		remember(s, p, id);
	if (before(s->next, end))
		s->next = end;
	if (p->flags & TCP_ACK) {
		s->ack = p->ack;
		s->acked = true;
	}
	s->window = (uint32_t)window;
}

void flows_see(struct flows *f, const struct packet *p, const unsigned char *bytes, size_t len, int id, struct flow_note *out)
{
	int from = 0;
	*out = (struct flow_note){ .seq = -1, .ack = -1, .window = -1 };
	if (p->kind != PACKET_TCP)
		return;
	struct flow *w = find(f, p, &from);
	if (!w)
		w = begin(f, p);
	w->used = ++f->clock;
	learn_beginning(w, from, p, bytes, len);
	struct side *s = &w->side[from], *peer = &w->side[!from];
	bool scaled = !(p->flags & TCP_SYN) && s->scaled && peer->scaled;
	out->window = (int64_t)p->window << (scaled ? s->scale : 0);
	out->what = judge(w, from, p, out->window, &out->again);
	if (s->known)
		out->seq = (uint32_t)(p->seq - s->first);
	if (peer->known && (p->flags & TCP_ACK))
		out->ack = (uint32_t)(p->ack - peer->first);
	if (p->flags & TCP_RST)
		w->is_reset = true;
	else if (s->known)
		apply(s, p, out->window, id);
}

static bool is_owed(const struct flow *w, int from)
{
	const struct side *s = &w->side[from], *peer = &w->side[!from];
	if (w->is_reset || !s->known || !before(s->excused, s->next))
		return false;
	return !peer->acked || (before(peer->ack, s->next) && peer->window > 0);
}

bool flows_owe(const struct flows *f)
{
	for (int i = 0; i < f->n; i++)
		if (is_owed(f->all[i], 0) || is_owed(f->all[i], 1))
			return true;
	return false;
}

void flows_excuse(struct flows *f)
{
	for (int i = 0; i < f->n; i++)
		for (int from = 0; from < 2; from++)
			f->all[i]->side[from].excused = f->all[i]->side[from].next;
}
