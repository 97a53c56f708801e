/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `socktutor doctor`: which parts of a stage this machine grants, and what to do about those it refuses. */
#ifndef TUTOR_DOCTOR_H
#define TUTOR_DOCTOR_H

#include <stdbool.h>
#include <stdio.h>

#include "engine/stage/stage.h"

enum doctor_flag {
	DOCTOR_EN = 1,
	DOCTOR_ZH = 2,
	DOCTOR_JSON = 4,   /* one object on one line; both languages, whatever was asked */
};

/* Probe and print. The exit code: 0 when lessons can run live, else 1. Needs stagehand_start() first. */
int doctor_main(FILE *out, unsigned flags);

/* Lessons can run live: programs can be held at their calls, each on its own terminal. */
bool doctor_live(const struct stage_report *report);

/* What a refused part can do, what is missing without it, and the remedy that fits this machine. Constant text. */
struct doctor_text {
	const char *en, *zh;
};
struct doctor_text doctor_purpose(enum stage_part part);
struct doctor_text doctor_without(enum stage_part part);
struct doctor_text doctor_remedy(enum stage_part part, const struct stage_report *report);

#endif
