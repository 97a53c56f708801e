/* SPDX-License-Identifier: GPL-3.0-or-later */
/* struct msghdr and its control messages. strace knows the messages of two levels. */
#include <inttypes.h>
#include <string.h>

#include "engine/base/text.h"
#include "engine/decode/constants_headers.h"
#include "tests/notation/notation_write.h"

static void comma(struct notation *n, const struct value *in, const struct value *v)
{
	buf_adds(n->out, ", ");
	notation_member(n, in, v);
}

/* How strace shows the data of a message of this type. */
enum data_style { NOT_SHOWN, AS_DECODED, AS_TIMES, AS_INTS, AS_BYTES, AS_TEXT };

static enum data_style style_of(int level, int type)
{
	static const struct { int level, type; enum data_style style; } styles[] = {
		{ SOL_SOCKET, SCM_RIGHTS, AS_DECODED }, { SOL_SOCKET, SCM_CREDENTIALS, AS_DECODED }, { SOL_SOCKET, 3, AS_TEXT },
		{ SOL_SOCKET, 29, AS_TIMES }, { SOL_SOCKET, 35, AS_TIMES }, { SOL_SOCKET, 37, AS_TIMES }, { SOL_SOCKET, 63, AS_TIMES },
		{ SOL_SOCKET, 64, AS_TIMES }, { SOL_SOCKET, 65, AS_TIMES }, { IPPROTO_IP, IP_PKTINFO, AS_DECODED },
		{ IPPROTO_IP, IP_TTL, AS_INTS }, { IPPROTO_IP, IP_TOS, AS_BYTES }, { IPPROTO_IP, IP_RECVOPTS, AS_BYTES },
		{ IPPROTO_IP, IP_RETOPTS, AS_BYTES }, { IPPROTO_IP, IP_RECVERR, AS_DECODED }, { IPPROTO_IP, IP_ORIGDSTADDR, AS_DECODED },
		{ IPPROTO_IP, IP_CHECKSUM, AS_INTS }, { IPPROTO_IP, 3, AS_TEXT },
	};
	for (size_t i = 0; i < sizeof styles / sizeof *styles; i++)
		if (styles[i].level == level && styles[i].type == type)
			return styles[i].style;
	return NOT_SHOWN;
}

static void write_numbers(struct notation *n, const struct value *data, size_t size)
{
	buf_adds(n->out, "[");
	if (data->kind != VALUE_BYTES)
		buf_addf(n->out, size == 1 ? "%#" PRIx64 : "%" PRId64, data->u);
	for (size_t at = 0; data->kind == VALUE_BYTES && at + size <= data->len; at += size) {
		int32_t number = data->bytes[at];
		if (size == 4)
			memcpy(&number, data->bytes + at, sizeof number);
		buf_addf(n->out, size == 1 ? "%s%#x" : "%s%d", at ? ", " : "", number);
	}
	buf_adds(n->out, "]");
}

static void write_data(struct notation *n, const struct value *cmsg, const struct value *data, enum data_style style)
{
	bool short_of_it = data->kind == VALUE_BYTES ||
	                   (text_is(data->type, "sock_extended_err") && !value_get(data, "offender"));
	if (style == NOT_SHOWN || (style == AS_DECODED && short_of_it) || (style == AS_INTS && short_of_it && data->len < 4))
		return;
	buf_adds(n->out, ", cmsg_data=");
	if (style == AS_TIMES && short_of_it)
		buf_adds(n->out, "???");
	else if (style == AS_INTS || style == AS_BYTES)
		write_numbers(n, data, style == AS_INTS ? 4 : 1);
	else if (style == AS_TEXT && data->kind == VALUE_BYTES)
		notation_quote(n, data->bytes, data->len, false);
	else
		notation_value(n, cmsg, data);
}

static void write_cmsg(struct notation *n, const struct value *v)
{
	const struct value *level = value_get(v, "cmsg_level"), *type = value_get(v, "cmsg_type"), *data = value_get(v, "cmsg_data");
	bool known = level && (level->i == SOL_SOCKET || level->i == IPPROTO_IP);
	if (!level || !type)
		return;
	buf_addc(n->out, '{');
	notation_member(n, v, v->item[0]);
	comma(n, v, level);
	buf_adds(n->out, ", cmsg_type=");
	if (!known)
		buf_addf(n->out, "%#" PRIx64, (uint64_t)type->i & 0xffffffff);
	else if (type->text && notation_knows(type->text) && strcmp(type->text, "IP_RECVFRAGSIZE") != 0)
		notation_value(n, v, type);
	else
		notation_unknown(n, (uint64_t)type->i & 0xffffffff, level->i == SOL_SOCKET ? "SCM_???" : "IP_???");
	if (known && data)
		write_data(n, v, data, style_of((int)level->i, (int)type->i));
	buf_addc(n->out, '}');
}

static void write_control(struct notation *n, const struct value *v)
{
	buf_adds(n->out, ", msg_control=");
	if (v->kind != VALUE_LIST) {
		notation_value(n, NULL, v);
		return;
	}
	buf_addc(n->out, '[');
	for (unsigned i = 0; i < v->n; i++) {
		buf_adds(n->out, i ? ", " : "");
		if (v->item[i]->kind == VALUE_PTR)
			buf_addf(n->out, "... /* %#" PRIx64 " */", v->item[i]->u);
		else
			write_cmsg(n, v->item[i]);
	}
	buf_addc(n->out, ']');
}

void notation_msg(struct notation *n, const struct value *msg, bool received, bool failed)
{
	const struct value *namelen = value_get(msg, "msg_namelen"), *controllen = value_now(value_get(msg, "msg_controllen"));
	if (msg->kind != VALUE_STRUCT || !namelen || !controllen) {
		notation_value(n, NULL, msg);
		return;
	}
	buf_addc(n->out, '{');
	if (received && failed) {
		notation_member(n, msg, namelen);
		buf_addc(n->out, '}');
		return;
	}
	notation_member(n, msg, value_get(msg, "msg_name"));
	comma(n, msg, namelen);
	comma(n, msg, value_get(msg, "msg_iov"));
	comma(n, msg, value_get(msg, "msg_iovlen"));
	if (controllen->u)
		write_control(n, value_get(msg, "msg_control"));
	buf_addf(n->out, ", msg_controllen=%" PRIu64, controllen->u);
	comma(n, msg, value_get(msg, "msg_flags"));
	buf_addc(n->out, '}');
}
