/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of an order: what is to be done, and with packets of which kind. */
#include "engine/wire/order.h"

#include <string.h>

#include "engine/wire/packet.h"

static const char *const names[WIRE_HOWS] = {
#define WIRE_HOW(id, name) [WIRE_##id] = name,
#include "engine/wire/wire_how.def"
#undef WIRE_HOW
};

const char *wire_how_name(enum wire_how how)
{
	return (unsigned)how < WIRE_HOWS ? names[how] : "";
}

bool wire_how_of(const char *name, enum wire_how *out)
{
	for (int i = 0; i < WIRE_HOWS; i++)
		if (!strcmp(name, names[i])) {
			*out = (enum wire_how)i;
			return true;
		}
	return false;
}

static const struct { const char *word; enum packet_kind kind; } kinds[] = {
	{ "TCP", PACKET_TCP }, { "UDP", PACKET_UDP }, { "ICMP", PACKET_ICMP }, { "ARP", PACKET_ARP },
};

static const struct { const char *word; unsigned flag; } tcp_flags[] = {
	{ "SYN", TCP_SYN }, { "ACK", TCP_ACK }, { "FIN", TCP_FIN }, { "RST", TCP_RST }, { "PSH", TCP_PSH }, { "URG", TCP_URG },
};

/* Bits of "SYN|ACK"; 0: a word is none of ours. */
static unsigned flag_bits(const char *s)
{
	unsigned bits = 0;
	for (;;) {
		size_t n = strcspn(s, "|"), k = 0;
		while (k < sizeof tcp_flags / sizeof *tcp_flags && (strlen(tcp_flags[k].word) != n || strncmp(s, tcp_flags[k].word, n)))
			k++;
		if (k == sizeof tcp_flags / sizeof *tcp_flags)
			return 0;
		bits |= tcp_flags[k].flag;
		if (!s[n])
			return bits;
		s += n + 1;
	}
}

static bool kind_of(const char *word, enum packet_kind *out)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (!strcmp(word, kinds[i].word)) {
			*out = kinds[i].kind;
			return true;
		}
	return false;
}

bool wire_flags_known(const char *flags)
{
	enum packet_kind kind;
	return kind_of(flags, &kind) || !strcmp(flags, "DATA") || flag_bits(flags);
}

bool wire_flags_fit(const char *flags, const struct packet *p)
{
	enum packet_kind kind;
	if (kind_of(flags, &kind))
		return p->kind == kind;
	if (p->kind != PACKET_TCP)
		return false;
	if (!strcmp(flags, "DATA"))
		return p->data_len > 0;
	unsigned bits = flag_bits(flags);
	if (bits == TCP_SYN)
		return (p->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
	if (bits == TCP_ACK)
		return (p->flags & (TCP_SYN | TCP_FIN | TCP_RST | TCP_ACK)) == TCP_ACK && !p->data_len;
	return (p->flags & bits) == bits;
}
