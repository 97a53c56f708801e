/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What app.c and the files of commands share. */
#ifndef TUTOR_APP_STATE_H
#define TUTOR_APP_STATE_H

#include "tutor/again.h"
#include "tutor/app/app.h"
#include "tutor/command.h"
#include "tutor/model/passed.h"
#include "tutor/opened.h"
#include "tutor/term/term.h"

/* What a handler asks for. The app draws; handlers never do. */
enum reaction { REACT_NONE, REACT_REDRAW, REACT_RELAYOUT, REACT_QUIT };

enum asking { ASK_COMMAND, ASK_INPUT, ASK_UNTIL, ASK_STEP };

struct app {
	const struct app_options *options;
	struct session *session;
	struct terminal *term;        /* NULL in tests */
	struct ui ui;
	struct picture pic;
	struct drawn drawn;
	int rows, cols;               /* of the last picture */
	enum charset set;
	struct explanation explain;
	struct sources sources;
	struct passed passed;
	struct opened_packet packet;  /* the one on the page */
	struct progress progress;
	struct menu_item *menu;       /* owned */
	struct fault_offer *faults;   /* owned; NULL: the list is not open */
	enum asking asking;           /* what the open prompt is for */
	int stay;                     /* task that stays on the card when the step is over; -1: who moved */
	int chosen;                   /* task the learner chose to move; -1: as the lesson says */
	char until[PROGRESS_NAME];    /* running on to this call; empty: not */
	char message[512], also[512]; /* the same in the other language */
	int64_t auto_at;              /* when the next step goes by itself (CLOCK_MONOTONIC, ms); 0: not decided yet */
	enum theme theme;
	bool show_all;
	bool said_waiting;            /* the message says that nothing moves */
	bool told_loss;               /* that the log of this run is not kept */
	bool stepping;                /* a step was begun and is not settled */
	bool stale;                   /* the model or what explains it must be read again */
};

void app_init(struct app *app, struct session *session, const struct app_options *options);
void app_release(struct app *app);
void app_fill_menu(struct app *app);

/* A session has just been opened: show it from its beginning. */
void app_begin(struct app *app);

/* Read the model at the cursor and all that follows from it. */
void app_refresh(struct app *app);
void app_draw(struct app *app, struct surface *s);

/* After the run was pumped: whether a step is over, and what then. */
enum reaction app_after_pump(struct app *app);

enum reaction app_key(struct app *app, const struct key *key);
enum reaction app_command(struct app *app, enum command command, const char *arg);
void app_open_term(struct app *app, const struct term *t);   /* its card, over the page */

/* One line for the learner, in the interface's words; where both languages are shown, in the other one's, too: what it is made
 * of is evaluated once in each. */
#define app_say(app, ...) \
	do { \
		app_say_first(app, __VA_ARGS__); \
		if (app_other_words(app)) \
			app_say_second(app, __VA_ARGS__); \
	} while (0)
void app_say_first(struct app *app, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool app_other_words(struct app *app);
void app_say_second(struct app *app, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void app_say_error(struct app *app, const struct err *err);
const char *app_sentence(const struct err *err, struct buf *b);   /* what b holds then */

enum { QUICK_MS = 30 };           /* most steps are over by then: one picture instead of two */

/* run.c */
bool act_on_run(const struct app *app);
enum reaction act_go(struct app *app, enum run_how how);
void act_say_waiting(struct app *app);                                            /* why nothing can be stepped */
enum reaction act_moved(struct app *app, bool moved);                             /* in history */
enum reaction act_first(struct app *app);                                         /* the beginning of what happened */
enum reaction act_step(struct app *app, const char *number);
enum reaction act_open(struct app *app, const struct lesson *lesson, bool resume);
enum reaction act_again(struct app *app, const struct need *need);               /* to the step that is shown; need: why, NULL: one wants it */
enum reaction act_restart(struct app *app, enum variant variant);
enum reaction act_choose_task(struct app *app, const char *arg);
enum reaction act_choose_next(struct app *app);
void act_leave_lesson(struct app *app, const char *why);
void act_save_place(struct app *app);
void act_tell_loss(struct app *app);                                              /* once, if the log of this run is kept no more */

/* act.c */
enum reaction act_answer(struct app *app, int choice);                            /* at a question */
void act_save_solved(struct app *app, int question);                              /* run.c: it was answered right */

/* fault.c */
enum reaction act_fault(struct app *app, const char *words);                       /* "": the list of what can happen */
enum reaction act_fault_key(struct app *app, enum command c);                      /* while the list is open */

const char *const *act_fault_names(const struct app *app);                        /* for the prompt; as act_term_names */

/* program.c */
enum reaction act_switch_program(struct app *app, const char *arg);

/* wire.c */
bool act_on_view(const struct app *app, enum pane_view view);                     /* its keys are the view's own */
enum reaction act_view(struct app *app, enum pane_view view);                     /* show it, or the code again */
enum reaction act_choose_packet(struct app *app, int by);
enum reaction act_click_packet(struct app *app, int y, int x);                    /* REACT_NONE: there is none */
void act_choose_ends(struct app *app, int by);
enum reaction act_open_packet(struct app *app, int id);
enum reaction act_packet(struct app *app, const char *arg);
enum reaction act_wire(struct app *app, const char *words);                       /* an order for the wire; none: show it */
enum reaction act_hold(struct app *app);
enum reaction act_pass(struct app *app);
enum reaction act_drop(struct app *app, const char *words);

/* auto.c */
void act_auto_begin(struct app *app);
enum reaction act_auto(struct app *app, const char *seconds);                     /* on or off */
bool act_auto_key(struct app *app, const struct key *key);                        /* true: it paused or went on, no more */
void act_auto_refresh(struct app *app);                                           /* it stops where everything is over */
int act_auto_wait(struct app *app);                                               /* ms until the next step; -1: none */
enum reaction act_auto_step(struct app *app);                                     /* if it is time */

/* prompt.c */
enum reaction act_prompt(struct app *app, enum asking asking);
enum reaction act_typed(struct app *app, const char *line);
enum reaction act_send_text(struct app *app, const char *line);
enum reaction act_until(struct app *app, const char *call);
void act_run_on(struct app *app);                                                 /* one step of that, unless it is there */

/* What the prompt completes; NULL-ended, good until the next call. */
const char *const *act_term_names(const struct app *app);
const char *const *act_lesson_names(const struct app *app);

#endif
