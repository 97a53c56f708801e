/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The line of source that made a call: for compiled programs by unwinding the
 * stack with DWARF (libdw) to the first frame of the program's own code, for
 * Python from a page that the start-up shim (engine/trace/python) keeps.
 */
#ifndef ENGINE_TRACE_LINES_H
#define ENGINE_TRACE_LINES_H

#include <stdbool.h>
#include <sys/types.h>

struct lines;

struct place {
	const char *file;   /* as the program's debug information or Python names it; good until the next lines_ call */
	const char *func;   /* NULL: not known */
	int line;           /* from 1 */
};

struct lines *lines_new(pid_t pid, pid_t ipid);  /* for one process */
void lines_free(struct lines *l);                /* NULL is allowed */
void lines_exec(struct lines *l);                /* it runs another program now: forget everything */

/* Where the stopped task tid (itid: as it sees itself) is. False: not known. */
bool lines_find(struct lines *l, pid_t tid, pid_t itid, struct place *out);

/* Whether its language says the line of every call its own code makes (Python): no line is a library's own doing then. */
bool lines_are_complete(const struct lines *l);

#endif
