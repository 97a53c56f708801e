/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between the files of every: what several of them make calls with. */
#ifndef TESTS_TRACE_EVERY_CALL_EVERY_H
#define TESTS_TRACE_EVERY_CALL_EVERY_H

#include <errno.h>
#include <stdbool.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define _LINUX_TCP_H   /* netinet/tcp.h is here already; the tables are linked, not compiled in */
#include "engine/decode/constants.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/errqueue.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <linux/net_tstamp.h>
#include <linux/netlink.h>
#include <linux/sched.h>
#include <linux/udp.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>

/* One function a call. */
#define CALL(name, ...) void make_##name(void);
#include "engine/trace/syscall.def"
#undef CALL

#define CALL(name, ...) syscall(__NR_##name __VA_OPT__(,) __VA_ARGS__)

struct sockaddr_in sin_of(const char *ip, int port);
struct sockaddr_in6 sin6_of(const char *ip, int port, unsigned flow, unsigned scope);
const struct constant_group *group(enum constant_group_id id);

/* A socket listening on 127.0.0.1 with one client that has connected and sent "Hello". */
extern int listener, client;
extern struct sockaddr_in at;
void knock(void);

extern int udp[2];             /* two sockets of UDP, and where they are bound */
extern struct sockaddr_in udp_at[2];
void make_udp(void);

extern int pipes[2], epfd, evfd, tmfd, pidfd;
extern const int one;
extern const unsigned stamping;

#endif
