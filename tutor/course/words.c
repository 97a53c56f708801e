/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/course/words.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/buf.h"
#include "tutor/course/yaml.h"

enum { WORD_MAX = 40, FILE_BYTES = 1 << 20 };

struct words {
	struct arena arena;
	const char **list;
	size_t n, size;
	bool sorted;
};

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void keep(struct words *w, const char *word, size_t len)
{
	if (!len || len > WORD_MAX)
		return;
	if (w->n == w->size) {
		w->size = w->size ? 2 * w->size : 1024;
		w->list = xrealloc(w->list, w->size * sizeof *w->list);
	}
	char *copy = arena_strndup(&w->arena, word, len);
	for (char *p = copy; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	w->list[w->n++] = copy;
	w->sorted = false;
}

static bool is_letter(char c)
{
	return isalpha((unsigned char)c);
}

void words_add(struct words *w, const char *text)
{
	while (*text) {
		size_t n = 0;
		while (is_letter(text[n]) || (n && text[n] == '\''))
			n++;
		keep(w, text, n);
		text += n ? n : 1;
	}
}

struct words *words_new(const char *path, struct report *r)
{
	struct buf b = BUF_INIT;
	struct words *w = NULL;
	if (file_read(path, FILE_BYTES, &b, r)) {
		w = xcalloc(1, sizeof *w);
		arena_init(&w->arena);
		char *save;
		for (char *line = strtok_r(b.data, "\r\n", &save); line; line = strtok_r(NULL, "\r\n", &save))
			if (*line != '#')
				keep(w, line, strcspn(line, " \t"));
	}
	buf_release(&b);
	return w;
}

void words_free(struct words *w)
{
	if (!w)
		return;
	arena_release(&w->arena);
	free(w->list);
	free(w);
}

static bool listed(struct words *w, const char *word)
{
	if (!w->sorted && w->n)
		qsort(w->list, w->n, sizeof *w->list, by_text);
	w->sorted = true;
	return w->n && bsearch(&word, w->list, w->n, sizeof *w->list, by_text);
}

static bool ends(const char *word, const char *ending, size_t *stem)
{
	size_t n = strlen(word), m = strlen(ending);
	*stem = n - m;
	return n > m + 1 && !strcmp(word + n - m, ending);
}

static bool known(struct words *w, const char *word, int depth);

/* The stem as it may have been written before the ending: wait-ed, clos(e)-ing, tri(y)-es, stop(p)-ed. */
static bool stem_known(struct words *w, const char *word, size_t n, int depth)
{
	char stem[WORD_MAX + 2];
	snprintf(stem, sizeof stem, "%.*s", (int)n, word);
	if (known(w, stem, depth))
		return true;
	if (n > 2 && stem[n - 1] == stem[n - 2]) {
		stem[n - 1] = 0;
		if (known(w, stem, depth))
			return true;
		stem[n - 1] = stem[n - 2];
	}
	if (stem[n - 1] == 'i') {
		stem[n - 1] = 'y';
		if (known(w, stem, depth))
			return true;
		stem[n - 1] = 'i';
	}
	stem[n] = 'e';
	stem[n + 1] = 0;
	return known(w, stem, depth);
}

static bool known(struct words *w, const char *word, int depth)
{
	static const char *const endings[] = { "'s", "s'", "s", "es", "ed", "er", "est", "ing" };
	size_t n;
	if (listed(w, word))
		return true;
	if (!depth)
		return false;
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
		if (ends(word, endings[i], &n) && stem_known(w, word, n, depth - 1))
			return true;
	if (!ends(word, "ly", &n))
		return false;
	/* simple, simply */
	char le[WORD_MAX + 2];
	snprintf(le, sizeof le, "%.*sle", (int)n, word);
	return stem_known(w, word, n, depth - 1) || known(w, le, depth - 1);
}

bool words_know(struct words *w, const char *word)
{
	char low[WORD_MAX + 1];
	size_t n = strlen(word);
	if (n > WORD_MAX)
		return false;
	for (size_t i = 0; i <= n; i++)
		low[i] = (char)tolower((unsigned char)word[i]);
	return known(w, low, 2);
}

struct token { const char *p; size_t n; bool first, placeholder; };

/* Code, numbers, capitals, and names inside a sentence are not English words to look up. */
static bool is_looked_up(const struct token *t, char after)
{
	bool lower = false;
	if (after == '(' || after == '[')
		return false;
	for (size_t i = 0; i < t->n; i++) {
		unsigned char c = (unsigned char)t->p[i];
		if (isdigit(c) || c == '_' || c >= 0x80 || (i && isupper(c)))
			return false;
		lower |= islower(c) != 0;
	}
	return lower && (t->first || !isupper((unsigned char)t->p[0]));
}

static bool in_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

static void look_up(struct words *w, const struct token *t, char after, struct reading *r)
{
	char word[WORD_MAX + 1];
	if (t->n < 2 || t->n > WORD_MAX || !is_looked_up(t, after))
		return;
	snprintf(word, sizeof word, "%.*s", (int)t->n, t->p);
	if (!words_know(w, word) && r->unknown)
		r->unknown(r->arg, word);
}

static size_t word_length(const char *p)
{
	size_t n = 0;
	while (in_word(p[n]) || (n && p[n] == '\'' && is_letter(p[n + 1])))
		n++;
	return n;
}

/* A path, an option of a command, something with a dot inside (a file name, an address). */
static bool is_code(const char *p, size_t n)
{
	if (n > 1 && (*p == '-' || *p == '+'))
		return true;
	for (size_t i = 0; i < n; i++)
		if (strchr("/=|@\\", p[i]) || (p[i] == '.' && i && i + 1 < n && in_word(p[i - 1]) && in_word(p[i + 1])))
			return true;
	return false;
}

/* Parts of one piece between spaces: "full-size" is two words to look up, "/tmp/x" and "127.0.0.1" none. */
static void read_piece(struct words *w, const char *p, size_t n, bool *first, struct reading *r)
{
	bool code = is_code(p, n);
	for (size_t i = 0; i < n;) {
		size_t len = word_length(p + i);
		struct token t = { .p = p + i, .n = len, .first = *first };
		if (!len) {
			i++;
			continue;
		}
		if (!code)
			look_up(w, &t, p[i + len], r);
		*first = false;
		i += len;
	}
}

static bool ends_sentence(const char *p, size_t n)
{
	static const char *const short_forms[] = { "e.g.", "i.e.", "vs.", "etc." };
	for (size_t i = 0; i < sizeof short_forms / sizeof *short_forms; i++)
		if (n == strlen(short_forms[i]) && !memcmp(p, short_forms[i], n))
			return false;
	while (n && strchr("\"')]", p[n - 1]))
		n--;
	return n && strchr(".!?", p[n - 1]);
}

static void end_sentence(int *count, bool *first, struct reading *r)
{
	if (*count) {
		r->sentences++;
		r->words += *count;
		if (*count > SENTENCE_MAX && r->too_long)
			r->too_long(r->arg, *count);
	}
	*count = 0;
	*first = true;
}

/* A placeholder counts as a word and may hold no spaces; its braces are cut out before the rest is read. */
static char *without_placeholders(const char *text)
{
	struct buf b = BUF_INIT;
	while (*text) {
		const char *close = *text == '{' && text[1] != '{' ? strchr(text, '}') : NULL;
		if (close) {
			buf_addc(&b, '0');
			text = close + 1;
		} else {
			buf_addc(&b, *text++);
		}
	}
	return buf_steal(&b);
}

void words_read(struct words *w, const char *text, struct reading *r)
{
	static const char blank[] = " \t\r\n";
	char *plain = without_placeholders(text);
	const char *p = plain + strspn(plain, blank);
	bool first = true;
	int count = 0;
	while (*p) {
		size_t n = strcspn(p, blank);
		const char *rest = p + n + strspn(p + n, blank);
		bool has_word = false;
		for (size_t i = 0; i < n; i++)
			has_word |= isalnum((unsigned char)p[i]) != 0;
		count += has_word;
		read_piece(w, p, n, &first, r);
		if (ends_sentence(p, n))
			end_sentence(&count, &first, r);
		else if (n && p[n - 1] == ':')
			first = true;      /* what follows a colon may begin with a capital */
		p = rest;
	}
	end_sentence(&count, &first, r);
	free(plain);
}
