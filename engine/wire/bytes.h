/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers in network byte order, read from wherever they lie. The caller has checked that they are there. */
#ifndef ENGINE_WIRE_BYTES_H
#define ENGINE_WIRE_BYTES_H

#include <stdint.h>

static inline uint16_t get16(const unsigned char *b)
{
	return (uint16_t)(b[0] << 8 | b[1]);
}

static inline uint32_t get32(const unsigned char *b)
{
	return (uint32_t)get16(b) << 16 | get16(b + 2);
}

#endif
