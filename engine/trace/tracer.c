/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/trace/tracer.h"

#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "engine/trace/arch.h"

#define OPTIONS (PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | \
		 PTRACE_O_TRACECLONE | PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL)

bool tracer_seize(pid_t pid, struct err *err)
{
	if (ptrace(PTRACE_SEIZE, pid, 0, OPTIONS) == 0)
		return true;
	return err_set(err, ERR_PTRACE_REFUSED, errno, NULL, NULL);
}

static void read_call(struct stop *stop)
{
	struct __ptrace_syscall_info info;
	memset(&info, 0, sizeof info);
	if (ptrace(PTRACE_GET_SYSCALL_INFO, stop->tid, sizeof info, &info) <= 0) {
		stop->kind = STOP_PAUSE;   /* it was killed in the meantime */
		return;
	}
	stop->ip = info.instruction_pointer;
	stop->sp = info.stack_pointer;
	switch (info.op) {
	case PTRACE_SYSCALL_INFO_SECCOMP:
		stop->kind = STOP_CALL;
		stop->arch = info.arch;
		stop->nr = info.arch == arch_audit ? (int)info.seccomp.nr : -1;
		for (int i = 0; i < 6; i++)
			stop->args[i] = info.seccomp.args[i];
		break;
	case PTRACE_SYSCALL_INFO_EXIT:
		stop->kind = STOP_CALL_EXIT;
		stop->arch = info.arch;
		stop->ret = info.exit.rval;
		stop->is_error = info.exit.is_error;
		break;
	default:
		stop->kind = STOP_PAUSE;   /* an entry stop: the seccomp stop follows */
	}
}

/* The thread id that the event tells; 0: there is none any more, because the task was killed in the meantime. */
static pid_t event_message(pid_t tid)
{
	unsigned long message = 0;
	if (ptrace(PTRACE_GETEVENTMSG, tid, 0, &message) < 0)
		return 0;
	return (pid_t)message;
}

static void read_child(struct stop *stop, enum stop_how how)
{
	stop->child = event_message(stop->tid);
	stop->how = how;
	stop->kind = stop->child > 0 ? STOP_CHILD : STOP_PAUSE;
}

static void read_signal(struct stop *stop, int signo)
{
	siginfo_t info = { 0 };
	stop->kind = STOP_SIGNAL;
	stop->signo = signo;
	if (ptrace(PTRACE_GETSIGINFO, stop->tid, 0, &info) == 0) {
		stop->code = info.si_code;
		stop->from = info.si_code <= 0 && info.si_code != SI_TIMER ? info.si_pid : 0;
		stop->timer = info.si_code == SI_TIMER ? info.si_timerid : -1;
	}
}

static void read_exec(struct stop *stop)
{
	struct __ptrace_syscall_info info = { 0 };
	stop->kind = STOP_EXEC;
	stop->former = event_message(stop->tid);
	if (ptrace(PTRACE_GET_SYSCALL_INFO, stop->tid, sizeof info, &info) > 0)
		stop->sp = info.stack_pointer;
}

static void read_event(struct stop *stop, int event, int signo)
{
	switch (event) {
	case PTRACE_EVENT_SECCOMP:
		read_call(stop);
		break;
	case PTRACE_EVENT_FORK:
		read_child(stop, HOW_FORK);
		break;
	case PTRACE_EVENT_VFORK:
		read_child(stop, HOW_VFORK);
		break;
	case PTRACE_EVENT_CLONE:
		read_child(stop, HOW_CLONE);
		break;
	case PTRACE_EVENT_EXEC:
		read_exec(stop);
		break;
	case PTRACE_EVENT_STOP:
		stop->kind = signo == SIGTRAP ? STOP_PAUSE : STOP_GROUP;
		stop->signo = signo;
		break;
	default:
		stop->kind = STOP_PAUSE;
	}
}

static void read_status(struct stop *stop, int status)
{
	if (WIFEXITED(status)) {
		stop->kind = STOP_ENDED;
		stop->code = WEXITSTATUS(status);
	} else if (WIFSIGNALED(status)) {
		stop->kind = STOP_ENDED;
		stop->code = -1;
		stop->signo = WTERMSIG(status);
		stop->core = WCOREDUMP(status);
	} else if (WSTOPSIG(status) == (SIGTRAP | 0x80)) {
		read_call(stop);
	} else if (status >> 16) {
		read_event(stop, status >> 16, WSTOPSIG(status));
	} else {
		read_signal(stop, WSTOPSIG(status));
	}
}

/* of: a thread id; -1: any */
static bool take_status(pid_t of, struct stop *stop)
{
	int status;
	pid_t tid;
	do
		tid = waitpid(of, &status, __WALL | WNOHANG);
	while (tid < 0 && errno == EINTR);
	if (tid <= 0)
		return false;
	*stop = (struct stop){ .tid = tid };
	read_status(stop, status);
	return true;
}

bool tracer_next(struct stop *stop)
{
	return take_status(-1, stop);
}

bool tracer_next_of(pid_t tid, struct stop *stop)
{
	return tid > 0 && take_status(tid, stop);
}

bool tracer_go(pid_t tid, enum tracer_go how, int signo)
{
	static const int request[] = {
		[GO_ON] = PTRACE_CONT, [GO_TO_EXIT] = PTRACE_SYSCALL, [GO_LISTEN] = PTRACE_LISTEN,
	};
	return ptrace(request[how], tid, 0, (long)signo) == 0;
}

static bool get_registers(pid_t tid, struct user_regs_struct *regs)
{
	struct iovec io = { regs, sizeof *regs };
	return ptrace(PTRACE_GETREGSET, tid, NT_PRSTATUS, &io) == 0;
}

static bool set_registers(pid_t tid, struct user_regs_struct *regs)
{
	struct iovec io = { regs, sizeof *regs };
	return ptrace(PTRACE_SETREGSET, tid, NT_PRSTATUS, &io) == 0;
}

bool tracer_set_first_arg(pid_t tid, uint64_t value)
{
	struct user_regs_struct regs;
	if (!get_registers(tid, &regs))
		return false;
	arch_set_first_arg(&regs, value);
	return set_registers(tid, &regs);
}

bool tracer_call_again(pid_t tid, int nr, uint64_t first_arg)
{
	struct user_regs_struct regs;
	if (!get_registers(tid, &regs))
		return false;
	arch_call_again(&regs, nr, first_arg);
	return set_registers(tid, &regs);
}

bool tracer_set_arg(pid_t tid, int i, uint64_t value)
{
	struct user_regs_struct regs;
	if (!get_registers(tid, &regs))
		return false;
	arch_set_arg(&regs, i, value);
	return set_registers(tid, &regs);
}

bool tracer_set_result(pid_t tid, int64_t ret)
{
	struct user_regs_struct regs;
	if (!get_registers(tid, &regs))
		return false;
	arch_set_result(&regs, ret);
	return set_registers(tid, &regs);
}

bool tracer_put_back_arg(pid_t tid, int i, uint64_t value)
{
	struct user_regs_struct regs;
	if (!get_registers(tid, &regs))
		return false;
	arch_put_back_arg(&regs, i, value);
	return set_registers(tid, &regs);
}

bool tracer_answer(pid_t tid, int64_t ret)
{
	int none = -1;
	struct iovec io = { &none, sizeof none };
	struct user_regs_struct regs;
	if (!get_registers(tid, &regs))
		return false;
	arch_skip_call(&regs, ret);
	return set_registers(tid, &regs) &&
	       (!arch_call_regset || ptrace(PTRACE_SETREGSET, tid, arch_call_regset, &io) == 0);
}

bool tracer_signal_is_own(pid_t tid, pid_t pid)
{
	siginfo_t info;
	if (ptrace(PTRACE_GETSIGINFO, tid, 0, &info) != 0)
		return false;
	info.si_code = SI_USER;
	info.si_pid = pid;
	return ptrace(PTRACE_SETSIGINFO, tid, 0, &info) == 0;
}

bool tracer_refuse(pid_t tid, int errn)
{
	return tracer_answer(tid, -errn);
}

bool tracer_interrupt(pid_t tid)
{
	return ptrace(PTRACE_INTERRUPT, tid, 0, 0) == 0;
}

bool tracer_signal_of_kernel(pid_t tid, int signo)
{
	siginfo_t info = { .si_signo = signo, .si_code = SI_KERNEL };
	return ptrace(PTRACE_SETSIGINFO, tid, 0, &info) == 0;
}

bool tracer_signal_overrun(pid_t tid, int overrun)
{
	siginfo_t info;
	if (ptrace(PTRACE_GETSIGINFO, tid, 0, &info) != 0)
		return false;
	info.si_overrun = overrun;
	return ptrace(PTRACE_SETSIGINFO, tid, 0, &info) == 0;
}

bool tracer_has_args(pid_t tid, const uint64_t args[6])
{
	struct user_regs_struct regs;
	return get_registers(tid, &regs) && arch_has_args(&regs, args);
}

bool tracer_poke(pid_t tid, uint64_t at, uint64_t value)
{
	return ptrace(PTRACE_POKEDATA, tid, at, value) == 0;
}
