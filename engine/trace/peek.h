/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading a stopped program's memory. Its addresses and lengths come from the
 * program: any of them may be wrong. Every read says how much it really got.
 * A test supplies a `read` of its own.
 */
#ifndef ENGINE_TRACE_PEEK_H
#define ENGINE_TRACE_PEEK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	PEEK_BUFFER = 65536,   /* most bytes of one buffer */
	PEEK_STRING = 4096,    /* most bytes of one string */
	PEEK_IOVECS = 1024,    /* most iovecs, pollfds, events, messages */
};

struct peek {
	/* Reads at most n bytes at addr; returns how many from its start could be read, 0 or -1 if none. */
	ssize_t (*read)(void *ctx, uint64_t addr, void *buf, size_t n);
	void *ctx;
};

/* The memory of a task of ours that is stopped (process_vm_readv(2), page by page where it must be; /proc/TID/mem where the call is refused). */
struct peek peek_process(pid_t tid);

/* A small piece of that memory, read at once because a call's arguments often lie close together.
 * Good only while the program stands still: clear it (len = 0) before the first read of each stop. */
enum { PEEK_WINDOW = 512 };
struct peek_window {
	uint64_t addr;
	size_t len;
	unsigned char bytes[PEEK_WINDOW];
};

/* peek_all for small objects, through the window. */
bool peek_near(const struct peek *p, struct peek_window *w, uint64_t addr, void *buf, size_t n);

/* How many of the n bytes could be read, from the first on. */
size_t peek_some(const struct peek *p, uint64_t addr, void *buf, size_t n);

/* All n bytes, or false (buf is undefined then). */
bool peek_all(const struct peek *p, uint64_t addr, void *buf, size_t n);

/* Write to the same memory as the kernel would at a call: read-only memory stays as it is. False: not all of it was written. */
bool peek_put(pid_t tid, uint64_t addr, const void *buf, size_t n);

/* A NUL-ended string: at most cap-1 bytes, buf always ends with NUL. Returns its length,
 * -1 if its first byte cannot be read. *cut: no NUL was found in what could be read. */
ssize_t peek_string(const struct peek *p, uint64_t addr, char *buf, size_t cap, bool *cut);

#endif
