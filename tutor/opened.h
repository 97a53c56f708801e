/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A packet of a log, opened: its bytes and the fields of its headers. */
#ifndef TUTOR_OPENED_H
#define TUTOR_OPENED_H

#include "tutor/views/picture.h"

struct opened_packet {
	struct packet_view view;
	struct arena arena;
	struct buf bytes;
};

void opened_init(struct opened_packet *o);
void opened_release(struct opened_packet *o);

/* Open another. Where its bytes are not kept, the view is empty. */
void opened_read(struct opened_packet *o, const struct log *log, const struct model_packet *p);

#endif
