/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every frame that comes in at an interface, read from a ring that the kernel
 * fills: reading needs no system call, and nothing is waited for. The one file
 * that opens capture sockets. packet(7), PACKET_RX_RING.
 *
 * The ring is opened where the interface is (the keeper), and read by whoever
 * the descriptor was handed to.
 */
#ifndef ENGINE_WIRE_CAPTURE_H
#define ENGINE_WIRE_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CAPTURE_KEEP = 1900 };   /* first bytes of a frame that are kept, about; `total` tells how long it was */

/* A capture descriptor on an interface of the caller's network namespace. -1 with errno set; *step names what was refused. */
int capture_open(const char *interface, const char **step);

struct capture;

struct frame {
	const unsigned char *bytes;   /* good until the next call */
	size_t len, total;            /* kept; on the wire */
	int64_t real;                 /* when the kernel took it: CLOCK_REALTIME, nanoseconds */
};

/* Owns the descriptor from now on. NULL with errno set (the descriptor stays the caller's). */
struct capture *capture_new(int fd);
void capture_free(struct capture *c);         /* NULL is allowed */
int capture_fd(const struct capture *c);      /* readable while a frame waits; what is sent into it goes out at the interface. Borrowed */

/* The oldest frame not read yet; false: there is none now. */
bool capture_next(struct capture *c, struct frame *out);

/* The last frame has been read. Until this, or the next call of capture_next, the descriptor is readable. */
void capture_done(struct capture *c);

/* There is one. It may be a copy that is left out. */
bool capture_waits(const struct capture *c);

/* When the oldest frame was taken; -1: there is none. It may be a copy that is left out. */
int64_t capture_oldest(const struct capture *c);

/*
 * On lo every frame is seen where it leaves and where it comes in again, which the kernel may do later (a softirq of
 * another processor, or of a thread). How many have left and are not in yet; those that wait to be read count too.
 * capture_landed: what is still away will not come.
 */
int capture_flying(struct capture *c);
void capture_landed(struct capture *c);

/* Frames that left or came in so far, read or waiting: if it is the same number, nothing has happened. */
int64_t capture_moves(struct capture *c);

/* Read soon, or frames are lost. */
bool capture_is_filling(const struct capture *c);

/* Frames lost since the last time this was asked, because the ring was full. Exact while nothing is on its way. */
unsigned capture_lost(struct capture *c);

#endif
