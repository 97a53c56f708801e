/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A block: type, length, body, options, length again. All lengths are multiples of four. */
#include "engine/wire/pcapng.h"

#include <string.h>

enum block_type { BLOCK_INTERFACE = 1, BLOCK_STATISTICS = 5, BLOCK_PACKET = 6 };
enum option {
	OPTION_END = 0, OPTION_COMMENT = 1,
	SECTION_OS = 3, SECTION_WRITER = 4,
	INTERFACE_NAME = 2, INTERFACE_DESCRIPTION = 3, INTERFACE_RESOLUTION = 9,
	STATISTICS_SEEN = 4, STATISTICS_LOST = 5,
};
enum { ORDER = 0x1a2b3c4d, LINK_ETHERNET = 1, NANOSECONDS = 9, OPTION_MOST = 0xfffc };

static void put16(struct buf *out, uint16_t n)
{
	buf_add(out, &n, sizeof n);
}

static void put32(struct buf *out, uint32_t n)
{
	buf_add(out, &n, sizeof n);
}

static void put64(struct buf *out, uint64_t n)
{
	buf_add(out, &n, sizeof n);
}

static void pad(struct buf *out, size_t len)
{
	buf_add(out, "\0\0\0", (4 - len % 4) % 4);
}

/* The length is filled in by block_end. Returns where the block begins. */
static size_t block_begin(struct buf *out, uint32_t type)
{
	size_t at = out->len;
	put32(out, type);
	put32(out, 0);
	return at;
}

static void block_end(struct buf *out, size_t at)
{
	uint32_t len = (uint32_t)(out->len - at + 4);
	put32(out, len);
	memcpy(out->data + at + 4, &len, sizeof len);
}

static void option(struct buf *out, enum option code, const void *bytes, size_t len)
{
	put16(out, (uint16_t)code);
	put16(out, (uint16_t)len);
	buf_add(out, bytes, len);
	pad(out, len);
}

/* No character of UTF-8 is cut in two. */
static void text_option(struct buf *out, enum option code, const char *text)
{
	size_t len = text ? strlen(text) : 0;
	if (len > OPTION_MOST)
		for (len = OPTION_MOST; len && (text[len] & 0xc0) == 0x80; len--)
			;
	if (len)
		option(out, code, text, len);
}

static void put_time(struct buf *out, int64_t at)
{
	put32(out, (uint32_t)((uint64_t)at >> 32));
	put32(out, (uint32_t)at);
}

void pcapng_section(struct buf *out, const char *system, const char *writer)
{
	size_t at = block_begin(out, PCAPNG_MAGIC);
	put32(out, ORDER);
	put16(out, 1);           /* version 1.0 */
	put16(out, 0);
	put64(out, UINT64_MAX);  /* how long the section will be is not known yet */
	text_option(out, SECTION_OS, system);
	text_option(out, SECTION_WRITER, writer);
	option(out, OPTION_END, NULL, 0);
	block_end(out, at);
}

void pcapng_interface(struct buf *out, const char *name, const char *description)
{
	static const uint8_t resolution = NANOSECONDS;
	size_t at = block_begin(out, BLOCK_INTERFACE);
	put16(out, LINK_ETHERNET);
	put16(out, 0);
	put32(out, 0);           /* a packet may be of any length */
	text_option(out, INTERFACE_NAME, name);
	text_option(out, INTERFACE_DESCRIPTION, description);
	option(out, INTERFACE_RESOLUTION, &resolution, sizeof resolution);
	option(out, OPTION_END, NULL, 0);
	block_end(out, at);
}

void pcapng_packet(struct buf *out, const struct pcapng_packet *p)
{
	size_t at = block_begin(out, BLOCK_PACKET);
	put32(out, p->interface);
	put_time(out, p->at);
	put32(out, (uint32_t)p->len);
	put32(out, (uint32_t)p->total);
	buf_add(out, p->bytes, p->len);
	pad(out, p->len);
	if (p->comment && *p->comment) {
		text_option(out, OPTION_COMMENT, p->comment);
		option(out, OPTION_END, NULL, 0);
	}
	block_end(out, at);
}

void pcapng_statistics(struct buf *out, unsigned interface, int64_t when, uint64_t seen, uint64_t lost)
{
	size_t at = block_begin(out, BLOCK_STATISTICS);
	put32(out, interface);
	put_time(out, when);
	option(out, STATISTICS_SEEN, &seen, sizeof seen);
	option(out, STATISTICS_LOST, &lost, sizeof lost);
	option(out, OPTION_END, NULL, 0);
	block_end(out, at);
}
