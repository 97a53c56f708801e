/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Errors of the engine and the tutor as sentences with what to do, in the interface's language, and as exit codes. */
#ifndef TUTOR_ERRORS_H
#define TUTOR_ERRORS_H

#include "engine/base/buf.h"
#include "engine/base/err.h"

/* The exit codes of the program; docs/socktutor.1 lists them. */
enum exit_code {
	EXIT_OK = 0,
	EXIT_FAILED = 1,        /* a lesson ended badly, a check found mistakes, `doctor` that lessons cannot run live */
	EXIT_USAGE = 2,         /* an option, a command or a lesson that does not exist */
	EXIT_CANNOT_RUN = 3,    /* this system does not let lessons run */
	EXIT_BAD_INPUT = 4,     /* a file that was given is broken or not there */
	EXIT_INTERRUPTED = 130, /* by a signal, in plain text */
};

/* One or two sentences, without newline: what is wrong, what to do. */
void error_sentence(const struct err *err, struct buf *out);
enum exit_code error_exit_code(const struct err *err);

/* "socktutor: sentence" to standard error; returns the exit code. */
int error_report(const struct err *err);

#endif
