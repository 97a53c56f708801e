/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events as paragraphs of text for plain mode. Each function prints to standard output. */
#ifndef TUTOR_PLAIN_TEXT_H
#define TUTOR_PLAIN_TEXT_H

#include "tutor/again.h"
#include "tutor/learn/explain.h"
#include "tutor/plain/feed.h"
#include "tutor/plain/last.h"
#include "tutor/plain/plain.h"
#include "tutor/show/source.h"

struct plain {
	struct session *s;
	struct plain_options options;
	struct sources sources;
	struct explanation explain;
	int64_t shown;               /* events printed so far */
	struct feed feed;
	struct last last;
	int at;                      /* task before the call that `until` looked for; -1: none */
	int lane;                    /* task the learner chose; -1: as the lesson says */
	bool asking;                 /* the questions are being asked */
	unsigned glossed;            /* kinds of packets that were explained, one bit each */
	bool stuck;                  /* a lesson whose programs all sleep for ever */
};

void plain_title(struct plain *p, const struct model *m);
bool plain_events(struct plain *p, int64_t to, struct err *err);   /* print events [shown, to) */
void plain_now(struct plain *p, const struct model *m);            /* the state of each task, one line each */
void plain_moment(struct plain *p, const struct model *m, int lane);  /* one task's moment, as when it came */

void plain_offers(struct plain *p, const struct model *m, int lane);  /* what can happen to its held call */

/* Text that is wrapped where words end, on a terminal; lines after the first are indented by `hang`. */
void plain_put(int hang, const char *text);

/* wire.c */
void plain_packet(struct plain *p, const struct model *m, int64_t id);              /* one packet, on a line under its step */
void plain_fate(struct plain *p, const struct model *m, int64_t id);
void plain_order(const struct event *e, const struct model *m);
void plain_timer(const struct event *e);
void plain_packets(struct plain *p, const char *id);               /* every field of one; "": all packets, a line each */
void plain_states(struct plain *p);
struct wire_words;
struct wire_order;
bool plain_read_order(struct plain *p, const char *words, struct wire_words *w, struct wire_order *o);

/* plain.c */
bool plain_advance(struct plain *p, int lane, enum run_how how, struct err *err);   /* one step; false: none, or err */
bool plain_print_new(struct plain *p, struct err *err);
bool plain_again(struct plain *p, const struct need *need, struct err *err);   /* the run, again to this step; need: why, NULL: one wants it */
void plain_wait_for_line(struct plain *p);                           /* the kernel and the cable go on meanwhile */
void plain_fault(struct plain *p, int lane);                        /* a fault was ordered for its call: wait, print what it did */
bool plain_is_over(void);                                          /* a signal came, or nobody reads the output */

/* talk.c: obey lines from standard input until its end. */
void plain_talk(struct plain *p);

void plain_term(struct plain *p, const struct term *term);
void plain_words(struct plain *p);
void plain_summary(struct plain *p);                               /* what to remember of the lesson */
void plain_question(struct plain *p, int i);
void plain_answer(struct plain *p, int question, int choice);

/* One text in the languages that are shown, each on its lines with "EN" and "中" before it. */
void plain_both(struct plain *p, const char *indent, const char *en, const char *zh);

#endif
