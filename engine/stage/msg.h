/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One message, and the file descriptors that travel with it, over a
 * SOCK_SEQPACKET socket of AF_UNIX between tutor, stagehand, keeper and a
 * process about to become a program. unix(7).
 */
#ifndef ENGINE_STAGE_MSG_H
#define ENGINE_STAGE_MSG_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { MSG_FDS = 3 };   /* most descriptors in one message */

/* A connected pair, close-on-exec. False with errno set on failure. */
bool msg_pair(int pair[2]);

/* Send len bytes with n descriptors (n <= MSG_FDS; they stay open here). False with errno set; never raises SIGPIPE. */
bool msg_send(int sock, const void *data, size_t len, const int *fds, unsigned n);

/*
 * Receive one message of exactly len bytes. fds (may be NULL) holds MSG_FDS and is filled with new close-on-exec
 * descriptors, -1 where none came. *from (may be NULL; needs SO_PASSCRED) is the sender's pid as seen from here.
 * False with errno set; ECONNRESET when the other end is gone, EPROTO when the length is another.
 */
bool msg_recv(int sock, void *data, size_t len, int *fds, pid_t *from);

/* The other end is gone; what it sent may still be there. Does not block. */
bool msg_is_over(int sock);

/* Close the descriptors that are not -1. */
void msg_close(int fds[MSG_FDS]);

#endif
