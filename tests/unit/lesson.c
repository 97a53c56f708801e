/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lesson files: what is read from good ones, and what is said about broken ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tutor/course/catalog.h"
#include "tutor/course/lesson.h"
#include "tutor/course/marks.h"
#include "tutor/course/schema.h"
#include "tutor/course/sha256.h"

#define TEXT "{ en: A text., zh-Hans: 文字。 }"
#define SHORT "{ short: " TEXT " }"

static const char good_lesson[] =
	"lesson: hello\n"
	"title: { en: Hello, zh-Hans: 你好 }\n"
	"goal: " SHORT "\n"
	"minutes: 5\n"
	"programs:\n"
	"  server: { c: server.c, args: [\"8888\"] }\n"
	"  client: { c: client.c }\n"
	"turns: [client, server]\n"
	"marks:\n"
	"  open:\n"
	"    - when: { call: socket, moment: after }\n"
	"      short: { en: \"fd {newfd}\", zh-Hans: \"描述符 {newfd}\" }\n"
	"    - short: " TEXT "\n"
	"questions:\n"
	"  - ask: " SHORT "\n"
	"    choices:\n"
	"      - { text: " TEXT ", why: " TEXT " }\n"
	"      - { text: " TEXT ", why: " TEXT ", right: true }\n"
	"      - { text: " TEXT ", why: " TEXT " }\n"
	"summary:\n"
	"  - " SHORT "\n"
	"  - short: { en: Two sockets., zh-Hans: 两个套接字。 }\n";

static void write_file(const char *dir, const char *name, const char *text, size_t len)
{
	char path[512];
	snprintf(path, sizeof path, "%s/%s", dir, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	fclose(f);
}

struct place { char root[64], catalog[96], lesson[96]; };

static void make_course(struct place *p, const char *lesson)
{
	static const char *const files[] = { "syscalls", "errnos", "constants", "rules" };
	char name[32];
	strcpy(p->root, "/tmp/lesson-test.XXXXXX");
	assert_non_null(mkdtemp(p->root));
	snprintf(p->catalog, sizeof p->catalog, "%s/catalog", p->root);
	snprintf(p->lesson, sizeof p->lesson, "%s/07-hello", p->root);
	assert_int_equal(mkdir(p->catalog, 0755) | mkdir(p->lesson, 0755), 0);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		snprintf(name, sizeof name, "%s.yaml", files[i]);
		write_file(p->catalog, name, "{}\n", 3);
	}
	static const char terms[] = "socket: { term: socket, zh-Hans: 套接字, means: " TEXT " }\n";
	write_file(p->catalog, "terms.yaml", terms, sizeof terms - 1);
	write_file(p->lesson, "lesson.yaml", lesson, strlen(lesson));
	write_file(p->lesson, "server.c", "int fd = socket(); /* @open */\n", 31);
	write_file(p->lesson, "client.c", "int x;\n", 7);
}

static void remove_course(const struct place *p)
{
	char command[128];
	snprintf(command, sizeof command, "rm -rf %s", p->root);
	assert_int_equal(system(command), 0);
}

static void a_good_lesson(void **state)
{
	struct place p;
	struct err err = { 0 };
	make_course(&p, good_lesson);
	struct course *c = course_open(p.root, &err);
	assert_non_null(c);
	assert_null(course_mistake(c, 0, LANG_EN));
	assert_int_equal(course_count(c), 1);
	const struct lesson *x = course_lesson(c, 0);
	assert_int_equal(x->number, 7);
	assert_string_equal(x->id, "hello");
	assert_string_equal(x->title.in[LANG_ZH], "你好");
	assert_true(x->private_net);
	assert_int_equal(x->n_programs, 2);
	assert_string_equal(x->programs[0].args[0], "8888");
	assert_null(x->programs[0].args[1]);
	assert_null(x->programs[0].source[VARIANT_PYTHON]);
	assert_int_equal(x->turns[0], 1);
	assert_int_equal(x->turns[1], 0);
	assert_int_equal(x->n_questions, 1);
	assert_true(x->questions[0].choices[1].right);
	assert_false(x->questions[0].choices[0].right);
	assert_int_equal(x->n_summary, 2);
	assert_string_equal(x->summary[0].shape[SHAPE_SHORT].in[LANG_EN], "A text.");
	assert_string_equal(x->summary[1].shape[SHAPE_SHORT].in[LANG_ZH], "两个套接字。");
	assert_null(x->summary[1].shape[SHAPE_FULL].in[LANG_EN]);
	assert_string_equal(lesson_mark_at(x, "server.c", 1), "open");
	assert_null(lesson_mark_at(x, "server.c", 2));
	assert_null(lesson_mark_at(x, "client.c", 1));
	assert_ptr_equal(course_find(c, "hello"), x);
	assert_ptr_equal(course_find(c, "7"), x);
	assert_ptr_equal(course_find(c, "07"), x);
	assert_ptr_equal(course_find(c, "lessons/07-hello/"), x);
	assert_null(course_find(c, "8"));
	assert_null(course_find(c, ""));
	assert_string_equal(course_term(c, "SOCKET")->zh, "套接字");
	course_free(c);
	remove_course(&p);
}

/* The good lesson with `from` replaced by `to` gives exactly these mistakes ("line:column: key", in order). */
static void expect(const char *from, const char *to, const char *want)
{
	struct place p;
	struct err err = { 0 };
	struct buf text = BUF_INIT, got = BUF_INIT;
	const char *at = strstr(good_lesson, from);
	assert_non_null(at);
	buf_add(&text, good_lesson, (size_t)(at - good_lesson));
	buf_adds(&text, to);
	buf_adds(&text, at + strlen(from));
	make_course(&p, text.data);
	struct course *c = course_open(p.root, &err);
	assert_non_null(c);
	const struct report *r = course_report(c);
	for (int i = 0; i < r->n; i++) {
		const struct mistake *m = &r->list[i];
		buf_addf(&got, "%s%d:%d: %s", i ? " | " : "", m->line, m->column, mistake_key(m->id));
		assert_non_null(strstr(m->whole[LANG_EN], "; "));
		assert_non_null(strstr(m->whole[LANG_ZH], "；"));
	}
	if (strcmp(got.data, want))
		print_error("for %s:\n  got  %s\n  want %s\n", to, got.data, want);
	assert_string_equal(got.data, want);
	course_free(c);
	remove_course(&p);
	buf_release(&text);
	buf_release(&got);
}

static void broken_lessons(void **state)
{
	expect("minutes: 5", "minuts: 5", "1:1: key-missing | 4:1: key-near");
	expect("minutes: 5", "minutes: soon", "4:10: type");
	expect("minutes: 5", "minutes: 0", "4:10: range");
	expect("minutes: 5", "minutes: [5]", "4:10: type");
	expect("minutes: 5", "minutes: 5\nnetwork: lopback", "5:10: choice-near");
	expect("minutes: 5", "minutes: 5\nnetwork: wifi", "5:10: choice");
	expect("minutes: 5", "minutes: 5\nminutes: 6", "5:1: key-twice");
	expect("minutes: 5", "minutes: 5\nqqqqqqq: 6", "5:1: key-unknown");
	expect("zh-Hans: 你好", "zh: 你好", "2:8: key-missing | 2:21: key-unknown");
	expect("zh-Hans: 你好", "zh-Hans: \" \"", "2:30: blank");
	expect("{ en: Hello, zh-Hans: 你好 }", "Hello", "2:8: type");
	expect("c: client.c", "c: ../client.c", "7:16: file-form");
	expect("c: client.c", "c: client.py", "7:16: file-form");
	expect("c: client.c", "args: [x]", "7:11: no-source | 7:11: some-source");
	expect("[client, server]", "[client, servr]", "8:8: no-program");
	expect("lesson: hello", "lesson: hallo", "1:9: id-folder");
	expect("lesson: hello", "lesson: [hello", "2:6: syntax");
	expect("right: true", "right: yes", "18:91: type");
	expect(", right: true", "", "17:7: right-count");
	expect("moment: after", "moment: sometime", "11:37: choice");
	expect("moment: after", "moment: before, errno: EINTR", "11:13: when-failed");
	expect("moment: after", "moment: after, nth: 0", "11:49: type");
	expect("Hello, zh", "Hello: you, zh", "2:19: colon");
	expect("minutes: 5", "\tminutes: 5", "4:1: tab");
	expect("minutes: 5", "minutes: *five", "4:10: alias");
	expect("minutes: 5", "minutes: &five 5", "4:10: alias");
	expect("minutes: 5", "minutes: !!int 5", "4:10: tag");
	expect("minutes: 5", "minutes: 5\xff", "4:11: utf8");
	expect("minutes: 5", "minutes: 5\x1b", "4:11: control");
	expect("minutes: 5", "minutes: 5\n--- {}", "5:1: documents");
	expect("minutes: 5", "minutes: 5\n? [a]\n: b", "5:3: key-kind");
	expect("minutes: 5", "minutes: \"5\\0\"", "4:10: control");
	expect("minutes: 5", "minutes: [[[[[[[[[[[[[[[[[[[[[[[", "4:25: depth");
	expect("minutes: 5", "minutes: 5\nwire: [\"hold\"]", "5:8: wire-hosts");
	expect("minutes: 5", "minutes: 5\nnetwork: two-hosts\nwire: [\"holt\"]", "6:8: wire-order");
	expect("minutes: 5", "minutes: 5\nnetwork: two-hosts\nwire: hold", "6:7: type");
	expect("minutes: 5", "minutes: 5\nnetwork: two-hosts\nwire: [\"hold\", \"drop client SYN\", \"freeze server connection\"]", "");
	expect("minutes: 5", "minutes: 5\nwire: [\"freeze server 2\", \"thaw server 2\"]", "");
	expect("moment: after }", "moment: before }\n      needs: { state: TIME_WAIT, actor: server }", "");
	expect("moment: after }", "moment: before }\n      needs: { state: TIMEWAIT, actor: server }", "12:23: choice-near");
	expect("moment: after }", "moment: before }\n      needs: { state: ESTABLISHED, actor: server }", "12:23: choice");
	expect("moment: after }", "moment: before }\n      needs: { state: TIME_WAIT, actor: servr }", "12:41: no-program");
	expect("moment: after }", "moment: before }\n      needs: { state: TIME_WAIT }", "12:14: key-missing");
	expect("moment: after }", "moment: before }\n      needs: TIME_WAIT server", "12:14: type");
	expect("moment: after }", "moment: after }\n      needs: { state: TIME_WAIT, actor: server }", "12:14: needs-moment");
	expect("  open:", "  opne:", "10:3: no-mark | 1:23: mark-alone");
}

static void all_at_once(void **state)
{
	expect("minutes: 5", "minutes: x\nnetwork: y\nfoo: z\nterms: [\"a b\"]",
	       "4:10: type | 5:10: choice | 6:1: key-unknown | 7:9: name-form");
}

/* A lesson that cannot be used is left out, the others stay. */
static void left_out(void **state)
{
	struct place p;
	struct err err = { 0 };
	char broken[128];
	make_course(&p, good_lesson);
	snprintf(broken, sizeof broken, "%s/01-broken", p.root);
	assert_int_equal(mkdir(broken, 0755), 0);
	struct course *c = course_open(p.root, &err);
	assert_int_equal(course_count(c), 1);
	assert_non_null(strstr(course_mistake(c, 0, LANG_EN), "01-broken/lesson.yaml: cannot be read"));
	assert_null(course_mistake(c, 1, LANG_EN));
	assert_null(course_find(c, "broken"));
	assert_string_equal(course_left_out(c, "broken"), broken);
	assert_string_equal(course_left_out(c, "1"), broken);
	assert_null(course_left_out(c, "hello"));
	course_free(c);
	write_file(broken, "lesson.yaml", "", 0);
	c = course_open(p.root, &err);
	assert_int_equal(course_count(c), 1);
	assert_string_equal(mistake_key(course_report(c)->list[0].id), "empty");
	course_free(c);
	remove_course(&p);
	assert_null(course_open(p.root, &err));
	assert_int_equal(err.id, ERR_SYSTEM);
}

static void two_of_a_kind(void **state)
{
	struct place p;
	struct err err = { 0 };
	char twin[128];
	make_course(&p, good_lesson);
	snprintf(twin, sizeof twin, "%s/08-hello", p.root);
	assert_int_equal(mkdir(twin, 0755), 0);
	write_file(twin, "lesson.yaml", good_lesson, sizeof good_lesson - 1);
	write_file(twin, "server.c", "int fd = socket(); /* @open */\n", 31);
	write_file(twin, "client.c", "int x;\n", 7);
	struct course *c = course_open(p.root, &err);
	assert_int_equal(course_count(c), 1);
	assert_string_equal(mistake_key(course_report(c)->list[0].id), "number-twice");
	course_free(c);
	remove_course(&p);
}

static void large_files(void **state)
{
	struct report r;
	struct arena a;
	char path[] = "/tmp/lesson-big.XXXXXX";
	int fd = mkstemp(path);
	report_init(&r);
	arena_init(&a);
	assert_int_equal(ftruncate(fd, 10 << 20), 0);
	assert_null(yaml_read(path, &a, &r));
	assert_string_equal(mistake_key(r.list[0].id), "too-long");
	assert_null(yaml_read("/dev/zero", &a, &r));
	assert_string_equal(mistake_key(r.list[1].id), "not-a-file");
	struct buf many = BUF_INIT;
	for (int i = 0; i < YAML_NODES; i++)
		buf_adds(&many, "- a\n");
	assert_null(yaml_parse("many", many.data, many.len, &a, &r));
	assert_string_equal(mistake_key(r.list[2].id), "nodes");
	buf_clear(&many);
	for (int i = 0; i < 50000; i++)
		buf_addf(&many, "k%d: a\n", i);
	buf_adds(&many, "k7: b\n");
	assert_non_null(yaml_parse("keys", many.data, many.len, &a, &r));
	assert_string_equal(r.list[3].whole[LANG_EN], "keys:50001:1: the key 'k7' is there already at line 8; keep one");
	buf_release(&many);
	arena_release(&a);
	report_release(&r);
	close(fd);
	unlink(path);
}

/* A hostile key must not reach the terminal as it is. */
static void mistakes_are_printable(void **state)
{
	static const char text[] = "\"\\e[2Jx\": 1\n";
	struct report r;
	struct arena a;
	report_init(&r);
	arena_init(&a);
	struct node *n = yaml_parse("f", text, sizeof text - 1, &a, &r);
	assert_non_null(n);
	schema_check("f", n, LEVEL_TEXT, &r);
	for (int i = 0; i < r.n; i++)
		assert_null(strchr(r.list[i].whole[LANG_EN], '\x1b'));
	assert_non_null(strstr(r.list[0].whole[LANG_EN], "[2Jx"));
	arena_release(&a);
	report_release(&r);
}

struct seen { char text[512]; };

static void note(void *arg, const struct found_mark *m)
{
	struct seen *s = arg;
	size_t n = strlen(s->text);
	snprintf(s->text + n, sizeof s->text - n, "%.*s@%d[%d-%d] ", m->len, m->name, m->line, m->first, m->last);
}

static void expect_marks(enum variant v, const char *source, const char *want)
{
	struct seen s = { "" };
	marks_scan(source, strlen(source), v, note, &s);
	assert_string_equal(s.text, want);
}

static void marks_in_c(void **state)
{
	expect_marks(VARIANT_C, "a();\nb(1,\n  2); /* @b */\nc();\n", "b@3[2-3] ");
	expect_marks(VARIANT_C, "b(1, /* @b */\n  2);\nc();\n", "b@1[1-2] ");
	expect_marks(VARIANT_C, "if (bind(1, /* @b */\n   2) == -1)\n  die(\"x\"); /* @d */\n", "b@1[1-2] d@3[3-3] ");
	expect_marks(VARIANT_C, "while ((n = recv()) > 0) { /* @r */\n  send(); /* @s */\n}\n", "r@1[1-1] s@2[2-2] ");
	expect_marks(VARIANT_C, "#include <x.h>\nint fd =\n  socket(); /* @s */\n", "s@3[2-3] ");
	expect_marks(VARIANT_C, "puts(\"/* @no */\"); // @yes\nputs(\"\\\"/* @no */\");\n", "");
	expect_marks(VARIANT_C, "x(); /* @a b */\ny(); /* see @a */\nz(); /* @ok */ \n", "ok@3[3-3] ");
	expect_marks(VARIANT_C, "x(); /* @a */ y();\n", "");
	expect_marks(VARIANT_C, "else\n  x(); /* @x */\n", "x@2[2-2] ");
	expect_marks(VARIANT_C, "f((struct s){ 1, /* @x */\n 2 });\n", "x@1[1-2] ");
	expect_marks(VARIANT_C, "/* @open", "");
	expect_marks(VARIANT_C, "x(\"\n/* @x */", "x@2[1-2] ");
}

static void marks_in_python(void **state)
{
	expect_marks(VARIANT_PYTHON, "a()\ns = f(1,  # @s\n      2)\nb()  # @b\n", "s@2[2-3] b@4[4-4] ");
	expect_marks(VARIANT_PYTHON, "x = '# @no'\ny = \"\"\"\n# @no\n\"\"\"  # @y\n", "y@4[2-4] ");
	expect_marks(VARIANT_PYTHON, "x = 1 + \\\n  f()  # @x\n", "x@2[1-2] ");
	expect_marks(VARIANT_PYTHON, "f()  # see @f\n# @alone\n", "alone@2[2-2] ");
	expect_marks(VARIANT_PYTHON, "f(  # @f", "f@1[1-1] ");
}

static void marks_are_hidden(void **state)
{
	static const struct { enum variant v; const char *line, *seen; } lines[] = {
		{ VARIANT_C, "  bind(fd); /* @bind */\n", "  bind(fd);" },
		{ VARIANT_C, "  bind(fd); /* note */", "  bind(fd); /* note */" },
		{ VARIANT_C, "/* @x */", "" },
		{ VARIANT_C, "/", "/" },
		{ VARIANT_C, "", "" },
		{ VARIANT_PYTHON, "s.bind(a)  # @bind", "s.bind(a)" },
		{ VARIANT_PYTHON, "s.bind(a)  # why", "s.bind(a)  # why" },
	};
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		size_t n = lesson_visible(lines[i].line, strlen(lines[i].line), lines[i].v);
		assert_int_equal(n, strlen(lines[i].seen));
		assert_memory_equal(lines[i].line, lines[i].seen, n);
	}
}

static void hashes(void **state)
{
	struct sha256 s;
	char hex[SHA256_HEX];
	sha256_init(&s);
	sha256_end(&s, hex);
	assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	sha256_init(&s);
	sha256_add(&s, "abcdbcdecdefdefgefghfghighijhi", 30);
	sha256_add(&s, "jkijkljklmklmnlmnomnopnopq", 26);
	sha256_end(&s, hex);
	assert_string_equal(hex, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_lesson),   cmocka_unit_test(broken_lessons),
		cmocka_unit_test(all_at_once),     cmocka_unit_test(left_out),
		cmocka_unit_test(two_of_a_kind),   cmocka_unit_test(large_files),
		cmocka_unit_test(mistakes_are_printable), cmocka_unit_test(marks_in_c),
		cmocka_unit_test(marks_in_python), cmocka_unit_test(marks_are_hidden),
		cmocka_unit_test(hashes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
