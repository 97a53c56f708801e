/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A lesson's recordings: logs of its runs, shipped in its folder, shown where it
 * cannot run live. A log carries hashes of the programs and of the texts it was
 * made with (`begin` event), so that an old one can be told.
 */
#ifndef TUTOR_COURSE_RECORDING_H
#define TUTOR_COURSE_RECORDING_H

#include "engine/log/log.h"
#include "tutor/course/course.h"

enum { RECORDING_HASH = 17 };   /* 16 hex digits and NUL */

/* LESSON/recordings/c.jsonl or python.jsonl; appended to out, returns its text. */
const char *recording_path(const struct lesson *lesson, enum variant variant, struct buf *out);

/* Hash of one program's source; of the lesson's texts (lesson.yaml). False: the file cannot be read. */
bool recording_hash_program(const struct lesson *lesson, int program, enum variant variant, char hash[RECORDING_HASH]);
bool recording_hash_texts(const struct lesson *lesson, char hash[RECORDING_HASH]);

enum recording_state { RECORDING_FRESH, RECORDING_MISSING, RECORDING_BAD, RECORDING_OLD_PROGRAM, RECORDING_OLD_TEXTS };

/* Was it made from what the lesson is now? */
enum recording_state recording_state(const struct lesson *lesson, enum variant variant);

#endif
