/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Without libFuzzer: files given by name, or FUZZ_SECONDS of inputs that the fuzzer makes up itself, from FUZZ_SEED. */
#ifndef TESTS_FUZZ_DRIVE_H
#define TESTS_FUZZ_DRIVE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "engine/base/buf.h"
#include "tests/unit/sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Appends what is in the file. */
static inline bool drive_read(struct buf *b, const char *path)
{
	char part[4096];
	size_t n;
	FILE *f = fopen(path, "r");
	if (!f)
		return false;
	while ((n = fread(part, 1, sizeof part, f)))
		buf_add(b, part, n);
	fclose(f);
	return true;
}

/* In memory that ends with the input: reading past its end is seen. */
static inline void drive_input(const struct buf *b)
{
	uint8_t *data = xmalloc(b->len ? b->len : 1);
	memcpy(data, b->data, b->len);
	LLVMFuzzerTestOneInput(data, b->len);
	free(data);
}

static inline int drive_files(char **paths)
{
	struct buf b = BUF_INIT;
	for (; *paths; paths++) {
		buf_clear(&b);
		if (!drive_read(&b, *paths)) {
			perror(*paths);
			break;
		}
		drive_input(&b);
	}
	buf_release(&b);
	return *paths ? 1 : 0;
}

/* make: appends one input to an empty buffer; numbers come from sample_next(r). what: the plural of what it makes.
 * The exit status. */
static inline int drive(int argc, char **argv, void (*make)(struct buf *out, uint64_t *r), const char *what)
{
	const char *seconds = getenv("FUZZ_SECONDS"), *seed = getenv("FUZZ_SEED");
	time_t end = time(NULL) + (seconds ? atoi(seconds) : 5);
	uint64_t r = seed ? strtoull(seed, NULL, 10) : (uint64_t)time(NULL);
	struct buf b = BUF_INIT;
	long runs = 0;
	if (argc > 1)
		return drive_files(argv + 1);
	printf("seed %llu\n", (unsigned long long)r);
	fflush(stdout);
	for (; time(NULL) < end; runs++) {
		buf_clear(&b);
		make(&b, &r);
		drive_input(&b);
	}
	buf_release(&b);
	printf("%ld %s\n", runs, what);
	return 0;
}

#endif
