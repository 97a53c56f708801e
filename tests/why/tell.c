/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `tell LOG LESSONS` goes through a saved run and prints, for every task at the end of every step that a rule explains: the rule's name, a tab, the English, a tab, the Chinese. What the screen shows is made from the same.
 */
#include <stdio.h>

#include "tutor/learn/explain.h"

static void put(const struct explanation *x, enum lang lang)
{
	const char *full = x->in[SHAPE_FULL][lang].data;
	printf("\t%s%s%s", x->in[SHAPE_SHORT][lang].data, full && *full && lang == LANG_EN ? " " : "", full ? full : "");
}

static void tell(const struct course *course, const struct model *m, int lane, struct explanation *x)
{
	explain_task(course, NULL, m, lane, x);
	if (x->source != FROM_RULE)
		return;
	printf("%s", x->rule);
	put(x, LANG_EN);
	put(x, LANG_ZH);
	printf("\n");
}

/* A call that a signal broke off is made again within the step. */
static void tell_event(const struct course *course, const struct log *log, struct model_store *store, int64_t at,
		       struct explanation *x)
{
	struct err err = { 0 };
	bool over = log_type(log, at) == EVENT_settled;
	const struct model *m = over || log_type(log, at) == EVENT_after ? model_at(store, at + 1, &err) : NULL;
	for (int lane = 0; m && lane < m->n_tasks; lane++)
		if (over || m->tasks[lane].call.restart)
			tell(course, m, lane, x);
}

int main(int argc, char **argv)
{
	struct err err = { 0 };
	bool torn;
	struct log *log = argc == 3 ? log_open(argv[1], &torn, &err) : NULL;
	struct course *course = log ? course_open(argv[2], &err) : NULL;
	struct model_store *store = course ? model_store_new(log) : NULL;
	struct explanation x;
	if (!store) {
		fprintf(stderr, "usage: tell LOG LESSONS\n");
		return 1;
	}
	explanation_init(&x);
	for (int64_t at = 0; at < log_count(log); at++)
		tell_event(course, log, store, at, &x);
	explanation_release(&x);
	model_store_free(store);
	course_free(course);
	log_free(log);
	return 0;
}
