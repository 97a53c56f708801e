/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/trace/fault.h"

#include <string.h>

#include "engine/trace/peek.h"
#include "engine/trace/syscall.h"
#include "engine/trace/tracer.h"

static const char *const names[FAULT_KINDS] = {
	[FAULT_NONE] = "none",
#define FAULT(id, name) [FAULT_##id] = name,
	FAULTS(FAULT)
#undef FAULT
};

const char *fault_name(enum fault_kind kind)
{
	return names[kind];
}

enum fault_kind fault_named(const char *name)
{
	int kind = 0;
	while (kind < FAULT_KINDS && strcmp(names[kind], name) != 0)
		kind++;
	return (enum fault_kind)kind;
}

/* Where a call says how much: in a register, in a list of buffers, or in a struct msghdr that has such a list. */
enum where { IN_REGISTER, IN_LIST, IN_MESSAGE };

static const struct place {
	const char *call;
	enum where where;
	int arg;                     /* the count; the list; the message. A list's length is the next one */
} places[] = {
	{ "read", IN_REGISTER, 2 }, { "write", IN_REGISTER, 2 }, { "recvfrom", IN_REGISTER, 2 },
	{ "sendto", IN_REGISTER, 2 }, { "pread64", IN_REGISTER, 2 }, { "pwrite64", IN_REGISTER, 2 },
	{ "sendfile", IN_REGISTER, 3 }, { "splice", IN_REGISTER, 4 },
	{ "readv", IN_LIST, 1 }, { "writev", IN_LIST, 1 }, { "preadv", IN_LIST, 1 }, { "pwritev", IN_LIST, 1 },
	{ "preadv2", IN_LIST, 1 }, { "pwritev2", IN_LIST, 1 }, { "recvmsg", IN_MESSAGE, 1 }, { "sendmsg", IN_MESSAGE, 1 },
};

static const struct place *place_of(const struct call_desc *call)
{
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (strcmp(places[i].call, call->name) == 0)
			return &places[i];
	return NULL;
}

/* struct iovec and the fields of struct msghdr, as 64-bit programs have them. */
enum { WORD = 8, IOVEC = 16, MSG_IOV = 16, MSG_IOVLEN = 24 };

static bool word_at(pid_t tid, uint64_t at, uint64_t *word)
{
	struct peek mem = peek_process(tid);
	return peek_all(&mem, at, word, WORD);
}

struct list { uint64_t at, n; };

static bool list_of(pid_t tid, const struct place *p, const uint64_t args[6], struct list *list)
{
	if (p->where == IN_LIST) {
		*list = (struct list){ args[p->arg], args[p->arg + 1] };
		return list->n <= PEEK_IOVECS;
	}
	uint64_t msg = args[p->arg];
	return word_at(tid, msg + MSG_IOV, &list->at) && word_at(tid, msg + MSG_IOVLEN, &list->n) && list->n <= PEEK_IOVECS;
}

static bool length_at(pid_t tid, const struct list *list, uint64_t i, uint64_t *length)
{
	return word_at(tid, list->at + i * IOVEC + WORD, length);
}

int64_t fault_asked(pid_t tid, const struct call_desc *call, const uint64_t args[6])
{
	const struct place *p = place_of(call);
	struct list list;
	uint64_t all = 0, length;
	if (!p)
		return -1;
	if (p->where == IN_REGISTER)
		return args[p->arg] <= INT64_MAX ? (int64_t)args[p->arg] : -1;
	if (!list_of(tid, p, args, &list))
		return -1;
	for (uint64_t i = 0; i < list.n; i++, all += length)
		if (!length_at(tid, &list, i, &length) || length > INT64_MAX - all)
			return -1;
	return (int64_t)all;
}

static bool change_word(pid_t tid, uint64_t at, uint64_t word, struct fault_count *c)
{
	uint64_t had;
	if (!word_at(tid, at, &had) || !tracer_poke(tid, at, word))
		return false;
	c->at[c->n] = at;
	c->had[c->n++] = had;
	return true;
}

static bool change_register(pid_t tid, int arg, uint64_t value, uint64_t was, struct fault_count *c)
{
	if (!tracer_set_arg(tid, arg, value))
		return false;
	c->arg = arg;
	c->was = was;
	return true;
}

/* The list ends inside the buffer in which byte n is. */
static bool shorten_list(pid_t tid, const struct place *p, const uint64_t args[6], uint64_t n, struct fault_count *c)
{
	struct list list;
	uint64_t length = 0, i = 0, before = 0;
	if (!list_of(tid, p, args, &list))
		return false;
	for (; i < list.n && before < n; i++, before += length)
		if (!length_at(tid, &list, i, &length))
			return false;
	uint64_t last = length - (before - n);
	if (i == 0 || !change_word(tid, list.at + (i - 1) * IOVEC + WORD, last, c))
		return false;
	return p->where == IN_LIST ? change_register(tid, p->arg + 1, i, list.n, c) :
				     change_word(tid, args[p->arg] + MSG_IOVLEN, i, c);
}

bool fault_shorten(pid_t tid, const struct call_desc *call, const uint64_t args[6], int64_t n, struct fault_count *c)
{
	const struct place *p = place_of(call);
	*c = (struct fault_count){ 0 };
	bool ok = p && (p->where == IN_REGISTER ? change_register(tid, p->arg, (uint64_t)n, args[p->arg], c) :
						  shorten_list(tid, p, args, (uint64_t)n, c));
	if (!ok)
		fault_lengthen(tid, c);
	return ok;
}

void fault_lengthen(pid_t tid, struct fault_count *c)
{
	if (c->arg)
		tracer_set_arg(tid, c->arg, c->was);
	while (c->n > 0) {
		c->n--;
		tracer_poke(tid, c->at[c->n], c->had[c->n]);
	}
	c->arg = 0;
}
