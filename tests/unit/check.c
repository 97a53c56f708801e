/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `check` finds in texts, words and lessons, and that --stamp changes nothing but hashes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tutor/check/part.h"
#include "tutor/course/words.h"

static char root[64];

static void put(const char *name, const char *text)
{
	char path[160];
	snprintf(path, sizeof path, "%s/%s", root, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void get(const char *name, char *text, size_t n)
{
	char path[160];
	snprintf(path, sizeof path, "%s/%s", root, name);
	FILE *f = fopen(path, "r");
	assert_non_null(f);
	text[fread(text, 1, n - 1, f)] = 0;
	fclose(f);
}

static int set_up(void **state)
{
	char path[128];
	strcpy(root, "/tmp/check-test.XXXXXX");
	assert_non_null(mkdtemp(root));
	snprintf(path, sizeof path, "%s/catalog", root);
	assert_int_equal(mkdir(path, 0755), 0);
	snprintf(path, sizeof path, "%s/01-one", root);
	assert_int_equal(mkdir(path, 0755), 0);
	put("words.txt", "# known words\na\nask\nclose\nfor\nis\nit\nsend\nsimple\nstop\nthe\ntry\nwait\n");
	return 0;
}

static int tear_down(void **state)
{
	char command[96];
	snprintf(command, sizeof command, "rm -rf %s", root);
	return system(command);
}

struct found { struct buf words; int longest; };

static void unknown(void *arg, const char *word)
{
	struct found *f = arg;
	buf_addf(&f->words, "%s ", word);
}

static void too_long(void *arg, int n)
{
	((struct found *)arg)->longest = n;
}

static void expect_words(struct words *w, const char *text, const char *want, long sentences, long words)
{
	struct found f = { BUF_INIT, 0 };
	struct reading r = { unknown, too_long, &f, 0, 0 };
	words_read(w, text, &r);
	assert_string_equal(f.words.data, want);
	assert_int_equal(r.sentences, sentences);
	assert_int_equal(r.words, words);
	buf_release(&f.words);
}

static void reading(void **state)
{
	struct report rep;
	char path[128];
	report_init(&rep);
	snprintf(path, sizeof path, "%s/words.txt", root);
	struct words *w = words_new(path, &rep);
	assert_non_null(w);
	words_add(w, "file descriptor");
	expect_words(w, "It waits. It stopped! Is it closing?", "", 3, 7);
	expect_words(w, "It tries simply; the closer asks", "", 1, 6);
	expect_words(w, "The frobnicator waits.", "frobnicator ", 1, 3);
	expect_words(w, "accept() takes {fd} {fd|byte|bytes} for EAGAIN at 127.0.0.1.", "takes at ", 1, 8);
	expect_words(w, "It sends to Linux. linux is it.", "to linux ", 2, 7);
	expect_words(w, "ss -tanp shows /proc/net e.g. buf[3] SOCK_STREAM.", "ss shows ", 1, 7);
	expect_words(w, "The file-descriptors wait.", "", 1, 3);
	expect_words(w, "It is the one. recv() waits.", "one ", 2, 6);
	expect_words(w, "", "", 0, 0);
	struct found f = { BUF_INIT, 0 };
	struct reading r = { unknown, too_long, &f, 0, 0 };
	words_read(w, "it it it it it it it it it it it it it it it it it it it it.", &r);
	assert_int_equal(f.longest, 0);
	words_read(w, "it it it it it it it it it it it it it it it it it it it it it.", &r);
	assert_int_equal(f.longest, 21);
	words_free(w);
	report_release(&rep);
	buf_release(&f.words);
}

/* The texts of a terms.yaml with this `means` have exactly these mistakes. */
static void expect_texts(const char *means, const char *want)
{
	struct check_options o = { .out = stderr };
	struct checker c = { .o = &o };
	struct buf text = BUF_INIT, got = BUF_INIT;
	char path[128];
	arena_init(&c.arena);
	report_init(&c.report);
	buf_addf(&text, "x: { term: it, zh-Hans: 它, means: %s }\n", means);
	put("terms.yaml", text.data);
	snprintf(path, sizeof path, "%s/words.txt", root);
	c.words = words_new(path, &c.report);
	snprintf(path, sizeof path, "%s/terms.yaml", root);
	check_texts(&c, path, LEVEL_TERMS);
	report_sort(&c.report);
	for (int i = 0; i < c.report.n; i++)
		buf_addf(&got, "%s%s", i ? " " : "", mistake_key(c.report.list[i].id));
	assert_string_equal(got.data, want);
	words_free(c.words);
	report_release(&c.report);
	arena_release(&c.arena);
	buf_release(&text);
	buf_release(&got);
}

static void texts(void **state)
{
	expect_texts("{ en: It waits., zh-Hans: 它在等待。, of: 07e7d284 }", "stale");
	expect_texts("{ en: It waits., zh-Hans: 它在等待。 }", "unstamped");
	expect_texts("{ en: It waits., zh-Hans: It waits., of: 1c802df0 }", "not-chinese");
	expect_texts("{ en: \"It  waits.\", zh-Hans: 它在等待。, of: 1c802df0 }", "");
	expect_texts("{ en: \"It waits {fd}.\", zh-Hans: \"它在等待。\" }", "unstamped placeholder placeholder-differs");
	expect_texts("{ en: \"It waits {it.\", zh-Hans: \"它在等待。\" }", "unstamped brace");
	expect_texts("{ en: \"It sleeps.\", zh-Hans: \"它在睡眠。\" }", "unstamped word");
	expect_texts("{ en: \"It is the \\e[2J.\", zh-Hans: \"它在睡眠。\" }", "unstamped control");
	expect_texts("{ en: it it it it it it it it it it it it it, zh-Hans: 它。 }", "average unstamped");
}

static void placeholders(void **state)
{
	static const char file[] =
		"recv: { name: { en: it, zh-Hans: 它 }, before: { short: { en: \"It is {fd} {sockfd} {nonsense}.\", "
		"zh-Hans: \"它 {fd} {sockfd} {nonsense}\" } } }\n";
	struct check_options o = { .out = stderr };
	struct checker c = { .o = &o };
	char path[128];
	int unknown_ones = 0;
	arena_init(&c.arena);
	report_init(&c.report);
	put("syscalls.yaml", file);
	snprintf(path, sizeof path, "%s/syscalls.yaml", root);
	check_texts(&c, path, LEVEL_SYSCALLS);
	for (int i = 0; i < c.report.n; i++)
		unknown_ones += c.report.list[i].id == MISTAKE_PLACEHOLDER;
	assert_int_equal(unknown_ones, 2);
	report_release(&c.report);
	arena_release(&c.arena);
}

static void stamp(const char *before, const char *after)
{
	struct check_options o = { .out = stderr };
	struct checker c = { .o = &o };
	char path[128], got[2048];
	arena_init(&c.arena);
	report_init(&c.report);
	put("stamp.yaml", before);
	snprintf(path, sizeof path, "%s/stamp.yaml", root);
	assert_int_equal(chmod(path, 0640), 0);
	assert_true(stamp_file(&c, path, LEVEL_TERMS));
	get("stamp.yaml", got, sizeof got);
	assert_string_equal(got, after);
	/* once more changes nothing */
	assert_true(stamp_file(&c, path, LEVEL_TERMS));
	get("stamp.yaml", got, sizeof got);
	assert_string_equal(got, after);
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	report_release(&c.report);
	arena_release(&c.arena);
}

static void stamps(void **state)
{
	stamp("# keep me\nx: { term: t, zh-Hans: 它, means: { en: It waits., zh-Hans: 它在等待。 } }   # and me\n",
	      "# keep me\nx: { term: t, zh-Hans: 它, means: { en: It waits., zh-Hans: 它在等待。, of: \"1c802df0\" } }   # and me\n");
	stamp("x:\n  term: t\n  zh-Hans: 它\n  means:\n    en: It waits.\n    zh-Hans: 它在等待。   # good\n\n# next\ny: 1\n",
	      "x:\n  term: t\n  zh-Hans: 它\n  means:\n    en: It waits.\n    zh-Hans: 它在等待。   # good\n    of: \"1c802df0\"\n\n# next\ny: 1\n");
	stamp("x:\n  means:\n    en: >-\n      It\n      waits.\n    zh-Hans: >-\n      它在\n      等待。\n\ny: 1\n",
	      "x:\n  means:\n    en: >-\n      It\n      waits.\n    zh-Hans: >-\n      它在\n      等待。\n    of: \"1c802df0\"\n\ny: 1\n");
	stamp("x:\n  means: { en: It waits., of: 00000000, zh-Hans: 它 }\n", "x:\n  means: { en: It waits., of: \"1c802df0\", zh-Hans: 它 }\n");
	stamp("x:\n  means:\n    en: It waits.\n    zh-Hans: 它\n    of: 1c802df0\n", "x:\n  means:\n    en: It waits.\n    zh-Hans: 它\n    of: 1c802df0\n");
	stamp("\xef\xbb\xbfx:\n  means:\n    en: It waits.\n    zh-Hans: 它", "\xef\xbb\xbfx:\n  means:\n    en: It waits.\n    zh-Hans: 它\n    of: \"1c802df0\"");
	stamp("x: [broken\n", "x: [broken\n");
}

#define TEXT "{ en: It waits., zh-Hans: 它在等待。, of: 1c802df0 }"
static const char lesson_text[] =
	"lesson: one\n"
	"title: " TEXT "\n"
	"goal: { short: " TEXT " }\n"
	"minutes: 5\n"
	"terms: [sockat]\n"
	"programs: { server: { c: server.c, python: server.py } }\n"
	"marks:\n"
	"  open:\n"
	"    - { when: { call: sokket }, short: " TEXT " }\n"
	"    - { when: { call: socket, moment: before }, short: " TEXT " }\n"
	"    - { short: " TEXT " }\n"
	"    - { when: { call: socket, moment: after }, short: " TEXT " }\n";

/* The whole command on a course with a mistake of each kind. */
static void a_course(void **state)
{
	static const char *const wanted[] = { "term-near", "mark-one", "catalog-call", "entry-dead", "no-question", "compile",
		"python", "recording", "catalog-errno", "catalog-constant", "catalog-argument" };
	char *text = NULL, path[128];
	size_t n = 0;
	struct err err = { 0 };
	put("catalog/syscalls.yaml", "socket: { name: " TEXT ", before: { short: " TEXT " } }\n");
	put("catalog/errnos.yaml", "{}\n");
	put("catalog/constants.yaml", "{}\n");
	put("catalog/rules.yaml", "{}\n");
	put("catalog/terms.yaml", "socket: { term: socket, zh-Hans: 套接字, means: " TEXT " }\n");
	put("01-one/lesson.yaml", lesson_text);
	put("01-one/server.c", "int main(void)\n{\n\tint unused;\n\treturn 0; /* @open */\n}\n");
	put("01-one/server.py", "def f(:\n");
	FILE *out = open_memstream(&text, &n);
	struct check_options o = { .dir = root, .json = true, .no_runs = true, .out = out };
	int mistakes = check_run(&o, &err);
	fclose(out);
	int lines = 0;
	for (const char *p = text; (p = strchr(p, '\n')); p++)
		lines++;
	assert_int_equal(lines, mistakes);
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		char id[64];
		snprintf(id, sizeof id, "\"id\":\"%s\"", wanted[i]);
		if (!strstr(text, id))
			print_error("missing: %s\n", wanted[i]);
		assert_non_null(strstr(text, id));
	}
	assert_non_null(strstr(text, "unused variable"));
	free(text);
	/* one lesson alone: nothing of the catalogue */
	snprintf(path, sizeof path, "%s/01-one", root);
	out = open_memstream(&text, &n);
	o = (struct check_options){ .dir = path, .no_runs = true, .out = out };
	assert_in_range(check_run(&o, &err), 5, 40);
	fclose(out);
	assert_non_null(strstr(text, "01-one/server.c:3:"));
	assert_null(strstr(text, "/catalog/"));
	free(text);
	o.dir = "/nonexistent";
	assert_int_equal(check_run(&o, &err), -1);
	assert_int_equal(err.id, ERR_LESSON_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(reading), TEST(texts), TEST(placeholders), TEST(stamps), TEST(a_course),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
