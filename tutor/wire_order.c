/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/wire_order.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/text.h"
#include "tutor/i18n.h"
#include "tutor/model/model.h"

enum { WORD = 32, WORDS_MOST = 16 };

/* The words of an order, one after the other. */
struct reader { char word[WORDS_MOST][WORD]; int n, at; };

static bool split(const char *s, struct reader *r)
{
	*r = (struct reader){ 0 };
	for (s += strspn(s, " \t"); *s; s += strspn(s, " \t")) {
		size_t n = strcspn(s, " \t");
		if (r->n == WORDS_MOST || n >= WORD)
			return false;
		memcpy(r->word[r->n++], s, n);
		s += n;
	}
	return true;
}

static const char *peek(const struct reader *r)
{
	return r->at < r->n ? r->word[r->at] : "";
}

static bool take(struct reader *r, const char *word)
{
	bool is = !strcmp(peek(r), word);
	r->at += is;
	return is;
}

/* A whole number from 1. */
static bool take_number(struct reader *r, long most, long *out)
{
	char *end;
	const char *s = peek(r);
	long n = strtol(s, &end, 10);
	if (*s < '0' || *s > '9' || *end || n < 1 || n > most)
		return false;
	*out = n;
	r->at++;
	return true;
}

/* Its name; or host2, for programs of the same name. */
static bool take_actor(struct reader *r, const char *const *names, int n, struct wire_words *w)
{
	char number[16];
	for (int turn = 0; turn < 2; turn++)
		for (int i = 0; i < n; i++) {
			snprintf(number, sizeof number, "host%d", i + 1);
			const char *name = turn ? number : names[i];
			if (!name || strcmp(peek(r), name))
				continue;
			w->actor = w->order.host = i;
			r->at++;
			return true;
		}
	return false;
}

static bool take_flags(struct reader *r, struct wire_words *w)
{
	if (*w->flags || !wire_flags_known(peek(r)))   /* one kind at a time */
		return false;
	snprintf(w->flags, sizeof w->flags, "%s", peek(r));
	r->at++;
	return true;
}

/* One more thing about which packets are meant, how many, how long. */
static bool take_detail(struct reader *r, const char *const *names, int n, struct wire_words *w)
{
	long v;
	bool once = w->order.how == WIRE_HOLD;
	if (take_actor(r, names, n, w) || take_flags(r, w))
		return true;
	if (take(r, "port") && take_number(r, 65535, &v)) {
		w->order.port = (int)v;
		return true;
	}
	if (!once && take(r, "all")) {
		w->order.every = 1;
		return true;
	}
	if (!once && take(r, "every") && take_number(r, 1000000, &v)) {
		w->order.every = (int)v;
		return true;
	}
	if (w->order.how == WIRE_DELAY && take(r, "ms") && take_number(r, 600000, &v)) {
		w->order.ns = v * 1000000;
		return true;
	}
	return false;
}

static bool take_socket(struct reader *r, struct wire_words *w)
{
	long v;
	if (take(r, "listener"))
		w->which = WIRE_SOCK_LISTENER;
	else if (take(r, "connection"))
		w->which = WIRE_SOCK_CONNECTION;
	else if (take_number(r, 1000000, &v))
		w->which = WIRE_SOCK_NTH, w->nth = (int)v;
	else
		return false;
	return true;
}

static bool read_rest(struct reader *r, const char *const *names, int n, struct wire_words *w)
{
	long v;
	switch (w->order.how) {
	case WIRE_FLOW:
		return true;
	case WIRE_PASS:
		if (take_number(r, 1 << 30, &v))
			w->order.id = (int)v;
		return true;
	case WIRE_UNPLUG:
	case WIRE_PLUG:
		return take_actor(r, names, n, w);
	case WIRE_FREEZE:
	case WIRE_THAW:
		return take_actor(r, names, n, w) && (r->at == r->n || take_socket(r, w));
	default:
		if (w->order.how == WIRE_DELAY)
			w->order.ns = 1000 * 1000000;
		while (r->at < r->n)
			if (!take_detail(r, names, n, w))
				return false;
		return true;
	}
}

bool wire_words_read(const char *words, const char *const *names, int n, struct wire_words *out, struct err *err)
{
	struct reader r;
	*out = (struct wire_words){ .order = WIRE_ORDER_INIT, .actor = -1 };
	if (!split(words, &r) || !r.n || !wire_how_of(r.word[0], &out->order.how))
		return err_set(err, ERR_WIRE_ORDER, 0, *words ? words : "-", NULL);
	r.at = 1;
	if (read_rest(&r, names, n, out) && r.at == r.n)
		return true;
	return err_set(err, ERR_WIRE_ORDER, 0, r.at < r.n ? peek(&r) : words, NULL);
}

const char *wire_words_help(void)
{
	return _("wire hold, pass, flow, drop, duplicate, reorder, delay, corrupt; which: client, SYN, SYN|ACK, ACK, FIN, DATA, UDP, port 80; "
		 "how many: all, every 3; ms 500. wire unplug client, wire plug client; wire freeze server connection, wire thaw server connection. "
		 "For example: wire hold SYN; wire drop client DATA every 3; wire delay UDP ms 500.");
}

/* The program has it open. */
static bool has(const struct model *m, int actor, int sock)
{
	for (int i = 0; i < m->n_fds; i++) {
		if (m->fds[i].sock != sock)
			continue;
		for (int k = 0; k < m->n_tasks; k++)
			if (m->tasks[k].pid == m->fds[i].pid && m->tasks[k].actor == actor)
				return true;
	}
	return false;
}

static bool is_listener(const struct model_sock *s)
{
	return text_is(s->state, "listening") || text_is(s->kernel, "LISTEN");
}

/* Connections are what is no listener; the newest one is meant, of listeners too. */
static int find_socket(const struct wire_words *w, const struct model *m)
{
	int found = -1, nth = 0;
	for (int i = 0; i < m->n_socks; i++) {
		const struct model_sock *s = &m->socks[i];
		if (!has(m, w->actor, s->sock))
			continue;
		nth++;
		bool fits = w->which == WIRE_SOCK_ANY || (w->which == WIRE_SOCK_LISTENER) == is_listener(s);
		if (w->which == WIRE_SOCK_NTH ? nth == w->nth : fits)
			found = s->sock;
	}
	return found;
}

bool wire_words_order(const struct wire_words *w, const struct model *m, struct wire_order *o, struct err *err)
{
	*o = w->order;
	o->flags = *w->flags ? w->flags : NULL;
	if (o->how != WIRE_FREEZE && o->how != WIRE_THAW)
		return true;
	o->host = -1;
	o->sock = find_socket(w, m);
	return o->sock > 0 || err_set(err, ERR_NO_SOCKET, 0, NULL, NULL);
}
