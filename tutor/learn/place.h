/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The placeholders of texts: what {fd}, {addr}, {far} say of a moment. */
#ifndef TUTOR_LEARN_PLACE_H
#define TUTOR_LEARN_PLACE_H

#include "engine/base/buf.h"
#include "tutor/learn/scene.h"

/* Append what it says. False: it has no value at this moment, and out is as it was. */
typedef bool place_put(const struct scene *s, struct buf *out);

/* NULL: there is none of that name. */
place_put *place_find(const char *name, size_t len);

#endif
