/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between stage.c and probe.c: what only a live keeper can find out. */
#ifndef ENGINE_STAGE_STAGE_PROBE_H
#define ENGINE_STAGE_STAGE_PROBE_H

#include "engine/stage/stage.h"

/* Let the keeper try AF_PACKET and sock_diag in its network; refusals are merged into *report. */
bool stage_ask_probe(struct stage *stage, struct stage_report *report, struct err *err);

#endif
