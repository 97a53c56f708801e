/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plain text with a learner, or a file of commands: one line is one command. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/text.h"
#include "tutor/calls.h"
#include "tutor/command.h"
#include "tutor/errors.h"
#include "tutor/fault_order.h"
#include "tutor/i18n.h"
#include "tutor/plain/text.h"
#include "tutor/views/views.h"
#include "tutor/wire_order.h"

enum { LINE_MOST = 4096 };

static int lane_argument(const char *arg)
{
	char *end;
	long n = strtol(arg, &end, 10);
	return *arg && !*end && n >= 1 && n < 1000 ? (int)n - 1 : -1;
}

static void show_now(struct plain *p)
{
	struct err err = { 0 };
	const struct model *m = session_model(p->s, &err);
	if (m)
		plain_now(p, m);
}

/* What a step that is looked at again was about. */
static void show_again(struct plain *p)
{
	struct err err = { 0 };
	const struct model *m = session_model(p->s, &err);
	int lane = m && m->moved >= 0 ? m->moved : m ? m->next : -1;
	if (!m)
		return;
	plain_now(p, m);
	if (lane >= 0 && lane < m->n_tasks)
		plain_moment(p, m, lane);
}

/* Events of the past that were printed already. */
static void print_again(struct plain *p, int64_t from)
{
	struct err err = { 0 };
	int64_t shown = p->shown;
	p->shown = from < shown ? from : shown;
	plain_print_new(p, &err);
	p->shown = p->shown > shown ? p->shown : shown;
}

/* Nothing can be stepped: why, and what there is to do. */
static void say_waiting(struct plain *p)
{
	struct err err = { 0 };
	const struct model *m = session_model(p->s, &err);
	struct ui ui = { .replay = !p->s->run, .since = session_since(p->s) };
	struct picture pic = { .ui = &ui, .model = m, .lesson = p->s->lesson };
	struct buf b = BUF_INIT;
	if (p->s->run && run_busy(p->s->run))
		buf_adds(&b, _("A program computes and makes no call yet."));
	else if (!m || picture_over(&pic))
		buf_adds(&b, _("Nothing more can move."));
	else if (!p->s->run)
		buf_adds(&b, _("the recording has no step further"));
	else
		show_waiting(&b, &pic, SHOW_WORDS);
	plain_put(0, b.data);
	buf_release(&b);
}

static bool do_next(struct plain *p, int lane, enum run_how how)
{
	struct err err = { 0 };
	int64_t from = p->s->cursor;
	const struct log *run = p->s->log;
	if (lane < 0 && p->lane >= 0 && p->s->run && run_can_go(p->s->run, p->lane))
		lane = p->lane;
	bool moved = plain_advance(p, lane, how, &err);
	if (p->s->log != run && err.id == ERR_NONE) {   /* another one, which stands where this one stood */
		show_again(p);
		return !plain_is_over();
	}
	if (moved || (err.id == ERR_NONE && p->shown < p->s->cursor)) {   /* or something has moved by itself while a line was typed */
		print_again(p, from);
		return !plain_is_over();
	}
	if (err.id != ERR_NONE)
		error_report(&err);
	else
		say_waiting(p);
	return !plain_is_over();
}

/* Run on to the next `before` of that call, by whichever task's turn it is. */
static void do_until(struct plain *p, const char *call)
{
	struct err err = { 0 };
	const char *like = call_meant(call);
	if (!call_is_known(call)) {
		if (like)
			printf(_("There is no call %s(). Did you mean %s()? Nothing has moved."), call, like);
		else
			printf(_("There is no call %s(). Tab lists the calls. Nothing has moved."), call);
		printf("\n");
		return;
	}
	if (session_at_end(p->s))
		plain_print_new(p, &err);
	const struct log *run = p->s->log;
	for (int steps = 0; steps < 10000 && !plain_is_over() && plain_advance(p, -1, RUN_CALL, &err); steps++) {
		if (p->s->log != run) {
			show_again(p);
			return;
		}
		if (!plain_print_new(p, &err))
			break;
		const struct model *m = session_model(p->s, &err);
		for (int i = 0; m && i < m->n_tasks; i++) {
			const struct model_task *t = &m->tasks[i];
			bool is_it = t->call.canon && (strcmp(t->call.canon, call) == 0 || strcmp(t->call.call, call) == 0);
			if (is_it && t->status == TASK_BEFORE) {
				p->at = i;
				return;
			}
		}
	}
	if (err.id != ERR_NONE) {
		error_report(&err);
		return;
	}
	plain_put(0, _("The programs made no such call. They have gone on to where nothing moves; back goes back."));
	say_waiting(p);
}

static void do_back(struct plain *p)
{
	if (!session_back(p->s))
		printf("%s\n", _("This is the beginning."));
	show_again(p);
}

static void do_forward(struct plain *p)
{
	int64_t from = p->s->cursor;
	if (session_forward(p->s))
		print_again(p, from);
	else
		printf("%s\n", _("This is the newest step."));
}

static void do_step(struct plain *p, const char *arg)
{
	struct err err = { 0 };
	int64_t was = p->s->cursor;
	char *end;
	long step = strtol(arg, &end, 10);
	p->s->cursor = 0;
	while (*arg && !*end && session_forward(p->s)) {
		const struct model *m = session_model(p->s, &err);
		if (m && m->step == step) {
			show_again(p);
			return;
		}
	}
	p->s->cursor = was;
	printf(_("There is no step \"%s\" yet."), arg);
	printf("\n");
}

/* Choose the next task that can move: `next` then moves that one. */
static void do_side(struct plain *p)
{
	struct err err = { 0 };
	const struct model *m = session_model(p->s, &err);
	int now = p->lane >= 0 ? p->lane : m ? m->next : -1;
	for (int i = 1; m && p->s->run && i <= m->n_tasks; i++) {
		int lane = (now + i) % m->n_tasks;
		if (lane < 0 || lane == now || !run_can_go(p->s->run, lane))
			continue;
		p->lane = lane;
		session_to_end(p->s);
		m = session_model(p->s, &err);
		if (m)
			plain_moment(p, m, lane);
		return;
	}
	printf("%s\n", _("No other task can move."));
}

static void do_input(struct plain *p, const char *text)
{
	struct err err = { 0 };
	const struct model *m = session_model(p->s, &err);
	int lane = m ? m->next : -1;
	for (int i = 0; m && i < m->n_tasks; i++)
		if (m->tasks[i].status == TASK_ASLEEP && text_is(m->tasks[i].call.canon, "read"))
			lane = i;
	if (!p->s->run || lane < 0) {
		printf("%s\n", _("No program can read now."));
		return;
	}
	struct buf line = BUF_INIT;
	buf_addf(&line, "%s\n", text);
	if (!run_input(p->s->run, m->tasks[lane].actor, line.data, line.len, &err))
		error_report(&err);
	buf_release(&line);
	session_wait(p->s, 200);
	session_to_end(p->s);
	plain_print_new(p, &err);
}

static bool is_before(const struct model *m, int lane)
{
	return m && lane >= 0 && lane < m->n_tasks && m->tasks[lane].status == TASK_BEFORE;
}

/* The task before the call that was looked for, or that was chosen, or whose turn it is. */
static int held_one(const struct plain *p, const struct model *m)
{
	if (is_before(m, p->at))
		return p->at;
	return is_before(m, p->lane) ? p->lane : p->s->run ? run_next(p->s->run) : -1;
}

static bool do_again(struct plain *p)
{
	struct err err = { 0 };
	if (!p->s->lesson || !p->s->run)
		printf("%s\n", _("Only the programs of a lesson, when they are held, run again to a step."));
	else if (plain_again(p, NULL, &err))
		show_again(p);
	else
		error_report(&err);
	return !plain_is_over();
}

/* Something happens to the held call. */
static bool do_fault(struct plain *p, const char *words)
{
	struct err err = { 0 };
	struct run_fault_order o;
	struct buf why = BUF_INIT;
	session_to_end(p->s);
	const struct model *m = session_model(p->s, &err);
	int lane = held_one(p, m);
	if (!*words && is_before(m, lane)) {
		plain_offers(p, m, lane);
		return true;
	}
	bool ok = m && fault_parse(p->s, m, lane, words, &o, &why);
	if (why.len)
		plain_put(0, why.data);
	buf_release(&why);
	if (ok && !session_fault(p->s, lane, &o, &err))
		error_report(&err);
	else if (ok)
		plain_fault(p, lane);
	return !plain_is_over();
}

/* Something is done to the wire; with nothing said, what crossed it. */
static bool do_wire(struct plain *p, const char *words)
{
	struct err err = { 0 };
	struct wire_words w;
	struct wire_order o;
	if (!*words) {
		plain_packets(p, "");
		return true;
	}
	if (!strcmp(words, "help")) {
		plain_put(0, wire_words_help());
		return true;
	}
	int64_t from = p->s->cursor;
	if (!p->s->run)
		printf("%s\n", _("Only a run that goes on now has a wire to hold."));
	else if (plain_read_order(p, words, &w, &o) && !session_wire(p->s, &o, &err))
		error_report(&err);
	else if (p->s->run && session_wait(p->s, -1)) {
		session_to_end(p->s);
		print_again(p, from);
	}
	return !plain_is_over();
}

static bool do_order(struct plain *p, const char *how, const char *rest)
{
	struct buf words = BUF_INIT;
	buf_addf(&words, "%s %s", how, rest);
	bool on = do_wire(p, words.data);
	buf_release(&words);
	return on;
}

static void do_lang(struct plain *p, const char *arg)
{
	if (strcmp(arg, "both") == 0)
		p->options.lang = SHOW_BOTH;
	else if (strcmp(arg, "en") == 0)
		p->options.lang = SHOW_EN;
	else if (strcmp(arg, "zh") == 0)
		p->options.lang = SHOW_ZH;
	else
		p->options.lang = (p->options.lang + 1) % 3;
	i18n_use(p->options.lang == SHOW_EN ? WORDS_EN : p->options.lang == SHOW_ZH ? WORDS_ZH : WORDS_LOCALE);
}

static void do_word(struct plain *p, const char *arg)
{
	const struct term *term = words_named(p->s->course, arg);
	if (term)
		plain_term(p, term);
	else
		printf("%s\n", _("The glossary has no such word."));
}

static void do_help(void)
{
	static const enum command shown[] = {
		COMMAND_NEXT, COMMAND_CALL, COMMAND_SIDE, COMMAND_TASK, COMMAND_UNTIL, COMMAND_FAULT, COMMAND_AGAIN, COMMAND_BACK, COMMAND_FORWARD,
		COMMAND_FIRST, COMMAND_STEP, COMMAND_NOW, COMMAND_PACKETS, COMMAND_WIRE, COMMAND_STATES,
		COMMAND_INPUT, COMMAND_LANG, COMMAND_WORDS, COMMAND_WORD, COMMAND_QUESTIONS, COMMAND_HELP, COMMAND_QUIT,
	};
	printf("  %-10s %s\n", _("(empty)"), _("the next moment"));
	for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
		const struct command_info *info = command_info(shown[i]);
		struct buf b = BUF_INIT;
		buf_addf(&b, "  %-10s %s", info->name, _(info->help));
		plain_put(13, b.data);
		buf_release(&b);
	}
}

static bool read_line(struct plain *p, char line[LINE_MOST])
{
	printf("\n> ");
	fflush(stdout);
	plain_wait_for_line(p);
	if (plain_is_over() || !fgets(line, LINE_MOST, stdin))
		return false;
	line[strcspn(line, "\n")] = '\0';
	return true;
}

/* Inside a question: a number answers; the language and words can be asked for. False: leave the program. */
static bool answer(struct plain *p, int question, bool *next)
{
	char line[LINE_MOST];
	const char *arg;
	const struct lesson_question *q = &p->s->lesson->questions[question];
	if (!read_line(p, line) || !*line) {
		*next = true;
		p->asking = false;
		return true;
	}
	int choice = lane_argument(line);
	if (choice >= 0 && choice < q->n_choices) {
		plain_answer(p, question, choice);
		*next = q->choices[choice].right;
		return true;
	}
	switch (command_parse(line, &arg)) {
	case COMMAND_QUIT: return false;
	case COMMAND_LANG: do_lang(p, arg); plain_question(p, question); break;
	case COMMAND_WORDS: plain_words(p); break;
	case COMMAND_WORD: do_word(p, arg); break;
	default: plain_put(0, _("Type the number of an answer; an empty line leaves the questions, quit leaves the lesson."));
	}
	return true;
}

static bool do_questions(struct plain *p)
{
	p->asking = true;
	for (int i = 0; p->asking && p->s->lesson && i < p->s->lesson->n_questions; i++) {
		plain_question(p, i);
		for (bool next = false; !next;)
			if (!answer(p, i, &next))
				return false;
	}
	return true;
}

/* False: leave. */
static bool obey(struct plain *p, const char *line)
{
	const char *arg = "";
	enum command command = *line ? command_parse(line, &arg) : COMMAND_NEXT;
	switch (command) {
	case COMMAND_NEXT: return do_next(p, lane_argument(arg), RUN_MOMENT);
	case COMMAND_CALL: return do_next(p, lane_argument(arg), RUN_CALL);
	case COMMAND_TASK: return do_next(p, lane_argument(arg), RUN_MOMENT);
	case COMMAND_UNTIL: do_until(p, arg); break;
	case COMMAND_FAULT: return do_fault(p, arg);
	case COMMAND_AGAIN: return do_again(p);
	case COMMAND_PACKETS: plain_packets(p, arg); break;
	case COMMAND_STATES: plain_states(p); break;
	case COMMAND_WIRE: return do_wire(p, arg);
	case COMMAND_HOLD: return do_wire(p, "hold");
	case COMMAND_PASS: return do_order(p, "pass", arg);
	case COMMAND_DROP: return do_order(p, "drop", arg);
	case COMMAND_BACK: do_back(p); break;
	case COMMAND_FORWARD: do_forward(p); break;
	case COMMAND_FIRST: p->s->cursor = 0; session_forward(p->s); show_again(p); break;
	case COMMAND_STEP: do_step(p, arg); break;
	case COMMAND_SIDE: do_side(p); break;
	case COMMAND_NOW: session_to_end(p->s); show_now(p); break;
	case COMMAND_INPUT: do_input(p, arg); break;
	case COMMAND_LANG: do_lang(p, arg); show_again(p); break;
	case COMMAND_WORDS: plain_words(p); break;
	case COMMAND_WORD: do_word(p, arg); break;
	case COMMAND_QUESTIONS: return do_questions(p);
	case COMMAND_HELP: do_help(); break;
	case COMMAND_QUIT: return false;
	default: printf("%s\n", _("No such command. Type: help"));
	}
	return true;
}

void plain_talk(struct plain *p)
{
	char line[LINE_MOST];
	setvbuf(stdin, NULL, _IONBF, 0);   /* so that whether a line waits can be seen from outside */
	printf("%s\n", _("Empty line: next moment. help: all commands. quit: leave."));
	while (p->s->store && !plain_is_over() && read_line(p, line))   /* none: it could not run again */
		if (!obey(p, line))
			return;
}

