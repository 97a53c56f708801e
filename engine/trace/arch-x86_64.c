/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/trace/arch.h"

#include <linux/audit.h>

const uint32_t arch_audit = AUDIT_ARCH_X86_64;
const char arch_name[] = "x86_64";

void arch_set_first_arg(struct user_regs_struct *regs, uint64_t value)
{
	regs->rdi = value;
}

void arch_call_again(struct user_regs_struct *regs, int nr, uint64_t first)
{
	regs->rip -= 2;   /* the length of the syscall instruction */
	regs->rax = (uint64_t)nr;
}
