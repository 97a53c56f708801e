/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/i18n.h"

#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef SOCKTUTOR_LOCALEDIR
#define SOCKTUTOR_LOCALEDIR "/usr/local/share/locale"
#endif

#define DOMAIN "socktutor"

/* Tells glibc to forget which translations it found; setting LANGUAGE alone does not. */
extern int _nl_msg_cat_cntr;

static bool is_zh(const char *lang)
{
	return !strncmp(lang, "zh", 2);
}

static bool asked_zh(void)
{
	static const char *const names[] = { "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *v = getenv(names[i]);
		if (v && *v)
			return is_zh(v);
	}
	return false;
}

static bool utf8_locale(void)
{
	bool ok = setlocale(LC_ALL, "") && !strcmp(nl_langinfo(CODESET), "UTF-8");
	ok = ok || setlocale(LC_ALL, "C.UTF-8") || setlocale(LC_ALL, "C.utf8") || setlocale(LC_ALL, "en_US.UTF-8");
	setlocale(LC_NUMERIC, "C");
	return ok;
}

/* Beside the program while it is built, else where it was installed. */
static void find_catalogues(void)
{
	char exe[PATH_MAX], dir[PATH_MAX + 80];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
	static const char *const beside[] = { "po", "../po", "../../po", "../share/locale" };
	for (size_t i = 0; n > 0 && i < sizeof beside / sizeof *beside; i++) {
		exe[n] = '\0';
		char *slash = strrchr(exe, '/');
		if (!slash)
			break;
		snprintf(dir, sizeof dir, "%.*s/%s/zh_CN/LC_MESSAGES/" DOMAIN ".mo", (int)(slash - exe), exe, beside[i]);
		if (access(dir, R_OK) == 0) {
			dir[strlen(dir) - strlen("/zh_CN/LC_MESSAGES/" DOMAIN ".mo")] = '\0';
			bindtextdomain(DOMAIN, dir);
			return;
		}
	}
	bindtextdomain(DOMAIN, SOCKTUTOR_LOCALEDIR);
}

static void set_language(bool zh)
{
	setenv("LANGUAGE", zh ? "zh_CN" : "en", 1);
	++_nl_msg_cat_cntr;
}

/* What the environment asked for must be kept: set_language writes over it. */
static bool keep_asked(int set)
{
	static bool asked;
	if (set >= 0)
		asked = set;
	return asked;
}

bool i18n_init(const char *lang)
{
	bool both = !lang || !strcmp(lang, "both");
	keep_asked(both ? asked_zh() : is_zh(lang));
	bool utf8 = utf8_locale();
	find_catalogues();
	bind_textdomain_codeset(DOMAIN, "UTF-8");
	textdomain(DOMAIN);
	set_language(utf8 && keep_asked(-1));
	return utf8;
}

void i18n_use(enum words words)
{
	set_language(words == WORDS_LOCALE ? keep_asked(-1) : words == WORDS_ZH);
}

bool i18n_is_zh(void)
{
	const char *v = getenv("LANGUAGE");
	return v && is_zh(v);
}
