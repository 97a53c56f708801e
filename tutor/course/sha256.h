/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SHA-256 (FIPS 180-4). Used to tell whether a text or a program changed, not for secrets. */
#ifndef TUTOR_COURSE_SHA256_H
#define TUTOR_COURSE_SHA256_H

#include <stddef.h>
#include <stdint.h>

struct sha256 {
	uint32_t h[8];
	uint64_t total;            /* bytes so far */
	unsigned char block[64];
};

enum { SHA256_HEX = 65 };          /* room for the digest as text with its NUL */

void sha256_init(struct sha256 *s);
void sha256_add(struct sha256 *s, const void *data, size_t len);
void sha256_end(struct sha256 *s, char hex[SHA256_HEX]);   /* lower case; init again before the next use */

#endif
