/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The files of a stage, as seen by a process already in its own mount
 * namespace. What is refused goes to MNTNS (or PIDNS for /proc) of the
 * report; the caller then begins again without hiding files. mount_namespaces(7), mount(2).
 */
#ifndef ENGINE_STAGE_MOUNTS_H
#define ENGINE_STAGE_MOUNTS_H

#include <stdbool.h>

#include "engine/stage/stage.h"

struct mounts_plan {
	bool hide_files, root;  /* root: programs run as uid 0 and must not find the host's disks */
	const char *home;       /* the learner's $HOME: hidden; empty: none */
	const char *programs;   /* host folder for /tmp/lesson; empty: none */
	const char *shim;       /* host folder for /tmp/.shim; empty: none */
	const char *names;      /* what /etc/hosts is to say */
};

/* Nothing mounted from here on is seen by the host. Must succeed before any other step. */
bool mounts_private(struct stage_report *report);
/* A /proc that shows the pids of our own pid namespace. */
bool mounts_proc(struct stage_report *report);
/* The plan's files. *at_lesson tells whether /tmp/lesson is there. */
void mounts_arrange(const struct mounts_plan *plan, bool *at_lesson, struct stage_report *report);

#endif
