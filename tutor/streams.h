/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The three standard streams that every program is started with, or should be. */
#ifndef TUTOR_STREAMS_H
#define TUTOR_STREAMS_H

#include <stdbool.h>

#include "engine/base/err.h"

/*
 * Give /dev/null the numbers 0, 1 and 2 that whoever started us closed (`<&-`), so that nothing else of ours gets them.
 * Call it before any other descriptor is opened. False with *err: there is no /dev/null.
 */
bool streams_open(struct err *err);

/*
 * Write out what stdout still holds. False with *err: some of it could not be written (a full disk). Where the reader of a
 * pipe or terminal has gone, as in `socktutor list | head -1`, that is no error.
 */
bool streams_close(struct err *err);

#endif
