/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Blocks of a pcapng file, as far as a run needs them: draft-ietf-opsawg-pcapng.
 * Each call appends one whole block to `out`, in this machine's byte order. A
 * file that holds whole blocks can be read, wherever it ends.
 *
 * A file begins with a section; interfaces have numbers in the order in which
 * they were written, from 0; a packet names the number of one written before it.
 * Texts are UTF-8, longer ones than a block can hold are cut; NULL: none.
 */
#ifndef ENGINE_WIRE_PCAPNG_H
#define ENGINE_WIRE_PCAPNG_H

#include <stddef.h>
#include <stdint.h>

#include "engine/base/buf.h"

enum { PCAPNG_MAGIC = 0x0a0d0d0a };   /* the first four bytes of every such file, in either byte order */

/* system: where the packets were seen; writer: the program that writes the file. */
void pcapng_section(struct buf *out, const char *system, const char *writer);

/* An interface whose packets begin with an Ethernet header and whose times are in nanoseconds. */
void pcapng_interface(struct buf *out, const char *name, const char *description);

struct pcapng_packet {
	unsigned interface;
	int64_t at;             /* nanoseconds since 1970-01-01 UTC */
	const void *bytes;
	size_t len, total;      /* kept; on the wire */
	const char *comment;
};
void pcapng_packet(struct buf *out, const struct pcapng_packet *p);

/* How many packets were seen at an interface until then, and how many more were lost. */
void pcapng_statistics(struct buf *out, unsigned interface, int64_t at, uint64_t seen, uint64_t lost);

#endif
