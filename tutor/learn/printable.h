/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TUTOR_LEARN_PRINTABLE_H
#define TUTOR_LEARN_PRINTABLE_H

#include "engine/base/utf8.h"

/* As utf8_show, but stops after `max` characters, with "…" if there is more. */
void printable_add(struct buf *out, const void *bytes, size_t len, size_t max);

#endif
