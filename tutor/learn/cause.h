/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What lies behind a result: who closed, which packet came, what was set before.
 * All of it is read from the log of the run; where it does not tell, neither do we.
 */
#ifndef TUTOR_LEARN_CAUSE_H
#define TUTOR_LEARN_CAUSE_H

#include "tutor/learn/scene.h"

/* The other end of the call's socket, and its program (-1: not known). */
const struct model_sock *cause_peer(const struct scene *s);
int cause_peer_actor(const struct scene *s);

/* What ended this socket's sending: the shutdown(2) of it, the last close(2), or the end of its process. */
bool cause_ended(const struct scene *s, int sock, struct cause *out);
/* Its last descriptor was closed. */
bool cause_closed(const struct scene *s, int sock, struct cause *out);
/* The program's own shutdown(2) of its socket, for reading or for writing. */
bool cause_shut(const struct scene *s, int sock, bool reading, struct cause *out);
/* An earlier call on its socket that found this errno, really and not by order. */
bool cause_told(const struct scene *s, const char *err, struct cause *out);
/* The close(2) of the call's descriptor number in its process. */
bool cause_fd_closed(const struct scene *s, struct cause *out);

/* The order that broke the connection of the call's socket off by an RST: from this end, or from the other. */
bool cause_broken(const struct scene *s, bool from_here, struct cause *out);
/* The step of the order by which the tutor sent the signal that ended this task, or the process whose end a state found, or
 * that came in this step; -1: another sent it. */
int cause_ordered(const struct scene *s);

/* The socket whose last descriptor the call, a close(2), has closed; NULL: none. */
const struct model_sock *cause_closed_now(const struct scene *s);

/* Bytes that lay unread in a socket when it was closed; -1: not known. */
int64_t cause_unread(const struct scene *s, int sock);

/* What setsockopt(2) set last, here or on the listening socket it came from; NULL: nothing. */
const struct value *cause_option(const struct scene *s, int sock, const char *name);
bool cause_is_on(const struct scene *s, int sock, const char *name);
/* How long the call may wait, in ms: by its own argument (poll, select, epoll_wait), or by its socket's time limit; 0: no limit. */
int64_t cause_time_limit(const struct scene *s);
/* O_NONBLOCK was set on the call's socket, or MSG_DONTWAIT is among the call's flags. */
bool cause_nonblocking(const struct scene *s);
bool cause_flagged(const struct scene *s, const char *flag);

/* Numbers of packets; 0: none was seen. To the call's socket with that TCP flag; ICMP errors about what it sent; the first it
 * sent with that flag. */
int64_t cause_packet_in(const struct scene *s, const char *flag);
int64_t cause_icmp(const struct scene *s);
int64_t cause_packet_out(const struct scene *s, const char *flag);
/* ARP questions for that IP address: how many, and the number of the first. */
int64_t cause_arps(const struct scene *s, const char *ip, int64_t *first);
/* How many packets with that flag (NULL: any that repeats another, or probes the window) the call's socket sent. */
int64_t cause_sent(const struct scene *s, const char *flag);
/* The newest packet to the call's socket that told a window of 0, if none after it told of room; 0: there is none. */
int64_t cause_zero_window(const struct scene *s);
/* Length of the datagram of which the bytes that came are only the beginning, because the buffer was too short; 0: it is not so. */
int64_t cause_datagram(const struct scene *s);
/* Packets were watched in this step, and the call's socket sent none. */
bool cause_silent(const struct scene *s);

/* Over how many sends of the other end the bytes of this receive stretch, and the length of the one where it began; 0: not known. */
int64_t cause_sends(const struct scene *s, int64_t *length);

/* Descriptors that a poll, select or epoll_wait waits for: "fd 3 (POLLIN), fd 5 (POLLOUT)". False: none, or not known. */
bool cause_waits(const struct scene *s, struct buf *out);

#endif
