/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/trace/filter.h"

#include <errno.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "engine/base/buf.h"
#include "engine/trace/syscall.h"
#include "engine/trace/vclock.h"

#ifndef FUTEX_LOCK_PI2
#define FUTEX_LOCK_PI2 13
#endif

static uint32_t action_of(const struct call_desc *call)
{
	switch (call->class) {
	case CALL_QUIET:
		return SCMP_ACT_ALLOW;
	default:
		return SCMP_ACT_TRACE(0);
	}
}

/* They tell what became of a call that a signal broke off; and that a log is not all. */
static const int told_by[] = { SYS_rt_sigreturn, SYS_restart_syscall, SYS_sigaltstack, SYS_io_submit };

static int add_rules(scmp_filter_ctx ctx)
{
	/* A call of another ABI stops too, so that it can be shown as one we do not decode. */
	int r = seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_TRACE(0));
	if (r == 0)
		seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);   /* a binary tree; older libraries lack it */
	const struct call_desc *call;
	for (size_t i = 0; r == 0 && i < sizeof told_by / sizeof *told_by; i++)
		r = seccomp_rule_add_exact(ctx, SCMP_ACT_TRACE(0), told_by[i], 0);
	for (unsigned i = 0; r == 0 && (call = call_at(i)); i++)
		if (action_of(call) != SCMP_ACT_ALLOW)
			r = seccomp_rule_add_exact(ctx, action_of(call), call->nr, 0);
	return r;
}

/* The clocks that go on while a program is held; those that count its processor time do not. */
static int add_clock_rules(scmp_filter_ctx ctx)
{
	static const int waits[] = { FUTEX_WAIT, FUTEX_WAIT_BITSET, FUTEX_LOCK_PI, FUTEX_LOCK_PI2, FUTEX_WAIT_REQUEUE_PI };
	static const int timers[] = { SYS_timer_settime, SYS_timer_gettime, SYS_timer_getoverrun, SYS_timer_delete };
	int r = seccomp_rule_add_exact(ctx, SCMP_ACT_TRACE(0), SYS_gettimeofday, 0);
	for (size_t i = 0; r == 0 && i < sizeof timers / sizeof *timers; i++)
		r = seccomp_rule_add_exact(ctx, SCMP_ACT_TRACE(0), timers[i], 0);
#ifdef SYS_time
	r = r == 0 ? seccomp_rule_add_exact(ctx, SCMP_ACT_TRACE(0), SYS_time, 0) : r;
#endif
	for (int id = 0; r == 0 && id < VCLOCKS; id++)
		if (vclock_has(id))
			r = seccomp_rule_add_exact(ctx, SCMP_ACT_TRACE(0), SYS_clock_gettime, 1,
						   SCMP_A0(SCMP_CMP_MASKED_EQ, UINT32_MAX, (scmp_datum_t)id));
	for (size_t i = 0; r == 0 && i < sizeof waits / sizeof *waits; i++)
		r = seccomp_rule_add_exact(ctx, SCMP_ACT_TRACE(0), SYS_futex, 2,
					   SCMP_A1(SCMP_CMP_MASKED_EQ, FUTEX_CMD_MASK & UINT32_MAX, (scmp_datum_t)waits[i]),
					   SCMP_A3(SCMP_CMP_NE, 0));
	return r;
}

/* The library gives the program only through a file. */
static int export_code(scmp_filter_ctx ctx, struct filter *f)
{
	int fd = memfd_create("filter", MFD_CLOEXEC);
	if (fd < 0)
		return -errno;
	int r = seccomp_export_bpf(ctx, fd);
	off_t size = r == 0 ? lseek(fd, 0, SEEK_END) : -1;
	if (size > 0) {
		f->code = xmalloc((size_t)size);
		f->len = (unsigned)((size_t)size / sizeof *f->code);
		r = pread(fd, f->code, (size_t)size, 0) == size ? 0 : -EIO;
	}
	close(fd);
	return r;
}

/* Better known now than by the program that would have to load it. */
static bool is_granted(void)
{
	uint32_t action = SECCOMP_RET_TRACE;
	return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

bool filter_build(struct filter *f, bool clocks, struct err *err)
{
	*f = (struct filter){ 0 };
	if (!is_granted())
		return err_set(err, ERR_SECCOMP_REFUSED, errno, NULL, NULL);
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
	if (!ctx)
		return err_set(err, ERR_SECCOMP_REFUSED, ENOMEM, NULL, NULL);
	int r = add_rules(ctx);
	if (r == 0 && clocks)
		r = add_clock_rules(ctx);
	if (r == 0)
		r = export_code(ctx, f);
	seccomp_release(ctx);
	if (r == 0)
		return true;
	filter_release(f);
	return err_set(err, ERR_SECCOMP_REFUSED, -r, NULL, NULL);
}

void filter_release(struct filter *f)
{
	free(f->code);
	*f = (struct filter){ 0 };
}
