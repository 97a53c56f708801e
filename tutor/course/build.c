/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/course/build.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/text.h"
#include "tutor/course/sha256.h"
#include "tutor/course/yaml.h"

enum { SOURCE_BYTES = 256 * 1024 };

/* A change of these lines changes every hash, so that what is in caches is made anew. */
static const char recipe[] = "1 cc -std=c17 -Wall -Wextra -g -O0";
#define CC_FLAGS "-std=c17", "-Wall", "-Wextra", "-g", "-O0", "-fno-diagnostics-color", "-fno-diagnostics-show-caret"

static bool failed(struct err *err, const char *what, const char *on)
{
	return err_set(err, ERR_SYSTEM, errno, what, on);
}

static bool read_source(const char *dir, const char *source, struct buf *out, struct err *err)
{
	struct report r;
	struct buf path = BUF_INIT;
	buf_addf(&path, "%s/%s", dir, source);
	report_init(&r);
	errno = 0;
	bool good = file_read(path.data, SOURCE_BYTES, out, &r);
	if (!good)
		err_set(err, ERR_SYSTEM, errno ? errno : EFBIG, "open", path.data);
	report_release(&r);
	buf_release(&path);
	return good;
}

bool build_hash(const struct lesson *lesson, char hash[BUILD_HASH], struct err *err)
{
	struct sha256 s;
	struct buf b = BUF_INIT;
	char hex[SHA256_HEX];
	bool good = true;
	sha256_init(&s);
	sha256_add(&s, recipe, sizeof recipe);
	for (int i = 0; good && i < lesson->n_programs; i++) {
		const struct lesson_program *p = &lesson->programs[i];
		sha256_add(&s, p->name, strlen(p->name) + 1);
		for (int v = 0; good && v < VARIANT_COUNT; v++) {
			buf_clear(&b);
			if (p->source[v])
				good = read_source(lesson->dir, p->source[v], &b, err);
			buf_addf(&b, "%c%s%zu", 0, p->source[v] ? p->source[v] : "", b.len);
			sha256_add(&s, b.data, b.len);
		}
	}
	sha256_end(&s, hex);
	snprintf(hash, BUILD_HASH, "%.*s", BUILD_HASH - 1, hex);
	buf_release(&b);
	return good;
}

static bool make_folders(const char *path)
{
	char part[PATH_MAX];
	if ((size_t)snprintf(part, sizeof part, "%s", path) >= sizeof part) {
		errno = ENAMETOOLONG;
		return false;
	}
	for (char *p = part + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = 0;
		if (mkdir(part, 0700) && errno != EEXIST)
			return false;
		*p = '/';
	}
	return !mkdir(part, 0700) || errno == EEXIST;
}

/* Nobody else may own it: programs of it are run. */
static bool is_ours(const char *path)
{
	struct stat st;
	return !lstat(path, &st) && S_ISDIR(st.st_mode) && st.st_uid == geteuid() && !(st.st_mode & 022);
}

static bool cache_folder(struct buf *out, struct err *err)
{
	const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	if (xdg && *xdg == '/')
		buf_addf(out, "%s/socktutor", xdg);
	else if (home && *home == '/')
		buf_addf(out, "%s/.cache/socktutor", home);
	if (out->len && make_folders(out->data) && is_ours(out->data))
		return true;
	buf_clear(out);
	buf_addf(out, "/tmp/socktutor-%u", (unsigned)geteuid());
	if (!make_folders(out->data))
		return failed(err, "mkdir", out->data);
	errno = EPERM;
	return is_ours(out->data) || failed(err, "open", out->data);
}

/* Only what we made ourselves is in there: plain files. */
static void remove_folder(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e;
	while (d && (e = readdir(d)))
		unlinkat(dirfd(d), e->d_name, 0);
	if (d)
		closedir(d);
	rmdir(path);
}

static bool write_file(const char *dir, const char *name, const void *data, size_t len, struct err *err)
{
	struct buf path = BUF_INIT;
	buf_addf(&path, "%s/%s", dir, name);
	FILE *f = fopen(path.data, "wxe");
	bool good = f && fwrite(data, 1, len, f) == len;
	if (f && fclose(f))
		good = false;
	if (!good)
		failed(err, "write", path.data);
	buf_release(&path);
	return good;
}

/* server.c may be the source of two programs. */
static bool have_file(const char *dir, const char *name, int mode)
{
	char path[PATH_MAX];
	snprintf(path, sizeof path, "%s/%s", dir, name);
	return !access(path, mode);
}

static bool copy_sources(const struct lesson *lesson, const char *to, struct err *err)
{
	struct buf b = BUF_INIT;
	bool good = true;
	for (int i = 0; good && i < lesson->n_programs; i++)
		for (int v = 0; good && v < VARIANT_COUNT; v++) {
			const char *source = lesson->programs[i].source[v];
			if (!source || have_file(to, source, F_OK))
				continue;
			buf_clear(&b);
			good = read_source(lesson->dir, source, &b, err) && write_file(to, source, b.data, b.len, err);
		}
	buf_release(&b);
	return good;
}

/* The first line that speaks of an error, without the rest. */
static bool compile_failed(const char *source, const struct buf *messages, struct err *err)
{
	const char *at = strstr(messages->data, "error");
	while (at && at > messages->data && at[-1] != '\n')
		at--;
	if (!at)
		at = messages->data;
	char line[256];
	snprintf(line, sizeof line, "%.*s", (int)strcspn(at, "\n"), at);
	return err_set(err, ERR_COMPILE, 0, source, line);
}

static bool compile(const char *dir, const char *source, const char *program, struct err *err)
{
	struct buf out = BUF_INIT, map = BUF_INIT;
	char full[PATH_MAX];
	/* base names in DWARF: the folder they were made in is not there on the stage */
	buf_addf(&map, "-fdebug-prefix-map=%s=.", realpath(dir, full) ? full : dir);
	const char *const argv[] = { "cc", CC_FLAGS, map.data, "-o", program, source, NULL };
	struct err why = { 0 };
	int status = build_run(dir, argv, BUILD_SECONDS, &out, &why);
	if (status < 0 && why.sys == ENOENT)
		err_set(err, ERR_NO_COMPILER, ENOENT, source, NULL);
	else if (status < 0)
		err_set(err, ERR_COMPILE, why.sys, source, strerror(why.sys));
	else if (status > 0 || !have_file(dir, program, X_OK))
		compile_failed(source, &out, err);
	else
		status = 0;
	bool good = !status && have_file(dir, program, X_OK);
	buf_release(&out);
	buf_release(&map);
	return good;
}

static bool compile_all(const struct lesson *lesson, const char *dir, struct err *err)
{
	for (int i = 0; i < lesson->n_programs; i++) {
		const struct lesson_program *p = &lesson->programs[i];
		if (p->source[VARIANT_C] && !compile(dir, p->source[VARIANT_C], p->name, err))
			return false;
	}
	return true;
}

/* A folder that was renamed into place is complete; the programs are looked for all the same (somebody may clean caches). */
static bool is_complete(const struct lesson *lesson, const char *dir, bool with_c)
{
	for (int i = 0; i < lesson->n_programs; i++) {
		const struct lesson_program *p = &lesson->programs[i];
		for (int v = 0; v < VARIANT_COUNT; v++)
			if (p->source[v] && !have_file(dir, p->source[v], R_OK))
				return false;
		if (with_c && p->source[VARIANT_C] && !have_file(dir, p->name, X_OK))
			return false;
	}
	return true;
}

static bool fill_folder(const struct lesson *lesson, const char *dir, bool with_c, struct err *err)
{
	return copy_sources(lesson, dir, err) && (!with_c || compile_all(lesson, dir, err)) &&
	       (!chmod(dir, 0755) || failed(err, "chmod", dir));
}

/* Another tutor may have been faster: then its folder stays, for its programs may be running already. */
static bool put_in_place(const struct lesson *lesson, bool with_c, const char *temp, const char *place)
{
	if (is_complete(lesson, place, with_c))
		return true;
	remove_folder(place);
	return !rename(temp, place) || is_complete(lesson, place, with_c);
}

/* Made beside its place, then renamed: what is found there is whole, also when two tutors build at once. */
static bool make(const struct lesson *lesson, bool with_c, const char *place, struct err *err)
{
	struct buf temp = BUF_INIT;
	buf_addf(&temp, "%s.XXXXXX", place);
	bool good = mkdtemp(temp.data) || failed(err, "mkdir", temp.data);
	if (good && fill_folder(lesson, temp.data, with_c, err)) {
		good = put_in_place(lesson, with_c, temp.data, place) || failed(err, "rename", place);
	} else {
		good = false;
	}
	if (have_file(temp.data, ".", F_OK))
		remove_folder(temp.data);
	buf_release(&temp);
	return good;
}

static bool same_source(const char *a, const char *b, const char *source)
{
	struct buf x = BUF_INIT, y = BUF_INIT;
	struct err err;
	bool same = read_source(a, source, &x, &err) && read_source(b, source, &y, &err) &&
		    x.len == y.len && !memcmp(x.data, y.data, x.len);
	buf_release(&x);
	buf_release(&y);
	return same;
}

static bool is_prebuilt(const struct lesson *lesson, const char *dir)
{
	if (!is_complete(lesson, dir, true))
		return false;
	for (int i = 0; i < lesson->n_programs; i++)
		for (int v = 0; v < VARIANT_COUNT; v++) {
			const char *source = lesson->programs[i].source[v];
			if (source && !same_source(lesson->dir, dir, source))
				return false;
		}
	return true;
}

static bool use_cache(const struct lesson *lesson, bool with_c, const char *hash, struct buf *dir, struct err *err)
{
	size_t start = dir->len;
	struct buf cache = BUF_INIT;
	bool good = cache_folder(&cache, err);
	if (good) {
		buf_addf(dir, "%s/%s", cache.data, hash);
		if (!is_complete(lesson, dir->data + start, with_c) && !with_c)
			buf_adds(dir, "-python");
		const char *place = dir->data + start;
		good = (is_ours(place) && is_complete(lesson, place, with_c)) || make(lesson, with_c, place, err);
	}
	if (!good && dir->len > start)
		dir->data[dir->len = start] = 0;
	buf_release(&cache);
	return good;
}

bool build_lesson(const struct lesson *lesson, enum variant variant, const char *prebuilt, struct buf *dir, struct err *err)
{
	char hash[BUILD_HASH];
	size_t start = dir->len;
	if (prebuilt) {
		buf_addf(dir, "%s/%s", prebuilt, path_base(lesson->dir));
		if (is_prebuilt(lesson, dir->data + start))
			return true;
		dir->data[dir->len = start] = 0;
	}
	return build_hash(lesson, hash, err) && use_cache(lesson, variant == VARIANT_C, hash, dir, err);
}

bool build_try(const char *dir, const char *source, struct buf *messages, struct err *err)
{
	const char *const argv[] = { "cc", CC_FLAGS, "-c", "-o", "/dev/null", source, NULL };
	struct err why = { 0 };
	int status = build_run(dir, argv, BUILD_SECONDS, messages, &why);
	if (status < 0)
		return err_set(err, why.sys == ENOENT ? ERR_NO_COMPILER : ERR_SYSTEM, why.sys, source, strerror(why.sys));
	return status == 0;
}
