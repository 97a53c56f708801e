/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All that a picture is made of. Views are pure functions of a picture and a
 * size: they change nothing, remember nothing and know no terminal.
 */
#ifndef TUTOR_VIEWS_PICTURE_H
#define TUTOR_VIEWS_PICTURE_H

#include "tutor/course/course.h"
#include "tutor/learn/explain.h"
#include "tutor/model/model.h"
#include "tutor/show/source.h"
#include "tutor/views/layout.h"

enum ui_lang { UI_BOTH, UI_EN, UI_ZH, UI_LANGS };
enum page { PAGE_MENU, PAGE_RUN, PAGE_QUESTION };
enum play { PLAY_OFF, PLAY_PAUSED, PLAY_ON };
enum overlay { OVERLAY_NONE, OVERLAY_HELP, OVERLAY_WORDS, OVERLAY_TERM, OVERLAY_PACKET, OVERLAY_FAULTS };

/* Where the learner stands with a lesson. */
struct menu_item {
	const struct lesson *lesson;
	bool done;
	int step;                  /* last step seen; 0: not begun */
	unsigned solved;           /* questions that were answered right, one bit each */
};

/* A line being typed. */
struct prompt_view {
	const char *label;         /* ":"; NULL: nothing is being typed */
	const char *text;
	size_t cursor;             /* bytes before it */
	const char *const *offers; /* completions to choose from, NULL-ended; NULL: none */
};

/* A result that was gone past without being looked at. */
struct past_result {
	int lane;
	struct model_call call;
};

enum { PAST_OTHERS = 3 };

/* What came before the moment on the card. */
struct past {
	struct past_result last;   /* the task's own result, just before this call; lane -1: it was seen, or there is none */
	struct past_result others[PAST_OTHERS]; int n_others;  /* results of other tasks in this step */
	int since;                 /* step at which the task came to this moment; -1: not known */
};

struct ui {
	enum page page;
	enum overlay overlay;
	enum ui_lang lang;
	enum pane_view view;
	enum zoom zoom;
	bool simpler;              /* easier texts in place of the full ones */
	int lane;                  /* task on the card; -1: none */
	int target;                /* task that the next step moves; -1: none */
	bool look;                 /* its moment was not on the card yet: the next step only shows it */
	bool history;              /* looking back; the programs are held at the newest step */
	int last_step;             /* newest step of the run */
	bool replay;               /* a saved log: nothing is live */
	bool busy;                 /* a step is being made */
	bool cable;                /* live, and the wire can be held */
	enum play play;            /* does it go on by itself? */
	double pause;              /* seconds between its steps */
	bool leaving;              /* the learner wants to go */
	int scroll_card, scroll_pane, scroll_over;
	int packet;                /* chosen packet of the wire, by its number; 0: none, the newest is in sight */
	int ends;                  /* chosen connection of the TCP states; 0: the newest */
	int pick;                  /* chosen row of the menu */
	int word;                  /* chosen row of the word list; -1: the open card was not reached from it */
	int fault;                 /* chosen row of what can happen */
	const struct term *term;   /* of the open glossary card */
	int question, answer;      /* question shown; choice whose reason is shown, -1: none */
	unsigned tried;            /* choices made at this question, one bit each */
	int64_t since;             /* nanoseconds since the model's newest event, for timers of the kernel; 0 where nothing goes on */
	const char *message;       /* one line for the learner; NULL: none */
	const char *also;          /* the same in the other language; NULL: only one is shown, or it is the same */
	struct prompt_view prompt;
};

/* The packet that is looked at. */
struct packet_view {
	const struct value *layers;   /* packet_describe; NULL: its bytes are not kept */
	const unsigned char *bytes; size_t len, total;
};

struct picture {
	const struct ui *ui;
	const struct course *course;        /* NULL: none */
	const struct lesson *lesson;        /* NULL: the user's own programs */
	enum variant variant;
	const struct model *model;          /* NULL: no run */
	const struct explanation *explain;  /* of ui->lane; NULL: none */
	const struct past *past;            /* of ui->lane; NULL: not known */
	const struct sources *sources;
	const struct menu_item *menu; int n_menu;
	const struct packet_view *packet;   /* ui->packet; NULL: none */
	const struct fault_offer *faults; int n_faults;   /* what can happen to the held call, while that list is open */
};

/* What was drawn, for whoever handles the next key. */
struct drawn {
	struct layout layout;
	int card_max, pane_max, over_max;   /* largest useful scroll positions */
	int cursor_y, cursor_x;             /* -1: hidden */
};

/* Draw everything. The surface must have been cleared. */
void screen_draw(struct surface *s, const struct picture *pic, struct drawn *out);

/* The stage of the programs has ended too early, and they with it. */
bool picture_gone(const struct picture *pic);

/* Every program has ended, and not because the stage is gone. */
bool picture_over(const struct picture *pic);

/* Every task sleeps or has ended, and no program of the run can wake another. */
bool picture_stuck(const struct picture *pic);

/* A task that waits for a line of the learner's; NULL: none. */
const struct model_task *picture_reader(const struct picture *pic);

/* The lesson after this one in the course; NULL: there is none. */
const struct lesson *picture_following(const struct picture *pic);

/* Which of the two languages a text shows in this mode. */
bool ui_shows(const struct ui *ui, enum lang lang);
unsigned ui_langs(const struct ui *ui);   /* 1 << enum lang, or-ed */

#endif
