/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as frames of one network: read, their quoted packets too, described, written as JSON and read back,
 * followed as conversations, kept as pcapng. Nothing may crash, and what is said of a frame must lie inside it.
 *
 * Input: frames, each after three bytes: its length (two bytes, low one first) and how much longer it was on the wire.
 *
 * With libFuzzer:  make fuzz-packet CC=clang FUZZER=1     Without: packet FILE…, or FUZZ_SECONDS=N packet.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/wire/flow.h"
#include "engine/wire/pcapng.h"
#include "tests/fuzz/again.h"
#include "tests/fuzz/drive.h"
#include "tests/unit/frames.h"

static size_t values_in(const struct value *v)
{
	size_t n = 1;
	assert(v->kind != VALUE_BYTES || v->len <= v->total);
	for (unsigned i = 0; i < v->n; i++)
		n += values_in(v->item[i]);
	return n;
}

static void check(const struct packet *p, size_t len, size_t total)
{
	assert(p->net_at <= len && p->head_at <= len && p->inner_at <= total);
	assert(p->data_len <= total && (!p->data_len || p->data_at + p->data_len <= total));
	assert(p->kind != PACKET_TCP || p->head_at + 20 <= len);
	assert((p->kind != PACKET_UDP && p->kind != PACKET_ICMP && p->kind != PACKET_ICMP6) || p->head_at + 8 <= len);
	assert(p->kind == PACKET_NONE || p->net_at);
	assert(*packet_kind_name(p->kind) || p->kind == PACKET_NONE);
}

static void one_frame(struct flows *flows, const uint8_t *data, size_t len, size_t total, int id)
{
	struct arena a;
	struct packet p, inner;
	struct flow_note note;
	struct buf file = BUF_INIT;
	unsigned char *bytes = malloc(len ? len : 1);   /* no byte more: reading past its end is seen */
	memcpy(bytes, data, len);
	arena_init(&a);
	packet_read(&p, bytes, len, total);
	check(&p, len, total);
	if (packet_quoted(&p, bytes, len, &inner))
		assert(inner.net_at >= p.inner_at && packet_address(&a, &inner.from));
	flows_see(flows, &p, bytes, len, id, &note);
	assert(p.kind == PACKET_TCP || (note.seq == -1 && !note.what));
	assert(note.again >= 0 && note.again < id && note.seq <= UINT32_MAX && note.ack <= UINT32_MAX);
	struct value *all = packet_describe(&a, bytes, len, total);
	assert(values_in(all) < 500);
	again_as_json(all, &a);
	struct pcapng_packet block = { .at = (int64_t)total, .bytes = bytes, .len = len, .total = total, .comment = packet_flags(&a, p.flags) };
	pcapng_packet(&file, &block);
	assert(file.len % 4 == 0 && file.len < len + 200);
	buf_release(&file);
	arena_release(&a);
	free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct flows *flows = flows_new();
	int id = 0;
	while (n > 3) {
		size_t len = data[0] | (size_t)data[1] << 8, more = data[2];
		data += 3, n -= 3;
		if (len > n)
			len = n;
		one_frame(flows, data, len, len + more * more, ++id);
		flows_owe(flows);
		data += len, n -= len;
	}
	flows_excuse(flows);
	assert(!flows_owe(flows));
	flows_free(flows);
	return 0;
}

#ifndef LIBFUZZER
static void make_tcp(struct frame_maker *f, uint64_t *r)
{
	bool client = sample_next(r) % 2;
	struct tcp_maker t = { .from = client ? 1 : 2, .to = client ? 2 : 1, .sport = client ? 7 : 8, .dport = client ? 8 : 7,
		.flags = sample_next(r) % 2 ? TCP_ACK : (unsigned)(sample_next(r) % 32), .window = sample_next(r) % 4 ? 1000 : 0, .seq = (uint32_t)(sample_next(r) % 40) - 20,
		.ack = (uint32_t)(sample_next(r) % 40) - 20, .payload = sample_next(r) % 4 ? 0 : sample_next(r) % 20 };
	if (sample_next(r) % 4 == 0)
		t.options = frame_syn_options, t.n_options = sizeof frame_syn_options;
	frame_tcp(f, &t);
}

static void make_frame(struct frame_maker *f, uint64_t *r)
{
	struct frame_maker inner;
	switch (sample_next(r) % 6) {
	case 0:
		frame_udp(f, 1, 2, 5353, 53, "question");
		break;
	case 1:
		frame_udp(&inner, 1, 2, 40000, 9, "anybody?");
		frame_ipv4(f, 1, 2, 1, 8 + inner.len - 14, 0);
		frame_add(f, "\3\3\x11\x22\0\0\0\0", 8);
		frame_add(f, inner.bytes + 14, inner.len - 14);
		break;
	case 2:
		frame_ipv6(f, sample_next(r) % 2 ? 0 : 44, 1, 2, 36);
		frame_add(f, "\x3c\0\1\4\0\0\0\0\6\0\1\4\0\0\0\0", 16);
		frame_add(f, "\0\7\0\x08\0\0\0\1\0\0\0\2\x50\x18\1\0\0\0\0\0", 20);
		break;
	default:
		make_tcp(f, r);
	}
}

static void make_input(struct buf *out, uint64_t *r)
{
	for (uint64_t frames = 1 + sample_next(r) % 30; frames; frames--) {
		struct frame_maker f;
		make_frame(&f, r);
		size_t len = sample_next(r) % 8 ? f.len : sample_next(r) % (f.len + 1);
		for (uint64_t flips = sample_next(r) % 2 ? 0 : sample_next(r) % 6; flips; flips--)
			f.bytes[12 + sample_next(r) % (f.len - 12)] = (uint8_t)sample_next(r);
		buf_addc(out, (char)len);
		buf_addc(out, (char)(len >> 8));
		buf_addc(out, sample_next(r) % 4 ? 0 : (char)sample_next(r));
		buf_add(out, f.bytes, len);
	}
}

int main(int argc, char **argv)
{
	return drive(argc, argv, make_input, "networks");
}
#endif
