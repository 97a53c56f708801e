/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/course/schema.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum type { T_NAME, T_STRING, T_LINE, T_BOOL, T_INT, T_RANGE, T_CHOICE, T_NTH, T_TEXT, T_FILLED,
	    T_MAP, T_LIST, T_NAMES, T_STRINGS, T_SOURCE, T_HASH };
enum need { OPTIONAL, REQUIRED };

/* What a value of the type looks like: the same in every language. */
static const char *const looks[] = {
	[T_NAME] = "word", [T_STRING] = "\"…\"", [T_LINE] = "\"…\"", [T_BOOL] = "true | false", [T_INT] = "-1, 0, 5 …",
	[T_NTH] = "1, 2, … | last", [T_TEXT] = "{ en: …, zh-Hans: … }", [T_FILLED] = "{ en: …, zh-Hans: … }",
	[T_MAP] = "key: …", [T_LIST] = "- …", [T_NAMES] = "[word, word]", [T_STRINGS] = "[\"…\", \"…\"]",
	[T_SOURCE] = "server.c, server.py", [T_HASH] = "1a2b3c4d",
};

struct rule {
	enum level level;
	const char *key;             /* NULL: any */
	enum type type;
	enum need need;
	const char *values;
	enum level sub;
};

static const struct rule rules[] = {
#define LEVEL(id)
#define KEY(id, key, type, need, values, sub) { LEVEL_##id, key, T_##type, need, values, LEVEL_##sub },
#define END(id)
#define ANY(id, type, values, sub) { LEVEL_##id, NULL, T_##type, OPTIONAL, values, LEVEL_##sub },
#include "tutor/course/schema.def"
#undef LEVEL
#undef KEY
#undef END
#undef ANY
};
enum { RULES = sizeof rules / sizeof *rules, KEYS_MAX = 16 };

struct checker {
	const char *path;
	struct report *report;
	bool failed;
};

static void check_level(struct checker *c, const struct node *node, enum level level);

/* Cost of turning a into b by adding, dropping, changing or swapping letters; words are short. */
static int distance(const char *a, const char *b)
{
	enum { MAX = 48 };
	size_t n = strlen(a), m = strlen(b);
	int d[MAX + 1][MAX + 1];
	if (n > MAX || m > MAX)
		return MAX;
	for (size_t i = 0; i <= n; i++) {
		for (size_t j = 0; j <= m; j++) {
			if (!i || !j) {
				d[i][j] = (int)(i + j);
				continue;
			}
			int same = tolower((unsigned char)a[i - 1]) == tolower((unsigned char)b[j - 1]);
			int best = d[i - 1][j - 1] + !same;
			best = d[i - 1][j] + 1 < best ? d[i - 1][j] + 1 : best;
			best = d[i][j - 1] + 1 < best ? d[i][j - 1] + 1 : best;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && d[i - 2][j - 2] + 1 < best)
				best = d[i - 2][j - 2] + 1;
			d[i][j] = best;
		}
	}
	return d[n][m];
}

/* Once the report is full nothing is suggested any more: a file of 100,000 wrong keys must not cost time. */
static const char *suggestion(const struct checker *c, const char *word, const char *const *candidates, int n)
{
	return c->report->n < REPORT_MAX ? nearest(word, candidates, n) : NULL;
}

const char *nearest(const char *word, const char *const *candidates, int n)
{
	const char *best = NULL;
	int least = (int)strlen(word) / 3 + 2;
	for (int i = 0; i < n; i++) {
		int d = candidates[i] ? distance(word, candidates[i]) : least;
		if (d < least) {
			least = d;
			best = candidates[i];
		}
	}
	return best;
}

static void mistake(struct checker *c, const struct node *n, enum mistake_id id, const char *a0, const char *a1)
{
	report_add(c->report, c->path, n->line, n->column, id, a0, a1);
	c->failed = true;
}

static void wrong_type(struct checker *c, const struct node *n, const struct rule *r)
{
	mistake(c, n, MISTAKE_WANT, n->key ? n->key : r->key ? r->key : "-", r->values ? r->values : looks[r->type]);
}

static bool is_name(const char *s)
{
	return *s && strlen(s) <= 64 && strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.@") == strlen(s);
}

static bool is_blank(const char *s)
{
	return s[strspn(s, " \t\r\n")] == 0;
}

static bool is_int(const char *s, long *out)
{
	char *end;
	errno = 0;
	*out = strtol(s, &end, 10);
	return *s && !isspace((unsigned char)*s) && !*end && !errno;
}

static void check_range(struct checker *c, const struct node *n, const struct rule *r)
{
	long v, low = 0, high = 0;
	sscanf(r->values, "%ld-%ld", &low, &high);
	if (!is_int(n->text, &v))
		wrong_type(c, n, r);
	else if (v < low || v > high)
		mistake(c, n, MISTAKE_RANGE, n->text, r->values);
}

static void check_choice(struct checker *c, const struct node *n, const struct rule *r)
{
	char all[128], *save;
	const char *words[KEYS_MAX];
	int count = 0;
	snprintf(all, sizeof all, "%s", r->values);
	for (char *w = strtok_r(all, "|", &save); w && count < KEYS_MAX; w = strtok_r(NULL, "|", &save)) {
		if (!strcmp(w, n->text))
			return;
		words[count++] = w;
	}
	const char *near = suggestion(c, n->text, words, count);
	if (near)
		mistake(c, n, MISTAKE_CHOICE_NEAR, n->text, near);
	else
		mistake(c, n, MISTAKE_CHOICE, n->text, r->values);
}

static void check_source(struct checker *c, const struct node *n, const struct rule *r)
{
	const char *dot = strrchr(n->text, '.');
	if (!is_name(n->text) || n->text[0] == '.' || n->text[0] == '-' || !dot || strcmp(dot, r->values))
		mistake(c, n, MISTAKE_FILE_FORM, n->text, NULL);
}

static void check_scalar(struct checker *c, const struct node *n, const struct rule *r)
{
	long v;
	const char *s = n->text;
	switch (r->type) {
	case T_LINE:
		if (is_blank(s))
			mistake(c, n, MISTAKE_BLANK, n->key, NULL);
		break;
	case T_NAME:
	case T_NAMES:
		if (!is_name(s))
			mistake(c, n, MISTAKE_NAME_FORM, s, NULL);
		break;
	case T_BOOL:
		if (strcmp(s, "true") && strcmp(s, "false"))
			wrong_type(c, n, r);
		break;
	case T_INT:
		if (!is_int(s, &v))
			wrong_type(c, n, r);
		break;
	case T_NTH:
		if (strcmp(s, "last") && (!is_int(s, &v) || v < 1 || v > 1000000))
			wrong_type(c, n, r);
		break;
	case T_HASH:
		if (strlen(s) != 8 || strspn(s, "0123456789abcdef") != 8)
			wrong_type(c, n, r);
		break;
	case T_RANGE:
		check_range(c, n, r);
		break;
	case T_CHOICE:
		check_choice(c, n, r);
		break;
	case T_SOURCE:
		check_source(c, n, r);
		break;
	default:
		break;
	}
}

static bool is_map_type(enum type t)
{
	return t == T_MAP || t == T_TEXT || t == T_FILLED;
}

static void check_list(struct checker *c, const struct node *n, const struct rule *r)
{
	if (!n->n && r->type == T_LIST)
		wrong_type(c, n, r);
	for (const struct node *i = n->first; i; i = i->next) {
		if (r->type == T_LIST)
			check_level(c, i, r->sub);
		else if (i->kind == NODE_SCALAR)
			check_scalar(c, i, r);
		else
			wrong_type(c, n, r);
	}
}

static void check_value(struct checker *c, const struct node *n, const struct rule *r)
{
	bool lists = r->type == T_LIST || r->type == T_NAMES || r->type == T_STRINGS;
	if (is_map_type(r->type) && n->kind == NODE_MAP)
		check_level(c, n, r->sub);
	else if (lists && n->kind == NODE_LIST)
		check_list(c, n, r);
	else if (n->kind == NODE_SCALAR && !is_map_type(r->type) && r->type != T_LIST && r->type != T_STRINGS)
		check_scalar(c, n, r);
	else
		wrong_type(c, n, r);
}

static const struct rule *rule_of(enum level level, const char *key)
{
	for (int i = 0; i < RULES; i++)
		if (rules[i].level == level && (!rules[i].key || !strcmp(rules[i].key, key)))
			return &rules[i];
	return NULL;
}

static void unknown_key(struct checker *c, const struct node *n, enum level level)
{
	const char *keys[KEYS_MAX];
	int count = 0;
	for (int i = 0; i < RULES && count < KEYS_MAX; i++)
		if (rules[i].level == level)
			keys[count++] = rules[i].key;
	const char *near = suggestion(c, n->key, keys, count);
	report_add(c->report, c->path, n->key_line, n->key_column, near ? MISTAKE_KEY_NEAR : MISTAKE_KEY_UNKNOWN,
		   n->key, near);
	c->failed = true;
}

static void check_item(struct checker *c, const struct node *n, enum level level)
{
	const struct rule *r = rule_of(level, n->key);
	if (!r) {
		unknown_key(c, n, level);
	} else if (!r->key && !is_name(n->key)) {
		report_add(c->report, c->path, n->key_line, n->key_column, MISTAKE_NAME_FORM, n->key, NULL);
		c->failed = true;
	} else {
		check_value(c, n, r);
	}
}

static void check_level(struct checker *c, const struct node *node, enum level level)
{
	static const struct rule map = { .type = T_MAP };
	if (node->kind != NODE_MAP) {
		wrong_type(c, node, &map);
		return;
	}
	for (const struct node *n = node->first; n; n = n->next)
		check_item(c, n, level);
	for (int i = 0; i < RULES; i++) {
		const struct rule *r = &rules[i];
		if (r->level == level && r->need == REQUIRED && !node_get(node, r->key))
			mistake(c, node, MISTAKE_KEY_MISSING, r->key, r->values ? r->values : looks[r->type]);
	}
}

bool schema_check(const char *path, const struct node *node, enum level level, struct report *r)
{
	struct checker c = { .path = path, .report = r };
	check_level(&c, node, level);
	return !c.failed;
}

static void see_value(const struct node *n, const struct rule *r, text_seen *see, void *arg)
{
	if (r->type == T_MAP) {
		schema_texts(n, r->sub, see, arg);
	} else if (r->type == T_LIST && n->kind == NODE_LIST) {
		for (const struct node *i = n->first; i; i = i->next)
			schema_texts(i, r->sub, see, arg);
	} else if ((r->type == T_TEXT || r->type == T_FILLED) && node_text(n, "en") && node_text(n, "zh-Hans")) {
		see(arg, n, r->type == T_FILLED);
	}
}

void schema_texts(const struct node *node, enum level level, text_seen *see, void *arg)
{
	if (node->kind != NODE_MAP)
		return;
	for (const struct node *n = node->first; n; n = n->next) {
		const struct rule *r = rule_of(level, n->key);
		if (r)
			see_value(n, r, see, arg);
	}
}
