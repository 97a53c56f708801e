/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values in words of one line: a name, a number, an address, printable bytes. */
#ifndef TUTOR_LEARN_VALUE_WORDS_H
#define TUTOR_LEARN_VALUE_WORDS_H

#include "engine/base/buf.h"
#include "engine/base/value.h"

enum { DATA_CHARS = 32 };    /* characters of bytes that are shown */

/* Append. False: there is nothing to say (NULL, no address), and out is as it was. */
bool words_text(struct buf *out, const char *text);
bool words_int(struct buf *out, int64_t n);
bool words_addr(struct buf *out, const struct value *addr);

/* Any value; nothing for one that is not known. */
void value_words(const struct value *v, struct buf *out);

#endif
