/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What differs between processors. One arch-*.c is linked: the one the program is built for. */
#ifndef ENGINE_TRACE_ARCH_H
#define ENGINE_TRACE_ARCH_H

#include <stdint.h>
#include <sys/user.h>

extern const uint32_t arch_audit;     /* AUDIT_ARCH_* of a native call, as PTRACE_GET_SYSCALL_INFO reports it */
/* The first argument of the call that these registers are at. */
void arch_set_first_arg(struct user_regs_struct *regs, uint64_t value);

/* Registers at the exit of call `nr`: let the call be made again. first: its first argument as it was. */
void arch_call_again(struct user_regs_struct *regs, int nr, uint64_t first);

extern const char arch_name[];        /* as uname -m prints it */

#endif
