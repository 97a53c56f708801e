/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any call with any registers on any memory, which changes between entry and exit: decoded, written in strace's
 * notation and as JSON, read back. Nothing may crash, and what one call makes must stay bounded.
 *
 * Input: which call, how it ends, registers, result, then the memory. A register is an address into the memory when
 * its lowest bit is set; any address above 64 KiB folds into it, half of them into a hole.
 *
 * With libFuzzer:  make fuzz-decoder CC=clang FUZZER=1     Without: decoder FILE…, or FUZZ_SECONDS=N decoder.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "engine/decode/constants.h"
#include "engine/decode/decode.h"
#include "tests/fuzz/again.h"
#include "tests/fuzz/drive.h"
#include "tests/notation/notation.h"

enum { BASE = 0x100000, LOW = 0x10000, HEAD = 2 + 7 * 8, MEMORY = 1000, MAX_VALUES = 400000, MAX_BYTES = 8 << 20 };

struct memory {
	const uint8_t *p;
	size_t n, twist;   /* twist: added to every address from the exit on */
};

static ssize_t read_memory(void *ctx, uint64_t addr, void *buf, size_t n)
{
	const struct memory *m = ctx;
	if (addr < LOW || !m->n)
		return -1;
	size_t at = (size_t)((addr - BASE + m->twist) % (2 * m->n));
	if (at >= m->n)
		return at % 2 ? -1 : 0;
	if (n > m->n - at)
		n = m->n - at;
	memcpy(buf, m->p + at, n);
	return (ssize_t)n;
}

struct size {
	size_t values, bytes;
};

static void measure(const struct value *v, struct size *s)
{
	s->values++;
	s->bytes += v->len + (v->text ? strlen(v->text) : 0);
	assert(v->kind != VALUE_BYTES || v->len <= PEEK_BUFFER);
	assert(v->kind != VALUE_CHANGE || v->n == 2);
	for (unsigned i = 0; i < v->n; i++)
		measure(v->item[i], s);
}

static void check(struct decode *d, const struct value *args, bool done)
{
	static const struct notation_options hex = { .hex = true }, plain = { .strings = 100 };
	struct size size = { 0 };
	struct buf line = BUF_INIT;
	struct notation_call call = { .name = d->call->name, .args = args, .ret = d->ret, .no_result = !done };
	measure(args, &size);
	assert(size.values < MAX_VALUES && size.bytes < MAX_BYTES);
	if (done && d->is_error) {
		call.errn = (int)-d->ret;
		call.err = errno_name(call.errn);
	} else if (done) {
		call.retv = decode_ret(d);
	}
	notation_strace(&call, &hex, &line);
	notation_strace(&call, &plain, &line);
	buf_release(&line);
	again_as_json(args, d->arena);
}

static const struct call_desc *pick_call(unsigned number)
{
	unsigned n = 0;
	while (call_at(n))
		n++;
	return call_at(number % n);
}

static uint64_t word(const uint8_t *p)
{
	uint64_t w;
	memcpy(&w, p, sizeof w);
	return w;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena a;
	if (n < HEAD)
		return 0;
	struct memory m = { data + HEAD, n - HEAD, 0 };
	struct decode d = { .call = pick_call(data[0]), .peek = { read_memory, &m }, .arena = &a };
	for (int i = 0; i < 6; i++) {
		uint64_t w = word(data + 2 + 8 * i);
		d.args[i] = w & 1 && m.n ? BASE + (w >> 1) % m.n : w >> 1;
	}
	arena_init(&a);
	assert(call_canon(d.call, d.args));
	const struct value *in = decode_entry(&d);
	check(&d, in, false);
	d.is_error = data[1] & 1;
	d.ret = d.is_error ? -(int64_t)(data[1] >> 1 | 1) : (int64_t)word(data + 2 + 8 * 6) >> (data[1] & 62);
	m.twist = data[1] & 128 ? data[1] & 63 : 0;
	check(&d, decode_exit(&d, data[1] & 64 ? in : NULL), true);
	arena_release(&a);
	return 0;
}

#ifndef LIBFUZZER
/* A word that means something: an address, a small number, a constant of a table, or noise. */
static uint64_t likely(uint64_t *r)
{
	const struct constant_group *g = constant_group((enum constant_group_id)(sample_next(r) % CONST_GROUPS));
	switch (sample_next(r) % 6) {
	case 0: case 1: return BASE + sample_next(r) % 4096;
	case 2: return sample_next(r) % 64;
	case 3: return g->item[sample_next(r) % g->n].value;
	case 4: return g->item[sample_next(r) % g->n].value | g->item[sample_next(r) % g->n].value << 32;
	default: return sample_next(r) >> sample_next(r) % 64;
	}
}

static void make_input(struct buf *out, uint64_t *r)
{
	size_t n = HEAD + 8 * (sample_next(r) % MEMORY);
	buf_addc(out, (char)sample_next(r));
	buf_addc(out, (char)sample_next(r));
	while (out->len < n) {
		uint64_t w = likely(r);
		if (out->len < HEAD)
			w = sample_next(r) % 2 ? w << 1 : (sample_next(r) % 4096) << 1 | 1;
		buf_add(out, &w, sizeof w);
	}
}

int main(int argc, char **argv)
{
	return drive(argc, argv, make_input, "calls");
}
#endif
