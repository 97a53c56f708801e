/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "engine/decode/addr.h"

static struct value *inet(struct arena *a, bool six, const char *ip, uint64_t port)
{
	struct value *v = value_struct(a, six ? "sockaddr_in6" : "sockaddr_in");
	value_add(a, v, six ? "sin6_port" : "sin_port", value_uint(a, port, 10));
	value_add(a, v, six ? "sin6_addr" : "sin_addr", value_ip(a, ip));
	return v;
}

static struct value *unix_name(struct arena *a, const char *path)
{
	struct value *v = value_struct(a, "sockaddr_un");
	value_add(a, v, "sun_path", value_text(a, path, strlen(path)));
	return v;
}

static void parts(void **state)
{
	struct arena a;
	arena_init(&a);
	assert_string_equal(addr_ip(inet(&a, false, "10.0.0.1", 80)), "10.0.0.1");
	assert_int_equal(addr_port(inet(&a, false, "10.0.0.1", 80)), 80);
	assert_string_equal(addr_ip(inet(&a, true, "::1", 8888)), "::1");
	assert_int_equal(addr_port(inet(&a, true, "::1", 8888)), 8888);
	assert_null(addr_ip(unix_name(&a, "/tmp/s")));
	assert_int_equal(addr_port(unix_name(&a, "/tmp/s")), -1);
	arena_release(&a);
}

static void hostile(void **state)
{
	struct arena a;
	arena_init(&a);
	struct value *v = value_struct(&a, "sockaddr_in");
	value_add(&a, v, "sin_port", value_text(&a, "80", 2));
	value_add(&a, v, "sin_addr", value_int(&a, 1));
	assert_int_equal(addr_port(v), -1);
	assert_null(addr_ip(v));
	assert_int_equal(addr_port(inet(&a, false, "10.0.0.1", 65536)), -1);
	assert_int_equal(addr_port(NULL), -1);
	assert_null(addr_ip(NULL));
	assert_null(addr_ip(value_ip(&a, "10.0.0.1")));
	assert_false(addr_covers(NULL, NULL));
	arena_release(&a);
}

static void every_address(void **state)
{
	assert_true(ip_is_any("0.0.0.0"));
	assert_true(ip_is_any("::"));
	assert_false(ip_is_any("::1"));
	assert_false(ip_is_any("127.0.0.1"));
	assert_false(ip_is_any(NULL));
}

static void covers(void **state)
{
	struct arena a;
	arena_init(&a);
	const struct value *any = inet(&a, false, "0.0.0.0", 80), *one = inet(&a, false, "10.0.0.1", 80);
	assert_true(addr_covers(any, one));
	assert_false(addr_covers(one, any));
	assert_true(addr_covers(one, inet(&a, false, "10.0.0.1", 80)));
	assert_false(addr_covers(one, inet(&a, false, "10.0.0.1", 81)));
	assert_false(addr_covers(one, inet(&a, false, "10.0.0.2", 80)));
	assert_true(addr_covers(unix_name(&a, "/tmp/s"), unix_name(&a, "/tmp/s")));
	assert_false(addr_covers(unix_name(&a, "/tmp/s"), unix_name(&a, "/tmp/t")));
	assert_false(addr_covers(unix_name(&a, "/tmp/s"), one));
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts), cmocka_unit_test(hostile), cmocka_unit_test(every_address), cmocka_unit_test(covers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
