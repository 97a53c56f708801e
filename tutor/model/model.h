/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The state of a run at one place in its log: state = fold(events[0..cursor]).
 * Views read this and nothing else about the run. Moving back is building the
 * model at an earlier cursor; snapshots every 1,024 events keep that fast.
 *
 * Everything in a model is owned by it (one arena); pointers are good until
 * the next model_to() on it.
 */
#ifndef TUTOR_MODEL_MODEL_H
#define TUTOR_MODEL_MODEL_H

#include "engine/log/log.h"

enum task_status {
	TASK_STARTING,   /* not yet held at any call */
	TASK_BEFORE,     /* held before a call */
	TASK_ASLEEP,     /* in the kernel */
	TASK_AFTER,      /* held after a call */
	TASK_RUNNING,    /* computing; no call for now */
	TASK_STOPPED,    /* by a stop signal */
	TASK_ENDED,
};

struct model_call {
	const char *call, *canon;         /* NULL: none yet */
	const struct value *args;         /* the newest knowledge: out-arguments after the call */
	const char *file, *func;          /* source line that made it; NULL, 0: not known */
	int line;
	int nth;                          /* how many times this task made this canonical call from this line, from 1 */
	const char *asleep_on;            /* NULL: it did not sleep (or not yet) */
	int asleep_fd;                    /* -1: none */
	bool returned, restart, hidden;
	int64_t ret;
	const char *err;                  /* NULL: no error */
	int errn;
	const struct value *retv;
	const char *fault, *fault_name;   /* what it is to meet, or has met (see `fault` in event.def); NULL: nothing; no name */
	int64_t fault_n;
	int fault_whom;                   /* lane; -1: its own task */
	bool fault_by_lesson;
	const char *instead, *instead_name;   /* the order of which this one took the place; NULL: none; no name */
	int64_t instead_n;
	const char *injected;             /* what it met, when it has returned; NULL: nothing */
	bool undone;                      /* the kernel did not make the call */
};

struct model_task {
	int lane, actor, parent;
	int64_t tid, itid, pid, ipid;
	const char *how;
	enum task_status status;
	struct model_call call;           /* the current or last step-worthy call (any call when the model shows all) */
	int exit_code, exit_signo;        /* when ENDED: code -1 = by signal */
	const char *exit_signal;
	const char *last_signal;          /* delivered during the current step; NULL: none */
};

/* What changed in a socket, or-ed. */
enum { SOCK_IS_NEW = 1, SOCK_STATE = 2, SOCK_QUEUES = 4, SOCK_ENDS = 8, SOCK_GONE = 16 };

struct model_sock {
	int sock;
	const char *domain, *type, *proto, *state;
	const struct value *local, *peer;
	int backlog, from;
	const char *kernel;               /* TCP state by the kernel's word; NULL: not asked, then `state` is what is remembered */
	int64_t recvq, sendq;             /* see `socket` in event.def; -1: not known */
	int actor;                        /* the program whose socket it is, also when no process holds it any more; -1: nobody's */
	const char *why;                  /* what brought it to its TCP state: a call, a packet's flags; NULL: not known */
	const struct value *info;         /* what else the kernel says; NULL: nothing */
	int64_t info_t;                   /* when it said so: nanoseconds since the run began */
	bool gone, frozen;                /* the kernel does not have it any more; a filter drops all that comes for it */
	unsigned changed;                 /* SOCK_* that changed in step changed_in */
	int changed_in;
	int64_t was_recvq, was_sendq;     /* before that step */
	int past;                         /* its newest TCP state in model.states; -1: none */
};

/* A TCP state that a socket was in. The path to it is followed through `before`. */
struct model_state {
	int64_t at;                       /* the event that told */
	int sock, step, before;           /* before: the one it was in before that, in model.states; -1: none */
	const char *state, *why;
};

struct model_fd {
	int64_t pid;
	int fd, sock;                     /* sock -1: not a socket */
	bool cloexec;
	const char *kind;
};

struct model_actor {
	const char *name;                 /* server */
	const char *program;
	const struct value *argv;         /* list of text */
	int host;                         /* of those joined by the cable, from 0; -1: all programs are on one */
	const char *address;              /* of that host; "": there is only one */
	struct buf output;                /* the last MODEL_OUTPUT bytes of its terminal: what it wrote, and what was typed */
	int64_t output_total;
};

enum { PACKET_HEAD = 24 };

/* A packet as its event tells (see `packet` in event.def). The same in every model of a log. */
struct model_packet {
	int64_t event;                    /* where in the log its bytes are */
	int id, step, actor, to, sock, tosock, host, tohost, again;
	int talk;                         /* packets between the same two ports have the same number, from 1; 0: it has no ports */
	int64_t at, seq, ack, window;
	int len, payload, sport, dport;
	const char *kind, *flags, *what, *broken;   /* NULL: none */
	const char *src, *dst;            /* addresses without port; NULL: none */
	const char *about;                /* ICMP, ARP: what it says; NULL: nothing */
	unsigned char head[PACKET_HEAD];  /* the first bytes of its payload */
	unsigned char n_head;
	int fate;                         /* the last of its fates in the log so far, in model.fates; -1: none */
};

struct model_fate {
	int64_t at;                       /* the event that told */
	int id, step, before, copy;       /* before: an earlier one of the same packet; -1: none */
	const char *what;
};

/* What was last done to the wire. */
struct model_wire {
	bool holding;                     /* packets are held until they are let go; which ones, as it was ordered last: */
	int host, port;                   /* -1, 0: any */
	const char *flags;                /* NULL: any */
	unsigned unplugged;               /* hosts whose cable is pulled, one bit each */
};

/* The programs' own time, once it was moved on. */
struct model_timer {
	const char *of;                   /* NULL: no timer has run out yet */
	int64_t asked, clock;             /* nanoseconds */
	int step, actor;
};

/* What the next step does when no task can move: it lets this timer run out. */
struct model_due {
	const char *of;                   /* NULL: there is none */
	int lane;                         /* the task that sleeps in it; -1: it is a signal's, or a descriptor's */
	int64_t asked;                    /* how long it was to be, nanoseconds */
};

/* In output: what follows, to the end of its line, was typed to the program. It does not write this byte itself. */
#define MODEL_TYPED '\x1c'

enum { MODEL_OUTPUT = 16384 };

struct model {
	int64_t cursor;                   /* events applied: 0 … log_count */
	int64_t t;                        /* when the newest of them was: nanoseconds since the run began */
	const struct log *log;            /* they are these; NULL: the model was made in another way */
	int step;                         /* number of the last settled step */
	int moved;                        /* lane the last step moved; -1: none */
	int next;                         /* lane that should move next; -1: none */
	const char *why;                  /* of the last settled */
	bool settled, ended;
	const char *lesson, *variant;
	const struct value *stage;
	bool real_time;                   /* it goes on while the programs are held; else it is their own */
	struct model_actor *actors;  int n_actors;
	struct model_task *tasks;    int n_tasks;    /* by lane */
	struct model_sock *socks;    int n_socks;    /* by sock - 1 */
	struct model_fd *fds;        int n_fds;      /* open ones only, by pid then fd */
	const char **notes;          int n_notes;    /* "id\ta0\ta1", newest last */
	const struct model_packet *packets; int n_packets;   /* those until here, by id - 1 */
	const struct model_fate *fates;     int n_fates;     /* those until here, in order */
	const struct model_state *states;   int n_states;
	struct model_wire wire;
	struct model_timer timer;
	struct model_due due;             /* of the last settled */
	bool show_all;                    /* hidden calls count as the current call */
};

/* What has become of a packet until here; NULL: nothing happened to it on its way. */
const struct model_fate *model_fate(const struct model *m, const struct model_packet *p);

/* Is it under way until it is let go, or until another has passed it? */
bool model_in_flight(const struct model *m, const struct model_packet *p);

bool model_any_in_flight(const struct model *m);   /* of the newest packets */

/* The packet that left its host after this one and came to the far end before it: of several, the last to come. 0: none, or it
 * has not come yet. */
int model_arrived_after(const struct model *m, const struct model_packet *p);

/* The socket of which a kernel will be the first to send something again by itself if no answer comes; ms: how long after the
 * model's newest event, below 0 if it was due before. NULL: there is none. */
const struct model_sock *model_sends_again(const struct model *m, int64_t *ms);

struct model_store;                   /* a log with its snapshots */

struct model_store *model_store_new(const struct log *log);
void model_store_free(struct model_store *s);

/* The model after the first `cursor` events (0 … log_count). Kept inside the store: good until the next call. NULL: the log cannot be read (err). */
const struct model *model_at(struct model_store *s, int64_t cursor, struct err *err);
void model_show_all(struct model_store *s, bool all);

/* Cursor just after the `settled` event before / after this cursor, and what was ordered for a held call then; -1: there is none.
 * Step 0 (programs started) is the first. */
int64_t model_back(struct model_store *s, int64_t cursor);
int64_t model_forward(struct model_store *s, int64_t cursor);

#endif
