/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/stage/place.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/buf.h"

void place_map_init(struct place_map *m, const struct keeper_order *order)
{
	bool shown = order->hide_files;

	m->lesson = shown || !order->programs[0] ? NULL : xstrdup(order->programs);
	m->shim = shown || !order->shim[0] ? NULL : xstrdup(order->shim);
}

void place_map_release(struct place_map *m)
{
	free(m->lesson);
	free(m->shim);
}

/* The rest of a path below a folder, from its slash or its end; NULL if it is not below. */
static const char *below(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	return !strncmp(path, folder, n) && (path[n] == '/' || path[n] == '\0') ? path + n : NULL;
}

char *place_path(const struct place_map *m, const char *path)
{
	const char *lesson = m->lesson ? below(path, "/tmp/lesson") : NULL;
	const char *shim = m->shim ? below(path, "/tmp/.shim") : NULL;
	struct buf b = BUF_INIT;

	buf_adds(&b, lesson ? m->lesson : shim ? m->shim : "");
	buf_adds(&b, lesson ? lesson : shim ? shim : path);
	return buf_steal(&b);
}

static char *variable(const struct place_map *m, const char *text)
{
	const char *equals = strchr(text, '=');
	struct buf b = BUF_INIT;

	if (!equals)
		return xstrdup(text);
	char *value = place_path(m, equals + 1);
	buf_add(&b, text, (size_t)(equals + 1 - text));
	buf_adds(&b, value);
	free(value);
	return buf_steal(&b);
}

char **place_env(const struct place_map *m, const char *const *env)
{
	size_t n = 0;

	if (!env)
		return NULL;
	while (env[n])
		n++;
	char **list = xcalloc(n + 1, sizeof *list);
	for (size_t i = 0; i < n; i++)
		list[i] = variable(m, env[i]);
	return list;
}

void place_env_free(char **env)
{
	for (size_t i = 0; env && env[i]; i++)
		free(env[i]);
	free(env);
}
