/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One packet, looked into: what it is, every field of every header with its meaning, and its bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tutor/course/catalog.h"
#include "tutor/i18n.h"
#include "tutor/show/rung.h"
#include "tutor/show/show.h"
#include "tutor/show/show_packet.h"
#include "tutor/views/views.h"

enum { INDENT = 4 };

static const struct model_packet *chosen(const struct picture *pic)
{
	const struct model *m = pic->model;
	int id = pic->ui->packet;
	return m && id >= 1 && id <= m->n_packets ? &m->packets[id - 1] : NULL;
}

static void end_line(struct doc *d)
{
	doc_end(d, INDENT);
}

static void add_meaning(struct doc *d, const struct picture *pic, const char *layer, const char *field)
{
	const struct text *t = pic->course ? catalog_field(course_catalog(pic->course), layer, field) : NULL;
	for (int lang = 0; t && lang < LANG_COUNT; lang++) {
		if (!t->in[lang] || !ui_shows(pic->ui, (enum lang)lang))
			continue;
		doc_addf(d, ROLE_DIM, "\u00a0\u00a0\u00a0\u00a0%s", t->in[lang]);
		end_line(d);
	}
}

/* A name that stands for a number is shown with it. */
static void add_value(struct buf *b, const struct value *v)
{
	if (v->kind == VALUE_TEXT && v->text) {
		buf_adds(b, v->text);
		return;
	}
	show_value(b, v, false);
	if (v->kind == VALUE_SYM && v->text)
		buf_addf(b, " (%lld)", (long long)v->i);
	if (v->kind == VALUE_FLAGS)
		buf_addf(b, " (0x%llx)", (unsigned long long)v->u);
}

static void add_relative(struct buf *b, const char *layer, const char *field, const struct model_packet *p)
{
	bool seq = !strcmp(field, "sequence"), ack = !strcmp(field, "acknowledgment");
	if (strcmp(layer, "tcp"))
		return;
	if (seq && p->seq >= 0)
		buf_addf(b, _("  = %lld from the SYN on"), (long long)p->seq);
	if (ack && p->ack >= 0)
		buf_addf(b, _("  = %lld from the SYN on"), (long long)p->ack);
	if (!strcmp(field, "window") && p->window >= 0)
		buf_addf(b, _("  = %lld bytes"), (long long)p->window);
}

static void add_field(struct doc *d, const struct picture *pic, const struct model_packet *p, const char *layer, const struct value *v)
{
	struct buf b = BUF_INIT;
	const char *name = v->name ? v->name : "?";
	add_value(&b, v);
	add_relative(&b, layer, name, p);
	doc_addf(d, ROLE_ARG, "\u00a0\u00a0%s ", name);
	doc_adds(d, ROLE_VALUE, b.data);
	end_line(d);
	add_meaning(d, pic, layer, name);
	buf_release(&b);
}

/* "window scale" is window_scale in the catalogue. */
static void add_option(struct doc *d, const struct picture *pic, const struct value *option)
{
	const struct value *kind = value_get(option, "kind");
	char name[48];
	struct buf b = BUF_INIT;
	if (kind && kind->text)
		snprintf(name, sizeof name, "%s", kind->text);
	else
		snprintf(name, sizeof name, _("option %lld"), kind ? (long long)kind->i : -1);
	doc_addf(d, ROLE_ARG, "\u00a0\u00a0%s", name);
	for (unsigned i = 0; i < option->n; i++) {
		if (option->item[i] == kind)
			continue;
		buf_clear(&b);
		add_value(&b, option->item[i]);
		const char *field = option->item[i]->name;
		doc_addf(d, ROLE_DIM, " %s ", field && strcmp(field, "value") ? field : "");
		doc_adds(d, ROLE_VALUE, b.data);
	}
	end_line(d);
	for (char *c = name; *c; c++)
		if (*c == ' ')
			*c = '_';
	add_meaning(d, pic, "tcp_option", name);
	buf_release(&b);
}

static void add_layer(struct doc *d, const struct picture *pic, const struct model_packet *p, const struct value *layer)
{
	static const struct { const char *type, *name; } names[] = {
		{ "ethernet", "Ethernet" }, { "arp", "ARP" }, { "ipv4", "IPv4" }, { "ipv6", "IPv6" }, { "tcp", "TCP" }, { "udp", "UDP" },
		{ "icmp", "ICMP" }, { "icmpv6", "ICMPv6" },
	};
	const char *type = layer->type ? layer->type : "?", *name = type;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(type, names[i].type))
			name = names[i].name;
	doc_blank(d);
	doc_adds(d, ROLE_TAG, name);
	end_line(d);
	for (unsigned i = 0; i < layer->n; i++) {
		const struct value *v = layer->item[i];
		bool options = v->kind == VALUE_LIST;
		if (!options)
			add_field(d, pic, p, type, v);
		for (unsigned k = 0; options && k < v->n; k++)
			add_option(d, pic, v->item[k]);
	}
}

/* Sixteen bytes a line where there is room, else eight: their number, in hex, as text. */
static void add_bytes(struct doc *d, const struct packet_view *v)
{
	size_t per = d->cols >= 74 ? 16 : 8;
	for (size_t at = 0; at < v->len; at += per) {
		doc_addf(d, ROLE_DIM, "%04zx\u00a0\u00a0", at);
		for (size_t i = at; i < at + per; i++)
			doc_addf(d, ROLE_VALUE, i < v->len ? "%02x\u00a0" : "\u00a0\u00a0\u00a0", i < v->len ? v->bytes[i] : 0);
		doc_adds(d, ROLE_TEXT, "\u00a0");
		for (size_t i = at; i < at + per && i < v->len; i++) {
			unsigned char c = v->bytes[i];
			doc_addf(d, ROLE_TEXT, c == ' ' ? "\u00a0" : "%c", c > ' ' && c < 0x7f ? c : '.');
		}
		doc_end(d, 0);
	}
	if (v->total > v->len) {
		doc_addf(d, ROLE_DIM, _("%zu more bytes were not kept"), v->total - v->len);
		doc_end(d, 0);
	}
}

static void add_summary(struct doc *d, const struct picture *pic, const struct model_packet *p)
{
	struct buf b = BUF_INIT;
	doc_addf(d, ROLE_ARG, "%s → %s  ", show_end(pic->model, show_from(pic->model, p)), show_end(pic->model, show_to(pic->model, p)));
	show_packet(&b, p, 0);
	doc_adds(d, ROLE_CALL, b.data);
	end_line(d);
	buf_clear(&b);
	show_packet_notes(&b, pic->course, ui_langs(pic->ui), pic->model, p);
	if (b.len) {
		doc_adds(d, ROLE_WAIT, b.data);
		end_line(d);
	}
	struct rung row = rung_of(pic->model, p->id);
	if (row.times > 1) {
		doc_addf(d, ROLE_DIM, _("One row of the wire stands for %d such packets, from %d to %d."), row.times, row.first, row.id);
		end_line(d);
	}
	if (p->src && p->dst) {
		bool v6 = strchr(p->src, ':');
		if (p->sport || p->dport)
			doc_addf(d, ROLE_VALUE, v6 ? "[%s]:%d → [%s]:%d" : "%s:%d → %s:%d", p->src, p->sport, p->dst, p->dport);
		else    /* ARP and ICMP have no ports */
			doc_addf(d, ROLE_VALUE, "%s → %s", p->src, p->dst);
		if (p->talk)
			doc_addf(d, ROLE_DIM, _("  conversation %c"), "abcdefghijklmnopqrstuvwxyz"[(p->talk - 1) % 26]);
		end_line(d);
	}
	doc_addf(d, ROLE_DIM, _("step %d · %.6f s after the start · %d bytes on the wire"), p->step, (double)p->at / 1e9, p->len);
	end_line(d);
	buf_release(&b);
}

/* What the program sent first, then what each layer put before it. */
struct doc *packet_doc(const struct picture *pic, enum charset set, int cols)
{
	struct doc *d = xmalloc(sizeof *d);
	const struct model_packet *p = chosen(pic);
	const struct packet_view *v = pic->packet;
	doc_init(d, set, cols);
	if (!p)
		return d;
	add_summary(d, pic, p);
	for (unsigned i = v && v->layers ? v->layers->n : 0; i > 0; i--)
		add_layer(d, pic, p, v->layers->item[i - 1]);
	doc_blank(d);
	doc_adds(d, ROLE_TAG, _("bytes"));
	end_line(d);
	if (v && v->len)
		add_bytes(d, v);
	else
		doc_adds(d, ROLE_DIM, _("not kept")), end_line(d);
	return d;
}

int view_packet(struct surface *s, const struct picture *pic, struct rect screen)
{
	char title[64];
	snprintf(title, sizeof title, _("packet %d of %d"), pic->ui->packet, pic->model ? pic->model->n_packets : 0);
	return draw_over(s, screen, title, packet_doc, pic, pic->ui->scroll_over);
}
