/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values in strace's words: what a kind of value, or a field of a name, looks like. */
#include <inttypes.h>
#include <net/if.h>
#include <sys/socket.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/text.h"
#include "engine/decode/constants.h"
#include "engine/decode/decode.h"
#include "tests/notation/notation_write.h"

static bool is_field(const struct value *v, const char *name)
{
	return text_is(v->name, name);
}

static void quote_byte(struct notation *n, unsigned char c, unsigned char next)
{
	static const char *const escapes[256] = {
		['\t'] = "\\t", ['\n'] = "\\n", ['\v'] = "\\v", ['\f'] = "\\f", ['\r'] = "\\r", ['"'] = "\\\"", ['\\'] = "\\\\",
	};
	if (n->hex)
		buf_addf(n->out, "\\x%02x", c);
	else if (escapes[c])
		buf_adds(n->out, escapes[c]);
	else if (c >= ' ' && c < 0x7f)
		buf_addc(n->out, (char)c);
	else
		buf_addf(n->out, next >= '0' && next <= '9' ? "\\%03o" : "\\%o", c);
}

void notation_quote(struct notation *n, const unsigned char *p, size_t len, bool more)
{
	buf_addc(n->out, '"');
	for (size_t i = 0; i < len; i++)
		quote_byte(n, p[i], i + 1 < len ? p[i + 1] : 0);
	buf_adds(n->out, more ? "\"..." : "\"");
}

void notation_buffer(struct notation *n, const struct value *bytes)
{
	size_t len = bytes->len < n->strings ? bytes->len : n->strings;
	notation_quote(n, bytes->bytes, len, bytes->total > len);
}

void notation_text(struct notation *n, const char *text, size_t limit, bool more)
{
	size_t len = strlen(text);
	bool cut = len > limit;
	notation_quote(n, (const unsigned char *)text, cut ? limit : len, cut || more);
}

void notation_unknown(struct notation *n, uint64_t number, const char *pattern)
{
	buf_addf(n->out, pattern ? "%#" PRIx64 " /* %s */" : "%#" PRIx64, number, pattern);
}

/* Pattern of the names that a field of this name has. */
static const char *pattern_of(const struct notation *n, const struct value *in, const struct value *v)
{
	static const struct { const char *field; enum constant_group_id group; } fields[] = {
		{ "sa_family", CONST_family }, { "domain", CONST_family }, { "cmsg_level", CONST_level },
		{ "how", CONST_shut }, { "op", CONST_epollop }, { "clockid", CONST_clock }, { "which", CONST_itimer },
		{ "cmd", CONST_fcntlcmd }, { "idtype", CONST_idtype }, { "events", CONST_pollevents }, { "revents", CONST_pollevents },
		{ "sll_hatype", CONST_arphrd }, { "sll_pkttype", CONST_packettype }, { "sll_protocol", CONST_ethertype },
		{ "msg_flags", CONST_msgflags }, { "type", CONST_socktype }, { "mr_type", CONST_packet_mr },
	};
	static const struct { const char *call; enum constant_group_id group; } flags[] = {
		{ "accept4", CONST_sockflags }, { "sendto", CONST_msgflags }, { "recvfrom", CONST_msgflags },
		{ "sendmsg", CONST_msgflags }, { "recvmsg", CONST_msgflags }, { "sendmmsg", CONST_msgflags },
		{ "recvmmsg", CONST_msgflags }, { "epoll_create1", CONST_epollflags }, { "eventfd2", CONST_eventfdflags },
		{ "timerfd_create", CONST_timerfdflags }, { "timerfd_settime", CONST_timersetflags },
		{ "signalfd4", CONST_signalfdflags }, { "clock_nanosleep", CONST_timerflags }, { "pidfd_open", CONST_pidfdflags },
		{ "splice", CONST_spliceflags }, { "preadv2", CONST_rwfflags }, { "pwritev2", CONST_rwfflags }, { "close_range", CONST_closerangeflags }, { "dup3", CONST_openflags },
		{ "pipe2", CONST_openflags }, { "execveat", CONST_atflags }, { "clone", CONST_cloneflags },
		{ "unshare", CONST_unshareflags },
	};
	if (in && text_is(in->type, "epoll_event"))
		return "EPOLL???";
	if (is_field(v, "protocol"))
		return notation_arg(n, "domain")->i == 16 ? "NETLINK_???" : "IPPROTO_???";
	if (is_field(v, "level"))
		return "SOL_??";
	if (is_field(v, "arg"))
		return "FD_???";
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (is_field(v, fields[i].field))
			return constant_group(fields[i].group)->unknown;
	for (size_t i = 0; is_field(v, "flags") && i < sizeof flags / sizeof *flags; i++)
		if (strcmp(n->call->name, flags[i].call) == 0)
			return constant_group(flags[i].group)->unknown;
	return NULL;
}

/* strace knows some numbers by other names. */
static const char *other_name(const char *name)
{
	static const char *const names[][2] = {
		{ "SO_RCVTIMEO", "SO_RCVTIMEO_OLD" }, { "SO_SNDTIMEO", "SO_SNDTIMEO_OLD" },
		{ "SO_TIMESTAMP", "SO_TIMESTAMP_OLD" }, { "SO_TIMESTAMPNS", "SO_TIMESTAMPNS_OLD" },
		{ "SO_TIMESTAMPING", "SO_TIMESTAMPING_OLD" }, { "SCM_TIMESTAMP", "SO_TIMESTAMP_OLD" },
		{ "SCM_TIMESTAMPNS", "SO_TIMESTAMPNS_OLD" }, { "SCM_TIMESTAMPING", "SO_TIMESTAMPING_OLD" },
		{ "SCM_TIMESTAMP_NEW", "SO_TIMESTAMP_NEW" }, { "SCM_TIMESTAMPNS_NEW", "SO_TIMESTAMPNS_NEW" },
		{ "SCM_TIMESTAMPING_NEW", "SO_TIMESTAMPING_NEW" }, { "SCM_WIFI_STATUS", "SO_WIFI_STATUS" }, { "SCM_TXTIME", "SO_TXTIME" }, { "SIOCGSTAMP", "SIOCGSTAMP_OLD" },
		{ "SIOCGSTAMPNS", "SIOCGSTAMPNS_OLD" },
	};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(name, names[i][0]) == 0)
			return names[i][1];
	return name;
}

bool notation_knows(const char *name)
{
	static const char *const newer[] = {
#define GROUP(id, unknown, kind)
#define NAME(name)
#define VALUE(name, value)
#define OPT(name, type)
#define NEWER(name, value, type) #name,
#define END(id)
#include "engine/decode/constants.def"
		NULL
	};
	return name && !text_in(name, newer);
}

/* Ethernet protocols stand in network order. */
static bool is_packet_protocol(const struct notation *n, const struct value *v)
{
	return is_field(v, "sll_protocol") || (is_field(v, "protocol") && notation_arg(n, "domain")->i == AF_PACKET);
}

static void write_packet_protocol(struct notation *n, const struct value *v)
{
	buf_adds(n->out, "htons(");
	if (v->text)
		buf_adds(n->out, v->text);
	else
		notation_unknown(n, (uint64_t)v->i & 0xffff, constant_group(CONST_ethertype)->unknown);
	buf_addc(n->out, ')');
}

static void write_request(struct notation *n, const struct value *v)
{
	static const char *const directions[] = { "_IOC_NONE", "_IOC_WRITE", "_IOC_READ", "_IOC_READ|_IOC_WRITE" };
	uint64_t r = v->u;
	buf_addf(n->out, "_IOC(%s, %#" PRIx64 ", %#" PRIx64 ", %#" PRIx64 ")", directions[r >> 30 & 3], r >> 8 & 0xff, r & 0xff,
	         r >> 16 & 0x3fff);
}

static void write_sym(struct notation *n, const struct value *in, const struct value *v)
{
	if (is_field(v, "ee_errno") || is_field(v, "ee_origin"))
		buf_addf(n->out, "%" PRId64, v->i);
	else if (is_packet_protocol(n, v))
		write_packet_protocol(n, v);
	else if (notation_knows(v->text))
		buf_adds(n->out, other_name(v->text));
	else if (is_field(v, "request"))
		write_request(n, v);
	else if (is_field(v, "sig"))
		buf_addf(n->out, "%" PRId64, v->i);
	else
		notation_unknown(n, (uint64_t)v->i & 0xffffffff, pattern_of(n, in, v));
}

static void write_names(struct notation *n, const char *text)
{
	const char *untraced = strstr(text, "WUNTRACED"), *private = strstr(text, "|FUTEX_PRIVATE_FLAG");
	if (untraced)
		buf_addf(n->out, "%.*sWSTOPPED%s", (int)(untraced - text), text, untraced + strlen("WUNTRACED"));
	else if (private)
		buf_addf(n->out, "%.*s_PRIVATE%s", (int)(private - text), text, private + strlen("|FUTEX_PRIVATE_FLAG"));
	else
		buf_adds(n->out, text);
}

static void write_flags(struct notation *n, const struct value *in, const struct value *v)
{
	if (v->text) {
		write_names(n, v->text);
		if (v->rest)
			buf_addf(n->out, "|%#" PRIx64, v->rest);
		if (v->rest && is_field(v, "type") && v->u - v->rest < 16)
			buf_adds(n->out, " /* SOCK_??? */");
	} else if (v->rest) {
		notation_unknown(n, v->rest, pattern_of(n, in, v));
	} else {
		buf_addc(n->out, '0');
	}
}

static void write_uint(struct notation *n, const struct value *v)
{
	if (v->base == 16)
		buf_addf(n->out, "%#" PRIx64, v->u);
	else if (v->base == 8)
		buf_addf(n->out, "%#03" PRIo64, v->u);
	else
		buf_addf(n->out, "%" PRIu64, v->u);
}

static void write_ip(struct notation *n, const struct value *v)
{
	bool six = strchr(v->text, ':') != NULL;
	buf_adds(n->out, six ? "inet_pton(AF_INET6, " : "inet_addr(");
	notation_text(n, v->text, SIZE_MAX, false);
	if (six)
		buf_addf(n->out, ", &%s", v->name);
	buf_addc(n->out, ')');
}

static void write_index(struct notation *n, int64_t index)
{
	char name[IF_NAMESIZE];
	if (!index || !if_indextoname((unsigned)index, name)) {
		buf_addf(n->out, "%" PRId64, index);
		return;
	}
	buf_adds(n->out, "if_nametoindex(");
	notation_text(n, name, SIZE_MAX, false);
	buf_addc(n->out, ')');
}

/* Only link-local addresses belong to an interface. */
static bool is_link_local(const struct value *in)
{
	const struct value *ip = value_get(in, "sin6_addr");
	return ip && ip->text && (strncasecmp(ip->text, "fe8", 3) == 0 || strncasecmp(ip->text, "ff02", 4) == 0 ||
	                          strncasecmp(ip->text, "ff01", 4) == 0);
}

static void write_hwaddr(struct notation *n, const struct value *v, const char *first, const char *between, const char *format)
{
	buf_adds(n->out, first);
	for (size_t i = 0; i < v->len; i++) {
		if (i)
			buf_adds(n->out, between);
		buf_addf(n->out, format, v->bytes[i]);
	}
}

/* Protocol 0 of the families that we know by name only. */
static const char *zero_protocol(const struct notation *n, const struct value *v)
{
	static const struct { int family; const char *text; } zeros[] = {
		{ AF_AX25, "0 /* AX25_P_??? */" }, { AF_IRDA, "0 /* IRDAPROTO_??? */" }, { AF_CAN, "0 /* CAN_??? */" },
		{ AF_BLUETOOTH, "BTPROTO_L2CAP" }, { AF_RXRPC, "AF_UNSPEC" }, { AF_ISDN, "ISDN_P_BASE" },
		{ AF_PHONET, "PN_PROTO_TRANSPORT" }, { AF_CAIF, "CAIFPROTO_AT" }, { AF_NFC, "NFC_SOCKPROTO_RAW" },
		{ AF_KCM, "KCMPROTO_CONNECTED" }, { AF_SMC, "SMCPROTO_SMC" },
	};
	for (size_t i = 0; is_field(v, "protocol") && !v->i && i < sizeof zeros / sizeof *zeros; i++)
		if (notation_arg(n, "domain")->i == zeros[i].family)
			return zeros[i].text;
	return NULL;
}

static bool write_number_field(struct notation *n, const struct value *in, const struct value *v)
{
	static const char *const indexes[] = { "sll_ifindex", "gr_interface", "ipv6mr_interface", "ipi_ifindex", "mr_ifindex", NULL };
	int64_t number = v->i;
	if (zero_protocol(n, v))
		buf_adds(n->out, zero_protocol(n, v));
	else if (is_field(v, "sin_port") || is_field(v, "sin6_port"))
		buf_addf(n->out, "htons(%" PRId64 ")", number);
	else if (is_field(v, "sin6_flowinfo"))
		buf_addf(n->out, "htonl(%" PRId64 ")", number);
	else if (is_field(v, "nl_groups"))
		buf_addf(n->out, "%#08" PRIx64, v->u);
	else if (text_in(v->name, indexes) || (is_field(v, "sin6_scope_id") && is_link_local(in)))
		write_index(n, number);
	else if ((is_field(v, "uid") || is_field(v, "gid")) && v->u == 0xffffffff)
		buf_adds(n->out, "-1");
	else
		return false;
	return true;
}

static bool write_bytes_field(struct notation *n, const struct value *in, const struct value *v)
{
	if (is_field(v, "sun_path")) {
		buf_addc(n->out, '@');
		notation_quote(n, v->bytes + 1, v->len ? v->len - 1 : 0, false);
	} else if (is_field(v, "sll_addr") || is_field(v, "mr_address")) {
		write_hwaddr(n, v, is_field(v, "sll_addr") ? "[" : "", is_field(v, "sll_addr") ? ", " : ":", is_field(v, "sll_addr") ? "%#02x" : "%02x");
		if (is_field(v, "sll_addr"))
			buf_addc(n->out, ']');
	} else if (is_field(v, "sa_data") && in && is_field(in, "ifr_hwaddr")) {
		write_hwaddr(n, v, "", ":", "%02x");
	} else if (is_field(v, "sa_data")) {
		notation_quote(n, v->bytes, v->len, false);
	} else {
		return false;
	}
	return true;
}

static void write_list(struct notation *n, const struct value *v)
{
	buf_addc(n->out, '[');
	for (unsigned i = 0; i < v->n; i++) {
		if (i)
			buf_adds(n->out, ", ");
		notation_value(n, NULL, v->item[i]);
	}
	if (v->more)
		buf_adds(n->out, v->n ? ", ..." : "...");
	buf_addc(n->out, ']');
}

static void write_signal(struct notation *n, const struct value *v)
{
	buf_adds(n->out, v->text ? v->text + 3 : "?");
}

/* Names without SIG; when more than half are in the set, those that are not. */
static void write_sigset(struct notation *n, const struct value *v)
{
	uint64_t bits = 0;
	for (unsigned i = 0; i < v->n; i++)
		bits |= (uint64_t)1 << ((v->item[i]->i - 1) & 63);
	if (v->n < 2 * 64 / 3 + 1) {
		buf_addc(n->out, '[');
		for (unsigned i = 0; i < v->n; i++) {
			buf_adds(n->out, i ? " " : "");
			write_signal(n, v->item[i]);
		}
		buf_addc(n->out, ']');
		return;
	}
	buf_adds(n->out, "~[");
	for (int s = 1, shown = 0; s <= 64; s++) {
		if (bits >> (s - 1) & 1)
			continue;
		buf_addf(n->out, "%s%s", shown++ ? " " : "", signal_name(s) + 3);
	}
	buf_addc(n->out, ']');
}

static void write_status(struct notation *n, const struct value *v)
{
	const struct value *first = v->n ? v->item[0] : NULL;
	if (!first)
		return;
	if (is_field(first, "WEXITSTATUS"))
		buf_addf(n->out, "[{WIFEXITED(s) && WEXITSTATUS(s) == %d}]", (int)first->i);
	else if (is_field(first, "WTERMSIG"))
		buf_addf(n->out, "[{WIFSIGNALED(s) && WTERMSIG(s) == %s%s}]", first->text, v->n > 1 ? " && WCOREDUMP(s)" : "");
	else if (is_field(first, "WSTOPSIG"))
		buf_addf(n->out, "[{WIFSTOPPED(s) && WSTOPSIG(s) == %s}]", first->text);
	else if (is_field(first, "WIFCONTINUED"))
		buf_adds(n->out, "[{WIFCONTINUED(s)}]");
	else
		buf_addf(n->out, "[%#" PRIx64 "]", first->u);
}

static void write_filter(struct notation *n, const struct value *v)
{
	static const char *const classes[] = { "BPF_LD", "BPF_LDX", "BPF_ST", "BPF_STX", "BPF_ALU", "BPF_JMP", "BPF_RET", "BPF_MISC" };
	static const char *const jumps[] = { "BPF_JA", "BPF_JEQ", "BPF_JGT", "BPF_JGE", "BPF_JSET" };
	static const char *const operations[] = { "BPF_ADD", "BPF_SUB", "BPF_MUL", "BPF_DIV", "BPF_OR", "BPF_AND", "BPF_LSH", "BPF_RSH",
		"BPF_NEG", "BPF_MOD", "BPF_XOR" };
	static const char *const sizes[] = { "BPF_W", "BPF_H", "BPF_B", "0x18" };
	static const char *const modes[] = { "BPF_IMM", "BPF_ABS", "BPF_IND", "BPF_MEM", "BPF_LEN", "BPF_MSH" };
	if (v->n < 4)
		return;
	unsigned code = (unsigned)v->item[0]->u, class = code & 7, op = code >> 4 & 15, mode = code >> 5 & 7;
	bool jump = v->item[1]->u || v->item[2]->u;
	buf_addf(n->out, "BPF_%s(%s", jump ? "JUMP" : "STMT", classes[class]);
	if (class < 4)
		buf_addf(n->out, "|%s|%s", sizes[code >> 3 & 3], mode < 6 ? modes[mode] : "0xe0");
	else if (class == 6)
		buf_addf(n->out, "|%s", (code & 0x18) == 0x10 ? "BPF_A" : (code & 0x18) == 8 ? "BPF_X" : "BPF_K");
	else if (class == 5 && op < 5)
		buf_addf(n->out, "|%s|%s", code & 8 ? "BPF_X" : "BPF_K", jumps[op]);
	else if (class == 4 && op < 11)
		buf_addf(n->out, "|%s|%s", code & 8 ? "BPF_X" : "BPF_K", operations[op]);
	else if (class == 7)
		buf_addf(n->out, "|%s", (code & 0xf8) == 0x80 ? "BPF_TXA" : "BPF_TAX");
	buf_addf(n->out, ", %#" PRIx64, v->item[3]->u);
	if (jump)
		buf_addf(n->out, ", %#" PRIx64 ", %#" PRIx64, v->item[1]->u, v->item[2]->u);
	buf_addc(n->out, ')');
}

void notation_member(struct notation *n, const struct value *in, const struct value *v)
{
	if (v->name && !(v->kind == VALUE_IP && strchr(v->text, ':')))
		buf_addf(n->out, "%s=", v->name);
	notation_value(n, in, v);
}

static void write_struct(struct notation *n, const struct value *v)
{
	const char *type = v->type ? v->type : "";
	if (strcmp(type, "wstatus") == 0) {
		write_status(n, v);
	} else if (strcmp(type, "sock_filter") == 0) {
		write_filter(n, v);
	} else {
		buf_addc(n->out, '{');
		for (unsigned i = 0; i < v->n; i++) {
			if (i)
				buf_adds(n->out, ", ");
			notation_member(n, v, v->item[i]);
		}
		buf_addc(n->out, '}');
	}
}

static void write_leaf(struct notation *n, const struct value *in, const struct value *v)
{
	switch (v->kind) {
	case VALUE_INT: case VALUE_FD:
		if (!write_number_field(n, in, v))
			buf_addf(n->out, "%" PRId64, v->i);
		break;
	case VALUE_UINT:
		if (!write_number_field(n, in, v))
			write_uint(n, v);
		break;
	case VALUE_SYM:
		write_sym(n, in, v);
		break;
	case VALUE_FLAGS:
		write_flags(n, in, v);
		break;
	case VALUE_BYTES:
		if (!write_bytes_field(n, in, v))
			notation_buffer(n, v);
		break;
	case VALUE_TEXT:
		notation_text(n, v->text, v->name ? SIZE_MAX : n->strings, v->more);
		break;
	case VALUE_IP:
		write_ip(n, v);
		break;
	case VALUE_PTR:
		buf_addf(n->out, v->u ? "%#" PRIx64 : "NULL", v->u);
		break;
	default:
		break;
	}
}

void notation_value(struct notation *n, const struct value *in, const struct value *v)
{
	static const char *const sigsets[] = { "mask", "sigmask", "set", NULL };
	if (++n->depth > NOTATION_DEPTH) {
		buf_adds(n->out, "...");
	} else if (v->kind == VALUE_CHANGE && v->n == 2) {
		bool same = value_equal(v->item[0], v->item[1]);
		if (!same) {
			notation_value(n, in, v->item[0]);
			buf_adds(n->out, " => ");
		}
		notation_value(n, in, v->item[1]);
	} else if (v->kind == VALUE_LIST && text_in(v->name, sigsets)) {
		write_sigset(n, v);
	} else if (v->kind == VALUE_LIST) {
		write_list(n, v);
	} else if (v->kind == VALUE_STRUCT) {
		write_struct(n, v);
	} else {
		write_leaf(n, in, v);
	}
	n->depth--;
}
