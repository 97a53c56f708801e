/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The names of calls that a program can be held at, for those who type one. */
#ifndef TUTOR_CALLS_H
#define TUTOR_CALLS_H

#include <stdbool.h>

/* Canonical names by alphabet, NULL-ended; good until the next call. */
const char *const *call_names(void);

/* A canonical name, or the kernel's own (accept4). */
bool call_is_known(const char *name);

/* The name that is most like it; NULL: none is near. */
const char *call_meant(const char *name);

#endif
