/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/calls.h"

#include <stdlib.h>
#include <string.h>

#include "engine/trace/syscall.h"
#include "tutor/course/schema.h"

enum { MOST_NAMES = 512 };

/* Names that the table of calls cannot hold: what call_canon() makes of a call by its arguments. */
static const char *const by_arguments[] = { "send", "recv", "fork", "vfork" };
enum { BY_ARGUMENTS = sizeof by_arguments / sizeof *by_arguments };

/* Call i that a program can be held at, by the name lessons use; "" for others; NULL after the last. */
static const char *known_call(unsigned i)
{
	const struct call_desc *c = i < BY_ARGUMENTS ? NULL : call_at(i - BY_ARGUMENTS);
	if (i < BY_ARGUMENTS)
		return by_arguments[i];
	return !c ? NULL : c->class == CALL_STEP || c->class == CALL_FD ? c->canon : "";
}

static bool is_in(const char *const *names, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *const *call_names(void)
{
	static const char *names[MOST_NAMES + 1];
	const char *call;
	int n = 0;
	for (unsigned i = 0; n < MOST_NAMES && (call = known_call(i)); i++)
		if (*call && !is_in(names, n, call))
			names[n++] = call;
	qsort(names, (size_t)n, sizeof *names, by_name);
	names[n] = NULL;
	return names;
}

static int count(const char *const *names)
{
	int n = 0;
	while (names[n])
		n++;
	return n;
}

bool call_is_known(const char *name)
{
	const struct call_desc *c = call_named(name);
	const char *const *names = call_names();
	return (c && (c->class == CALL_STEP || c->class == CALL_FD)) || is_in(names, count(names), name);
}

const char *call_meant(const char *name)
{
	const char *const *names = call_names();
	return nearest(name, names, count(names));
}
