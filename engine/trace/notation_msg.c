/* SPDX-License-Identifier: GPL-3.0-or-later */
/* struct msghdr and its control messages. strace knows the messages of two levels. */
#include <inttypes.h>
#include <string.h>

#include "engine/trace/constants_headers.h"
#include "engine/trace/notation_write.h"

static void comma(struct notation *n, const struct value *in, const struct value *v)
{
	buf_adds(n->out, ", ");
	notation_member(n, in, v);
}

static bool is_number(const struct value *v)
{
	return v->kind == VALUE_INT || v->kind == VALUE_UINT || v->kind == VALUE_SYM;
}

static void write_data(struct notation *n, const struct value *cmsg, const struct value *data)
{
	buf_adds(n->out, ", cmsg_data=");
	if (is_number(data))
		buf_addf(n->out, data->base == 16 ? "[%#" PRIx64 "]" : "[%" PRId64 "]", data->u);
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
	else if (type->text)
		notation_value(n, v, type);
	else
		notation_unknown(n, (uint64_t)type->i & 0xffffffff, level->i == SOL_SOCKET ? "SCM_???" : "IP_???");
	if (known && data)
		write_data(n, v, data);
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
	comma(n, msg, controllen);
	comma(n, msg, value_get(msg, "msg_flags"));
	buf_addc(n->out, '}');
}
