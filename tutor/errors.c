/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/errors.h"

#include <stdio.h>
#include <string.h>

#include "tutor/i18n.h"

/* %1 and %2: arguments; %e: what errno says. */
static const struct {
	const char *sentence;
	enum exit_code code;
} errors[ERR_COUNT] = {
	[ERR_NONE] = { "", EXIT_OK },
	[ERR_SYSTEM] = { N_("%1 failed on %2: %e."), EXIT_FAILED },
	[ERR_USAGE] = { N_("%1. Try: socktutor --help"), EXIT_USAGE },
	[ERR_LESSON_UNKNOWN] = { N_("There is no lesson '%1'. See them all: socktutor list"), EXIT_USAGE },
	[ERR_LESSON_BAD] = { N_("The lesson %1 has mistakes. See them all: socktutor check %1"), EXIT_BAD_INPUT },
	[ERR_COMPILE] = { N_("%1 does not compile: %2"), EXIT_BAD_INPUT },
	[ERR_NO_COMPILER] = { N_("%1 must be compiled, and there is no C compiler. Install one: apt install gcc. "
				 "Or study it in Python: --program python"), EXIT_CANNOT_RUN },
	[ERR_NO_PYTHON] = { N_("python3 is not installed. Install it: apt install python3. Or use --program c"),
			    EXIT_CANNOT_RUN },
	[ERR_NO_RECORDING] = { N_("Lessons cannot run live here, and %1 has no recording. See why: socktutor doctor"),
			       EXIT_CANNOT_RUN },
	[ERR_LOG_OPEN] = { N_("The log %1 cannot be opened: %e."), EXIT_BAD_INPUT },
	[ERR_LOG_FOREIGN] = { N_("%1 is not a log of socktutor."), EXIT_BAD_INPUT },
	[ERR_LOG_FUTURE] = { N_("%1 was written by a newer socktutor (log version %2). Use that version to read it."),
			     EXIT_BAD_INPUT },
	[ERR_LOG_BAD] = { N_("The log %1 is damaged: %2."), EXIT_BAD_INPUT },
	[ERR_LOG_EMPTY] = { N_("The log %1 is empty."), EXIT_BAD_INPUT },
	[ERR_PCAP_FOREIGN] = { N_("%1 holds something else than packets (pcapng). It is left as it is. Choose another file."),
			       EXIT_BAD_INPUT },
	[ERR_PTRACE_REFUSED] = { N_("This system does not let socktutor hold programs (ptrace: %e). "
				    "See what to do: socktutor doctor"), EXIT_CANNOT_RUN },
	[ERR_SECCOMP_REFUSED] = { N_("This system does not let socktutor choose the calls to stop at (seccomp: %e). "
				     "See what to do: socktutor doctor"), EXIT_CANNOT_RUN },
	[ERR_STAGE] = { N_("The stage for the programs could not be made (%1: %e). See what to do: socktutor doctor"),
			EXIT_CANNOT_RUN },
	[ERR_KEEPER_GONE] = { N_("The stage of the programs is gone: its keeper has ended. Please start again."),
			      EXIT_FAILED },
	[ERR_EXEC] = { N_("The program '%1' could not be started: %e."), EXIT_FAILED },
	[ERR_NO_TASK] = { N_("This program cannot go on now. Choose another one: key Tab, or the word side."), EXIT_FAILED },
	[ERR_FAULT_CALL] = { N_("%2() cannot meet this: %1."), EXIT_FAILED },
	[ERR_FAULT_NAME] = { N_("%1 is no errno or signal that can be given."), EXIT_FAILED },
	[ERR_FAULT_SHORT] = { N_("%1 is no smaller number of bytes: the call asks for %2."), EXIT_FAILED },
	[ERR_FAULT_PEER] = { N_("%1() has no TCP connection here whose other end a program holds."), EXIT_FAILED },
	[ERR_NOT_SETTLED] = { N_("The programs are still moving. Wait for the end of this step."), EXIT_FAILED },
	[ERR_NO_CABLE] = { N_("There is no cable here: all programs are on one host."), EXIT_FAILED },
	[ERR_CABLE_REFUSED] = { N_("The hosts of this lesson can have no cable here. See why: socktutor doctor"), EXIT_CANNOT_RUN },
	[ERR_NO_PACKET] = { N_("Packet %1 does not wait in the cable."), EXIT_FAILED },
	[ERR_NO_SOCKET] = { N_("There is no such socket now."), EXIT_FAILED },
	[ERR_WIRE_ORDER] = { N_("Not understood: %1. Type: wire help"), EXIT_FAILED },
	[ERR_TERMINAL] = { N_("The screen cannot be used here: %1. Use --plain."), EXIT_CANNOT_RUN },
};

void error_sentence(const struct err *err, struct buf *out)
{
	const char *s = errors[err->id].sentence ? _(errors[err->id].sentence) : err_key(err->id);
	for (; *s; s++) {
		if (*s != '%' || !s[1]) {
			buf_addc(out, *s);
			continue;
		}
		s++;
		buf_adds(out, *s == '1' ? err->a[0] : *s == '2' ? err->a[1] : *s == 'e' ? strerror(err->sys) : "%");
	}
}

enum exit_code error_exit_code(const struct err *err)
{
	return errors[err->id].code;
}

int error_report(const struct err *err)
{
	struct buf b = BUF_INIT;
	error_sentence(err, &b);
	fprintf(stderr, "socktutor: %s\n", b.data);
	buf_release(&b);
	return error_exit_code(err);
}
