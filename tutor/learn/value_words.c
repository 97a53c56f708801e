/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/learn/value_words.h"

#include <string.h>

#include "engine/base/utf8.h"
#include "engine/decode/addr.h"
#include "tutor/learn/scene.h"

enum { WORDS_CHARS = 120 };

bool words_text(struct buf *out, const char *text)
{
	if (!text)
		return false;
	utf8_show_most(out, text, strlen(text), WORDS_CHARS);
	return true;
}

bool words_int(struct buf *out, int64_t n)
{
	buf_addf(out, "%lld", (long long)n);
	return true;
}

static void unix_name(const struct value *path, struct buf *out)
{
	/* an abstract name begins with a NUL: written @name, as in /proc/net/unix */
	bool abstract = path->kind == VALUE_BYTES && path->len && !path->bytes[0];
	if (abstract)
		buf_addc(out, '@');
	if (path->kind == VALUE_BYTES)
		utf8_show_most(out, path->bytes + abstract, path->len - abstract, WORDS_CHARS);
	else
		words_text(out, path->text);
}

bool words_addr(struct buf *out, const struct value *addr)
{
	const struct value *path = addr && addr->kind == VALUE_STRUCT ? value_get(addr, "sun_path") : NULL;
	if (path) {
		unix_name(path, out);
		return true;
	}
	const char *ip = addr_ip(addr);
	if (!ip || addr_port(addr) < 0)
		return false;
	bool six = strchr(ip, ':');
	buf_addf(out, six ? "[%s]:%d" : "%s:%d", ip, addr_port(addr));
	return true;
}

static void add_items(const struct value *v, struct buf *out)
{
	for (unsigned i = 0; i < v->n && i < 8; i++) {
		if (i)
			buf_adds(out, ", ");
		if (v->item[i]->name)
			buf_addf(out, "%s=", v->item[i]->name);
		value_words(v->item[i], out);
	}
	if (v->n > 8 || v->more)
		buf_adds(out, ", …");
}

void value_words(const struct value *v, struct buf *out)
{
	v = v ? value_now(v) : NULL;
	switch (v ? v->kind : VALUE_NONE) {
	case VALUE_INT:
	case VALUE_FD:
		words_int(out, v->i);
		break;
	case VALUE_UINT:
		buf_addf(out, v->base == 16 ? "0x%llx" : v->base == 8 ? "0%llo" : "%llu", (unsigned long long)v->u);
		break;
	case VALUE_SYM:
		if (!words_text(out, v->text))
			words_int(out, v->i);
		break;
	case VALUE_FLAGS:
		if (v->text && *v->text)
			words_text(out, v->text);
		if (v->rest)
			buf_addf(out, "%s0x%llx", v->text && *v->text ? "|" : "", (unsigned long long)v->rest);
		else if (!v->text || !*v->text)
			buf_addc(out, '0');
		break;
	case VALUE_BYTES:
		utf8_show_most(out, v->bytes, v->len, DATA_CHARS);
		if (v->len < v->total)
			buf_adds(out, "…");
		break;
	case VALUE_TEXT:
	case VALUE_IP:
		words_text(out, v->text);
		break;
	case VALUE_PTR:
		buf_addf(out, v->u ? "0x%llx" : "NULL", (unsigned long long)v->u);
		break;
	case VALUE_STRUCT:
		if (words_addr(out, v))
			break;
		/* fall through */
	case VALUE_LIST:
		add_items(v, out);
		break;
	default:
		break;
	}
}
