/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/learn/actual.h"

#include <ctype.h>
#include <string.h>

static bool is_number(const char *s)
{
	return *s && strspn(s, "0123456789") == strlen(s);
}

static void replace_number(struct buf *text, const char *from, const char *to)
{
	struct buf out = BUF_INIT;
	size_t n = strlen(from);
	bool found = false;
	for (const char *p = text->data; *p;) {
		size_t digits = strspn(p, "0123456789");
		if (digits == n && memcmp(p, from, n) == 0) {
			buf_adds(&out, to);
			found = true;
		} else {
			buf_add(&out, p, digits ? digits : 1);
		}
		p += digits ? digits : 1;
	}
	if (found) {
		buf_clear(text);
		buf_add(text, out.data, out.len);
	}
	buf_release(&out);
}

/* The arguments stand at the end of what was run: ./server 8888, python3 server.py 8888. */
static void replace_arguments(const struct lesson_program *p, const struct value *argv, struct buf *text)
{
	unsigned n = 0;
	while (p->args && p->args[n])
		n++;
	if (!argv || argv->n < n)
		return;
	for (unsigned i = 0; i < n; i++) {
		const char *is = argv->item[argv->n - n + i]->text;
		if (is && is_number(p->args[i]) && is_number(is) && strcmp(p->args[i], is) != 0)
			replace_number(text, p->args[i], is);
	}
}

void actual_numbers(const struct lesson *lesson, const struct model *model, struct buf *text)
{
	if (!text->len)
		return;
	for (int i = 0; i < lesson->n_programs && i < model->n_actors; i++)
		replace_arguments(&lesson->programs[i], model->actors[i].argv, text);
}
