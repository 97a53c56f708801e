/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The programs' own time, and timers in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "engine/trace/expiry.h"
#include "engine/trace/vclock.h"

static const int64_t SECOND = 1000000000;

static int64_t real(clockid_t id)
{
	struct timespec t;
	clock_gettime(id, &t);
	return t.tv_sec * SECOND + t.tv_nsec;
}

static void it_stands_still(void **state)
{
	struct vclock c;
	vclock_init(&c);
	int64_t was = vclock_now(&c);
	nanosleep(&(struct timespec){ .tv_nsec = 20 * 1000 * 1000 }, NULL);
	assert_int_equal(vclock_now(&c), was);
}

static void each_look_shows_more(void **state)
{
	struct vclock c;
	vclock_init(&c);
	int64_t wall = vclock_look(&c, CLOCK_REALTIME), last = vclock_look(&c, CLOCK_MONOTONIC);
	assert_true(wall > real(CLOCK_REALTIME) - 5 * SECOND && wall < real(CLOCK_REALTIME) + SECOND);
	for (int i = 0; i < 100; i++) {
		int64_t now = vclock_look(&c, CLOCK_MONOTONIC);
		assert_true(now > last && now - last <= 1000);
		last = now;
	}
}

static void who_waits_by_looking_gets_there(void **state)
{
	struct vclock c;
	int looks = 0;
	vclock_init(&c);
	int64_t until = vclock_look(&c, CLOCK_MONOTONIC) + 2 * SECOND;
	while (vclock_look(&c, CLOCK_MONOTONIC) < until)
		assert_true(++looks < 20000);
	vclock_stir(&c);
	int64_t was = vclock_now(&c);
	vclock_look(&c, CLOCK_MONOTONIC);
	assert_int_equal(vclock_now(&c) - was, 1000);
}

static void who_asks_in_vain_gets_there(void **state)
{
	struct vclock c;
	int64_t since = 0, first;
	int asked = 0;
	vclock_init(&c);
	for (vclock_step(&c), first = vclock_now(&c); vclock_now(&c) < 2 * SECOND; vclock_step(&c)) {
		vclock_in_vain(&c, &since);
		asked++;
		assert_true(asked > 64 || vclock_now(&c) == asked * first);
	}
	assert_true(asked > 200 && asked < 600);
	assert_true(vclock_now(&c) < 2 * SECOND + 2 * SECOND / 60);
}

static void it_never_goes_back(void **state)
{
	struct vclock c;
	vclock_init(&c);
	vclock_reach(&c, 3 * SECOND);
	vclock_reach(&c, 2 * SECOND);
	assert_int_equal(vclock_now(&c), 3 * SECOND);
	vclock_let_go(&c);
	assert_true(vclock_now(&c) >= 3 * SECOND);
	nanosleep(&(struct timespec){ .tv_nsec = 20 * 1000 * 1000 }, NULL);
	assert_true(vclock_now(&c) >= 3 * SECOND + 20 * 1000 * 1000);
}

static void a_moment_is_found_on_every_clock(void **state)
{
	struct vclock c;
	vclock_init(&c);
	for (int id = 0; id < VCLOCKS; id++)
		if (vclock_has(id)) {
			int64_t shown = vclock_look(&c, id);
			assert_int_equal(vclock_of(&c, id, shown), vclock_now(&c));
		}
	assert_false(vclock_has(CLOCK_PROCESS_CPUTIME_ID));
	assert_false(vclock_has(CLOCK_THREAD_CPUTIME_ID));
	assert_false(vclock_has(VCLOCKS));
	assert_false(vclock_has(-1));
}

static void a_timer_runs_out_once(void **state)
{
	struct vclock c;
	vclock_init(&c);
	struct expiry x = expiry_in(&c, 2 * SECOND, 0);
	assert_true(x.on && x.asked == 2 * SECOND);
	assert_int_equal(expiry_left(&x, vclock_now(&c)), 2 * SECOND);
	assert_int_equal(expiry_catch_up(&x, x.at - 1), 0);
	assert_int_equal(expiry_left(&x, x.at + SECOND), 1);
	assert_int_equal(expiry_catch_up(&x, x.at + SECOND), 1);
	assert_false(x.on);
	assert_int_equal(expiry_left(&x, 0), 0);
	assert_int_equal(expiry_catch_up(&x, INT64_MAX), 0);
	x = expiry_in(&c, 0, SECOND);
	assert_false(x.on);
}

static void a_timer_with_an_interval_catches_up(void **state)
{
	struct vclock c;
	vclock_init(&c);
	struct expiry x = expiry_in(&c, SECOND, 3 * SECOND);
	int64_t first = x.at;
	assert_int_equal(expiry_catch_up(&x, first), 1);
	assert_true(x.on && x.at == first + 3 * SECOND && x.asked == 3 * SECOND);
	assert_int_equal(expiry_catch_up(&x, first + 9 * SECOND), 3);
	assert_int_equal(x.at, first + 12 * SECOND);
	struct itimerspec shown = expiry_spec(&x, first + 10 * SECOND + 5);
	assert_true(shown.it_interval.tv_sec == 3 && !shown.it_interval.tv_nsec);
	assert_true(shown.it_value.tv_sec == 1 && shown.it_value.tv_nsec == SECOND - 5);
}

static void a_timer_is_set_by_a_clock(void **state)
{
	struct vclock c;
	vclock_init(&c);
	int64_t shown = vclock_look(&c, CLOCK_REALTIME);
	struct expiry x = expiry_of(&c, CLOCK_REALTIME, true, shown + 2 * SECOND, 0);
	assert_int_equal(x.at, vclock_now(&c) + 2 * SECOND);
	x = expiry_of(&c, CLOCK_REALTIME, true, shown - SECOND, 0);
	assert_true(x.on && expiry_catch_up(&x, vclock_now(&c)) == 1);
	x = expiry_of(&c, CLOCK_REALTIME, false, SECOND, 0);
	assert_true(x.at == vclock_now(&c) + SECOND && x.asked == SECOND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_stands_still), cmocka_unit_test(each_look_shows_more), cmocka_unit_test(who_waits_by_looking_gets_there),
		cmocka_unit_test(who_asks_in_vain_gets_there),
		cmocka_unit_test(it_never_goes_back), cmocka_unit_test(a_moment_is_found_on_every_clock),
		cmocka_unit_test(a_timer_runs_out_once), cmocka_unit_test(a_timer_with_an_interval_catches_up),
		cmocka_unit_test(a_timer_is_set_by_a_clock),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
