/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Headers field by field, by the names of their RFCs. What packet_read could not follow is left out here too. */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <string.h>

#include "engine/wire/bytes.h"
#include "engine/wire/packet.h"

struct writer {
	struct arena *a;
	const unsigned char *bytes;
	size_t len;
	const struct packet *p;
	struct value *layers;
};

static struct value *layer(struct writer *w, const char *type)
{
	return value_add(w->a, w->layers, NULL, value_struct(w->a, type));
}

static void number(struct writer *w, struct value *to, const char *name, uint64_t n)
{
	value_add(w->a, to, name, value_uint(w->a, n, 10));
}

static void hex(struct writer *w, struct value *to, const char *name, uint64_t n)
{
	value_add(w->a, to, name, value_uint(w->a, n, 16));
}

static void named(struct writer *w, struct value *to, const char *name, int64_t n, const char *text)
{
	value_add(w->a, to, name, value_sym(w->a, n, text));
}

static void hardware(struct writer *w, struct value *to, const char *name, const unsigned char *b)
{
	const char *text = arena_printf(w->a, "%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3], b[4], b[5]);
	value_add(w->a, to, name, value_text(w->a, text, 17));
}

static void address(struct writer *w, struct value *to, const char *name, int family, const unsigned char *b)
{
	char text[INET6_ADDRSTRLEN];
	inet_ntop(family, b, text, sizeof text);
	value_add(w->a, to, name, value_ip(w->a, text));
}

static const char *ethertype_name(unsigned type)
{
	return type == ETH_P_IP ? "IPv4" : type == ETH_P_IPV6 ? "IPv6" : type == ETH_P_ARP ? "ARP" : NULL;
}

static const char *protocol_name(unsigned protocol)
{
	switch (protocol) {
	case IPPROTO_TCP: return "TCP";
	case IPPROTO_UDP: return "UDP";
	case IPPROTO_ICMP: return "ICMP";
	case IPPROTO_ICMPV6: return "ICMPv6";
	default: return NULL;
	}
}

static void ethernet(struct writer *w)
{
	struct value *v = layer(w, "ethernet");
	hardware(w, v, "destination", w->bytes);
	hardware(w, v, "source", w->bytes + 6);
	named(w, v, "type", w->p->ethertype, ethertype_name(w->p->ethertype));
}

static void arp(struct writer *w, const unsigned char *b)
{
	struct value *v = layer(w, "arp");
	named(w, v, "operation", get16(b + 6), get16(b + 6) == 1 ? "request" : get16(b + 6) == 2 ? "reply" : NULL);
	hardware(w, v, "sender_hardware", b + 8);
	address(w, v, "sender_address", AF_INET, b + 14);
	hardware(w, v, "target_hardware", b + 18);
	address(w, v, "target_address", AF_INET, b + 24);
}

static void ipv4(struct writer *w, const unsigned char *b)
{
	struct value *v = layer(w, "ipv4");
	unsigned bits = get16(b + 6);
	number(w, v, "version", b[0] >> 4);
	number(w, v, "header_length", (b[0] & 15u) * 4);
	number(w, v, "dscp", b[1] >> 2);
	number(w, v, "ecn", b[1] & 3);
	number(w, v, "total_length", get16(b + 2));
	hex(w, v, "identification", get16(b + 4));
	value_add(w->a, v, "flags", value_flags(w->a, bits >> 13, bits & 0x4000 ? bits & 0x2000 ? "DF|MF" : "DF" :
						bits & 0x2000 ? "MF" : NULL, 0));
	number(w, v, "fragment_offset", (bits & 0x1fff) * 8);
	number(w, v, "ttl", b[8]);
	named(w, v, "protocol", b[9], protocol_name(b[9]));
	hex(w, v, "checksum", get16(b + 10));
	address(w, v, "source", AF_INET, b + 12);
	address(w, v, "destination", AF_INET, b + 16);
}

static void ipv6(struct writer *w, const unsigned char *b)
{
	struct value *v = layer(w, "ipv6");
	number(w, v, "version", b[0] >> 4);
	number(w, v, "traffic_class", (get16(b) >> 4) & 255);
	hex(w, v, "flow_label", get32(b) & 0xfffff);
	number(w, v, "payload_length", get16(b + 4));
	named(w, v, "next_header", b[6], protocol_name(b[6]));
	number(w, v, "hop_limit", b[7]);
	address(w, v, "source", AF_INET6, b + 8);
	address(w, v, "destination", AF_INET6, b + 24);
}

enum { OPT_END, OPT_NOP, OPT_MSS, OPT_WINDOW_SCALE, OPT_SACK_PERMITTED, OPT_SACK, OPT_TIMESTAMPS = 8 };

static const char *option_name(unsigned kind)
{
	static const char *const names[] = {
		[OPT_NOP] = "NOP", [OPT_MSS] = "MSS", [OPT_WINDOW_SCALE] = "window scale",
		[OPT_SACK_PERMITTED] = "SACK permitted", [OPT_SACK] = "SACK", [OPT_TIMESTAMPS] = "timestamps",
	};
	return kind < sizeof names / sizeof *names ? names[kind] : NULL;
}

static void option_value(struct writer *w, struct value *v, const unsigned char *b, size_t n)
{
	if (b[0] == OPT_MSS && n == 4) {
		number(w, v, "value", get16(b + 2));
	} else if (b[0] == OPT_WINDOW_SCALE && n == 3) {
		number(w, v, "value", b[2]);
	} else if (b[0] == OPT_TIMESTAMPS && n == 10) {
		number(w, v, "value", get32(b + 2));
		number(w, v, "echo", get32(b + 6));
	} else if (b[0] == OPT_SACK && n >= 10) {
		number(w, v, "left_edge", get32(b + 2));
		number(w, v, "right_edge", get32(b + 6));
	} else if (n > 2) {
		value_add(w->a, v, "bytes", value_bytes(w->a, b + 2, n - 2, n - 2));
	}
}

static struct value *tcp_options(struct writer *w, const unsigned char *b, size_t n)
{
	struct value *list = value_list(w->a);
	for (size_t at = 0; at < n && b[at] != OPT_END;) {
		size_t size = b[at] == OPT_NOP ? 1 : at + 1 < n ? b[at + 1] : 0;
		if (!size || (b[at] != OPT_NOP && size < 2) || size > n - at)
			break;
		if (b[at] != OPT_NOP) {
			struct value *v = value_add(w->a, list, NULL, value_struct(w->a, "tcp_option"));
			named(w, v, "kind", b[at], option_name(b[at]));
			option_value(w, v, b + at, size);
		}
		at += size;
	}
	return list;
}

static void tcp(struct writer *w, const unsigned char *b, size_t here)
{
	struct value *v = layer(w, "tcp");
	size_t header = (size_t)(b[12] >> 4) * 4;
	number(w, v, "source_port", get16(b));
	number(w, v, "destination_port", get16(b + 2));
	number(w, v, "sequence", get32(b + 4));
	number(w, v, "acknowledgment", get32(b + 8));
	number(w, v, "data_offset", header);
	value_add(w->a, v, "flags", value_flags(w->a, b[13], packet_flags(w->a, b[13]), 0));
	number(w, v, "window", get16(b + 14));
	hex(w, v, "checksum", get16(b + 16));
	number(w, v, "urgent_pointer", get16(b + 18));
	if (header > 20)
		value_add(w->a, v, "options", tcp_options(w, b + 20, (header < here ? header : here) - 20));
}

static void udp(struct writer *w, const unsigned char *b)
{
	struct value *v = layer(w, "udp");
	number(w, v, "source_port", get16(b));
	number(w, v, "destination_port", get16(b + 2));
	number(w, v, "length", get16(b + 4));
	hex(w, v, "checksum", get16(b + 6));
}

static const char *icmp_name(enum packet_kind kind, unsigned type)
{
	static const struct { enum packet_kind kind; unsigned type; const char *name; } names[] = {
		{ PACKET_ICMP, 0, "echo reply" }, { PACKET_ICMP, 3, "destination unreachable" }, { PACKET_ICMP, 5, "redirect" },
		{ PACKET_ICMP, 8, "echo" }, { PACKET_ICMP, 11, "time exceeded" }, { PACKET_ICMP, 12, "parameter problem" },
		{ PACKET_ICMP6, 1, "destination unreachable" }, { PACKET_ICMP6, 2, "packet too big" },
		{ PACKET_ICMP6, 3, "time exceeded" }, { PACKET_ICMP6, 4, "parameter problem" },
		{ PACKET_ICMP6, 128, "echo request" }, { PACKET_ICMP6, 129, "echo reply" },
		{ PACKET_ICMP6, 133, "router solicitation" }, { PACKET_ICMP6, 134, "router advertisement" },
		{ PACKET_ICMP6, 135, "neighbor solicitation" }, { PACKET_ICMP6, 136, "neighbor advertisement" },
		{ PACKET_ICMP6, 143, "multicast listener report" },
	};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].kind == kind && names[i].type == type)
			return names[i].name;
	return NULL;
}

static const char *unreachable_name(enum packet_kind kind, unsigned code)
{
	static const char *const v4[] = { "net unreachable", "host unreachable", "protocol unreachable", "port unreachable",
		"fragmentation needed", "source route failed", NULL, NULL, NULL, "net prohibited", "host prohibited",
		NULL, NULL, "communication prohibited" };
	static const char *const v6[] = { "no route", "communication prohibited", "beyond scope", "address unreachable",
		"port unreachable" };
	if (kind == PACKET_ICMP6)
		return code < sizeof v6 / sizeof *v6 ? v6[code] : NULL;
	return code < sizeof v4 / sizeof *v4 ? v4[code] : NULL;
}

static void icmp(struct writer *w, const unsigned char *b)
{
	enum packet_kind kind = w->p->kind;
	struct value *v = layer(w, kind == PACKET_ICMP6 ? "icmpv6" : "icmp");
	bool unreachable = b[0] == (kind == PACKET_ICMP6 ? 1 : 3);
	named(w, v, "type", b[0], icmp_name(kind, b[0]));
	named(w, v, "code", b[1], unreachable ? unreachable_name(kind, b[1]) : NULL);
	hex(w, v, "checksum", get16(b + 2));
}

static void network(struct writer *w)
{
	const unsigned char *b = w->bytes + w->p->net_at;
	if (w->p->kind == PACKET_ARP)
		arp(w, b);
	else if (w->p->ethertype == ETH_P_IP)
		ipv4(w, b);
	else if (w->p->ethertype == ETH_P_IPV6)
		ipv6(w, b);
}

static void transport(struct writer *w)
{
	const unsigned char *b = w->bytes + w->p->head_at;
	size_t here = w->len - w->p->head_at;
	switch (w->p->kind) {
	case PACKET_TCP: tcp(w, b, here); break;
	case PACKET_UDP: udp(w, b); break;
	case PACKET_ICMP:
	case PACKET_ICMP6: icmp(w, b); break;
	default: break;
	}
}

struct value *packet_describe(struct arena *a, const unsigned char *bytes, size_t len, size_t total)
{
	struct packet p;
	packet_read(&p, bytes, len, total);
	struct writer w = { .a = a, .bytes = bytes, .len = len, .p = &p, .layers = value_list(a) };
	if (len >= ETH_HLEN)
		ethernet(&w);
	if (p.net_at && (p.kind == PACKET_ARP || p.from.family))
		network(&w);
	if (p.head_at)
		transport(&w);
	return w.layers;
}
