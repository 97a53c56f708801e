/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tutor's side of a stage: it holds the control socket, whose end is the
 * stage's end, and for each actor the memory in which its script lies.
 */
#include "engine/stage/stage.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/buf.h"
#include "engine/stage/hosts.h"
#include "engine/stage/kin.h"
#include "engine/stage/msg.h"
#include "engine/stage/net.h"
#include "engine/stage/place.h"
#include "engine/stage/power.h"
#include "engine/stage/report.h"
#include "engine/stage/spawn.h"
#include "engine/stage/stage_probe.h"
#include "engine/stage/stagehand.h"

enum { PATIENCE = 10 };   /* seconds for an answer that normally takes milliseconds */

struct child {
	pid_t pid;
	int sock;                       /* for the go byte; -1 once it went */
	struct spawn_script *script;
	struct child *next;
};

struct stage {
	pid_t keeper;
	bool pidns;
	int n_hosts;
	int control;
	int pidfd;                      /* of the keeper; -1 where the kernel has none */
	struct child *children;
	struct place_map places;
};

static bool be_impatient(int sock)
{
	struct timeval t = { .tv_sec = PATIENCE };

	return setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t) == 0;
}

static bool full_path(const char *path, char out[PATH_MAX], struct err *err)
{
	out[0] = '\0';
	return !path || realpath(path, out) || err_set(err, ERR_SYSTEM, errno, "realpath", path);
}

/* Only what /etc/hosts can hold as one word. */
static void copy_name(const char *name, int host, char out[HOST_NAME])
{
	static const char kept[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

	if (*name && strlen(name) < HOST_NAME && strspn(name, kept) == strlen(name))
		snprintf(out, HOST_NAME, "%s", name);
	else
		snprintf(out, HOST_NAME, "host%d", host + 1);
}

static bool write_order(const struct stage_plan *plan, struct keeper_order *o, struct err *err)
{
	memset(o, 0, sizeof *o);
	o->private_net = plan->private_net;
	o->hide_files = plan->hide_files;
	o->as_is = plan->as_is;
	o->n_hosts = !plan->hosts ? 0 : plan->n_hosts < STAGE_HOSTS ? plan->n_hosts : STAGE_HOSTS;
	o->cable = o->n_hosts > 1;
	for (int i = 0; i < o->n_hosts; i++)
		copy_name(plan->hosts[i], i, o->hosts[i]);
	return full_path(plan->programs, o->programs, err) && full_path(plan->shim, o->shim, err);
}

static struct stage *stage_make(const struct keeper_order *order, struct stage_report *made, struct err *err)
{
	struct stagehand_birth birth;
	int pair[2];

	if (!msg_pair(pair) || !be_impatient(pair[0])) {
		err_set(err, ERR_STAGE, errno, "control", "socketpair");
		return NULL;
	}
	bool born = stagehand_keeper(order, pair[1], &birth, err);
	close(pair[1]);
	if (!born) {
		close(pair[0]);
		return NULL;
	}
	struct stage *s = xcalloc(1, sizeof *s);
	*s = (struct stage){ .keeper = birth.pid, .pidns = birth.pidns, .control = pair[0] };
	s->pidfd = syscall(SYS_pidfd_open, s->keeper, 0);
	if (!msg_recv(s->control, made, sizeof *made, NULL, NULL)) {
		err_set(err, ERR_KEEPER_GONE, errno, NULL, NULL);
		stage_free(s);
		return NULL;
	}
	report_merge(made, &birth.report);
	return s;
}

/* Half of it would be worse than nothing, and there is no way back out of a namespace: begin again without. */
static bool ask_less(struct keeper_order *order, const struct stage_report *made)
{
	bool dead_net = !strcmp(made->step[PART_NETNS], NET_DEAD);
	bool half_hidden = order->hide_files && made->refused[PART_MNTNS];
	bool no_cable = order->cable && made->refused[PART_VETH];

	if (dead_net)
		order->private_net = false;
	if (half_hidden)
		order->hide_files = false;
	if (no_cable)
		order->cable = false;
	return dead_net || half_hidden || no_cable;
}

struct stage *stage_new(const struct stage_plan *plan, struct stage_report *report, struct err *err)
{
	struct keeper_order order;
	struct stage_report made;

	if (!write_order(plan, &order, err))
		return NULL;
	struct stage *s = stage_make(&order, &made, err);
	if (s && ask_less(&order, &made)) {
		struct stage_report first = made;
		stage_free(s);
		s = stage_make(&order, &made, err);
		if (s)
			report_merge(&made, &first);
	}
	if (s)
		place_map_init(&s->places, &order);
	if (s && order.cable && !made.refused[PART_VETH])
		s->n_hosts = order.n_hosts;
	if (s && report)
		*report = made;
	return s;
}

bool stage_ask_probe(struct stage *s, struct stage_report *report, struct err *err)
{
	struct stage_report answer;
	struct keeper_request request = { .what = KEEPER_PROBE };

	if (!msg_send(s->control, &request, sizeof request, NULL, 0) ||
	    !msg_recv(s->control, &answer, sizeof answer, NULL, NULL))
		return err_set(err, ERR_KEEPER_GONE, errno, NULL, NULL);
	report_merge(report, &answer);
	return true;
}

bool stage_is_there(const struct stage *s)
{
	return !msg_is_over(s->control) && stagehand_is_there();
}

int stage_hosts(const struct stage *s)
{
	return s->n_hosts;
}

void stage_address(int host, char out[16])
{
	hosts_address(host, out);
}

bool stage_eyes(struct stage *s, int host, struct stage_eyes *eyes, struct stage_report *report, struct err *err)
{
	struct keeper_eyes answer;
	struct keeper_request request = { KEEPER_EYES, host };
	int fds[MSG_FDS], n = 0;

	if (!msg_send(s->control, &request, sizeof request, NULL, 0) ||
	    !msg_recv(s->control, &answer, sizeof answer, fds, NULL))
		return err_set(err, ERR_KEEPER_GONE, errno, NULL, NULL);
	eyes->capture = answer.capture ? fds[n++] : -1;
	eyes->diag = answer.diag ? fds[n++] : -1;
	eyes->cable = answer.cable ? fds[n++] : -1;
	report_merge(report, &answer.report);
	return true;
}

static void child_free(struct child *c)
{
	if (c->sock >= 0)
		close(c->sock);
	if (c->script)
		munmap(c->script, c->script->size);
	free(c);
}

/* Hand the script over and wait for the child's hello. */
static bool start_child(struct stage *s, struct child *c, int script, const struct stage_actor *actor, struct err *err)
{
	struct keeper_request request = { KEEPER_SPAWN, actor->host };
	int pair[2], on = 1;
	struct spawn_hello hello;

	if (!msg_pair(pair))
		return err_set(err, ERR_STAGE, errno, "spawn", "socketpair");
	c->sock = pair[0];
	bool sent = be_impatient(c->sock) && setsockopt(c->sock, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) == 0 &&
		msg_send(s->control, &request, sizeof request, (int[]){ script, actor->tty, pair[1] }, 3);
	close(pair[1]);
	if (!sent || !msg_recv(c->sock, &hello, sizeof hello, NULL, &c->pid))
		return err_set(err, ERR_KEEPER_GONE, errno, NULL, NULL);
	if (hello.sys) {
		hello.step[sizeof hello.step - 1] = '\0';
		return err_set(err, ERR_STAGE, hello.sys, "spawn", hello.step);
	}
	return c->pid > 0 || err_set(err, ERR_STAGE, ESRCH, "spawn", "pid of the child");
}

pid_t stage_spawn(struct stage *s, const struct stage_actor *actor, struct err *err)
{
	struct child *c = xcalloc(1, sizeof *c);
	struct stage_actor placed = *actor;
	char **env = place_env(&s->places, actor->env), *cwd = actor->cwd ? place_path(&s->places, actor->cwd) : NULL;

	placed.env = (const char *const *)env;
	placed.cwd = cwd;
	c->sock = -1;
	int script = spawn_write(&placed, &c->script, err);
	place_env_free(env);
	free(cwd);
	bool ok = script >= 0 && start_child(s, c, script, actor, err);
	if (script >= 0)
		close(script);
	if (!ok) {
		child_free(c);
		return -1;
	}
	c->next = s->children;
	s->children = c;
	return c->pid;
}

static struct child *child_of(struct stage *s, pid_t pid)
{
	struct child *c = s->children;

	while (c && c->pid != pid)
		c = c->next;
	return c;
}

bool stage_keeps_setuid(void)
{
	return power_sees_through_setuid();
}

bool stage_go(struct stage *s, pid_t pid, struct err *err)
{
	struct child *c = child_of(s, pid);

	if (!c || c->sock < 0)
		return err_set(err, ERR_NO_TASK, 0, NULL, NULL);
	bool sent = msg_send(c->sock, "g", 1, NULL, 0);
	int sys = errno;
	close(c->sock);
	c->sock = -1;
	return sent || err_set(err, ERR_STAGE, sys, "spawn", "go");
}

int stage_exec_error(struct stage *s, pid_t pid)
{
	struct child *c = child_of(s, pid);

	return c ? c->script->failed : 0;
}

void stage_path(const struct stage *s, const char *path, char *out, size_t n)
{
	char *place = place_path(&s->places, path);

	snprintf(out, n, "/proc/%d/root/%s", s->keeper, place + (*place == '/'));
	free(place);
}

static void wait_for_threads(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/task", pid);
	DIR *dir = opendir(path);
	if (!dir)
		return;
	for (struct dirent *e; (e = readdir(dir)); ) {
		pid_t tid = atoi(e->d_name);
		while (tid > 0 && waitpid(tid, NULL, WNOHANG | __WALL) > 0)
			;
	}
	closedir(dir);
}

/* Tasks that we trace stay in the table until we, too, have waited for them; nobody else can. */
static void wait_for_traced(pid_t keeper)
{
	size_t n;
	pid_t *kin = kin_of(keeper, &n);

	for (size_t i = 0; i < n; i++)
		wait_for_threads(kin[i]);
	free(kin);
}

static bool keeper_gone(struct stage *s, int ms)
{
	struct pollfd p = { s->pidfd, POLLIN, 0 };

	poll(&p, 1, ms);   /* a negative descriptor makes this a plain wait */
	return stagehand_reap(s->keeper);
}

/* If it has ended before its time, its number may be another process's by now. */
static void kill_keeper(const struct stage *s)
{
	if (s->pidfd >= 0)
		syscall(SYS_pidfd_send_signal, s->pidfd, SIGKILL, NULL, 0);
	else
		kill(s->keeper, SIGKILL);
}

void stage_free(struct stage *s)
{
	if (!s)
		return;
	close(s->control);
	if (s->pidns)   /* else the keeper itself must end the programs first */
		kill_keeper(s);
	for (int i = 0; i < 250 && !keeper_gone(s, 20); i++)
		wait_for_traced(s->keeper);
	if (s->pidfd >= 0)
		close(s->pidfd);
	place_map_release(&s->places);
	for (struct child *c = s->children, *next; c; c = next) {
		next = c->next;
		child_free(c);
	}
	free(s);
}
