/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Socket addresses: ip(7), ipv6(7), unix(7), netlink(7), packet(7). A length
 * shorter than the family's struct is shown as the bytes it is, after the family.
 */
#include <arpa/inet.h>
#include <stddef.h>
#include <string.h>

#include "engine/decode/arg.h"
#include "engine/decode/constants_headers.h"

struct value *value_in_addr(struct arena *a, const void *four_bytes)
{
	char text[INET_ADDRSTRLEN];
	return value_ip(a, inet_ntop(AF_INET, four_bytes, text, sizeof text));
}

struct value *value_in6_addr(struct arena *a, const void *sixteen_bytes)
{
	char text[INET6_ADDRSTRLEN];
	return value_ip(a, inet_ntop(AF_INET6, sixteen_bytes, text, sizeof text));
}

struct value *decode_protocol(struct arena *a, int family, int64_t protocol)
{
	switch (family) {
	case AF_INET: case AF_INET6:
		return constant_sym(a, CONST_protocol, protocol);
	case AF_NETLINK:
		return constant_sym(a, CONST_netlinkproto, protocol);
	case AF_PACKET:
		return constant_sym(a, CONST_ethertype, ntohs((uint16_t)protocol));
	default:
		return value_int(a, protocol);
	}
}

static void in_addr(struct arena *a, struct value *to, const unsigned char *p)
{
	struct sockaddr_in sin;
	memcpy(&sin, p, sizeof sin);
	to->type = "sockaddr_in";
	value_add(a, to, "sin_port", value_uint(a, ntohs(sin.sin_port), 10));
	value_add(a, to, "sin_addr", value_in_addr(a, &sin.sin_addr));
}

static void in6_addr(struct arena *a, struct value *to, const unsigned char *p, size_t len)
{
	struct sockaddr_in6 sin6 = { 0 };
	memcpy(&sin6, p, len < sizeof sin6 ? len : sizeof sin6);
	to->type = "sockaddr_in6";
	value_add(a, to, "sin6_port", value_uint(a, ntohs(sin6.sin6_port), 10));
	value_add(a, to, "sin6_flowinfo", value_uint(a, ntohl(sin6.sin6_flowinfo), 10));
	value_add(a, to, "sin6_addr", value_in6_addr(a, &sin6.sin6_addr));
	if (len >= sizeof sin6)
		value_add(a, to, "sin6_scope_id", value_uint(a, sin6.sin6_scope_id, 10));
}

/* A path ends at its NUL, an abstract name at the address's length; nothing at all is an unnamed socket. */
static void un_addr(struct arena *a, struct value *to, const unsigned char *p, size_t len)
{
	const char *path = (const char *)p + offsetof(struct sockaddr_un, sun_path);
	size_t n = len - offsetof(struct sockaddr_un, sun_path);
	to->type = "sockaddr_un";
	if (!n)
		return;
	if (path[0])
		value_add(a, to, "sun_path", value_text(a, path, strnlen(path, n)));
	else
		value_add(a, to, "sun_path", value_bytes(a, path, n, n));
}

static void nl_addr(struct arena *a, struct value *to, const unsigned char *p)
{
	struct sockaddr_nl nl;
	memcpy(&nl, p, sizeof nl);
	to->type = "sockaddr_nl";
	value_add(a, to, "nl_pid", value_uint(a, nl.nl_pid, 10));
	value_add(a, to, "nl_groups", value_uint(a, nl.nl_groups, 16));
}

static void ll_addr(struct arena *a, struct value *to, const unsigned char *p, size_t len)
{
	struct sockaddr_ll ll;
	size_t fixed = offsetof(struct sockaddr_ll, sll_addr);
	memcpy(&ll, p, fixed);
	to->type = "sockaddr_ll";
	value_add(a, to, "sll_protocol", constant_sym(a, CONST_ethertype, ntohs(ll.sll_protocol)));
	value_add(a, to, "sll_ifindex", value_int(a, ll.sll_ifindex));
	value_add(a, to, "sll_hatype", constant_sym(a, CONST_arphrd, ll.sll_hatype));
	value_add(a, to, "sll_pkttype", constant_sym(a, CONST_packettype, ll.sll_pkttype));
	value_add(a, to, "sll_halen", value_uint(a, ll.sll_halen, 10));
	size_t n = ll.sll_halen < len - fixed ? ll.sll_halen : len - fixed;
	if (n)
		value_add(a, to, "sll_addr", value_bytes(a, p + fixed, n, ll.sll_halen));
}

static bool known_family(struct arena *a, struct value *to, int family, const unsigned char *p, size_t len)
{
	if (family == AF_INET && len >= sizeof(struct sockaddr_in))
		in_addr(a, to, p);
	else if (family == AF_INET6 && len >= offsetof(struct sockaddr_in6, sin6_scope_id))
		in6_addr(a, to, p, len);
	else if (family == AF_UNIX)
		un_addr(a, to, p, len);
	else if (family == AF_NETLINK && len >= sizeof(struct sockaddr_nl))
		nl_addr(a, to, p);
	else if (family == AF_PACKET && len >= offsetof(struct sockaddr_ll, sll_addr))
		ll_addr(a, to, p, len);
	else
		return false;
	return true;
}

struct value *decode_sockaddr_bytes(struct arena *a, const void *addr, size_t len)
{
	uint16_t family;
	if (len < sizeof family)
		return value_bytes(a, addr, len, len);
	memcpy(&family, addr, sizeof family);
	struct value *v = value_struct(a, "sockaddr");
	value_add(a, v, "sa_family", constant_sym(a, CONST_family, family));
	if (!known_family(a, v, family, addr, len) && len > sizeof family)
		value_add(a, v, "sa_data", value_bytes(a, (const char *)addr + sizeof family, len - sizeof family, len - sizeof family));
	return v;
}

struct value *decode_sockaddr_at(struct decode *d, uint64_t addr, int64_t len)
{
	unsigned char bytes[sizeof(struct sockaddr_storage)];
	size_t want = len < 0 ? 0 : len < (int64_t)sizeof bytes ? (size_t)len : sizeof bytes;
	if (!addr || want < sizeof(sa_family_t) || !decode_read(d, addr, bytes, want))
		return value_ptr(d->arena, addr);
	return decode_sockaddr_bytes(d->arena, bytes, want);
}

static struct value *entry_addr(struct decode *d, unsigned i)
{
	return decode_sockaddr_at(d, d->args[i], (int)d->args[i + 1]);
}

/* The kernel writes at most what fits and says in *addrlen how long the address is. */
static struct value *exit_addr(struct decode *d, unsigned i, const struct value *in)
{
	int32_t out;
	int64_t had = decode_was_int(d, "addrlen", 0);
	if (!d->args[i] || !PEEK(d, d->args[i + 1], &out))
		return (struct value *)in;
	return decode_sockaddr_at(d, d->args[i], out < had ? out : had);
}

static struct value *entry_len(struct decode *d, unsigned i)
{
	int32_t len;
	return PEEK(d, d->args[i], &len) ? value_int(d->arena, len) : value_ptr(d->arena, d->args[i]);
}

static struct value *exit_len(struct decode *d, unsigned i, const struct value *in)
{
	int32_t len;
	if (!in || in->kind != VALUE_INT || !PEEK(d, d->args[i], &len))
		return (struct value *)in;
	return value_change(d->arena, value_int(d->arena, in->i), value_int(d->arena, len));
}

/* The type is the low four bits; flags are or-ed to it. */
static struct value *entry_socktype(struct decode *d, unsigned i)
{
	enum { TYPE_MASK = 15 };
	unsigned type = (unsigned)d->args[i];
	const char *name = constant_name(CONST_socktype, type & TYPE_MASK);
	if (type <= TYPE_MASK)
		return value_sym(d->arena, type, name);
	struct value *v = constant_flags(d->arena, CONST_sockflags, type & ~TYPE_MASK);
	v->u = type;
	if (!name)
		v->rest |= type & TYPE_MASK;
	else
		v->text = v->text ? arena_printf(d->arena, "%s|%s", name, v->text) : name;
	return v;
}

static struct value *entry_protocol(struct decode *d, unsigned i)
{
	return decode_protocol(d->arena, (int)d->args[0], (int)d->args[i]);
}

const struct arg_type arg_sockaddr = { .entry = entry_addr };
const struct arg_type arg_sockaddr_out = { .exit = exit_addr };
const struct arg_type arg_len_inout = { .entry = entry_len, .exit = exit_len };
const struct arg_type arg_socktype = { .entry = entry_socktype };
const struct arg_type arg_protocol = { .entry = entry_protocol };
