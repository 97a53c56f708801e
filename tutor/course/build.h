/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lesson sources into programs that can be run. Programs that were installed
 * ready are used when they were made from these very sources; else they are
 * made once and kept in $XDG_CACHE_HOME/socktutor/HASH.
 */
#ifndef TUTOR_COURSE_BUILD_H
#define TUTOR_COURSE_BUILD_H

#include "engine/base/buf.h"
#include "tutor/course/course.h"

enum { BUILD_SECONDS = 60 };     /* a compiler that takes longer is ended */

/* The folder that holds the lesson's programs: for each program NAME of a C lesson the executable NAME, and every source under its
 * own name. It is what a stage shows at /tmp/lesson. For VARIANT_PYTHON no compiler is needed.
 * prebuilt: folder of installed programs, with one folder a lesson (NN-name) that holds the programs and the sources they were made
 * from (SOCKTUTOR_LIBDIR "/lessons", or build/lessons); used when those are the lesson's sources byte for byte. NULL: none.
 * Appends the path to `dir`.
 * Errors: COMPILE, NO_COMPILER, SYSTEM. */
bool build_lesson(const struct lesson *lesson, enum variant variant, const char *prebuilt, struct buf *dir, struct err *err);

/* Compile one source (a path) to nothing but its messages, all warnings on. True: it compiled; messages may hold warnings. */
bool build_try(const char *dir, const char *source, struct buf *messages, struct err *err);

/* Run a command in `dir` for at most `seconds`, with no input; its output (both streams, at most 64 KiB) is appended to out.
 * Returns its exit status; 128 + the signal that ended it; -1: it could not be started (err) or took too long (err SYSTEM, ETIMEDOUT). */
int build_run(const char *dir, const char *const *argv, int seconds, struct buf *out, struct err *err);

/* First 16 hex digits of the hash of all sources, their names and how they are compiled. False: one cannot be read. */
enum { BUILD_HASH = 17 };
bool build_hash(const struct lesson *lesson, char hash[BUILD_HASH], struct err *err);

#endif
