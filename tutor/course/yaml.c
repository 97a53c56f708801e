/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/course/yaml.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yaml.h>

#include "engine/base/utf8.h"

struct reader {
	yaml_parser_t parser;
	const char *path, *text;
	size_t len;
	size_t at, line, column;     /* a known place (from 0): the next one is found going forward from it */
	struct arena *arena;
	struct report *report;
	struct node *open[YAML_DEPTH];
	int depth, nodes;
	struct node *root;
	const char *key;             /* the key whose value comes next; NULL: none */
	int key_line, key_column;
	bool failed;
};

static int read_all(int fd, size_t max, struct buf *out)
{
	ssize_t n;
	do {
		buf_reserve(out, 65536);
		n = read(fd, out->data + out->len, 65536);
		if (n > 0) {
			out->len += (size_t)n;
			out->data[out->len] = 0;
		}
	} while ((n > 0 && out->len <= max) || (n < 0 && errno == EINTR));
	return n < 0 ? errno : 0;
}

bool file_read(const char *path, size_t max, struct buf *out, struct report *r)
{
	struct stat st;
	/* O_NONBLOCK: a FIFO in a lesson folder must not hang us */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st)) {
		report_add(r, path, 0, 0, MISTAKE_OPEN, strerror(errno), NULL);
		if (fd >= 0)
			close(fd);
		return false;
	}
	int failed = S_ISREG(st.st_mode) ? read_all(fd, max, out) : 0;
	close(fd);
	char limit[32];
	snprintf(limit, sizeof limit, "%zu KiB", max / 1024);
	if (!S_ISREG(st.st_mode))
		report_add(r, path, 0, 0, MISTAKE_NOT_FILE, NULL, NULL);
	else if (failed)
		report_add(r, path, 0, 0, MISTAKE_OPEN, strerror(failed), NULL);
	else if (out->len > max)
		report_add(r, path, 0, 0, MISTAKE_TOO_LONG, limit, NULL);
	else
		return true;
	return false;
}

/* U+2028 and U+2029 are line ends to YAML and to nobody else: places would be wrong. */
static bool not_allowed(uint32_t cp)
{
	if (cp == '\n' || cp == '\r' || cp == '\t')
		return false;
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x2028 || cp == 0x2029;
}

/* False, reported: bytes that are not UTF-8, or a NUL or another control that YAML does not allow. */
static bool clean(const char *path, const char *text, size_t len, struct report *r)
{
	int line = 1, column = 1;
	for (size_t i = 0; i < len;) {
		uint32_t cp = 0;
		size_t n = utf8_decode(text + i, len - i, &cp);
		bool control = not_allowed(cp) || (cp == '\r' && (i + 1 == len || text[i + 1] != '\n'));
		if (!n || control) {
			char hex[16];
			snprintf(hex, sizeof hex, n ? "U+%04X" : "0x%02X", n ? cp : (unsigned char)text[i]);
			report_add(r, path, line, column, n ? MISTAKE_CONTROL : MISTAKE_UTF8, hex, NULL);
			return false;
		}
		i += n;
		column = cp == '\n' ? 1 : column + 1;
		line += cp == '\n';
	}
	return true;
}

/* libyaml counts characters, we want bytes. Marks come in rising order; one pass over the file in all. */
static size_t offset_of(struct reader *rd, const yaml_mark_t *m)
{
	while (rd->at < rd->len && (rd->line < m->line || (rd->line == m->line && rd->column < m->column))) {
		uint32_t cp = 0;
		size_t n = utf8_decode(rd->text + rd->at, rd->len - rd->at, &cp);
		rd->at += n ? n : 1;
		rd->line += cp == '\n';
		rd->column = cp == '\n' ? 0 : rd->column + 1;
	}
	return rd->at;
}

static void wrong(struct reader *rd, const yaml_mark_t *m, enum mistake_id id, const char *a0)
{
	report_add(rd->report, rd->path, (int)m->line + 1, (int)m->column + 1, id, a0, NULL);
	rd->failed = true;
}

static void wrong_number(struct reader *rd, const yaml_mark_t *m, enum mistake_id id, int n)
{
	char s[16];
	snprintf(s, sizeof s, "%d", n);
	wrong(rd, m, id, s);
}

static bool tab_at(const struct reader *rd, size_t line, size_t column)
{
	const char *p = rd->text, *end = rd->text + rd->len;
	while (line-- && p)
		p = (p = memchr(p, '\n', (size_t)(end - p))) ? p + 1 : NULL;
	/* the problem may stand at the tab or at the first word after it */
	for (; p && p < end && *p != '\n' && (*p == ' ' || *p == '\t'); p++)
		if (*p == '\t')
			return true;
	return p && column < (size_t)(end - p) && p[0] == '\t';
}

static bool is_about_colons(const char *problem)
{
	static const char *const some[] = { "mapping values are not allowed", "could not find expected ':'",
		"expected ',' or '}'", "did not find expected key" };
	for (size_t i = 0; i < sizeof some / sizeof *some; i++)
		if (strstr(problem, some[i]))
			return true;
	return false;
}

static void syntax(struct reader *rd)
{
	yaml_parser_t *p = &rd->parser;
	const char *problem = p->problem ? p->problem : "?";
	yaml_mark_t at = p->problem_mark;
	if (strstr(problem, "could not find expected") && p->context_mark.line)
		at = p->context_mark;
	if (tab_at(rd, p->problem_mark.line, p->problem_mark.column))
		wrong(rd, &p->problem_mark, MISTAKE_TAB, NULL);
	else if (is_about_colons(problem))
		wrong(rd, &at, MISTAKE_COLON, NULL);
	else
		wrong(rd, &at, MISTAKE_SYNTAX, problem);
}

static struct node *add_node(struct reader *rd, enum node_kind kind, const yaml_mark_t *m)
{
	if (++rd->nodes > YAML_NODES) {
		wrong_number(rd, m, MISTAKE_NODES, YAML_NODES);
		return NULL;
	}
	struct node *n = arena_alloc(rd->arena, sizeof *n);
	*n = (struct node){ .kind = kind, .line = (int)m->line + 1, .column = (int)m->column + 1,
			    .key = rd->key, .key_line = rd->key_line, .key_column = rd->key_column, .at = offset_of(rd, m) };
	rd->key = NULL;
	struct node *in = rd->depth ? rd->open[rd->depth - 1] : NULL;
	if (!in) {
		rd->root = n;
	} else {
		*(in->last ? &in->last->next : &in->first) = n;
		in->last = n;
		in->n++;
	}
	return n;
}

static bool wants_key(const struct reader *rd)
{
	return rd->depth && rd->open[rd->depth - 1]->kind == NODE_MAP && !rd->key;
}

static void open_node(struct reader *rd, enum node_kind kind, const yaml_mark_t *m)
{
	if (wants_key(rd)) {
		wrong(rd, m, MISTAKE_KEY_KIND, NULL);
		return;
	}
	if (rd->depth == YAML_DEPTH) {
		wrong_number(rd, m, MISTAKE_DEPTH, YAML_DEPTH);
		return;
	}
	struct node *n = add_node(rd, kind, m);
	if (n)
		rd->open[rd->depth++] = n;
}

static const char *scalar_text(struct reader *rd, const yaml_event_t *e)
{
	const char *s = (const char *)e->data.scalar.value;
	size_t len = e->data.scalar.length;
	if (memchr(s, 0, len)) {
		wrong(rd, &e->start_mark, MISTAKE_CONTROL, "U+0000");
		return NULL;
	}
	return arena_strndup(rd->arena, s, len);
}

static void scalar(struct reader *rd, const yaml_event_t *e)
{
	const char *text = scalar_text(rd, e);
	if (!text)
		return;
	if (wants_key(rd)) {
		rd->key = text;
		rd->key_line = (int)e->start_mark.line + 1;
		rd->key_column = (int)e->start_mark.column + 1;
		return;
	}
	struct node *n = add_node(rd, NODE_SCALAR, &e->start_mark);
	if (!n)
		return;
	n->text = text;
	n->quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	n->end = offset_of(rd, &e->end_mark);
}

static int by_key(const void *pa, const void *pb)
{
	const struct node *a = *(struct node *const *)pa, *b = *(struct node *const *)pb;
	int d = strcmp(a->key, b->key);
	return d ? d : a->key_line != b->key_line ? a->key_line - b->key_line : a->key_column - b->key_column;
}

/* Sorted first: a hostile map of 100,000 keys must not cost their square. */
static void report_twins(struct reader *rd, const struct node *map)
{
	if (map->n < 2)
		return;
	struct node **items = xcalloc((size_t)map->n, sizeof *items);
	int n = 0;
	for (struct node *i = map->first; i; i = i->next)
		items[n++] = i;
	qsort(items, (size_t)n, sizeof *items, by_key);
	for (int i = 1; i < n; i++) {
		if (strcmp(items[i - 1]->key, items[i]->key))
			continue;
		char line[16];
		snprintf(line, sizeof line, "%d", items[i - 1]->key_line);
		report_add(rd->report, rd->path, items[i]->key_line, items[i]->key_column, MISTAKE_KEY_TWICE,
			   items[i]->key, line);
	}
	free(items);
}

static void close_node(struct reader *rd)
{
	const struct node *n = rd->open[--rd->depth];
	if (n->kind == NODE_MAP)
		report_twins(rd, n);
}

static void refuse_tag(struct reader *rd, const yaml_event_t *e, const yaml_char_t *anchor, const yaml_char_t *tag)
{
	if (anchor)
		wrong(rd, &e->start_mark, MISTAKE_ALIAS, (const char *)anchor);
	else if (tag)
		wrong(rd, &e->start_mark, MISTAKE_TAG, (const char *)tag);
}

static void take(struct reader *rd, const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_ALIAS_EVENT:
		wrong(rd, &e->start_mark, MISTAKE_ALIAS, (const char *)e->data.alias.anchor);
		break;
	case YAML_DOCUMENT_START_EVENT:
		if (rd->root)
			wrong(rd, &e->start_mark, MISTAKE_DOCUMENTS, NULL);
		break;
	case YAML_SCALAR_EVENT:
		refuse_tag(rd, e, e->data.scalar.anchor, e->data.scalar.tag);
		if (!rd->failed)
			scalar(rd, e);
		break;
	case YAML_SEQUENCE_START_EVENT:
		refuse_tag(rd, e, e->data.sequence_start.anchor, e->data.sequence_start.tag);
		if (!rd->failed)
			open_node(rd, NODE_LIST, &e->start_mark);
		break;
	case YAML_MAPPING_START_EVENT:
		refuse_tag(rd, e, e->data.mapping_start.anchor, e->data.mapping_start.tag);
		if (!rd->failed)
			open_node(rd, NODE_MAP, &e->start_mark);
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		close_node(rd);
		break;
	default:
		break;
	}
}

static void parse(struct reader *rd)
{
	bool done = false;
	while (!done && !rd->failed) {
		yaml_event_t e;
		if (!yaml_parser_parse(&rd->parser, &e)) {
			syntax(rd);
			return;
		}
		done = e.type == YAML_STREAM_END_EVENT;
		take(rd, &e);
		yaml_event_delete(&e);
	}
}

struct node *yaml_parse(const char *path, const char *text, size_t len, struct arena *a, struct report *r)
{
	if (len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) {
		text += 3;
		len -= 3;
	}
	if (!clean(path, text, len, r))
		return NULL;
	struct reader rd = { .path = path, .text = text, .len = len, .arena = a, .report = r };
	if (!yaml_parser_initialize(&rd.parser))
		abort();
	yaml_parser_set_encoding(&rd.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&rd.parser, (const unsigned char *)text, len);
	parse(&rd);
	yaml_parser_delete(&rd.parser);
	if (rd.failed)
		return NULL;
	if (!rd.root || (rd.root->kind == NODE_SCALAR && !*rd.root->text)) {
		report_add(r, path, 1, 1, MISTAKE_EMPTY, NULL, NULL);
		return NULL;
	}
	return rd.root;
}

struct node *yaml_read(const char *path, struct arena *a, struct report *r)
{
	struct buf b = BUF_INIT;
	struct node *root = NULL;
	if (file_read(path, YAML_BYTES, &b, r))
		root = yaml_parse(path, b.data, b.len, a, r);
	buf_release(&b);
	return root;
}

const struct node *node_get(const struct node *map, const char *key)
{
	if (!map || map->kind != NODE_MAP)
		return NULL;
	const struct node *i = map->first;
	while (i && strcmp(i->key, key))
		i = i->next;
	return i;
}

const char *node_text(const struct node *map, const char *key)
{
	const struct node *n = node_get(map, key);
	return n ? n->text : NULL;
}
