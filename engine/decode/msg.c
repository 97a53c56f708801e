/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * struct msghdr and mmsghdr, before and after. What the kernel changes in one
 * (msg_namelen, msg_controllen, msg_flags) is compared with what it was.
 */
#include <string.h>

#include "engine/decode/arg.h"
#include "engine/decode/constants_headers.h"

/* A msghdr in words of fixed size: 64-bit programs only are traced. */
struct raw_msg {
	uint64_t name;
	uint32_t namelen, pad;
	uint64_t iov, iovlen, control, controllen;
	uint32_t flags, pad2;
};

struct raw_mmsg {
	struct raw_msg msg;
	uint32_t len, pad;
};

enum msg_when { SENDING, RECEIVING, RECEIVED };

static struct value *control_at(struct decode *d, const struct raw_msg *m)
{
	size_t len = decode_grant_bytes(d, m->controllen);
	unsigned char *bytes = arena_alloc(d->arena, len);
	if (!len || !decode_read(d, m->control, bytes, len))
		return value_ptr(d->arena, m->control);
	return decode_cmsgs(d, m->control, bytes, len);
}

static struct value *changed_uint(struct arena *a, const struct value *was, uint64_t now)
{
	if (!was || was->kind != VALUE_UINT || was->u == now)
		return value_uint(a, now, 10);
	return value_change(a, value_uint(a, was->u, 10), value_uint(a, now, 10));
}

/* Addresses of what is not there yet, before a receiving call. */
static void add_places(struct decode *d, struct value *v, const struct raw_msg *m)
{
	struct arena *a = d->arena;
	value_add(a, v, "msg_name", value_ptr(a, m->name));
	value_add(a, v, "msg_namelen", value_uint(a, m->namelen, 10));
	value_add(a, v, "msg_iov", decode_iovec_at(d, m->iov, m->iovlen, IOVEC_EMPTY));
	value_add(a, v, "msg_iovlen", value_uint(a, m->iovlen, 10));
	value_add(a, v, "msg_control", value_ptr(a, m->control));
	value_add(a, v, "msg_controllen", value_uint(a, m->controllen, 10));
	value_add(a, v, "msg_flags", constant_flags(a, CONST_msgflags, m->flags));
}

static void add_contents(struct decode *d, struct value *v, const struct raw_msg *m, const struct value *was, int64_t moved)
{
	struct arena *a = d->arena;
	const struct value *namelen = value_get(was, "msg_namelen");
	int64_t len = m->namelen;
	if (namelen && namelen->kind == VALUE_UINT && (int64_t)namelen->u < len)
		len = (int64_t)namelen->u;
	value_add(a, v, "msg_name", decode_sockaddr_at(d, m->name, len));
	value_add(a, v, "msg_namelen", changed_uint(a, namelen, m->namelen));
	value_add(a, v, "msg_iov", decode_iovec_at(d, m->iov, m->iovlen, moved));
	value_add(a, v, "msg_iovlen", value_uint(a, m->iovlen, 10));
	value_add(a, v, "msg_control", control_at(d, m));
	value_add(a, v, "msg_controllen", changed_uint(a, value_get(was, "msg_controllen"), m->controllen));
	value_add(a, v, "msg_flags", constant_flags(a, CONST_msgflags, m->flags));
}

static struct value *msg_value(struct decode *d, const struct raw_msg *m, enum msg_when when, const struct value *was, int64_t moved)
{
	struct value *v = value_struct(d->arena, "msghdr");
	if (when == RECEIVING)
		add_places(d, v, m);
	else
		add_contents(d, v, m, was, when == SENDING ? IOVEC_FULL : moved);
	return v;
}

static struct value *msg_at(struct decode *d, uint64_t addr, enum msg_when when, const struct value *was)
{
	struct raw_msg m;
	return PEEK(d, addr, &m) ? msg_value(d, &m, when, was, d->ret) : value_ptr(d->arena, addr);
}

static struct value *entry_msg(struct decode *d, unsigned i)
{
	return msg_at(d, d->args[i], SENDING, NULL);
}

static struct value *entry_msg_out(struct decode *d, unsigned i)
{
	return msg_at(d, d->args[i], RECEIVING, NULL);
}

static struct value *exit_msg_out(struct decode *d, unsigned i, const struct value *in)
{
	return msg_at(d, d->args[i], RECEIVED, in);
}

static struct value *mmsg_at(struct decode *d, uint64_t addr, unsigned count, enum msg_when when, const struct value *was, bool len)
{
	struct value *list = value_list(d->arena);
	for (unsigned i = 0; i < count && i < PEEK_IOVECS && decode_grant_items(d, 1); i++) {
		struct raw_mmsg m;
		if (!PEEK(d, addr + i * sizeof m, &m))
			break;
		const struct value *old = was && was->kind == VALUE_LIST && i < was->n ? value_get(was->item[i], "msg_hdr") : NULL;
		struct value *v = value_struct(d->arena, "mmsghdr");
		value_add(d->arena, v, "msg_hdr", msg_value(d, &m.msg, when, old, m.len));
		if (len)
			value_add(d->arena, v, "msg_len", value_uint(d->arena, m.len, 10));
		value_add(d->arena, list, NULL, v);
	}
	list->more = list->n < count;
	return list->n || !count ? list : value_ptr(d->arena, addr);
}

static struct value *entry_mmsg(struct decode *d, unsigned i)
{
	return mmsg_at(d, d->args[i], (unsigned)d->args[i + 1], SENDING, NULL, false);
}

/* Only the first `ret` messages were sent; the others stay as they were, without a length. */
static struct value *exit_mmsg(struct decode *d, unsigned i, const struct value *in)
{
	struct value *done = mmsg_at(d, d->args[i], (unsigned)d->ret, SENDING, NULL, true);
	if (done->kind != VALUE_LIST || !in || in->kind != VALUE_LIST)
		return done;
	for (unsigned k = done->n; k < in->n; k++)
		value_add(d->arena, done, NULL, in->item[k]);
	return done;
}

static struct value *entry_mmsg_out(struct decode *d, unsigned i)
{
	return mmsg_at(d, d->args[i], (unsigned)d->args[i + 1], RECEIVING, NULL, false);
}

static struct value *exit_mmsg_out(struct decode *d, unsigned i, const struct value *in)
{
	if (d->is_error)
		return value_ptr(d->arena, d->args[i]);
	return mmsg_at(d, d->args[i], (unsigned)d->ret, RECEIVED, in, true);
}

const struct arg_type arg_msghdr = { .entry = entry_msg };
const struct arg_type arg_msghdr_out = { .entry = entry_msg_out, .exit = exit_msg_out };
const struct arg_type arg_mmsghdr = { .entry = entry_mmsg, .exit = exit_mmsg };
const struct arg_type arg_mmsghdr_out = { .entry = entry_mmsg_out, .exit = exit_mmsg_out, .always = true };
