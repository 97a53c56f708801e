/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ring of frames, on the lo of a network of our own: none is lost unnoticed, and what is on its way is known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/wire/capture.h"
#include "engine/wire/packet.h"

static bool is_own;   /* else there may be others' packets on it */
static struct capture *c;
static int sender, receiver;
static struct sockaddr_in to = { .sin_family = AF_INET };

/* Whatever user we are: root would be seen on the host's network otherwise. */
static bool own_network(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
		return false;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	bool up = fd >= 0 && ioctl(fd, SIOCSIFFLAGS, &lo) == 0;
	close(fd);
	return up;
}

static int begin(void **state)
{
	const char *step;
	int fd = is_own ? capture_open("lo", &step) : -1;
	socklen_t len = sizeof to;
	c = fd >= 0 ? capture_new(fd) : NULL;
	if (!c)
		return 0;
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	to.sin_port = 0;
	sender = socket(AF_INET, SOCK_DGRAM, 0);
	receiver = socket(AF_INET, SOCK_DGRAM, 0);
	return bind(receiver, (struct sockaddr *)&to, sizeof to) | getsockname(receiver, (struct sockaddr *)&to, &len);
}

static int end(void **state)
{
	if (!c)
		return 0;
	close(sender);
	close(receiver);
	capture_free(c);
	c = NULL;
	return 0;
}

static void need_capture(void)
{
	if (c)
		return;
	puts("skip: a network of our own, or a capture on it, is refused here");
	skip();
}

static void send_one(unsigned n)
{
	assert_int_equal(sendto(sender, &n, sizeof n, 0, (struct sockaddr *)&to, sizeof to), sizeof n);
}

/* Reads all there is; each must be the next datagram, and not before `first`. Returns how many. */
static unsigned read_all(unsigned first)
{
	struct frame f;
	struct packet p;
	unsigned n = 0, last = first, what;
	for (; capture_next(c, &f); n++) {
		packet_read(&p, f.bytes, f.len, f.total);
		assert_int_equal(p.kind, PACKET_UDP);
		assert_int_equal(p.data_len, sizeof what);
		memcpy(&what, f.bytes + p.data_at, sizeof what);
		assert_true(what >= last);
		last = what + 1;
	}
	return n;
}

static void every_frame_comes_once_and_in_order(void **state)
{
	need_capture();
	for (unsigned round = 0; round < 20; round++) {
		for (unsigned i = 0; i < 500; i++)
			send_one(round * 500 + i);
		assert_true(capture_waits(c));
		assert_int_equal(read_all(round * 500), 500);
		assert_false(capture_waits(c));
		assert_int_equal(capture_flying(c), 0);
	}
	assert_int_equal(capture_lost(c), 0);
	assert_int_equal(capture_moves(c), 2 * 20 * 500);
}

static bool is_readable(void)
{
	return poll(&(struct pollfd){ .fd = capture_fd(c), .events = POLLIN }, 1, 0) == 1;
}

static void what_was_read_wakes_nobody(void **state)
{
	struct frame f;
	need_capture();
	assert_false(is_readable());
	send_one(1);
	assert_true(is_readable());
	assert_true(capture_next(c, &f));
	capture_done(c);
	assert_false(is_readable());
	assert_false(capture_next(c, &f));
}

static void looking_ahead_counts_once(void **state)
{
	need_capture();
	for (unsigned i = 0; i < 10; i++) {
		send_one(i);
		assert_int_equal(capture_moves(c), 2 * (i + 1));
		assert_int_equal(capture_flying(c), 0);
		if (i % 3 == 2)
			assert_int_equal(read_all(i - 2), 3);
		assert_int_equal(capture_moves(c), 2 * (i + 1));
	}
}

/* Nobody reads for a while: what is lost is counted to the last one, and later ones are seen again. */
static void lost_frames_are_counted(void **state)
{
	need_capture();
	unsigned sent = 0;
	for (int round = 0; round < 3; round++) {
		unsigned first = sent;
		for (unsigned i = 0; i < 5000; i++)
			send_one(sent++);
		assert_true(capture_is_filling(c));
		unsigned seen = read_all(first), lost = capture_lost(c);
		assert_true(seen >= 1000 && seen < 5000);
		assert_int_equal(seen + lost, 5000);
		assert_int_equal(capture_lost(c), 0);
		assert_false(capture_is_filling(c));
	}
	send_one(sent);
	assert_int_equal(read_all(sent), 1);
	assert_int_equal(capture_lost(c), 0);
}

static void long_frames_are_cut(void **state)
{
	static char much[60000];
	struct frame f;
	need_capture();
	memset(much, 'x', sizeof much);
	assert_int_equal(sendto(sender, much, sizeof much, 0, (struct sockaddr *)&to, sizeof to), sizeof much);
	assert_true(capture_next(c, &f));
	assert_int_equal(f.total, 14 + 20 + 8 + sizeof much);
	assert_in_range(f.len, CAPTURE_KEEP - 100, CAPTURE_KEEP + 100);
	assert_int_equal(f.bytes[f.len - 1], 'x');
}

#define test(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(every_frame_comes_once_and_in_order),
		test(what_was_read_wakes_nobody),
		test(looking_ahead_counts_once),
		test(lost_frames_are_counted),
		test(long_frames_are_cut),
	};
	is_own = own_network();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
