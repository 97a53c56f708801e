/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Packets as a learner reads them: "SYN|ACK seq 0 ack 1", and what is special
 * about one, by the terms of the glossary.
 */
#ifndef TUTOR_SHOW_SHOW_PACKET_H
#define TUTOR_SHOW_SHOW_PACKET_H

#include "tutor/course/course.h"
#include "tutor/model/model.h"

/* What it says, from all of it (0) to the least (PACKET_SHORTEST). */
enum { PACKET_SHORTEST = 6 };
void show_packet(struct buf *out, const struct model_packet *p, int level);

/* What is special about it: repeats another, was reset, was held or dropped. Nothing is added where nothing is.
 * langs: 1 << enum lang, or-ed. course NULL: the English names only. */
void show_packet_notes(struct buf *out, const struct course *course, unsigned langs, const struct model *m, const struct model_packet *p);

/* A term in these languages: "retransmission 重传". One that the glossary lacks is its own name. */
void show_term(struct buf *out, const struct course *course, unsigned langs, const char *id);

/* The program at one end of packets; for -1 the kernel, which answers where no program does. */
const char *show_end(const struct model *m, int actor);

/* The programs that it came from and is for, or whose hosts': -1: no program's. */
int show_from(const struct model *m, const struct model_packet *p);
int show_to(const struct model *m, const struct model_packet *p);

/* Did this packet not arrive, as far as is known here? */
bool show_packet_lost(const struct model *m, const struct model_packet *p);

/* Why no packet of this run can be seen; NULL: they can. */
const char *show_no_packets(const struct model *m);

#endif
