/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The moment that is explained: a task of a model, its call, and the socket of
 * the run or the earlier call that a rule found to be the reason. Nothing here is owned.
 */
#ifndef TUTOR_LEARN_SCENE_H
#define TUTOR_LEARN_SCENE_H

#include "tutor/course/lesson.h"
#include "tutor/learn/past.h"
#include "tutor/model/model.h"

/* What was done earlier and is the reason for what is seen now. */
struct cause {
	int step;
	int actor;                        /* program that did it; -1: not known */
	const char *call;                 /* canonical name; "exit": its process ended; "fault", "lesson": an order, a lesson's order */
};

struct scene {
	const struct model *model;
	struct past *past;                /* NULL: nothing of it can be asked */
	const struct model_task *task;
	const struct model_call *call;    /* NULL: the task ended without one */
	enum moment moment;
	int variant;                      /* -1: not known */
	const struct model_sock *own;     /* the socket that the call acts on; NULL: none, or not known */
	const struct model_sock *other;   /* the socket that a state found; NULL: none */
	const struct model_fd *other_fd;  /* a descriptor that holds it; NULL: none */
	struct cause cause;               /* that a state found; step -1: none */
};

/* False: the task has nothing to explain (it computes, or has not begun). */
bool scene_init(struct scene *s, const struct model *model, int lane);

/* Does the call, result and moment fit? States are not looked at. */
bool scene_fits(const struct scene *s, const struct when *when);

/* Did the call fail? A call that will be restarted has neither failed nor succeeded. */
bool scene_failed(const struct scene *s);

/* It succeeded, but not as one expects: a stream ended (0 bytes came), or fewer bytes were sent than asked. What is
 * written for plain success ("{bytes} bytes came") may be false then. */
bool scene_unusual(const struct scene *s);

/* Bytes that the call asked for; -1: it has no such argument. */
int64_t scene_asked(const struct scene *s);
bool scene_datagram(const struct scene *s);

/* The file descriptor that the call acts on; -1: none. */
int scene_fd(const struct scene *s);
/* The argument of that name, newest side; NULL: none, or not known yet. */
const struct value *scene_arg(const struct scene *s, const char *name);
/* The address argument (bind, connect, sendto) or the address that came out (accept, recvfrom, getpeername); NULL: none. */
const struct value *scene_addr(const struct scene *s, bool out);
const struct model_sock *scene_sock(const struct model *m, int64_t pid, int fd);
const char *scene_actor(const struct model *m, int actor);

/* The host that the call is about: where its address is, else the program's own. -1: there is only one, or it is none of these. */
int scene_host(const struct scene *s);
int scene_host_of(const struct model *m, int actor);

#endif
