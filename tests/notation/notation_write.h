/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between the notation*.c files only. */
#ifndef TESTS_NOTATION_WRITE_H
#define TESTS_NOTATION_WRITE_H

#include "tests/notation/notation.h"

enum { NOTATION_DEPTH = 16 };

struct notation {
	const struct notation_call *call;
	struct buf *out;
	bool hex;
	unsigned strings;
	unsigned depth;
};

/* notation.c */
const struct value *notation_arg(const struct notation *n, const char *name);   /* NULL: none */

/* notation_value.c. `in` is the struct the value stands in, or NULL. */
void notation_value(struct notation *n, const struct value *in, const struct value *v);
void notation_member(struct notation *n, const struct value *in, const struct value *v);   /* name=value */
void notation_quote(struct notation *n, const unsigned char *p, size_t len, bool more);
void notation_buffer(struct notation *n, const struct value *bytes);
void notation_unknown(struct notation *n, uint64_t number, const char *pattern);
void notation_text(struct notation *n, const char *text, size_t limit, bool more);

bool notation_knows(const char *name);    /* does strace 6.1 know this name? */

/* notation_option.c */
void notation_optname(struct notation *n, const struct value *v);
void notation_optval(struct notation *n, const struct value *v, bool get);

/* notation_msg.c */
void notation_msg(struct notation *n, const struct value *msg, bool received, bool failed);

#endif
