/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/course/recording.h"

#include <stdio.h>
#include <string.h>

#include "engine/base/text.h"
#include "tutor/course/sha256.h"

const char *recording_path(const struct lesson *lesson, enum variant variant, struct buf *out)
{
	buf_addf(out, "%s/recordings/%s.jsonl", lesson->dir, variant == VARIANT_PYTHON ? "python" : "c");
	return out->data;
}

static bool hash_file(const char *dir, const char *name, char hash[RECORDING_HASH])
{
	struct buf path = BUF_INIT;
	struct sha256 sum;
	char bytes[8192], hex[SHA256_HEX];
	size_t n;
	buf_addf(&path, "%s/%s", dir, name);
	FILE *f = fopen(path.data, "re");
	buf_release(&path);
	if (!f)
		return false;
	sha256_init(&sum);
	while ((n = fread(bytes, 1, sizeof bytes, f)) > 0)
		sha256_add(&sum, bytes, n);
	bool ok = !ferror(f);
	fclose(f);
	sha256_end(&sum, hex);
	memcpy(hash, hex, RECORDING_HASH - 1);
	hash[RECORDING_HASH - 1] = '\0';
	return ok;
}

bool recording_hash_program(const struct lesson *lesson, int program, enum variant variant, char hash[RECORDING_HASH])
{
	const char *source = lesson->programs[program].source[variant];
	return source && hash_file(lesson->dir, source, hash);
}

bool recording_hash_texts(const struct lesson *lesson, char hash[RECORDING_HASH])
{
	return hash_file(lesson->dir, "lesson.yaml", hash);
}

static bool same_hash(const struct value *v, const char *hash)
{
	return v && v->kind == VALUE_TEXT && text_is(v->text, hash);
}

static enum recording_state compare(const struct lesson *lesson, enum variant variant, const struct event *e)
{
	char hash[RECORDING_HASH];
	const struct value *actors = e->begin.actors;
	if (e->type != EVENT_begin || !actors || (int)actors->n != lesson->n_programs)
		return RECORDING_BAD;
	for (int i = 0; i < lesson->n_programs; i++)
		if (!recording_hash_program(lesson, i, variant, hash) || !same_hash(value_get(actors->item[i], "text"), hash))
			return RECORDING_OLD_PROGRAM;
	if (!recording_hash_texts(lesson, hash) || !e->begin.texts || strcmp(e->begin.texts, hash) != 0)
		return RECORDING_OLD_TEXTS;
	return RECORDING_FRESH;
}

enum recording_state recording_state(const struct lesson *lesson, enum variant variant)
{
	struct buf path = BUF_INIT;
	struct arena a;
	struct event e;
	bool torn = false;
	struct err err = { 0 };
	struct log *log = log_open(recording_path(lesson, variant, &path), &torn, &err);
	buf_release(&path);
	if (!log)
		return err.id == ERR_LOG_OPEN ? RECORDING_MISSING : RECORDING_BAD;
	arena_init(&a);
	enum recording_state state = RECORDING_BAD;
	if (!torn && log_count(log) > 0 && log_get(log, 0, &e, &a, &err))
		state = compare(lesson, variant, &e);
	arena_release(&a);
	log_free(log);
	return state;
}
