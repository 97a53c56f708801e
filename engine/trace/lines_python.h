/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Source lines of Python programs. The start-up shim (engine/trace/python/
 * sitecustomize.py) keeps the line each thread is at in a page of shared memory;
 * we find the page in the process's maps by its magic and read it when asked.
 */
#ifndef ENGINE_TRACE_LINES_PYTHON_H
#define ENGINE_TRACE_LINES_PYTHON_H

#include "engine/trace/lines.h"

struct python_lines;

struct python_lines *python_lines_new(pid_t pid, pid_t ipid);  /* NULL: no page (yet); ask again later */
void python_lines_free(struct python_lines *p);                /* NULL is allowed */
bool python_lines_find(struct python_lines *p, pid_t tid, pid_t itid, struct place *out);

#endif
