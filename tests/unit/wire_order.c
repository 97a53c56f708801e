/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Orders for the wire, in words: each that there is, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tutor/model/model.h"
#include "tutor/wire_order.h"

static const char *const names[] = { "server", "client" };

static struct wire_words good(const char *words)
{
	struct wire_words w;
	struct err err = { 0 };
	if (!wire_words_read(words, names, 2, &w, &err))
		print_error("%s: not understood: %s\n", words, err.a[0]);
	assert_int_equal(err.id, ERR_NONE);
	return w;
}

static void bad(const char *words, const char *what)
{
	struct wire_words w;
	struct err err = { 0 };
	assert_false(wire_words_read(words, names, 2, &w, &err));
	assert_int_equal(err.id, ERR_WIRE_ORDER);
	assert_string_equal(err.a[0], what);
}

static void orders(void **state)
{
	assert_int_equal(good("flow").order.how, WIRE_FLOW);
	assert_int_equal(good("hold").order.host, -1);
	assert_int_equal(good("hold client").order.host, 1);
	assert_int_equal(good("pass").order.id, 0);
	assert_int_equal(good("pass 7").order.id, 7);
	assert_int_equal(good("hold host2").order.host, 1);
	assert_int_equal(good("unplug server").order.host, 0);
	assert_int_equal(good("plug client").order.host, 1);

	struct wire_words w = good("  drop server SYN|ACK port 80\tevery 3 ");
	assert_int_equal(w.order.how, WIRE_DROP);
	assert_int_equal(w.order.host, 0);
	assert_string_equal(w.flags, "SYN|ACK");
	assert_int_equal(w.order.port, 80);
	assert_int_equal(w.order.every, 3);
	assert_int_equal(good("corrupt all").order.every, 1);
	assert_int_equal(good("drop").order.every, 0);
	assert_int_equal(good("delay ms 250 UDP").order.ns, 250000000);
	assert_int_equal(good("delay").order.ns, 1000000000);
}

static void no_orders(void **state)
{
	bad("drop UDP DATA", "DATA");   /* one kind at a time */
	bad("", "-");
	bad("holt", "holt");
	bad("hold every 2", "every");
	bad("hold all", "all");
	bad("drop somebody", "somebody");
	bad("drop SYN|", "SYN|");
	bad("drop port 0", "0");
	bad("drop port 65536", "65536");
	bad("drop every", "drop every");
	bad("drop ms 5", "ms");
	bad("delay ms -1", "-1");
	bad("pass all", "all");
	bad("pass 0", "0");
	bad("unplug", "unplug");
	bad("unplug all", "all");
	bad("unplug host3", "host3");
	bad("flow on", "on");
	bad("freeze", "freeze");
	bad("freeze client second", "second");
	bad("drop aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "drop aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	bad("drop SYN SYN SYN SYN SYN SYN SYN SYN SYN SYN SYN SYN SYN SYN SYN SYN SYN",
	    "drop SYN SYN SYN SYN SYN SYN SYN SYN SYN SYN SYN SYN SYN SYN SYN SYN SYN");
}

/* Two programs; the server listens with its first socket and has two connections, of which it closed one. */
static const struct model_task tasks[] = { { .lane = 0, .actor = 0, .pid = 10 }, { .lane = 1, .actor = 1, .pid = 11 } };
static const struct model_sock socks[] = {
	{ .sock = 1, .state = "listening", .kernel = "LISTEN" }, { .sock = 2, .state = "connected" }, { .sock = 3, .state = "connected" },
	{ .sock = 4, .state = "closed" },
};
static const struct model_fd fds[] = { { .pid = 10, .fd = 3, .sock = 1 }, { .pid = 10, .fd = 4, .sock = 3 }, { .pid = 11, .fd = 3, .sock = 2 } };
static const struct model run = { .tasks = (void *)tasks, .n_tasks = 2, .socks = (void *)socks, .n_socks = 4, .fds = (void *)fds, .n_fds = 3 };

static int socket_of(const char *words)
{
	struct wire_words w = good(words);
	struct wire_order o;
	struct err err = { 0 };
	return wire_words_order(&w, &run, &o, &err) ? o.sock : -(int)err.id;
}

static void sockets(void **state)
{
	assert_int_equal(socket_of("freeze server listener"), 1);
	assert_int_equal(socket_of("freeze server connection"), 3);
	assert_int_equal(socket_of("freeze server"), 3);
	assert_int_equal(socket_of("thaw server 1"), 1);
	assert_int_equal(socket_of("thaw server 2"), 3);
	assert_int_equal(socket_of("freeze client"), 2);
	assert_int_equal(socket_of("freeze server 3"), -ERR_NO_SOCKET);
	assert_int_equal(socket_of("freeze client listener"), -ERR_NO_SOCKET);
}

static void words_and_back(void **state)
{
	for (int i = 0; i < WIRE_HOWS; i++) {
		enum wire_how how;
		assert_true(wire_how_of(wire_how_name((enum wire_how)i), &how));
		assert_int_equal(how, i);
	}
	assert_true(wire_flags_known("SYN") && wire_flags_known("FIN|ACK") && wire_flags_known("DATA") && wire_flags_known("ARP"));
	assert_false(wire_flags_known("") || wire_flags_known("syn") || wire_flags_known("SYN|DATA") || wire_flags_known("|"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(orders), cmocka_unit_test(no_orders), cmocka_unit_test(sockets), cmocka_unit_test(words_and_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
