/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Each set-up call of the stage made to fail in turn, by a seccomp filter that
 * answers with an errno, or for real where that can be done. What must be
 * reported is in the table; what must still work is the same for all: a program
 * runs, without power, and nothing is left of it.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/sockios.h>
#include <poll.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "engine/stage/kin.h"
#include "engine/stage/power.h"
#include "tests/stage/play.h"

enum { SKIP = 77 };

struct rule {
	int call;             /* SCMP_SYS(…); 0 ends the list */
	int sys;              /* the errno it gives */
	int arg;              /* which argument decides */
	unsigned long mask, value;   /* …when (argument & mask) == value; mask 0: always */
};

struct want {
	enum stage_part part;
	int sys;              /* 0: any */
	const char *step;     /* "*": any (as root another one comes first) */
};

struct refusal {
	const char *name;
	int (*before)(void);  /* makes the refusal real; 0, or SKIP after saying why */
	struct rule rules[3];
	struct want wants[4]; /* step NULL ends the list; parts refused because of these need not be listed */
	const char *command, *says;   /* what a program then finds; NULL: nothing more to check */
	const char *spawn;    /* the step at which stage_spawn must fail; NULL: it must work */
};

#define BITS(n) (n), (n)
#define IS(n) ~0ul, (n)
#define ALONE "echo $$ | grep -qx 2 && echo own pids || echo host pids"

/* A namespace in which we are nobody of importance: what is prepared here stays in force, and no power is left. */
static int own_userns(int more)
{
	char map[64];
	unsigned uid = getuid(), gid = getgid();
	const char *const files[] = { "setgroups", "uid_map", "gid_map" };

	if (unshare(CLONE_NEWUSER | more) < 0) {
		printf("skip: no user namespace to prepare it in\n");
		return SKIP;
	}
	for (int i = 0; i < 3; i++) {
		snprintf(map, sizeof map, "/proc/self/%s", files[i]);
		int fd = open(map, O_WRONLY);
		snprintf(map, sizeof map, "%u %u 1\n", i == 1 ? uid : gid, i == 1 ? uid : gid);
		if (fd < 0 || write(fd, i ? map : "deny", i ? strlen(map) : 4) < 0) {
			printf("skip: maps cannot be written: %s\n", strerror(errno));
			return SKIP;
		}
		close(fd);
	}
	return 0;
}

static int no_more_namespaces(void)
{
	int skip = own_userns(0), fd;

	if (skip)
		return skip;
	fd = open("/proc/sys/user/max_user_namespaces", O_WRONLY);
	if (fd < 0 || write(fd, "0\n", 2) != 2) {
		printf("skip: max_user_namespaces cannot be written: %s\n", strerror(errno));
		return SKIP;
	}
	close(fd);
	power_drop();
	prctl(PR_SET_DUMPABLE, 1);
	return 0;
}

/* As on Ubuntu 24.04: the namespace is made, and the next step fails. */
static int proc_read_only(void)
{
	int skip = own_userns(CLONE_NEWNS);

	if (skip)
		return skip;
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("/proc", "/proc", NULL, MS_BIND | MS_REC, NULL) < 0 ||
	    mount(NULL, "/proc", NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0) {
		printf("skip: /proc cannot be made read-only: %s\n", strerror(errno));
		return SKIP;
	}
	power_drop();
	prctl(PR_SET_DUMPABLE, 1);
	return 0;
}

/* As in a container: parts of /proc are covered, so no fresh one may be mounted, and /proc/sys is read-only. */
static int container_proc(void)
{
	int skip = own_userns(CLONE_NEWNS);

	if (skip)
		return skip;
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("/dev/null", "/proc/timer_list", NULL, MS_BIND, NULL) < 0 ||
	    mount("/proc/sys", "/proc/sys", NULL, MS_BIND, NULL) < 0 ||
	    mount(NULL, "/proc/sys", NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0) {
		printf("skip: /proc cannot be covered: %s\n", strerror(errno));
		return SKIP;
	}
	return 0;
}

/* As in a small container: what is put over /etc/hosts has nothing to be put over. */
static int no_hosts_file(void)
{
	int skip = own_userns(CLONE_NEWNS);

	if (skip)
		return skip;
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 || mount("tmpfs", "/etc", "tmpfs", 0, "mode=755") < 0 ||
	    mkdir("/etc/folder", 0755) < 0 || symlink("nowhere", "/etc/link") < 0) {
		printf("skip: /etc cannot be covered: %s\n", strerror(errno));
		return SKIP;
	}
	return 0;
}

static int no_power(void)
{
	power_drop();
	prctl(PR_SET_DUMPABLE, 1);
	return 0;
}

static int root_with_power(void)
{
	if (geteuid() == 0)
		return 0;
	printf("skip: only root can make other namespaces without a user namespace\n");
	return SKIP;
}

static int root_without_power(void)
{
	if (geteuid() == 0)
		return no_power();
	printf("skip: only root without CAP_SETFCAP is refused the map, and this is not root\n");
	return SKIP;
}

static const struct refusal refusals[] = {
	{ "nothing refused", .command = ALONE, .says = "own pids\n" },
	{ "root without capabilities", .before = root_without_power,
	  .wants = { { PART_UIDMAP, EPERM, "write uid_map" }, { PART_PIDNS, EPERM, "clone with CLONE_NEWPID" } },
	  .command = ALONE "; ls", .says = "host pids\nhello\n" },
	{ "clone with CLONE_NEWUSER", .before = no_power,
	  .rules = { { SCMP_SYS(clone), EPERM, 0, BITS(CLONE_NEWUSER) } },
	  .wants = { { PART_USERNS, EPERM, "clone with CLONE_NEWUSER" }, { PART_PIDNS, EPERM, "clone with CLONE_NEWPID" },
		     { PART_NETNS, EPERM, "unshare net" }, { PART_MNTNS, EPERM, "unshare mount" } },
	  .command = ALONE "; ls", .says = "host pids\nhello\n" },
	{ "clone with CLONE_NEWUSER, as root", .before = root_with_power,
	  .rules = { { SCMP_SYS(clone), EPERM, 0, BITS(CLONE_NEWUSER) } },
	  .wants = { { PART_USERNS, EPERM, "clone with CLONE_NEWUSER" } },
	  .command = ALONE "; hostname; pwd", .says = "own pids\nlesson\n/tmp/lesson\n" },
	{ "max_user_namespaces = 0", .before = no_more_namespaces,
	  .wants = { { PART_USERNS, ENOSPC, "clone with CLONE_NEWUSER" }, { PART_PIDNS, 0, "clone with CLONE_NEWPID" },
		     { PART_NETNS, 0, "unshare net" }, { PART_MNTNS, 0, "unshare mount" } },
	  .command = ALONE "; ls", .says = "host pids\nhello\n" },
	{ "uid_map not writable", .before = proc_read_only,
	  .wants = { { PART_UIDMAP, EROFS, "write setgroups" }, { PART_PIDNS, 0, "clone with CLONE_NEWPID" },
		     { PART_NETNS, 0, "unshare net" }, { PART_MNTNS, 0, "unshare mount" } },
	  .command = ALONE "; ls", .says = "host pids\nhello\n" },
	{ "a container's /proc", .before = container_proc,
	  .wants = { { PART_PIDNS, EPERM, "mount /proc" }, { PART_LOWPORT, EROFS, "write ip_unprivileged_port_start" } },
	  .command = ALONE "; hostname; ls", .says = "own pids\nlesson\nhello\n" },
	{ "no /etc/hosts", .before = no_hosts_file,
	  .command = "ls -1 /etc; grep -c localhost /etc/hosts; touch /etc/x 2>&1 | grep -o Read-only",
	  .says = "folder\nhosts\nlink\n2\nRead-only\n" },
	{ "clone with CLONE_NEWPID", .rules = { { SCMP_SYS(clone), EINVAL, 0, BITS(CLONE_NEWPID) } },
	  .wants = { { PART_PIDNS, EINVAL, "clone with CLONE_NEWPID" } },
	  .command = ALONE "; hostname; pwd", .says = "host pids\nlesson\n/tmp/lesson\n" },
	{ "unshare(CLONE_NEWNET)", .rules = { { SCMP_SYS(unshare), EPERM, 0, BITS(CLONE_NEWNET) } },
	  .wants = { { PART_NETNS, EPERM, "unshare net" } }, .command = "pwd", .says = "/tmp/lesson\n" },
	{ "unshare(CLONE_NEWNS)", .rules = { { SCMP_SYS(unshare), ENOSPC, 0, BITS(CLONE_NEWNS) } },
	  .wants = { { PART_MNTNS, ENOSPC, "unshare mount" } }, .command = "hostname; ls", .says = "lesson\nhello\n" },
	{ "unshare(CLONE_NEWIPC)", .rules = { { SCMP_SYS(unshare), EPERM, 0, BITS(CLONE_NEWIPC) } },
	  .wants = { { PART_IPCNS, EPERM, "unshare ipc, uts" } }, .command = ALONE "; pwd", .says = "own pids\n/tmp/lesson\n" },
	{ "sethostname", .rules = { { SCMP_SYS(sethostname), EPERM, 0, 0, 0 } },
	  .wants = { { PART_IPCNS, EPERM, "sethostname" } }, .command = "pwd", .says = "/tmp/lesson\n" },
	{ "mount", .rules = { { SCMP_SYS(mount), EPERM, 0, 0, 0 } },
	  .wants = { { PART_MNTNS, EPERM, "make / private" } }, .command = "hostname; ls", .says = "lesson\nhello\n" },
	{ "mount of /proc", .rules = { { SCMP_SYS(mount), EPERM, 3, IS(MS_NOSUID | MS_NODEV | MS_NOEXEC) } },
	  .wants = { { PART_PIDNS, EPERM, "mount /proc" } }, .command = ALONE "; pwd", .says = "own pids\n/tmp/lesson\n" },
	{ "mount of tmpfs", .rules = { { SCMP_SYS(mount), EPERM, 3, IS(MS_NOSUID | MS_NODEV) } },
	  .wants = { { PART_MNTNS, EPERM, "tmpfs on /run" } }, .command = "hostname; ls", .says = "lesson\nhello\n" },
	{ "bind mounts", .rules = { { SCMP_SYS(mount), EPERM, 3, IS(MS_BIND | MS_REC) } },
	  .wants = { { PART_MNTNS, EPERM, "*" } }, .command = "hostname; ls", .says = "lesson\nhello\n" },
	{ "mount_setattr", .rules = { { SCMP_SYS(mount_setattr), ENOSYS, 0, 0, 0 } },
	  .command = "touch /etc/x /var/tmp/x /tmp/lesson/x 2>&1 | grep -c Read-only; touch /tmp/x && ls -1 /tmp",
	  .says = "3\nlesson\nx\n" },
	{ "mount_setattr and remount", .rules = { { SCMP_SYS(mount_setattr), EPERM, 0, 0, 0 },
	                                          { SCMP_SYS(mount), EPERM, 3, BITS(MS_REMOUNT) } },
	  .wants = { { PART_MNTNS, EPERM, "make the tree read-only" } }, .command = "hostname; ls", .says = "lesson\nhello\n" },
	{ "netlink sockets", .rules = { { SCMP_SYS(socket), EPERM, 0, IS(AF_NETLINK) } },
	  .wants = { { PART_QUICKACK, EPERM, "route with quickack" }, { PART_DIAG, EPERM, "dump TCP sockets" },
		     { PART_VETH, EPERM, "make a veth pair" } },
	  .command = "cat /sys/class/net/lo/flags /proc/net/dev | head -c0; cat /proc/sys/net/ipv4/ip_unprivileged_port_start",
	  .says = "0\n" },
	{ "lo cannot be brought up", .rules = { { SCMP_SYS(socket), EPERM, 0, IS(AF_NETLINK) },
						{ SCMP_SYS(ioctl), EPERM, 1, IS(SIOCSIFFLAGS) } },
	  .wants = { { PART_NETNS, EPERM, "lo up" } }, .command = "pwd", .says = "/tmp/lesson\n" },
	{ "AF_PACKET sockets", .rules = { { SCMP_SYS(socket), EPERM, 0, IS(AF_PACKET) } },
	  .wants = { { PART_PACKET, EPERM, "socket AF_PACKET" }, { PART_VETH, EPERM, "socket AF_PACKET" } } },
	{ "setns", .rules = { { SCMP_SYS(setns), EPERM, 0, 0, 0 } }, .wants = { { PART_VETH, EPERM, "setns" } } },
	{ "SIOCETHTOOL", .rules = { { SCMP_SYS(ioctl), EOPNOTSUPP, 1, IS(SIOCETHTOOL) } },
	  .wants = { { PART_VETH, EOPNOTSUPP, "checksum offload" } } },
	{ "capture ring", .rules = { { SCMP_SYS(setsockopt), ENOMEM, 2, IS(PACKET_RX_RING) } },
	  .wants = { { PART_PACKET, ENOMEM, "capture ring" }, { PART_VETH, ENOMEM, "capture ring" } } },
	{ "sock_diag", .rules = { { SCMP_SYS(socket), EPROTONOSUPPORT, 2, IS(NETLINK_SOCK_DIAG) } },
	  .wants = { { PART_DIAG, EPROTONOSUPPORT, "dump TCP sockets" } } },
	{ "pidfd_open", .rules = { { SCMP_SYS(pidfd_open), ENOSYS, 0, 0, 0 } },
	  .wants = { { PART_PIDFD, ENOSYS, "pidfd_open" } } },
	{ "pidfd_getfd", .rules = { { SCMP_SYS(pidfd_getfd), EPERM, 0, 0, 0 } },
	  .wants = { { PART_PIDFD, EPERM, "pidfd_getfd" } } },
	{ "ptrace", .rules = { { SCMP_SYS(ptrace), EPERM, 0, 0, 0 } }, .wants = { { PART_PTRACE, EPERM, "PTRACE_SEIZE" } } },
	{ "PTRACE_GET_SYSCALL_INFO", .rules = { { SCMP_SYS(ptrace), EIO, 0, IS(0x420e) } },
	  .wants = { { PART_PTRACE, EIO, "PTRACE_GET_SYSCALL_INFO" } } },
	{ "process_vm_readv", .rules = { { SCMP_SYS(process_vm_readv), EPERM, 0, 0, 0 } } },
	{ "seccomp", .rules = { { SCMP_SYS(seccomp), EINVAL, 0, 0, 0 } }, .wants = { { PART_SECCOMP, EINVAL, "load a filter" } } },
	{ "close_range", .rules = { { SCMP_SYS(close_range), ENOSYS, 0, 0, 0 } },
	  .command = "exec ls -1 /proc/self/fd", .says = "0\n1\n2\n3\n" },
	{ "PR_SET_PDEATHSIG", .rules = { { SCMP_SYS(prctl), EINVAL, 0, IS(PR_SET_PDEATHSIG) } }, .command = ALONE, .says = "own pids\n" },
	{ "memfd_create", .rules = { { SCMP_SYS(memfd_create), ENOSYS, 0, 0, 0 } },
	  .wants = { { PART_PTY, ENOSYS, "memfd_create" } }, .spawn = "memfd_create" },
	{ "TIOCSPTLCK", .rules = { { SCMP_SYS(ioctl), EPERM, 1, IS(TIOCSPTLCK) } },
	  .wants = { { PART_PTY, EPERM, "open slave" } }, .spawn = "open slave" },
	{ "TIOCSCTTY", .rules = { { SCMP_SYS(ioctl), EPERM, 1, IS(TIOCSCTTY) } },
	  .wants = { { PART_PTY, EPERM, "take the terminal" } }, .spawn = "take the terminal" },
	{ "capset", .rules = { { SCMP_SYS(capset), EPERM, 0, 0, 0 } },
	  .wants = { { PART_PTY, EPERM, "drop capabilities" } }, .spawn = "drop capabilities" },
};

static int bad;

static void complain(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	printf("  ");
	vprintf(fmt, ap);
	printf("\n");
	va_end(ap);
	bad = 1;
}

static void load(const struct rule *rules)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);

	for (const struct rule *r = rules; r->call; r++) {
		struct scmp_arg_cmp when = SCMP_CMP(r->arg, SCMP_CMP_MASKED_EQ, r->mask, r->value);
		if (r->mask == ~0ul)
			when = SCMP_CMP(r->arg, SCMP_CMP_EQ, r->value);
		int rc = r->mask ? seccomp_rule_add(ctx, SCMP_ACT_ERRNO(r->sys), r->call, 1, when) :
				   seccomp_rule_add(ctx, SCMP_ACT_ERRNO(r->sys), r->call, 0);
		if (rc < 0)
			complain("rule: %s", strerror(-rc));
	}
	int rc = seccomp_load(ctx);
	if (rc < 0)
		complain("load: %s", strerror(-rc));
	seccomp_release(ctx);
}

static void check_report(const struct refusal *f, const struct stage_report *r)
{
	for (const struct want *w = f->wants; w < f->wants + 4 && w->step; w++) {
		int sys = r->refused[w->part];
		if (!sys || (w->sys && sys != w->sys) || (strcmp(w->step, "*") && strcmp(r->step[w->part], w->step)))
			complain("%s: wanted %s (%s), reported %s (%s)", stage_part_key(w->part), w->step, strerror(w->sys),
				 r->step[w->part], strerror(sys));
	}
	for (int i = 0; i < STAGE_PARTS; i++) {
		if (r->refused[i])
			printf("    %s refused: %s: %s\n", stage_part_key(i), r->step[i], strerror(r->refused[i]));
		if (r->refused[i] && !f->wants[0].step)
			complain("%s should have been granted", stage_part_key(i));
	}
}

static void check_program(const struct refusal *f, struct stage *s)
{
	char out[4096];
	struct err err = { 0 };
	pid_t pid = play(s, f->command ? f->command : "echo up", out, sizeof out, &err);

	if (f->spawn) {
		if (pid > 0 || strcmp(err.a[1], f->spawn))
			complain("spawn: wanted a failure at %s, got pid %d, %s", f->spawn, pid, err.a[1]);
		return;
	}
	if (pid < 0)
		complain("spawn failed at %s: %s", err.a[1], strerror(err.sys));
	else if (strcmp(out, f->command ? f->says : "up\n"))
		complain("the program said: %s", out);
	play(s, "grep CapEff /proc/self/status; grep NoNewPrivs /proc/self/status", out, sizeof out, &err);
	if (strcmp(out, "CapEff:\t0000000000000000\nNoNewPrivs:\t1\n"))
		complain("the program has power: %s", out);
	play(s, "test -e $WHERE && test -e hello && echo here", out, sizeof out, &err);
	if (strcmp(out, "here\n"))
		complain("the lesson's folder is not where the environment says: %s", out);
	play(s, "trap '' HUP; for i in 1 2 3; do (setsid sleep 1000 </dev/null >/dev/null 2>&1 &); done", out, sizeof out, &err);
}

/* Two hosts where the probe says so; else one, on which programs run as well, and which has the addresses of both. */
static void check_hosts(const struct refusal *f, const struct stage_report *probed, const char *folder)
{
	static const char *const hosts[] = { "one", "two" };
	struct stage_plan plan = { .private_net = true, .hide_files = true, .programs = folder, .hosts = hosts, .n_hosts = 2 };
	struct stage_report made;
	struct err err = { 0 };
	char out[4096];
	struct stage *s = stage_new(&plan, &made, &err);

	if (!s) {
		complain("stage with hosts: %s %s: %s", err.a[0], err.a[1], strerror(err.sys));
		return;
	}
	if (!made.refused[PART_VETH] != !probed->refused[PART_VETH])
		complain("hosts: the probe and the stage disagree");
	if (stage_hosts(s) != (made.refused[PART_VETH] ? 0 : 2))
		complain("%d hosts", stage_hosts(s));
	if (!f->spawn) {
		play(s, "grep -c eth0 /proc/net/dev; grep -ws two /etc/hosts", out, sizeof out, &err);
		bool far = !made.refused[PART_NETNS] && out[0] && !strstr(out, "127.0.0.1 two");
		const char *names = made.refused[PART_MNTNS] ? "" : far ? "10.0.0.2 two\n" : "127.0.0.1 two\n";
		if (!out[0] || strcmp(out + 2, names) || (!made.refused[PART_NETNS] && out[0] - '0' != stage_hosts(s) / 2))
			complain("hosts: a program finds: %s", out);
	}
	stage_free(s);
}

/* Who is there before and after must be the same; without a pid namespace the keeper sees to that itself. */
static void check_nobody(size_t before)
{
	size_t after;

	free(kin_of(getpid(), &after));
	if (after != before)
		complain("%zu processes left", after - before);
}

static int try(const struct refusal *f, const char *folder)
{
	struct stage_plan plan = { .private_net = true, .hide_files = true, .programs = folder };
	struct stage_report probed, made;
	struct err err = { 0 };
	size_t before;
	int skip = f->before ? f->before() : 0;

	if (skip)
		return skip;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	load(f->rules);
	if (!stagehand_start(&err)) {
		complain("stagehand: %s", strerror(err.sys));
		return 1;
	}
	free(kin_of(getpid(), &before));
	if (!stage_probe(&probed, &err))
		complain("probe: %s %s: %s", err.a[0], err.a[1], strerror(err.sys));
	check_report(f, &probed);
	check_nobody(before);
	struct stage *s = stage_new(&plan, &made, &err);
	if (!s) {
		complain("stage: %s %s: %s", err.a[0], err.a[1], strerror(err.sys));
		return 1;
	}
	for (int i = PART_USERNS; i <= PART_QUICKACK; i++)
		if (!made.refused[i] != !probed.refused[i])
			complain("%s: the probe and the stage disagree", stage_part_key(i));
	check_program(f, s);
	stage_free(s);
	check_hosts(f, &probed, folder);
	check_nobody(before);
	return bad;
}

static int run_apart(const struct refusal *f, const char *folder)
{
	int status;

	printf("%s\n", f->name);
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		alarm(60);
		int result = try(f, folder);
		fflush(stdout);
		_exit(result);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return 1;
	if (!WIFEXITED(status))
		printf("  ended by signal %d\n", WTERMSIG(status));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* Fallbacks can only be tried from where all is granted. */
static bool all_granted(void)
{
	struct stage_report report;
	struct err err;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		bool all = stagehand_start(&err) && stage_probe(&report, &err);
		for (int i = 0; all && i < STAGE_PARTS; i++)
			if (report.refused[i]) {
				printf("skip: this system itself refuses %s: %s: %s\n", stage_part_key(i), report.step[i],
				       strerror(report.refused[i]));
				fflush(stdout);
				_exit(1);
			}
		_exit(!all);
	}
	return pid > 0 && waitpid(pid, &status, 0) > 0 && status == 0;
}

/* refuse FOLDER [WORD]: FOLDER holds one file, hello; only cases with WORD in their names. */
int main(int argc, char **argv)
{
	int passed = 0, failed = 0, skipped = 0;

	if (argc < 2)
		return 2;
	if (!all_granted())
		return SKIP;
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		if (argc > 2 && !strstr(refusals[i].name, argv[2]))
			continue;
		int result = run_apart(&refusals[i], argv[1]);
		printf("%s %s\n", result == SKIP ? "  skipped:" : result ? "  FAILED:" : "  ok:", refusals[i].name);
		result == SKIP ? skipped++ : result ? failed++ : passed++;
	}
	printf("%d passed, %d failed, %d skipped\n", passed, failed, skipped);
	return failed != 0;
}
