/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What differs between processors. One arch-*.c is linked: the one the program is built for. */
#ifndef ENGINE_TRACE_ARCH_H
#define ENGINE_TRACE_ARCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/user.h>

extern const uint32_t arch_audit;     /* AUDIT_ARCH_* of a native call, as PTRACE_GET_SYSCALL_INFO reports it */
/* The first argument of the call that these registers are at. */
void arch_set_first_arg(struct user_regs_struct *regs, uint64_t value);

/* Registers at the exit of call `nr`: let the call be made again. first: its first argument as it was. */
void arch_call_again(struct user_regs_struct *regs, int nr, uint64_t first);

void arch_set_arg(struct user_regs_struct *regs, int i, uint64_t value);   /* before the call; at an exit i from 1 */
/* Registers at the exit of a call: argument i is as it was again. Where the result took its place there is nothing to do. */
void arch_put_back_arg(struct user_regs_struct *regs, int i, uint64_t value);
void arch_set_result(struct user_regs_struct *regs, int64_t ret);

/* Registers before a call: it is not to be made. Where its number is in a set of its own, that is arch_call_regset. */
void arch_skip_call(struct user_regs_struct *regs, int64_t ret);
extern const int arch_call_regset;    /* NT_*; 0: none */

bool arch_has_args(const struct user_regs_struct *regs, const uint64_t args[6]);

/* Bytes of the instruction that makes a call. */
extern const unsigned arch_call_bytes;

extern const char arch_name[];        /* as uname -m prints it */

#endif
