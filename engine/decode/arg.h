/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Between the decode_*.c files only: the types an argument can have, and what
 * they use of each other.
 */
#ifndef ENGINE_DECODE_ARG_H
#define ENGINE_DECODE_ARG_H

#include "engine/decode/constants.h"
#include "engine/decode/decode.h"

struct arg_type {
	/* At entry. NULL: the register as an address. Returning NULL leaves the argument out. */
	struct value *(*entry)(struct decode *d, unsigned i);
	/* At exit, when the call succeeded (or `always`). in: what entry gave. NULL: the same as at entry. */
	struct value *(*exit)(struct decode *d, unsigned i, const struct value *in);
	enum constant_group_id group;
	bool always;
};

#define ARG_TYPES(X) \
	X(fd) X(int) X(uint) X(size) X(off) X(hex) X(ptr) X(fdnumber) X(dirfd) \
	X(family) X(socktype) X(sockflags) X(protocol) X(fdpair_out) X(level) X(shut) X(msgflags) \
	X(sockaddr) X(sockaddr_out) X(len_inout) X(optname) X(optname_get) X(optval) X(optval_out) \
	X(buffer) X(buffer_out) X(iovec) X(iovec_out) X(msghdr) X(msghdr_out) X(mmsghdr) X(mmsghdr_out) \
	X(fdset_inout) X(pollfds_inout) X(epollflags) X(epollop) X(epollevent) X(epollevents_out) \
	X(eventfdflags) X(timerfdflags) X(timersetflags) X(signalfdflags) \
	X(timespec) X(timespec_inout) X(timespec_left) X(timeval_inout) X(itimerspec) X(itimerspec_out) \
	X(itimerval) X(itimerval_out) X(clock) X(timerflags) X(itimer) \
	X(sigset) X(sigset_last) X(sigset_pair) X(siginfo_out) X(signal) X(futexop) X(futexval) X(futextime) X(futexaddr2) X(futexval3) \
	X(cloneflags) X(tid_ptid) X(tid_ctid) X(tls) X(cloneargs) X(wstatus_out) X(waitflags) X(waitidflags) X(idtype) \
	X(path) X(strings) X(atflags) X(pidfdflags) \
	X(off_inout) X(rwfflags) X(spliceflags) X(closerangeflags) X(unshareflags) X(openflags) X(fcntlcmd) X(fcntlarg) X(ioctlcmd) X(ioctlarg)

#define X(name) extern const struct arg_type arg_##name;
ARG_TYPES(X)
#undef X

/* decode.c */
struct value *arg_entry_sym(struct decode *d, unsigned i);      /* by the type's group */
struct value *arg_entry_flags(struct decode *d, unsigned i);
const struct value *decode_was(const struct decode *d, const char *name);   /* an argument at entry; NULL: none */
int64_t decode_was_int(const struct decode *d, const char *name, int64_t otherwise);
struct value *value_again(struct arena *a, const struct value *v);             /* a second handle on the same value: no name yet */

/* A struct read whole, or NULL when it cannot be. */
#define PEEK(d, addr, object) decode_read((d), (addr), (object), sizeof *(object))
bool decode_read(struct decode *d, uint64_t addr, void *buf, size_t n);    /* all n bytes, or false */

/* What one call may cost: its buffers' bytes and its lists' items together. Returns how much of `want` is granted. */
size_t decode_grant_bytes(struct decode *d, uint64_t want);
size_t decode_grant_items(struct decode *d, uint64_t want);

/* buffer.c */
struct value *decode_bytes_at(struct decode *d, uint64_t addr, uint64_t len, uint64_t total);  /* len may be read, total is said */
struct value *decode_text_at(struct decode *d, uint64_t addr);
enum { IOVEC_FULL = -1, IOVEC_EMPTY = -2 };   /* all bytes of each; only where they will come */
struct value *decode_iovec_at(struct decode *d, uint64_t addr, uint64_t count, int64_t moved);   /* moved: bytes in all, or IOVEC_… */

/* sockaddr.c */
struct value *decode_sockaddr_at(struct decode *d, uint64_t addr, int64_t len);
struct value *value_in_addr(struct arena *a, const void *four_bytes);
struct value *value_in6_addr(struct arena *a, const void *sixteen_bytes);
struct value *decode_protocol(struct arena *a, int family, int64_t protocol);

/* sockopt.c */
enum constant_group_id sockopt_group(int level);                /* CONST_GROUPS: none of ours */

/* bpf.c */
struct value *decode_bpf_at(struct decode *d, uint64_t addr, unsigned count);

/* cmsg.c */
struct value *decode_cmsgs(struct decode *d, uint64_t addr, const unsigned char *bytes, size_t len);

/* time.c */
struct value *value_timespec(struct arena *a, int64_t sec, int64_t nsec);
struct value *value_timeval(struct arena *a, int64_t sec, int64_t usec);
struct value *decode_timespec_at(struct decode *d, uint64_t addr);
struct value *decode_timeval_at(struct decode *d, uint64_t addr);

/* fcntl.c */
struct value *decode_openflags(struct arena *a, uint64_t flags);

/* process.c */
struct value *decode_clone3flags(struct arena *a, uint64_t flags);

/* signal.c */
struct value *value_signal(struct arena *a, int number);

#endif
