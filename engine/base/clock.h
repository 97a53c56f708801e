/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A clock of the system (clock_gettime(2)) as one number. */
#ifndef ENGINE_BASE_CLOCK_H
#define ENGINE_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

/* In nanoseconds; 0: there is no such clock. */
static inline int64_t clock_ns(clockid_t id)
{
	struct timespec t = { 0 };
	clock_gettime(id, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

#endif
