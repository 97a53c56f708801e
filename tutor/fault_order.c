/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/fault_order.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/text.h"
#include "tutor/course/catalog.h"
#include "tutor/i18n.h"

enum { ERRNOS_MOST = 64 };
static const int64_t SECOND_NS = 1000000000;

static const struct model_call *call_of(const struct model *m, int lane)
{
	const struct model_task *t = lane >= 0 && lane < m->n_tasks ? &m->tasks[lane] : NULL;
	return t && t->status == TASK_BEFORE ? &t->call : NULL;
}

const struct texts *fault_errno_texts(const struct session *s, const struct model_call *call, const char *name)
{
	const struct catalog_errno *e = s->course ? catalog_errno(course_catalog(s->course), name) : NULL;
	return e ? catalog_cause(e, call->canon) : NULL;
}

/* The first living task of that program; -1: none. */
static int lane_named(const struct model *m, const char *name)
{
	for (int i = 0; i < m->n_tasks; i++) {
		const struct model_task *t = &m->tasks[i];
		const char *is = t->actor >= 0 && t->actor < m->n_actors ? m->actors[t->actor].name : NULL;
		if (text_is(is, name) && t->status != TASK_ENDED)
			return i;
	}
	return -1;
}

/* What was done at once cannot be taken back: the connection is broken, the other program got its signal. */
static bool is_done(const struct model_call *call, int lane)
{
	bool to_other = call->fault_whom >= 0 && call->fault_whom != lane;
	return text_is(call->fault, "reset") || (to_other && (text_is(call->fault, "kill") || text_is(call->fault, "signal")));
}

static const char *complaint(enum fault_words_bad bad)
{
	switch (bad) {
	case FAULT_WORDS_SIGNAL: return _("which signal? SIGINT, SIGTERM, SIGPIPE, SIGCHLD …");
	case FAULT_WORDS_SECONDS: return _("how long? delay SECONDS");
	case FAULT_WORDS_BYTES: return _("how many bytes? short N");
	default: return _("no such fault; the word fault alone lists what can happen");
	}
}

static bool gives_errno(const struct session *s, const struct model_call *call, const char *name, struct buf *why)
{
	if (!fault_errno_texts(s, call, name))
		buf_addf(why, _("%s() does not give %s; the word fault alone lists what it can give"), call->canon, name);
	else if (!strcmp(name, "EINPROGRESS"))
		buf_adds(why, _("EINPROGRESS is no failure: the kernel would go on connecting, "
				"and a call that is left out cannot."));
	return !why->len;
}

bool fault_parse(const struct session *s, const struct model *m, int lane, const char *words, struct run_fault_order *o,
		 struct buf *why)
{
	struct fault_words w;
	const struct model_call *call = call_of(m, lane);
	enum fault_words_bad bad = fault_words_read(words, &w);
	*o = w.order;
	if (!call)
		buf_adds(why, _("Only a call that has not been made yet can meet a fault."));
	else if (bad != FAULT_WORDS_GOOD)
		buf_adds(why, complaint(bad));
	else if (o->kind == FAULT_NONE && is_done(call, lane))
		buf_adds(why, _("That has happened already. It cannot be taken back."));
	else if (o->kind == FAULT_ERRNO || o->kind == FAULT_EINTR)
		gives_errno(s, call, o->kind == FAULT_EINTR ? "EINTR" : o->name, why);
	o->whom = *w.target ? lane_named(m, w.target) : -1;
	if (*w.target && o->whom < 0 && !why->len)
		buf_addf(why, _("no living program is called %s"), w.target);
	return !why->len;
}

/* offers */

struct offers { struct fault_offer *of; int n; };

__attribute__((format(printf, 4, 5)))
static void offer(struct offers *l, struct run_fault_order order, const struct catalog_reason *why, const char *fmt, ...)
{
	va_list ap;
	l->of = xrealloc(l->of, (size_t)(l->n + 1) * sizeof *l->of);
	struct fault_offer *o = &l->of[l->n++];
	*o = (struct fault_offer){ .order = order };
	if (why)
		o->title = &why->of->title, o->says = &why->texts->shape[SHAPE_SHORT];
	va_start(ap, fmt);
	vsnprintf(o->words, sizeof o->words, fmt, ap);
	va_end(ap);
}

static void offer_errnos(struct offers *l, const struct session *s, const struct model_call *call)
{
	struct catalog_reason reasons[ERRNOS_MOST];
	int n = s->course ? catalog_errnos_of(course_catalog(s->course), call->canon, reasons, ERRNOS_MOST) : 0;
	for (int i = 0; i < n && i < ERRNOS_MOST; i++) {
		const char *name = reasons[i].of->name;
		enum fault_kind kind = !strcmp(name, "EINTR") ? FAULT_EINTR : FAULT_ERRNO;
		if (strcmp(name, "EINPROGRESS"))
			offer(l, (struct run_fault_order){ .kind = kind, .name = name, .whom = -1 },
			      &reasons[i], "%s", name);
	}
}

static void offer_kills(struct offers *l, const struct model *m, int lane)
{
	struct run_fault_order kill = { .kind = FAULT_KILL, .whom = -1 };
	offer(l, kill, NULL, "kill");
	for (int i = 0; i < m->n_actors; i++) {
		kill.whom = m->actors[i].name && i != m->tasks[lane].actor ? lane_named(m, m->actors[i].name) : -1;
		if (kill.whom >= 0)
			offer(l, kill, NULL, "kill %.20s", m->actors[i].name);
	}
}

static void offer_short(struct offers *l, int64_t bytes)
{
	struct run_fault_order o = { .kind = FAULT_SHORT, .n = bytes, .whom = -1 };
	offer(l, o, NULL, "short %lld", (long long)bytes);
}

/* What the kernel has its part in. */
static void offer_real(struct offers *l, struct session *s, const struct model *m, int lane)
{
	static const char *const signals[] = { "SIGINT", "SIGTERM", "SIGPIPE", "SIGCHLD" };
	struct run_fault_order o = { .whom = -1 };
	int64_t bytes = run_fault_bytes(s->run, lane);
	if (bytes > 1)
		offer_short(l, 1);
	if (bytes > 2)
		offer_short(l, (bytes + 1) / 2);
	o.kind = FAULT_RESET;
	if (run_fault_resets(s->run, lane))
		offer(l, o, NULL, "reset");
	o.kind = FAULT_DELAY;
	o.n = 3 * SECOND_NS;
	offer(l, o, NULL, "delay 3");
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		o = (struct run_fault_order){ .kind = FAULT_SIGNAL, .name = signals[i], .whom = -1 };
		offer(l, o, NULL, "signal %s", signals[i]);
	}
	offer_kills(l, m, lane);
}

struct fault_offer *fault_offers(struct session *s, const struct model *m, int lane, int *n)
{
	struct offers l = { 0 };
	const struct model_call *call = call_of(m, lane);
	if (call && s->run) {
		if (call->fault && !is_done(call, lane))
			offer(&l, (struct run_fault_order){ .kind = FAULT_NONE, .whom = -1 }, NULL, "none");
		offer_real(&l, s, m, lane);     /* before the many errnos: so each kind can be seen without scrolling */
		offer_errnos(&l, s, call);
	}
	*n = l.n;
	return l.of;
}
