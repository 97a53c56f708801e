/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between effect.c and effect_sock.c: one call being applied. */
#ifndef ENGINE_TRACE_EFFECT_APPLY_H
#define ENGINE_TRACE_EFFECT_APPLY_H

#include "engine/trace/effect.h"

struct effect {
	const struct effect_sink *to;
	struct socks *socks;
	struct task *task;
	struct fdtable *fds;
	int64_t ret;
	const uint64_t *reg;
	const struct value *args;
};

/* effect_sock.c. False: the call is none that changes a socket. */
bool effect_on_socket(struct effect *x);
/* connect() returned EINPROGRESS. */
void effect_connecting(struct effect *x);

/* effect.c */
void effect_tell_sock(const struct effect_sink *to, struct task *task, const struct sock *s);
void effect_open_fd(struct effect *x, int fd, const char *kind, struct sock *sock, bool cloexec);
/* The n-th number of a list argument (sv, pipefd); -1: none. */
int effect_nth_fd(struct effect *x, const char *arg, unsigned n);
/* Descriptors that came with a message: all in this value. */
void effect_receive_fds(struct effect *x, const struct value *v);

#endif
