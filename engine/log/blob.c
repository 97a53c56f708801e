/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/log/blob.h"

#include <stdlib.h>
#include <string.h>

static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void blobs_init(struct blobs *b)
{
	*b = (struct blobs){ .at = NULL };
}

void blobs_release(struct blobs *b)
{
	free(b->at);
	blobs_init(b);
}

uint32_t blobs_add(struct blobs *b, int64_t i)
{
	if (b->n == b->size) {
		b->size = b->size ? 2 * b->size : 16;
		b->at = xrealloc(b->at, b->size * sizeof *b->at);
	}
	b->at[b->n] = i;
	return ++b->n;
}

void blobs_drop_last(struct blobs *b)
{
	b->n--;
}

/* FNV-1a. Only a hint: the bytes are compared after it. */
static uint64_t hash_of(const void *bytes, size_t len)
{
	const unsigned char *p = bytes;
	uint64_t h = 0xcbf29ce484222325u;
	for (size_t i = 0; i < len; i++)
		h = (h ^ p[i]) * 0x100000001b3u;
	return h;
}

uint32_t blobs_alike(const struct blobs *b, const void *bytes, size_t len)
{
	uint64_t hash = hash_of(bytes, len);
	for (int i = 0; i < BLOB_RECENT; i++)
		if (b->recent[i].id && b->recent[i].len == len && b->recent[i].hash == hash)
			return b->recent[i].id;
	return 0;
}

void blobs_remember(struct blobs *b, const void *bytes, size_t len, uint32_t id)
{
	unsigned i = b->turn++ % BLOB_RECENT;
	b->recent[i].hash = hash_of(bytes, len);
	b->recent[i].len = len;
	b->recent[i].id = id;
}

void base64_write(struct buf *out, const void *bytes, size_t n)
{
	const unsigned char *s = bytes;
	buf_reserve(out, (n + 2) / 3 * 4);
	char *p = out->data + out->len;
	for (; n >= 3; n -= 3, s += 3) {
		uint32_t v = (uint32_t)s[0] << 16 | (uint32_t)s[1] << 8 | s[2];
		*p++ = digit[v >> 18];
		*p++ = digit[v >> 12 & 63];
		*p++ = digit[v >> 6 & 63];
		*p++ = digit[v & 63];
	}
	if (n) {
		uint32_t v = (uint32_t)s[0] << 16 | (n == 2 ? (uint32_t)s[1] << 8 : 0);
		*p++ = digit[v >> 18];
		*p++ = digit[v >> 12 & 63];
		*p++ = n == 2 ? digit[v >> 6 & 63] : '=';
		*p++ = '=';
	}
	*p = '\0';
	out->len = (size_t)(p - out->data);
}

static int value_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool base64_read(struct buf *out, const char *text, size_t n)
{
	if (n % 4)
		return false;
	size_t pad = n && text[n - 1] == '=' ? text[n - 2] == '=' ? 2 : 1 : 0;
	for (size_t i = 0; i < n; i += 4) {
		size_t keep = i + 4 == n ? 3 - pad : 3;
		uint32_t v = 0;
		for (size_t k = 0; k < 4; k++) {
			int d = k > keep ? 0 : value_of(text[i + k]);
			if (d < 0)
				return false;
			v = v << 6 | (uint32_t)d;
		}
		buf_add(out, (char[]){ (char)(v >> 16), (char)(v >> 8), (char)v }, keep);
	}
	return true;
}
