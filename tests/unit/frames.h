/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames made by hand, for tests: headers that are right, around what a test wants to see. */
#ifndef TESTS_UNIT_FRAMES_H
#define TESTS_UNIT_FRAMES_H

#include <arpa/inet.h>
#include <stdint.h>
#include <string.h>

#include "engine/wire/packet.h"

enum { FRAME_ROOM = 4096 };

struct frame_maker { unsigned char bytes[FRAME_ROOM]; size_t len; };

static inline void frame_add(struct frame_maker *f, const void *bytes, size_t n)
{
	memcpy(f->bytes + f->len, bytes, n);
	f->len += n;
}

static inline void frame_16(struct frame_maker *f, unsigned n)
{
	frame_add(f, (unsigned char[]){ (unsigned char)(n >> 8), (unsigned char)n }, 2);
}

static inline void frame_32(struct frame_maker *f, uint32_t n)
{
	frame_16(f, n >> 16);
	frame_16(f, n & 0xffff);
}

static inline void frame_ethernet(struct frame_maker *f, unsigned type)
{
	f->len = 0;
	frame_add(f, "\x02\0\0\0\0\x02\x02\0\0\0\0\x01", 12);
	frame_16(f, type);
}

/* from and to: last byte of 10.0.0.x; payload: how much follows this header; fragment: flags and offset. */
static inline void frame_ipv4(struct frame_maker *f, unsigned protocol, int from, int to, size_t payload, unsigned fragment)
{
	frame_ethernet(f, 0x0800);
	frame_add(f, "\x45\0", 2);
	frame_16(f, (unsigned)(20 + payload));
	frame_16(f, 0xbeef);
	frame_16(f, fragment);
	frame_add(f, (unsigned char[]){ 64, (unsigned char)protocol, 0xab, 0xcd, 10, 0, 0, (unsigned char)from, 10, 0, 0, (unsigned char)to }, 12);
}

/* from and to: last byte of fd00::x. */
static inline void frame_ipv6(struct frame_maker *f, unsigned next, int from, int to, size_t payload)
{
	unsigned char ends[32] = { 0xfd, [15] = (unsigned char)from, [16] = 0xfd, [31] = (unsigned char)to };
	frame_ethernet(f, 0x86dd);
	frame_32(f, 0x60012345);
	frame_16(f, (unsigned)payload);
	frame_add(f, (unsigned char[]){ (unsigned char)next, 63 }, 2);
	frame_add(f, ends, sizeof ends);
}

struct tcp_maker {
	int from, to;                /* hosts */
	unsigned sport, dport, flags, window;
	uint32_t seq, ack;
	const void *options;         /* a multiple of four bytes */
	size_t n_options, payload;
};

static inline void frame_tcp_header(struct frame_maker *f, const struct tcp_maker *t)
{
	frame_16(f, t->sport);
	frame_16(f, t->dport);
	frame_32(f, t->seq);
	frame_32(f, t->ack);
	frame_add(f, (unsigned char[]){ (unsigned char)((20 + t->n_options) / 4 << 4), (unsigned char)t->flags }, 2);
	frame_16(f, t->window);
	frame_16(f, 0x1234);
	frame_16(f, 0);
	if (t->n_options)
		frame_add(f, t->options, t->n_options);
	for (size_t i = 0; i < t->payload; i++)
		frame_add(f, &"abcdefghijklmnopqrstuvwxyz"[i % 26], 1);
}

static inline void frame_tcp(struct frame_maker *f, const struct tcp_maker *t)
{
	frame_ipv4(f, 6, t->from, t->to, 20 + t->n_options + t->payload, 0x4000);
	frame_tcp_header(f, t);
}

static inline void frame_udp_header(struct frame_maker *f, unsigned sport, unsigned dport, const char *payload)
{
	frame_16(f, sport);
	frame_16(f, dport);
	frame_16(f, (unsigned)(8 + strlen(payload)));
	frame_16(f, 0);
	frame_add(f, payload, strlen(payload));
}

static inline void frame_udp(struct frame_maker *f, int from, int to, unsigned sport, unsigned dport, const char *payload)
{
	frame_ipv4(f, 17, from, to, 8 + strlen(payload), 0);
	frame_udp_header(f, sport, dport, payload);
}

static const unsigned char frame_syn_options[] = { 2, 4, 0xff, 0xd7, 4, 2, 8, 10, 1, 2, 3, 4, 0, 0, 0, 0, 1, 3, 3, 7 };

#endif
