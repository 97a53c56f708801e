/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/show/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/base/buf.h"
#include "engine/base/text.h"

void sources_init(struct sources *s)
{
	*s = (struct sources){ 0 };
}

void sources_release(struct sources *s)
{
	for (int i = 0; i < s->n; i++) {
		free(s->v[i].name);
		free(s->v[i].text);
		free(s->v[i].line);
	}
	free(s->v);
	sources_init(s);
}

/* A comment that holds nothing but a mark: where it begins in the line, or the line's length. */
static size_t without_mark(const char *line, size_t n)
{
	static const char *const open[] = { "/* @", "# @", "// @" };
	for (size_t i = 0; i < sizeof open / sizeof *open; i++) {
		const char *p = memmem(line, n, open[i], strlen(open[i]));
		if (p)
			n = (size_t)(p - line);
	}
	while (n > 0 && (line[n - 1] == ' ' || line[n - 1] == '\t' || line[n - 1] == '\r'))
		n--;
	return n;
}

static void add_line(struct buf *out, const char *line, size_t n)
{
	n = without_mark(line, n);
	size_t start = out->len;
	for (size_t i = 0; i < n; i++) {
		if (line[i] != '\t')
			buf_addc(out, line[i] ? line[i] : ' ');
		else
			do
				buf_addc(out, ' ');
			while ((out->len - start) % 4);
	}
	buf_addc(out, '\0');
}

void sources_add(struct sources *s, const char *name, const char *text, size_t len)
{
	struct buf out = BUF_INIT;
	int n = 0;
	while (len > 0 && n < SOURCE_LINES) {
		const char *nl = memchr(text, '\n', len);
		size_t take = nl ? (size_t)(nl - text) : len;
		add_line(&out, text, take);
		n++;
		take += nl != NULL;
		text += take;
		len -= take;
	}
	s->v = xrealloc(s->v, (size_t)(s->n + 1) * sizeof *s->v);
	struct source *f = &s->v[s->n++];
	*f = (struct source){ .name = xstrdup(name), .text = buf_steal(&out), .n = n };
	f->line = xcalloc((size_t)n + 1, sizeof *f->line);
	const char *p = f->text;
	for (int i = 0; i < n; i++, p += strlen(p) + 1)
		f->line[i] = p;
}

bool sources_load(struct sources *s, const char *dir, const char *name)
{
	char path[4096];
	snprintf(path, sizeof path, "%s%s%s", dir ? dir : "", dir ? "/" : "", name);
	struct stat st;
	FILE *f = stat(path, &st) == 0 && S_ISREG(st.st_mode) ? fopen(path, "re") : NULL;
	if (!f)
		return false;
	struct buf text = BUF_INIT;
	char part[4096];
	for (size_t n; text.len < SOURCE_BYTES && (n = fread(part, 1, sizeof part, f)) > 0;)
		buf_add(&text, part, n);
	bool ok = !ferror(f);
	fclose(f);
	if (ok)
		sources_add(s, name, text.data, text.len);
	buf_release(&text);
	return ok;
}

/* Two whole paths must be the same; of a lesson's files only the last part is known. */
static bool same_file(const char *a, const char *b)
{
	return *a == '/' && *b == '/' ? !strcmp(a, b) : !strcmp(path_base(a), path_base(b));
}

const struct source *sources_find(const struct sources *s, const char *name)
{
	for (int i = 0; s && name && i < s->n; i++)
		if (same_file(s->v[i].name, name))
			return &s->v[i];
	return NULL;
}
