/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes `of: "1a2b3c4d"` after each Chinese text: bytes are put in or replaced
 * at known places of the file, nothing is written anew.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/buf.h"
#include "tutor/check/part.h"

struct stamper {
	const char *file;            /* its text */
	size_t len, done;            /* copied to `out` up to here */
	struct buf out;
	int changes;
};

static void copy_to(struct stamper *s, size_t at)
{
	if (at > s->done) {
		buf_add(&s->out, s->file + s->done, at - s->done);
		s->done = at;
	}
}

/* The end of the last line that has something on it before `at`. */
static size_t line_end_before(const struct stamper *s, size_t at)
{
	while (at && strchr(" \t\r\n", s->file[at - 1]))
		at--;
	while (at < s->len && s->file[at] != '\n')
		at++;
	return at;
}

static void insert(struct stamper *s, const struct node *map, const char *hash)
{
	const struct node *last = map->last;
	if (s->file[map->at] == '{') {
		copy_to(s, last->end);
		buf_addf(&s->out, ", of: \"%s\"", hash);
	} else {
		copy_to(s, line_end_before(s, last->end));
		buf_addf(&s->out, "\n%*sof: \"%s\"", map->first->key_column - 1, "", hash);
	}
	s->changes++;
}

static void stamp(void *arg, const struct node *map, bool filled)
{
	struct stamper *s = arg;
	const struct node *of = node_get(map, "of");
	char hash[9];
	(void)filled;
	text_hash(node_text(map, "en"), hash);
	if (!of && map->last->kind == NODE_SCALAR) {
		insert(s, map, hash);
	} else if (of && of->kind == NODE_SCALAR && strcmp(of->text, hash)) {
		copy_to(s, of->at);
		buf_addf(&s->out, "\"%s\"", hash);
		s->done = of->end;
		s->changes++;
	}
}

/* Whole or not at all, with the file's own mode. */
static bool replace(const char *path, const struct buf *text)
{
	struct stat st;
	char temp[4096];
	if (stat(path, &st) || (size_t)snprintf(temp, sizeof temp, "%s.XXXXXX", path) >= sizeof temp)
		return false;
	int fd = mkstemp(temp);
	if (fd < 0)
		return false;
	size_t done = 0;
	while (done < text->len) {
		ssize_t n = write(fd, text->data + done, text->len - done);
		if (n < 0)
			break;
		done += (size_t)n;
	}
	bool good = done == text->len && !fchmod(fd, st.st_mode & 07777);
	good = !close(fd) && good && !rename(temp, path);
	if (!good)
		unlink(temp);
	return good;
}

bool stamp_file(struct checker *c, const char *path, enum level level)
{
	struct report ignored;
	struct buf file = BUF_INIT;
	bool good = true;
	report_init(&ignored);
	struct stamper s = { .out = BUF_INIT };
	if (file_read(path, YAML_BYTES, &file, &ignored)) {
		const struct node *root = yaml_parse(path, file.data, file.len, &c->arena, &ignored);
		size_t bom = file.len >= 3 && !memcmp(file.data, "\xef\xbb\xbf", 3) ? 3 : 0;
		s.file = file.data + bom;
		s.len = file.len - bom;
		buf_add(&s.out, file.data, bom);
		if (root)
			schema_texts(root, level, stamp, &s);
		copy_to(&s, s.len);
	}
	if (s.changes && !replace(path, &s.out)) {
		report_add(&c->report, path, 0, 0, MISTAKE_OPEN, strerror(errno), NULL);
		good = false;
	}
	buf_release(&s.out);
	buf_release(&file);
	report_release(&ignored);
	return good;
}
