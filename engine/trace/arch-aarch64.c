/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/trace/arch.h"

#include <elf.h>
#include <linux/audit.h>

const uint32_t arch_audit = AUDIT_ARCH_AARCH64;
const char arch_name[] = "aarch64";
const unsigned arch_call_bytes = 4;   /* svc */
const int arch_call_regset = NT_ARM_SYSTEM_CALL;

void arch_set_first_arg(struct user_regs_struct *regs, uint64_t value)
{
	regs->regs[0] = value;
}

void arch_call_again(struct user_regs_struct *regs, int nr, uint64_t first)
{
	regs->pc -= arch_call_bytes;
	regs->regs[8] = (uint64_t)nr;
	regs->regs[0] = first;
}

void arch_set_arg(struct user_regs_struct *regs, int i, uint64_t value)
{
	regs->regs[i] = value;
}

void arch_put_back_arg(struct user_regs_struct *regs, int i, uint64_t value)
{
	if (i > 0)   /* x0 holds the result */
		regs->regs[i] = value;
}

void arch_set_result(struct user_regs_struct *regs, int64_t ret)
{
	regs->regs[0] = (uint64_t)ret;
}

void arch_skip_call(struct user_regs_struct *regs, int64_t ret)
{
	regs->regs[0] = (uint64_t)ret;
}

bool arch_has_args(const struct user_regs_struct *regs, const uint64_t args[6])
{
	for (int i = 1; i < 6; i++)   /* x0 holds the result */
		if (regs->regs[i] != args[i])
			return false;
	return true;
}
