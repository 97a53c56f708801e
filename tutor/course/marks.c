/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/course/marks.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/buf.h"

/* Marks whose statement has not ended yet: more than this on one statement are dropped (each is a mistake anyway). */
enum { OPEN_MAX = 16 };

struct scan {
	const char *p, *end, *line_start;
	int line;
	int depth;                   /* brackets open */
	int first;                   /* line on which the current statement began; 0: between statements */
	bool head;                   /* the statement is if (…), while (…), for (…), switch (…): it ends with its bracket */
	struct found_mark open[OPEN_MAX];
	int n_open;
	mark_seen *seen;
	void *arg;
};

static bool starts(const struct scan *s, const char *word)
{
	size_t n = strlen(word);
	return (size_t)(s->end - s->p) >= n && !memcmp(s->p, word, n);
}

static void step(struct scan *s)
{
	if (*s->p == '\n') {
		s->line++;
		s->line_start = s->p + 1;
	}
	s->p++;
}

/* Hand out the open marks with the statement's lines. */
static void end_statement(struct scan *s)
{
	for (int i = 0; i < s->n_open; i++) {
		struct found_mark *m = &s->open[i];
		m->first = s->first && s->first <= m->line ? s->first : m->line;
		m->last = s->line > m->line ? s->line : m->line;
		s->seen(s->arg, m);
	}
	s->n_open = 0;
	s->first = 0;
	s->head = false;
}

static bool rest_is_blank(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r'))
		p++;
	return p == end || *p == '\n';
}

/* The comment's inside is [from, to). A mark after the statement's end, on the same line, belongs to it: see after_end(). */
static bool mark_of(const struct scan *s, const char *from, const char *to, struct found_mark *m)
{
	while (from < to && isspace((unsigned char)*from))
		from++;
	while (to > from && isspace((unsigned char)to[-1]))
		to--;
	if (to - from < 2 || *from != '@')
		return false;
	for (const char *c = from + 1; c < to; c++)
		if (isspace((unsigned char)*c))
			return false;
	*m = (struct found_mark){ .name = from + 1, .len = (int)(to - from - 1), .line = s->line,
				  .column = (int)(from - s->line_start) + 1 };
	return true;
}

struct ended { int first, line; };   /* lines of the last statement that ended */

static void take_mark(struct scan *s, const struct found_mark *m, const struct ended *last)
{
	if (!s->first && last->line == m->line) {
		struct found_mark whole = *m;
		whole.first = last->first;
		whole.last = last->line;
		s->seen(s->arg, &whole);
	} else if (!s->first) {
		struct found_mark lone = *m;
		lone.first = lone.last = m->line;
		s->seen(s->arg, &lone);
	} else if (s->n_open < OPEN_MAX) {
		s->open[s->n_open++] = *m;
	}
}

static void block_comment(struct scan *s, const struct ended *last)
{
	struct found_mark m;
	const char *from = s->p + 2, *to = from;
	while (to + 1 < s->end && !(to[0] == '*' && to[1] == '/') && *to != '\n')
		to++;
	if (to + 1 < s->end && *to == '*' && rest_is_blank(to + 2, s->end) && mark_of(s, from, to, &m))
		take_mark(s, &m, last);
	s->p += 2;
	while (s->p < s->end && !starts(s, "*/"))
		step(s);
	s->p = s->end - s->p >= 2 ? s->p + 2 : s->end;
}

static const char *line_end(const struct scan *s)
{
	const char *to = memchr(s->p, '\n', (size_t)(s->end - s->p));
	return to ? to : s->end;
}

static void line_comment(struct scan *s, const struct ended *last)
{
	struct found_mark m;
	const char *to = line_end(s);
	if (mark_of(s, s->p + 1, to, &m))
		take_mark(s, &m, last);
	s->p = to;
}

static void quoted(struct scan *s, char quote)
{
	for (s->p++; s->p < s->end && *s->p != quote && *s->p != '\n'; s->p++)
		if (*s->p == '\\' && s->p + 1 < s->end && s->p[1] != '\n')
			s->p++;
	if (s->p < s->end && *s->p == quote)
		s->p++;
}

static bool word_at(const struct scan *s, const char *word)
{
	size_t n = strlen(word);
	return starts(s, word) && (s->p + n == s->end || !(isalnum((unsigned char)s->p[n]) || s->p[n] == '_'));
}

static void begin_statement(struct scan *s)
{
	s->first = s->line;
	s->head = word_at(s, "if") || word_at(s, "while") || word_at(s, "for") || word_at(s, "switch");
}

static void end_here(struct scan *s, struct ended *last)
{
	/* a brace after `if (…)` is still the line of that if */
	if (s->first || last->line != s->line)
		*last = (struct ended){ s->first ? s->first : s->line, s->line };
	end_statement(s);
}

/* #include … : a statement of its own, to the end of its lines. */
static void directive(struct scan *s)
{
	while (s->p < s->end && *s->p != '\n')
		s->p += s->p + 1 < s->end && s->p[0] == '\\' && s->p[1] == '\n' ? (s->line++, s->line_start = s->p + 2, 2) : 1;
}

static void c_char(struct scan *s, struct ended *last)
{
	char c = *s->p;
	bool block = !s->depth && (c == '{' || c == '}');
	if (!s->first && !block && !word_at(s, "else") && !word_at(s, "do"))
		begin_statement(s);
	if (c == '(' || c == '[' || (c == '{' && s->depth))
		s->depth++;
	else if (s->depth && (c == ')' || c == ']' || c == '}'))
		s->depth--;
	bool head_ends = s->head && c == ')' && !s->depth;
	s->p++;
	if (head_ends || block || (c == ';' && !s->depth))
		end_here(s, last);
	else if (isalnum((unsigned char)c) || c == '_')
		while (s->p < s->end && (isalnum((unsigned char)*s->p) || *s->p == '_'))
			s->p++;
}

static void scan_c(struct scan *s)
{
	struct ended last = { 0, 0 };
	while (s->p < s->end) {
		if (starts(s, "/*")) {
			block_comment(s, &last);
		} else if (starts(s, "//")) {
			s->p = line_end(s);
		} else if (isspace((unsigned char)*s->p)) {
			step(s);
		} else if (*s->p == '#' && !s->first) {
			directive(s);
		} else if (*s->p == '"' || *s->p == '\'') {
			if (!s->first)
				begin_statement(s);
			quoted(s, *s->p);
		} else {
			c_char(s, &last);
		}
	}
	end_statement(s);
}

static void python_string(struct scan *s)
{
	char quote = *s->p;
	bool triple = s->end - s->p >= 3 && s->p[1] == quote && s->p[2] == quote;
	if (!triple) {
		quoted(s, quote);
		return;
	}
	for (s->p += 3; s->p < s->end; step(s)) {
		if (*s->p == '\\' && s->p + 1 < s->end)
			step(s);
		else if (s->end - s->p >= 3 && s->p[0] == quote && s->p[1] == quote && s->p[2] == quote)
			break;
	}
	s->p = s->end - s->p >= 3 ? s->p + 3 : s->end;
}

static void python_newline(struct scan *s, struct ended *last)
{
	if (s->first && !s->depth)
		end_here(s, last);
	step(s);
}

static void scan_python(struct scan *s)
{
	struct ended last = { 0, 0 };
	while (s->p < s->end) {
		char c = *s->p;
		if (c == '#') {
			line_comment(s, &last);
		} else if (c == '\n') {
			python_newline(s, &last);
		} else if (isspace((unsigned char)c)) {
			step(s);
		} else {
			if (!s->first)
				begin_statement(s);
			if (c == '"' || c == '\'') {
				python_string(s);
				continue;
			}
			if (c == '\\' && s->p + 1 < s->end)
				step(s);
			s->depth += c == '(' || c == '[' || c == '{';
			s->depth -= s->depth && (c == ')' || c == ']' || c == '}');
			step(s);
		}
	}
	end_statement(s);
}

void marks_scan(const char *text, size_t len, enum variant variant, mark_seen *seen, void *arg)
{
	struct scan s = { .p = text, .end = text + len, .line_start = text, .line = 1, .seen = seen, .arg = arg };
	if (variant == VARIANT_C)
		scan_c(&s);
	else
		scan_python(&s);
}

size_t lesson_visible(const char *line, size_t len, enum variant variant)
{
	const char *end = line + len, *open = variant == VARIANT_C ? "/*" : "#";
	size_t n = strlen(open);
	struct scan s = { .line_start = line };
	struct found_mark m;
	while (end > line && isspace((unsigned char)end[-1]))
		end--;
	if (variant == VARIANT_C && (end - line < 4 || memcmp(end - 2, "*/", 2)))
		return len;
	const char *p = end;
	while (p > line && ((size_t)(end - p) < n || memcmp(p, open, n)))
		p--;
	if ((size_t)(end - p) < n || memcmp(p, open, n) || !mark_of(&s, p + n, variant == VARIANT_C ? end - 2 : end, &m))
		return len;
	while (p > line && (p[-1] == ' ' || p[-1] == '\t'))
		p--;
	return (size_t)(p - line);
}
