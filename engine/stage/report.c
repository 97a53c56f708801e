/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/stage/report.h"

#include <errno.h>
#include <stdio.h>

static const char *const keys[STAGE_PARTS] = {
#define PART(id, key) [PART_##id] = key,
#include "engine/stage/stage.def"
#undef PART
};

const char *stage_part_key(enum stage_part part)
{
	return (unsigned)part < STAGE_PARTS ? keys[part] : "unknown";
}

bool report_refuse(struct stage_report *r, enum stage_part part, int sys, const char *step)
{
	if (r->refused[part])
		return false;
	r->refused[part] = sys ? sys : EIO;
	snprintf(r->step[part], sizeof r->step[part], "%s", step);
	return false;
}

void report_merge(struct stage_report *r, const struct stage_report *from)
{
	for (unsigned i = 0; i < STAGE_PARTS; i++)
		if (from->refused[i])
			report_refuse(r, i, from->refused[i], from->step[i]);
}
