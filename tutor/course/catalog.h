/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is explained once for all lessons: calls, errnos, constants, terms, and
 * the rules that look at the state of a run. Lists are sorted by name, rules are
 * in the order of their file: the first that fits is used.
 */
#ifndef TUTOR_COURSE_CATALOG_H
#define TUTOR_COURSE_CATALOG_H

#include "tutor/course/lesson.h"

struct catalog_arg { const char *name; struct text text; };
struct catalog_call {
	const char *name;            /* first, so that finding by name works on every list */
	struct text title;
	struct texts before, asleep, after, failed;
	struct catalog_arg *args;  int n_args;
};
struct catalog_cause { const char *name; struct texts texts; };            /* by call */
struct catalog_errno { const char *name; struct text title; struct texts texts; struct catalog_cause *calls; int n_calls; };
struct catalog_constant { const char *name; struct texts texts; };         /* NAME or NAME@context */
struct catalog_header { const char *name; struct catalog_arg *fields; int n_fields; };   /* of packets: tcp, ipv4, … */
/* seen: sentences that are added to the full text, each if it can be filled. */
struct catalog_rule { const char *name; struct when when; struct texts texts; struct text *seen; int n_seen; int line, column; };

struct catalog {
	struct catalog_call *calls;          int n_calls;
	struct catalog_errno *errnos;        int n_errnos;
	struct catalog_constant *constants;  int n_constants;
	struct term *terms;                  int n_terms;
	struct catalog_rule *rules;          int n_rules;
	struct catalog_header *headers;      int n_headers;
};

/* Read DIR/{syscalls,errnos,constants,terms,rules}.yaml, and headers.yaml if it is there. An entry with a mistake is reported and left out. False: there is no such
 * folder, or a file of it cannot be used at all (reported). What could be read is there in any case. Lives in the arena. */
bool catalog_load(const char *dir, struct catalog *c, struct arena *a, struct report *r);

const struct catalog_call *catalog_call(const struct catalog *c, const char *name);
const struct catalog_errno *catalog_errno(const struct catalog *c, const char *name);
const struct texts *catalog_cause(const struct catalog_errno *e, const char *call);   /* NULL: nothing particular */

/* The errnos that a call (canonical name) documents, with what each means for it: those that its manual page lists, and those
 * that the pages of its protocols add. In the order of usefulness to a learner: the network's first, then shortages, then mistakes
 * of the program. At most `most` are written; returns how many there are. */
struct catalog_reason { const struct catalog_errno *of; const struct texts *texts; int rank; };
int catalog_errnos_of(const struct catalog *c, const char *call, struct catalog_reason *out, int most);

const struct catalog_constant *catalog_constant(const struct catalog *c, const char *name, const char *context);
const struct text *catalog_field(const struct catalog *c, const char *header, const char *field);     /* NULL: not explained */

struct course;
const struct catalog *course_catalog(const struct course *course);
const struct report *course_report(const struct course *course);

#endif
