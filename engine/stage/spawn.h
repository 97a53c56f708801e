/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a fork of the keeper to a program. What is to run lies in a piece of
 * memory shared by tutor and child: no message is too long for it, and a failed
 * execve can be told without a system call that the filter would stop.
 */
#ifndef ENGINE_STAGE_SPAWN_H
#define ENGINE_STAGE_SPAWN_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/stage/stage.h"

/* At the start of the shared memory; offsets are from there. Strings are NUL-ended, one after the other. */
struct spawn_script {
	uint32_t size;                    /* of all of it */
	uint32_t argc, argv;              /* how many, and the offset of the first */
	uint32_t envc, env;
	uint32_t cwd;                     /* offset of a string; empty: the keeper's choice */
	uint32_t filter, filter_len;      /* struct sock_filter[filter_len] */
	volatile int32_t failed;          /* written by the child: errno of what kept it from the program */
};

/* What the child says before it waits for the go byte. */
struct spawn_hello {
	int32_t sys;       /* 0: ready; else the errno of the step that failed, and the child has ended */
	char step[40];
};

/* A memfd holding the script of an actor, mapped at *script. -1 with *err set on failure; caller unmaps and closes. */
int spawn_write(const struct stage_actor *actor, struct spawn_script **script, struct err *err);

/*
 * In the child: become the program. fds: script, tty, and the socket on which to say hello and wait. cwd is used
 * when the script names none (NULL: stay). as_is: the program keeps ids, capabilities, limits and dispositions, with
 * this signal mask; NULL: it gets no power and the default of all. Does not return.
 */
_Noreturn void spawn_become(const int fds[3], const char *cwd, const sigset_t *as_is);

#endif
