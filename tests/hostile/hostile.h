/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Programs that are hard to hold: each is one function, run by `hostile NAME`.
 * The script beside this file says how each must end.
 */
#ifndef TESTS_HOSTILE_H
#define TESTS_HOSTILE_H

#include <netinet/in.h>

/* Name of the program, C function `hostile_NAME`. The value it returns is the exit status. */
#define HOSTILE(X) \
	X(crash) X(at_once) X(no_socket) X(fork_50) X(print_much) X(read_much) X(close_stdout) X(daemonise) X(threads_300) \
	X(exec_from_thread) X(exec_from_leader) X(vfork_exec) X(vfork_exit) X(die_with_threads) X(leader_leaves) X(kill_held) X(kill_forking) X(take_turns) X(spawn) X(fork_while_dying) \
	X(block_sigterm) X(stop_and_go) X(stop_for_ever) X(background) X(eintr) X(eintr_restart) X(eintr_sleep) X(eintr_loop) X(handler_calls) X(handler_jumps) X(jump_args) X(jump_away) X(alt_stack) X(alt_stack_calls) X(handler_in_handler) X(sigpipe) X(signal_storm) \
	X(poll_clients) X(select_clients) X(epoll_clients) X(parallel_threads) X(pipe_between) \
	X(read_terminal) X(cat_terminal) X(spin) X(nap) X(ignored_epoll) X(ignored_epoll2) X(ignored_sigwait) X(ignored_recv) X(uring) X(wait_for_ever) X(pass_fd) X(close_range) X(dup2_games) X(shared_fds) X(shared_fds_stay) X(unshare_fds) X(pipeline) X(cloexec) X(own_terminal) \
	X(untraced) X(untraced3) X(int_80) X(futex_wait) X(wake_often) X(no_end) X(disconnect) X(splice_full)

#define X(name) int hostile_##name(void);
HOSTILE(X)
#undef X

/* Helpers; all end the program with status 99 when something does not work. */
_Noreturn void broken(const char *what);
int listening(struct sockaddr_in *addr);             /* TCP, 127.0.0.1, a port of the kernel's choice */
int connected(const struct sockaddr_in *addr);
void nap_ms(int ms);
void on_signal_do(int signo, int flags);             /* a handler that does nothing */

#endif
