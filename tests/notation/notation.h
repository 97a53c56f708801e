/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Calls as strace 6.1 writes them, from what the log holds. It is the yardstick
 * of the decoder: the same program under strace must give the same text. Where
 * we know more than strace (a timeval in a socket option, an IPv6 control
 * message), the value is written as the bytes or the number strace would show.
 */
#ifndef TESTS_NOTATION_H
#define TESTS_NOTATION_H

#include "engine/base/buf.h"
#include "engine/base/value.h"

struct notation_options {
	bool hex;            /* -xx: every string in hexadecimal */
	unsigned strings;    /* -s: bytes of a buffer shown; 0 means 32 */
};

/* The fields of an `after` event (or, with no_result, of a `before`). */
struct notation_call {
	const char *name;
	const struct value *args, *retv;
	int64_t ret;         /* meaningless if err */
	const char *err;     /* NULL: success. "ERESTARTSYS" and its like are known */
	int errn;
	bool no_result;      /* it did not return: exit */
};

/* One line without newline, appended to out. */
void notation_strace(const struct notation_call *call, const struct notation_options *options, struct buf *out);

#endif
