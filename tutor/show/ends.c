/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/show/ends.h"

#include <string.h>

#include "engine/base/text.h"
#include "engine/decode/addr.h"
#include "tutor/show/show.h"

enum { LOOK_AT = 300 };      /* newest sockets: more cannot be chosen from by keys */

static const struct { unsigned char from, to; } edges[] = {
#define EDGE(from, to, label, sign, at, place) { STATE_##from, STATE_##to },
#include "tutor/show/tcp_states.def"
};

enum { EDGES = sizeof edges / sizeof *edges };

const char *tcp_state_name(enum tcp_state state)
{
	static const char *const names[TCP_STATES] = {
#define STATE(id, row, column) [STATE_##id] = #id,
#include "tutor/show/tcp_states.def"
	};
	return names[state];
}

int tcp_state_find(const char *name)
{
	for (int i = 0; name && i < TCP_STATES; i++)
		if (!strcmp(name, tcp_state_name((enum tcp_state)i)))
			return i;
	return -1;
}

static bool is_tcp(const struct model_sock *k)
{
	return !strcmp(show_protocol(k), "TCP") && k->actor >= 0;
}

/* Or did, while it was open: it is no end of a connection. */
static bool listens(const struct model_sock *k)
{
	return k->backlog >= 0 || text_is(k->kernel, "LISTEN");
}

static const struct value *part(const struct value *v, const char *v4, const char *v6)
{
	const struct value *p = value_get(v, v4);
	return p ? p : value_get(v, v6);
}

/* A socket made by accept() may be known by its listening socket's address, which can be every address of the host. */
static bool same(const struct value *a, const struct value *b)
{
	const struct value *ip[] = { part(a, "sin_addr", "sin6_addr"), part(b, "sin_addr", "sin6_addr") };
	const struct value *port[] = { part(a, "sin_port", "sin6_port"), part(b, "sin_port", "sin6_port") };
	if (!ip[0] || !ip[1] || !port[0] || !port[1] || !value_equal(port[0], port[1]))
		return false;
	return value_equal(ip[0], ip[1]) || ip_is_any(ip[0]->text) || ip_is_any(ip[1]->text);
}

/* The other end of the connection; NULL: it is not known here. */
static const struct model_sock *other_end(const struct model *m, const struct model_sock *k)
{
	int first = m->n_socks > LOOK_AT ? m->n_socks - LOOK_AT : 0;
	for (int i = m->n_socks - 1; i >= first && k->peer; i--) {
		const struct model_sock *o = &m->socks[i];
		if (o != k && is_tcp(o) && same(o->local, k->peer) && same(o->peer, k->local))
			return o;
	}
	return NULL;
}

/* Where there is no connection yet: whom it may become one with. */
static const struct model_sock *other_side(const struct model *m, const struct model_sock *k)
{
	const struct model_sock *best = NULL;
	for (int i = m->n_socks - 1; i >= 0; i--) {
		const struct model_sock *o = &m->socks[i];
		if (o->actor == k->actor || !is_tcp(o))
			continue;
		if (listens(o))
			return o;
		best = best ? best : o;
	}
	return best;
}

/* Neither is connected, and the newer one is shown with this one beside it. */
static bool is_shown_with_another(const struct model *m, const struct model_sock *k)
{
	const struct model_sock *o = other_side(m, k);
	return o && o > k && !listens(o) && !other_end(m, o) && other_side(m, o) == k;
}

static bool any_end(const struct model *m)
{
	for (int i = 0; i < m->n_socks; i++)
		if (is_tcp(&m->socks[i]) && !listens(&m->socks[i]))
			return true;
	return false;
}

/* Walk over the choices; stop at number `choice`. Returns the socket there, or NULL and the number of all in *count. */
static const struct model_sock *walk(const struct model *m, int choice, int *count)
{
	int first = m->n_socks > LOOK_AT ? m->n_socks - LOOK_AT : 0, n = 0;
	bool ends = any_end(m);
	for (int i = m->n_socks - 1; i >= first; i--) {
		const struct model_sock *k = &m->socks[i], *o;
		if (!is_tcp(k) || (ends && listens(k)))
			continue;
		o = other_end(m, k);
		if ((o && o > k) || (!o && is_shown_with_another(m, k)))
			continue;
		if (n++ == choice)
			return k;
	}
	*count = n;
	return NULL;
}

int ends_count(const struct model *m)
{
	int n = 0;
	walk(m, -1, &n);
	return n;
}

static void add_step(struct end_path *e, int state, bool inferred)
{
	if (e->n == PATH_MOST) {
		memmove(e->step, e->step + 1, (PATH_MOST - 1) * sizeof *e->step);
		e->n--;
	}
	e->step[e->n].state = state;
	e->step[e->n++].inferred = inferred;
}

/* The shortest way in the diagram, without its first state; 0: none. It does not lead through CLOSED. */
static int way(int from, int to, int out[TCP_STATES])
{
	int came[TCP_STATES], queue[TCP_STATES], n = 0, length = 0;
	for (int i = 0; i < TCP_STATES; i++)
		came[i] = -1;
	came[from] = from;
	queue[n++] = from;
	for (int i = 0; i < n && came[to] < 0; i++)
		for (int k = 0; k < EDGES; k++)
			if (edges[k].from == queue[i] && came[edges[k].to] < 0 && (edges[k].to != STATE_CLOSED || to == STATE_CLOSED)) {
				came[edges[k].to] = queue[i];
				queue[n++] = edges[k].to;
			}
	for (int at = to; came[to] >= 0 && at != from; at = came[at])
		length++;
	for (int at = to, i = length - 1; i >= 0; at = came[at])
		out[i--] = at;
	return length;
}

/* A reset, and the end of a program, lead to CLOSED from anywhere; only these come there on the way of the diagram. */
static bool closes_slowly(int from, const char *why)
{
	return (from == STATE_CLOSE_WAIT || from == STATE_FIN_WAIT1 || from == STATE_CLOSING) && text_is(why, "ACK");
}

/* Two ways lead to TIME_WAIT; the last packet tells which it was. */
static int last_before_time_wait(const char *why)
{
	return text_is(why, "ACK") ? STATE_CLOSING : why && strstr(why, "FIN") ? STATE_FIN_WAIT2 : -1;
}

static int way_known(int from, int to, const char *why, int out[TCP_STATES])
{
	int last = last_before_time_wait(why);
	if (from < 0 || (to == STATE_CLOSED && !closes_slowly(from, why)))
		return 0;
	if (to != STATE_TIME_WAIT || from == last)
		return way(from, to, out);
	int n = last >= 0 ? way(from, last, out) : 0;
	if (n)
		out[n++] = to;
	return n;
}

static void go_to(struct end_path *e, int state, const char *why)
{
	int between[TCP_STATES + 1], from = e->n ? e->step[e->n - 1].state : -1;
	int n = way_known(from, state, why, between);
	for (int i = 0; i + 1 < n; i++)
		add_step(e, between[i], true);
	add_step(e, state, false);
}

static void read_path(const struct model *m, const struct model_sock *k, struct end_path *e)
{
	const struct model_state *seen[PATH_MOST];
	int n = 0;
	*e = (struct end_path){ .sock = k, .state = k ? tcp_state_find(k->kernel) : -1 };
	if (!k)
		return;
	for (int i = k->past; i >= 0 && n < PATH_MOST; i = m->states[i].before)
		seen[n++] = &m->states[i];
	if (k->from >= 1)
		add_step(e, STATE_LISTEN, false);
	while (n-- > 0)
		if (tcp_state_find(seen[n]->state) >= 0)
			go_to(e, tcp_state_find(seen[n]->state), seen[n]->why);
}

bool ends_at(const struct model *m, int choice, struct ends_pair *out)
{
	int n;
	const struct model_sock *k = walk(m, choice, &n), *o;
	if (!k)
		return false;
	o = other_end(m, k);
	o = o ? o : other_side(m, k);
	bool swap = o && (o->actor < k->actor || (o->actor == k->actor && o < k));
	read_path(m, swap ? o : k, &out->end[0]);
	read_path(m, swap ? k : o, &out->end[1]);
	return true;
}

bool end_went(const struct end_path *e, enum tcp_state from, enum tcp_state to)
{
	for (int i = 0; i + 1 < e->n; i++)
		if (e->step[i].state == (int)from && e->step[i + 1].state == (int)to)
			return true;
	return false;
}
