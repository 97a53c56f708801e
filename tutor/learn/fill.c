/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/learn/fill.h"

#include <stdio.h>
#include <string.h>

#include "tutor/learn/place.h"

bool placeholder_known(const char *name, size_t len)
{
	return place_find(name, len) != NULL;
}

static bool put_argument(const struct scene *s, const char *name, size_t len, struct buf *out)
{
	char arg[64];
	snprintf(arg, sizeof arg, "%.*s", len < sizeof arg ? (int)len : 0, name);
	const struct value *v = scene_arg(s, arg);
	if (v)
		value_words(v, out);
	return v != NULL;
}

static bool put_name(const struct scene *s, const char *name, size_t len, struct buf *out)
{
	place_put *known = place_find(name, len);
	return known ? known(s, out) : put_argument(s, name, len, out);
}

size_t placeholder_at(const char *text, struct placeholder *p)
{
	*p = (struct placeholder){ .name = text + 1 };
	if (text[1] == '{')
		return 2;
	size_t n = strcspn(text + 1, "{}\n");
	if (!n || text[1 + n] != '}')
		return 0;
	const char *bar = memchr(p->name, '|', n);
	p->name_len = bar ? (size_t)(bar - p->name) : n;
	if (bar) {
		p->forms = bar + 1;
		p->forms_len = n - p->name_len - 1;
	}
	return n + 2;
}

/* {ret|byte|bytes}: the word that goes with the number. */
static bool put_plural(const struct scene *s, const struct placeholder *p, struct buf *out)
{
	struct buf number = BUF_INIT;
	const char *bar = memchr(p->forms, '|', p->forms_len);
	bool known = bar && put_name(s, p->name, p->name_len, &number);
	if (known && !strcmp(number.data, "1"))
		buf_add(out, p->forms, (size_t)(bar - p->forms));
	else if (known)
		buf_add(out, bar + 1, (size_t)(p->forms + p->forms_len - bar - 1));
	buf_release(&number);
	return known;
}

bool fill(const struct scene *s, const char *text, struct buf *out)
{
	size_t start = out->len;
	while (*text) {
		struct placeholder p;
		size_t plain = strcspn(text, "{"), n = text[plain] ? placeholder_at(text + plain, &p) : 0;
		buf_add(out, text, plain);
		text += plain;
		if (!*text)
			break;
		bool good = true;
		if (!n || !p.name_len)
			buf_addc(out, '{');
		else
			good = p.forms ? put_plural(s, &p, out) : put_name(s, p.name, p.name_len, out);
		if (!good) {
			out->len = start;
			if (out->size)
				out->data[start] = 0;
			return false;
		}
		text += n ? n : 1;
	}
	return true;
}
