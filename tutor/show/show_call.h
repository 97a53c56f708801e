/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A call as the program's source names it. The kernel may know it by another
 * name and with more arguments: recv() in the source is the system call recvfrom
 * with no place for an address.
 */
#ifndef TUTOR_SHOW_SHOW_CALL_H
#define TUTOR_SHOW_SHOW_CALL_H

#include "engine/base/buf.h"
#include "tutor/model/model.h"

/* The name in the source: recv, accept, poll. "?" if there is no call. */
const char *show_call_name(const struct model_call *call);

/* The kernel's name where it is another one: recvfrom, accept4, ppoll. NULL: it is the same. */
const char *show_kernel_name(const struct model_call *call);

/* Whether the call has this argument under the name of the source. */
bool show_has_arg(const struct model_call *call, const struct value *arg);

/* name(arg value, …). full: under the kernel's name, with all its arguments and addresses in memory. */
void show_call(struct buf *out, const struct model_call *call, bool full);

#endif
