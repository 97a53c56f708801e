/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What rules can ask of a run: state.def. Everything is read from the model; nothing is guessed. */
#ifndef TUTOR_LEARN_STATE_H
#define TUTOR_LEARN_STATE_H

#include "tutor/learn/scene.h"

/* Do all these states (NULL-ended; NULL: none asked) hold? The socket that was found is put in the scene. An unknown name never holds. */
bool states_hold(struct scene *s, const char *const *names);

/* Names, NULL-ended. */
const char *const *state_names(void);

#endif
