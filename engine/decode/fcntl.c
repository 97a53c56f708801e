/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What fcntl(2) and ioctl(2) do to descriptors and sockets; file flags; offsets. */
#include <string.h>

#include "engine/decode/arg.h"
#include "engine/decode/constants_headers.h"

struct value *decode_openflags(struct arena *a, uint64_t flags)
{
	const char *mode = constant_name(CONST_openmode, flags & O_ACCMODE);
	struct value *v = constant_flags(a, CONST_openflags, flags & ~(uint64_t)O_ACCMODE);
	v->u = flags;
	v->text = v->text ? arena_printf(a, "%s|%s", mode, v->text) : mode;
	return v;
}

/* Flags of pipe2 and dup3: no access mode in them. */
static struct value *entry_openflags(struct decode *d, unsigned i)
{
	return constant_flags(d->arena, CONST_openflags, (unsigned)d->args[i]);
}

static struct value *owner_at(struct decode *d, uint64_t addr)
{
	struct f_owner_ex o;
	if (!PEEK(d, addr, &o))
		return value_ptr(d->arena, addr);
	struct value *v = value_struct(d->arena, "f_owner_ex");
	value_add(d->arena, v, "type", constant_sym(d->arena, CONST_owner, o.type));
	value_add(d->arena, v, "pid", value_int(d->arena, o.pid));
	return v;
}

static struct value *entry_fcntlarg(struct decode *d, unsigned i)
{
	uint64_t arg = d->args[i];
	switch ((int)d->args[1]) {
	case F_GETFD: case F_GETFL: case F_GETOWN: case F_GETSIG: case F_GETLEASE: case F_GETPIPE_SZ: case F_GET_SEALS:
		return NULL;
	case F_DUPFD: case F_DUPFD_CLOEXEC: case F_SETOWN: case F_SETPIPE_SZ:
		return value_int(d->arena, (int)arg);
	case F_SETFD:
		return constant_flags(d->arena, CONST_fdflags, (unsigned)arg);
	case F_SETFL:
		return decode_openflags(d->arena, (unsigned)arg);
	case F_SETSIG:
		return arg ? value_signal(d->arena, (int)arg) : value_int(d->arena, 0);
	case F_SETLEASE:
		return constant_sym(d->arena, CONST_lease, (int)arg);
	case F_NOTIFY: case F_ADD_SEALS: case 17: /* F_GETOWNER_UIDS */
		return value_uint(d->arena, (unsigned)arg, 16);
	case F_SETOWN_EX:
		return owner_at(d, arg);
	default:
		return value_ptr(d->arena, arg);
	}
}

static struct value *exit_fcntlarg(struct decode *d, unsigned i, const struct value *in)
{
	return (int)d->args[1] == F_GETOWN_EX ? owner_at(d, d->args[i]) : (struct value *)in;
}

static struct value *int_behind(struct decode *d, uint64_t addr)
{
	int n;
	if (!PEEK(d, addr, &n))
		return value_ptr(d->arena, addr);
	struct value *v = value_list(d->arena);
	value_add(d->arena, v, NULL, value_int(d->arena, n));
	return v;
}

static struct value *ifname(struct arena *a, const char name[IFNAMSIZ])
{
	return value_text(a, name, strnlen(name, IFNAMSIZ));
}

/* The second half of an ifreq, by the request that asks for it. */
static void add_ifreq(struct arena *a, struct value *v, unsigned request, const struct ifreq *r)
{
	switch (request) {
	case SIOCGIFADDR: case SIOCSIFADDR:
		value_add(a, v, "ifr_addr", decode_sockaddr_bytes(a, &r->ifr_addr, sizeof r->ifr_addr));
		break;
	case SIOCGIFDSTADDR: case SIOCSIFDSTADDR:
		value_add(a, v, "ifr_dstaddr", decode_sockaddr_bytes(a, &r->ifr_addr, sizeof r->ifr_addr));
		break;
	case SIOCGIFBRDADDR: case SIOCSIFBRDADDR:
		value_add(a, v, "ifr_broadaddr", decode_sockaddr_bytes(a, &r->ifr_addr, sizeof r->ifr_addr));
		break;
	case SIOCGIFNETMASK: case SIOCSIFNETMASK:
		value_add(a, v, "ifr_netmask", decode_sockaddr_bytes(a, &r->ifr_addr, sizeof r->ifr_addr));
		break;
	case SIOCGIFHWADDR: case SIOCSIFHWADDR: {
		struct value *hw = value_add(a, v, "ifr_hwaddr", value_struct(a, "sockaddr"));
		value_add(a, hw, "sa_family", constant_sym(a, CONST_arphrd, r->ifr_hwaddr.sa_family));
		size_t len = r->ifr_hwaddr.sa_family == ARPHRD_NETROM ? 7 : 6;
		value_add(a, hw, "sa_data", value_bytes(a, r->ifr_hwaddr.sa_data, len, len));
		break;
	}
	case SIOCGIFFLAGS: case SIOCSIFFLAGS:
		value_add(a, v, "ifr_flags", constant_flags(a, CONST_ifflags, (uint16_t)r->ifr_flags));
		break;
	case SIOCGIFINDEX:
		value_add(a, v, "ifr_ifindex", value_int(a, r->ifr_ifindex));
		break;
	case SIOCGIFMETRIC: case SIOCSIFMETRIC:
		value_add(a, v, "ifr_metric", value_int(a, r->ifr_metric));
		break;
	case SIOCGIFMTU: case SIOCSIFMTU:
		value_add(a, v, "ifr_mtu", value_int(a, r->ifr_mtu));
		break;
	case SIOCGIFTXQLEN: case SIOCSIFTXQLEN:
		value_add(a, v, "ifr_qlen", value_int(a, r->ifr_qlen));
		break;
	}
}

static struct value *ifreq_at(struct decode *d, uint64_t addr, bool filled)
{
	struct ifreq r;
	if (!PEEK(d, addr, &r))
		return value_ptr(d->arena, addr);
	struct value *v = value_struct(d->arena, "ifreq");
	unsigned request = (unsigned)d->args[1];
	if (request == SIOCGIFNAME)
		value_add(d->arena, v, "ifr_ifindex", value_int(d->arena, r.ifr_ifindex));
	if (request != SIOCGIFNAME || filled)
		value_add(d->arena, v, "ifr_name", ifname(d->arena, r.ifr_name));
	if (filled)
		add_ifreq(d->arena, v, request, &r);
	return v;
}

static struct value *ifconf_at(struct decode *d, uint64_t addr, const struct value *was)
{
	struct ifconf c;
	if (!PEEK(d, addr, &c))
		return value_ptr(d->arena, addr);
	struct value *v = value_struct(d->arena, "ifconf");
	struct arena *a = d->arena;
	const struct value *old = value_get(was, "ifc_len");
	value_add(a, v, "ifc_len", old && old->kind == VALUE_INT && old->i != c.ifc_len ?
	          value_change(a, value_int(a, old->i), value_int(a, c.ifc_len)) : value_int(a, c.ifc_len));
	if (!was || !c.ifc_buf) {
		value_add(a, v, "ifc_buf", value_ptr(a, (uint64_t)(uintptr_t)c.ifc_buf));
		return v;
	}
	struct value *list = value_add(a, v, "ifc_buf", value_list(a));
	struct ifreq r;
	unsigned n = c.ifc_len > 0 ? (unsigned)c.ifc_len / sizeof r : 0;
	for (unsigned i = 0; i < n && i < 64 && PEEK(d, (uint64_t)(uintptr_t)c.ifc_buf + i * sizeof r, &r); i++) {
		struct value *one = value_add(a, list, NULL, value_struct(a, "ifreq"));
		value_add(a, one, "ifr_name", ifname(a, r.ifr_name));
		value_add(a, one, "ifr_addr", decode_sockaddr_bytes(a, &r.ifr_addr, sizeof r.ifr_addr));
	}
	list->more = list->n < n;
	return v;
}

static struct value *winsize_at(struct decode *d, uint64_t addr)
{
	static const char *const names[] = { "ws_row", "ws_col", "ws_xpixel", "ws_ypixel" };
	uint16_t w[4];
	if (!PEEK(d, addr, &w))
		return value_ptr(d->arena, addr);
	struct value *v = value_struct(d->arena, "winsize");
	for (int i = 0; i < 4; i++)
		value_add(d->arena, v, names[i], value_uint(d->arena, w[i], 10));
	return v;
}

enum ioctl_shape { NOTHING, INT_IN, INT_OUT, IFREQ_IN, IFREQ_OUT, IFCONF, WINSIZE_IN, WINSIZE_OUT, TIMEVAL_OUT, TIMESPEC_OUT, OTHER };

static enum ioctl_shape ioctl_shape(unsigned request)
{
	switch (request) {
	case FIOCLEX: case FIONCLEX:
		return NOTHING;
	case FIONBIO: case FIOASYNC: case FIOSETOWN: case SIOCSPGRP: case TIOCSPGRP:
		return INT_IN;
	case FIONREAD: case TIOCOUTQ: case FIOGETOWN: case SIOCGPGRP: case SIOCATMARK: case SIOCOUTQNSD: case TIOCGPGRP:
		return INT_OUT;
	case SIOCSIFFLAGS: case SIOCSIFADDR: case SIOCSIFDSTADDR: case SIOCSIFBRDADDR: case SIOCSIFNETMASK:
	case SIOCSIFMETRIC: case SIOCSIFMTU: case SIOCSIFHWADDR: case SIOCSIFTXQLEN:
		return IFREQ_IN;
	case SIOCGIFNAME: case SIOCGIFFLAGS: case SIOCGIFADDR: case SIOCGIFDSTADDR: case SIOCGIFBRDADDR: case SIOCGIFNETMASK:
	case SIOCGIFMETRIC: case SIOCGIFMTU: case SIOCGIFHWADDR: case SIOCGIFINDEX: case SIOCGIFTXQLEN:
		return IFREQ_OUT;
	case SIOCGIFCONF:
		return IFCONF;
	case TIOCSWINSZ:
		return WINSIZE_IN;
	case TIOCGWINSZ:
		return WINSIZE_OUT;
	case 0x8906:
		return TIMEVAL_OUT;
	case 0x8907:
		return TIMESPEC_OUT;
	default:
		return OTHER;
	}
}

static struct value *entry_request(struct decode *d, unsigned i)
{
	return constant_sym(d->arena, CONST_ioctlcmd, (unsigned)d->args[i]);
}

static struct value *entry_ioctlarg(struct decode *d, unsigned i)
{
	uint64_t addr = d->args[i];
	switch (ioctl_shape((unsigned)d->args[1])) {
	case NOTHING:
		return NULL;
	case INT_IN:
		return int_behind(d, addr);
	case IFREQ_IN:
		return ifreq_at(d, addr, true);
	case IFREQ_OUT:
		return ifreq_at(d, addr, false);
	case IFCONF:
		return ifconf_at(d, addr, NULL);
	case WINSIZE_IN:
		return winsize_at(d, addr);
	default:
		return value_ptr(d->arena, addr);
	}
}

static struct value *exit_ioctlarg(struct decode *d, unsigned i, const struct value *in)
{
	uint64_t addr = d->args[i];
	switch (ioctl_shape((unsigned)d->args[1])) {
	case INT_OUT:
		return int_behind(d, addr);
	case IFREQ_OUT:
		return ifreq_at(d, addr, true);
	case IFCONF:
		return ifconf_at(d, addr, in);
	case WINSIZE_OUT:
		return winsize_at(d, addr);
	case TIMEVAL_OUT:
		return decode_timeval_at(d, addr);
	case TIMESPEC_OUT:
		return decode_timespec_at(d, addr);
	default:
		return (struct value *)in;
	}
}

static struct value *entry_offset(struct decode *d, unsigned i)
{
	int64_t off;
	if (!PEEK(d, d->args[i], &off))
		return value_ptr(d->arena, d->args[i]);
	return value_int(d->arena, off);
}

static struct value *exit_offset(struct decode *d, unsigned i, const struct value *in)
{
	int64_t off;
	if (!in || in->kind != VALUE_INT || !PEEK(d, d->args[i], &off))
		return (struct value *)in;
	return value_change(d->arena, value_int(d->arena, in->i), value_int(d->arena, off));
}

const struct arg_type arg_openflags = { .entry = entry_openflags };
const struct arg_type arg_fcntlarg = { .entry = entry_fcntlarg, .exit = exit_fcntlarg };
const struct arg_type arg_ioctlcmd = { .entry = entry_request };
const struct arg_type arg_ioctlarg = { .entry = entry_ioctlarg, .exit = exit_ioctlarg };
const struct arg_type arg_off_inout = { .entry = entry_offset, .exit = exit_offset };
