/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Classic BPF programs of SO_ATTACH_FILTER: the instructions as the four
 * numbers they are (linux/filter.h).
 */
#include "engine/decode/arg.h"
#include "engine/decode/constants_headers.h"

struct value *decode_bpf_at(struct decode *d, uint64_t addr, unsigned count)
{
	struct sock_filter code[64];
	unsigned n = count < 64 ? count : 64;
	if (!n || !decode_read(d, addr, code, n * sizeof *code))
		return value_ptr(d->arena, addr);
	struct value *list = value_list(d->arena);
	for (unsigned i = 0; i < n; i++) {
		struct value *v = value_add(d->arena, list, NULL, value_struct(d->arena, "sock_filter"));
		value_add(d->arena, v, "code", value_uint(d->arena, code[i].code, 16));
		value_add(d->arena, v, "jt", value_uint(d->arena, code[i].jt, 10));
		value_add(d->arena, v, "jf", value_uint(d->arena, code[i].jf, 10));
		value_add(d->arena, v, "k", value_uint(d->arena, code[i].k, 16));
	}
	list->more = n < count;
	return list;
}
