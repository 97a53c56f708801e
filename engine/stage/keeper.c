/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/stage/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/buf.h"
#include "engine/stage/hosts.h"
#include "engine/stage/kin.h"
#include "engine/stage/mounts.h"
#include "engine/stage/msg.h"
#include "engine/stage/net.h"
#include "engine/stage/report.h"
#include "engine/stage/spawn.h"

struct keeper {
	const struct keeper_order *order;
	const struct keeper_birth *birth;
	struct stage_report report;
	struct hosts hosts;
	const char *cwd;       /* where programs start; NULL: where we are */
	int signals;           /* signalfd: SIGCHLD, SIGTERM */
	sigset_t mask;         /* as we were born with it */
};

static bool write_map(const char *name, const char *text, struct keeper_maps *maps)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/self/%s", name);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text)) {
		close(fd);
		return true;
	}
	maps->sys = errno ? errno : EIO;
	snprintf(maps->step, sizeof maps->step, "write %s", name);
	if (fd >= 0)
		close(fd);
	return false;
}

/* Identity: the program must see the learner's own ids. A gid map is only allowed once setgroups is denied. */
static bool write_maps(const struct keeper_birth *birth, struct keeper_maps *maps)
{
	char uid[64], gid[64];

	snprintf(uid, sizeof uid, "%u %u 1\n", birth->uid, birth->uid);
	snprintf(gid, sizeof gid, "%u %u 1\n", birth->gid, birth->gid);
	return write_map("setgroups", "deny", maps) && write_map("uid_map", uid, maps) &&
		write_map("gid_map", gid, maps);
}

static void settle_ids(const struct keeper_birth *birth)
{
	struct keeper_maps maps = { 0 };

	if (birth->userns)
		write_maps(birth, &maps);
	if (write(birth->born, &maps, sizeof maps) != sizeof maps || maps.sys)
		_exit(1);
	close(birth->born);
}

/*
 * With a pid namespace our sudden death is enough. Without one we need time to end the programs, so the stagehand's
 * death must reach us as a signal that we can read.
 */
static void die_with_parent(struct keeper *k)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_SETMASK, &set, &k->mask);
	k->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	prctl(PR_SET_DUMPABLE, 1);
	prctl(PR_SET_PDEATHSIG, k->birth->pidns ? SIGKILL : SIGTERM);
	if (!k->birth->pidns)
		prctl(PR_SET_CHILD_SUBREAPER, 1);
	/* A parent that died before is noticed as the end of the control socket. */
}

static bool split(struct keeper *k, enum stage_part part, int flag, const char *step)
{
	return unshare(flag) == 0 || report_refuse(&k->report, part, errno, step);
}

/* /etc/hosts: every host by its name. far: each at its own address, else all here. */
static char *names_of_hosts(const struct keeper_order *o, bool far)
{
	struct buf b = BUF_INIT;
	char address[16] = "127.0.0.1";

	buf_adds(&b, "127.0.0.1 localhost lesson\n::1 localhost lesson\n");
	for (int i = 0; i < o->n_hosts; i++) {
		if (far)
			hosts_address(i, address);
		buf_addf(&b, "%s %s\n", address, o->hosts[i]);
	}
	return buf_steal(&b);
}

/* True: the hosts have their addresses, whether a cable is between them or not. */
static bool make_hosts(struct keeper *k)
{
	const struct keeper_order *o = k->order;

	if (!o->n_hosts)
		return true;
	return o->cable ? hosts_make(&k->hosts, o->n_hosts, &k->report) : hosts_on_lo(o->n_hosts);
}

static void make_stage(struct keeper *k)
{
	const struct keeper_order *o = k->order;
	const char *home = getenv("HOME");
	bool net = o->private_net && (unshare(CLONE_NEWNET) == 0 || net_refuse(&k->report, errno, "unshare net"));
	bool files = (o->hide_files || k->birth->pidns) && split(k, PART_MNTNS, CLONE_NEWNS, "unshare mount") &&
		mounts_private(&k->report);
	bool at_lesson = false;

	if (o->private_net && split(k, PART_IPCNS, CLONE_NEWIPC | CLONE_NEWUTS, "unshare ipc, uts") &&
	    sethostname("lesson", 6) < 0)
		report_refuse(&k->report, PART_IPCNS, errno, "sethostname");
	if (files && k->birth->pidns)
		mounts_proc(&k->report);
	/* before the tree, and with it /proc/sys, becomes read-only */
	bool far = net && net_up(&k->report) && make_hosts(k);
	if (o->cable && !net)
		report_refuse(&k->report, PART_VETH, k->report.refused[PART_NETNS], k->report.step[PART_NETNS]);
	char *names = names_of_hosts(o, far);
	struct mounts_plan plan = { o->hide_files, k->birth->uid == 0, home ? home : "", o->programs, o->shim, names };
	if (files)
		mounts_arrange(&plan, &at_lesson, &k->report);
	free(names);
	k->cwd = at_lesson ? "/tmp/lesson" : o->programs[0] ? o->programs : NULL;
}

static void spawn(struct keeper *k, int host, const int fds[MSG_FDS])
{
	pid_t pid = fork();
	const char *step = "fork";

	if (pid == 0 && hosts_enter(&k->hosts, host))
		spawn_become(fds, k->cwd, k->order->as_is ? &k->mask : NULL);
	if (pid == 0)
		step = "setns";
	if (pid <= 0) {
		struct spawn_hello hello = { .sys = errno };
		snprintf(hello.step, sizeof hello.step, "%s", step);
		msg_send(fds[2], &hello, sizeof hello, NULL, 0);
	}
	if (pid == 0)
		_exit(127);
}

/* Descriptors that see a host's network from inside, and its end of the cable. */
static bool hand_out_eyes(struct keeper *k, int host)
{
	int fds[MSG_FDS], n = 0, capture = -1, diag = -1;
	struct keeper_eyes eyes = { 0 };

	if (hosts_enter(&k->hosts, host)) {
		capture = net_open_capture("lo", &k->report);
		diag = net_open_diag(&k->report);
	}
	hosts_enter(&k->hosts, -1);
	int cable = k->hosts.n ? hosts_open_end(&k->hosts, host, &k->report) : -1;
	if (capture >= 0)
		fds[n++] = capture;
	if (diag >= 0)
		fds[n++] = diag;
	if (cable >= 0)
		fds[n++] = cable;
	eyes.report = k->report;
	eyes.capture = capture >= 0;
	eyes.diag = diag >= 0;
	eyes.cable = cable >= 0;
	bool sent = msg_send(k->birth->control, &eyes, sizeof eyes, fds, (unsigned)n);
	while (n > 0)
		close(fds[--n]);
	return sent;
}

static bool serve(struct keeper *k)
{
	struct keeper_request request;
	int fds[MSG_FDS];

	if (!msg_recv(k->birth->control, &request, sizeof request, fds, NULL))
		return errno == EPROTO;
	if (k->hosts.n && (request.host < 0 || request.host >= k->hosts.n))
		request.host = 0;
	if (request.what == KEEPER_SPAWN && fds[2] >= 0)
		spawn(k, request.host, fds);
	msg_close(fds);
	if (request.what == KEEPER_EYES)
		return hand_out_eyes(k, request.host);
	if (request.what == KEEPER_PROBE) {
		net_probe(&k->report);
		return msg_send(k->birth->control, &k->report, sizeof k->report, NULL, 0);
	}
	return true;
}

/* False when we were told to end. */
static bool hear_signals(struct keeper *k)
{
	struct signalfd_siginfo info;
	bool stay = true;

	while (read(k->signals, &info, sizeof info) == sizeof info)
		stay = stay && info.ssi_signo != SIGTERM;
	while (waitpid(-1, NULL, WNOHANG | __WALL) > 0)
		;
	return stay;
}

/* Until nobody is left: those who fork while they are being killed are met again in the next round. */
static void end_everybody(struct keeper *k)
{
	struct pollfd child = { k->signals, POLLIN, 0 };
	siginfo_t info;

	while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0) {
		size_t n;
		pid_t *kin = kin_of(getpid(), &n);
		for (size_t i = 0; i < n; i++)
			kill(kin[i], SIGKILL);
		free(kin);
		poll(&child, 1, 20);
		hear_signals(k);
	}
}

_Noreturn void keeper_main(const struct keeper_order *order, const struct keeper_birth *birth)
{
	struct keeper k = { .order = order, .birth = birth };
	bool stay = true;

	settle_ids(birth);
	prctl(PR_SET_NAME, "keeper");
	die_with_parent(&k);
	make_stage(&k);
	if (!msg_send(birth->control, &k.report, sizeof k.report, NULL, 0))
		stay = false;
	while (stay) {
		struct pollfd p[] = { { birth->control, POLLIN, 0 }, { k.signals, POLLIN, 0 } };
		if (poll(p, 2, -1) < 0 && errno != EINTR)
			break;
		if (p[1].revents)
			stay = hear_signals(&k);
		if (stay && p[0].revents)
			stay = serve(&k);
	}
	if (!birth->pidns)
		end_everybody(&k);
	_exit(0);
}
