/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a frame's bytes say: Ethernet, ARP, IPv4, IPv6, TCP, UDP, ICMP, ICMPv6.
 * The bytes are hostile: every length is checked, nothing is believed, and
 * what cannot be read is named in `broken`. RFC 826, 791, 8200, 9293, 768, 792, 4443.
 */
#ifndef ENGINE_WIRE_PACKET_H
#define ENGINE_WIRE_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/value.h"

enum packet_kind { PACKET_NONE, PACKET_ARP, PACKET_IP, PACKET_TCP, PACKET_UDP, PACKET_ICMP, PACKET_ICMP6 };

/* The bits of the TCP header's flags. */
enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16, TCP_URG = 32, TCP_ECE = 64, TCP_CWR = 128 };

struct packet_end {
	int family;                /* AF_INET, AF_INET6; 0: none */
	unsigned char addr[16];
	uint16_t port;             /* 0: none */
};

struct packet {
	enum packet_kind kind;
	uint16_t ethertype;
	struct packet_end from, to;
	uint8_t protocol, ttl;
	bool first_fragment;       /* the first of several pieces of an IP packet */
	bool later_fragment;       /* another one: it has no transport header */
	uint32_t fragment_id;      /* the same for all pieces */
	size_t net_at, head_at;    /* where the network and the transport header begin; 0: there is none */
	size_t data_at, data_len;  /* its payload; data_len is the real length, of which less may be kept */
	uint32_t seq, ack, window; /* TCP; window as it stands in the header */
	uint16_t flags;
	uint8_t type, code;        /* ICMP; ARP: type is the operation */
	size_t inner_at;           /* ICMP errors: where the IP header of the packet that caused them begins; 0: none */
	const char *broken;        /* what is wrong with it; NULL: nothing. A literal */
};

bool packet_same_end(const struct packet_end *x, const struct packet_end *y);

/* Any bytes; `total` is the frame's length on the wire, len how many of them are here. */
void packet_read(struct packet *p, const unsigned char *bytes, size_t len, size_t total);

/* The packet that an ICMP error complains about, as far as it is quoted; false: p quotes none. */
bool packet_quoted(const struct packet *p, const unsigned char *bytes, size_t len, struct packet *inner);

/* "TCP", "ARP", …; "" for none. Literal. */
const char *packet_kind_name(enum packet_kind kind);

/* "SYN|ACK"; NULL when no flag is set. */
const char *packet_flags(struct arena *a, unsigned flags);

/* A sockaddr struct as the decoder of calls makes it; NULL: none. */
const struct value *packet_address(struct arena *a, const struct packet_end *end);

/*
 * Every field of every header: a list of structs whose types are ethernet, arp, ipv4, ipv6, tcp, udp, icmp, icmpv6 and
 * whose items have the names of the RFCs. tcp has `options`, a list of structs of type tcp_option.
 */
struct value *packet_describe(struct arena *a, const unsigned char *bytes, size_t len, size_t total);

#endif
