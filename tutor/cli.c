/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/cli.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/text.h"
#include "engine/stage/stage.h"
#include "tutor/i18n.h"

enum { OPT_PLAIN = 256, OPT_AUTO, OPT_JSON, OPT_LANG, OPT_PROGRAM, OPT_LOG, OPT_STAGE, OPT_FAST, OPT_ASCII, OPT_THEME, OPT_STAMP, OPT_RECORD, OPT_NO_RUNS, OPT_NO_LINES, OPT_RESULTS, OPT_PCAP, OPT_HOSTS };

static const struct option options[] = {
	{ "plain", no_argument, NULL, OPT_PLAIN },       { "auto", optional_argument, NULL, OPT_AUTO },
	{ "json", no_argument, NULL, OPT_JSON },         { "lang", required_argument, NULL, OPT_LANG },
	{ "program", required_argument, NULL, OPT_PROGRAM }, { "log", required_argument, NULL, OPT_LOG },
	{ "stage", no_argument, NULL, OPT_STAGE },       { "fast", no_argument, NULL, OPT_FAST },
	{ "ascii", no_argument, NULL, OPT_ASCII },       { "theme", required_argument, NULL, OPT_THEME },
	{ "stamp", no_argument, NULL, OPT_STAMP },       { "no-lines", no_argument, NULL, OPT_NO_LINES },
	{ "record", no_argument, NULL, OPT_RECORD },     { "no-runs", no_argument, NULL, OPT_NO_RUNS },
	{ "results", no_argument, NULL, OPT_RESULTS },   { "pcap", required_argument, NULL, OPT_PCAP },
	{ "hosts", no_argument, NULL, OPT_HOSTS },
	{ "help", no_argument, NULL, 'h' },            { "version", no_argument, NULL, 'V' },
	{ 0 },
};

static const struct { const char *name; enum cli_command command; } commands[] = {
	{ "menu", CLI_MENU }, { "run", CLI_RUN }, { "watch", CLI_WATCH }, { "replay", CLI_REPLAY }, { "list", CLI_LIST },
	{ "check", CLI_CHECK }, { "doctor", CLI_DOCTOR }, { "help", CLI_HELP }, { "version", CLI_VERSION },
};

static bool usage(struct err *err, const char *what, const char *word)
{
	char text[200];
	snprintf(text, sizeof text, "%s%s%s%s", what, word ? " '" : "", word ? word : "", word ? "'" : "");
	return err_set(err, ERR_USAGE, 0, text, NULL);
}

static bool set_pause(struct cli *cli, const char *arg, struct err *err)
{
	char *end;
	cli->automatic = true;
	cli->pause = -1;
	if (!arg)
		return true;
	cli->pause = strtod(arg, &end);
	if (*arg && !*end && cli->pause >= 0 && cli->pause <= 3600)
		return true;
	return usage(err, _("--auto needs seconds from 0 to 3600, not"), arg);
}

static bool set_option(struct cli *cli, int opt, const char *arg, struct err *err)
{
	static const char *const langs[] = { "en", "zh", "both", NULL };
	static const char *const themes[] = { "default", "light", "mono", NULL };
	switch (opt) {
	case OPT_PLAIN: cli->plain = true; break;
	case OPT_AUTO: return set_pause(cli, arg, err);
	case OPT_JSON: cli->json = cli->plain = true; break;
	case OPT_STAGE: cli->on_stage = true; break;
	case OPT_HOSTS: cli->on_stage = cli->hosts = true; break;
	case OPT_FAST: cli->fast = cli->plain = true; break;
	case OPT_NO_LINES: cli->no_lines = true; break;
	case OPT_RESULTS: cli->results = true; break;
	case OPT_ASCII: cli->ascii = true; break;
	case OPT_STAMP: cli->stamp = true; break;
	case OPT_RECORD: cli->record = true; break;
	case OPT_NO_RUNS: cli->no_runs = true; break;
	case OPT_LOG: cli->log = arg; break;
	case OPT_PCAP: cli->pcap = arg; break;
	case OPT_LANG:
		cli->lang = arg;
		return text_in(arg, langs) || usage(err, _("--lang is en, zh or both, not"), arg);
	case OPT_THEME:
		cli->theme = arg;
		return text_in(arg, themes) || usage(err, _("--theme is default, light or mono, not"), arg);
	case OPT_PROGRAM:
		cli->variant = strcmp(arg, "python") == 0 ? VARIANT_PYTHON : VARIANT_C;
		return strcmp(arg, "python") == 0 || strcmp(arg, "c") == 0 || usage(err, _("--program is c or python, not"), arg);
	case 'h': cli->command = CLI_HELP; break;
	case 'V': cli->command = CLI_VERSION; break;
	}
	return true;
}

/* CMD ARG… [--and -- CMD ARG…]…, each cut off by a NULL in argv. */
static bool split_programs(struct cli *cli, char **argv, struct err *err)
{
	while (*argv) {
		if (cli->n_programs == CLI_PROGRAMS_MOST)
			return usage(err, _("watch takes 8 programs at most"), NULL);
		cli->programs[cli->n_programs++] = argv;
		while (*argv && strcmp(*argv, "--and") != 0)
			argv++;
		if (argv == cli->programs[cli->n_programs - 1])
			return usage(err, _("a program is missing before --and"), NULL);
		if (!*argv)
			break;
		*argv++ = NULL;
		if (*argv && strcmp(*argv, "--") == 0)
			argv++;
		if (!*argv)
			return usage(err, _("a program is missing after --and"), NULL);
	}
	return cli->n_programs > 0 || usage(err, _("watch needs a program: socktutor watch -- CMD"), NULL);
}

static bool set_command(struct cli *cli, const char *word, struct err *err)
{
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		if (strcmp(word, commands[i].name) == 0) {
			cli->command = commands[i].command;
			return true;
		}
	return usage(err, _("There is no command"), word);
}

static bool take_words(struct cli *cli, char **words, struct err *err)
{
	static const enum cli_command with_argument[] = { CLI_RUN, CLI_REPLAY, CLI_CHECK };
	if (cli->command == CLI_WATCH)
		return split_programs(cli, words, err);
	for (size_t i = 0; i < sizeof with_argument / sizeof *with_argument; i++)
		if (cli->command == with_argument[i] && *words)
			cli->what = *words++;
	if (*words)
		return usage(err, _("One word too many:"), *words);
	if (cli->command == CLI_REPLAY && !cli->what)
		return usage(err, _("replay needs a file"), NULL);
	if (cli->command == CLI_RUN && !cli->what)
		return usage(err, _("run needs a lesson; see socktutor list"), NULL);
	return true;
}

/* Where watch's own options end: its programs have options of their own. */
static int own_arguments(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--") == 0)
			return i;
	return argc;
}

static bool parse(struct cli *cli, int argc, char **argv, struct err *err)
{
	int own = own_arguments(argc, argv), opt;
	char *rest = own < argc ? argv[own] : NULL;
	*cli = (struct cli){ .pause = -1 };
	opterr = 0;
	optind = 1;
	argv[own] = NULL;   /* getopt must not look further */
	while ((opt = getopt_long(own, argv, ":hV", options, NULL)) != -1) {
		if (opt == ':')
			return usage(err, _("An argument is missing after"), argv[optind - 1]);
		if (opt == '?')
			return usage(err, _("Unknown option"), argv[optind - 1]);
		if (!set_option(cli, opt, optarg, err))
			return false;
	}
	if (rest)
		argv[own] = rest;
	if (cli->command == CLI_HELP || cli->command == CLI_VERSION)
		return true;
	if (optind >= own && rest)
		return usage(err, _("-- must follow watch"), NULL);
	if (optind >= own)
		return true;
	if (!set_command(cli, argv[optind], err))
		return false;
	if (cli->command == CLI_WATCH)
		return optind + 1 == own && rest ? split_programs(cli, argv + own + 1, err) :
						   usage(err, _("watch needs a program: socktutor watch -- CMD"), NULL);
	return take_words(cli, argv + optind + 1, err);
}

static bool fits(const struct cli *cli, struct err *err)
{
	if (cli->hosts && (cli->n_programs < 2 || cli->n_programs > STAGE_HOSTS))
		return usage(err, _("--hosts needs two to four programs of your own, each for a host of its own"), NULL);
	bool on_host = cli->command == CLI_WATCH && !cli->on_stage;
	bool has_packets = cli->command == CLI_RUN || cli->command == CLI_WATCH || cli->command == CLI_REPLAY;
	if (!cli->pcap || (has_packets && !on_host))
		return true;
	return usage(err, on_host ? _("--pcap needs --stage here: on the computer's own network there are other packets too") :
				    _("--pcap goes with run, watch and replay"), NULL);
}

bool cli_parse(struct cli *cli, int argc, char **argv, struct err *err)
{
	return parse(cli, argc, argv, err) && fits(cli, err);
}

void cli_help(void)
{
	fputs(_("Usage: socktutor [OPTION]...                    the menu\n"
		"       socktutor run LESSON                     walk through a lesson\n"
		"       socktutor watch -- CMD [--and -- CMD]... your own programs in the same views\n"
		"       socktutor replay FILE                    a saved run\n"
		"       socktutor list | doctor | check [DIR]\n"
		"\n"
		"  --plain           lines of text, no screen (also when output is no terminal)\n"
		"  --auto[=SECONDS]  go on by itself\n"
		"  --json            the events, one JSON object a line\n"
		"  --lang LANG       en, zh or both\n"
		"  --program WHICH   c or python\n"
		"  --log FILE        keep the run in a file\n"
		"  --pcap FILE       keep its packets in a file for Wireshark\n"
		"  --stage           watch: on a private network\n"
		"  --hosts           watch: each program on a host of its own, joined by a cable\n"
		"  --fast            watch: full speed, nothing is held\n"
		"  --no-lines        watch: do not look for source lines\n"
		"  --results         watch: also look at the results of calls that are no steps\n"
		"  --ascii           no box-drawing characters\n"
		"  --theme NAME      default, light or mono\n"
		"  --help, --version\n"
		"\n"
		"Exit status: 0 all is well, 1 something failed, 2 wrong usage or no such lesson,\n"
		"3 lessons cannot run here, 4 a file is bad or not there, 130 interrupted.\n"), stdout);
}
