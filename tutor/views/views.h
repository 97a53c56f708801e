/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The single views. Each draws its part of a picture into a rectangle and keeps
 * to it. Those that can scroll return the largest useful scroll position.
 */
#ifndef TUTOR_VIEWS_VIEWS_H
#define TUTOR_VIEWS_VIEWS_H

#include "tutor/draw/doc.h"
#include "tutor/views/picture.h"

void view_header(struct surface *s, const struct picture *pic, struct rect r);
void view_keys(struct surface *s, const struct picture *pic, struct rect r, struct drawn *out);
void view_tabs(struct surface *s, const struct picture *pic, struct rect r);

/* A program's pane with its frame: source, output, sockets, as much as its height allows. */
int view_pane(struct surface *s, const struct picture *pic, int actor, struct rect r);
int view_source(struct surface *s, const struct picture *pic, int actor, struct rect r);
int view_output(struct surface *s, const struct picture *pic, int actor, struct rect r);
int view_sockets_full(struct surface *s, const struct picture *pic, int actor, struct rect r);
int view_sockets(struct surface *s, const struct picture *pic, int actor, struct rect r);

/* The sockets of a program: those it has a descriptor for, by process and descriptor, then those that no process holds. */
enum { SOCK_ROWS = 128 };
struct sock_row { int fd; const struct model_sock *sock; };      /* fd -1: nobody holds it */
int sockets_list(const struct model *m, int actor, struct sock_row rows[SOCK_ROWS]);   /* how many there are; rows has the first of them */
bool socket_waits(const struct model_sock *k);                    /* for accept() */
bool socket_repeats(const struct model_sock *k);                  /* it will send again what had no answer: its row counts down to that */
int64_t socket_timer_ms(const struct picture *pic, const struct model_sock *k);       /* what is left of its timer now; -1: it has none */
void socket_doc(struct doc *d, const struct picture *pic, int actor);
int view_source_lines(const struct picture *pic, int actor);
int view_sockets_lines(const struct picture *pic, int actor);
int view_output_lines(const struct picture *pic, int actor);

/* What crossed the wire, and what its packets say. */
int view_wire(struct surface *s, const struct picture *pic, struct rect r);
int view_wire_packet(struct surface *s, const struct picture *pic, struct rect r, int y);   /* the packet drawn in that row; 0: none */
int view_packet(struct surface *s, const struct picture *pic, struct rect screen);
struct doc *packet_doc(const struct picture *pic, enum charset set, int cols);   /* new; release and free it */
/* The TCP states, and where the sockets are in them. */
int view_states(struct surface *s, const struct picture *pic, struct rect r);
struct ends_pair;
enum states_words { STATES_PATH, STATES_NOW, STATES_WHY };      /* the way to each state; only the state; only why */
void states_doc(struct doc *d, const struct picture *pic, const struct ends_pair *pair, enum states_words words);

/* The task of that program the pane speaks of: the one on the card if it is one of its, else its first. NULL: none. */
const struct model_task *picture_task(const struct picture *pic, int actor);

int view_card(struct surface *s, const struct picture *pic, struct rect r);
int view_menu(struct surface *s, const struct picture *pic, struct rect r);
/* Was the right choice of the question made? */
bool question_solved(const struct lesson_question *q, unsigned tried);
int view_question(struct surface *s, const struct picture *pic, struct rect r);
int view_help(struct surface *s, const struct picture *pic, struct rect screen);
int view_words(struct surface *s, const struct picture *pic, struct rect screen);
int view_term(struct surface *s, const struct picture *pic, struct rect screen);

/*
 * Why nothing can be stepped though not all is over, and what can be done, as a sentence or two: by keys on one row of the
 * screen, or by commands that are typed. False: there is something to wait for or to do but to start again.
 */
enum show_manner { SHOW_KEYS, SHOW_WORDS };
bool show_waiting(struct buf *out, const struct picture *pic, enum show_manner manner);

/* Row i of the word list; NULL after the last. Terms of the card first, then the lesson's. */
const struct term *words_at(const struct picture *pic, int i);

/* A term by its id, its English, or its Chinese (whole or a part); NULL: none. */
const struct term *words_named(const struct course *course, const char *name);

/* The term of the card whose underlined text this is, also a plural or a part that a line break cut off; NULL: none. */
const struct term *words_find(const struct picture *pic, const char *text);

/* A text in the languages of the mode, each with its label; terms (may be NULL) are underlined in the English. */
void doc_text(struct doc *d, const struct ui *ui, enum role role, const char *en, const char *zh,
	      const struct term *const *terms, int n_terms);

/* A frame in the middle of the screen around a doc; scrolled, with marks where there is more. */
int draw_over(struct surface *s, struct rect screen, const char *title, struct doc *(*make)(const struct picture *, enum charset, int),
	      const struct picture *pic, int scroll);

/* "more ↓" and "↑ more" on the lower frame of a scrolled part. */
void draw_more(struct surface *s, struct rect frame, enum role role, int scroll, int max);

#endif
