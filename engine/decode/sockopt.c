/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Socket options and their values. Which type a value has is a column of
 * constants_sockopt.def; a value too short for its type is shown as bytes.
 */
#include <stddef.h>
#include <string.h>

#include "engine/decode/arg.h"
#include "engine/decode/constants_headers.h"

enum { OPT_BYTES = 4096 };

/* The bytes of a value, and whose they are. */
struct optval {
	struct decode *d;
	struct arena *a;
	const unsigned char *p;
	size_t len;
	uint64_t addr;
	bool set;
};

#define NEED(o, object) ((o)->len >= sizeof(object) ? (memcpy(&(object), (o)->p, sizeof(object)), true) : false)

enum constant_group_id sockopt_group(int level)
{
	switch (level) {
	case SOL_SOCKET: return CONST_sol_socket;
	case IPPROTO_IP: return CONST_sol_ip;
	case IPPROTO_IPV6: return CONST_sol_ipv6;
	case IPPROTO_TCP: return CONST_sol_tcp;
	case IPPROTO_UDP: return CONST_sol_udp;
	case SOL_PACKET: return CONST_sol_packet;
	case SOL_NETLINK: return CONST_sol_netlink;
	default: return CONST_GROUPS;
	}
}

static struct value *opt_bytes(const struct optval *o)
{
	return value_bytes(o->a, o->p, o->len, o->len);
}

static struct value *opt_int(const struct optval *o)
{
	int i;
	return NEED(o, i) ? value_int(o->a, i) : NULL;
}

static struct value *opt_u64(const struct optval *o)
{
	uint64_t u;
	return NEED(o, u) ? value_uint(o->a, u, 10) : NULL;
}

/* A long to newer kernels, an int to older ones. */
static struct value *opt_rate(const struct optval *o)
{
	return o->len >= sizeof(uint64_t) ? opt_u64(o) : opt_int(o);
}

static struct value *opt_sym(const struct optval *o, enum constant_group_id group)
{
	int i;
	return NEED(o, i) ? constant_sym(o->a, group, i) : NULL;
}

static struct value *opt_errno(const struct optval *o)
{
	int i;
	if (!NEED(o, i))
		return NULL;
	return i ? value_sym(o->a, i, errno_name(i)) : value_int(o->a, 0);
}

static struct value *opt_socktype(const struct optval *o)
{
	return opt_sym(o, CONST_socktype);
}

static struct value *opt_protocol(const struct optval *o)
{
	return opt_sym(o, CONST_protocol);
}

static struct value *opt_family(const struct optval *o)
{
	return opt_sym(o, CONST_family);
}

static struct value *opt_pmtudisc(const struct optval *o)
{
	return opt_sym(o, CONST_pmtudisc);
}

static struct value *opt_pmtudisc6(const struct optval *o)
{
	return opt_sym(o, CONST_pmtudisc6);
}

static struct value *opt_flags(const struct optval *o, enum constant_group_id group)
{
	unsigned u;
	return NEED(o, u) ? constant_flags(o->a, group, u) : NULL;
}

static struct value *opt_timestamping(const struct optval *o)
{
	return opt_flags(o, CONST_timestamping);
}

static struct value *opt_buflock(const struct optval *o)
{
	return opt_flags(o, CONST_buflock);
}

static struct value *opt_prefer(const struct optval *o)
{
	return opt_flags(o, CONST_prefer);
}

static struct value *opt_tos(const struct optval *o)
{
	return opt_sym(o, CONST_tos);
}

static struct value *opt_pktinfo6(const struct optval *o)
{
	struct in6_pktinfo info;
	if (!NEED(o, info))
		return NULL;
	struct value *v = value_struct(o->a, "in6_pktinfo");
	value_add(o->a, v, "ipi6_addr", value_in6_addr(o->a, &info.ipi6_addr));
	value_add(o->a, v, "ipi6_ifindex", value_uint(o->a, info.ipi6_ifindex, 10));
	return v;
}

static struct value *opt_linger(const struct optval *o)
{
	struct linger l = { 0 };
	if (o->len < (o->set ? sizeof l : sizeof l.l_onoff))
		return value_ptr(o->a, o->addr);
	memcpy(&l, o->p, o->len < sizeof l ? o->len : sizeof l);
	struct value *v = value_struct(o->a, "linger");
	value_add(o->a, v, "l_onoff", value_int(o->a, l.l_onoff));
	if (o->len >= sizeof l)
		value_add(o->a, v, "l_linger", value_int(o->a, l.l_linger));
	return v;
}

static struct value *opt_timeval(const struct optval *o)
{
	int64_t t[2];
	return NEED(o, t) ? value_timeval(o->a, t[0], t[1]) : NULL;
}

static struct value *opt_ucred(const struct optval *o)
{
	struct ucred c = { 0 };
	if (o->len < sizeof c.pid)
		return NULL;
	memcpy(&c, o->p, o->len < sizeof c ? o->len : sizeof c);
	struct value *v = value_struct(o->a, "ucred");
	value_add(o->a, v, "pid", value_int(o->a, c.pid));
	if (o->len >= offsetof(struct ucred, gid))
		value_add(o->a, v, "uid", value_uint(o->a, c.uid, 10));
	if (o->len >= sizeof c)
		value_add(o->a, v, "gid", value_uint(o->a, c.gid, 10));
	return v;
}

static struct value *opt_string(const struct optval *o)
{
	return value_text(o->a, (const char *)o->p, strnlen((const char *)o->p, o->len));
}

static struct value *opt_sockaddr(const struct optval *o)
{
	return decode_sockaddr_bytes(o->a, o->p, o->len);
}

static struct value *opt_fprog(const struct optval *o)
{
	struct sock_fprog f;
	if (!NEED(o, f))
		return NULL;
	struct value *v = value_struct(o->a, "sock_fprog");
	value_add(o->a, v, "len", value_uint(o->a, f.len, 10));
	value_add(o->a, v, "filter", decode_bpf_at(o->d, (uint64_t)(uintptr_t)f.filter, f.len));
	return v;
}

static struct value *opt_u32s(const struct optval *o)
{
	struct value *v = value_list(o->a);
	for (size_t at = 0; at + 4 <= o->len; at += 4) {
		uint32_t u;
		memcpy(&u, o->p + at, sizeof u);
		value_add(o->a, v, NULL, value_uint(o->a, u, 10));
	}
	return v;
}

static struct value *opt_gids(const struct optval *o)
{
	return opt_u32s(o);
}

static struct value *opt_meminfo(const struct optval *o)
{
	return opt_u32s(o);
}

static struct value *opt_txtime(const struct optval *o)
{
	struct sock_txtime t;
	if (!NEED(o, t))
		return NULL;
	struct value *v = value_struct(o->a, "sock_txtime");
	value_add(o->a, v, "clockid", constant_sym(o->a, CONST_clock, t.clockid));
	value_add(o->a, v, "flags", constant_flags(o->a, CONST_txtimeflags, t.flags));
	return v;
}

static struct value *opt_mreq(const struct optval *o)
{
	struct ip_mreqn m = { 0 };
	if (o->len < sizeof(struct ip_mreq))
		return NULL;
	bool n = NEED(o, m);
	if (!n)
		memcpy(&m, o->p, sizeof(struct ip_mreq));
	struct value *v = value_struct(o->a, n ? "ip_mreqn" : "ip_mreq");
	value_add(o->a, v, "imr_multiaddr", value_in_addr(o->a, &m.imr_multiaddr));
	value_add(o->a, v, n ? "imr_address" : "imr_interface", value_in_addr(o->a, &m.imr_address));
	if (n)
		value_add(o->a, v, "imr_ifindex", value_int(o->a, m.imr_ifindex));
	return v;
}

/* IP_MULTICAST_IF takes an address alone, too. */
static struct value *opt_mreq_if(const struct optval *o)
{
	if (o->len >= sizeof(struct ip_mreq))
		return opt_mreq(o);
	return o->len >= sizeof(struct in_addr) ? value_in_addr(o->a, o->p) : NULL;
}

static struct value *opt_mreq_source(const struct optval *o)
{
	struct ip_mreq_source m;
	if (!NEED(o, m))
		return NULL;
	struct value *v = value_struct(o->a, "ip_mreq_source");
	value_add(o->a, v, "imr_multiaddr", value_in_addr(o->a, &m.imr_multiaddr));
	value_add(o->a, v, "imr_interface", value_in_addr(o->a, &m.imr_interface));
	value_add(o->a, v, "imr_sourceaddr", value_in_addr(o->a, &m.imr_sourceaddr));
	return v;
}

static struct value *opt_mreq6(const struct optval *o)
{
	struct ipv6_mreq m;
	if (!NEED(o, m))
		return NULL;
	struct value *v = value_struct(o->a, "ipv6_mreq");
	value_add(o->a, v, "ipv6mr_multiaddr", value_in6_addr(o->a, &m.ipv6mr_multiaddr));
	value_add(o->a, v, "ipv6mr_interface", value_uint(o->a, m.ipv6mr_interface, 10));
	return v;
}

static struct value *opt_group_req(const struct optval *o)
{
	struct group_req g;
	if (!NEED(o, g))
		return NULL;
	struct value *v = value_struct(o->a, "group_req");
	value_add(o->a, v, "gr_interface", value_uint(o->a, g.gr_interface, 10));
	value_add(o->a, v, "gr_group", decode_sockaddr_bytes(o->a, &g.gr_group, sizeof g.gr_group));
	return v;
}

static struct value *opt_group_source(const struct optval *o)
{
	struct group_source_req g;
	if (!NEED(o, g))
		return NULL;
	struct value *v = value_struct(o->a, "group_source_req");
	value_add(o->a, v, "gsr_interface", value_uint(o->a, g.gsr_interface, 10));
	value_add(o->a, v, "gsr_group", decode_sockaddr_bytes(o->a, &g.gsr_group, sizeof g.gsr_group));
	value_add(o->a, v, "gsr_source", decode_sockaddr_bytes(o->a, &g.gsr_source, sizeof g.gsr_source));
	return v;
}

static struct value *opt_packet_mreq(const struct optval *o)
{
	struct packet_mreq m;
	if (!NEED(o, m))
		return NULL;
	struct value *v = value_struct(o->a, "packet_mreq");
	value_add(o->a, v, "mr_ifindex", value_int(o->a, m.mr_ifindex));
	value_add(o->a, v, "mr_type", constant_sym(o->a, CONST_packet_mr, m.mr_type));
	value_add(o->a, v, "mr_alen", value_uint(o->a, m.mr_alen, 10));
	size_t n = m.mr_alen < sizeof m.mr_address ? m.mr_alen : sizeof m.mr_address;
	value_add(o->a, v, "mr_address", value_bytes(o->a, m.mr_address, n, n));
	return v;
}

/* Structs of 32-bit numbers only: their names in order. */
static struct value *numbers(const struct optval *o, const char *type, const char *const *names, size_t count)
{
	if (o->len < count * 4)
		return NULL;
	struct value *v = value_struct(o->a, type);
	for (size_t i = 0; i < count; i++) {
		uint32_t u;
		memcpy(&u, o->p + i * 4, sizeof u);
		value_add(o->a, v, names[i], value_uint(o->a, u, 10));
	}
	return v;
}

static struct value *opt_tpacket_req(const struct optval *o)
{
	static const char *const names[] = { "tp_block_size", "tp_block_nr", "tp_frame_size", "tp_frame_nr" };
	return numbers(o, "tpacket_req", names, 4);
}

static struct value *opt_tpacket_stats(const struct optval *o)
{
	static const char *const names[] = { "packets", "drops", "freeze_q_cnt" };
	return o->len >= 12 ? numbers(o, "tpacket_stats", names, 3) : numbers(o, "tpacket_stats", names, 2);
}

static const struct { const char *name; unsigned short at, size; } tcp_info_fields[] = {
#define F(name) { #name, offsetof(struct tcp_info, name), sizeof(((struct tcp_info *)0)->name) },
	F(tcpi_rto) F(tcpi_ato) F(tcpi_snd_mss) F(tcpi_rcv_mss) F(tcpi_unacked) F(tcpi_sacked) F(tcpi_lost)
	F(tcpi_retrans) F(tcpi_fackets) F(tcpi_last_data_sent) F(tcpi_last_ack_sent) F(tcpi_last_data_recv)
	F(tcpi_last_ack_recv) F(tcpi_pmtu) F(tcpi_rcv_ssthresh) F(tcpi_rtt) F(tcpi_rttvar) F(tcpi_snd_ssthresh)
	F(tcpi_snd_cwnd) F(tcpi_advmss) F(tcpi_reordering) F(tcpi_rcv_rtt) F(tcpi_rcv_space) F(tcpi_total_retrans)
	F(tcpi_pacing_rate) F(tcpi_max_pacing_rate) F(tcpi_bytes_acked) F(tcpi_bytes_received) F(tcpi_segs_out)
	F(tcpi_segs_in) F(tcpi_notsent_bytes) F(tcpi_min_rtt) F(tcpi_data_segs_in) F(tcpi_data_segs_out)
	F(tcpi_delivery_rate) F(tcpi_busy_time) F(tcpi_rwnd_limited) F(tcpi_sndbuf_limited) F(tcpi_delivered)
	F(tcpi_delivered_ce) F(tcpi_bytes_sent) F(tcpi_bytes_retrans) F(tcpi_dsack_dups) F(tcpi_reord_seen)
	F(tcpi_rcv_ooopack) F(tcpi_snd_wnd)
#undef F
};

static void tcp_info_head(const struct optval *o, struct value *v)
{
	struct arena *a = o->a;
	const unsigned char *p = o->p;
	value_add(a, v, "tcpi_state", constant_sym(a, CONST_tcpstate, p[0]));
	value_add(a, v, "tcpi_ca_state", constant_sym(a, CONST_ca_state, p[1]));
	value_add(a, v, "tcpi_retransmits", value_uint(a, p[2], 10));
	value_add(a, v, "tcpi_probes", value_uint(a, p[3], 10));
	value_add(a, v, "tcpi_backoff", value_uint(a, p[4], 10));
	value_add(a, v, "tcpi_options", constant_flags(a, CONST_tcpi_options, p[5]));
	value_add(a, v, "tcpi_snd_wscale", value_uint(a, p[6] & 15, 10));
	value_add(a, v, "tcpi_rcv_wscale", value_uint(a, p[6] >> 4, 10));
	value_add(a, v, "tcpi_delivery_rate_app_limited", value_uint(a, p[7] & 1, 10));
	value_add(a, v, "tcpi_fastopen_client_fail", value_uint(a, p[7] >> 1 & 3, 10));
}

/* tcp(7): it grows with the kernel; what the kernel gave is shown as far as we know it. */
static struct value *opt_tcp_info(const struct optval *o)
{
	if (o->len < 8)
		return NULL;
	struct value *v = value_struct(o->a, "tcp_info");
	tcp_info_head(o, v);
	for (size_t i = 0; i < sizeof tcp_info_fields / sizeof *tcp_info_fields; i++) {
		uint64_t u64;
		uint32_t u32;
		size_t at = tcp_info_fields[i].at, size = tcp_info_fields[i].size;
		if (at + size > o->len)
			break;
		memcpy(size == 8 ? (void *)&u64 : (void *)&u32, o->p + at, size == 8 ? 8 : 4);
		value_add(o->a, v, tcp_info_fields[i].name, value_uint(o->a, size == 8 ? u64 : u32, 10));
	}
	return v;
}

typedef struct value *opt_decoder(const struct optval *o);

static opt_decoder *const decoders[][96] = {
#define GROUP(id, unknown, kind) [CONST_##id] = {
#define NAME(name)
#define VALUE(name, value)
#define OPT(name, type) opt_##type,
#define NEWER(name, value, type) opt_##type,
#define END(id) },
#include "engine/decode/constants_sockopt.def"
#undef GROUP
#undef NAME
#undef VALUE
#undef NEWER
#undef OPT
#undef END
};

static opt_decoder *find_decoder(int level, int optname)
{
	enum constant_group_id id = sockopt_group(level);
	if (id == CONST_GROUPS)
		return opt_bytes;
	const struct constant_group *g = constant_group(id);
	for (unsigned i = 0; i < g->n; i++)
		if (g->item[i].value == (uint64_t)optname)
			return decoders[id][i];
	return opt_bytes;
}

static struct value *optval_at(struct decode *d, uint64_t addr, int64_t len, bool set)
{
	unsigned char bytes[OPT_BYTES];
	size_t want = len < 0 ? 0 : len < OPT_BYTES ? (size_t)len : OPT_BYTES;
	opt_decoder *decode = find_decoder((int)d->args[1], (int)d->args[2]);
	bool name_removed = set && addr && decode == opt_string;
	if ((!want && !name_removed) || (want && !decode_read(d, addr, bytes, want)))
		return value_ptr(d->arena, addr);
	struct optval o = { d, d->arena, bytes, want, addr, set };
	struct value *v = decode(&o);
	return v ? v : opt_bytes(&o);
}

static struct value *entry_optname(struct decode *d, unsigned i)
{
	enum constant_group_id id = sockopt_group((int)d->args[1]);
	if (id == CONST_GROUPS)
		return value_int(d->arena, (int)d->args[i]);
	return constant_sym(d->arena, id, (int)d->args[i]);
}

/* SO_GET_FILTER has the number of SO_ATTACH_FILTER. */
static struct value *entry_optname_get(struct decode *d, unsigned i)
{
	if ((int)d->args[1] == SOL_SOCKET && (int)d->args[i] == SO_GET_FILTER)
		return value_sym(d->arena, SO_GET_FILTER, "SO_GET_FILTER");
	return entry_optname(d, i);
}

static struct value *entry_optval(struct decode *d, unsigned i)
{
	return optval_at(d, d->args[i], (int)d->args[i + 1], true);
}

static struct value *exit_optval(struct decode *d, unsigned i, const struct value *in)
{
	int32_t len;
	if (!PEEK(d, d->args[i + 1], &len))
		return (struct value *)in;
	return optval_at(d, d->args[i], len, false);
}

const struct arg_type arg_optname = { .entry = entry_optname };
const struct arg_type arg_optname_get = { .entry = entry_optname_get };
const struct arg_type arg_optval = { .entry = entry_optval };
const struct arg_type arg_optval_out = { .exit = exit_optval };
