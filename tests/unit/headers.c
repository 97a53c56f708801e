/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every field that a packet can show has a meaning in the catalogue, in both languages; and none is there that no packet has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/frames.h"
#include "tutor/course/catalog.h"
#include "tutor/course/course.h"

enum { SEEN_MOST = 200 };

static struct frame_maker f;
static struct course *course;
static const struct text *seen[SEEN_MOST];
static int n_seen;

static void look_up(const char *layer, const char *field)
{
	const struct text *t = catalog_field(course_catalog(course), layer, field);
	if (!t || !t->in[LANG_EN] || !t->in[LANG_ZH])
		fail_msg("%s: %s is not explained", layer, field);
	assert_true(n_seen < SEEN_MOST);
	seen[n_seen++] = t;
}

/* As the page names them: "window scale" is window_scale. */
static void look_up_option(const struct value *option)
{
	const struct value *kind = value_get(option, "kind");
	char name[48];
	assert_non_null(kind->text);
	snprintf(name, sizeof name, "%s", kind->text);
	for (char *c = name; *c; c++)
		if (*c == ' ')
			*c = '_';
	look_up("tcp_option", name);
}

static void look_up_frame(void)
{
	struct arena a;
	arena_init(&a);
	const struct value *layers = packet_describe(&a, f.bytes, f.len, f.len);
	assert_true(layers->n >= 2);
	for (unsigned i = 0; i < layers->n; i++)
		for (unsigned k = 0; k < layers->item[i]->n; k++) {
			const struct value *v = layers->item[i]->item[k];
			look_up(layers->item[i]->type, v->name);
			for (unsigned o = 0; v->kind == VALUE_LIST && o < v->n; o++)
				look_up_option(v->item[o]);
		}
	arena_release(&a);
}

static void every_field(void **state)
{
	static const unsigned char sack[] = { 1, 1, 5, 10, 0, 0, 0, 1, 0, 0, 0, 9 };
	frame_tcp(&f, &(struct tcp_maker){ .flags = TCP_SYN, .options = frame_syn_options, .n_options = sizeof frame_syn_options });
	look_up_frame();
	frame_tcp(&f, &(struct tcp_maker){ .flags = TCP_ACK, .options = sack, .n_options = sizeof sack });
	look_up_frame();
	frame_udp(&f, 1, 2, 40000, 9, "anybody?");
	look_up_frame();
	frame_ipv4(&f, 1, 2, 1, 8, 0);
	frame_add(&f, "\3\3\x11\x22\0\0\0\0", 8);
	look_up_frame();
	frame_ipv6(&f, 58, 2, 1, 8);
	frame_add(&f, "\1\4\x11\x22\0\0\0\0", 8);
	look_up_frame();
	frame_ethernet(&f, 0x0806);
	frame_add(&f, "\0\1\x08\0\6\4\0\1\2\0\0\0\0\1\x0a\0\0\1\0\0\0\0\0\0\x0a\0\0\2", 28);
	look_up_frame();
}

static void no_other(void **state)
{
	const struct catalog *c = course_catalog(course);
	for (int i = 0; i < c->n_headers; i++)
		for (int k = 0; k < c->headers[i].n_fields; k++) {
			bool met = false;
			for (int s = 0; s < n_seen; s++)
				met |= seen[s] == &c->headers[i].fields[k].text;
			if (!met)
				fail_msg("%s: no packet has a field %s", c->headers[i].name, c->headers[i].fields[k].name);
		}
}

static int setup(void **state)
{
	struct err err;
	course = course_open("lessons", &err);
	return course ? 0 : -1;
}

static int teardown(void **state)
{
	course_free(course);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_field), cmocka_unit_test(no_other) };
	return cmocka_run_group_tests_name("headers", tests, setup, teardown);
}
