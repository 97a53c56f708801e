/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The interface's own words, through gettext(3): English in the source, other
 * languages in po/. Lesson texts do not come through here: they carry both
 * languages themselves.
 *
 * The process always runs in a UTF-8 locale. The language is chosen as a
 * string, so Chinese words show even where no Chinese locale is installed.
 */
#ifndef TUTOR_I18N_H
#define TUTOR_I18N_H

#include <libintl.h>
#include <stdbool.h>

#define _(text) gettext(text)
#define N_(text) text

enum words { WORDS_LOCALE, WORDS_EN, WORDS_ZH };

/* Set the locale and find the catalogues. lang: "en", "zh", "both" or NULL (both, and NULL: as LANGUAGE, LC_ALL,
 * LC_MESSAGES and LANG say). Call once, first thing. False: the system has no UTF-8 locale at all; Chinese cannot be shown. */
bool i18n_init(const char *lang);

/* Switch while running. WORDS_LOCALE is what the environment asked for. */
void i18n_use(enum words words);

/* Whether interface words are Chinese now. */
bool i18n_is_zh(void);

#endif
