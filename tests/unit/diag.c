/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kernel's list of sockets: a real one, and answers that no kernel gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/buf.h"
#include "engine/wire/diag.h"

static struct diag *open_list(void)
{
	struct diag *d = diag_new();
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_SOCK_DIAG);
	if (fd < 0) {
		diag_free(d);
		print_message("skip: sock_diag is refused here\n");
		skip();
	}
	assert_true(diag_add(d, 0, fd));
	return d;
}

static const struct diag_sock *by_fd(const struct diag *d, int fd)
{
	struct stat st;
	assert_int_equal(fstat(fd, &st), 0);
	for (int i = 0; i < d->n; i++)
		if (d->all[i].inode == st.st_ino)
			return &d->all[i];
	return NULL;
}

static void real_sockets_are_listed(void **state)
{
	struct diag *d = open_list();
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t len = sizeof at;
	int s = socket(AF_INET, SOCK_STREAM, 0), c = socket(AF_INET, SOCK_STREAM, 0), two[2];
	assert_int_equal(bind(s, (struct sockaddr *)&at, len), 0);
	assert_int_equal(getsockname(s, (struct sockaddr *)&at, &len), 0);
	if (!diag_look(d, DIAG_TCP4)) {
		print_message("skip: TCP sockets are not listed here\n");
		diag_free(d);
		skip();
	}
	const struct diag_sock *found = by_fd(d, s);
	if (found)   /* only bound: newer kernels list it */
		assert_int_equal(found->state, TCP_CLOSE);
	assert_int_equal(listen(s, 7), 0);
	assert_int_equal(connect(c, (struct sockaddr *)&at, len), 0);
	assert_int_equal(write(c, "12345", 5), 5);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, two), 0);
	assert_int_equal(write(two[0], "123", 3), 3);
	assert_true(diag_look(d, DIAG_TCP4 | DIAG_TCP6 | DIAG_UDP4 | DIAG_UDP6 | DIAG_UNIX));
	found = by_fd(d, s);
	assert_non_null(found);
	assert_int_equal(found->state, TCP_LISTEN);
	assert_int_equal(found->recvq, 1);
	assert_int_equal(found->sendq, 7);
	assert_int_equal(found->here.port, ntohs(at.sin_port));
	found = by_fd(d, c);
	assert_non_null(found);
	assert_int_equal(found->state, TCP_ESTABLISHED);
	assert_int_equal(found->there.port, ntohs(at.sin_port));
	assert_true(found->mss > 0 && found->snd_wnd > 0);
	int waits = 0;   /* the other end, which nobody holds */
	for (int i = 0; i < d->n; i++)
		waits += !d->all[i].inode && d->all[i].there.port == found->here.port && d->all[i].recvq == 5;
	assert_int_equal(waits, 1);
	found = by_fd(d, two[1]);
	assert_non_null(found);
	assert_int_equal(found->recvq, 3);
	for (int i = 0; i < 2; i++)
		close(two[i]);
	close(c);
	close(s);
	diag_free(d);
}

/* One answer with a TCP socket and its attributes. */
static size_t make_answer(struct diag *d, unsigned char *out, int info_len)
{
	struct inet_diag_msg m = { .idiag_family = AF_INET, .idiag_state = TCP_ESTABLISHED, .idiag_timer = 9, .idiag_inode = 77 };
	size_t attr = NLMSG_HDRLEN + sizeof m, end = attr + NLA_HDRLEN + (size_t)info_len;
	struct nlattr a = { .nla_len = (uint16_t)(NLA_HDRLEN + info_len), .nla_type = INET_DIAG_INFO };
	struct nlmsghdr h = { .nlmsg_len = (uint32_t)end, .nlmsg_type = SOCK_DIAG_BY_FAMILY, .nlmsg_seq = d->seq };
	memset(out, 0xff, NLMSG_ALIGN(end));
	memcpy(out, &h, sizeof h);
	memcpy(out + NLMSG_HDRLEN, &m, sizeof m);
	memcpy(out + attr, &a, sizeof a);
	return NLMSG_ALIGN(end);
}

static void short_answers_are_not_read_past_their_end(void **state)
{
	unsigned char whole[1024];
	for (int info = 0; info <= 248; info += 4) {
		struct diag *d = diag_new();
		size_t n = make_answer(d, whole, info);
		for (size_t cut = 0; cut <= n; cut++) {
			unsigned char *exact = xmalloc(cut + 1);   /* sanitizers see one byte too many */
			memcpy(exact, whole, cut);
			d->n = 0;
			int result = diag_take(d, IPPROTO_TCP, exact, cut);
			assert_true(cut == 0 || cut == n ? result == 1 : result == -1);
			assert_int_equal(d->n, cut == n);
			free(exact);
		}
		assert_int_equal(d->all[0].inode, 77);
		assert_int_equal(d->all[0].timer, DIAG_TIMER_NONE);
		assert_int_equal(d->all[0].unacked, info >= 28 ? INT64_C(0xffffffff) : -1);
		assert_int_equal(d->all[0].rcv_wnd, info >= 240 ? INT64_C(0xffffffff) : -1);
		diag_free(d);
	}
}

static void other_answers_are_passed_over(void **state)
{
	unsigned char bytes[1024];
	struct diag *d = diag_new();
	struct nlmsghdr h;
	size_t n = make_answer(d, bytes, 100);
	d->seq++;   /* an answer to the question before */
	assert_int_equal(diag_take(d, IPPROTO_TCP, bytes, n), 1);
	assert_int_equal(d->n, 0);
	make_answer(d, bytes, 100);
	memcpy(&h, bytes, sizeof h);
	h.nlmsg_type = NLMSG_ERROR;
	memcpy(bytes, &h, sizeof h);
	assert_int_equal(diag_take(d, IPPROTO_TCP, bytes, n), -1);
	assert_true(errno > 0);
	h.nlmsg_type = NLMSG_DONE;
	memcpy(bytes, &h, sizeof h);
	assert_int_equal(diag_take(d, IPPROTO_TCP, bytes, n), 0);
	h.nlmsg_type = SOCK_DIAG_BY_FAMILY;
	h.nlmsg_flags = NLM_F_DUMP_INTR;
	memcpy(bytes, &h, sizeof h);
	assert_int_equal(diag_take(d, IPPROTO_TCP, bytes, n), -1);
	assert_int_equal(errno, EINTR);
	diag_free(d);
}

static void chance_breaks_nothing(void **state)
{
	struct diag *d = diag_new();
	unsigned char bytes[512];
	srand(1);
	for (int round = 0; round < 20000; round++) {
		size_t n = make_answer(d, bytes, rand() % 250 & ~3);
		for (int i = 0; i < 4; i++)
			bytes[(size_t)rand() % n] = (unsigned char)rand();
		unsigned char *exact = xmalloc(n);
		memcpy(exact, bytes, n);
		diag_take(d, round & 1 ? IPPROTO_TCP : 0, exact, n);
		assert_true(d->n <= DIAG_SOCKETS_MOST);
		free(exact);
	}
	diag_free(d);
}

static void there_is_an_end_to_a_long_list(void **state)
{
	struct diag *d = diag_new();
	unsigned char bytes[512];
	size_t n = make_answer(d, bytes, 0);
	for (int i = 0; i < DIAG_SOCKETS_MOST + 5; i++)
		assert_int_equal(diag_take(d, IPPROTO_TCP, bytes, n), 1);
	assert_int_equal(d->n, DIAG_SOCKETS_MOST);
	assert_true(d->more);
	diag_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(real_sockets_are_listed),
		cmocka_unit_test(short_answers_are_not_read_past_their_end),
		cmocka_unit_test(other_answers_are_passed_over),
		cmocka_unit_test(chance_breaks_nothing),
		cmocka_unit_test(there_is_an_end_to_a_long_list),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
