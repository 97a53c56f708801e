/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Calls, values and addresses as a learner reads them:
 * connect(sockfd 3, addr 127.0.0.1:8888, addrlen 16)
 */
#ifndef TUTOR_SHOW_SHOW_H
#define TUTOR_SHOW_SHOW_H

#include "engine/base/buf.h"
#include "tutor/model/model.h"

/* A value on one line. Long ones are cut with a mark. An address in memory that was not followed is words, or (full) a number. */
void show_value(struct buf *out, const struct value *v, bool full);

/* An address struct (or any value) as 127.0.0.1:8888, [::1]:80, a path, @name. False: it is no address; nothing is added. */
bool show_address(struct buf *out, const struct value *v);

/* Whether there is anything to say of an argument now (an out-argument before the call has nothing). */
bool show_is_known(const struct value *v);

/* "= -1 ECONNREFUSED", "= 4 (a new descriptor)", "= 5 bytes", "= 0 (success)". */
void show_result(struct buf *out, const struct model_call *call);

/* The same where the socket is known: 0 bytes of a stream are its end. */
void show_task_result(struct buf *out, const struct model *m, const struct model_task *task, const struct model_call *call);

/* One sentence part in the interface's language: what would wake a sleeping task. */
const char *show_wakes(const char *on);

/* Status of a task: sign ("●") and words ("before connect()"). */
const char *show_sign(const struct model_task *task);
void show_status(struct buf *out, const struct model_task *task, bool full);

/* The sentence of a note (its id, up to the end or a tab), or NULL where the reader need not know. */
const char *show_note(const char *id);

/* Sentence i (from 0) about what the system did not grant to this run's stage; NULL after the last. */
const char *show_missing(const struct model *m, int i);

/* "2 s", "300 ms", "50 µs". */
void show_while(struct buf *out, int64_t ns);
/* "poll() (2 s)": a timer by its call and how long it was to be. */
void show_timer(struct buf *out, const char *of, int64_t asked);
/* That the next step lets a timer run out; the model has one due. */
void show_due(struct buf *out, const struct model *m);

/* A socket's state: the kernel's word in capitals, else what the calls tell, in the interface's language; may be "". */
const char *show_state(const struct model_sock *sock);
/* It keeps datagrams: of its receive queue the kernel tells only the length of the first one. */
bool show_is_datagram(const struct model_sock *sock);
/* "TCP", "UDP", "Unix stream", …: */
const char *show_protocol(const struct model_sock *sock);

#endif
