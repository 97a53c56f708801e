/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Socket options. strace shows few of their values as what they are: the others
 * are put back into the bytes they were and shown as a number or as those bytes.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>

#include "engine/base/text.h"
#include "engine/decode/arg.h"
#include "engine/decode/constants_headers.h"
#include "tests/notation/notation_write.h"

enum { BYTES = 300 };

struct bytes {
	unsigned char p[BYTES];
	size_t len;
};

static void put(struct bytes *b, const void *p, size_t n)
{
	if (n > BYTES - b->len)
		n = BYTES - b->len;
	memcpy(b->p + b->len, p, n);
	b->len += n;
}

static void put_number(struct bytes *b, uint64_t number, size_t size)
{
	put(b, &number, size);
}

static void put_ip(struct bytes *b, const struct value *v)
{
	unsigned char addr[16];
	bool six = strchr(v->text, ':') != NULL;
	if (inet_pton(six ? AF_INET6 : AF_INET, v->text, addr) == 1)
		put(b, addr, six ? 16 : 4);
}

static void put_big_endian(struct bytes *b, uint64_t number)
{
	uint16_t port = htons((uint16_t)number);
	put(b, &port, sizeof port);
}

static size_t width(const struct value *in, const struct value *v)
{
	static const char *const wide[] = { "timeval", "timespec", NULL };
	static const char *const narrow[] = { "sa_family", "mr_type", NULL };
	if (in && text_in(in->type, wide))
		return 8;
	return text_in(v->name, narrow) ? 2 : 4;
}

static void put_tcp_info(struct bytes *b, const struct value *v);

static void put_value(struct bytes *b, const struct value *in, const struct value *v)
{
	bool port = text_is(v->name, "sin_port");
	bool stored = in && in->type && strncmp(in->type, "group_", 6) == 0;
	if (v->kind == VALUE_STRUCT && text_is(v->type, "tcp_info")) {
		put_tcp_info(b, v);
	} else if (v->kind == VALUE_STRUCT || v->kind == VALUE_LIST) {
		size_t start = b->len;
		for (unsigned i = 0; i < v->n; i++)
			put_value(b, v, v->item[i]);
		for (; stored && b->len < BYTES && b->len < start + sizeof(struct sockaddr_storage);)
			put_number(b, 0, 1);
	} else if (v->kind == VALUE_BYTES) {
		put(b, v->bytes, v->len);
	} else if (v->kind == VALUE_TEXT) {
		put(b, v->text, strlen(v->text));
	} else if (v->kind == VALUE_IP) {
		put_ip(b, v);
	} else if (port) {
		put_big_endian(b, v->u);
	} else {
		put_number(b, v->u, width(in, v));
		if (stored)
			put_number(b, 0, 4);
	}
}

/* The first 32 bytes are all that is ever shown. */
static void put_tcp_info(struct bytes *b, const struct value *v)
{
	static const char *const small[] = { "tcpi_state", "tcpi_ca_state", "tcpi_retransmits", "tcpi_probes", "tcpi_backoff",
		"tcpi_options" };
	for (int i = 0; i < 6; i++)
		put_number(b, value_get(v, small[i])->u, 1);
	put_number(b, value_get(v, "tcpi_snd_wscale")->u | value_get(v, "tcpi_rcv_wscale")->u << 4, 1);
	put_number(b, value_get(v, "tcpi_delivery_rate_app_limited")->u | value_get(v, "tcpi_fastopen_client_fail")->u << 1, 1);
	for (unsigned i = 10; i < v->n && i < 24; i++)
		put_number(b, v->item[i]->u, 4);
}

static bool is_struct(const struct value *v, const char *type)
{
	return v->kind == VALUE_STRUCT && text_is(v->type, type);
}

static bool named(const struct value *optname, const char *name)
{
	return optname && text_is(optname->text, name);
}

/* Values that strace shows as what they are. */
static bool shown_as_is(const struct value *v, const struct value *optname, bool get)
{
	if (is_struct(v, "linger") || is_struct(v, "sock_fprog") || is_struct(v, "ipv6_mreq"))
		return true;
	if (is_struct(v, "ip_mreq") || is_struct(v, "group_req") || is_struct(v, "packet_mreq") || is_struct(v, "tpacket_req"))
		return !get && !named(optname, "IP_MULTICAST_IF");
	return get && (is_struct(v, "ucred") || is_struct(v, "tpacket_stats"));
}

static size_t option_length(const struct notation *n)
{
	const struct value *len = value_now(notation_arg(n, "optlen"));
	return len && len->kind == VALUE_INT && len->i > 0 ? (size_t)len->i : 0;
}

static void write_bytes(struct notation *n, const struct value *v)
{
	struct bytes b = { .len = 0 };
	size_t total = option_length(n);
	if (v->kind == VALUE_UINT)
		put_number(&b, v->u, 8);
	else
		put_value(&b, NULL, v);
	bool netlink = notation_arg(n, "level")->i == SOL_NETLINK;
	if (total == 4 || (netlink && total > 4)) {
		int32_t number = 0;
		memcpy(&number, b.p, b.len < 4 ? b.len : 4);
		buf_addf(n->out, "[%" PRId32 "]", number);
		return;
	}
	while (b.len < total && b.len < BYTES)
		put_number(&b, 0, 1);
	size_t shown = b.len < n->strings ? b.len : n->strings;
	notation_quote(n, b.p, shown, total > shown);
}

/* strace takes an ip_mreqn for an ip_mreq. */
static void write_mreqn(struct notation *n, const struct value *v)
{
	buf_addc(n->out, '{');
	notation_member(n, v, v->item[0]);
	buf_adds(n->out, ", imr_interface=");
	notation_value(n, v, v->item[1]);
	buf_addc(n->out, '}');
}

void notation_optval(struct notation *n, const struct value *v, bool get)
{
	const struct value *optname = notation_arg(n, "optname");
	if (v->kind == VALUE_PTR)
		notation_value(n, NULL, v);
	else if (is_struct(v, "ip_mreqn") && !named(optname, "IP_MULTICAST_IF"))
		write_mreqn(n, v);
	else if (shown_as_is(v, optname, get))
		notation_value(n, NULL, v);
	else if (get && named(optname, "SO_ERROR") && v->kind == VALUE_SYM)
		buf_addf(n->out, "[%s]", v->text ? v->text : "?");
	else if (named(optname, "SO_TXREHASH") && v->kind == VALUE_INT)
		buf_addf(n->out, "[%s]", v->i == 1 ? "SOCK_TXREHASH_ENABLED" : v->i ? "SOCK_TXREHASH_DEFAULT" : "SOCK_TXREHASH_DISABLED");
	else if (v->kind == VALUE_INT || v->kind == VALUE_SYM || v->kind == VALUE_FLAGS)
		buf_addf(n->out, "[%" PRId32 "]", (int32_t)v->i);
	else
		write_bytes(n, v);
}

/* Levels whose options strace names and we do not. */
static const char *level_pattern(int64_t level)
{
	static const struct { int level; const char *pattern; } levels[] = {
		{ 132, "SCTP_???" }, { 255, "RAW_???" }, { SOL_IRDA, "IRLMP_???" }, { SOL_LLC, "LLC_OPT_???" },
		{ SOL_DCCP, "DCCP_SOCKOPT_???" }, { SOL_TIPC, "TIPC_???" }, { SOL_RXRPC, "RXRPC_???" },
		{ SOL_PPPOL2TP, "PPPOL2TP_SO_???" }, { SOL_BLUETOOTH, "BT_???" }, { SOL_PNPIPE, "PNPIPE_???" },
		{ SOL_RDS, "RDS_???" }, { SOL_IUCV, "SO_???" }, { SOL_CAIF, "CAIFSO_???" }, { SOL_ALG, "ALG_???" },
		{ SOL_NFC, "NFC_LLCP_???" }, { SOL_KCM, "KCM_???" }, { SOL_TLS, "TLS_???" }, { SOL_XDP, "XDP_???" },
	};
	enum constant_group_id id = sockopt_group((int)level);
	if (id != CONST_GROUPS)
		return constant_group(id)->unknown;
	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
		if (levels[i].level == level)
			return levels[i].pattern;
	return NULL;
}

void notation_optname(struct notation *n, const struct value *v)
{
	const char *pattern = level_pattern(notation_arg(n, "level")->i);
	if (v->text && notation_knows(v->text))
		notation_value(n, NULL, v);
	else if (pattern)
		notation_unknown(n, (uint64_t)v->i & 0xffffffff, pattern);
	else
		buf_addf(n->out, "%" PRId64, v->i);
}
