/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The hosts of a stage: each a network namespace of its own with the interface
 * eth0 and the address 10.0.0.N. The other end of each eth0 stays in the keeper's
 * network, where the cable takes frames and gives them. veth(4), network_namespaces(7).
 */
#ifndef ENGINE_STAGE_HOSTS_H
#define ENGINE_STAGE_HOSTS_H

#include <stdbool.h>

#include "engine/stage/stage.h"

struct hosts {
	int n;                      /* 0: none, all is in the network the keeper is in */
	int home;                   /* the keeper's own network */
	int net[STAGE_HOSTS];       /* theirs */
	int end;                    /* the far end of the first, opened to see whether that can be done; -1: handed out */
};

/*
 * Make n hosts (2 to STAGE_HOSTS) in the network we are in, which is ours. False: a step was refused, and PART_VETH of the
 * report names it; the network is then no good for anything else either.
 */
bool hosts_make(struct hosts *h, int n, struct stage_report *report);

/* "10.0.0.1" */
void hosts_address(int host, char out[16]);

/* Without a cable: the addresses that n hosts would have, on lo. False: refused. */
bool hosts_on_lo(int n);

/* This process goes to the network of that host; -1: back home. Without hosts nothing happens. False with errno set. */
bool hosts_enter(const struct hosts *h, int host);

/* At home: a capture descriptor on the far end of that host's eth0, to read and to write. -1: refused, see the report. */
int hosts_open_end(struct hosts *h, int host, struct stage_report *report);

#endif
