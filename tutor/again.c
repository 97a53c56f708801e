/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/again.h"

#include "tutor/i18n.h"

const struct need *again_needed(struct session *s, int lane)
{
	struct err err;
	if (!s->run || !s->lesson || !s->lesson->has_needs || s->gave_up)
		return NULL;
	lane = lane < 0 ? run_next(s->run) : lane;
	const struct model *m = model_at(s->store, log_count(s->log), &err);
	const struct need *need = m ? needs_now(s->lesson, m, lane) : NULL;
	if (!need || !run_look(s->run))
		return NULL;
	m = model_at(s->store, log_count(s->log), &err);
	return m && needs_over(need, m) ? need : NULL;
}

static bool is_held_there(const struct session *s, const struct model *m, const struct need *need)
{
	for (int lane = 0; lane < m->n_tasks; lane++)
		if (needs_now(s->lesson, m, lane) == need)
			return true;
	return false;
}

/* What did not come back once is not waited for again: a lesson must go on. */
static void see_what_came(struct session *s, struct again *a)
{
	struct err err;
	const struct model *m = session_model(s, &err);
	a->brought = m && is_held_there(s, m, a->need) && needs_met(a->need, m);
	s->gave_up = !a->brought;
}

bool again_run(struct session *s, const char *log_path, struct again *a, struct err *err)
{
	const struct lesson *lesson = s->lesson;
	enum variant variant = s->variant;
	run_end(s->run, "restart");
	s->run = NULL;
	if (!log_keep(s->log, err))
		return false;
	if (s->lost.id == ERR_NONE)
		s->lost = *session_log_lost(s);
	a->old = s->log;
	s->log = NULL;
	session_release(s, "restart");
	if (!session_lesson(s, lesson, variant, log_path, err))
		return false;
	a->how = session_rerun(s, a->old, &a->step);
	if (a->need)
		see_what_came(s, a);
	return true;
}

const char *again_words(const struct again *a, const struct session *s, struct buf *out)
{
	buf_clear(out);
	if (a->need) {
		const char *program = s->lesson->programs[a->need->program].name;
		buf_addf(out, a->brought ? _("The kernel ended the %s's %s. The programs ran again to this step.") :
					   _("The kernel ended the %s's %s. Running again did not bring it back."),
			 program, a->need->state);
	} else if (a->how == RERUN_OTHER_WAY) {
		buf_addf(out, _("The programs have run again. Step %d is not as it was before."), a->step);
	} else {
		buf_adds(out, _("The programs have run again to this step."));
	}
	return out->data;
}
