/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The seccomp filter every program of a run is started with: it stops at the
 * calls of syscall.def and at those that tell of signal handlers, and lets all
 * others pass untouched. seccomp(2), libseccomp.
 */
#ifndef ENGINE_TRACE_FILTER_H
#define ENGINE_TRACE_FILTER_H

#include <linux/filter.h>
#include <stdbool.h>

#include "engine/base/err.h"

struct filter {
	struct sock_filter *code;   /* owned */
	unsigned len;               /* instructions */
};

/* clocks: also at calls that read a clock, and at locks that wait for a limited time. */
bool filter_build(struct filter *f, bool clocks, struct err *err);
void filter_release(struct filter *f);

#endif
