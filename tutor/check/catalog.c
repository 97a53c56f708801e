/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/buf.h"
#include "engine/base/text.h"
#include "engine/decode/constants.h"
#include "engine/trace/syscall.h"
#include "tutor/check/part.h"
#include "tutor/learn/state.h"

struct files { const char *syscalls, *errnos, *constants, *rules; };

static void lacks(struct checker *c, const char *file, enum mistake_id id, const char *a0, const char *a1)
{
	report_add(&c->report, file, 0, 0, id, a0, a1);
}

static bool has_arg(const struct catalog_call *x, const char *name)
{
	for (int i = 0; x && i < x->n_args; i++)
		if (!strcmp(x->args[i].name, name))
			return true;
	return false;
}

/* An argument may be explained under the call's own name or under its canonical one. */
static void check_call(struct checker *c, const struct call_desc *call, const char *file)
{
	const struct catalog *cat = course_catalog(c->course);
	const struct catalog_call *canon = catalog_call(cat, call->canon), *own = catalog_call(cat, call->name);
	if (!canon) {
		lacks(c, file, MISTAKE_CAT_CALL, call->canon, NULL);
		return;
	}
	for (int i = 0; i < call->nargs; i++)
		if (!has_arg(canon, call->arg[i].name) && !has_arg(own, call->arg[i].name))
			lacks(c, file, MISTAKE_CAT_ARG, call->name, call->arg[i].name);
}

static void check_constants(struct checker *c, const struct files *f)
{
	const struct catalog *cat = course_catalog(c->course);
	for (int g = 0; g < CONST_GROUPS; g++) {
		const struct constant_group *group = constant_group((enum constant_group_id)g);
		for (unsigned i = 0; i < group->n; i++) {
			const char *name = group->item[i].name;
			if (g == CONST_errno && !catalog_errno(cat, name))
				lacks(c, f->errnos, MISTAKE_CAT_ERRNO, name, NULL);
			else if (g != CONST_errno && !catalog_constant(cat, name, group->context))
				lacks(c, f->constants, MISTAKE_CAT_CONSTANT, name, NULL);
		}
	}
}

static void check_rule(struct checker *c, const struct catalog_rule *rule, const char *file)
{
	const struct catalog *cat = course_catalog(c->course);
	struct buf all = BUF_INIT;
	for (const char *const *n = state_names(); *n; n++)
		buf_addf(&all, "%s%s", all.len ? ", " : "", *n);
	for (const char *const *n = rule->when.states; n && *n; n++)
		if (!text_in(*n, state_names()))
			report_add(&c->report, file, rule->line, rule->column, MISTAKE_NO_STATE, *n, all.data);
	for (const char *const *n = rule->when.calls; n && *n; n++)
		if (!catalog_call(cat, *n))
			report_add(&c->report, file, rule->line, rule->column, MISTAKE_CAT_CALL, *n, NULL);
	for (const char *const *n = rule->when.errnos; n && *n; n++)
		if (!catalog_errno(cat, *n))
			report_add(&c->report, file, rule->line, rule->column, MISTAKE_CAT_ERRNO, *n, NULL);
	buf_release(&all);
}

void check_catalog(struct checker *c)
{
	const struct catalog *cat = course_catalog(c->course);
	const struct call_desc *call;
	struct files f = {
		arena_printf(&c->arena, "%s/catalog/syscalls.yaml", c->dir),
		arena_printf(&c->arena, "%s/catalog/errnos.yaml", c->dir),
		arena_printf(&c->arena, "%s/catalog/constants.yaml", c->dir),
		arena_printf(&c->arena, "%s/catalog/rules.yaml", c->dir),
	};
	for (unsigned i = 0; (call = call_at(i)); i++)
		check_call(c, call, f.syscalls);
	check_constants(c, &f);
	for (int i = 0; i < cat->n_rules; i++)
		check_rule(c, &cat->rules[i], f.rules);
}
