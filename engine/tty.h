/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A program's terminal: its pty, and how many bytes its calls say were written
 * to it against how many have come out. The kernel moves them later, by a
 * worker of its own; a step is not over before they are here.
 */
#ifndef ENGINE_TTY_H
#define ENGINE_TTY_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/base/buf.h"
#include "engine/base/err.h"

struct tty {
	int master, slave;      /* the slave stays open so that the master never reads an end */
	uint64_t device;        /* its number: programs may open other terminals */
	int64_t written, read;
	struct buf waiting;     /* read, not yet in the log */
};

bool tty_open(struct tty *t, int rows, int columns, struct err *err);
void tty_close(struct tty *t);
void tty_drain(struct tty *t);                       /* read what is there */
bool tty_is_full(const struct tty *t);   /* as much is waiting as may be: nothing is read until some is taken */
bool tty_is_behind(const struct tty *t);             /* more was written than has come out */
bool tty_type(struct tty *t, const char *bytes, size_t n, struct err *err);

/* Type so that a read gives exactly these bytes, be they control characters or without an end of line; n 0: end of file. */
bool tty_feed(struct tty *t, const char *bytes, size_t n, struct err *err);
bool tty_is_read(const struct tty *t);               /* nothing is there that was typed and not read */

#endif
