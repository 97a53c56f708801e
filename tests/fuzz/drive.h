/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Without libFuzzer: files given by name, or FUZZ_SECONDS of inputs that the fuzzer makes up itself. */
#ifndef TESTS_FUZZ_DRIVE_H
#define TESTS_FUZZ_DRIVE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static inline uint64_t drive_next(uint64_t *r)
{
	*r ^= *r << 13;
	*r ^= *r >> 7;
	return *r ^= *r << 17;
}

static inline int drive_file(const char *path)
{
	static uint8_t data[1 << 20];
	FILE *f = fopen(path, "r");
	if (!f) {
		perror(path);
		return 1;
	}
	size_t n = fread(data, 1, sizeof data, f);
	fclose(f);
	LLVMFuzzerTestOneInput(data, n);
	return 0;
}

/* make: fills at most cap bytes and returns how many; what: the plural of what it makes. The exit status. */
static inline int drive(int argc, char **argv, size_t (*make)(uint8_t *data, size_t cap, uint64_t *r), const char *what)
{
	static uint8_t data[8192];
	const char *seconds = getenv("FUZZ_SECONDS"), *seed = getenv("FUZZ_SEED");
	time_t end = time(NULL) + (seconds ? atoi(seconds) : 5);
	uint64_t r = seed ? strtoull(seed, NULL, 10) : (uint64_t)time(NULL) | 1;
	long runs = 0;
	for (int i = 1; i < argc; i++)
		if (drive_file(argv[i]))
			return 1;
	if (argc > 1)
		return 0;
	printf("seed %llu\n", (unsigned long long)r);
	fflush(stdout);
	for (; time(NULL) < end; runs++)
		LLVMFuzzerTestOneInput(data, make(data, sizeof data, &r));
	printf("%ld %s\n", runs, what);
	return 0;
}

#endif
