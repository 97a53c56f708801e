/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/find_source.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "tutor/paths.h"

/* Of a program that was built for a lesson of the course: the folder of that lesson. False: it is none. */
static bool lesson_folder(const char *folder, struct buf *out)
{
	struct buf prebuilt = BUF_INIT;
	char real[PATH_MAX];
	bool is = realpath(path_prebuilt(&prebuilt), real);
	size_t n = is ? strlen(real) : 0;
	is = is && !strncmp(folder, real, n) && folder[n] == '/';
	if (is) {
		path_lessons(out);
		buf_adds(out, folder + n);
	}
	buf_release(&prebuilt);
	return is;
}

/* The file is named from a folder that the program does not tell. */
static void load_beside(const char *program, const char *file, struct sources *sources)
{
	char folder[PATH_MAX];
	struct buf lesson = BUF_INIT;
	char *slash = program && strchr(program, '/') && realpath(program, folder) ? strrchr(folder, '/') : NULL;
	if (!slash)
		return;
	*slash = '\0';
	if (!lesson_folder(folder, &lesson) || !sources_load(sources, lesson.data, file))
		sources_load(sources, folder, file);
	buf_release(&lesson);
}

void find_sources(const struct session *s, const struct model *m, struct sources *sources)
{
	for (int i = 0; i < m->n_tasks; i++) {
		const struct model_task *t = &m->tasks[i];
		const char *file = t->call.file;
		if (!file || sources_find(sources, file))
			continue;
		if (s->sources.len && !strchr(file, '/'))
			sources_load(sources, s->sources.data, file);
		else if (!s->lesson && *file == '/')
			sources_load(sources, NULL, file);
		else if (!s->lesson && t->actor >= 0 && t->actor < m->n_actors)
			load_beside(m->actors[t->actor].program, file, sources);
	}
	for (int i = 0; s->lesson && s->sources.len && i < s->lesson->n_programs; i++) {
		const char *file = s->lesson->programs[i].source[s->variant];
		if (file && !sources_find(sources, file))
			sources_load(sources, s->sources.data, file);
	}
}
