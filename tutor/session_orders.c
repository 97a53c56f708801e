/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Orders for the wire and for faults: the learner's, and a lesson's own. These are given as soon as the run is settled
 * at their moment, each once; so a run that is played again gets the same ones.
 */
#include <stdlib.h>

#include "engine/base/clock.h"
#include "tutor/fault_order.h"

enum { ORDERS_MOST = 16, PASS_MS = 5000 };

static bool give_one(struct session *s, const struct model *m, const struct wire_words *w, struct err *err)
{
	struct wire_order o;
	if (!wire_words_order(w, m, &o, err))
		return false;
	o.by = "lesson";
	run_wait(s->run, PASS_MS);   /* the order before may have let packets go */
	return run_wire(s->run, &o, err);
}

/* Where there is no cable the lesson goes on without, and what is missing was said. */
static void give(struct session *s, const struct model *m, const struct wire_words *w, int n)
{
	for (int i = 0; i < n; i++) {
		struct err err;
		if (!give_one(s, m, &w[i], &err) && err.id != ERR_NO_CABLE && !s->failed)
			s->failed = w[i].text;
	}
}

/* What cannot happen to the call (a connection whose other end is gone) is passed over. */
static void give_fault(struct session *s, int lane, const char *words)
{
	struct run_fault_order o;
	struct buf why = BUF_INIT;
	struct err err;
	bool settled = run_wait(s->run, PASS_MS);
	const struct model *m = settled ? model_at(s->store, log_count(s->log), &err) : NULL;
	if (m && fault_parse(s, m, lane, words, &o, &why)) {
		o.by = "lesson";
		run_fault(s->run, lane, &o, &err);
	}
	buf_release(&why);
}

static bool was_given(const struct session *s, const struct moment_orders *o)
{
	for (int i = 0; i < s->n_given; i++)
		if (s->given[i].entry == o->entry && s->given[i].lane == o->lane && s->given[i].nth == o->nth)
			return true;
	return false;
}

static void note_given(struct session *s, const struct moment_orders *o)
{
	s->given = xrealloc(s->given, (size_t)(s->n_given + 1) * sizeof *s->given);
	s->given[s->n_given++] = *o;
}

/* True: something was ordered. */
static bool obey_lesson(struct session *s)
{
	struct moment_orders now[ORDERS_MOST];
	struct err err;
	bool any = false;
	if (!s->lesson || !s->lesson->has_orders || !s->store || !run_settled(s->run) || run_over(s->run))
		return false;
	const struct model *m = model_at(s->store, log_count(s->log), &err);
	if (m && !s->began) {
		s->began = any = true;
		give(s, m, s->lesson->wire, s->lesson->n_wire);
	}
	int n = m ? orders_now(s->lesson, m, now, ORDERS_MOST) : 0;
	for (int i = 0; m && i < n; i++) {
		if (was_given(s, &now[i]))
			continue;
		note_given(s, &now[i]);
		give(s, m, now[i].wire, now[i].n_wire);
		if (now[i].fault)
			give_fault(s, now[i].lane, now[i].fault);
		m = model_at(s->store, log_count(s->log), &err);
		any = true;
	}
	return any;
}

static void note_newest(struct session *s)
{
	int64_t n = log_count(s->log);
	if (n != s->newest)
		s->newest = n, s->newest_at = clock_ns(CLOCK_MONOTONIC);
}

int64_t session_since(const struct session *s)
{
	return s->run && s->newest_at && session_at_end(s) ? clock_ns(CLOCK_MONOTONIC) - s->newest_at : 0;
}

bool session_wait(struct session *s, int ms)
{
	bool settled = run_wait(s->run, ms);
	while (settled && obey_lesson(s))
		settled = run_wait(s->run, ms);
	note_newest(s);
	return settled;
}

void session_pump(struct session *s)
{
	run_pump(s->run);
	if (run_settled(s->run))
		obey_lesson(s);
	note_newest(s);
}

bool session_wire(struct session *s, const struct wire_order *order, struct err *err)
{
	if (!s->run)
		return err_set(err, ERR_NO_TASK, 0, NULL, NULL);
	return run_wire(s->run, order, err);
}
