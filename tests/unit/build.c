/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lesson sources into programs: where they are found, made once, and what compilers can do wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tutor/course/build.h"

static char root[64], old_path[4096];
static struct lesson_program programs[1];
static struct lesson lesson;

static void put(const char *name, const char *text, mode_t mode)
{
	char path[256];
	snprintf(path, sizeof path, "%s/%s", root, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	assert_int_equal(chmod(path, mode), 0);
}

static bool there(const char *dir, const char *name)
{
	char path[512];
	snprintf(path, sizeof path, "%s/%s", dir, name);
	return access(path, F_OK) == 0;
}

/* A lesson with one program, an empty cache, and a PATH that begins with our own bin/. */
static int set_up(void **state)
{
	static char dir[96], text[8192];
	strcpy(root, "/tmp/build-test.XXXXXX");
	assert_non_null(mkdtemp(root));
	static const char *const folders[] = { "07-hello", "cache", "bin", "ready", "ready/07-hello" };
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
		snprintf(dir, sizeof dir, "%s/%s", root, folders[i]);
		assert_int_equal(mkdir(dir, 0755), 0);
	}
	put("07-hello/server.c", "int main(void)\n{\n\treturn 7;\n}\n", 0644);
	put("07-hello/server.py", "print(7)\n", 0644);
	snprintf(dir, sizeof dir, "%s/cache", root);
	setenv("XDG_CACHE_HOME", dir, 1);
	snprintf(old_path, sizeof old_path, "%s", getenv("PATH"));
	snprintf(text, sizeof text, "%s/bin:%s", root, old_path);
	setenv("PATH", text, 1);
	snprintf(dir, sizeof dir, "%s/07-hello", root);
	programs[0] = (struct lesson_program){ .name = "server", .source = { "server.c", "server.py" } };
	lesson = (struct lesson){ .id = "hello", .dir = dir, .number = 7, .programs = programs, .n_programs = 1 };
	return 0;
}

static int tear_down(void **state)
{
	char command[96];
	setenv("PATH", old_path, 1);
	snprintf(command, sizeof command, "rm -rf %s", root);
	return system(command);
}

static int run(const char *dir, const char *name)
{
	char path[512];
	snprintf(path, sizeof path, "%s/%s", dir, name);
	int status = system(path);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void builds_once(void **state)
{
	struct buf a = BUF_INIT, b = BUF_INIT, c = BUF_INIT;
	struct err err = { 0 };
	assert_true(build_lesson(&lesson, VARIANT_C, NULL, &a, &err));
	assert_int_equal(run(a.data, "server"), 7);
	assert_true(there(a.data, "server.py") && there(a.data, "server.c"));
	/* without a compiler the same folder is found again, for both languages */
	put("bin/cc", "#!/bin/sh\nexit 1\n", 0755);
	assert_true(build_lesson(&lesson, VARIANT_C, NULL, &b, &err));
	assert_string_equal(a.data, b.data);
	assert_true(build_lesson(&lesson, VARIANT_PYTHON, NULL, &c, &err));
	assert_string_equal(a.data, c.data);
	buf_release(&a);
	buf_release(&b);
	buf_release(&c);
}

static void changed_sources(void **state)
{
	struct buf a = BUF_INIT, b = BUF_INIT;
	struct err err = { 0 };
	assert_true(build_lesson(&lesson, VARIANT_C, NULL, &a, &err));
	put("07-hello/server.c", "int main(void)\n{\n\treturn 8;\n}\n", 0644);
	assert_true(build_lesson(&lesson, VARIANT_C, NULL, &b, &err));
	assert_string_not_equal(a.data, b.data);
	assert_int_equal(run(b.data, "server"), 8);
	assert_int_equal(run(a.data, "server"), 7);
	buf_release(&a);
	buf_release(&b);
}

static void prebuilt(void **state)
{
	struct buf ready = BUF_INIT, got = BUF_INIT;
	struct err err = { 0 };
	buf_addf(&ready, "%s/ready", root);
	put("ready/07-hello/server.c", "int main(void)\n{\n\treturn 7;\n}\n", 0644);
	put("ready/07-hello/server.py", "print(7)\n", 0644);
	put("ready/07-hello/server", "#!/bin/sh\nexit 9\n", 0755);
	assert_true(build_lesson(&lesson, VARIANT_C, ready.data, &got, &err));
	assert_int_equal(run(got.data, "server"), 9);
	/* made from other sources: not used */
	buf_clear(&got);
	put("ready/07-hello/server.c", "int main(void) { return 1; }\n", 0644);
	assert_true(build_lesson(&lesson, VARIANT_C, ready.data, &got, &err));
	assert_int_equal(run(got.data, "server"), 7);
	buf_release(&ready);
	buf_release(&got);
}

static void python_needs_no_compiler(void **state)
{
	struct buf a = BUF_INIT;
	struct err err = { 0 };
	put("bin/cc", "#!/bin/sh\nexit 1\n", 0755);
	assert_true(build_lesson(&lesson, VARIANT_PYTHON, NULL, &a, &err));
	assert_true(there(a.data, "server.py"));
	assert_false(there(a.data, "server"));
	buf_clear(&a);
	assert_false(build_lesson(&lesson, VARIANT_C, NULL, &a, &err));
	assert_int_equal(err.id, ERR_COMPILE);
	assert_int_equal(a.len, 0);
	buf_release(&a);
}

static void no_compiler(void **state)
{
	struct buf a = BUF_INIT;
	struct err err = { 0 };
	setenv("PATH", "/nonexistent", 1);
	assert_false(build_lesson(&lesson, VARIANT_C, NULL, &a, &err));
	assert_int_equal(err.id, ERR_NO_COMPILER);
	assert_string_equal(err.a[0], "server.c");
	buf_release(&a);
}

static void does_not_compile(void **state)
{
	struct buf a = BUF_INIT;
	struct err err = { 0 };
	put("07-hello/server.c", "int main(void)\n{\n\treturn nothing;\n}\n", 0644);
	assert_false(build_lesson(&lesson, VARIANT_C, NULL, &a, &err));
	assert_int_equal(err.id, ERR_COMPILE);
	assert_non_null(strstr(err.a[1], "server.c:3:"));
	assert_non_null(strstr(err.a[1], "error"));
	/* nothing half made is left */
	char command[128];
	snprintf(command, sizeof command, "test -z \"$(ls %s/cache/socktutor)\"", root);
	assert_int_equal(system(command), 0);
	buf_release(&a);
}

static void source_is_gone(void **state)
{
	struct buf a = BUF_INIT;
	struct err err = { 0 };
	char path[128];
	snprintf(path, sizeof path, "%s/07-hello/server.py", root);
	unlink(path);
	assert_false(build_lesson(&lesson, VARIANT_C, NULL, &a, &err));
	assert_int_equal(err.id, ERR_SYSTEM);
	assert_int_equal(err.sys, ENOENT);
	buf_release(&a);
}

/* The folder of another user, or one that others may write to, is no cache. */
static void foreign_cache(void **state)
{
	struct buf a = BUF_INIT;
	struct err err = { 0 };
	char dir[96];
	snprintf(dir, sizeof dir, "%s/cache/socktutor", root);
	assert_int_equal(mkdir(dir, 0777) | chmod(dir, 0777), 0);
	assert_true(build_lesson(&lesson, VARIANT_C, NULL, &a, &err));
	assert_null(strstr(a.data, dir));
	char remove[512];
	snprintf(remove, sizeof remove, "rm -rf %s && rmdir --ignore-fail-on-non-empty /tmp/socktutor-%u", a.data, geteuid());
	assert_int_equal(system(remove), 0);
	buf_release(&a);
}

static double seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int command(const char *script, int limit, struct buf *out, struct err *err)
{
	const char *const argv[] = { "sh", "-c", script, NULL };
	return build_run("/", argv, limit, out, err);
}

static void commands_end(void **state)
{
	struct buf out = BUF_INIT;
	struct err err = { 0 };
	double begin = seconds();
	assert_int_equal(command("sleep 60 & sleep 60", 1, &out, &err), -1);
	assert_int_equal(err.sys, ETIMEDOUT);
	/* a child that holds the pipe open does not hold us */
	assert_int_equal(command("sleep 60 & echo done", 30, &out, &err), 0);
	assert_string_equal(out.data, "done\n");
	assert_true(seconds() - begin < 20);
	assert_int_equal(command("exit 5", 30, &out, &err), 5);
	assert_int_equal(command("kill -9 $$", 30, &out, &err), 137);
	buf_clear(&out);
	assert_int_equal(command("yes | head -c 10000000", 30, &out, &err), 0);
	assert_in_range(out.len, 65536, 70000);
	buf_release(&out);
}

static void messages(void **state)
{
	struct buf out = BUF_INIT;
	struct err err = { 0 };
	put("07-hello/warns.c", "int main(void)\n{\n\tint unused;\n\treturn 0;\n}\n", 0644);
	assert_true(build_try(lesson.dir, "warns.c", &out, &err));
	assert_non_null(strstr(out.data, "warning"));
	buf_clear(&out);
	assert_true(build_try(lesson.dir, "server.c", &out, &err));
	assert_int_equal(out.len, 0);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(builds_once), TEST(changed_sources), TEST(prebuilt), TEST(python_needs_no_compiler), TEST(no_compiler),
		TEST(does_not_compile), TEST(source_is_gone), TEST(foreign_cache), TEST(commands_end), TEST(messages),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
