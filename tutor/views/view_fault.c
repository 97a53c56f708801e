/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/views/view_fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/utf8.h"
#include "tutor/i18n.h"

static const int64_t SECOND_NS = 1000000000;

enum say { SAY_TITLE, SAY_OFFER, SAY_ORDERED, SAY_DONE, SAYS };

static const char *const sentences[FAULT_KINDS][SAYS][LANG_COUNT] = {
#define FAULT(id, title, title_zh, offer, offer_zh, ordered, ordered_zh, done, done_zh) \
	[FAULT_##id] = { { title, title_zh }, { offer, offer_zh }, { ordered, ordered_zh }, { done, done_zh } },
#include "tutor/views/fault.def"
};

static const char *const by_kernel[2][LANG_COUNT] = {
	{ "The kernel did make the call: this result is real.", "内核确实执行了这次调用，结果是真实的。" },
	{ "The kernel did not make the call. What follows is what this error means when it is real.",
	  "内核没有执行这次调用。下面说明的是真正出现这个错误时的含义。" },
};

static const char *const from_here[LANG_COUNT] = {
	"The tutor broke the connection: this end sent an RST.", "socktutor 重置了连接：这一端发出了 RST。",
};

static const char *const in_place[LANG_COUNT] = {
	" This order takes the place of an earlier one: %s.", "这个安排取代了之前的：%s。",
};

/* What one sentence is about. */
struct about {
	enum fault_kind kind;
	const char *name, *call, *target;
	int64_t n;
	enum lang lang;
};

static void put_seconds(int64_t ns, struct buf *out)
{
	buf_addf(out, "%g", (double)ns / (double)SECOND_NS);
}

/* From a log, which may be anybody's. */
static void put_name(const char *name, struct buf *out)
{
	enum { CHARS = 40 };
	utf8_show_most(out, name ? name : "?", name ? strlen(name) : 1, CHARS);
}

/* An order as it is typed. */
static void put_order(const char *how, const char *name, int64_t n, struct buf *out)
{
	enum fault_kind kind = fault_named(how);
	put_name(kind == FAULT_ERRNO ? name : kind == FAULT_EINTR ? "EINTR" : how, out);
	buf_adds(out, kind == FAULT_SHORT || kind == FAULT_DELAY || kind == FAULT_SIGNAL ? " " : "");
	if (kind == FAULT_SIGNAL)
		put_name(name, out);
	else if (kind == FAULT_DELAY)
		put_seconds(n, out);
	else if (kind == FAULT_SHORT)
		buf_addf(out, "%lld", (long long)n);
}

static void say_instead(const struct model_call *c, enum lang lang, struct buf *out)
{
	struct buf order = BUF_INIT;
	put_order(c->instead, c->instead_name, c->instead_n, &order);
	buf_addf(out, in_place[lang], order.data);
	buf_release(&order);
}

static void put(const struct about *x, const char *name, size_t n, struct buf *out)
{
	if (!strncmp(name, "fault", n))
		put_name(x->name, out);
	else if (!strncmp(name, "call", n))
		put_name(x->call, out);
	else if (!strncmp(name, "target", n))
		put_name(x->target, out);
	else if (!strncmp(name, "seconds", n))
		put_seconds(x->n, out);
	else
		buf_addf(out, x->lang == LANG_ZH ? "%lld 字节" : x->n == 1 ? "%lld byte" : "%lld bytes", (long long)x->n);
}

static void say(const struct about *x, enum say which, struct buf *out)
{
	const char *text = sentences[x->kind][which][x->lang];
	for (; text && *text; text++) {
		const char *end = *text == '{' ? strchr(text, '}') : NULL;
		if (end) {
			put(x, text + 1, (size_t)(end - text - 1), out);
			text = end;
		} else {
			buf_addc(out, *text);
		}
	}
}

static const char *name_of(const struct model *m, const struct model_task *t, int whom)
{
	int actor = whom >= 0 && whom < m->n_tasks ? m->tasks[whom].actor : t->actor;
	return actor >= 0 && actor < m->n_actors ? m->actors[actor].name : NULL;
}

bool fault_says(const struct model *m, const struct model_task *t, enum lang lang, struct buf *out)
{
	const struct model_call *c = &t->call;
	const char *how = c->returned ? c->injected : c->fault;
	struct about x = { .kind = how ? fault_named(how) : FAULT_NONE, .name = c->fault_name, .call = c->canon,
			   .target = name_of(m, t, c->fault_whom), .n = c->fault_n, .lang = lang };
	bool ended = t->status == TASK_ENDED, at_once = x.kind == FAULT_SIGNAL && c->fault_whom >= 0;
	bool lived_on = ended && c->returned && !(c->undone && c->err);   /* that error stands on the last card, too */
	if (x.kind == FAULT_NONE || x.kind == FAULT_KINDS || lived_on)
		return false;
	if (!c->fault)   /* ordered for a call at the other end, and this one slept */
		buf_adds(out, from_here[lang]);
	else
		say(&x, t->status == TASK_BEFORE && !at_once ? SAY_ORDERED : SAY_DONE, out);
	if (c->instead && t->status == TASK_BEFORE)
		say_instead(c, lang, out);
	if (c->returned)
		buf_addf(out, "%s%s", lang == LANG_EN ? " " : "", by_kernel[c->undone][lang]);
	return true;
}

static struct about about(const struct model *m, const struct model_task *t, const struct fault_offer *o, enum lang lang)
{
	return (struct about){ .kind = o->order.kind, .name = o->order.name, .call = t->call.canon,
			       .target = name_of(m, t, o->order.whom), .n = o->order.n, .lang = lang };
}

void fault_offer_title(const struct model *m, const struct model_task *t, const struct fault_offer *o, enum lang lang,
		       struct buf *out)
{
	struct about x = about(m, t, o, lang);
	if (o->title)
		buf_adds(out, o->title->in[lang] ? o->title->in[lang] : "");
	else
		say(&x, SAY_TITLE, out);
}

void fault_offer_says(const struct course *course, const struct model *m, const struct model_task *t,
		      const struct fault_offer *o, enum lang lang, struct buf *out)
{
	struct about x = about(m, t, o, lang);
	struct text means = { { NULL } };
	if (o->says && o->says->in[lang]) {
		buf_adds(out, o->says->in[lang]);
		return;
	}
	say(&x, SAY_OFFER, out);
	if (x.kind == FAULT_SIGNAL && course && explain_constant(course, x.name, NULL, &means) && means.in[lang])
		buf_addf(out, "%s%s", lang == LANG_EN ? " " : "", means.in[lang]);
}

void doc_fault(struct doc *d, const struct picture *pic, const struct model_task *t)
{
	struct buf says[LANG_COUNT] = { BUF_INIT, BUF_INIT };
	bool any = true;
	for (int lang = 0; lang < LANG_COUNT; lang++)
		any = any && fault_says(pic->model, t, (enum lang)lang, &says[lang]);
	if (any)
		doc_text(d, pic->ui, ROLE_WAIT, says[LANG_EN].data, says[LANG_ZH].data, NULL, 0);
	for (int lang = 0; lang < LANG_COUNT; lang++)
		buf_release(&says[lang]);
}

/* the list */

static const struct model_task *task_of(const struct picture *pic)
{
	return &pic->model->tasks[pic->ui->lane];
}

static void add_title(struct doc *d, const struct picture *pic, const struct fault_offer *o)
{
	struct buf b = BUF_INIT;
	for (int lang = 0; lang < LANG_COUNT; lang++) {
		if (!ui_shows(pic->ui, (enum lang)lang))
			continue;
		buf_adds(&b, b.len ? " · " : "");
		fault_offer_title(pic->model, task_of(pic), o, (enum lang)lang, &b);
	}
	doc_adds(d, ROLE_DIM, b.data);
	buf_release(&b);
}

static void add_meaning(struct doc *d, const struct picture *pic, const struct fault_offer *o)
{
	for (int lang = 0; lang < LANG_COUNT; lang++) {
		struct buf b = BUF_INIT;
		if (ui_shows(pic->ui, (enum lang)lang)) {
			fault_offer_says(pic->course, pic->model, task_of(pic), o, (enum lang)lang, &b);
			doc_addf(d, ROLE_TEXT, "\n%s", b.data);
		}
		buf_release(&b);
	}
}

/* One line each; the chosen one also says what it means. */
static void add_offer(struct doc *d, const struct picture *pic, const struct fault_offer *o, bool picked)
{
	doc_adds(d, picked ? ROLE_NEXT : ROLE_DIM, picked ? "▶\u00a0" : "\u00a0\u00a0");
	doc_addf(d, picked ? ROLE_SELECT : ROLE_CALL, "%s", o->words);
	doc_adds(d, ROLE_DIM, "\u00a0 ");
	add_title(d, pic, o);
	if (picked)
		add_meaning(d, pic, o);
	doc_end(d, 4);
}

enum group { TAKEN_BACK, MADE_UP, REAL };

static enum group group_of(const struct fault_offer *o)
{
	enum fault_kind kind = o->order.kind;
	return kind == FAULT_NONE ? TAKEN_BACK : kind == FAULT_ERRNO || kind == FAULT_EINTR ? MADE_UP : REAL;
}

static void add_heading(struct doc *d, const char *text)
{
	if (d->n)
		doc_blank(d);
	doc_adds(d, ROLE_RULE, text);
	doc_end(d, 0);
}

static struct doc *faults_doc(const struct picture *pic, enum charset set, int cols)
{
	struct doc *d = xmalloc(sizeof *d);
	enum group was = TAKEN_BACK;
	doc_init(d, set, cols);
	for (int i = 0; i < pic->n_faults; i++) {
		const struct fault_offer *o = &pic->faults[i];
		enum group of = group_of(o);
		d->tag = -1;
		if (of != was && of != TAKEN_BACK)
			add_heading(d, of == MADE_UP ? _("the kernel is not asked, and the call fails with") :
						       _("the kernel makes the call, but"));
		was = of;
		d->tag = i;
		add_offer(d, pic, o, i == pic->ui->fault);
	}
	return d;
}

int view_faults(struct surface *s, const struct picture *pic, struct rect screen)
{
	char title[96];
	int width = screen.w > 84 ? 78 : screen.w - 2, h = screen.h - 2;
	struct doc *d = faults_doc(pic, s->set, width - 2);
	int at = doc_find_tag(d, pic->ui->fault), next = doc_find_tag(d, pic->ui->fault + 1);
	int end = next > at ? next : d->n;
	int scroll = end > h - 2 ? end - h + 2 : 0;
	const struct model_task *t = &pic->model->tasks[pic->ui->lane];
	doc_release(d);
	free(d);
	int n = snprintf(title, sizeof title, _("what if: %.40s()"), t->call.canon ? t->call.canon : "?");
	if (pic->n_faults)
		snprintf(title + n, sizeof title - (size_t)n, " · %d/%d", pic->ui->fault + 1, pic->n_faults);
	return draw_over(s, screen, title, faults_doc, pic, scroll > at ? at : scroll);
}
