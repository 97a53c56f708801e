/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the command line to a front end. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine/base/text.h"
#include "engine/stage/stage.h"
#include "tutor/app/app.h"
#include "tutor/check/check.h"
#include "tutor/cli.h"
#include "tutor/doctor.h"
#include "tutor/errors.h"
#include "tutor/i18n.h"
#include "tutor/paths.h"
#include "tutor/plain/plain.h"
#include "tutor/printable.h"
#include "tutor/rerun.h"
#include "tutor/session.h"
#include "tutor/streams.h"

enum { AUTO_S = 3 };     /* --auto without seconds, where somebody reads */

/* --lang said this language, and so not the other. */
static bool only(const struct cli *cli, const char *lang)
{
	return text_is(cli->lang, lang);
}

static struct plain_options plain_options_of(const struct cli *cli)
{
	bool zh = only(cli, "zh"), en = only(cli, "en");
	struct plain_options o = {
		.lang = zh ? SHOW_ZH : en ? SHOW_EN : SHOW_BOTH, .json = cli->json, .freely = cli->fast, .pause = -1,
		.log = cli->log,
	};
	if (cli->automatic)
		o.pause = cli->pause >= 0 ? cli->pause : isatty(STDOUT_FILENO) ? AUTO_S : 0;
	else if (cli->json || cli->fast || (cli->command != CLI_RUN && cli->command != CLI_REPLAY && !isatty(STDIN_FILENO)))
		o.pause = 0;
	return o;
}

static bool open_session(struct session *s, const struct cli *cli, struct err *err)
{
	const struct lesson *lesson;
	const char *broken;
	unsigned flags;
	switch (cli->command) {
	case CLI_WATCH:
		flags = (cli->on_stage ? WATCH_ON_STAGE : 0) | (cli->no_lines ? WATCH_NO_LINES : 0) | (cli->results ? WATCH_RESULTS : 0) |
			(cli->fast ? WATCH_REAL_TIME : 0) | (cli->hosts ? WATCH_HOSTS : 0);
		return session_watch(s, (char *const *const *)cli->programs, cli->n_programs, flags, cli->log, err);
	case CLI_REPLAY:
		return session_replay(s, cli->what, err);
	case CLI_RUN:
		lesson = course_find(s->course, cli->what);
		broken = course_left_out(s->course, cli->what);
		if (!lesson && broken)
			return err_set(err, ERR_LESSON_BAD, 0, broken, NULL);
		return lesson ? session_lesson(s, lesson, cli->variant, cli->log, err) :
				err_set(err, ERR_LESSON_UNKNOWN, 0, cli->what, NULL);
	default:
		lesson = course_lesson(s->course, 0);
		return lesson ? session_lesson(s, lesson, cli->variant, cli->log, err) :
				err_set(err, ERR_LESSON_UNKNOWN, 0, "1", NULL);
	}
}

/* The end of a session; what became of its packets and its log is said when nothing else is on the screen. */
static int leave(struct session *s, int code)
{
	struct buf why = BUF_INIT;
	if (s->pcap && pcap_trouble(s->pcap)->id != ERR_NONE)
		code = error_report(pcap_trouble(s->pcap));
	else if (s->pcap && pcap_is_empty(s->pcap, &why))
		fprintf(stderr, "socktutor: %s\n", why.data);
	buf_release(&why);
	session_release(s, "quit");
	if (code == EXIT_OK && s->lost.id != ERR_NONE && s->log_need != LOG_OURS)
		code = error_report(&s->lost);
	return code;
}

/* What is not for a screen of ours nor JSON may hold anything that a program, a log or a file says. */
static void print_safely(FILE **stream)
{
	FILE *safe = printable_stream(*stream);
	*stream = safe ? safe : *stream;
}

static int run_plain(const struct course *course, const struct cli *cli)
{
	struct session s;
	struct err err = { 0 };
	struct plain_options o = plain_options_of(cli);
	session_init(&s, course);
	s.pcap_path = cli->pcap;
	if (!cli->json)
		print_safely(&stdout);
	int code = open_session(&s, cli, &err) ? plain_run(&s, &o) : error_report(&err);
	return leave(&s, code);
}

static bool wants_screen(const struct cli *cli)
{
	return !cli->plain && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

static struct app_options app_options_of(const struct cli *cli, struct buf *progress)
{
	bool zh = only(cli, "zh"), en = only(cli, "en");
	int theme = cli->theme ? theme_find(cli->theme) : -1;
	const char *none = getenv("NO_COLOR");
	path_state(progress);
	bool kept = path_make(progress->data);
	buf_adds(progress, "/progress");
	return (struct app_options){
		.lang = zh ? UI_ZH : en ? UI_EN : UI_BOTH, .variant = cli->variant, .ascii = cli->ascii, .mouse = true,
		.theme = theme >= 0 ? (enum theme)theme : none && *none ? THEME_MONO : THEME_DARK,
		.automatic = cli->automatic, .pause = cli->pause >= 0 ? cli->pause : AUTO_S,
		.log_path = cli->log, .progress = kept ? progress->data : NULL,
	};
}

/* On the screen the log of a lesson is kept, so that the learner can go on another day. */
static const char *kept_log(const struct course *course, const struct cli *cli, struct buf *path)
{
	const struct lesson *lesson = cli->command == CLI_RUN && !cli->log ? course_find(course, cli->what) : NULL;
	return lesson ? rerun_keep(lesson, cli->variant, path) : cli->log;
}

/* On the screen; false: there is none that can be used. */
static bool run_screen(const struct course *course, const struct cli *cli, int *code)
{
	struct session s;
	struct err err = { 0 };
	struct buf progress = BUF_INIT, path = BUF_INIT;
	struct app_options o = app_options_of(cli, &progress);
	struct cli with = *cli;
	with.log = o.progress ? kept_log(course, cli, &path) : cli->log;
	session_init(&s, course);
	s.pcap_path = cli->pcap;
	s.log_need = cli->log ? LOG_ASKED : LOG_OURS;
	bool shown = true;
	*code = EXIT_OK;
	if (cli->command != CLI_MENU && !open_session(&s, &with, &err))
		*code = error_report(&err);
	else
		shown = app_run(&s, &o, &err);
	if (shown)
		*code = leave(&s, *code);
	else
		session_release(&s, "quit");
	buf_release(&progress);
	buf_release(&path);
	return shown;
}

static void list(const struct course *course, const struct cli *cli)
{
	struct plain_options o = plain_options_of(cli);
	if (!cli->json)
		print_safely(&stdout);
	plain_list(course, &o);
}

static int with_course(const struct cli *cli)
{
	struct buf dir = BUF_INIT;
	struct err err = { 0 };
	struct course *course = course_open(path_lessons(&dir), &err);
	int code = EXIT_OK;
	buf_release(&dir);
	if (!course)
		return error_report(&err);
	if (cli->command == CLI_LIST)
		list(course, cli);
	else if (!wants_screen(cli) || !run_screen(course, cli, &code))
		code = run_plain(course, cli);
	course_free(course);
	return code;
}

static int run_doctor(const struct cli *cli)
{
	bool zh = only(cli, "zh"), en = only(cli, "en");
	if (!cli->json)
		print_safely(&stdout);
	return doctor_main(stdout, (zh ? 0 : DOCTOR_EN) | (en ? 0 : DOCTOR_ZH) | (cli->json ? DOCTOR_JSON : 0));
}

static int run_check(const struct cli *cli)
{
	struct buf dir = BUF_INIT;
	struct err err = { 0 };
	if (!cli->json)
		print_safely(&stdout);
	struct check_options o = {
		.dir = cli->what ? cli->what : path_lessons(&dir), .lang = i18n_is_zh() ? LANG_ZH : LANG_EN, .json = cli->json,
		.stamp = cli->stamp, .record = cli->record, .no_runs = cli->no_runs, .out = stdout,
	};
	int mistakes = check_run(&o, &err);
	buf_release(&dir);
	return mistakes < 0 ? error_report(&err) : mistakes ? EXIT_FAILED : EXIT_OK;
}

static int run_command(const struct cli *cli)
{
	switch (cli->command) {
	case CLI_HELP:
		cli_help();
		return EXIT_OK;
	case CLI_VERSION:
		puts("socktutor " SOCKTUTOR_VERSION);
		return EXIT_OK;
	case CLI_DOCTOR:
		return run_doctor(cli);
	case CLI_CHECK:
		return run_check(cli);
	default:
		return with_course(cli);
	}
}

int main(int argc, char **argv)
{
	struct cli cli;
	struct err err = { 0 };
	if (!streams_open(&err) || !stagehand_start(&err))
		return error_report(&err);
	signal(SIGXFSZ, SIG_IGN);   /* a file that may not grow is an error as others; the programs, the stagehand's, keep theirs */
	print_safely(&stderr);
	i18n_init(NULL);
	if (!cli_parse(&cli, argc, argv, &err))
		return error_report(&err);
	i18n_init(cli.lang);
	int code = run_command(&cli);
	if (!streams_close(&err) && code == EXIT_OK)
		code = error_report(&err);
	return code;
}
