/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sets of descriptors: select(2), poll(2), epoll(7). */
#include <string.h>

#include "engine/decode/arg.h"
#include "engine/decode/constants_headers.h"

enum { SET_BITS = 1024 };

/* Members of an fd_set below nfds, as a list. */
static struct value *set_at(struct decode *d, uint64_t addr)
{
	uint64_t words[SET_BITS / 64] = { 0 };
	int nfds = (int)d->args[0];
	nfds = nfds < SET_BITS ? nfds : SET_BITS;
	if (!addr || nfds < 0 || (nfds && !decode_read(d, addr, words, ((size_t)nfds + 63) / 64 * 8)))
		return value_ptr(d->arena, addr);
	struct value *v = value_list(d->arena);
	for (int fd = 0; fd < nfds; fd++)
		if (words[fd / 64] >> (fd % 64) & 1)
			value_add(d->arena, v, NULL, value_fd(d->arena, fd));
	v->more = (int)d->args[0] > SET_BITS;
	return v;
}

static struct value *entry_set(struct decode *d, unsigned i)
{
	return set_at(d, d->args[i]);
}

static struct value *exit_set(struct decode *d, unsigned i, const struct value *in)
{
	if (!in || in->kind != VALUE_LIST)
		return (struct value *)in;
	return value_change(d->arena, value_again(d->arena, in), set_at(d, d->args[i]));
}

static struct value *pollfds_at(struct decode *d, uint64_t addr, unsigned count, bool revents)
{
	struct pollfd fds[PEEK_IOVECS];
	unsigned want = count < PEEK_IOVECS ? count : PEEK_IOVECS;
	unsigned n = (unsigned)(peek_some(&d->peek, addr, fds, want * sizeof *fds) / sizeof *fds);
	if (!n && (count || !addr))
		return value_ptr(d->arena, addr);
	struct value *list = value_list(d->arena);
	for (unsigned i = 0; i < n; i++) {
		struct value *v = value_add(d->arena, list, NULL, value_struct(d->arena, "pollfd"));
		value_add(d->arena, v, "fd", value_fd(d->arena, fds[i].fd));
		value_add(d->arena, v, "events", constant_flags(d->arena, CONST_pollevents, (uint16_t)fds[i].events));
		if (revents)
			value_add(d->arena, v, "revents", constant_flags(d->arena, CONST_pollevents, (uint16_t)fds[i].revents));
	}
	list->more = n < count;
	return list;
}

static struct value *entry_pollfds(struct decode *d, unsigned i)
{
	return pollfds_at(d, d->args[i], (unsigned)d->args[i + 1], false);
}

static struct value *exit_pollfds(struct decode *d, unsigned i, const struct value *in)
{
	return pollfds_at(d, d->args[i], (unsigned)d->args[i + 1], true);
}

static struct value *epoll_event(struct arena *a, const struct epoll_event *e)
{
	struct value *v = value_struct(a, "epoll_event");
	value_add(a, v, "events", constant_flags(a, CONST_epollevents, e->events));
	struct value *data = value_add(a, v, "data", value_struct(a, "epoll_data"));
	value_add(a, data, "u32", value_uint(a, e->data.u32, 10));
	value_add(a, data, "u64", value_uint(a, e->data.u64, 10));
	return v;
}

static struct value *entry_event(struct decode *d, unsigned i)
{
	struct epoll_event e;
	if ((int)d->args[1] == EPOLL_CTL_DEL || !PEEK(d, d->args[i], &e))
		return value_ptr(d->arena, d->args[i]);
	return epoll_event(d->arena, &e);
}

static struct value *exit_events(struct decode *d, unsigned i, const struct value *in)
{
	struct epoll_event events[PEEK_IOVECS];
	unsigned count = d->ret > 0 ? (unsigned)d->ret : 0, want = count < PEEK_IOVECS ? count : PEEK_IOVECS;
	unsigned n = (unsigned)(peek_some(&d->peek, d->args[i], events, want * sizeof *events) / sizeof *events);
	if (!n && count)
		return (struct value *)in;
	struct value *list = value_list(d->arena);
	for (unsigned k = 0; k < n; k++)
		value_add(d->arena, list, NULL, epoll_event(d->arena, &events[k]));
	list->more = n < count;
	return list;
}

const struct arg_type arg_fdset_inout = { .entry = entry_set, .exit = exit_set };
const struct arg_type arg_pollfds_inout = { .entry = entry_pollfds, .exit = exit_pollfds };
const struct arg_type arg_epollevent = { .entry = entry_event };
const struct arg_type arg_epollevents_out = { .exit = exit_events };
