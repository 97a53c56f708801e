/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/course/report.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/utf8.h"

static const struct { const char *key, *in[LANG_COUNT]; } kinds[] = {
#define MISTAKE(id, key, en, zh) [MISTAKE_##id] = { key, { [LANG_EN] = en, [LANG_ZH] = zh } },
#include "tutor/course/mistake.def"
#undef MISTAKE
};

void report_init(struct report *r)
{
	*r = (struct report){ 0 };
	arena_init(&r->arena);
}

void report_release(struct report *r)
{
	free(r->list);
	arena_release(&r->arena);
	*r = (struct report){ 0 };
}

static const char *sentence(struct arena *a, const char *form, const char *a0, const char *a1)
{
	struct buf b = BUF_INIT;
	for (const char *p = form; *p; p++) {
		const char *arg = p[0] != '%' ? NULL : p[1] == '1' ? a0 : p[1] == '2' ? a1 : NULL;
		if (arg) {
			utf8_show_most(&b, arg, strlen(arg), 80);
			p++;
		} else {
			buf_addc(&b, *p);
		}
	}
	const char *text = arena_strndup(a, b.data, b.len);
	buf_release(&b);
	return text;
}

static const char *with_place(struct arena *a, const struct mistake *m, const char *text)
{
	if (!m->line)
		return arena_printf(a, "%s: %s", m->file, text);
	return arena_printf(a, "%s:%d:%d: %s", m->file, m->line, m->column, text);
}

static struct mistake *one_more(struct report *r)
{
	if (r->n == REPORT_MAX) {
		r->dropped++;
		return NULL;
	}
	if (r->n == r->size) {
		r->size = r->size ? 2 * r->size : 16;
		r->list = xrealloc(r->list, (size_t)r->size * sizeof *r->list);
	}
	return &r->list[r->n++];
}

void report_copy(struct report *r, const struct mistake *from)
{
	struct mistake *m = one_more(r);
	if (!m)
		return;
	*m = *from;
	m->file = arena_strdup(&r->arena, from->file);
	for (int l = 0; l < LANG_COUNT; l++) {
		m->text[l] = arena_strdup(&r->arena, from->text[l]);
		m->whole[l] = arena_strdup(&r->arena, from->whole[l]);
	}
}

void report_add(struct report *r, const char *file, int line, int column, enum mistake_id id, const char *a0, const char *a1)
{
	struct mistake *m = one_more(r);
	if (!m)
		return;
	*m = (struct mistake){ .id = id, .line = line, .column = column };
	m->file = arena_strdup(&r->arena, file);
	for (int l = 0; l < LANG_COUNT; l++) {
		m->text[l] = sentence(&r->arena, kinds[id].in[l], a0 ? a0 : "", a1 ? a1 : "");
		m->whole[l] = with_place(&r->arena, m, m->text[l]);
	}
}

static int by_place(const void *pa, const void *pb)
{
	const struct mistake *a = pa, *b = pb;
	int d = strcmp(a->file, b->file);
	d = d ? d : a->line - b->line;
	d = d ? d : a->column - b->column;
	d = d ? d : (int)a->id - (int)b->id;
	return d ? d : strcmp(a->text[LANG_EN], b->text[LANG_EN]);
}

void report_sort(struct report *r)
{
	if (r->n)
		qsort(r->list, (size_t)r->n, sizeof *r->list, by_place);
}

const char *mistake_key(enum mistake_id id)
{
	return (unsigned)id < MISTAKES ? kinds[id].key : "unknown";
}
