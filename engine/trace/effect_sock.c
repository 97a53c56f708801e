/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What calls change in sockets: where they are bound, whom they are connected to, what they can still do. */
#include <string.h>
#include <sys/socket.h>

#include "engine/base/text.h"
#include "engine/decode/addr.h"
#include "engine/trace/effect_apply.h"

static const struct value *keep_value(struct effect *x, const struct value *v)
{
	struct value *copy = v && v->kind == VALUE_STRUCT ? value_copy(&x->socks->arena, v) : NULL;
	if (copy)
		copy->name = NULL;   /* it is no argument any more */
	return copy;
}

/* A constant's name without flags: SOCK_STREAM of SOCK_STREAM|SOCK_CLOEXEC. */
static const char *first_name(struct effect *x, const char *arg)
{
	const struct value *v = value_now(value_get(x->args, arg));
	if (!v || !v->text)
		return NULL;
	return arena_strndup(&x->socks->arena, v->text, strcspn(v->text, "|"));
}

static struct sock *make_sock(struct effect *x)
{
	struct sock *s = sock_new(x->socks);
	s->domain = first_name(x, "domain");
	s->type = first_name(x, "type");
	s->proto = x->reg[2] ? first_name(x, "protocol") : NULL;
	return s;
}

static void learn_inode(struct effect *x, struct sock *s, int fd)
{
	s->inode = fd_facts_of(x->task->tid, fd).inode;
}

static void do_socket(struct effect *x)
{
	struct sock *s = make_sock(x);
	learn_inode(x, s, (int)x->ret);
	effect_open_fd(x, (int)x->ret, "socket", s, x->reg[1] & SOCK_CLOEXEC);
	effect_tell_sock(x->to, x->task, s);
}

static void do_pair(struct effect *x)
{
	for (unsigned i = 0; i < 2; i++) {
		int fd = effect_nth_fd(x, "sv", i);
		if (fd < 0)
			return;
		struct sock *s = make_sock(x);
		s->state = "connected";
		learn_inode(x, s, fd);
		effect_open_fd(x, fd, "socket", s, x->reg[1] & SOCK_CLOEXEC);
		effect_tell_sock(x->to, x->task, s);
	}
}

static struct sock *sock_of(struct effect *x, int fd)
{
	struct fd_entry *e = effect_fd(x->socks, x->task, fd);
	return e ? e->sock : NULL;
}

static void do_accept(struct effect *x)
{
	struct sock *listener = sock_of(x, (int)x->reg[0]);
	struct sock *waited = listener ? x->to->accepted(x->to->ctx, x->task, (int)x->ret, listener) : NULL;
	struct sock *s = waited ? waited : listener ? sock_like(x->socks, listener) : sock_new(x->socks);
	if (listener && !waited) {
		s->from = listener->id;
		s->local = ip_is_any(addr_ip(listener->local)) ? NULL : listener->local;   /* a connection is never at "any" */
	}
	if (listener)
		memcpy(s->timeout, listener->timeout, sizeof s->timeout);   /* socket(7): options of the listener */
	s->state = "connected";
	const struct value *peer = keep_value(x, value_now(value_get(x->args, "addr")));
	if (peer)
		s->peer = peer;
	learn_inode(x, s, (int)x->ret);
	bool cloexec = strcmp(x->task->call.desc->name, "accept4") == 0 && (x->reg[3] & SOCK_CLOEXEC);
	effect_open_fd(x, (int)x->ret, "socket", s, cloexec);
	effect_tell_sock(x->to, x->task, s);
}

static void do_bind(struct effect *x)
{
	struct sock *s = sock_of(x, (int)x->reg[0]);
	if (!s)
		return;
	s->local = keep_value(x, value_now(value_get(x->args, "addr")));
	s->state = "bound";
	s->bound = true;
	effect_tell_sock(x->to, x->task, s);
}

static void do_listen(struct effect *x)
{
	struct sock *s = sock_of(x, (int)x->reg[0]);
	if (!s)
		return;
	s->backlog = (int)x->reg[1];
	s->state = "listening";
	s->by = "listen";
	effect_tell_sock(x->to, x->task, s);
}

/* connect(2) to no family at all takes the other side's address away again. */
static bool is_unspecified(const struct value *addr)
{
	const struct value *family = value_get(addr, "sa_family");
	return family && text_is(family->text, "AF_UNSPEC");
}

static void do_connect(struct effect *x, const char *state)
{
	struct sock *s = sock_of(x, (int)x->reg[0]);
	if (!s)
		return;
	s->peer = keep_value(x, value_now(value_get(x->args, "addr")));
	s->state = !is_unspecified(s->peer) ? state : s->bound ? "bound" : "new";
	effect_tell_sock(x->to, x->task, s);
}

static void do_name(struct effect *x, bool peer)
{
	struct sock *s = sock_of(x, (int)x->reg[0]);
	const struct value *v = keep_value(x, value_now(value_get(x->args, "addr")));
	if (!s || !v)
		return;
	if (peer)
		s->peer = v;
	else
		s->local = v;
	effect_tell_sock(x->to, x->task, s);
}

/* A stream gives 0 bytes to a reader who asked for some: the other side has closed, or he shut it for himself. */
static void do_receive(struct effect *x, uint64_t asked)
{
	struct sock *s = sock_of(x, (int)x->reg[0]);
	if (!s || x->ret != 0 || !asked || s->read_shut || !s->type || strcmp(s->type, "SOCK_STREAM") != 0)
		return;
	s->state = "peer-closed";
	effect_tell_sock(x->to, x->task, s);
}

static void do_shutdown(struct effect *x)
{
	struct sock *s = sock_of(x, (int)x->reg[0]);
	if (!s)
		return;
	s->state = "shut";
	s->by = "shutdown";
	s->read_shut = s->read_shut || x->reg[1] != SHUT_WR;
	effect_tell_sock(x->to, x->task, s);
}

/* Room in all pieces of an iovec argument. */
static uint64_t room_in(const struct value *iov)
{
	uint64_t room = 0;
	iov = value_now(iov);
	for (unsigned i = 0; iov && iov->kind == VALUE_LIST && i < iov->n; i++) {
		const struct value *len = value_get(iov->item[i], "iov_len");
		room += len ? len->u : 0;
	}
	return room;
}

static void do_readv(struct effect *x)
{
	do_receive(x, room_in(value_get(x->args, "iov")));
}

static void do_receive_message(struct effect *x)
{
	const struct value *msg = value_now(value_get(x->args, "msg"));
	do_receive(x, msg ? room_in(value_get(msg, "msg_iov")) : 0);
	effect_receive_fds(x, msg);
	effect_receive_fds(x, value_get(x->args, "msgvec"));
}

static void do_connected(struct effect *x)
{
	do_connect(x, "connected");
}

static void do_getsockname(struct effect *x)
{
	do_name(x, false);
}

static void do_getpeername(struct effect *x)
{
	do_name(x, true);
}

static void do_read(struct effect *x)
{
	do_receive(x, x->reg[2]);
}

/* By the canonical name of the table. */
static const struct {
	const char *canon;
	void (*apply)(struct effect *x);
} effects[] = {
	{ "socket", do_socket }, { "socketpair", do_pair }, { "accept", do_accept }, { "bind", do_bind }, { "listen", do_listen },
	{ "connect", do_connected }, { "getsockname", do_getsockname }, { "getpeername", do_getpeername },
	{ "recvfrom", do_read }, { "read", do_read }, { "readv", do_readv }, { "preadv", do_readv },
	{ "recvmsg", do_receive_message }, { "recvmmsg", do_receive_message }, { "shutdown", do_shutdown },
};

bool effect_on_socket(struct effect *x)
{
	const char *canon = x->task->call.desc->canon;
	for (size_t i = 0; i < sizeof effects / sizeof *effects; i++)
		if (strcmp(effects[i].canon, canon) == 0) {
			effects[i].apply(x);
			return true;
		}
	return false;
}

void effect_connecting(struct effect *x)
{
	do_connect(x, "connecting");
}
