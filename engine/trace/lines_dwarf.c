/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The first frame whose file is not one of the system's and which has line
 * information is the one: from accept() in libc up to main() in the program.
 *
 * libdw is given the program's maps with every path led through /proc/PID/root,
 * because the program may see other mounts than we do.
 */
#include "engine/trace/lines_dwarf.h"

#include <elfutils/libdwfl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/buf.h"

enum { FRAMES_MOST = 64 };

struct dwarf_lines {
	Dwfl *dwfl;
	pid_t pid;
};

struct search {
	Dwfl *dwfl;
	struct place *out;
	int frames;
	bool found, lost;   /* lost: a frame in no module we know */
};

/* Looks for no separate debug files: for the system's libraries that would cost 40 ms and tell us nothing. */
static int no_debuginfo(Dwfl_Module *mod, void **user, const char *name, Dwarf_Addr base, const char *file,
			const char *link, GElf_Word crc, char **found)
{
	return -1;
}

static const Dwfl_Callbacks callbacks = {
	.find_elf = dwfl_linux_proc_find_elf,
	.find_debuginfo = no_debuginfo,
};

/* /proc/PID/maps, files only, their paths led through /proc/PID/root. */
static bool read_maps(pid_t pid, struct buf *out)
{
	char path[40], line[4400];
	snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
	FILE *f = fopen(path, "re");
	if (!f)
		return false;
	while (fgets(line, sizeof line, f)) {
		char *slash = strchr(line, '/');
		if (!slash || strstr(slash, " (deleted)") || strncmp(slash, "/dev/", 5) == 0)
			continue;
		buf_add(out, line, (size_t)(slash - line));
		buf_addf(out, "/proc/%d/root%s", (int)pid, slash);
	}
	fclose(f);
	return out->len > 0;
}

static bool report_modules(struct dwarf_lines *d)
{
	struct buf maps = BUF_INIT;
	bool ok = read_maps(d->pid, &maps);
	FILE *f = ok ? fmemopen(maps.data, maps.len, "r") : NULL;
	if (f) {
		dwfl_report_begin(d->dwfl);
		ok = dwfl_linux_proc_maps_report(d->dwfl, f) == 0;
		ok = dwfl_report_end(d->dwfl, NULL, NULL) == 0 && ok;
		fclose(f);
	}
	buf_release(&maps);
	return f && ok;
}

struct dwarf_lines *dwarf_lines_new(pid_t pid)
{
	struct dwarf_lines *d = xcalloc(1, sizeof *d);
	d->pid = pid;
	d->dwfl = dwfl_begin(&callbacks);
	if (d->dwfl && report_modules(d) && dwfl_linux_proc_attach(d->dwfl, pid, true) == 0)
		return d;
	dwarf_lines_free(d);
	return NULL;
}

void dwarf_lines_free(struct dwarf_lines *d)
{
	if (!d)
		return;
	if (d->dwfl)
		dwfl_end(d->dwfl);
	free(d);
}

static bool is_systems(const char *module)
{
	const char *path = strstr(module, "/root/");
	path = path ? path + 5 : module;
	return strncmp(path, "/lib", 4) == 0 || strncmp(path, "/usr/lib", 8) == 0 || path[0] != '/';
}

/* The line of this address if it is the program's own code. */
static bool place_of(struct search *s, Dwarf_Addr pc)
{
	Dwfl_Module *mod = dwfl_addrmodule(s->dwfl, pc);
	if (!mod) {
		s->lost = true;
		return false;
	}
	const char *name = dwfl_module_info(mod, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
	if (!name || is_systems(name))
		return false;
	Dwfl_Line *line = dwfl_module_getsrc(mod, pc);
	int number = 0;
	const char *file = line ? dwfl_lineinfo(line, NULL, &number, NULL, NULL, NULL) : NULL;
	if (!file || number <= 0)
		return false;
	*s->out = (struct place){ .file = file, .line = number, .func = dwfl_module_addrname(mod, pc) };
	return true;
}

static int visit_frame(Dwfl_Frame *frame, void *arg)
{
	struct search *s = arg;
	Dwarf_Addr pc;
	bool innermost;
	if (++s->frames > FRAMES_MOST || !dwfl_frame_pc(frame, &pc, &innermost))
		return DWARF_CB_ABORT;
	/* A caller's pc is the instruction after the call: it may be another line already. */
	s->found = place_of(s, innermost ? pc : pc - 1);
	return s->found ? DWARF_CB_ABORT : DWARF_CB_OK;
}

bool dwarf_lines_find(struct dwarf_lines *d, pid_t tid, struct place *out)
{
	struct search s = { .dwfl = d->dwfl, .out = out };
	dwfl_getthread_frames(d->dwfl, tid, visit_frame, &s);
	if (s.found || !s.lost || !report_modules(d))
		return s.found;
	s = (struct search){ .dwfl = d->dwfl, .out = out };   /* it loaded a library since */
	dwfl_getthread_frames(d->dwfl, tid, visit_frame, &s);
	return s.found;
}
