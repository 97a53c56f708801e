/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Marks in lesson sources: a comment that holds @name and nothing else, at the
 * end of a line. A mark belongs to the whole statement it stands in, because a
 * call over several lines may be reported at any of them. The scanner knows
 * comments, strings and where statements end; it is no compiler.
 */
#ifndef TUTOR_COURSE_MARKS_H
#define TUTOR_COURSE_MARKS_H

#include "tutor/course/course.h"

struct found_mark {
	const char *name;            /* not NUL-ended: `len` bytes in the text */
	int len;
	int line, column;            /* of the @ */
	int first, last;             /* lines of its statement */
};

/* Calls seen() for each mark of the text, in order. */
typedef void mark_seen(void *arg, const struct found_mark *mark);
void marks_scan(const char *text, size_t len, enum variant variant, mark_seen *seen, void *arg);

#endif
