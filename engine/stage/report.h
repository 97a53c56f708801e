/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing down which part of a stage was refused, and at which step. */
#ifndef ENGINE_STAGE_REPORT_H
#define ENGINE_STAGE_REPORT_H

#include "engine/stage/stage.h"

/* Note that a part was refused; the first refusal of a part is kept. Returns false. sys 0 counts as EIO. */
bool report_refuse(struct stage_report *r, enum stage_part part, int sys, const char *step);
/* Take over the refusals of another report that r does not have. */
void report_merge(struct stage_report *r, const struct stage_report *from);

#endif
