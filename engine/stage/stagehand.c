/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/stage/stagehand.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/stage/msg.h"
#include "engine/stage/report.h"

enum stagehand_job { JOB_KEEPER = 1, JOB_REAP };

struct request {
	int job;
	pid_t keeper;
	struct keeper_order order;
};

/* The way to the one stagehand of this process; the contract of stage.h has no handle for it. */
static int stagehand = -1;

/* One attempt. Returns the keeper's pid, or -1 with *maps saying what was refused. */
static pid_t give_birth(const struct request *r, struct keeper_birth *b, struct keeper_maps *maps)
{
	int born[2], flags = (b->userns ? CLONE_NEWUSER : 0) | (b->pidns ? CLONE_NEWPID : 0);

	*maps = (struct keeper_maps){ .step = "clone" };
	if (pipe2(born, O_CLOEXEC) < 0) {
		maps->sys = errno;
		return -1;
	}
	pid_t pid = syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
	if (pid == 0) {
		b->born = born[1];
		close(born[0]);
		close(stagehand);
		keeper_main(&r->order, b);
	}
	maps->sys = pid < 0 ? errno : EIO;
	close(born[1]);
	if (pid > 0 && read(born[0], maps, sizeof *maps) != sizeof *maps)
		maps->sys = EIO;
	close(born[0]);
	if (pid > 0 && maps->sys) {
		waitpid(pid, NULL, 0);
		pid = -1;
	}
	return pid;
}

/*
 * From much to little. Each attempt tells something: what the next one lacks was refused if the next one works,
 * and the errno of both together is the only one that there is.
 */
static void keeper_of_sorts(const struct request *r, int control, struct stagehand_birth *out)
{
	static const struct { bool userns, pidns; } sorts[] = { { true, true }, { true, false }, { false, true }, { false, false } };
	struct keeper_maps why[4];
	unsigned i;

	memset(out, 0, sizeof *out);
	for (i = r->order.as_is ? 3 : 0, out->pid = -1; i < 4; i++) {
		struct keeper_birth b = { sorts[i].userns, sorts[i].pidns, geteuid(), getegid(), control, -1 };
		out->pid = give_birth(r, &b, &why[i]);
		if (out->pid > 0)
			break;
	}
	out->sys = out->pid < 0 ? why[3].sys : 0;
	out->pidns = i < 4 && sorts[i].pidns;
	if (r->order.as_is)
		return;
	if (i > 0 && !out->pidns)
		report_refuse(&out->report, PART_PIDNS, why[i == 1 ? 0 : 2].sys, "clone with CLONE_NEWPID");
	if (i > 1 && strcmp(why[1].step, "clone"))
		report_refuse(&out->report, PART_UIDMAP, why[1].sys, why[1].step);
	else if (i > 1)
		report_refuse(&out->report, PART_USERNS, why[1].sys, "clone with CLONE_NEWUSER");
}

static bool serve(void)
{
	struct request r;
	struct stagehand_birth birth;
	int fds[MSG_FDS];

	if (!msg_recv(stagehand, &r, sizeof r, fds, NULL))
		return false;
	if (r.job == JOB_REAP) {
		int gone = waitpid(r.keeper, NULL, WNOHANG) != 0;
		return msg_send(stagehand, &gone, sizeof gone, NULL, 0);
	}
	keeper_of_sorts(&r, fds[0], &birth);
	msg_close(fds);
	return msg_send(stagehand, &birth, sizeof birth, NULL, 0);
}

/* What the shell left open, and the pipe of `socktutor | less`, must not be held by us. */
static void close_all_but(int sock)
{
	int null = open("/dev/null", O_RDWR);

	for (int fd = 0; null >= 0 && fd < 3; fd++)
		dup2(null, fd);
	if (dup3(sock, 3, O_CLOEXEC) == 3)
		stagehand = 3;
	if (syscall(SYS_close_range, 4, ~0u, 0) == 0)
		return;
	for (int fd = 4; fd < 1024; fd++)
		close(fd);
}

static _Noreturn void stagehand_main(int sock, pid_t tutor)
{
	prctl(PR_SET_NAME, "stagehand");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != tutor)
		_exit(0);
	setsid();   /* Ctrl-C in the tutor's terminal is for the tutor */
	close_all_but(sock);
	while (serve())
		;
	_exit(0);
}

bool stagehand_start(struct err *err)
{
	int pair[2];
	pid_t tutor = getpid();

	if (!msg_pair(pair))
		return err_set(err, ERR_STAGE, errno, "stagehand", "socketpair");
	pid_t pid = fork();
	if (pid == 0)
		stagehand_main(pair[1], tutor);
	int sys = errno;
	close(pair[1]);
	if (pid > 0) {
		stagehand = pair[0];
		return true;
	}
	close(pair[0]);
	return err_set(err, ERR_STAGE, sys, "stagehand", "fork");
}

bool stagehand_keeper(const struct keeper_order *order, int control, struct stagehand_birth *birth, struct err *err)
{
	struct request r = { .job = JOB_KEEPER, .order = *order };

	if (!msg_send(stagehand, &r, sizeof r, &control, 1) ||
	    !msg_recv(stagehand, birth, sizeof *birth, NULL, NULL))
		return err_set(err, ERR_STAGE, errno, "stagehand", NULL);
	return birth->pid > 0 || err_set(err, ERR_STAGE, birth->sys, "keeper", "clone");
}

bool stagehand_is_there(void)
{
	return !msg_is_over(stagehand);
}

bool stagehand_reap(pid_t keeper)
{
	struct request r = { .job = JOB_REAP, .keeper = keeper };
	int gone;

	return !msg_send(stagehand, &r, sizeof r, NULL, 0) ||
		!msg_recv(stagehand, &gone, sizeof gone, NULL, NULL) || gone;
}
