/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The power that a program must not have, whoever started the tutor. capabilities(7). */
#ifndef ENGINE_STAGE_POWER_H
#define ENGINE_STAGE_POWER_H

#include <stdbool.h>

/*
 * Give up every capability, for this process and all it may execute, also when its uid is 0. Sets no_new_privs.
 * False with errno set when a capability is left.
 */
bool power_drop(void);

/*
 * This process can load a filter without no_new_privs and may trace a program that gains rights: execve(2) then gives a
 * tracee of ours the rights of its file.
 */
bool power_sees_through_setuid(void);

#endif
