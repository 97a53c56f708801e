/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether this system lets us trace at all, found out by doing it. */
#ifndef ENGINE_TRACE_TRACER_PROBE_H
#define ENGINE_TRACE_TRACER_PROBE_H

#include <stdbool.h>

/*
 * Seize a child of a child, stop it at a system call, ask what call it is, read its memory. False when a step is
 * refused: *refused is its errno and `step` its name. Nothing is left running.
 */
bool tracer_probe(int *refused, char step[40]);

#endif
