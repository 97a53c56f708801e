/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known of a run's sockets by the kernel's word. For observe*.c and those that see connections come. */
#ifndef ENGINE_OBSERVE_OBSERVE_H
#define ENGINE_OBSERVE_OBSERVE_H

#include "engine/run_state.h"
#include "engine/trace/sockstat.h"

/* Two addresses: by these a socket is known again when no process holds it. An IPv4 address is kept as ::ffff:a.b.c.d. */
struct pair {
	uint16_t protocol, host, port[2];   /* protocol 0: none */
	unsigned char addr[2][16];
};

/* What the log has of it beside the fields of struct sock. */
struct shown {
	int64_t recv_fin, send_fin, send_syn, full_here, full_there;
	int64_t timer, retransmits, drops, memory;
	int64_t option[SOCKSTAT_OPTIONS];
};

/* Numbers that other machines and other moments make different: nothing in a run depends on how often they change. */
struct measured {
	int64_t unacked, mss, rcv_wnd, snd_wnd, send_memory;
};

struct socket_seen {
	struct pair pair;
	int actor;                     /* its side; -1: not known */
	const struct process *holder;  /* in this look; NULL: no process has it */
	int held_as;                   /* as this descriptor */
	int64_t fin_end;               /* relative sequence number after its FIN; -1: it has sent none */
	struct shown shown;
	struct measured measured;
	bool has_info;                 /* its last `info` in the log had something in it */
	bool gone;
};

/* One socket in one look. */
struct looked {
	struct sock *sock;
	bool known, gone;
	bool timed;                    /* nobody holds it, so only packets and its timer change it */
	struct sockstat now;
};

struct step_packet {
	int id;
	int to;                        /* the socket it came to; -1: none, or it has not come */
	struct pair for_pair;          /* the addresses of that socket, which may be newer than the packet */
	unsigned flags;
	int64_t ack;                   /* relative; -1: not known */
	bool came;                     /* false: it waits in the cable, or is lost */
};

enum { STEP_PACKETS = 256 };           /* of more in a step, the last */

struct observer {
	struct diag *diag;             /* NULL: there is no network of the run's own */
	bool no_list;                  /* the kernel's list is refused */
	struct arena arena;            /* of this look */
	struct sock **live;            /* all that the kernel may still have, by number */
	struct looked *looked;         /* the same */
	int n, room;
	int known;                     /* of run->socks.all, so many were taken into live */
	struct step_packet packets[STEP_PACKETS];
	struct step_packet sent[STEP_PACKETS];   /* the last ones of the run, at their id % STEP_PACKETS */
	int n_packets;                 /* in this step; the i-th is at i % STEP_PACKETS */
	int64_t due;                   /* when the earliest timer ends that changes what is shown: monotonic; 0: there is none */
};

int host_index(const struct run *run, int actor);   /* the host a program is on, from 0 */

struct looked *observer_add(struct observer *o, struct sock *s);

struct pair pair_of(int host, int protocol, const struct packet_end *here, const struct packet_end *there);

/* Sockets in the list that no process holds and none of ours was: whose are they? Adds them. */
void observe_strays(struct run *run);

/* What brought the socket to its new state (NULL: gone): a call, the flags of a packet, or timer; NULL: not certain. */
const char *observe_why(const struct observer *o, struct arena *a, const struct looked *l);

/* The connection that a task has just been given as fd, if it waited in the listener's queue when last looked at. */
struct sock *observe_accepted(struct run *run, struct task *task, int fd, const struct sock *listener);

#endif
