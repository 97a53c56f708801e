/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The two ends of a TCP connection, and the states each went through. A state
 * that no look at the kernel showed, because it lasted for less than a step,
 * is filled in from the state diagram and marked.
 */
#ifndef TUTOR_SHOW_ENDS_H
#define TUTOR_SHOW_ENDS_H

#include "tutor/model/model.h"

enum tcp_state {
#define STATE(id, row, column) STATE_##id,
#include "tutor/show/tcp_states.def"
	TCP_STATES
};

/* Name as the kernel's tools have it; -1: no such state. */
const char *tcp_state_name(enum tcp_state state);
int tcp_state_find(const char *name);

enum { PATH_MOST = 40 };

struct end_path {
	const struct model_sock *sock;                 /* NULL: there is no such end */
	int state;                                     /* enum tcp_state; -1: not known */
	struct { int state; bool inferred; } step[PATH_MOST];
	int n;                                         /* the last of it is the state now */
};

struct ends_pair { struct end_path end[2]; };          /* in the order of the programs */

/* How many connections (and sockets that have none) there are to choose from; the newest is 0. */
int ends_count(const struct model *m);
bool ends_at(const struct model *m, int choice, struct ends_pair *out);

/* Did this end go from one state to the other? */
bool end_went(const struct end_path *e, enum tcp_state from, enum tcp_state to);

#endif
