/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a held call needs of the kernel: that a socket of some program is in a state
 * which the kernel ends by its own clock. docs/lessons.md, Kernel states.
 */
#ifndef TUTOR_LEARN_NEEDS_H
#define TUTOR_LEARN_NEEDS_H

#include "tutor/course/lesson.h"
#include "tutor/model/model.h"

/* Of the call that a task is held before; NULL: nothing. */
const struct need *needs_now(const struct lesson *lesson, const struct model *m, int lane);

bool needs_met(const struct need *need, const struct model *m);

/* It is not met, because the kernel's clock has ended that state. (A run that goes another way may never have come to it.) */
bool needs_over(const struct need *need, const struct model *m);

#endif
