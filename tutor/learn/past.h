/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the programs did before a moment, newest first: read back from the log
 * when a rule asks for it, and only as far as it asks. Of a long run only the last
 * PAST_MOST such events are looked at; what lies before them is not known.
 */
#ifndef TUTOR_LEARN_PAST_H
#define TUTOR_LEARN_PAST_H

#include "engine/base/arena.h"
#include "tutor/model/model.h"

enum { PAST_MOST = 2000 };

struct deed {
	const struct event *e;    /* after, fd, exit, fault, signal, or socket (without its addresses) */
	int64_t pid;              /* the process that did it, is held (fault), gets it (signal); 0: none */
	int fd;                   /* after: the descriptor that the call acted on; -1: none */
	int sock;                 /* after: its socket then; socket: that one; -1: none */
};

struct past {
	const struct model *model;
	struct arena arena;
	struct deed *deeds; int n, room;       /* read so far */
	struct model_fd *fds; int n_fds, room_fds;   /* as they were at the oldest of these */
	int64_t next;                          /* the event to read next; -1: the beginning is reached */
};

void past_init(struct past *p, const struct model *model);
void past_release(struct past *p);

/* Deed i, from 0 = the newest; NULL: there is no more. */
const struct deed *past_deed(struct past *p, int i);

/* A call that returned, by its canonical name (NULL: any) on that socket (-1: any); NULL: this deed is none. */
const struct event_after *deed_call(const struct deed *d, const char *canon, int sock);

/* The other end of a connected socket; NULL: not in this run, or not known. */
const struct model_sock *past_peer(struct past *p, const struct model_sock *sock);
/* The program that has the socket, or had it last; -1: not known. */
int past_actor(struct past *p, int sock);

#endif
