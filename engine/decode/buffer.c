/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Buffers, strings, vectors of buffers. What a call received is min(result,
 * size of the buffer): with MSG_TRUNC the result is larger than what was written.
 */
#include <string.h>
#include <sys/uio.h>

#include "engine/decode/arg.h"

enum { NEAR = 128, SMALL = 4096, MAX_STRINGS = 256 };

static size_t at_most(uint64_t n, size_t cap)
{
	return n < cap ? (size_t)n : cap;
}

struct value *decode_bytes_at(struct decode *d, uint64_t addr, uint64_t len, uint64_t total)
{
	if (!len && addr)
		return value_bytes(d->arena, "", 0, total);
	size_t want = decode_grant_bytes(d, len);
	unsigned char small[SMALL];
	unsigned char *room = want <= SMALL ? small : arena_alloc(d->arena, want);
	size_t got = want <= NEAR && decode_read(d, addr, room, want) ? want : peek_some(&d->peek, addr, room, want);
	if (!got)
		return value_ptr(d->arena, addr);
	struct value *v = value_bytes(d->arena, small, room == small ? got : 0, total);
	if (room != small) {
		v->bytes = room;
		v->len = got;
	}
	v->more = total > got;
	return v;
}

struct value *decode_text_at(struct decode *d, uint64_t addr)
{
	char text[PEEK_STRING];
	bool cut;
	ssize_t len = peek_string(&d->peek, addr, text, sizeof text, &cut);
	if (len < 0)
		return value_ptr(d->arena, addr);
	decode_grant_bytes(d, (uint64_t)len);
	struct value *v = value_text(d->arena, text, (size_t)len);
	v->more = cut;
	return v;
}

/* The length of a buffer is the argument after it. */
static struct value *entry_buffer(struct decode *d, unsigned i)
{
	uint64_t len = d->args[i + 1];
	return decode_bytes_at(d, d->args[i], len, len);
}

static struct value *exit_buffer(struct decode *d, unsigned i, const struct value *in)
{
	uint64_t ret = d->ret > 0 ? (uint64_t)d->ret : 0, size = d->args[i + 1];
	return decode_bytes_at(d, d->args[i], ret < size ? ret : size, ret);
}

static struct value *one_iovec(struct decode *d, const struct iovec *iov, uint64_t len, bool empty)
{
	struct value *v = value_struct(d->arena, "iovec");
	uint64_t base = (uint64_t)(uintptr_t)iov->iov_base;
	value_add(d->arena, v, "iov_base", empty ? value_ptr(d->arena, base) : decode_bytes_at(d, base, len, len));
	value_add(d->arena, v, "iov_len", value_uint(d->arena, iov->iov_len, 10));
	return v;
}

struct value *decode_iovec_at(struct decode *d, uint64_t addr, uint64_t count, int64_t moved)
{
	struct iovec iov[64];
	size_t n = decode_grant_items(d, at_most(count, PEEK_IOVECS));
	struct value *list = value_list(d->arena);
	for (size_t i = 0; i < n; i++) {
		if (i % 64 == 0) {
			size_t part = n - i < 64 ? n - i : 64;
			size_t got = peek_some(&d->peek, addr + i * sizeof *iov, iov, part * sizeof *iov) / sizeof *iov;
			if (got < part)
				n = i + got;
			if (!got)
				break;
		}
		const struct iovec *v = &iov[i % 64];
		uint64_t len = v->iov_len;
		if (moved >= 0 && (uint64_t)moved < len)
			len = (uint64_t)moved;
		if (moved >= 0)
			moved -= (int64_t)len;
		value_add(d->arena, list, NULL, one_iovec(d, v, len, moved == IOVEC_EMPTY));
	}
	if (!list->n && count)
		return value_ptr(d->arena, addr);
	list->more = list->n < count;
	return list;
}

static struct value *entry_iovec(struct decode *d, unsigned i)
{
	return decode_iovec_at(d, d->args[i], (unsigned)d->args[i + 1], IOVEC_FULL);
}

static struct value *entry_iovec_out(struct decode *d, unsigned i)
{
	return decode_iovec_at(d, d->args[i], (unsigned)d->args[i + 1], IOVEC_EMPTY);
}

static struct value *exit_iovec(struct decode *d, unsigned i, const struct value *in)
{
	return decode_iovec_at(d, d->args[i], (unsigned)d->args[i + 1], d->ret);
}

static struct value *entry_path(struct decode *d, unsigned i)
{
	return decode_text_at(d, d->args[i]);
}

/* argv and envp: addresses up to a NULL. */
static struct value *entry_strings(struct decode *d, unsigned i)
{
	struct value *list = value_list(d->arena);
	for (uint64_t at = d->args[i]; list->n < MAX_STRINGS; at += sizeof(uint64_t)) {
		uint64_t s;
		if (!PEEK(d, at, &s)) {
			list->more = true;
			break;
		}
		if (!s)
			return list;
		if (!decode_grant_items(d, 1) || !decode_grant_bytes(d, 1))
			break;
		value_add(d->arena, list, NULL, decode_text_at(d, s));
	}
	if (!list->n)
		return value_ptr(d->arena, d->args[i]);
	list->more = true;
	return list;
}

const struct arg_type arg_buffer = { .entry = entry_buffer };
const struct arg_type arg_buffer_out = { .exit = exit_buffer };
const struct arg_type arg_iovec = { .entry = entry_iovec };
const struct arg_type arg_iovec_out = { .entry = entry_iovec_out, .exit = exit_iovec };
const struct arg_type arg_path = { .entry = entry_path };
const struct arg_type arg_strings = { .entry = entry_strings };
