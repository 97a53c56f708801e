/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/wire/packet.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "engine/decode/decode.h"
#include "engine/wire/bytes.h"

bool packet_same_end(const struct packet_end *x, const struct packet_end *y)
{
	return x->family == y->family && x->port == y->port && !memcmp(x->addr, y->addr, sizeof x->addr);
}

/* What is left to read: bytes[at..len), of a frame that was `total` long. */
struct reader {
	const unsigned char *bytes;
	size_t len, total, at;
	struct packet *p;
};

/* n bytes at the reader's place, or NULL and `broken`. */
static const unsigned char *need(struct reader *r, size_t n, const char *what)
{
	if (r->at <= r->len && n <= r->len - r->at)
		return r->bytes + r->at;
	if (!r->p->broken)
		r->p->broken = what;
	return NULL;
}

static void end_at(struct packet_end *end, int family, const unsigned char *addr)
{
	end->family = family;
	memcpy(end->addr, addr, family == AF_INET ? 4 : 16);
}

static void set_payload(struct reader *r, size_t at)
{
	r->p->data_at = at;
	r->p->data_len = r->total > at ? r->total - at : 0;
}

static void read_tcp(struct reader *r)
{
	const unsigned char *b = need(r, 20, "short TCP header");
	if (!b)
		return;
	size_t header = (size_t)(b[12] >> 4) * 4;
	if (header < 20 || r->at + header > r->total) {
		r->p->broken = "TCP data offset";
		return;
	}
	r->p->kind = PACKET_TCP;
	r->p->from.port = get16(b);
	r->p->to.port = get16(b + 2);
	r->p->seq = get32(b + 4);
	r->p->ack = get32(b + 8);
	r->p->flags = b[13];
	r->p->window = get16(b + 14);
	set_payload(r, r->at + header);
}

static void read_udp(struct reader *r)
{
	const unsigned char *b = need(r, 8, "short UDP header");
	if (!b)
		return;
	r->p->kind = PACKET_UDP;
	r->p->from.port = get16(b);
	r->p->to.port = get16(b + 2);
	set_payload(r, r->at + 8);
	size_t length = get16(b + 4);
	if (length >= 8 && length - 8 < r->p->data_len)
		r->p->data_len = length - 8;
	else if (length && length < 8)   /* 0: a jumbo datagram */
		r->p->broken = "UDP length";
}

/* Is this type an error, which quotes the packet that caused it? */
static bool quotes(enum packet_kind kind, uint8_t type)
{
	if (kind == PACKET_ICMP6)
		return type >= 1 && type <= 4;
	return type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
}

static void read_icmp(struct reader *r, enum packet_kind kind)
{
	const unsigned char *b = need(r, 8, "short ICMP header");
	if (!b)
		return;
	r->p->kind = kind;
	r->p->type = b[0];
	r->p->code = b[1];
	set_payload(r, r->at + 8);
	if (quotes(kind, b[0]))
		r->p->inner_at = r->at + 8;
}

static void read_transport(struct reader *r)
{
	r->p->kind = PACKET_IP;
	r->p->head_at = r->at <= r->len ? r->at : 0;
	set_payload(r, r->at);
	if (r->p->later_fragment)
		return;
	switch (r->p->protocol) {
	case IPPROTO_TCP: read_tcp(r); break;
	case IPPROTO_UDP: read_udp(r); break;
	case IPPROTO_ICMP: read_icmp(r, PACKET_ICMP); break;
	case IPPROTO_ICMPV6: read_icmp(r, PACKET_ICMP6); break;
	}
}

enum { IPV4_OFFSET = 0x1fff, IPV4_MORE = 0x2000, IPV6_OFFSET = 0xfff8, IPV6_MORE = 1 };   /* of the fields with the fragment's place */

static void read_ipv4(struct reader *r)
{
	const unsigned char *b = need(r, 20, "short IPv4 header");
	if (!b)
		return;
	size_t header = (size_t)(b[0] & 15) * 4, total = get16(b + 2);
	if (b[0] >> 4 != 4 || header < 20 || total < header) {
		r->p->broken = "IPv4 header length";
		return;
	}
	r->p->net_at = r->at;
	r->p->protocol = b[9];
	r->p->ttl = b[8];
	r->p->later_fragment = get16(b + 6) & IPV4_OFFSET;
	r->p->first_fragment = (get16(b + 6) & (IPV4_OFFSET | IPV4_MORE)) == IPV4_MORE;
	r->p->fragment_id = get16(b + 4);
	end_at(&r->p->from, AF_INET, b + 12);
	end_at(&r->p->to, AF_INET, b + 16);
	if (r->at + total < r->total)   /* Ethernet pads short frames */
		r->total = r->at + total;
	if (r->total < r->len)
		r->len = r->total;
	r->at += header;
	read_transport(r);
}

enum { EXTENSIONS_MOST = 8 };

static void read_fragment6(struct packet *p, const unsigned char *b)
{
	p->later_fragment = get16(b + 2) & IPV6_OFFSET;
	p->first_fragment = (get16(b + 2) & (IPV6_OFFSET | IPV6_MORE)) == IPV6_MORE;
	p->fragment_id = get32(b + 4);
}

/* Skips the extension headers that may come before the transport header. */
static bool skip_extensions(struct reader *r)
{
	for (int i = 0; i < EXTENSIONS_MOST; i++) {
		uint8_t kind = r->p->protocol;
		if (kind != IPPROTO_HOPOPTS && kind != IPPROTO_ROUTING && kind != IPPROTO_DSTOPTS && kind != IPPROTO_FRAGMENT)
			return true;
		const unsigned char *b = need(r, 8, "short IPv6 extension");
		if (!b)
			return false;
		r->p->protocol = b[0];
		r->at += kind == IPPROTO_FRAGMENT ? 8 : ((size_t)b[1] + 1) * 8;
		if (kind == IPPROTO_FRAGMENT)
			read_fragment6(r->p, b);
		if (r->p->later_fragment)   /* what follows is no header */
			return true;
	}
	r->p->broken = "too many IPv6 extensions";
	return false;
}

static void read_ipv6(struct reader *r)
{
	const unsigned char *b = need(r, 40, "short IPv6 header");
	if (!b)
		return;
	if (b[0] >> 4 != 6) {
		r->p->broken = "IPv6 version";
		return;
	}
	size_t total = 40 + (size_t)get16(b + 4);
	r->p->net_at = r->at;
	r->p->protocol = b[6];
	r->p->ttl = b[7];
	end_at(&r->p->from, AF_INET6, b + 8);
	end_at(&r->p->to, AF_INET6, b + 24);
	if (total > 40 && r->at + total < r->total)   /* 40: a jumbo frame */
		r->total = r->at + total;
	if (r->total < r->len)
		r->len = r->total;
	r->at += 40;
	if (skip_extensions(r))
		read_transport(r);
}

static void read_arp(struct reader *r)
{
	const unsigned char *b = need(r, 28, "short ARP packet");
	if (!b)
		return;
	r->p->net_at = r->at;
	if (get16(b + 2) != ETH_P_IP || b[4] != 6 || b[5] != 4) {
		r->p->broken = "not ARP for IPv4 on Ethernet";
		return;
	}
	r->p->kind = PACKET_ARP;
	r->p->type = (uint8_t)get16(b + 6);
	end_at(&r->p->from, AF_INET, b + 14);
	end_at(&r->p->to, AF_INET, b + 24);
}

static void read_network(struct reader *r)
{
	switch (r->p->ethertype) {
	case ETH_P_IP: read_ipv4(r); break;
	case ETH_P_IPV6: read_ipv6(r); break;
	case ETH_P_ARP: read_arp(r); break;
	}
}

void packet_read(struct packet *p, const unsigned char *bytes, size_t len, size_t total)
{
	struct reader r = { .bytes = bytes, .len = len, .total = total < len ? len : total, .p = p };
	*p = (struct packet){ 0 };
	const unsigned char *b = need(&r, ETH_HLEN, "short Ethernet header");
	if (!b)
		return;
	p->ethertype = get16(b + 12);
	r.at = ETH_HLEN;
	read_network(&r);
}

bool packet_quoted(const struct packet *p, const unsigned char *bytes, size_t len, struct packet *inner)
{
	*inner = (struct packet){ 0 };
	if (!p->inner_at || p->inner_at >= len)
		return false;
	struct reader r = { .bytes = bytes, .len = len, .total = len, .at = p->inner_at, .p = inner };
	inner->ethertype = p->kind == PACKET_ICMP6 ? ETH_P_IPV6 : ETH_P_IP;
	/* Only the first eight bytes of a transport header need to be quoted: enough for the ports. */
	read_network(&r);
	if (inner->net_at && !inner->later_fragment && inner->head_at && inner->head_at + 4 <= len) {
		inner->from.port = get16(bytes + inner->head_at);
		inner->to.port = get16(bytes + inner->head_at + 2);
		inner->kind = inner->protocol == IPPROTO_TCP ? PACKET_TCP : inner->protocol == IPPROTO_UDP ? PACKET_UDP : inner->kind;
	}
	return inner->net_at != 0;
}

const char *packet_kind_name(enum packet_kind kind)
{
	static const char *const names[] = { "", "ARP", "IP", "TCP", "UDP", "ICMP", "ICMPv6" };
	return names[kind];
}

const char *packet_flags(struct arena *a, unsigned flags)
{
	static const char *const names[] = { "FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR" };
	/* As people say them: SYN, FIN or RST, then PSH, then ACK. */
	static const unsigned char order[] = { 1, 0, 2, 3, 4, 5, 6, 7 };
	const char *all = NULL;
	for (size_t i = 0; i < sizeof order; i++)
		if (flags & 1u << order[i])
			all = all ? arena_printf(a, "%s|%s", all, names[order[i]]) : names[order[i]];
	return all;
}

const struct value *packet_address(struct arena *a, const struct packet_end *end)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(end->port) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(end->port) };
	memcpy(&in.sin_addr, end->addr, 4);
	memcpy(&in6.sin6_addr, end->addr, 16);
	if (end->family == AF_INET)
		return decode_sockaddr_bytes(a, &in, sizeof in);
	return end->family == AF_INET6 ? decode_sockaddr_bytes(a, &in6, sizeof in6) : NULL;
}
