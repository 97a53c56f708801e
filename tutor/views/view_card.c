/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The card: what the chosen task does. The call with its arguments, its three
 * moments, the result, and what it means in both languages.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "engine/trace/syscall.h"
#include "tutor/i18n.h"
#include "tutor/show/show.h"
#include "tutor/show/show_call.h"
#include "tutor/views/view_fault.h"
#include "tutor/views/views.h"

enum { READING_COLS = 116 };     /* longer lines are hard to follow to their next one */

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

/* Length of the term that stands at text (n bytes left): whole words, any case, plural too. 0: none. */
static size_t term_at(const char *text, size_t n, const struct term *const *terms, int n_terms, int *which)
{
	size_t best = 0;
	for (int i = 0; i < n_terms; i++) {
		size_t len = terms[i]->term ? strlen(terms[i]->term) : 0;
		if (len == 0 || len > n || len <= best || strncasecmp(text, terms[i]->term, len))
			continue;
		if (len < n && text[len] == 's')
			len++;
		if (len < n && (is_word(text[len]) || text[len] == '('))
			continue;
		best = len;
		*which = i;
	}
	return best;
}

/* A term is underlined where it first stands, and not where it is a call: "bind" but not "bind()". */
static void add_with_terms(struct doc *d, enum role role, const char *text, const struct term *const *terms, int n_terms)
{
	size_t n = strlen(text), from = 0;
	int which = 0;
	for (size_t i = 0; i < n;) {
		size_t len = i == 0 || !is_word(text[i - 1]) ? term_at(text + i, n - i, terms, n_terms, &which) : 0;
		if (len && !(d->seen & 1u << which)) {
			doc_add(d, role, text + from, i - from);
			doc_add(d, ROLE_TERM, text + i, len);
			d->seen |= 1u << which;
			from = i + len;
		}
		i += len ? len : 1;
	}
	doc_add(d, role, text + from, n - from);
}

void doc_text(struct doc *d, const struct ui *ui, enum role role, const char *en, const char *zh,
	      const struct term *const *terms, int n_terms)
{
	bool label = ui->lang == UI_BOTH;
	if (en && *en && ui_shows(ui, LANG_EN)) {
		add_with_terms(d, role, en, terms, n_terms);
		if (label)
			doc_end_label(d, ROLE_TAG, "EN", 4);
		else
			doc_end(d, 0);
	}
	if (zh && *zh && ui_shows(ui, LANG_ZH)) {
		doc_adds(d, role, zh);
		if (label)
			doc_end_label(d, ROLE_TAG, "中", 4);
		else
			doc_end(d, 0);
	}
}

/* The call and its result on one line, where a card has few lines. */
static void add_call_short(struct doc *d, const struct model *m, const struct model_task *t, bool full)
{
	const struct model_call *c = &t->call;
	struct buf b = BUF_INIT, result = BUF_INIT;
	show_task_result(&result, m, t, c);
	show_call(&b, c, full);
	int room = d->cols - (result.len ? text_cols(d->set, result.data, result.len) + 1 : 0), used;
	bool cut = text_cols(d->set, b.data, b.len) > room;
	size_t n = text_fit(d->set, b.data, b.len, cut ? room - 2 : room, &used);
	for (size_t i = 0; i < n; i++)
		doc_add(d, ROLE_CALL, b.data[i] == ' ' ? "\u00a0" : b.data + i, b.data[i] == ' ' ? strlen("\u00a0") : 1);
	doc_adds(d, ROLE_CALL, cut ? "…" : "");
	if (result.len)
		doc_addf(d, c->err ? ROLE_ERROR : ROLE_VALUE, " %s", result.data);
	doc_end(d, 2);
	buf_release(&b);
	buf_release(&result);
}

static void add_args(struct doc *d, const struct model_call *c, bool full)
{
	const struct value *args = value_now(c->args);
	const char *comma = "";
	struct buf b = BUF_INIT;
	for (unsigned i = 0; args && i < args->n; i++) {
		const struct value *v = args->item[i];
		if (!full && !show_has_arg(c, v))
			continue;
		doc_addf(d, ROLE_ARG, "%s%s", comma, v->name ? v->name : "?");
		comma = ", ";
		if (!show_is_known(v))
			continue;
		buf_clear(&b);
		show_value(&b, v, full);
		doc_adds(d, ROLE_VALUE, "\u00a0");
		doc_adds(d, ROLE_VALUE, b.data);
	}
	buf_release(&b);
}

/* full: as the kernel gets it. Else as the source has it. */
static void add_call(struct doc *d, const struct model_call *c, bool full)
{
	doc_adds(d, ROLE_CALL, full ? c->call : show_call_name(c));
	doc_adds(d, ROLE_CALL, "(");
	add_args(d, c, full);
	doc_adds(d, ROLE_CALL, ")");
	doc_end(d, 4);
}

/* "before" and what came of it: sign, word, detail. */
static void add_moment(struct doc *d, bool now, bool past, const char *word, const char *detail, enum role detail_role)
{
	doc_adds(d, now ? ROLE_NEXT : past ? ROLE_OK : ROLE_DIM, now ? "●\u00a0" : past ? "✓\u00a0" : "○\u00a0");
	doc_adds(d, now ? ROLE_NEXT : past ? ROLE_TEXT : ROLE_DIM, word);
	if (*detail)
		doc_addf(d, detail_role, "\u00a0 %s", detail);
}

/* Calls that the kernel answers at once. */
static bool can_sleep(const struct model_call *c)
{
	const struct call_desc *desc = c->call ? call_named(c->call) : NULL;
	return !desc || desc->sleep != SLEEP_NONE || c->asleep_on;
}

enum { MOMENTS_COLS = 46 };     /* of the row of moments, with a limit of time but without what wakes it */

static void add_asleep(struct doc *d, const struct model *m, const struct model_task *t)
{
	bool now = t->status == TASK_ASLEEP, slept = t->call.asleep_on != NULL;
	struct buf b = BUF_INIT, limit = BUF_INIT;
	if (t->call.returned && !slept) {
		doc_adds(d, ROLE_DIM, _("did not sleep"));
		return;
	}
	if (now)
		buf_adds(&b, show_wakes(t->call.asleep_on));
	if (now && b.len && text_cols(d->set, b.data, b.len) + MOMENTS_COLS <= d->cols && m->due.of && m->due.lane == t->lane && strcmp(t->call.asleep_on, "time")) {
		show_while(&limit, m->due.asked);
		buf_addf(&b, _(", or after %s"), limit.data);
	}
	add_moment(d, now, slept && !now, _("asleep"), b.len ? b.data : "", ROLE_WAIT);
	buf_release(&limit);
	buf_release(&b);
}

static void add_moments(struct doc *d, const struct model *m, const struct model_task *t)
{
	struct buf b = BUF_INIT;
	bool after = t->call.returned;
	show_task_result(&b, m, t, &t->call);
	add_moment(d, t->status == TASK_BEFORE, t->status != TASK_BEFORE, _("before"), "", ROLE_DIM);
	if (can_sleep(&t->call)) {
		doc_adds(d, ROLE_DIM, " ─ ");
		add_asleep(d, m, t);
	}
	doc_adds(d, ROLE_DIM, " ─ ");
	add_moment(d, after, false, _("after"), b.data, t->call.err ? ROLE_ERROR : ROLE_CALL);
	doc_end(d, 4);
	buf_release(&b);
}

static void add_result(struct doc *d, const struct picture *pic, const struct past_result *r, const char *label)
{
	const struct model *m = pic->model;
	struct buf b = BUF_INIT;
	if (r->lane < 0 || r->lane >= m->n_tasks)
		return;
	show_task_result(&b, m, &m->tasks[r->lane], &r->call);
	doc_addf(d, ROLE_DIM, "%s %s() ", label, show_call_name(&r->call));
	doc_adds(d, r->call.err ? ROLE_ERROR : ROLE_VALUE, b.data);
	doc_end(d, 4);
	buf_release(&b);
}

/* Results that nobody looked at, so that none is lost. */
static void add_past(struct doc *d, const struct picture *pic)
{
	const struct past *past = pic->past;
	const struct model *m = pic->model;
	if (!past)
		return;
	add_result(d, pic, &past->last, _("last:"));
	for (int i = past->n_others; i > 0; i--) {
		const struct past_result *r = &past->others[i - 1];
		const struct model_task *t = r->lane >= 0 && r->lane < m->n_tasks ? &m->tasks[r->lane] : NULL;
		char label[64];
		snprintf(label, sizeof label, "%.50s:", t && m->actors[t->actor].name ? m->actors[t->actor].name : "?");
		add_result(d, pic, r, label);
	}
}

static void add_waiting(struct doc *d, const struct picture *pic)
{
	struct buf b = BUF_INIT;
	if (pic->model->settled && pic->model->due.of)
		show_due(&b, pic->model);
	else if (picture_stuck(pic))
		show_waiting(&b, pic, SHOW_KEYS);
	else
		return;
	doc_adds(d, ROLE_WAIT, b.data);
	if (!pic->model->due.of && !pic->ui->replay && !pic->ui->history)
		doc_adds(d, ROLE_WAIT, _(" R: start again."));
	doc_end(d, 0);
	buf_release(&b);
}

/* The catalogue's explanation has it already. */
static bool says(const struct explanation *x, const char *text)
{
	const char *has = x ? x->in[SHAPE_SHORT][LANG_EN].data : NULL;
	return has && text && strstr(has, text);
}

static void add_errno(struct doc *d, const struct picture *pic, const struct model_call *c)
{
	struct texts what = { 0 };
	if (!c->err || !pic->course || (pic->explain && pic->explain->broken) || !explain_errno(pic->course, c->canon ? c->canon : c->call, c->err, &what) ||
	    says(pic->explain, what.shape[SHAPE_SHORT].in[LANG_EN]))
		return;
	doc_text(d, pic->ui, ROLE_ERROR, what.shape[SHAPE_SHORT].in[LANG_EN], what.shape[SHAPE_SHORT].in[LANG_ZH], NULL, 0);
}

static bool has_simpler(const struct picture *pic)
{
	const struct explanation *x = pic->explain;
	return x && x->source != FROM_NOWHERE && x->in[SHAPE_SIMPLER][LANG_EN].len;
}

static void add_shape(struct doc *d, const struct picture *pic, enum shape shape, enum role role)
{
	const struct explanation *x = pic->explain;
	doc_text(d, pic->ui, role, x->in[shape][LANG_EN].data, x->in[shape][LANG_ZH].data, x->terms, x->n_terms);
}

static void add_explanation(struct doc *d, const struct picture *pic, bool airy)
{
	const struct explanation *x = pic->explain;
	if (!x || x->source == FROM_NOWHERE) {
		const struct model_task *t = &pic->model->tasks[pic->ui->lane];
		if (!t->call.call || t->status == TASK_ENDED)
			return;
		doc_adds(d, ROLE_DIM, _("There is no text about this moment yet."));
		doc_end(d, 0);
		return;
	}
	bool simpler = pic->ui->simpler && has_simpler(pic);
	add_shape(d, pic, SHAPE_SHORT, ROLE_CALL);
	if (airy)
		doc_blank(d);
	int before = d->n;
	add_shape(d, pic, simpler ? SHAPE_SIMPLER : SHAPE_FULL, ROLE_TEXT);
	if (pic->ui->simpler && d->n == before)
		add_shape(d, pic, SHAPE_FULL, ROLE_TEXT);
	add_shape(d, pic, SHAPE_EXAMPLE, ROLE_DIM);
}

/* An entry stands on one line: English and Chinese together. */
static void add_words(struct doc *d, const struct picture *pic)
{
	const struct explanation *x = pic->explain;
	const char *label = _("words (w): ");
	int indent = text_cols(d->set, label, strlen(label)), used = indent;
	if (!x || x->n_terms == 0)
		return;
	doc_adds(d, ROLE_DIM, label);
	for (int i = 0; i < x->n_terms; i++) {
		const char *term = x->terms[i]->term ? x->terms[i]->term : "?", *zh = x->terms[i]->zh ? x->terms[i]->zh : "";
		int w = text_cols(d->set, term, strlen(term)) + (*zh ? 1 + text_cols(d->set, zh, strlen(zh)) : 0);
		bool wraps = i > 0 && used + 3 + w > d->cols;
		if (i > 0)
			doc_adds(d, ROLE_DIM, wraps ? "\n" : " · ");
		used = wraps ? indent + w : used + w + (i > 0 ? 3 : 0);
		doc_adds(d, ROLE_TERM, term);
		doc_addf(d, ROLE_DIM, *zh ? "\u00a0%s" : "", zh);
	}
	doc_end(d, indent);
}

static void add_note(struct doc *d, const struct model *m)
{
	if (m->n_notes == 0)
		return;
	const char *says = show_note(m->notes[m->n_notes - 1]);
	if (!says)
		return;
	doc_addf(d, ROLE_WAIT, "%s %s", _("Note:"), says);
	doc_end(d, 2);
}

static void add_summary(struct doc *d, const struct picture *pic)
{
	const struct lesson *l = pic->lesson;
	if (!l || !l->n_summary)
		return;
	doc_blank(d);
	doc_adds(d, ROLE_CALL, _("What to remember:"));
	doc_end(d, 0);
	for (int i = 0; i < l->n_summary; i++) {
		const struct text *t = &l->summary[i].shape[SHAPE_SHORT];
		doc_text(d, pic->ui, ROLE_TEXT, t->in[LANG_EN], t->in[LANG_ZH], NULL, 0);
	}
}

static void add_following(struct doc *d, const struct picture *pic)
{
	const struct lesson *l = picture_following(pic);
	const char *en = l && ui_shows(pic->ui, LANG_EN) ? l->title.in[LANG_EN] : NULL, *zh = l && ui_shows(pic->ui, LANG_ZH) ? l->title.in[LANG_ZH] : NULL;
	if (!en && !zh)
		return;
	doc_addf(d, ROLE_TEXT, _("N opens the next lesson: %d · %s%s%s"), l->number, en ? en : "", en && zh ? " · " : "", zh ? zh : "");
	doc_end(d, 0);
}

/* What a learner can do when everything is over. */
static void add_end(struct doc *d, const struct picture *pic)
{
	if (!picture_over(pic) || pic->ui->history)
		return;
	doc_blank(d);
	doc_adds(d, ROLE_TEXT, _("All programs have ended."));
	doc_end(d, 0);
	doc_adds(d, ROLE_TEXT, _("Left and Right walk through what happened."));
	doc_end(d, 0);
	if (pic->lesson && pic->lesson->n_questions) {
		doc_adds(d, ROLE_NEXT, _("Space opens the questions of this lesson."));
		doc_end(d, 0);
	}
	add_following(d, pic);
	add_summary(d, pic);
}

static void add_task(struct doc *d, const struct picture *pic, const struct model_task *t, bool tight)
{
	if (t->status == TASK_ENDED || !t->call.call) {
		struct buf b = BUF_INIT;
		show_status(&b, t, true);
		doc_addf(d, ROLE_CALL, "%s %s", show_sign(t), b.data);
		doc_end(d, 2);
		buf_release(&b);
	} else {
		if (tight)
			add_call_short(d, pic->model, t, pic->model->show_all);
		else
			add_call(d, &t->call, pic->model->show_all), add_moments(d, pic->model, t);
		if (t->last_signal) {
			doc_addf(d, ROLE_ERROR, _("signal: %s"), t->last_signal);
			doc_end(d, 2);
		}
	}
}

static void make_title(struct buf *b, const struct picture *pic, const struct model_task *t)
{
	const struct model *m = pic->model;
	const char *name = t->actor >= 0 && t->actor < m->n_actors ? m->actors[t->actor].name : NULL;
	buf_adds(b, name ? name : "?");
	if (t->status == TASK_ENDED || !t->call.call)
		return;
	buf_addf(b, " · %s · %s", show_call_name(&t->call), t->status == TASK_BEFORE ? _("before") : t->status == TASK_ASLEEP ? _("asleep") :
		 t->call.returned ? _("after") : _("computing"));
	if (t->call.returned && t->call.injected)
		buf_addf(b, " · %s", t->call.undone ? _("injected") : _("with a fault"));
	if (pic->past && pic->past->since >= 0 && pic->past->since < m->step)
		buf_addf(b, _(" · since step %d"), pic->past->since);
	if (pic->ui->simpler)
		buf_adds(b, has_simpler(pic) ? _(" · simpler") : _(" · simpler: not here"));
}

/* The kernel's own name of the call, in the upper line of the frame, where the title leaves room. */
static void draw_kernel_name(struct surface *s, struct rect f, const struct model_task *t, const struct buf *title)
{
	char text[96];
	const char *kernel = t->status != TASK_ENDED ? show_kernel_name(&t->call) : NULL;
	if (!kernel)
		return;
	snprintf(text, sizeof text, _(" system call: %s "), kernel);
	int w = text_cols(s->set, text, strlen(text));
	if (text_cols(s->set, title->data, title->len) + w + 8 <= f.w)
		surface_puts(s, f.y, f.x + f.w - 2 - w, w, ROLE_DIM, text);
}

void draw_more(struct surface *s, struct rect f, enum role role, int scroll, int max)
{
	const char *up = _("↑ more"), *down = _("more ↓");
	int y = f.y + f.h - 1, x = f.x + f.w - 2;
	if (scroll < max) {
		x -= text_cols(s->set, down, strlen(down)) + 2;
		surface_puts(s, y, x, 1, role, " ");
		int n = surface_puts(s, y, x + 1, f.w, role, down);
		surface_puts(s, y, x + 1 + n, 1, role, " ");
	}
	if (scroll > 0) {
		x -= text_cols(s->set, up, strlen(up)) + 2;
		surface_puts(s, y, x, 1, role, " ");
		int n = surface_puts(s, y, x + 1, f.w, role, up);
		surface_puts(s, y, x + 1 + n, 1, role, " ");
	}
}

/* What a card gives up, in this order, when space is short. */
enum fit { FIT_AIRY, FIT_WORDS, FIT_TEXT, FIT_TIGHT };

static void make_doc(struct doc *d, const struct picture *pic, const struct model_task *t, enum charset set, int cols, enum fit fit)
{
	doc_init(d, set, cols);
	add_past(d, pic);
	add_waiting(d, pic);
	add_task(d, pic, t, fit == FIT_TIGHT);
	bool ended = t->status == TASK_ENDED && t->call.returned;
	if (!ended)
		doc_fault(d, pic, t);
	add_explanation(d, pic, fit == FIT_AIRY);
	if (ended)
		doc_fault(d, pic, t);
	if (t->status != TASK_ENDED)   /* what it met is told by the call's own card */
		add_errno(d, pic, &t->call);
	add_end(d, pic);
	add_note(d, pic->model);
	if (fit == FIT_AIRY && d->n)
		doc_blank(d);
	if (fit <= FIT_WORDS)
		add_words(d, pic);
}

static void fit_doc(struct doc *d, const struct picture *pic, const struct model_task *t, enum charset set, struct rect in)
{
	enum fit last = in.h < 8 ? FIT_TIGHT : FIT_TEXT;
	for (enum fit fit = FIT_AIRY; fit <= last; fit++) {
		make_doc(d, pic, t, set, in.w, fit);
		if (d->n <= in.h || fit == last)
			return;
		doc_release(d);
	}
}

int view_card(struct surface *s, const struct picture *pic, struct rect r)
{
	const struct model *m = pic->model;
	int lane = pic->ui->lane;
	const struct model_task *t = m && lane >= 0 && lane < m->n_tasks ? &m->tasks[lane] : NULL;
	struct buf title = BUF_INIT;
	if (r.h < 3)
		return 0;
	if (t)
		make_title(&title, pic, t);
	surface_box(s, r, ROLE_BORDER_ON, ROLE_TITLE_ON, title.data);
	if (t)
		draw_kernel_name(s, r, t, &title);
	buf_release(&title);
	if (!t)
		return 0;
	struct rect in = rect_inside(r);
	in.x++, in.w -= 2;
	in.w = in.w > READING_COLS ? READING_COLS : in.w;
	struct doc d;
	fit_doc(&d, pic, t, s->set, in);
	int max = doc_scroll_max(&d, in.h), first = pic->ui->scroll_card < max ? pic->ui->scroll_card : max;
	doc_draw(&d, s, in, first);
	draw_more(s, r, ROLE_NEXT, first, max);
	if (has_simpler(pic) && !pic->ui->simpler)
		surface_cut(s, r.y + r.h - 1, r.x + 2, r.w / 2 - 2, ROLE_DIM, _(" s: simpler words "));
	doc_release(&d);
	return max;
}
