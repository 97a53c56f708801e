/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a lesson cannot have a network of its own, its programs are given
 * another port than the lesson says. Its texts must then speak of that one.
 */
#ifndef TUTOR_LEARN_ACTUAL_H
#define TUTOR_LEARN_ACTUAL_H

#include "engine/base/buf.h"
#include "tutor/course/course.h"
#include "tutor/model/model.h"

/* Replace, in the text, every number that is an argument of the lesson's programs by what the run gave in its place. */
void actual_numbers(const struct lesson *lesson, const struct model *model, struct buf *text);

#endif
