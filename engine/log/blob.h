/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bytes too long for an event: kept as base64 (RFC 4648 §4) in `blob` events.
 * This is the bookkeeping of which there are; the log owns one and does the
 * writing and reading.
 */
#ifndef ENGINE_LOG_BLOB_H
#define ENGINE_LOG_BLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/buf.h"

enum {
	BLOB_MAX = 64 * 1024,          /* bytes in one blob; of longer buffers the beginning is kept */
	BLOBS_MAX = 16 * 1024 * 1024,  /* bytes in all blobs of a live log */
	BLOB_RECENT = 4,
};

struct blobs {
	int64_t *at;          /* index of the blob event with id i + 1 */
	uint32_t n, size;
	size_t total;         /* bytes in them */
	bool full;            /* the note was written */
	struct { uint64_t hash; size_t len; uint32_t id; } recent[BLOB_RECENT];   /* a call's buffer is told before and after */
	unsigned turn;
};

void blobs_init(struct blobs *b);
void blobs_release(struct blobs *b);

/* The next blob is event i of the log: its id. */
uint32_t blobs_add(struct blobs *b, int64_t i);
void blobs_drop_last(struct blobs *b);

/* A recent blob that may hold just these bytes (compare them!); 0: none. */
uint32_t blobs_alike(const struct blobs *b, const void *bytes, size_t len);
void blobs_remember(struct blobs *b, const void *bytes, size_t len, uint32_t id);

void base64_write(struct buf *out, const void *bytes, size_t n);
bool base64_read(struct buf *out, const char *text, size_t n);   /* false: not base64; out may hold a part */

#endif
