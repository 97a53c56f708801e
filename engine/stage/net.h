/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The network of a stage, as seen by a process that is already in its own
 * network namespace and may administer it. rtnetlink(7), ip-sysctl.
 */
#ifndef ENGINE_STAGE_NET_H
#define ENGINE_STAGE_NET_H

#include <stdbool.h>

#include "engine/stage/stage.h"

#define NET_DEAD "lo up"   /* the step of NETNS that leaves a network in which nothing can talk */

/*
 * Bring lo up, let ports below 1024 be bound, make TCP patient, have pure ACKs sent at once. Each is tried for itself;
 * refusals go to NETNS, LOWPORT and QUICKACK of the report. False when lo stays down (NET_DEAD).
 */
bool net_up(struct stage_report *report);

/* No network of our own, so nothing of what would be in it: the host's settings are not ours to change. Returns false. */
bool net_refuse(struct stage_report *report, int sys, const char *step);

/* A setting below /proc/sys/net of the network we are in. 0, or the errno. */
int net_set_sysctl(const char *name, const char *value);

/* A route that the kernel made itself with an address, made again with quickack 1 and no retransmission within a second. 0, or the errno. */
struct net_route {
	int family;
	const char *to;
	unsigned bits;
	const char *from, *interface;
	bool direct;       /* to the neighbours on the interface; else to this host itself */
};
int net_quick_route(const struct net_route *route);

/* Descriptors of this network for those who observe it: frames of an interface (capture.h), sock_diag(7). -1: refused, see the report. */
int net_open_capture(const char *interface, struct stage_report *report);
int net_open_diag(struct stage_report *report);

/* Try what observers need: AF_PACKET on lo, sock_diag. */
void net_probe(struct stage_report *report);

#endif
