/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the text of the lines is that programs are at. */
#ifndef TUTOR_FIND_SOURCE_H
#define TUTOR_FIND_SOURCE_H

#include "tutor/session.h"
#include "tutor/show/source.h"

/*
 * Read what is not in `sources` yet: the lesson's files, and the file of every task's call, if it can be found. A program
 * of the user's own tells its file's whole path; or, when it was compiled so that it does not tell it (as the programs of
 * lessons are), a path from a folder that is not known. Then that is the folder of the lesson whose program it is, or else
 * the folder the program is in.
 */
void find_sources(const struct session *s, const struct model *m, struct sources *sources);

#endif
