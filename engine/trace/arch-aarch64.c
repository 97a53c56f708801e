/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/trace/arch.h"

#include <linux/audit.h>

const uint32_t arch_audit = AUDIT_ARCH_AARCH64;
const char arch_name[] = "aarch64";

void arch_set_first_arg(struct user_regs_struct *regs, uint64_t value)
{
	regs->regs[0] = value;
}

void arch_call_again(struct user_regs_struct *regs, int nr, uint64_t first)
{
	regs->pc -= 4;   /* the length of the svc instruction */
	regs->regs[8] = (uint64_t)nr;
	regs->regs[0] = first;
}
