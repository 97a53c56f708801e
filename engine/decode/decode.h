/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From registers and memory to a tree of values, by the names of the manual
 * pages. The program's memory is hostile: an address that cannot be read is
 * shown as an address, a length is never believed, everything is bounded
 * (peek.h). Decoding never fails and never changes the program.
 *
 * At entry out-arguments are VALUE_PTR (the register). At exit they are what
 * the kernel wrote; a length that goes in and comes out is VALUE_CHANGE. If the
 * call failed they stay as they were at entry.
 * Arguments the call does not look at (fcntl's third with F_GETFL) are left out.
 */
#ifndef ENGINE_DECODE_DECODE_H
#define ENGINE_DECODE_DECODE_H

#include "engine/base/value.h"
#include "engine/trace/peek.h"
#include "engine/trace/syscall.h"

struct decode {
	const struct call_desc *call;
	uint64_t args[6];              /* registers at entry, also at exit */
	int64_t ret;                   /* exit only: as the kernel gave it, -errno if is_error */
	bool is_error;
	struct peek peek;
	struct arena *arena;
	/* The decoder's own, set by decode_entry and decode_exit. */
	const struct value *entry;
	size_t bytes_left, items_left;
	struct peek_window window;
};

/* VALUE_STRUCT of the arguments; its type is the call's name. */
struct value *decode_entry(struct decode *d);

/* The same with out-arguments filled in. `entry` is what decode_entry gave for this call; NULL: not known
 * (the call was under way when we came). The result shares items with it: both must live as long. */
struct value *decode_exit(struct decode *d, const struct value *entry);

/* The result when it is more than a number: a descriptor, flags. NULL: a plain number, or an error. */
struct value *decode_ret(struct decode *d);

/* An address as it is in the program's memory (len bytes were read of it). Never NULL. */
struct value *decode_sockaddr_bytes(struct arena *a, const void *addr, size_t len);

/* "EAGAIN"; "ERESTARTSYS" and its like too; NULL: unknown. */
const char *errno_name(int number);
/* "SIGPIPE", "SIGRT_3"; a number that is no signal gives "SIG_UNKNOWN". Static. */
const char *signal_name(int number);

#endif
