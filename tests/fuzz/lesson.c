/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as the files of a lesson: read as YAML, checked against every level of the schema, loaded as a lesson,
 * used to explain a moment, stamped, scanned for marks as C and as Python, read for words. Nothing may crash, and
 * what is handed out must lie inside what was given.
 *
 * With libFuzzer:  make fuzz-lesson CC=clang FUZZER=1     Without: fuzz-lesson FILE…, or FUZZ_SECONDS=N fuzz-lesson to make
 * up its own out of the lessons in ./lessons.
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/fuzz/drive.h"
#include "tutor/check/part.h"
#include "tutor/course/marks.h"
#include "tutor/course/words.h"
#include "tutor/learn/explain.h"
#include "tutor/learn/fill.h"

static char dir[] = "/tmp/fuzz-lesson.XXXXXX";

struct span { const char *from, *to; int last; };

static void see_mark(void *arg, const struct found_mark *m)
{
	struct span *s = arg;
	assert(m->name > s->from && m->name + m->len <= s->to && m->len > 0 && m->name[-1] == '@');
	assert(m->first >= 1 && m->first <= m->line && m->line <= m->last && m->column >= 1);
	assert(m->line >= s->last);
	s->last = m->line;
}

static void scan(const char *text, size_t n)
{
	for (int v = 0; v < VARIANT_COUNT; v++) {
		struct span s = { text, text + n, 0 };
		marks_scan(text, n, (enum variant)v, see_mark, &s);
		assert(lesson_visible(text, n, (enum variant)v) <= n);
	}
}

static void see_node(const struct node *node, size_t n, int depth)
{
	assert(depth <= YAML_DEPTH && node->line >= 1 && node->column >= 1 && node->at <= n);
	assert((node->kind == NODE_SCALAR) == (node->text != NULL));
	assert(node->kind != NODE_SCALAR || (node->at <= node->end && node->end <= n));
	int count = 0;
	for (const struct node *i = node->first; i; i = i->next, count++) {
		assert((node->kind == NODE_MAP) == (i->key != NULL));
		see_node(i, n, depth + 1);
	}
	assert(count == node->n);
}

struct reader { struct words *words; struct scene scene; };

static void ignore_word(void *arg, const char *word)
{
	assert(*word);
}

static void see_text(void *arg, const struct node *text, bool filled)
{
	struct reader *r = arg;
	struct reading reading = { ignore_word, NULL, NULL, 0, 0 };
	struct buf out = BUF_INIT;
	for (const struct node *i = text->first; i; i = i->next) {
		if (!i->text)
			continue;
		words_read(r->words, i->text, &reading);
		buf_clear(&out);
		if (!fill(&r->scene, i->text, &out))
			assert(!out.len);
	}
	buf_release(&out);
}

static void read_tree(const char *text, size_t n, struct reader *r)
{
	struct arena a;
	struct report rep;
	arena_init(&a);
	report_init(&rep);
	struct node *root = yaml_parse("fuzz", text, n, &a, &rep);
	assert(root || rep.n);
	if (root)
		see_node(root, n, 1);
	for (int level = 1; root && level < LEVELS; level++) {
		int before = rep.n + rep.dropped;
		bool good = schema_check("fuzz", root, (enum level)level, &rep);
		assert(good == (rep.n + rep.dropped == before));
		schema_texts(root, (enum level)level, see_text, r);
	}
	report_sort(&rep);
	for (int i = 0; i < rep.n; i++)
		for (const char *c = rep.list[i].whole[LANG_EN]; *c; c++)
			assert((unsigned char)*c >= 0x20 && *c != 0x7f);
	arena_release(&a);
	report_release(&rep);
}

static void write_file(const char *name, const void *data, size_t n)
{
	char path[128];
	snprintf(path, sizeof path, "%s/%s", dir, name);
	FILE *f = fopen(path, "w");
	if (!f || fwrite(data, 1, n, f) != n || fclose(f))
		abort();
}

/* Every mark of the lesson is where the task is. */
static void explain_all(const struct lesson *x, struct model *m)
{
	struct explanation e;
	explanation_init(&e);
	for (int i = 0; i < x->n_lines && i < 50; i++) {
		m->tasks[0].call.file = x->lines[i].file;
		m->tasks[0].call.line = x->lines[i].last;
		explain_task(NULL, x, m, 0, &e);
		assert(e.source == FROM_NOWHERE || e.in[SHAPE_SHORT][LANG_ZH].len || !e.in[SHAPE_SHORT][LANG_EN].len);
	}
	explanation_release(&e);
}

static void load(const char *text, size_t n, struct model *m)
{
	struct arena a;
	struct report rep;
	struct lesson x;
	arena_init(&a);
	report_init(&rep);
	write_file("lesson.yaml", text, n);
	bool good = lesson_load(dir, &x, &a, &rep);
	assert(good || rep.n);
	if (good)
		explain_all(&x, m);
	arena_release(&a);
	report_release(&rep);
}

static size_t file_size(const char *path)
{
	FILE *f = fopen(path, "r");
	size_t n = 0;
	while (f && fgetc(f) != EOF)
		n++;
	if (f)
		fclose(f);
	return n;
}

/* Stamping twice is stamping once. */
static void stamp(void)
{
	struct check_options o = { .out = stderr };
	struct checker c = { .o = &o };
	char path[128];
	snprintf(path, sizeof path, "%s/lesson.yaml", dir);
	arena_init(&c.arena);
	report_init(&c.report);
	stamp_file(&c, path, LEVEL_LESSON);
	size_t once = file_size(path);
	stamp_file(&c, path, LEVEL_LESSON);
	assert(file_size(path) == once);
	arena_release(&c.arena);
	report_release(&c.report);
}

static void begin(void)
{
	static bool begun;
	if (begun)
		return;
	begun = true;
	if (!mkdtemp(dir))
		abort();
	write_file("server.c", "a(); /* @one */\nb(1,\n2); /* @two */\n", 36);
	write_file("server.py", "a()  # @one\n", 12);
	write_file("words.txt", "a\nthe\n", 6);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const char *text = (const char *)data;
	struct report rep;
	char path[128];
	struct model_actor actor = { .name = "server" };
	struct model_task task = { .status = TASK_AFTER, .how = "start", .call = { .call = "recvfrom", .canon = "recv", .nth = 1,
		.returned = true, .ret = 5, .asleep_fd = -1 } };
	struct model m = { .variant = "c", .actors = &actor, .n_actors = 1, .tasks = &task, .n_tasks = 1 };
	struct reader r = { 0 };
	begin();
	report_init(&rep);
	snprintf(path, sizeof path, "%s/words.txt", dir);
	r.words = words_new(path, &rep);
	scene_init(&r.scene, &m, 0);
	scan(text, n);
	read_tree(text, n, &r);
	load(text, n, &m);
	stamp();
	words_free(r.words);
	report_release(&rep);
	return 0;
}

#ifndef LIBFUZZER
static const char seed_lesson[] =
	"lesson: fuzz\ntitle: { en: A, zh-Hans: 甲, of: 1c802df0 }\ngoal: { short: { en: A, zh-Hans: 甲 } }\nminutes: 5\n"
	"programs: { server: { c: server.c, python: server.py, args: [\"8888\"] } }\nturns: [server]\nmarks:\n  one:\n"
	"    - when: { call: [recv, read], moment: after, ret: 5, nth: 1 }\n      short: { en: \"{ret} {ret|a|b} {{\", zh-Hans: \"{ret} 甲\" }\n"
	"    - short: { en: >-\n        A\n        b., zh-Hans: 甲 }\n  two:\n    - short:\n        en: |\n          A.\n        zh-Hans: 甲\n";

/* Take pieces out, put odd ones in, repeat some. */
static void damage(struct buf *b, uint64_t *r)
{
	static const char *const odd[] = { "{", "}", "[", "]", ": ", "- ", "\n", "\t", "  ", "&a ", "*a", "!!str ", "\"", "'", ">-\n", "|\n", "#",
		"\xff", "\xe4\xb8", "\0", "---\n", "? ", "<<: ", "/* @x */", "# @y", "{fd}", "{ret|a|b}", "@", ",", "\xef\xbb\xbf", "\r\n" };
	for (uint64_t n = 1 + sample_next(r) % 6; n && b->len; n--) {
		struct buf out = BUF_INIT;
		size_t at = sample_next(r) % b->len, len = sample_next(r) % 40;
		const char *piece = odd[sample_next(r) % (sizeof odd / sizeof *odd)];
		len = len < b->len - at ? len : b->len - at;
		buf_add(&out, b->data, at);
		if (sample_next(r) % 2)
			buf_add(&out, piece, *piece ? strlen(piece) : 1);
		if (sample_next(r) % 3 == 0)
			buf_add(&out, b->data + at, len);
		if (sample_next(r) % 3 == 0)
			at += len;
		buf_add(&out, b->data + at, b->len - at);
		buf_release(b);
		*b = out;
	}
}

static void clean_up(void)
{
	static const char *const names[] = { "lesson.yaml", "server.c", "server.py", "words.txt" };
	char path[128];
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, names[i]);
		unlink(path);
	}
	rmdir(dir);
}

static void make_input(struct buf *out, uint64_t *r)
{
	static const char *const seeds[] = { "lessons/01-tcp-hello/lesson.yaml", "lessons/catalog/rules.yaml",
					     "lessons/01-tcp-hello/server.c", "lessons/01-tcp-hello/server.py" };
	if (sample_next(r) % 4 || !drive_read(out, seeds[sample_next(r) % 4]))
		buf_adds(out, seed_lesson);
	damage(out, r);
}

int main(int argc, char **argv)
{
	int status = drive(argc, argv, make_input, "files");
	clean_up();
	return status;
}
#endif
