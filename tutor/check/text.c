/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/utf8.h"
#include "engine/trace/syscall.h"
#include "tutor/check/part.h"
#include "tutor/course/sha256.h"
#include "tutor/course/words.h"
#include "tutor/learn/fill.h"

enum { NAMES_MAX = 24 };

struct place_name { const char *p; size_t n; };

struct reader {
	struct checker *c;
	const char *path;
	const struct node *text;     /* the map that is read now */
	const struct node *at;       /* the text of one language */
	struct reading reading;
};

void text_hash(const char *english, char hash[9])
{
	struct sha256 s;
	char hex[SHA256_HEX];
	bool begun = false;
	sha256_init(&s);
	for (const char *p = english + strspn(english, " \t\r\n"); *p; p += strspn(p, " \t\r\n")) {
		size_t n = strcspn(p, " \t\r\n");
		if (begun)
			sha256_add(&s, " ", 1);
		sha256_add(&s, p, n);
		begun = true;
		p += n;
	}
	sha256_end(&s, hex);
	snprintf(hash, 9, "%.8s", hex);
}

static void mistake(struct reader *r, enum mistake_id id, const char *a0, const char *a1)
{
	report_add(&r->c->report, r->path, r->at->line, r->at->column, id, a0, a1);
}

static void unknown_word(void *arg, const char *word)
{
	mistake(arg, MISTAKE_WORD, word, NULL);
}

static void long_sentence(void *arg, int words)
{
	char n[16], most[16];
	snprintf(n, sizeof n, "%d", words);
	snprintf(most, sizeof most, "%d", SENTENCE_MAX);
	mistake(arg, MISTAKE_SENTENCE, n, most);
}

static bool is_argument(const char *name, size_t n)
{
	const struct call_desc *call;
	for (unsigned i = 0; (call = call_at(i)); i++)
		for (int a = 0; a < call->nargs; a++)
			if (strlen(call->arg[a].name) == n && !memcmp(call->arg[a].name, name, n))
				return true;
	return false;
}

static void one_place(struct reader *r, const struct placeholder *p, bool filled)
{
	char name[64];
	snprintf(name, sizeof name, "%.*s", (int)p->name_len, p->name);
	bool known = filled && (placeholder_known(p->name, p->name_len) || is_argument(p->name, p->name_len));
	if (!known || (p->forms && !memchr(p->forms, '|', p->forms_len)))
		mistake(r, MISTAKE_PLACEHOLDER, name, NULL);
}

/* The placeholders of a text; plural forms are English only and not among them. */
static int read_places(struct reader *r, const char *text, bool filled, struct place_name *names)
{
	int count = 0;
	for (const char *p = strchr(text, '{'); p; p = strchr(p, '{')) {
		struct placeholder x;
		size_t n = placeholder_at(p, &x);
		if (!n)
			mistake(r, MISTAKE_BRACE, NULL, NULL);
		else if (x.name_len)
			one_place(r, &x, filled);
		if (n && x.name_len && !x.forms && count < NAMES_MAX)
			names[count++] = (struct place_name){ x.name, x.name_len };
		p += n ? n : 1;
	}
	return count;
}

static bool has(const struct place_name *names, int n, const struct place_name *name)
{
	for (int i = 0; i < n; i++)
		if (names[i].n == name->n && !memcmp(names[i].p, name->p, name->n))
			return true;
	return false;
}

static void differ(struct reader *r, const struct place_name *a, int n, const struct place_name *b, int m, const char *lang)
{
	for (int i = 0; i < n; i++) {
		char name[64];
		if (has(b, m, &a[i]) || has(a, i, &a[i]))
			continue;
		snprintf(name, sizeof name, "%.*s", (int)a[i].n, a[i].p);
		mistake(r, MISTAKE_PLACE_DIFF, name, lang);
	}
}

static void check_places(struct reader *r, const struct node *en, const struct node *zh, bool filled)
{
	struct place_name in_en[NAMES_MAX], in_zh[NAMES_MAX];
	r->at = en;
	int n = read_places(r, en->text, filled, in_en);
	r->at = zh;
	int m = read_places(r, zh->text, filled, in_zh);
	differ(r, in_zh, m, in_en, n, "zh-Hans");
	r->at = en;
	differ(r, in_en, n, in_zh, m, "en");
}

static bool has_chinese(const char *s)
{
	size_t left = strlen(s);
	while (left) {
		uint32_t cp = 0;
		size_t n = utf8_decode(s, left, &cp);
		if (cp >= 0x3400 && cp <= 0x9fff)
			return true;
		s += n ? n : 1;
		left -= n ? n : 1;
	}
	return false;
}

static void check_hash(struct reader *r, const char *en)
{
	const struct node *of = node_get(r->text, "of");
	char now[9];
	text_hash(en, now);
	r->at = of ? of : r->text;
	if (!of)
		mistake(r, MISTAKE_UNSTAMPED, NULL, NULL);
	else if (!of->text || strcmp(of->text, now))
		mistake(r, MISTAKE_STALE, of->text, now);
}

/* A text is shown in one piece: nothing in it may be a command to the terminal. */
static void check_controls(struct reader *r, const struct node *n)
{
	size_t left = strlen(n->text);
	for (const char *s = n->text; left;) {
		uint32_t cp = 0;
		size_t len = utf8_decode(s, left, &cp);
		if (cp != '\n' && !utf8_printable(cp)) {
			char hex[16];
			snprintf(hex, sizeof hex, "U+%04X", cp);
			r->at = n;
			mistake(r, MISTAKE_CONTROL, hex, NULL);
			return;
		}
		s += len ? len : 1;
		left -= len ? len : 1;
	}
}

static void see_text(void *arg, const struct node *text, bool filled)
{
	struct reader *r = arg;
	const struct node *en = node_get(text, "en"), *zh = node_get(text, "zh-Hans");
	r->text = text;
	check_hash(r, en->text);
	check_places(r, en, zh, filled);
	check_controls(r, en);
	check_controls(r, zh);
	r->at = zh;
	/* "bind()" as an answer is the same in every language */
	if (!has_chinese(zh->text) && (strcmp(en->text, zh->text) || strchr(en->text, ' ')))
		mistake(r, MISTAKE_NOT_CHINESE, NULL, NULL);
	r->at = en;
	if (r->c->words)
		words_read(r->c->words, en->text, &r->reading);
}

void check_texts(struct checker *c, const char *path, enum level level)
{
	struct report ignored;      /* the course's loader has reported these */
	struct reader r = { .c = c, .path = path };
	r.reading = (struct reading){ unknown_word, long_sentence, &r, 0, 0 };
	report_init(&ignored);
	const struct node *root = yaml_read(path, &c->arena, &ignored);
	if (root)
		schema_texts(root, level, see_text, &r);
	report_release(&ignored);
	if (r.reading.words > r.reading.sentences * SENTENCE_AVERAGE) {
		char average[32], most[16];
		snprintf(average, sizeof average, "%.1f", (double)r.reading.words / (double)r.reading.sentences);
		snprintf(most, sizeof most, "%d", SENTENCE_AVERAGE);
		report_add(&c->report, path, 0, 0, MISTAKE_AVERAGE, average, most);
	}
}
