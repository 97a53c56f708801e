/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The descendants of a process, read from /proc. A picture of one moment:
 * processes may come and go while it is taken, so callers ask again.
 */
#ifndef ENGINE_STAGE_KIN_H
#define ENGINE_STAGE_KIN_H

#include <stddef.h>
#include <sys/types.h>

/* A new array of the pids below `root` (not root itself), zombies included; caller frees. *n is how many. */
pid_t *kin_of(pid_t root, size_t *n);

#endif
