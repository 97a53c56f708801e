/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/show/show_packet.h"

#include <stdio.h>
#include <string.h>

#include "engine/base/text.h"
#include "engine/base/utf8.h"
#include "tutor/i18n.h"

static void add_data(struct buf *out, const struct model_packet *p, size_t most)
{
	if (!p->n_head)
		return;
	buf_adds(out, " \"");
	utf8_show_most(out, p->head, p->n_head, most);
	buf_adds(out, p->payload > p->n_head && p->n_head <= most ? "…\"" : "\"");
}

static void add_tcp(struct buf *out, const struct model_packet *p, int level)
{
	/* Where there is no room for all, what the programs sent says more than the number that it acknowledges. */
	static const struct { bool seq, ack, len; unsigned char data; } parts[PACKET_SHORTEST + 1] = {
		{ true, true, true, PACKET_HEAD }, { true, true, true, 5 }, { true, false, true, 5 }, { true, true, true, 0 },
		{ true, false, true, 0 }, { false, false, true, 0 }, { false, false, false, 0 },
	};
	bool ack = parts[level].ack || (level < 4 && !p->payload);
	buf_adds(out, p->flags ? p->flags : _("no flags"));
	if (parts[level].seq && p->seq >= 0)
		buf_addf(out, " seq %lld", (long long)p->seq);
	if (ack && p->ack >= 0)
		buf_addf(out, " ack %lld", (long long)p->ack);
	if (parts[level].len && p->payload)
		buf_addf(out, " len %d", p->payload);
	if (parts[level].data)
		add_data(out, p, parts[level].data);
}

void show_packet(struct buf *out, const struct model_packet *p, int level)
{
	if (text_is(p->kind, "TCP")) {
		add_tcp(out, p, level);
		return;
	}
	buf_adds(out, p->kind ? p->kind : _("unknown"));
	if (p->about) {
		if (level < PACKET_SHORTEST)
			buf_addf(out, " %s", p->about);
		return;
	}
	/* An empty datagram is a message too. */
	if (level < PACKET_SHORTEST && (p->payload || text_is(p->kind, "UDP")))
		buf_addf(out, " len %d", p->payload);
	if (level < 2)
		add_data(out, p, level ? 5 : PACKET_HEAD);
}

void show_term(struct buf *out, const struct course *course, unsigned langs, const char *id)
{
	const struct term *t = course ? course_term(course, id) : NULL;
	bool en = langs & 1u << LANG_EN || !t, zh = t && t->zh && langs & 1u << LANG_ZH;
	if (en)
		buf_adds(out, t ? t->term : id);
	if (zh)
		buf_addf(out, "%s%s", en ? " " : "", t->zh);
}

static void separate(struct buf *out, size_t from)
{
	if (out->len > from)
		buf_adds(out, " · ");
}

/* "port unreachable" is the term port-unreachable. */
static const struct term *term_of(const struct course *course, const char *words)
{
	char id[64];
	snprintf(id, sizeof id, "%s", words);
	for (char *c = id; *c; c++)
		if (*c == ' ')
			*c = '-';
	return course ? course_term(course, id) : NULL;
}

/* In English by a participle, most often the word of the event; in Chinese, which has none, by the term. */
static void add_fate(struct buf *out, size_t from, const struct course *course, unsigned langs, const struct model_fate *f)
{
	static const struct { const char *what, *en, *term; } terms[] = {
		{ "held", "held", "hold" }, { "dropped", "dropped", "drop" }, { "full", "dropped: cable full", "cable-full" },
		{ "duplicated", "duplicated", "duplicate" }, { "reordered", "reordered", "reorder" },
		{ "delayed", "delayed", "delay" }, { "corrupted", "corrupted", "corrupt" }, { "lost", "lost", "packet-loss" },
	};
	for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
		if (strcmp(f->what, terms[i].what))
			continue;
		const struct term *t = course ? course_term(course, terms[i].term) : NULL;
		bool zh = t && t->zh && langs & 1u << LANG_ZH, en = langs & 1u << LANG_EN || !zh;
		separate(out, from);
		buf_addf(out, "%s%s%s", en ? terms[i].en : "", en && zh ? " " : "", zh ? t->zh : "");
		if (f->copy > 0)
			buf_addf(out, " → %d", f->copy);
	}
}

/* It came, but later: after which one, or in which step. */
static void add_arrival(struct buf *out, const struct model *m, const struct model_packet *p, const struct model_fate *passed)
{
	int after = model_arrived_after(m, p);
	if (after)
		buf_addf(out, _(" after %d"), after);
	if (passed->step != (after ? m->packets[after - 1].step : p->step))
		buf_addf(out, _(" step %d"), passed->step);
}

void show_packet_notes(struct buf *out, const struct course *course, unsigned langs, const struct model *m, const struct model_packet *p)
{
	size_t from = out->len;
	const struct model_fate *f = model_fate(m, p);
	const struct term *about = p->about ? term_of(course, p->about) : NULL;
	if (p->what) {
		separate(out, from);
		show_term(out, course, langs, p->what);
	}
	if (p->again > 0)
		buf_addf(out, _(" of %d"), p->again);
	if (f && !strcmp(f->what, "passed") && f->before >= 0) {
		add_fate(out, from, course, langs, &m->fates[f->before]);
		buf_adds(out, " ✓");
		add_arrival(out, m, p, f);
	} else if (f) {
		add_fate(out, from, course, langs, f);
	}
	if (about && langs & 1u << LANG_ZH) {       /* the packet itself has the English words */
		separate(out, from);
		show_term(out, course, 1u << LANG_ZH, about->id);
	}
	if (p->broken) {
		separate(out, from);
		buf_adds(out, p->broken);
	}
}

const char *show_end(const struct model *m, int actor)
{
	const char *name = actor >= 0 && actor < m->n_actors ? m->actors[actor].name : _("kernel");
	return name ? name : "?";
}

static int end_of(const struct model *m, int actor, int host)
{
	return actor >= 0 ? actor : host >= 0 && host < m->n_actors ? host : -1;
}

int show_from(const struct model *m, const struct model_packet *p)
{
	return end_of(m, p->actor, p->host);
}

/* Of two hosts, what is for all is for the other one. */
int show_to(const struct model *m, const struct model_packet *p)
{
	int to = end_of(m, p->to, p->tohost);
	return to < 0 && p->host >= 0 && p->host < 2 && m->n_actors == 2 ? 1 - p->host : to;
}

bool show_packet_lost(const struct model *m, const struct model_packet *p)
{
	const struct model_fate *f = model_fate(m, p);
	return f && (!strcmp(f->what, "dropped") || !strcmp(f->what, "full") || !strcmp(f->what, "lost"));
}

const char *show_no_packets(const struct model *m)
{
	const struct value *v = m->stage ? value_get(m->stage, "af_packet") : NULL;
	const struct value *net = m->stage ? value_get(m->stage, "netns") : NULL;
	if (net && net->i == 0)
		return _("Packets are seen only on a private network, and this run has none.");
	return v && v->i == 0 ? _("This system does not let packets be captured. See: socktutor doctor") : NULL;
}
