/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line: what was asked for. docs/socktutor.1 tells it all. */
#ifndef TUTOR_CLI_H
#define TUTOR_CLI_H

#include "engine/base/err.h"
#include "tutor/course/course.h"

enum cli_command { CLI_MENU, CLI_RUN, CLI_WATCH, CLI_REPLAY, CLI_LIST, CLI_CHECK, CLI_DOCTOR, CLI_HELP, CLI_VERSION };
enum { CLI_PROGRAMS_MOST = 8 };

struct cli {
	enum cli_command command;
	const char *what;              /* lesson, log file or folder; NULL: none was given */
	char **programs[CLI_PROGRAMS_MOST];  /* watch: each NULL-ended, in argv */
	int n_programs;
	bool plain, json, on_stage, hosts, fast, ascii, stamp, record, no_runs, no_lines, results;
	bool automatic;
	double pause;                  /* --auto=SECONDS; -1: --auto alone */
	const char *lang;              /* en, zh, both; NULL: not said */
	enum variant variant;
	const char *log, *pcap, *theme;
};

/* False: USAGE. argv is changed (the programs of watch are cut apart in it). */
bool cli_parse(struct cli *cli, int argc, char **argv, struct err *err);

void cli_help(void);   /* to standard output */

#endif
