/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/plain/plain.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/json.h"
#include "engine/base/text.h"
#include "tutor/errors.h"
#include "tutor/i18n.h"
#include "tutor/plain/text.h"

enum { LESSON_PATIENCE_S = 5, BUSY_LOOKS = 50, BUSY_LOOK_MS = 100, WAKE_MS = 100 };

/* Set by SIGINT, SIGTERM and SIGHUP: leave at the next safe place. */
static volatile sig_atomic_t interrupted;

static void on_signal(int signo)
{
	interrupted = signo;
}

static void catch_signals(void)
{
	struct sigaction act = { .sa_handler = on_signal };
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		sigaction(signals[i], &act, NULL);
	signal(SIGPIPE, SIG_IGN);
}

bool plain_is_over(void)
{
	return interrupted || ferror(stdout);
}

static bool output_is_broken(void)
{
	return ferror(stdout);
}

static bool is_well(const struct session *s, struct err *err)
{
	if (!s->run || run_trouble(s->run)->id == ERR_NONE)
		return true;
	*err = *run_trouble(s->run);
	return false;
}

/* Until the step is over. False: interrupted, or something went wrong (err). */
static bool wait_settled(struct session *s, struct err *err)
{
	while (s->run && !run_settled(s->run) && !interrupted)
		session_wait(s, 200);
	return is_well(s, err) && !interrupted;
}

/* Nobody is held, but a program computes: on a slow machine its next call may be near. False: it goes on computing. */
static bool wait_for_call(struct session *s, struct err *err)
{
	int64_t had = log_count(s->log);
	for (int i = 0; i < BUSY_LOOKS && log_count(s->log) == had && run_busy(s->run) && !interrupted; i++) {
		struct pollfd news = { .fd = run_fd(s->run), .events = POLLIN };
		poll(&news, 1, BUSY_LOOK_MS);
		session_pump(s);
	}
	if (!wait_settled(s, err) || log_count(s->log) == had)
		return false;
	session_to_end(s);
	return true;
}

/* One step: forward in what has happened, else live. False: nothing more can move, or err is set. */
bool plain_advance(struct plain *p, int lane, enum run_how how, struct err *err)
{
	struct session *s = p->s;
	if (!session_at_end(s) && session_forward(s))
		return true;
	if (!s->run || (lane < 0 && !session_can_go(s)))
		return s->run && run_busy(s->run) && wait_for_call(s, err);
	const struct need *need = again_needed(s, lane);
	if (need && !plain_again(p, need, err))
		return false;
	if (need && p->options.pause < 0)
		return true;   /* it was read too long; now the learner steps on */
	if (!session_go(s, lane, how, err) || !wait_settled(s, err))
		return false;
	session_to_end(s);
	return true;
}

void plain_fault(struct plain *p, int lane)
{
	struct err err = { 0 };
	p->lane = lane;
	if (wait_settled(p->s, &err)) {
		session_to_end(p->s);
		plain_print_new(p, &err);
	}
	if (err.id != ERR_NONE)
		error_report(&err);
}

static void pause_for(double seconds)
{
	struct timespec t = { .tv_sec = (time_t)seconds, .tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9) };
	while (!interrupted && nanosleep(&t, &t) < 0 && errno == EINTR)
		;
}

static void print_lines(struct plain *p, const struct log *log, int64_t to)
{
	struct buf line = BUF_INIT;
	if (p->shown == 0) {
		log_header_write(&line);
		fputs(line.data, stdout);
	}
	for (; p->shown < to && !output_is_broken(); p->shown++) {
		buf_clear(&line);
		if (!log_line(log, p->shown, &line, NULL))
			break;
		puts(line.data);
	}
	fflush(stdout);
	buf_release(&line);
}

bool plain_print_new(struct plain *p, struct err *err)
{
	if (!p->options.json)
		return plain_events(p, p->s->cursor, err);
	print_lines(p, p->s->log, p->s->cursor);
	return true;
}

/* What is the same as before is not printed a second time; but a log is printed to its end, and the new one whole. */
bool plain_again(struct plain *p, const struct need *need, struct err *err)
{
	struct again a = { .need = need };
	struct buf words = BUF_INIT;
	const struct model *m = session_model(p->s, err);
	a.step = m ? m->step : 0;
	bool ok = m && again_run(p->s, p->options.log, &a, err);
	if (ok) {
		session_to_end(p->s);
		again_words(&a, p->s, &words);
		p->at = -1;
	}
	if (ok && p->options.json) {
		print_lines(p, a.old, log_count(a.old));
		p->shown = 0;
		fprintf(stderr, "socktutor: %s\n", words.data);
	} else if (ok) {
		p->shown = p->s->cursor;
		printf("\n");
		plain_put(0, words.data);
	}
	log_free(a.old);
	buf_release(&words);
	return ok;
}

/* A signal that comes just before the wait ends it too. */
static void wait_or_be_interrupted(struct pollfd *fds, nfds_t n, int seconds)
{
	struct timespec most = { .tv_sec = seconds };
	sigset_t all, old;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	if (!interrupted)
		ppoll(fds, n, seconds < 0 ? NULL : &most, &old);
	sigprocmask(SIG_SETMASK, &old, NULL);
}

/* Who is at the newest step stays there: what the kernel sends by itself is on the ladder when it is asked for. */
static void pump_and_follow(struct session *s)
{
	bool newest = session_at_end(s);
	session_pump(s);
	if (newest && run_settled(s->run))
		session_to_end(s);
}

void plain_wait_for_line(struct plain *p)
{
	struct pollfd news[2] = { { .fd = STDIN_FILENO, .events = POLLIN }, { .fd = -1, .events = POLLIN } };
	while (!interrupted && !news[0].revents) {
		news[1].fd = p->s->run ? run_fd(p->s->run) : -1;
		wait_or_be_interrupted(news, 2, -1);
		if (p->s->run && news[1].revents)
			pump_and_follow(p->s);
	}
}

static bool output_has_reader(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO };
	return poll(&out, 1, 0) >= 0 && !(out.revents & (POLLERR | POLLHUP | POLLNVAL));
}

/*
 * All are asleep: until one wakes by itself, by its timer or by somebody outside. A lesson's programs can only wake
 * each other, so after a while that is a lesson that does not end.
 */
static bool wait_for_wake(struct plain *p, struct err *err)
{
	struct run *run = p->s->run;
	time_t until = time(NULL) + LESSON_PATIENCE_S;
	while (run && !run_over(run) && !interrupted && err->id == ERR_NONE && output_has_reader()) {
		struct pollfd news[3] = {
			{ .fd = run_fd(run), .events = POLLIN }, { .fd = STDOUT_FILENO },
			{ .fd = feed_fd(&p->feed, p->s), .events = POLLIN },
		};
		wait_or_be_interrupted(news, 3, p->s->lesson ? 1 : -1);
		session_pump(p->s);
		if (run_settled(run))
			feed_type(&p->feed, p->s, err);
		if (wait_settled(p->s, err) && !session_at_end(p->s)) {
			session_to_end(p->s);
			return true;
		}
		if (p->s->lesson && time(NULL) > until) {
			fprintf(stderr, _("socktutor: Every program is asleep, and none has woken for %d seconds.\n"), LESSON_PATIENCE_S);
			p->stuck = true;
			return false;
		}
	}
	return false;
}

/* A server whose clients are gone: nobody will wake it. */
static bool last_one_waits(struct plain *p)
{
	struct err err;
	const struct model *m = p->s->run && !p->s->lesson ? session_model(p->s, &err) : NULL;
	int last = m ? last_in_vain(&p->last, p->s, m) : -1;
	if (last < 0 || p->options.json)
		return last >= 0;
	if (p->last.rounds > LAST_ROUNDS)
		printf(_("\nAll other programs have ended, and %s only waits, again and again. It is ended now.\n"), m->actors[last].name);
	else
		printf(_("\nAll other programs have ended, and %s waits. It is ended now.\n"), m->actors[last].name);
	return true;
}

/* Nobody can move, only a timer run out; meanwhile what comes on standard input may be what is waited for. */
static bool only_time_passes(struct plain *p)
{
	struct run_timer timer;
	if (!p->s->run || !session_at_end(p->s) || !run_timer(p->s->run, &timer))
		return false;
	struct pollfd feed = { .fd = feed_fd(&p->feed, p->s), .events = POLLIN };
	int64_t ms = timer.left / 1000000;
	if (feed.fd >= 0)
		poll(&feed, 1, ms < INT_MAX ? (int)ms : INT_MAX);
	return true;
}

/* Whoever it was typed to wakes at once, unless that wants a whole line. */
static bool feed_wakes(struct plain *p, struct err *err)
{
	struct pollfd news = { .fd = run_fd(p->s->run), .events = POLLIN };
	if (!feed_type(&p->feed, p->s, err))
		return false;
	poll(&news, 1, WAKE_MS);
	session_pump(p->s);
	if (wait_settled(p->s, err))
		session_to_end(p->s);
	return true;
}

static bool go_by_itself(struct plain *p, struct err *err)
{
	if (only_time_passes(p)) {
		if (feed_wakes(p, err))
			return err->id == ERR_NONE;
		if (last_one_waits(p))
			return false;
	}
	if (plain_advance(p, -1, RUN_MOMENT, err) || feed_type(&p->feed, p->s, err))
		return true;
	bool can_wake = err->id == ERR_NONE && (feed_may_come(&p->feed, p->s) || !last_one_waits(p));
	return can_wake && wait_for_wake(p, err);
}

/* By itself, to the end. */
static bool play(struct plain *p, struct err *err)
{
	while (!interrupted && !output_is_broken() && go_by_itself(p, err)) {
		if (!plain_print_new(p, err))
			return false;
		if (p->options.pause > 0)
			pause_for(p->options.pause);
	}
	return err->id == ERR_NONE;
}

/* At full speed: nobody is held; print as it comes. */
static bool play_freely(struct plain *p, struct err *err)
{
	struct session *s = p->s;
	if (!s->run || !session_go(s, -1, RUN_FREELY, err))
		return err->id == ERR_NONE;
	while (!interrupted && !output_is_broken() && !run_over(s->run)) {
		if (session_wait(s, 50) && !run_over(s->run) && !feed_type(&p->feed, s, err)) {
			struct pollfd news[2] = { { .fd = run_fd(s->run), .events = POLLIN },
						  { .fd = feed_fd(&p->feed, s), .events = POLLIN } };
			poll(news, 2, -1);
		}
		session_pump(s);
		session_to_end(s);
		if (err->id != ERR_NONE || !is_well(s, err) || !plain_print_new(p, err))
			return false;
	}
	return is_well(s, err);
}

static bool begin(struct plain *p, struct err *err)
{
	if (p->s->run && !wait_settled(p->s, err))
		return false;
	if (p->s->run)
		session_to_end(p->s);
	else
		session_forward(p->s);
	const struct model *m = session_model(p->s, err);
	if (!m)
		return false;
	if (!p->options.json)
		plain_title(p, m);
	return plain_print_new(p, err);
}

/* In a log: the programs did not come to their end. */
static bool stage_went(struct plain *p)
{
	struct err err;
	const struct model *m = p->s->store ? session_model(p->s, &err) : NULL;   /* none: it could not run again */
	return m && text_is(m->why, "gone");
}

/* The last event of a run is its end; print what is left. */
static void finish(struct plain *p)
{
	if (p->options.json) {
		if (p->s->run)
			run_end(p->s->run, interrupted ? "quit" : "done");
		p->s->run = NULL;
		session_to_end(p->s);
		print_lines(p, p->s->log, p->s->cursor);
	} else if (p->s->run && run_over(p->s->run)) {
		printf("\n%s\n", _("All programs have ended."));
		plain_summary(p);
	} else if (stage_went(p)) {
		printf("\n%s\n", _("The stage of the programs is gone: its keeper has ended."));
	}
}

int plain_run(struct session *s, const struct plain_options *options)
{
	struct plain p = { .s = s, .options = *options, .lane = -1, .at = -1 };
	struct err err = { 0 };
	interrupted = 0;
	catch_signals();
	sources_init(&p.sources);
	explanation_init(&p.explain);
	if (options->freely || options->pause >= 0)
		feed_init(&p.feed, s);
	if (begin(&p, &err)) {
		if (options->freely)
			play_freely(&p, &err);
		else if (options->pause >= 0)
			play(&p, &err);
		else
			plain_talk(&p);
	}
	if (err.id == ERR_NONE && is_well(s, &err))
		finish(&p);
	explanation_release(&p.explain);
	sources_release(&p.sources);
	if (interrupted)
		return EXIT_INTERRUPTED;
	if (err.id != ERR_NONE)
		return error_report(&err);
	return p.stuck ? EXIT_FAILED : EXIT_OK;
}

static void list_json(const struct lesson *l)
{
	struct buf b = BUF_INIT;
	buf_addf(&b, "{\"number\":%d,\"lesson\":", l->number);
	json_str(&b, l->id);
	buf_adds(&b, ",\"title\":{\"en\":");
	json_str(&b, l->title.in[LANG_EN]);
	buf_adds(&b, ",\"zh-Hans\":");
	json_str(&b, l->title.in[LANG_ZH]);
	buf_addf(&b, "},\"minutes\":%d}", l->minutes);
	puts(b.data);
	buf_release(&b);
}

void plain_list(const struct course *course, const struct plain_options *options)
{
	for (int i = 0; i < course_count(course); i++) {
		const struct lesson *l = course_lesson(course, i);
		const char *en = l->title.in[LANG_EN], *zh = l->title.in[LANG_ZH];
		if (options->json)
			list_json(l);
		else
			printf("%2d  %-16s %s%s%s\n", l->number, l->id, options->lang != SHOW_ZH ? en : "",
			       options->lang == SHOW_BOTH ? " · " : "", options->lang != SHOW_EN ? zh : "");
	}
}
