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

#endif
