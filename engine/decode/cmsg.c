/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Control messages: cmsg(3), unix(7), ip(7), ipv6(7), socket(7). Each is a
 * struct of cmsg_len, cmsg_level, cmsg_type and, when there is any, cmsg_data.
 */
#include <stddef.h>
#include <string.h>

#include "engine/decode/arg.h"
#include "engine/decode/constants_headers.h"

struct data {
	struct arena *a;
	const unsigned char *p;
	size_t len;
};

#define NEED(m, object) ((m)->len >= sizeof(object) ? (memcpy(&(object), (m)->p, sizeof(object)), true) : false)

static struct value *data_fds(const struct data *m)
{
	struct value *v = value_list(m->a);
	for (size_t at = 0; at + 4 <= m->len; at += 4) {
		int fd;
		memcpy(&fd, m->p + at, sizeof fd);
		value_add(m->a, v, NULL, value_fd(m->a, fd));
	}
	return v;
}

static struct value *data_ucred(const struct data *m)
{
	struct ucred c;
	if (!NEED(m, c))
		return NULL;
	struct value *v = value_struct(m->a, "ucred");
	value_add(m->a, v, "pid", value_int(m->a, c.pid));
	value_add(m->a, v, "uid", value_uint(m->a, c.uid, 10));
	value_add(m->a, v, "gid", value_uint(m->a, c.gid, 10));
	return v;
}

static struct value *data_timeval(const struct data *m)
{
	int64_t t[2];
	return NEED(m, t) ? value_timeval(m->a, t[0], t[1]) : NULL;
}

static struct value *data_timespec(const struct data *m)
{
	int64_t t[2];
	return NEED(m, t) ? value_timespec(m->a, t[0], t[1]) : NULL;
}

static struct value *data_timestamping(const struct data *m)
{
	int64_t t[6];
	if (!NEED(m, t))
		return NULL;
	struct value *v = value_list(m->a);
	for (int i = 0; i < 6; i += 2)
		value_add(m->a, v, NULL, value_timespec(m->a, t[i], t[i + 1]));
	return v;
}

static struct value *data_pktinfo(const struct data *m)
{
	struct in_pktinfo info;
	if (!NEED(m, info))
		return NULL;
	struct value *v = value_struct(m->a, "in_pktinfo");
	value_add(m->a, v, "ipi_ifindex", value_int(m->a, info.ipi_ifindex));
	value_add(m->a, v, "ipi_spec_dst", value_in_addr(m->a, &info.ipi_spec_dst));
	value_add(m->a, v, "ipi_addr", value_in_addr(m->a, &info.ipi_addr));
	return v;
}

static struct value *data_pktinfo6(const struct data *m)
{
	struct in6_pktinfo info;
	if (!NEED(m, info))
		return NULL;
	struct value *v = value_struct(m->a, "in6_pktinfo");
	value_add(m->a, v, "ipi6_addr", value_in6_addr(m->a, &info.ipi6_addr));
	value_add(m->a, v, "ipi6_ifindex", value_int(m->a, info.ipi6_ifindex));
	return v;
}

static struct value *data_int(const struct data *m)
{
	int i;
	return m->len == sizeof i && NEED(m, i) ? value_int(m->a, i) : NULL;
}

static struct value *data_byte(const struct data *m)
{
	return m->len == 1 ? value_uint(m->a, m->p[0], 16) : NULL;
}

/* recverr(…): the error, then the address of who sent it. */
static struct value *data_error(const struct data *m, size_t addr)
{
	struct sock_extended_err e;
	if (!NEED(m, e))
		return NULL;
	struct value *v = value_struct(m->a, "sock_extended_err");
	value_add(m->a, v, "ee_errno", value_sym(m->a, e.ee_errno, errno_name((int)e.ee_errno)));
	value_add(m->a, v, "ee_origin", constant_sym(m->a, CONST_extended_err, e.ee_origin));
	value_add(m->a, v, "ee_type", value_uint(m->a, e.ee_type, 10));
	value_add(m->a, v, "ee_code", value_uint(m->a, e.ee_code, 10));
	value_add(m->a, v, "ee_info", value_uint(m->a, e.ee_info, 10));
	value_add(m->a, v, "ee_data", value_uint(m->a, e.ee_data, 10));
	if (m->len >= sizeof e + addr)
		value_add(m->a, v, "offender", decode_sockaddr_bytes(m->a, m->p + sizeof e, addr));
	return v;
}

static struct value *data_recverr(const struct data *m)
{
	return data_error(m, sizeof(struct sockaddr_in));
}

static struct value *data_recverr6(const struct data *m)
{
	return data_error(m, sizeof(struct sockaddr_in6));
}

static struct value *data_sockaddr(const struct data *m)
{
	return m->len >= sizeof(struct sockaddr_in) ? decode_sockaddr_bytes(m->a, m->p, m->len) : NULL;
}

static struct value *data_security(const struct data *m)
{
	return memchr(m->p, 0, m->len) ? NULL : value_text(m->a, (const char *)m->p, m->len);
}

typedef struct value *data_decoder(const struct data *m);

struct cmsg_kind {
	int level, type;
	data_decoder *decode;
};

static const struct cmsg_kind kinds[] = {
	{ SOL_SOCKET, SCM_RIGHTS, data_fds },
	{ SOL_SOCKET, SCM_CREDENTIALS, data_ucred },
	{ SOL_SOCKET, 3, data_security },
	{ SOL_SOCKET, 29, data_timeval },
	{ SOL_SOCKET, 35, data_timespec },
	{ SOL_SOCKET, 37, data_timestamping },
	{ SOL_SOCKET, 63, data_timeval },
	{ SOL_SOCKET, 64, data_timespec },
	{ SOL_SOCKET, 65, data_timestamping },
	{ IPPROTO_IP, IP_PKTINFO, data_pktinfo },
	{ IPPROTO_IP, IP_TTL, data_int },
	{ IPPROTO_IP, IP_TOS, data_byte },
	{ IPPROTO_IP, IP_RECVERR, data_recverr },
	{ IPPROTO_IP, IP_ORIGDSTADDR, data_sockaddr },
	{ IPPROTO_IP, IP_CHECKSUM, data_int },
	{ IPPROTO_IP, 3, data_security },
	{ IPPROTO_IPV6, IPV6_PKTINFO, data_pktinfo6 },
	{ IPPROTO_IPV6, IPV6_HOPLIMIT, data_int },
	{ IPPROTO_IPV6, IPV6_TCLASS, data_int },
	{ IPPROTO_IPV6, IPV6_RECVERR, data_recverr6 },
	{ IPPROTO_UDP, UDP_SEGMENT, NULL },
	{ IPPROTO_UDP, UDP_GRO, data_int },
};

static struct value *data_value(int level, int type, const struct data *m)
{
	struct value *v = NULL;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (kinds[i].level == level && kinds[i].type == type && kinds[i].decode)
			v = kinds[i].decode(m);
	return v ? v : value_bytes(m->a, m->p, m->len, m->len);
}

static enum constant_group_id type_group(int level)
{
	return level == SOL_SOCKET ? CONST_scm_socket : level == IPPROTO_IP ? CONST_cmsg_ip :
	       level == IPPROTO_IPV6 ? CONST_cmsg_ipv6 : level == IPPROTO_UDP ? CONST_cmsg_udp : CONST_GROUPS;
}

static struct value *cmsg_value(struct decode *d, const struct cmsghdr *head, const struct data *m)
{
	struct arena *a = d->arena;
	struct value *v = value_struct(a, "cmsghdr");
	enum constant_group_id group = type_group(head->cmsg_level);
	value_add(a, v, "cmsg_len", value_uint(a, head->cmsg_len, 10));
	value_add(a, v, "cmsg_level", constant_sym(a, CONST_level, head->cmsg_level));
	value_add(a, v, "cmsg_type", group == CONST_GROUPS ? value_sym(a, head->cmsg_type, NULL) :
	          constant_sym(a, group, head->cmsg_type));
	if (m->len)
		value_add(a, v, "cmsg_data", data_value(head->cmsg_level, head->cmsg_type, m));
	return v;
}

/* A length too small to go on from leaves the address of the rest as the last item. */
struct value *decode_cmsgs(struct decode *d, uint64_t addr, const unsigned char *bytes, size_t len)
{
	struct value *list = value_list(d->arena);
	size_t at = 0;
	while (len - at >= sizeof(struct cmsghdr) && decode_grant_items(d, 1)) {
		struct cmsghdr head;
		memcpy(&head, bytes + at, sizeof head);
		size_t rest = len - at, mine = head.cmsg_len < rest ? head.cmsg_len : rest;
		struct data m = { d->arena, bytes + at + sizeof head, mine > sizeof head ? mine - sizeof head : 0 };
		value_add(d->arena, list, NULL, cmsg_value(d, &head, &m));
		if (head.cmsg_len < sizeof head) {
			value_add(d->arena, list, NULL, value_ptr(d->arena, addr + at + CMSG_ALIGN(sizeof head)));
			break;
		}
		if (CMSG_ALIGN(mine) >= rest)
			break;
		at += CMSG_ALIGN(mine);
	}
	return list->n ? list : value_ptr(d->arena, addr);
}
