/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which sockets are the two ends of a connection, and the states they went through. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "engine/base/arena.h"
#include "tutor/show/ends.h"

static struct arena arena;
static struct model_state states[64];
static struct model_sock socks[4];
static struct model m;

static const struct value *address(const char *ip, int port)
{
	struct value *v = value_struct(&arena, "sockaddr_in");
	value_add(&arena, v, "sin_port", value_uint(&arena, (uint64_t)port, 10));
	value_add(&arena, v, "sin_addr", value_ip(&arena, ip));
	return v;
}

static struct model_sock *sock(int actor, const struct value *local, const struct value *peer)
{
	struct model_sock *k = &socks[m.n_socks++];
	*k = (struct model_sock){ .sock = m.n_socks, .domain = "AF_INET", .type = "SOCK_STREAM", .actor = actor, .backlog = -1, .from = -1,
				  .past = -1, .local = local, .peer = peer };
	return k;
}

static void went(struct model_sock *k, const char *state, const char *why)
{
	states[m.n_states] = (struct model_state){ .sock = k->sock, .before = k->past, .state = state, .why = why };
	k->past = m.n_states++;
	k->kernel = state;
}

static void is_path(const struct end_path *e, const char *wanted)
{
	char text[400] = "";
	for (int i = 0; i < e->n; i++) {
		strcat(text, i ? " " : "");
		strcat(text, e->step[i].inferred ? "~" : "");
		strcat(text, tcp_state_name((enum tcp_state)e->step[i].state));
	}
	assert_string_equal(text, wanted);
}

static int setup(void **state)
{
	arena_init(&arena);
	m = (struct model){ .socks = socks, .states = states };
	return 0;
}

static int teardown(void **state)
{
	arena_release(&arena);
	return 0;
}

static void a_connection(void **state)
{
	struct ends_pair pair;
	struct model_sock *listener = sock(0, address("0.0.0.0", 8888), NULL);
	struct model_sock *client = sock(1, NULL, NULL);
	went(listener, "CLOSED", "socket");
	went(listener, "LISTEN", "listen");
	listener->backlog = 5;
	went(client, "CLOSED", "socket");
	assert_int_equal(ends_count(&m), 1);
	assert_true(ends_at(&m, 0, &pair));
	is_path(&pair.end[0], "CLOSED LISTEN");
	is_path(&pair.end[1], "CLOSED");
	client->local = address("127.0.0.1", 40000), client->peer = address("127.0.0.1", 8888);
	struct model_sock *child = sock(0, address("0.0.0.0", 8888), client->local);
	child->from = 1;
	went(client, "ESTABLISHED", "SYN|ACK");
	went(child, "ESTABLISHED", "ACK");
	went(child, "FIN_WAIT2", "ACK");
	went(client, "CLOSE_WAIT", "FIN|ACK");
	went(child, "TIME_WAIT", "FIN|ACK");
	went(client, "CLOSED", "ACK");
	assert_int_equal(ends_count(&m), 1);
	assert_true(ends_at(&m, 0, &pair));
	is_path(&pair.end[0], "LISTEN ~SYN_RECV ESTABLISHED ~FIN_WAIT1 FIN_WAIT2 TIME_WAIT");
	is_path(&pair.end[1], "CLOSED ~SYN_SENT ESTABLISHED CLOSE_WAIT ~LAST_ACK CLOSED");
	assert_true(end_went(&pair.end[1], STATE_CLOSED, STATE_SYN_SENT));
	assert_false(end_went(&pair.end[0], STATE_CLOSED, STATE_SYN_SENT));
	assert_false(ends_at(&m, 1, &pair));
}

/* A reset leads to CLOSED from anywhere: nothing lies between. */
/* A SYN is held, and nobody listens yet: one picture, not the same one twice. */
static void two_that_are_not_connected(void **state)
{
	struct ends_pair pair;
	struct model_sock *client = sock(1, address("10.0.0.2", 40000), address("10.0.0.1", 8888));
	struct model_sock *server = sock(0, address("0.0.0.0", 8888), NULL);
	went(client, "SYN_SENT", "connect");
	went(server, "CLOSED", "socket");
	assert_int_equal(ends_count(&m), 1);
	assert_true(ends_at(&m, 0, &pair));
	assert_ptr_not_equal(pair.end[0].sock, pair.end[1].sock);
	server->backlog = 5;
	went(server, "LISTEN", "listen");
	assert_int_equal(ends_count(&m), 1);
}

static void a_reset(void **state)
{
	struct ends_pair pair;
	struct model_sock *k = sock(0, address("127.0.0.1", 40000), address("127.0.0.1", 8888));
	went(k, "ESTABLISHED", "SYN|ACK");
	went(k, "CLOSE_WAIT", "FIN|ACK");
	went(k, "CLOSED", "RST");
	assert_true(ends_at(&m, 0, &pair));
	is_path(&pair.end[0], "ESTABLISHED CLOSE_WAIT CLOSED");
	assert_null(pair.end[1].sock);
}

/* Both closed at once: the last packet was the ACK of the FIN, so CLOSING was passed and not FIN_WAIT2. */
static void ways_to_time_wait(void **state)
{
	static const struct { const char *from, *why, *path; } cases[] = {
		{ "FIN_WAIT1", "ACK", "FIN_WAIT1 ~CLOSING TIME_WAIT" }, { "FIN_WAIT1", "FIN|ACK", "FIN_WAIT1 ~FIN_WAIT2 TIME_WAIT" },
		{ "ESTABLISHED", "ACK", "ESTABLISHED ~FIN_WAIT1 ~CLOSING TIME_WAIT" }, { "CLOSING", "ACK", "CLOSING TIME_WAIT" },
		{ "FIN_WAIT2", "FIN|ACK", "FIN_WAIT2 TIME_WAIT" }, { "FIN_WAIT1", NULL, "FIN_WAIT1 TIME_WAIT" },
		{ "SYN_SENT", "ACK", "SYN_SENT ~ESTABLISHED ~FIN_WAIT1 ~CLOSING TIME_WAIT" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct ends_pair pair;
		m.n_socks = m.n_states = 0;
		struct model_sock *k = sock(0, NULL, NULL);
		went(k, cases[i].from, NULL);
		went(k, "TIME_WAIT", cases[i].why);
		assert_true(ends_at(&m, 0, &pair));
		is_path(&pair.end[0], cases[i].path);
	}
}

static void what_is_no_tcp(void **state)
{
	struct ends_pair pair;
	sock(0, NULL, NULL)->type = "SOCK_DGRAM";
	went(&socks[0], "ESTABLISHED", NULL);
	went(sock(1, NULL, NULL), "NO_SUCH_STATE", NULL);
	assert_int_equal(ends_count(&m), 1);
	assert_true(ends_at(&m, 0, &pair));
	is_path(&pair.end[0], "");
	assert_int_equal(pair.end[0].state, -1);
}

int main(void)
{
#define T(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = { T(a_connection), T(two_that_are_not_connected), T(a_reset), T(ways_to_time_wait), T(what_is_no_tcp) };
	return cmocka_run_group_tests_name("ends", tests, NULL, NULL);
}
