/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/paths.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The source tree the program was built in: two folders up from build/socktutor; "" if there is none. */
static const char *source_tree(char out[PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", out, PATH_MAX - 32);
	out[n > 0 ? n : 0] = '\0';
	for (int up = 0; up < 2; up++) {
		char *slash = strrchr(out, '/');
		if (!slash)
			return "";
		*slash = '\0';
		size_t len = strlen(out);
		strcpy(out + len, "/lessons/catalog");
		bool here = access(out, R_OK) == 0;
		out[len] = '\0';
		if (here)
			return out;
	}
	return "";
}

bool path_is_installed(void)
{
	char tree[PATH_MAX];
	return !*source_tree(tree);
}

static const char *place(struct buf *out, const char *in_tree, const char *installed)
{
	char tree[PATH_MAX];
	const char *root = source_tree(tree);
	if (*root)
		buf_addf(out, "%s/%s", root, in_tree);
	else
		buf_adds(out, installed);
	return out->data;
}

const char *path_lessons(struct buf *out)
{
	const char *own = getenv("SOCKTUTOR_LESSONS");
	char full[PATH_MAX];
	if (own && *own) {
		buf_adds(out, realpath(own, full) ? full : own);
		return out->data;
	}
	return place(out, "lessons", SOCKTUTOR_DATADIR "/lessons");
}

const char *path_prebuilt(struct buf *out)
{
	char exe[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
	exe[n > 0 ? n : 0] = '\0';
	char *slash = strrchr(exe, '/');
	if (path_is_installed() || !slash) {
		buf_adds(out, SOCKTUTOR_LIBDIR "/lessons");
	} else {
		*slash = '\0';
		buf_addf(out, "%s/lessons", exe);
	}
	return out->data;
}

const char *path_shim(struct buf *out)
{
	return place(out, "engine/trace/python", SOCKTUTOR_DATADIR "/python");
}

/* XDG variables that are not absolute paths must be ignored. */
static const char *xdg(struct buf *out, const char *variable, const char *under_home)
{
	const char *value = getenv(variable), *home = getenv("HOME");
	if (value && value[0] == '/')
		buf_addf(out, "%s/socktutor", value);
	else
		buf_addf(out, "%s/%s/socktutor", home && home[0] == '/' ? home : "/tmp", under_home);
	return out->data;
}

const char *path_cache(struct buf *out)
{
	return xdg(out, "XDG_CACHE_HOME", ".cache");
}

const char *path_state(struct buf *out)
{
	return xdg(out, "XDG_STATE_HOME", ".local/state");
}

bool path_make(const char *path)
{
	char *copy = xstrdup(path);
	bool ok = true;
	for (char *p = copy + 1; ok && *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		ok = mkdir(copy, 0700) == 0 || errno == EEXIST || errno == EROFS || errno == EACCES;
		*p = '/';
	}
	ok = mkdir(copy, 0700) == 0 || errno == EEXIST;
	free(copy);
	return ok;
}
