/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/course/catalog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "tutor/course/schema.h"

struct loader {
	struct catalog *c;
	struct arena *arena;
	struct report *report;
};

typedef void add_entry(struct loader *l, const struct node *n);

static void *more(struct loader *l, void *list, int n, size_t size)
{
	/* doubling at powers of two: the arena keeps the old ones, at most as much again */
	if (n & (n - 1))
		return list;
	char *bigger = arena_alloc(l->arena, size * (size_t)(n ? 2 * n : 1));
	return n ? memcpy(bigger, list, size * (size_t)n) : bigger;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int by_term(const void *a, const void *b)
{
	return strcasecmp(((const struct term *)a)->term, ((const struct term *)b)->term);
}

static void sort(void *list, int n, size_t size)
{
	if (n)
		qsort(list, (size_t)n, size, by_name);
}

static void *find(const char *name, const void *list, int n, size_t size)
{
	return n && name ? bsearch(&name, list, (size_t)n, size, by_name) : NULL;
}

static struct catalog_arg *args_of(struct loader *l, const struct node *map, int *count)
{
	struct catalog_arg *args = arena_alloc(l->arena, (size_t)(map->n + 1) * sizeof *args);
	for (const struct node *n = map->first; n; n = n->next)
		args[(*count)++] = (struct catalog_arg){ n->key, text_of(n) };
	return args;
}

static void add_call(struct loader *l, const struct node *n)
{
	struct catalog *c = l->c;
	c->calls = more(l, c->calls, c->n_calls, sizeof *c->calls);
	struct catalog_call *x = &c->calls[c->n_calls++];
	*x = (struct catalog_call){ .name = n->key, .title = text_of(node_get(n, "name")),
		.before = texts_of(node_get(n, "before")), .asleep = texts_of(node_get(n, "asleep")),
		.after = texts_of(node_get(n, "after")), .failed = texts_of(node_get(n, "failed")) };
	if (node_get(n, "args"))
		x->args = args_of(l, node_get(n, "args"), &x->n_args);
}

static void add_errno(struct loader *l, const struct node *n)
{
	struct catalog *c = l->c;
	const struct node *calls = node_get(n, "calls");
	c->errnos = more(l, c->errnos, c->n_errnos, sizeof *c->errnos);
	struct catalog_errno *x = &c->errnos[c->n_errnos++];
	*x = (struct catalog_errno){ .name = n->key, .title = text_of(node_get(n, "name")), .texts = texts_of(n) };
	if (!calls)
		return;
	x->calls = arena_alloc(l->arena, (size_t)(calls->n + 1) * sizeof *x->calls);
	for (const struct node *i = calls->first; i; i = i->next)
		x->calls[x->n_calls++] = (struct catalog_cause){ i->key, texts_of(i) };
}

static void add_constant(struct loader *l, const struct node *n)
{
	struct catalog *c = l->c;
	c->constants = more(l, c->constants, c->n_constants, sizeof *c->constants);
	c->constants[c->n_constants++] = (struct catalog_constant){ n->key, texts_of(n) };
}

static void add_term(struct loader *l, const struct node *n)
{
	struct catalog *c = l->c;
	c->terms = more(l, c->terms, c->n_terms, sizeof *c->terms);
	c->terms[c->n_terms++] = (struct term){ .id = n->key, .term = node_text(n, "term"), .also = node_text(n, "also"), .sense = node_text(n, "sense"),
		.synonym = node_text(n, "synonym"), .zh = node_text(n, "zh-Hans"), .zh_hant = node_text(n, "zh-Hant"), .means = text_of(node_get(n, "means")) };
}

static void add_rule(struct loader *l, const struct node *n)
{
	struct catalog *c = l->c;
	c->rules = more(l, c->rules, c->n_rules, sizeof *c->rules);
	struct catalog_rule *x = &c->rules[c->n_rules++];
	*x = (struct catalog_rule){ .name = n->key, .when = when_of(node_get(n, "when"), l->arena),
		.texts = texts_of(n), .line = n->key_line, .column = n->key_column };
	const struct node *seen = node_get(n, "seen");
	if (!seen)
		return;
	x->seen = arena_alloc(l->arena, (size_t)(seen->n + 1) * sizeof *x->seen);
	for (const struct node *i = seen->first; i; i = i->next)
		x->seen[x->n_seen++] = text_of(i);
}

static void add_header(struct loader *l, const struct node *n)
{
	struct catalog *c = l->c;
	c->headers = more(l, c->headers, c->n_headers, sizeof *c->headers);
	struct catalog_header *x = &c->headers[c->n_headers++];
	*x = (struct catalog_header){ .name = n->key };
	x->fields = args_of(l, n, &x->n_fields);
}

static const struct { const char *file; enum level entry; add_entry *add; } files[] = {
	{ "syscalls.yaml", LEVEL_SYSCALL, add_call },   { "errnos.yaml", LEVEL_ERRNO, add_errno },
	{ "constants.yaml", LEVEL_SHAPES, add_constant }, { "terms.yaml", LEVEL_TERM, add_term },
	{ "rules.yaml", LEVEL_RULE, add_rule },
};

static bool load_file(struct loader *l, const char *path, enum level entry, add_entry *add)
{
	struct node *root = yaml_read(path, l->arena, l->report);
	if (!root)
		return false;
	if (root->kind != NODE_MAP) {
		report_add(l->report, path, root->line, root->column, MISTAKE_WANT, "-", "NAME: { … }");
		return false;
	}
	for (const struct node *n = root->first; n; n = n->next)
		if (schema_check(path, n, entry, l->report))
			add(l, n);
	return true;
}

bool catalog_load(const char *dir, struct catalog *c, struct arena *a, struct report *r)
{
	struct loader l = { .c = c, .arena = a, .report = r };
	bool good = true;
	*c = (struct catalog){ 0 };
	const char *headers = arena_printf(a, "%s/headers.yaml", dir);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		good &= load_file(&l, arena_printf(a, "%s/%s", dir, files[i].file), files[i].entry, files[i].add);
	if (access(headers, F_OK) == 0)
		good &= load_file(&l, headers, LEVEL_HEADER, add_header);
	sort(c->calls, c->n_calls, sizeof *c->calls);
	sort(c->errnos, c->n_errnos, sizeof *c->errnos);
	sort(c->constants, c->n_constants, sizeof *c->constants);
	sort(c->headers, c->n_headers, sizeof *c->headers);
	if (c->n_terms)
		qsort(c->terms, (size_t)c->n_terms, sizeof *c->terms, by_term);
	return good;
}

const struct catalog_call *catalog_call(const struct catalog *c, const char *name)
{
	return find(name, c->calls, c->n_calls, sizeof *c->calls);
}

const struct catalog_errno *catalog_errno(const struct catalog *c, const char *name)
{
	return find(name, c->errnos, c->n_errnos, sizeof *c->errnos);
}

const struct texts *catalog_cause(const struct catalog_errno *e, const char *call)
{
	for (int i = 0; call && i < e->n_calls; i++)
		if (!strcmp(e->calls[i].name, call))
			return &e->calls[i].texts;
	return NULL;
}

/* What a programmer must expect of this call first, then of any; what is not here is mostly a mistake in the program. */
static int usefulness(const char *call, const char *name)
{
	static const struct { const char *call, *name; } first[] = {
		{ "accept", "ECONNABORTED" }, { "bind", "EADDRINUSE" }, { "connect", "ECONNREFUSED" }, { "listen", "EADDRINUSE" },
		{ "socket", "EMFILE" },
	};
	static const char *const order[] = {
		"ECONNRESET", "EPIPE", "ETIMEDOUT", "EINTR", "EAGAIN", "EHOSTUNREACH", "ENETUNREACH", "ENETDOWN", "EADDRINUSE",
		"EADDRNOTAVAIL", "EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "EACCES", "EPERM", "EPROTO", "ECONNREFUSED", "ECONNABORTED",
		"EMSGSIZE", "ENOTCONN",
	};
	int n = sizeof order / sizeof *order;
	for (size_t i = 0; i < sizeof first / sizeof *first; i++)
		if (!strcmp(first[i].call, call) && !strcmp(first[i].name, name))
			return -1;
	for (int i = 0; i < n; i++)
		if (!strcmp(order[i], name))
			return i;
	return n;
}

static int by_usefulness(const void *a, const void *b)
{
	const struct catalog_reason *x = a, *y = b;
	return x->rank != y->rank ? x->rank - y->rank : strcmp(x->of->name, y->of->name);
}

int catalog_errnos_of(const struct catalog *c, const char *call, struct catalog_reason *out, int most)
{
	int n = 0;
	for (int i = 0; i < c->n_errnos; i++) {
		const struct texts *t = catalog_cause(&c->errnos[i], call);
		if (t && n < most)
			out[n] = (struct catalog_reason){ &c->errnos[i], t, usefulness(call, c->errnos[i].name) };
		n += t != NULL;
	}
	if (n)
		qsort(out, (size_t)(n < most ? n : most), sizeof *out, by_usefulness);
	return n;
}

const struct catalog_constant *catalog_constant(const struct catalog *c, const char *name, const char *context)
{
	char full[160];
	const struct catalog_constant *x = NULL;
	if (context) {
		snprintf(full, sizeof full, "%s@%s", name, context);
		x = find(full, c->constants, c->n_constants, sizeof *c->constants);
	}
	return x ? x : find(name, c->constants, c->n_constants, sizeof *c->constants);
}

const struct text *catalog_field(const struct catalog *c, const char *header, const char *field)
{
	const struct catalog_header *h = find(header, c->headers, c->n_headers, sizeof *c->headers);
	for (int i = 0; h && i < h->n_fields; i++)
		if (!strcmp(h->fields[i].name, field))
			return &h->fields[i].text;
	return NULL;
}
