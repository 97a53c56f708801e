/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a moment means, in both languages. Order: the lesson's text for the mark
 * → a rule that looks at the state ("the port is taken: the server's fd 3 listens
 * on it") → the catalogue. Placeholders are filled.
 */
#ifndef TUTOR_LEARN_EXPLAIN_H
#define TUTOR_LEARN_EXPLAIN_H

#include "engine/base/buf.h"
#include "tutor/course/course.h"
#include "tutor/model/model.h"

enum explain_source { FROM_NOWHERE, FROM_LESSON, FROM_RULE, FROM_CATALOG };

struct explanation {
	struct buf in[SHAPE_COUNT][LANG_COUNT];   /* empty where there is none; SHORT always has both unless FROM_NOWHERE */
	enum explain_source source;
	const char *mark;                         /* the mark that was met; NULL: none. Owned by the lesson */
	const struct mark_entry *entry;           /* the lesson's text that was used; NULL: none. Owned by the lesson */
	bool broken;                              /* the tutor broke the call's connection: its errno has no other reason */
	const char *rule;                         /* name of the rule that was used; NULL: none. Owned by the catalogue */
	const struct term *terms[12]; int n_terms;  /* terms of the glossary in the short and full English text, in order */
};

void explanation_init(struct explanation *x);
void explanation_release(struct explanation *x);

/* Explain what task `lane` of the model is doing: before, asleep, after (or how it ended). lesson may be NULL (watch). */
void explain_task(const struct course *course, const struct lesson *lesson, const struct model *model, int lane, struct explanation *out);

/* One line about an argument of the task's call ("sockfd", "backlog"), about a constant ("SOCK_STREAM"), an errno, a call. False: nothing known. */
bool explain_argument(const struct course *course, const struct model *model, int lane, const char *name, struct text *out);
bool explain_constant(const struct course *course, const char *name, const char *context, struct text *out);
bool explain_errno(const struct course *course, const char *call, const char *name, struct texts *out);
bool explain_call(const struct course *course, const char *canon, struct text *name);

#endif
