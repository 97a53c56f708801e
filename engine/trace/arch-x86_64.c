/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/trace/arch.h"

#include <linux/audit.h>

const uint32_t arch_audit = AUDIT_ARCH_X86_64;
const char arch_name[] = "x86_64";
const unsigned arch_call_bytes = 2;   /* syscall */
const int arch_call_regset = 0;

void arch_set_first_arg(struct user_regs_struct *regs, uint64_t value)
{
	regs->rdi = value;
}

void arch_call_again(struct user_regs_struct *regs, int nr, uint64_t first)
{
	regs->rip -= arch_call_bytes;
	regs->rax = (uint64_t)nr;
}

void arch_set_arg(struct user_regs_struct *regs, int i, uint64_t value)
{
	unsigned long long *const at[] = { &regs->rdi, &regs->rsi, &regs->rdx, &regs->r10, &regs->r8, &regs->r9 };
	*at[i] = value;
}

void arch_put_back_arg(struct user_regs_struct *regs, int i, uint64_t value)
{
	arch_set_arg(regs, i, value);
}

void arch_set_result(struct user_regs_struct *regs, int64_t ret)
{
	regs->rax = (uint64_t)ret;
}

void arch_skip_call(struct user_regs_struct *regs, int64_t ret)
{
	regs->orig_rax = ~0ull;
	regs->rax = (uint64_t)ret;
}

bool arch_has_args(const struct user_regs_struct *regs, const uint64_t args[6])
{
	return regs->rdi == args[0] && regs->rsi == args[1] && regs->rdx == args[2] && regs->r10 == args[3] &&
	       regs->r8 == args[4] && regs->r9 == args[5];
}
