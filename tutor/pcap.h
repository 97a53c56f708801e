/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The packets of a log as a pcapng file, each with the step and the call that
 * caused it as its comment. The file follows a live log: what has reached the
 * log's file has been written here too, in whole blocks, so that it can be read
 * even when the tutor was killed.
 */
#ifndef TUTOR_PCAP_H
#define TUTOR_PCAP_H

#include "engine/base/buf.h"
#include "engine/log/log.h"

struct pcap;

/* Take what is in the log, and from now on what comes. The log must be freed first (its last lines are taken then). An
 * existing file is replaced if it is empty or of this kind; else: PCAP_FOREIGN. A pipe or a device is written to. */
struct pcap *pcap_new(const char *path, struct log *log, struct err *err);
void pcap_free(struct pcap *p);                 /* NULL is allowed */

/* The first error while writing; ERR_NONE: all is well. */
const struct err *pcap_trouble(const struct pcap *p);

/* If there is no packet in it, say so and why: one or two sentences, no newline. False: there are packets. */
bool pcap_is_empty(const struct pcap *p, struct buf *why);

#endif
