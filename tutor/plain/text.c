/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One moment is one paragraph: who, where, which call, what came of it, what
 * it means. Bytes of programs are made harmless before they are printed.
 */
#include "tutor/plain/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "engine/base/text.h"
#include "engine/base/utf8.h"
#include "tutor/draw/wrap.h"
#include "tutor/errors.h"
#include "tutor/find_source.h"
#include "tutor/i18n.h"
#include "tutor/show/show.h"
#include "tutor/show/show_call.h"
#include "tutor/views/view_fault.h"

enum { LEAST_COLS = 20 };

static bool shows(const struct plain *p, enum lang lang)
{
	return p->options.lang == SHOW_BOTH || (p->options.lang == SHOW_ZH) == (lang == LANG_ZH);
}

/* 0: do not wrap. */
static int columns(void)
{
	struct winsize size;
	if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0)
		return 0;
	return size.ws_col >= LEAST_COLS ? size.ws_col : 0;
}

static void put_line(int first, int hang, const char *text, size_t len)
{
	int cols = columns(), indent = first;
	do {
		size_t take = len, show = len;
		if (cols)
			wrap_line(CHARSET_FULL, text, len, cols - indent, &take, &show);
		printf("%*s%.*s\n", indent, "", (int)show, text);
		text += take;
		len -= take;
		indent = hang;
	} while (len);
}

void plain_put(int hang, const char *text)
{
	int lead = (int)strspn(text, " ");
	put_line(lead, hang > lead ? hang : lead, text + lead, strlen(text + lead));
}

/* A text of several lines keeps its indent. */
static void print_labelled(const char *indent, const char *label, const char *text)
{
	int in = (int)strlen(indent) + 3;
	struct buf first = BUF_INIT;
	for (const char *at = text, *end; *at; at = *end ? end + 1 : end) {
		end = strchrnul(at, '\n');
		buf_clear(&first);
		if (at == text)
			buf_addf(&first, "%s ", label);
		buf_add(&first, at, (size_t)(end - at));
		put_line(at == text ? in - 3 : in, in, first.data, first.len);
	}
	buf_release(&first);
}

void plain_both(struct plain *p, const char *indent, const char *en, const char *zh)
{
	if (en && *en && shows(p, LANG_EN))
		print_labelled(indent, "EN", en);
	if (zh && *zh && shows(p, LANG_ZH))
		print_labelled(indent, "中", zh);
}

static const char *pick(const struct plain *p, const struct text *t)
{
	const char *zh = t->in[LANG_ZH], *en = t->in[LANG_EN];
	return p->options.lang == SHOW_ZH && zh ? zh : en ? en : zh ? zh : "";
}

static void print_title_text(struct plain *p, const struct text *t)
{
	if (p->options.lang == SHOW_BOTH && t->in[LANG_EN] && t->in[LANG_ZH])
		printf("%s · %s", t->in[LANG_EN], t->in[LANG_ZH]);
	else
		printf("%s", pick(p, t));
}

static void print_why_recorded(struct plain *p)
{
	struct buf b = BUF_INIT;
	printf("%s\n", _("This is a RECORDING. The lesson cannot run live on this system:"));
	error_sentence(&p->s->why, &b);
	put_line(2, 2, b.data, b.len);
	buf_release(&b);
}

static void print_missing_stage(const struct model *m)
{
	const char *says;
	for (int i = 0; (says = show_missing(m, i)); i++)
		printf("%s %s\n", _("Note:"), says);
}

void plain_title(struct plain *p, const struct model *m)
{
	const struct lesson *lesson = p->s->lesson;
	if (lesson) {
		printf(_("Lesson %d: "), lesson->number);
		print_title_text(p, &lesson->title);
		printf("  (%s)\n", p->s->variant == VARIANT_PYTHON ? "Python" : "C");
		plain_both(p, "  ", lesson->goal.shape[SHAPE_SHORT].in[LANG_EN], lesson->goal.shape[SHAPE_SHORT].in[LANG_ZH]);
	}
	if (p->s->recorded)
		print_why_recorded(p);
	else if (p->s->run)
		print_missing_stage(m);
	if (p->s->torn)
		printf("%s\n", _("Note: the last line of this log was broken off. It was left out."));
	for (int i = 0; i < m->n_actors; i++) {
		struct buf b = BUF_INIT;
		const struct value *argv = m->actors[i].argv;
		for (unsigned k = 0; argv && k < argv->n; k++)
			buf_addf(&b, "%s%s", k ? " " : "", argv->item[k]->text ? argv->item[k]->text : "?");
		printf("  %s: %s\n", m->actors[i].name, b.data);
		buf_release(&b);
	}
}

static const char *name_of(const struct model *m, int64_t actor)
{
	return actor >= 0 && actor < m->n_actors && m->actors[actor].name ? m->actors[actor].name : "?";
}

/* server, or server·2 for its second task. */
static void print_who(const struct model *m, const struct model_task *t)
{
	int nth = 1;
	for (int i = 0; i < t->lane; i++)
		nth += m->tasks[i].actor == t->actor;
	printf("%s", name_of(m, t->actor));
	if (nth > 1)
		printf("·%d", nth);
}

static void print_source(struct plain *p, const struct model *m, const struct model_call *c)
{
	const char *base = c->file ? path_base(c->file) : NULL;
	if (!base || c->line <= 0)
		return;
	find_sources(p->s, m, &p->sources);
	const struct source *src = sources_find(&p->sources, c->file);
	const char *line = src && c->line <= src->n ? src->line[c->line - 1] : NULL;
	printf("    %s:%d", base, c->line);
	if (line)
		printf("   %s", line + strspn(line, " "));
	printf("\n");
}

static void print_call(const struct model_call *c)
{
	struct buf b = BUF_INIT;
	const char *kernel = c->returned || c->asleep_on ? NULL : show_kernel_name(c);
	show_call(&b, c, false);
	if (c->returned)
		buf_addc(&b, ' '), show_result(&b, c);
	if (kernel)
		buf_addf(&b, _("  (system call: %s)"), kernel);
	put_line(4, 8, b.data, b.len);
	buf_release(&b);
}

static void print_meaning(struct plain *p, const struct model *m, int lane)
{
	struct explanation *x = &p->explain;
	explain_task(p->s->course, p->s->lesson, m, lane, x);
	enum shape shape = x->in[SHAPE_FULL][LANG_EN].len ? SHAPE_FULL : SHAPE_SHORT;
	if (x->source == FROM_NOWHERE)
		return;
	plain_both(p, "    ", x->in[SHAPE_SHORT][LANG_EN].data, x->in[SHAPE_SHORT][LANG_ZH].data);
	if (shape == SHAPE_FULL)
		plain_both(p, "    ", x->in[SHAPE_FULL][LANG_EN].data, x->in[SHAPE_FULL][LANG_ZH].data);
}

/* What was ordered for the call, or what it met. */
static void print_fault(struct plain *p, const struct model *m, const struct model_task *t)
{
	struct buf says[LANG_COUNT] = { BUF_INIT, BUF_INIT };
	bool any = fault_says(m, t, LANG_EN, &says[LANG_EN]) && fault_says(m, t, LANG_ZH, &says[LANG_ZH]);
	if (any)
		plain_both(p, "    ", says[LANG_EN].data, says[LANG_ZH].data);
	buf_release(&says[LANG_EN]);
	buf_release(&says[LANG_ZH]);
}

/* What was ordered before is not to be. */
static void print_no_fault(struct plain *p, const struct model *m, const struct model_task *t)
{
	static const struct fault_offer none = { .order = { .kind = FAULT_NONE, .whom = -1 } };
	struct buf says[LANG_COUNT] = { BUF_INIT, BUF_INIT };
	for (int lang = 0; lang < LANG_COUNT; lang++)
		fault_offer_says(p->s->course, m, t, &none, (enum lang)lang, &says[lang]);
	plain_both(p, "    ", says[LANG_EN].data, says[LANG_ZH].data);
	buf_release(&says[LANG_EN]);
	buf_release(&says[LANG_ZH]);
}

void plain_offers(struct plain *p, const struct model *m, int lane)
{
	int n;
	struct fault_offer *offers = fault_offers(p->s, m, lane, &n);
	for (int i = 0; i < n; i++) {
		struct buf says[LANG_COUNT] = { BUF_INIT, BUF_INIT };
		for (int lang = 0; lang < LANG_COUNT; lang++)
			fault_offer_says(p->s->course, m, &m->tasks[lane], &offers[i], (enum lang)lang, &says[lang]);
		printf("  fault %s\n", offers[i].words);
		plain_both(p, "    ", says[LANG_EN].data, says[LANG_ZH].data);
		buf_release(&says[LANG_EN]);
		buf_release(&says[LANG_ZH]);
	}
	free(offers);
}

static bool same_moment(const struct model_task *a, const struct model_task *b)
{
	return a->status == b->status && a->call.canon == b->call.canon && a->call.nth == b->call.nth &&
	       a->call.line == b->call.line && a->call.returned == b->call.returned;
}

/* Has the task come to another moment before the step was over? At full speed nearly always, and soon; a step is long there. */
static bool moves_on(const struct log *log, int64_t from, int lane)
{
	bool moved = false, good = true;
	struct arena a;
	arena_init(&a);
	for (int64_t i = from; good && !moved && i < log_count(log) && log_type(log, i) != EVENT_settled; i++) {
		enum event_type type = log_type(log, i);
		struct event e;
		if (type != EVENT_before && type != EVENT_asleep && type != EVENT_after)
			continue;
		arena_clear(&a);
		good = log_skim(log, i, &e, &a, NULL);
		moved = good && e.lane == lane;
	}
	arena_release(&a);
	return moved;
}

/* The model when the step was over, if the task is still at the same moment then: what the call did to the sockets and on the
 * wire is known by then. m is not good any more; NULL: nothing can be read. */
static const struct model *when_settled(struct plain *p, const struct model *m, int lane)
{
	struct model_task then = m->tasks[lane];
	int64_t at = m->cursor;
	if (moves_on(p->s->log, at, lane))
		return m;
	int64_t end = model_forward(p->s->store, at);
	const struct model *later = end >= 0 && end <= p->s->cursor ? model_at(p->s->store, end, NULL) : m;
	return later && lane < later->n_tasks && same_moment(&later->tasks[lane], &then) ? later : model_at(p->s->store, at, NULL);
}

static void print_moment(struct plain *p, const struct model *m, const struct model_task *t, int64_t step)
{
	int lane = t->lane;
	struct buf b = BUF_INIT;
	printf("\n[%" PRId64 "] ", step);
	print_who(m, t);
	show_status(&b, t, true);
	printf(" · %s\n", b.data);
	buf_release(&b);
	if (t->status == TASK_BEFORE)
		print_source(p, m, &t->call);
	print_call(&t->call);
	print_fault(p, m, t);
	m = when_settled(p, m, lane);
	if (m)
		print_meaning(p, m, lane);
}

static void print_output(struct plain *p, const struct event *e, const struct model *m)
{
	struct buf bytes = BUF_INIT, safe = BUF_INIT;
	log_bytes(p->s->log, e->output.bytes, &bytes, NULL);
	printf("\n");
	for (size_t at = 0; at < bytes.len;) {
		const char *nl = memchr(bytes.data + at, '\n', bytes.len - at);
		size_t len = nl ? (size_t)(nl - bytes.data) - at : bytes.len - at;
		buf_clear(&safe);
		utf8_show(&safe, bytes.data + at, len - (len && bytes.data[at + len - 1] == '\r'), UTF8_KEEP_BACKSLASH | UTF8_KEEP_TAB);
		printf("  %s| %s\n", name_of(m, e->actor), safe.data);
		at += len + (nl != NULL);
	}
	buf_release(&bytes);
	buf_release(&safe);
}

static void print_end(struct plain *p, const struct model *m, const struct event *e)
{
	struct buf b = BUF_INIT;
	const struct model_task *t = &m->tasks[e->lane];
	show_status(&b, t, true);
	printf("\n");
	print_who(m, t);
	printf(" · %s\n", b.data);
	if (!t->call.returned || t->exit_signal)   /* else it was told with that call, and the program has lived on */
		print_fault(p, m, t);
	if (t->exit_signal && e->exit.last)        /* who sent it, if it is known */
		print_meaning(p, m, e->lane);
	buf_release(&b);
}

static void print_note(const struct event *e)
{
	const char *says = show_note(e->note.id);
	if (says)
		printf("\n%s %s\n", _("Note:"), says);
}

static void print_due(const struct model *m)
{
	struct buf b = BUF_INIT;
	show_due(&b, m);
	printf("\n");
	plain_put(0, b.data);
	buf_release(&b);
}

static void print_event(struct plain *p, const struct model *m, const struct event *e)
{
	bool has_task = e->lane >= 0 && e->lane < m->n_tasks;
	switch (e->type) {
	case EVENT_before:
	case EVENT_after:
	case EVENT_asleep:
		if (has_task && !(e->type == EVENT_before && e->before.hidden) && !(e->type == EVENT_after && e->after.hidden))
			print_moment(p, m, &m->tasks[e->lane], e->step);
		break;
	case EVENT_output:
		print_output(p, e, m);
		break;
	case EVENT_signal:
		printf("\n%s · %s %s%s\n", name_of(m, e->actor), _("signal"), e->signal.name ? e->signal.name : "?",
		       e->signal.ignored ? _(" (ignored)") : "");
		break;
	case EVENT_settled:
		if (m->due.of)
			print_due(m);
		break;
	case EVENT_exit:
		if (has_task)
			print_end(p, m, e);
		break;
	case EVENT_fault:
		if (has_task) {
			printf("\n%s · %s\n", name_of(m, e->actor), _("what if"));
			if (m->tasks[e->lane].call.fault)
				print_fault(p, m, &m->tasks[e->lane]);
			else
				print_no_fault(p, m, &m->tasks[e->lane]);
		}
		break;
	case EVENT_note:
		print_note(e);
		break;
	case EVENT_packet:
		plain_packet(p, m, e->packet.id);
		break;
	case EVENT_fate:
		plain_fate(p, m, e->fate.id);
		break;
	case EVENT_wire:
		plain_order(e, m);
		break;
	case EVENT_timer:
		plain_timer(e);
		break;
	default:
		break;
	}
}

bool plain_events(struct plain *p, int64_t to, struct err *err)
{
	struct arena a;
	bool ok = true;
	arena_init(&a);
	for (; ok && p->shown < to; p->shown++) {
		struct event e;
		arena_clear(&a);
		ok = log_get(p->s->log, p->shown, &e, &a, err);
		const struct model *m = ok ? model_at(p->s->store, p->shown + 1, err) : NULL;
		ok = m != NULL;
		if (ok)
			print_event(p, m, &e);
	}
	arena_release(&a);
	fflush(stdout);
	return ok;
}

void plain_moment(struct plain *p, const struct model *m, int lane)
{
	print_moment(p, m, &m->tasks[lane], m->step);
}

void plain_now(struct plain *p, const struct model *m)
{
	printf("\n");
	printf(_("step %d"), m->step);
	printf("\n");
	for (int i = 0; i < m->n_tasks; i++) {
		struct buf b = BUF_INIT;
		show_status(&b, &m->tasks[i], true);
		printf("  %d ", i + 1);
		print_who(m, &m->tasks[i]);
		printf(" · %s%s\n", b.data, m->next == i ? _("  <- next") : "");
		buf_release(&b);
	}
}

void plain_term(struct plain *p, const struct term *t)
{
	printf("  %s", t->term);
	if (t->synonym && *t->synonym)
		printf(" (%s)", t->synonym);
	printf(" · %s\n", t->zh ? t->zh : "");
	plain_both(p, "    ", t->means.in[LANG_EN], t->means.in[LANG_ZH]);
}

void plain_words(struct plain *p)
{
	const struct lesson *lesson = p->s->lesson;
	for (int i = 0; lesson && i < lesson->n_terms; i++) {
		const struct term *t = course_term(p->s->course, lesson->terms[i]);
		if (t)
			plain_term(p, t);
	}
}

void plain_summary(struct plain *p)
{
	const struct lesson *lesson = p->s->lesson;
	if (lesson && lesson->n_summary)
		printf("\n%s\n", _("What to remember:"));
	for (int i = 0; lesson && i < lesson->n_summary; i++) {
		const struct text *t = &lesson->summary[i].shape[SHAPE_SHORT];
		plain_both(p, "  ", t->in[LANG_EN], t->in[LANG_ZH]);
	}
}

void plain_question(struct plain *p, int i)
{
	const struct lesson_question *q = &p->s->lesson->questions[i];
	printf("\n%s %d/%d\n", _("Question"), i + 1, p->s->lesson->n_questions);
	plain_both(p, "  ", q->ask.shape[SHAPE_SHORT].in[LANG_EN], q->ask.shape[SHAPE_SHORT].in[LANG_ZH]);
	for (int k = 0; k < q->n_choices; k++) {
		printf("  %d)\n", k + 1);
		plain_both(p, "     ", q->choices[k].text.in[LANG_EN], q->choices[k].text.in[LANG_ZH]);
	}
}

void plain_answer(struct plain *p, int question, int choice)
{
	const struct lesson_choice *c = &p->s->lesson->questions[question].choices[choice];
	printf("  %s\n", c->right ? _("Right.") : _("Not this one."));
	plain_both(p, "  ", c->why.in[LANG_EN], c->why.in[LANG_ZH]);
}
