/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The learner's places: kept, read again, and a broken file does no harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tutor/progress.h"

static char path[64];

static void write_file(const char *text)
{
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static int set_up(void **state)
{
	strcpy(path, "/tmp/socktutor-progress.XXXXXX");
	int fd = mkstemp(path);
	return fd < 0 ? -1 : close(fd);
}

static int tear_down(void **state)
{
	return unlink(path);
}

static void places_come_back(void **state)
{
	struct progress p;
	const struct place was = { .lesson = "tcp-echo", .variant = VARIANT_PYTHON, .step = 7, .lane = 1 };
	progress_init(&p, path);
	assert_true(progress_set(&p, &was));
	progress_release(&p);
	progress_init(&p, path);
	const struct place *is = progress_find(&p, "tcp-echo");
	assert_non_null(is);
	assert_true(is->variant == VARIANT_PYTHON && is->step == 7 && !is->done && is->lane == 1);
	assert_null(progress_find(&p, "tcp-hello"));
	progress_release(&p);
}

static void done_stays_done(void **state)
{
	struct progress p;
	progress_init(&p, path);
	progress_set(&p, &(struct place){ .lesson = "a", .done = true });
	progress_set(&p, &(struct place){ .lesson = "a", .step = 3 });
	assert_true(progress_find(&p, "a")->done);
	assert_int_equal(progress_find(&p, "a")->step, 3);
	progress_release(&p);
}

static void broken_files_do_no_harm(void **state)
{
	struct progress p;
	write_file("\n\n\xff\xfe garbage\nlesson\ngood c 4 1\nbad c -3 0 0\ngood python 9 0 0 x\n"
		   "waytoolongwaytoolongwaytoolongwaytoolongwaytoolongwaytoolongwaytoolongwaytoolong c 1 0\n");
	progress_init(&p, path);
	assert_int_equal(progress_find(&p, "good")->step, 4);
	assert_null(progress_find(&p, "bad"));
	assert_null(progress_find(&p, "lesson"));
	progress_release(&p);
}

static void nothing_is_kept_without_a_file(void **state)
{
	struct progress p;
	progress_init(&p, NULL);
	assert_true(progress_set(&p, &(struct place){ .lesson = "a", .step = 1 }));
	assert_int_equal(progress_find(&p, "a")->step, 1);
	progress_release(&p);
	progress_init(&p, "/nowhere/at/all");
	assert_false(progress_set(&p, &(struct place){ .lesson = "a", .step = 1 }));
	progress_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(places_come_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(done_stays_done, set_up, tear_down),
		cmocka_unit_test_setup_teardown(broken_files_do_no_harm, set_up, tear_down),
		cmocka_unit_test(nothing_is_kept_without_a_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
