/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The first process of a stage. It makes the stage, forks the programs, reaps,
 * and ends when its control socket does. Then everything in the stage ends: by
 * the kernel when it is pid 1 of a pid namespace, else by its own hand.
 */
#ifndef ENGINE_STAGE_KEEPER_H
#define ENGINE_STAGE_KEEPER_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#include "engine/stage/stage.h"

enum { HOST_NAME = 32 };

/* What the tutor orders; paths are absolute, empty for none. */
struct keeper_order {
	bool private_net, hide_files, as_is;
	bool cable;                   /* the hosts are joined by one; else they are all one */
	int n_hosts;                  /* 0: one without a name */
	char hosts[STAGE_HOSTS][HOST_NAME];
	char programs[PATH_MAX], shim[PATH_MAX];
};

/* What the keeper was born with. */
struct keeper_birth {
	bool userns, pidns;
	uid_t uid;             /* of the tutor, to be kept inside */
	gid_t gid;
	int control;           /* its socket to the tutor */
	int born;              /* a pipe: one struct keeper_maps is written when the user namespace is usable or not */
};

struct keeper_maps {
	int sys;               /* 0: usable */
	char step[40];
};

/* On the control socket, from the tutor. SPAWN brings the three descriptors of spawn_become. */
struct keeper_request {
	enum { KEEPER_SPAWN = 1, KEEPER_PROBE, KEEPER_EYES } what;
	int host;                    /* SPAWN, EYES: from 0 */
};
/* The keeper's answers there: one struct stage_report when the stage is made, one for each KEEPER_PROBE; for KEEPER_EYES: */
struct keeper_eyes {
	struct stage_report report;
	bool capture, diag, cable;   /* which descriptors come along, in this order */
};

/* Does not return. */
_Noreturn void keeper_main(const struct keeper_order *order, const struct keeper_birth *birth);

#endif
