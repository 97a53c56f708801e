/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/learn/explain.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "engine/base/text.h"
#include "tutor/course/catalog.h"
#include "tutor/learn/actual.h"
#include "tutor/learn/cause.h"
#include "tutor/learn/fill.h"
#include "tutor/learn/state.h"

enum { TERMS_MAX = sizeof ((struct explanation *)0)->terms / sizeof(struct term *) };

void explanation_init(struct explanation *x)
{
	*x = (struct explanation){ .source = FROM_NOWHERE };
	for (int s = 0; s < SHAPE_COUNT; s++)
		for (int l = 0; l < LANG_COUNT; l++)
			buf_init(&x->in[s][l]);
}

static void clear_texts(struct explanation *x)
{
	for (int s = 0; s < SHAPE_COUNT; s++)
		for (int l = 0; l < LANG_COUNT; l++)
			buf_clear(&x->in[s][l]);
}

void explanation_release(struct explanation *x)
{
	for (int s = 0; s < SHAPE_COUNT; s++)
		for (int l = 0; l < LANG_COUNT; l++)
			buf_release(&x->in[s][l]);
	*x = (struct explanation){ .source = FROM_NOWHERE };
}

/* Both languages or neither: a learner who reads one must not be told more than one who reads the other. */
static bool add_shape(const struct scene *s, const struct text *t, struct buf out[LANG_COUNT])
{
	size_t before[LANG_COUNT];
	bool good = true;
	for (int l = 0; l < LANG_COUNT; l++) {
		before[l] = out[l].len;
		if (!t->in[l]) {
			good = false;
			continue;
		}
		if (out[l].len && l == LANG_EN)
			buf_addc(&out[l], ' ');
		good &= fill(s, t->in[l], &out[l]);
	}
	for (int l = 0; !good && l < LANG_COUNT; l++)
		if (out[l].size)
			out[l].data[out[l].len = before[l]] = 0;
	return good;
}

/* Append these texts. False: the short one cannot be said now. */
static bool add_texts(const struct scene *s, const struct texts *t, struct explanation *x)
{
	if (!t || !add_shape(s, &t->shape[SHAPE_SHORT], x->in[SHAPE_SHORT]))
		return false;
	for (int i = SHAPE_FULL; i < SHAPE_COUNT; i++)
		add_shape(s, &t->shape[i], x->in[i]);
	return true;
}

static bool use(const struct scene *s, const struct texts *t, enum explain_source source, struct explanation *x)
{
	clear_texts(x);
	if (!add_texts(s, t, x))
		return false;
	x->source = source;
	return true;
}

static const struct mark_texts *texts_of_mark(const struct lesson *lesson, const char *mark)
{
	for (int i = 0; i < lesson->n_marks; i++)
		if (!strcmp(lesson->marks[i].name, mark))
			return &lesson->marks[i];
	return NULL;
}

static bool from_lesson(const struct lesson *lesson, const struct scene *s, struct explanation *x)
{
	if (!s->call || !s->call->file)
		return false;
	x->mark = lesson_mark_at(lesson, s->call->file, s->call->line);
	const struct mark_texts *m = x->mark ? texts_of_mark(lesson, x->mark) : NULL;
	for (int i = 0; m && i < m->n; i++) {
		const struct when *w = &m->entries[i].when;
		if (!scene_fits(s, w) || (!w->has_ret && scene_unusual(s)))
			continue;
		if (use(s, &m->entries[i].texts, FROM_LESSON, x)) {
			x->entry = &m->entries[i];
			return true;
		}
	}
	return false;
}

/* The result is what the learner ordered: no state of the run is its reason. */
static bool made_up(const struct scene *s)
{
	const char *fault = s->call && s->moment == MOMENT_AFTER ? s->call->injected : NULL;
	return fault && (!strcmp(fault, "errno") || !strcmp(fault, "eintr") || !strcmp(fault, "short"));
}

static bool from_rules(const struct catalog *c, struct scene *s, struct explanation *x)
{
	for (int i = 0; i < c->n_rules && !made_up(s); i++) {
		const struct catalog_rule *r = &c->rules[i];
		if (!scene_fits(s, &r->when) || !states_hold(s, r->when.states) || !use(s, &r->texts, FROM_RULE, x))
			continue;
		for (int k = 0; k < r->n_seen; k++)
			add_shape(s, &r->seen[k], x->in[SHAPE_FULL]);
		x->rule = r->name;
		return true;
	}
	return false;
}

/* A variant's own entry (accept4) comes first; but sendto without an address is send, not sendto. */
static const struct catalog_call *call_entry(const struct catalog *c, const struct model_call *call)
{
	bool by_args = call->call && (!strcmp(call->call, "sendto") || !strcmp(call->call, "recvfrom"));
	const struct catalog_call *x = by_args ? NULL : catalog_call(c, call->call);
	return x ? x : catalog_call(c, call->canon);
}

/* What failing means for this call, then what the errno says. */
static bool failed(const struct catalog *c, const struct scene *s, const struct catalog_call *entry, struct explanation *x)
{
	const struct catalog_errno *e = catalog_errno(c, s->call->err);
	const struct texts *cause = e ? catalog_cause(e, s->call->canon) : NULL;
	clear_texts(x);
	bool general = entry && add_texts(s, &entry->failed, x);
	bool particular = e && (add_texts(s, cause, x) || add_texts(s, &e->texts, x));
	if (general || particular)
		x->source = FROM_CATALOG;
	return general || particular;
}

static bool from_catalog(const struct catalog *c, const struct scene *s, struct explanation *x)
{
	if (!s->call || (s->call->restart && s->moment == MOMENT_AFTER))
		return false;
	const struct catalog_call *entry = call_entry(c, s->call);
	if (scene_failed(s))
		return failed(c, s, entry, x);
	if (!entry)
		return false;
	const struct texts *t = s->moment == MOMENT_BEFORE ? &entry->before :
				s->moment == MOMENT_ASLEEP ? &entry->asleep : &entry->after;
	return use(s, t, FROM_CATALOG, x);
}

static size_t ending(const char *p, const char *const *endings)
{
	for (; *endings; endings++) {
		size_t n = strlen(*endings);
		if (!strncasecmp(p, *endings, n) && !isalnum((unsigned char)p[n]))
			return n;
	}
	return 0;
}

/* CLOSED is a state, closed a form of the verb. */
static bool in_capitals(const char *term)
{
	int capitals = 0;
	for (; *term; term++) {
		if (islower((unsigned char)*term))
			return false;
		capitals += isupper((unsigned char)*term) != 0;
	}
	return capitals > 1;
}

/* Length of the term, or a form of it (sockets, listening, closes), at p; 0: it is not there. */
static size_t term_at(const char *p, const char *term)
{
	static const char *const after_e[] = { "ing", "ed", "er", NULL };
	static const char *const after_any[] = { "s", "es", "ed", "ing", NULL };
	if (tolower((unsigned char)*p) != tolower((unsigned char)*term))
		return 0;
	size_t n = strlen(term), more;
	if (in_capitals(term) && strncmp(p, term, n))
		return 0;
	if (n > 2 && term[n - 1] == 'e' && !strncasecmp(p, term, n - 1) && (more = ending(p + n - 1, after_e)))
		return n - 1 + more;
	if (strncasecmp(p, term, n))
		return 0;
	if (!isalnum((unsigned char)p[n]) && p[n] != '_')
		return n;
	more = ending(p + n, after_any);
	return more ? n + more : 0;
}

static void add_term(struct explanation *x, const struct term *t)
{
	for (int i = 0; i < x->n_terms; i++)
		if (x->terms[i] == t)
			return;
	if (x->n_terms < TERMS_MAX)
		x->terms[x->n_terms++] = t;
}

/* The same for a term of the catalogue; 0 also where the word has another sense, as the Chinese text tells. */
static size_t meant_at(const char *p, const struct term *t, const char *chinese)
{
	size_t n = term_at(p, t->term), form = t->also ? term_at(p, t->also) : 0;
	n = form > n ? form : n;
	return n && t->sense && *chinese && !strstr(chinese, t->sense) ? 0 : n;
}

static void find_terms(const struct catalog *c, const char *text, const char *chinese, struct explanation *x)
{
	for (const char *p = text; *p;) {
		const struct term *best = NULL;
		size_t length = 0;
		for (int i = 0; i < c->n_terms; i++) {
			size_t n = meant_at(p, &c->terms[i], chinese);
			if (n > length || (n && n == length && in_capitals(c->terms[i].term))) {
				length = n;
				best = &c->terms[i];
			}
		}
		if (best)
			add_term(x, best);
		p += length;
		/* on to the next word */
		if (!length)
			while (isalnum((unsigned char)*p) || *p == '_' || (unsigned char)*p >= 0x80)
				p++;
		while (*p && !isalnum((unsigned char)*p))
			p++;
	}
}

/* The tutor broke the connection of the call that failed. */
static bool was_broken(const struct scene *s, struct cause *why)
{
	return s->call && s->call->err && !s->call->injected && (cause_broken(s, true, why) || cause_broken(s, false, why));
}

/* A lesson does not know of a fault that the learner gave: its reasons would be wrong. */
static bool fits_lesson(const struct scene *s)
{
	const struct model_call *c = s->call;
	struct cause why;
	bool met = c && s->moment == MOMENT_AFTER && c->injected && strcmp(c->injected, "delay");
	bool late = scene_failed(s) && was_broken(s, &why);
	return met ? c->fault_by_lesson : !late || text_is(why.call, "lesson");
}

/* What the kernel did not do has no reason in the state of the run. */
static bool fits_rules(const struct scene *s)
{
	return !(s->call && s->moment == MOMENT_AFTER && s->call->undone);
}

void explain_task(const struct course *course, const struct lesson *lesson, const struct model *model, int lane,
		  struct explanation *out)
{
	struct scene s;
	struct past past;
	struct cause why;
	clear_texts(out);
	out->source = FROM_NOWHERE;
	out->mark = NULL;
	out->entry = NULL;
	out->rule = NULL;
	out->broken = false;
	out->n_terms = 0;
	if (!scene_init(&s, model, lane))
		return;
	const struct catalog *c = course ? course_catalog(course) : NULL;
	past_init(&past, model);
	s.past = &past;
	bool known = (lesson && fits_lesson(&s) && from_lesson(lesson, &s, out)) ||
		     (c && ((fits_rules(&s) && from_rules(c, &s, out)) || from_catalog(c, &s, out)));
	out->broken = was_broken(&s, &why);
	past_release(&past);
	if (!known)
		clear_texts(out);
	for (int i = 0; known && out->source == FROM_LESSON && i < SHAPE_COUNT; i++)
		for (int l = 0; l < LANG_COUNT; l++)
			actual_numbers(lesson, model, &out->in[i][l]);
	for (int i = SHAPE_SHORT; c && i <= SHAPE_FULL; i++)
		find_terms(c, out->in[i][LANG_EN].data, out->in[i][LANG_ZH].data, out);
}

bool explain_argument(const struct course *course, const struct model *model, int lane, const char *name, struct text *out)
{
	const struct model_call *call = lane >= 0 && lane < model->n_tasks ? &model->tasks[lane].call : NULL;
	const struct catalog_call *entry = call && call->canon ? call_entry(course_catalog(course), call) : NULL;
	const struct catalog_call *canon = entry ? catalog_call(course_catalog(course), call->canon) : NULL;
	for (int turn = 0; turn < 2; turn++, entry = canon)
		for (int i = 0; entry && i < entry->n_args; i++)
			if (!strcmp(entry->args[i].name, name)) {
				*out = entry->args[i].text;
				return true;
			}
	return false;
}

bool explain_constant(const struct course *course, const char *name, const char *context, struct text *out)
{
	const struct catalog_constant *x = catalog_constant(course_catalog(course), name, context);
	if (x)
		*out = x->texts.shape[SHAPE_SHORT];
	return x != NULL;
}

bool explain_errno(const struct course *course, const char *call, const char *name, struct texts *out)
{
	const struct catalog_errno *e = catalog_errno(course_catalog(course), name);
	if (!e)
		return false;
	const struct texts *cause = catalog_cause(e, call);
	*out = cause ? *cause : e->texts;
	return true;
}

bool explain_call(const struct course *course, const char *canon, struct text *name)
{
	const struct catalog_call *entry = catalog_call(course_catalog(course), canon);
	if (entry)
		*name = entry->title;
	return entry != NULL;
}
