/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls under the names of the source: which name, which arguments, and what of the kernel's is left out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tutor/show/show_call.h"

static struct arena arena;

static struct value *receiving(struct value *from)
{
	struct value *v = value_struct(&arena, NULL);
	value_add(&arena, v, "sockfd", value_fd(&arena, 4));
	value_add(&arena, v, "buf", value_ptr(&arena, 0x7ffe1000));
	value_add(&arena, v, "len", value_uint(&arena, 100, 10));
	value_add(&arena, v, "flags", value_flags(&arena, 0, "", 0));
	value_add(&arena, v, "src_addr", from);
	value_add(&arena, v, "addrlen", value_ptr(&arena, from->u));
	return v;
}

static void shows(const struct model_call *c, bool full, const char *text)
{
	struct buf b = BUF_INIT;
	show_call(&b, c, full);
	assert_string_equal(b.data, text);
	buf_release(&b);
}

static void recv_is_shown_as_recv(void **state)
{
	struct model_call c = { .call = "recvfrom", .canon = "recv", .args = receiving(value_ptr(&arena, 0)) };
	shows(&c, false, "recv(sockfd 4, buf (program memory), len 100, flags 0)");
	shows(&c, true, "recvfrom(sockfd 4, buf 0x7ffe1000, len 100, flags 0, src_addr NULL, addrlen NULL)");
	assert_string_equal(show_call_name(&c), "recv");
	assert_string_equal(show_kernel_name(&c), "recvfrom");
}

static void recvfrom_keeps_its_address(void **state)
{
	struct model_call c = { .call = "recvfrom", .canon = "recvfrom", .args = receiving(value_ptr(&arena, 0x7ffe2000)) };
	shows(&c, false, "recvfrom(sockfd 4, buf (program memory), len 100, flags 0, src_addr (program memory), addrlen (program memory))");
	assert_null(show_kernel_name(&c));
	c.args = receiving(value_ptr(&arena, 0));
	shows(&c, false, "recvfrom(sockfd 4, buf (program memory), len 100, flags 0, src_addr NULL, addrlen NULL)");
}

static void flags_that_say_something_stay(void **state)
{
	struct value *v = value_struct(&arena, NULL);
	value_add(&arena, v, "sockfd", value_fd(&arena, 3));
	value_add(&arena, v, "flags", value_flags(&arena, 02000000, "SOCK_CLOEXEC", 0));
	struct model_call c = { .call = "accept4", .canon = "accept", .args = v };
	shows(&c, false, "accept(sockfd 3, flags SOCK_CLOEXEC)");
	v = value_struct(&arena, NULL);
	value_add(&arena, v, "sockfd", value_fd(&arena, 3));
	value_add(&arena, v, "flags", value_flags(&arena, 0, "", 0));
	c.args = v;
	shows(&c, false, "accept(sockfd 3)");
	shows(&c, true, "accept4(sockfd 3, flags 0)");
}

static void the_size_of_no_mask_goes_with_it(void **state)
{
	struct value *v = value_struct(&arena, NULL);
	value_add(&arena, v, "nfds", value_uint(&arena, 1, 10));
	value_add(&arena, v, "sigmask", value_ptr(&arena, 0));
	value_add(&arena, v, "sigsetsize", value_uint(&arena, 8, 10));
	struct model_call c = { .call = "ppoll", .canon = "poll", .args = v };
	shows(&c, false, "poll(nfds 1)");
}

static void no_call_is_no_harm(void **state)
{
	struct model_call c = { .call = NULL };
	assert_string_equal(show_call_name(&c), "?");
	assert_null(show_kernel_name(&c));
	shows(&c, true, "?()");
}

static int tear_down(void **state)
{
	arena_release(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recv_is_shown_as_recv), cmocka_unit_test(recvfrom_keeps_its_address),
		cmocka_unit_test(flags_that_say_something_stay), cmocka_unit_test(the_size_of_no_mask_goes_with_it),
		cmocka_unit_test(no_call_is_no_harm),
	};
	arena_init(&arena);
	return cmocka_run_group_tests(tests, NULL, tear_down);
}
