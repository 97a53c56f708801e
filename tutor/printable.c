/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * stdio gives a stream's text away in pieces, which may end inside a character:
 * its first bytes wait for the rest of it.
 */
#include "tutor/printable.h"

#include <sys/types.h>
#include <unistd.h>

#include "engine/base/buf.h"
#include "engine/base/utf8.h"

enum { KEPT = UTF8_KEEP_NEWLINE | UTF8_KEEP_TAB | UTF8_KEEP_BACKSLASH };

/* As global as the streams they stand before. */
static struct door {
	FILE *to;
	struct buf held, safe;    /* held: came, but is not passed on yet */
} doors[] = { { .held = BUF_INIT, .safe = BUF_INIT }, { .held = BUF_INIT, .safe = BUF_INIT } };

/* How many bytes at the end may be the beginning of a character. */
static size_t begun(const char *s, size_t n)
{
	for (size_t k = 1; k <= 3 && k <= n; k++) {
		unsigned char c = (unsigned char)s[n - k];
		size_t whole = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;
		if (whole > 1)
			return whole > k ? k : 0;
		if (c < 0x80)
			return 0;
	}
	return 0;
}

static ssize_t pass(void *cookie, const char *bytes, size_t n)
{
	struct door *d = cookie;
	buf_add(&d->held, bytes, n);
	size_t ready = d->held.len - begun(d->held.data, d->held.len);
	buf_clear(&d->safe);
	utf8_show(&d->safe, d->held.data, ready, KEPT);
	buf_drop(&d->held, ready);
	bool ok = fwrite(d->safe.data, 1, d->safe.len, d->to) == d->safe.len && fflush(d->to) == 0;
	return ok ? (ssize_t)n : 0;
}

FILE *printable_stream(FILE *to)
{
	struct door *d = &doors[to == stderr];
	d->to = to;
	FILE *f = fopencookie(d, "w", (cookie_io_functions_t){ .write = pass });
	if (f)
		setvbuf(f, NULL, to == stderr || isatty(fileno(to)) ? _IOLBF : _IOFBF, BUFSIZ);
	return f;
}
