/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/trace/lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/buf.h"
#include "engine/trace/lines_dwarf.h"
#include "engine/trace/lines_python.h"

enum language { NOT_ASKED, COMPILED, PYTHON };

struct lines {
	pid_t pid, ipid;
	enum language language;
	struct dwarf_lines *dwarf;
	struct python_lines *python;
};

struct lines *lines_new(pid_t pid, pid_t ipid)
{
	struct lines *l = xcalloc(1, sizeof *l);
	*l = (struct lines){ .pid = pid, .ipid = ipid };
	return l;
}

void lines_exec(struct lines *l)
{
	dwarf_lines_free(l->dwarf);
	python_lines_free(l->python);
	l->dwarf = NULL;
	l->python = NULL;
	l->language = NOT_ASKED;
}

void lines_free(struct lines *l)
{
	if (!l)
		return;
	lines_exec(l);
	free(l);
}

static enum language language_of(pid_t pid)
{
	char path[40], exe[256];
	snprintf(path, sizeof path, "/proc/%d/exe", (int)pid);
	ssize_t n = readlink(path, exe, sizeof exe - 1);
	exe[n > 0 ? n : 0] = '\0';
	const char *base = strrchr(exe, '/');
	return base && strncmp(base, "/python", 7) == 0 ? PYTHON : COMPILED;
}

bool lines_find(struct lines *l, pid_t tid, pid_t itid, struct place *out)
{
	if (l->language == NOT_ASKED)
		l->language = language_of(l->pid);
	if (l->language == PYTHON) {
		if (!l->python)
			l->python = python_lines_new(l->pid, l->ipid);
		return l->python && python_lines_find(l->python, tid, itid, out);
	}
	if (!l->dwarf)
		l->dwarf = dwarf_lines_new(l->pid);
	return l->dwarf && dwarf_lines_find(l->dwarf, tid, out);
}

bool lines_are_complete(const struct lines *l)
{
	return l->language == PYTHON;
}
