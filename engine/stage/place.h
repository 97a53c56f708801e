/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where programs find the folders of the plan. Callers always write /tmp/lesson
 * and /tmp/.shim; where nothing could be mounted there, the host's own folders
 * stand for them.
 */
#ifndef ENGINE_STAGE_PLACE_H
#define ENGINE_STAGE_PLACE_H

#include "engine/stage/keeper.h"

struct place_map {
	char *lesson, *shim;   /* host folders; NULL: the name is right as it is */
};

/* What the keeper was at last asked for tells what is there. */
void place_map_init(struct place_map *m, const struct keeper_order *order);
void place_map_release(struct place_map *m);

/* A new string, caller frees: the path as programs must use it. */
char *place_path(const struct place_map *m, const char *path);

/* A new NULL-ended list like env, values that are such paths changed. Free with place_env_free. NULL gives NULL. */
char **place_env(const struct place_map *m, const char *const *env);
void place_env_free(char **env);

#endif
