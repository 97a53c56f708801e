/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The network of a stage, as seen by a process that is already in its own
 * network namespace and may administer it. rtnetlink(7), ip-sysctl.
 */
#ifndef ENGINE_STAGE_NET_H
#define ENGINE_STAGE_NET_H

#include <stdbool.h>

#include "engine/stage/stage.h"

/*
 * Bring lo up, let ports below 1024 be bound, make TCP patient, have pure ACKs sent at once. Each is tried for itself;
 * refusals go to NETNS and QUICKACK of the report. False when lo is down: then nothing can talk here.
 */
bool net_up(struct stage_report *report);

/* Try what observers need: AF_PACKET on lo, sock_diag, a veth pair (made and taken away again). */
void net_probe(struct stage_report *report);

#endif
