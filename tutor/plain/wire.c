/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Packets, the wire and the states of its ends as lines of text, and the commands for them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/text.h"
#include "tutor/errors.h"
#include "tutor/i18n.h"
#include "tutor/opened.h"
#include "tutor/plain/text.h"
#include "tutor/show/ends.h"
#include "tutor/show/show.h"
#include "tutor/show/show_packet.h"
#include "tutor/views/views.h"
#include "tutor/wire_order.h"

enum { PAGE_COLS = 78 };

static unsigned langs_of(const struct plain *p)
{
	return (p->options.lang != SHOW_ZH ? 1u << LANG_EN : 0) | (p->options.lang != SHOW_EN ? 1u << LANG_ZH : 0);
}

static void add_packet(struct buf *b, const struct plain *p, const struct model *m, const struct model_packet *k)
{
	struct buf notes = BUF_INIT;
	buf_addf(b, "%s → %s  ", show_end(m, show_from(m, k)), show_end(m, show_to(m, k)));
	show_packet(b, k, 0);
	show_packet_notes(&notes, p->s->course, langs_of(p), m, k);
	if (notes.len)
		buf_addf(b, "  (%s)", notes.data);
	buf_release(&notes);
}

/* What a kind of packet is for is said where the first one comes. */
static void print_gloss(struct plain *p, const struct model_packet *k)
{
	static const char *const terms[] = { "syn", "syn-ack", "fin", "rst", "ack" };
	const char *flags = k->flags ? k->flags : "";
	bool syn = strstr(flags, "SYN"), ack = strstr(flags, "ACK");
	int i = syn && ack ? 1 : syn ? 0 : strstr(flags, "FIN") ? 2 : strstr(flags, "RST") ? 3 : !strcmp(flags, "ACK") && !k->payload ? 4 : -1;
	const struct term *t = i >= 0 && p->s->course ? course_term(p->s->course, terms[i]) : NULL;
	if (!t || p->glossed & 1u << i)
		return;
	p->glossed |= 1u << i;
	plain_both(p, "        ", t->means.in[LANG_EN], t->means.in[LANG_ZH]);
}

void plain_packet(struct plain *p, const struct model *m, int64_t id)
{
	struct buf b = BUF_INIT;
	if (id < 1 || id > m->n_packets)
		return;
	const struct model_packet *k = &m->packets[id - 1];
	if (id == 1 || m->packets[id - 2].step != k->step)
		printf("\n%s\n", _("on the wire:"));
	buf_addf(&b, _("    packet %d: "), k->id);
	add_packet(&b, p, m, k);
	plain_put(8, b.data);
	print_gloss(p, k);
	buf_release(&b);
}

void plain_fate(struct plain *p, const struct model *m, int64_t id)
{
	struct buf b = BUF_INIT;
	if (id < 1 || id > m->n_packets)
		return;
	const struct model_fate *f = model_fate(m, &m->packets[id - 1]);
	buf_addf(&b, _("    packet %d: "), (int)id);
	if (f && !strcmp(f->what, "passed"))
		show_term(&b, p->s->course, langs_of(p), "let-go");
	else
		show_packet_notes(&b, p->s->course, langs_of(p), m, &m->packets[id - 1]);
	plain_put(8, b.data);
	buf_release(&b);
}

/* Which of its sockets is meant, by the descriptor that its program knows it by. */
static void print_socket(const struct model *m, int64_t sock)
{
	for (int i = 0; sock > 0 && i < m->n_fds; i++)
		if (m->fds[i].sock == sock) {
			printf(" fd %d", m->fds[i].fd);
			return;
		}
}

void plain_order(const struct event *e, const struct model *m)
{
	const struct event_wire *w = &e->wire;
	printf("\n");
	printf(_("wire: %s"), w->how ? w->how : "?");
	int host = w->sock >= 1 && w->sock <= m->n_socks ? m->socks[w->sock - 1].actor : (int)w->host;
	if (host >= 0)
		printf(" %s", show_end(m, host));
	print_socket(m, w->sock);
	if (w->flags)
		printf(" %s", w->flags);
	if (w->port)
		printf(" port %lld", (long long)w->port);
	if (w->every == 1)
		printf(" all");
	else if (w->every)
		printf(" every %lld", (long long)w->every);
	if (w->ns)
		printf(" ms %lld", (long long)w->ns / 1000000);
	if (w->id)
		printf(" %lld", (long long)w->id);
	printf("\n");
}

/* These set a timer and go on; who waits for it, if anybody, waits in another call. */
static bool sets_timer(const char *call)
{
	return text_is(call, "alarm") || text_is(call, "setitimer") || text_is(call, "timerfd_settime");
}

void plain_timer(const struct event *e)
{
	struct buf what = BUF_INIT, text = BUF_INIT;
	const char *of = e->timer.of ? e->timer.of : "?";
	if (text_is(of, "packet")) {
		show_while(&what, e->timer.asked);
		buf_addf(&text, _("Time has gone on: the packet that was delayed by %s comes now."), what.data);
	} else if (sets_timer(of)) {
		show_timer(&what, of, e->timer.asked);
		buf_addf(&text, _("Time has gone on: the timer of %s has run out."), what.data);
	} else {
		buf_addf(&text, _("Time has gone on: %s() has waited its %.3f s."), of, (double)e->timer.asked / 1e9);
	}
	printf("\n");
	plain_put(0, text.data);
	buf_release(&what);
	buf_release(&text);
}

/* A page made for the screen, without its columns. */
static void put_doc(const struct doc *d)
{
	for (int i = 0; i < d->n; i++) {
		const struct doc_line *l = &d->line[i];
		printf("  %*s", l->indent, "");
		for (size_t k = 0; k < l->len; k++) {
			const char *c = d->text.data + l->start + k;
			bool space = k + 1 < l->len && c[0] == '\xc2' && c[1] == '\xa0';   /* U+00A0 */
			putchar(space ? ' ' : *c);
			k += space;
		}
		printf("\n");
	}
}

static struct ui ui_of(const struct plain *p)
{
	static const enum ui_lang langs[] = { [SHOW_BOTH] = UI_BOTH, [SHOW_EN] = UI_EN, [SHOW_ZH] = UI_ZH };
	return (struct ui){ .lang = langs[p->options.lang], .lane = -1, .target = -1 };
}

static void print_fields(struct plain *p, const struct model *m, int id)
{
	struct opened_packet o;
	struct ui ui = ui_of(p);
	ui.packet = id;
	opened_init(&o);
	opened_read(&o, p->s->log, &m->packets[id - 1]);
	const struct picture pic = { .ui = &ui, .course = p->s->course, .model = m, .packet = &o.view };
	struct doc *d = packet_doc(&pic, CHARSET_FULL, PAGE_COLS);
	put_doc(d);
	doc_release(d);
	free(d);
	opened_release(&o);
}

void plain_packets(struct plain *p, const char *arg)
{
	struct err err;
	const struct model *m = session_model(p->s, &err);
	int id = atoi(arg);
	if (!m)
		return;
	if (*arg && (id < 1 || id > m->n_packets)) {
		printf(_("there is no packet %d; the last one is %d"), id, m->n_packets);
		printf("\n");
		return;
	}
	if (*arg) {
		print_fields(p, m, id);
		return;
	}
	if (!m->n_packets)
		printf("%s\n", show_no_packets(m) ? show_no_packets(m) : _("no packet yet"));
	for (int i = 0; i < m->n_packets; i++) {
		struct buf b = BUF_INIT;
		buf_addf(&b, "%4d  ", m->packets[i].id);
		add_packet(&b, p, m, &m->packets[i]);
		plain_put(8, b.data);
		buf_release(&b);
	}
}

void plain_states(struct plain *p)
{
	struct err err;
	struct ui ui = ui_of(p);
	struct ends_pair pair;
	const struct model *m = session_model(p->s, &err);
	const struct picture pic = { .ui = &ui, .course = p->s->course, .model = m };
	if (!m)
		return;
	if (!ends_at(m, 0, &pair))
		printf("%s\n", _("no TCP socket yet"));
	for (int i = 0; i < ends_count(m) && ends_at(m, i, &pair); i++) {
		struct doc d;
		doc_init(&d, CHARSET_FULL, PAGE_COLS);
		states_doc(&d, &pic, &pair, STATES_PATH);
		put_doc(&d);
		doc_release(&d);
	}
}

bool plain_read_order(struct plain *p, const char *words, struct wire_words *w, struct wire_order *o)
{
	const char *names[CABLE_HOSTS];
	struct err err;
	int n = 0;
	session_to_end(p->s);
	const struct model *m = session_model(p->s, &err);
	for (; m && n < m->n_actors && n < CABLE_HOSTS; n++)
		names[n] = m->actors[n].name;
	if (m && wire_words_read(words, names, n, w, &err) && wire_words_order(w, m, o, &err))
		return true;
	error_report(&err);
	return false;
}
