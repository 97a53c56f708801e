/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Layout of the page, little-endian as the machine is (the shim has the same in its head):
 *   0     magic, 16 bytes
 *   16    int64 process id as the process sees itself (a forked child makes a page of its own)
 *   64    SLOTS × { int64 thread id, int32 line, int32 file number }
 *   4096  FILES × 256 bytes: file names, NUL-ended
 */
#include "engine/trace/lines_python.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/buf.h"
#include "engine/trace/peek.h"

enum { SLOTS = 252, FILES = 64, NAME = 256, NAMES_AT = 4096, SLOTS_AT = 64, PAGE_SIZE_MOST = NAMES_AT + FILES * NAME };

static const char magic[16] = "socktutor-lines";

struct slot {
	int64_t tid;
	int32_t line, file;
};

struct python_lines {
	uint64_t page;
	char name[NAME];
};

static bool is_our_page(const struct peek *mem, uint64_t at, pid_t ipid)
{
	struct { char magic[16]; int64_t pid; } head;
	return peek_all(mem, at, &head, sizeof head) && memcmp(head.magic, magic, sizeof magic) == 0 &&
	       head.pid == ipid;
}

struct python_lines *python_lines_new(pid_t pid, pid_t ipid)
{
	char path[40], line[512];
	struct peek mem = peek_process(pid);
	struct python_lines *p = NULL;
	snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
	FILE *f = fopen(path, "re");
	while (f && !p && fgets(line, sizeof line, f)) {
		unsigned long from;
		/* Shared anonymous memory has this name in maps. */
		if (!strstr(line, "/dev/zero (deleted)") || sscanf(line, "%lx-", &from) != 1 ||
		    !is_our_page(&mem, from, ipid))
			continue;
		p = xcalloc(1, sizeof *p);
		p->page = from;
	}
	if (f)
		fclose(f);
	return p;
}

void python_lines_free(struct python_lines *p)
{
	free(p);
}

bool python_lines_find(struct python_lines *p, pid_t tid, pid_t itid, struct place *out)
{
	struct slot slots[SLOTS];
	struct peek mem = peek_process(tid);
	if (!peek_all(&mem, p->page + SLOTS_AT, slots, sizeof slots))
		return false;
	for (int i = 0; i < SLOTS; i++) {
		if (slots[i].tid != itid || slots[i].line <= 0 || slots[i].file < 0 || slots[i].file >= FILES)
			continue;
		uint64_t name_at = p->page + NAMES_AT + (uint64_t)slots[i].file * NAME;
		if (!peek_all(&mem, name_at, p->name, NAME))
			return false;
		p->name[NAME - 1] = '\0';
		*out = (struct place){ .file = p->name, .line = slots[i].line };
		return p->name[0] != '\0';
	}
	return false;
}
