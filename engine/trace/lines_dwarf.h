/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Source lines of compiled programs, by libdw. Files are found through /proc/PID/root, since the program may live in other mounts. */
#ifndef ENGINE_TRACE_LINES_DWARF_H
#define ENGINE_TRACE_LINES_DWARF_H

#include "engine/trace/lines.h"

struct dwarf_lines;

struct dwarf_lines *dwarf_lines_new(pid_t pid);   /* NULL: its maps cannot be read */
void dwarf_lines_free(struct dwarf_lines *d);     /* NULL is allowed */
bool dwarf_lines_find(struct dwarf_lines *d, pid_t tid, struct place *out);

#endif
