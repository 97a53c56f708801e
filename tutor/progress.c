/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/buf.h"

static struct place *find(const struct progress *p, const char *lesson)
{
	for (int i = 0; i < p->n; i++)
		if (!strcmp(p->places[i].lesson, lesson))
			return &p->places[i];
	return NULL;
}

static bool parse(const char *line, struct place *out)
{
	char variant[16];
	int done = 0;
	*out = (struct place){ .lane = -1 };
	int n = sscanf(line, "%63s %15s %d %d %d %u", out->lesson, variant, &out->step, &done, &out->lane, &out->solved);
	out->variant = n > 1 && !strcmp(variant, "python") ? VARIANT_PYTHON : VARIANT_C;
	out->done = done;
	return n >= 4 && out->step >= 0;
}

static void add(struct progress *p, const struct place *place)
{
	if (p->n >= PROGRESS_LESSONS)
		return;
	p->places = xrealloc(p->places, (size_t)(p->n + 1) * sizeof *p->places);
	p->places[p->n++] = *place;
}

void progress_init(struct progress *p, const char *path)
{
	*p = (struct progress){ .path = path ? xstrdup(path) : NULL };
	FILE *f = path ? fopen(path, "re") : NULL;
	char line[512];
	struct place place;
	while (f && fgets(line, sizeof line, f))
		if (parse(line, &place) && !find(p, place.lesson))
			add(p, &place);
	if (f)
		fclose(f);
}

void progress_release(struct progress *p)
{
	free(p->path);
	free(p->places);
	*p = (struct progress){ 0 };
}

const struct place *progress_find(const struct progress *p, const char *lesson)
{
	return find(p, lesson);
}

/* A new file, then a rename: a crash leaves the old one or the new one, never half. */
static bool save(const struct progress *p)
{
	struct buf tmp = BUF_INIT;
	buf_addf(&tmp, "%s.new", p->path);
	FILE *f = fopen(tmp.data, "we");
	for (int i = 0; f && i < p->n; i++) {
		const struct place *at = &p->places[i];
		fprintf(f, "%s %s %d %d %d %u\n", at->lesson, at->variant == VARIANT_PYTHON ? "python" : "c", at->step, at->done, at->lane,
			at->solved);
	}
	bool ok = f && !ferror(f);
	if (f)
		ok = fclose(f) == 0 && ok && rename(tmp.data, p->path) == 0;
	buf_release(&tmp);
	return ok;
}

bool progress_set(struct progress *p, const struct place *place)
{
	struct place *at = find(p, place->lesson);
	bool done = place->done || (at && at->done);
	unsigned solved = place->solved | (at ? at->solved : 0);
	if (!at) {
		add(p, place);
		at = find(p, place->lesson);
	}
	if (!at)
		return false;
	*at = *place;
	at->done = done;
	at->solved = solved;
	return !p->path || save(p);
}
