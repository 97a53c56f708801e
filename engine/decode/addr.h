/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A socket address as sockaddr.c makes it: a struct value. It may come from a log,
 * so nothing is taken for granted; NULL is an address of which nothing is known.
 */
#ifndef ENGINE_DECODE_ADDR_H
#define ENGINE_DECODE_ADDR_H

#include "engine/base/value.h"

/* Its port; -1: none. */
int addr_port(const struct value *addr);
/* Its IP as text; NULL: none. */
const char *addr_ip(const struct value *addr);
/* Is this IP 0.0.0.0 or ::, every address of the host? NULL: no. */
bool ip_is_any(const char *ip);
/* Would a socket bound to `a` get what is sent to `b` (same port; same IP or a is "any")? Unix: the same name. */
bool addr_covers(const struct value *a, const struct value *b);

#endif
