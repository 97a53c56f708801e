/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/learn/printable.h"

void printable_add(struct buf *out, const void *bytes, size_t len, size_t max)
{
	const char *p = bytes, *end = p + len;
	size_t shown = 0;
	for (; p < end && shown < max; shown++) {
		size_t n = utf8_decode(p, (size_t)(end - p), NULL);
		p += n ? n : 1;
	}
	utf8_show(out, bytes, (size_t)(p - (const char *)bytes), UTF8_KEEP_BACKSLASH);
	if (p < end)
		buf_adds(out, "…");
}
