/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What can happen to a held call, in words: "ECONNABORTED", "EINTR", "short 3", "delay 2.5", "signal SIGINT",
 * "signal SIGTERM server", "kill", "kill client", "reset", "none". Learners type them, lessons give them at a mark;
 * the engine does them. docs/lessons.md, Faults.
 */
#ifndef TUTOR_FAULT_WORDS_H
#define TUTOR_FAULT_WORDS_H

#include "engine/run.h"

enum { FAULT_WORD = 48 };

struct fault_words {
	struct run_fault_order order;   /* whom is -1: see target. Names are static */
	char target[FAULT_WORD];        /* program that a signal or kill is for; "": the call's own */
};

enum fault_words_bad {
	FAULT_WORDS_GOOD,
	FAULT_WORDS_UNKNOWN,            /* no fault, and no errno, is called so; or there is a word too many */
	FAULT_WORDS_SIGNAL, FAULT_WORDS_SECONDS, FAULT_WORDS_BYTES,   /* what is missing, or wrong */
};

/* What is wrong with them. *out is all zero but for what was understood. */
enum fault_words_bad fault_words_read(const char *words, struct fault_words *out);

#endif
