/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/decode/addr.h"

#include "engine/base/text.h"

static const struct value *item(const struct value *addr, const char *a, const char *b)
{
	if (!addr || addr->kind != VALUE_STRUCT)
		return NULL;
	const struct value *v = value_get(addr, a);
	return v ? v : value_get(addr, b);
}

int addr_port(const struct value *addr)
{
	const struct value *v = item(addr, "sin_port", "sin6_port");
	if (!v || (v->kind != VALUE_UINT && v->kind != VALUE_INT) || v->u > 65535)
		return -1;
	return (int)v->u;
}

const char *addr_ip(const struct value *addr)
{
	const struct value *v = item(addr, "sin_addr", "sin6_addr");
	return v && (v->kind == VALUE_IP || v->kind == VALUE_TEXT) ? v->text : NULL;
}

bool ip_is_any(const char *ip)
{
	return text_is(ip, "0.0.0.0") || text_is(ip, "::");
}

bool addr_covers(const struct value *a, const struct value *b)
{
	const struct value *name = item(a, "sun_path", "sun_path"), *wanted = item(b, "sun_path", "sun_path");
	if (name || wanted)
		return name && wanted && value_equal(name, wanted);
	const char *ip = addr_ip(a), *to = addr_ip(b);
	if (!ip || !to || addr_port(a) < 0 || addr_port(a) != addr_port(b))
		return false;
	return text_is(ip, to) || ip_is_any(ip);
}
