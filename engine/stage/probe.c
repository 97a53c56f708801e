/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Each part is found out by using it the way a run does: a whole stage is made,
 * a process is put on it, and both go away again.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/stage/report.h"
#include "engine/stage/stage_probe.h"
#include "engine/trace/tracer_probe.h"

/* 0, or the errno that loading gave. A filtered call with no tracer must give ENOSYS: then the filter is at work. */
static int load_filter(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = { sizeof code / sizeof *code, code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) < 0)
		return errno;
	return syscall(SYS_getppid) == -1 && errno == ENOSYS ? 0 : EIO;
}

static void probe_seccomp(struct stage_report *report)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(load_filter());   /* every errno fits */
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		report_refuse(report, PART_SECCOMP, errno, "fork");
	else if (!WIFEXITED(status))
		report_refuse(report, PART_SECCOMP, EIO, "load a filter");
	else if (WEXITSTATUS(status))
		report_refuse(report, PART_SECCOMP, WEXITSTATUS(status), "load a filter");
}

/* The process waits for its go byte on fd 3: a socket of a program on the stage that we may look at. */
static void probe_pidfd(pid_t pid, struct stage_report *report)
{
	int pidfd = syscall(SYS_pidfd_open, pid, 0);

	if (pidfd < 0) {
		report_refuse(report, PART_PIDFD, errno, "pidfd_open");
		return;
	}
	int copy = syscall(SYS_pidfd_getfd, pidfd, 3, 0);
	if (copy < 0)
		report_refuse(report, PART_PIDFD, errno, "pidfd_getfd");
	else
		close(copy);
	close(pidfd);
}

static void probe_actor(struct stage *stage, struct stage_report *report)
{
	static const char *const argv[] = { "true", NULL }, *const env[] = { NULL };
	int master, slave;
	struct err why;

	if (!stage_pty(&master, &slave, 24, 80, &why)) {
		report_refuse(report, PART_PTY, why.sys, why.a[1]);
		report_refuse(report, PART_PIDFD, why.sys, "no process to try it on");
		return;
	}
	struct stage_actor actor = { .argv = argv, .env = env, .tty = slave };
	pid_t pid = stage_spawn(stage, &actor, &why);
	if (pid > 0) {
		probe_pidfd(pid, report);
	} else {
		report_refuse(report, PART_PTY, why.sys, why.a[1]);
		report_refuse(report, PART_PIDFD, why.sys, "no process to try it on");
	}
	close(slave);
	close(master);
}

bool stage_probe(struct stage_report *report, struct err *err)
{
	static const char *const hosts[] = { "one", "two" };
	static const struct stage_plan all = { .private_net = true, .hide_files = true, .hosts = hosts, .n_hosts = 2 };
	struct stage_report made;

	memset(report, 0, sizeof *report);
	if (!tracer_probe(&report->refused[PART_PTRACE], report->step[PART_PTRACE]) && !report->refused[PART_PTRACE])
		report_refuse(report, PART_PTRACE, EIO, "PTRACE_SEIZE");
	probe_seccomp(report);
	struct stage *stage = stage_new(&all, &made, err);
	if (!stage)
		return false;
	report_merge(report, &made);
	probe_actor(stage, report);
	bool ok = stage_ask_probe(stage, report, err);
	stage_free(stage);
	return ok;
}
