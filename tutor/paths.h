/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where things lie: the tutor's own files (in the build tree, or installed) and
 * the learner's (XDG Base Directory Specification). All paths are absolute.
 */
#ifndef TUTOR_PATHS_H
#define TUTOR_PATHS_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/buf.h"

/* Each appends to out, which should be empty, and returns its text. */
const char *path_lessons(struct buf *out);    /* SOCKTUTOR_LESSONS, else lessons/ beside the build, else the installed one */
const char *path_prebuilt(struct buf *out);   /* lesson programs that were built with the tutor */
const char *path_shim(struct buf *out);       /* folder of the Python start-up shim */
const char *path_cache(struct buf *out);      /* XDG_CACHE_HOME/socktutor */
const char *path_state(struct buf *out);      /* XDG_STATE_HOME/socktutor */

bool path_is_installed(void);                 /* the program runs from its installed place */

/* mkdir -p with mode 0700. False: errno is set. */
bool path_make(const char *path);

#endif
