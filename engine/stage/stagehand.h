/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The small process, forked before anything else is open, from which keepers
 * are born: a fork of the tutor itself would carry its screen, database and
 * tracees' descriptors along. It ends when the tutor does.
 */
#ifndef ENGINE_STAGE_STAGEHAND_H
#define ENGINE_STAGE_STAGEHAND_H

#include "engine/stage/keeper.h"

struct stagehand_birth {
	pid_t pid;                    /* of the keeper, as the tutor sees it; -1: none could be made */
	bool pidns;                   /* it is pid 1 of a pid namespace */
	int sys;                      /* why none could be made */
	struct stage_report report;   /* USERNS, UIDMAP, PIDNS */
};

/* A keeper that serves the other end of `control` (which stays open here). False with *err set. */
bool stagehand_keeper(const struct keeper_order *order, int control, struct stagehand_birth *birth, struct err *err);

/* Take a dead keeper out of the process table; true when it is gone, false when it still lives. */
bool stagehand_reap(pid_t keeper);

/* It has not ended. */
bool stagehand_is_there(void);

#endif
