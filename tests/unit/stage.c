/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A stage where this system grants one. What is refused is the business of tests/stage/refuse.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "engine/stage/kin.h"
#include "tests/stage/play.h"

static char folder[] = "/tmp/stage-unit.XXXXXX";   /* the "lesson"; under /tmp on purpose: a stage hides that */
static const struct stage_plan whole = { .private_net = true, .hide_files = true, .programs = folder };

static struct stage *open_stage(const struct stage_plan *plan, enum stage_part need)
{
	struct stage_report report;
	struct err err = { 0 };
	struct stage *stage = stage_new(plan, &report, &err);

	assert_non_null(stage);
	if (report.refused[need]) {
		stage_free(stage);
		print_message("skip: %s refused at %s\n", stage_part_key(need), report.step[need]);
		skip();
	}
	return stage;
}

static const char *says(struct stage *stage, const char *command)
{
	static char out[16384];
	struct err err = { 0 };

	assert_true(play(stage, command, out, sizeof out, &err) > 0);
	return out;
}

static void program_is_alone(void **state)
{
	struct stage *s = open_stage(&whole, PART_PIDNS);

	assert_string_equal(says(s, "echo $$ $PPID"), "2 1\n");
	assert_string_equal(says(s, "hostname"), "lesson\n");
	assert_string_equal(says(s, "pwd; ls"), "/tmp/lesson\nhello\n");
	assert_string_equal(says(s, "cat /etc/resolv.conf"), "nameserver 127.0.0.1\n");
	stage_free(s);
}

static void program_keeps_its_uid(void **state)
{
	char want[64];
	struct stage *s = open_stage(&whole, PART_PIDNS);

	snprintf(want, sizeof want, "%d\n%d\n", getuid(), getgid());
	assert_string_equal(says(s, "id -u; id -g"), want);
	stage_free(s);
}

static void program_has_no_power(void **state)
{
	struct stage *s = open_stage(&whole, PART_USERNS);
	const char *caps = says(s, "grep -E '^(Cap|NoNew)' /proc/self/status | tr -d '\\t\\n'");

	assert_string_equal(caps, "CapInh:0000000000000000CapPrm:0000000000000000CapEff:0000000000000000"
			    "CapBnd:0000000000000000CapAmb:0000000000000000NoNewPrivs:1");
	assert_non_null(strstr(says(s, "hostname other 2>&1; hostname"), "lesson\n"));
	stage_free(s);
}

static void files_cannot_be_changed(void **state)
{
	struct stage *s = open_stage(&whole, PART_MNTNS);

	says(s, "touch /tmp/lesson/bad /var/tmp/bad /etc/bad $HOME/ok /tmp/ok /dev/shm/ok");
	assert_string_equal(says(s, "ls -1A /tmp /run /dev/shm"), "/dev/shm:\nok\n\n/run:\n\n/tmp:\nlesson\nok\n");
	if (getuid() == 0)
		assert_string_equal(says(s, "find /dev -type b | wc -l"), "0\n");
	assert_string_equal(says(s, "echo x >/dev/null; head -c3 /dev/zero | wc -c; echo x >/dev/tty"), "3\nx\n");
	says(s, "cat /proc/sys/kernel/core_uses_pid >/proc/sys/kernel/core_uses_pid || touch /tmp/refused");
	assert_string_equal(says(s, "ls /tmp/refused"), "/tmp/refused\n");
	stage_free(s);
	assert_int_not_equal(access("/var/tmp/bad", F_OK), 0);
	assert_int_not_equal(access("/tmp/ok", F_OK), 0);
	assert_int_equal(rmdir(folder), -1);   /* it still holds hello, and nothing more */
	assert_int_equal(errno, ENOTEMPTY);
}

static void signals_and_fds_are_plain(void **state)
{
	struct stage *s = open_stage(&whole, PART_PIDNS);

	assert_string_equal(says(s, "exec grep -E '^Sig(Blk|Ign)' /proc/self/status"),
			    "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
	assert_string_equal(says(s, "exec ls -1 /proc/self/fd"), "0\n1\n2\n3\n");   /* 3 is the folder that ls reads */
	assert_memory_equal(says(s, "tty"), "/dev/pts/", 9);
	stage_free(s);
}

static void net_is_private(void **state)
{
	static const char serve[] = "exec /usr/bin/python3 -c \"import socket; l = socket.create_server(('127.0.0.1', 80));"
		"c = socket.create_connection(('127.0.0.1', 80)); print('talked')\"";
	struct stage *a = open_stage(&whole, PART_NETNS), *b;

	if (access("/usr/bin/python3", X_OK) < 0) {
		stage_free(a);
		print_message("skip: no /usr/bin/python3\n");
		skip();
	}
	b = open_stage(&whole, PART_NETNS);
	assert_string_equal(says(a, serve), "talked\n");
	assert_string_equal(says(b, serve), "talked\n");
	assert_string_equal(says(a, "cat /proc/sys/net/ipv4/tcp_syn_retries /proc/sys/net/ipv4/tcp_retries2 /proc/sys/net/ipv4/tcp_orphan_retries"),
		"127\n255\n255\n");
	stage_free(a);
	stage_free(b);
}

static void host_stage_changes_nothing(void **state)
{
	static const struct stage_plan host = { 0 };
	char want[4096 + 128], name[64], cwd[4096];
	struct err err;
	struct stage *s = stage_new(&host, NULL, &err);

	assert_non_null(s);
	gethostname(name, sizeof name);
	snprintf(want, sizeof want, "%s\n%s\n", name, getcwd(cwd, sizeof cwd));
	assert_string_equal(says(s, "hostname; pwd"), want);
	stage_free(s);
}

static pid_t start(struct stage *s, const char *const *argv, const struct stage_actor *like, int *master)
{
	static const char *const env[] = { "PATH=/usr/bin:/bin", NULL };
	struct stage_actor actor = *like;
	struct err err;
	int slave;

	assert_true(stage_pty(master, &slave, 24, 80, &err));
	actor.argv = argv;
	actor.env = env;
	actor.tty = slave;
	pid_t pid = stage_spawn(s, &actor, &err);
	close(slave);
	assert_true(pid > 0);
	return pid;
}

static int exec_error(struct stage *s, const char *name)
{
	const char *const argv[] = { name, NULL };
	struct stage_actor plain = { 0 };
	struct err err;
	char out[256];
	int master;
	pid_t pid = start(s, argv, &plain, &master);

	assert_true(stage_go(s, pid, &err));
	assert_false(stage_go(s, pid, &err));
	play_read(master, out, sizeof out);
	close(master);
	return stage_exec_error(s, pid);
}

static void exec_failure_is_told(void **state)
{
	struct stage *s = stage_new(&whole, NULL, NULL);

	assert_int_equal(exec_error(s, "no-such-program"), ENOENT);
	assert_int_equal(exec_error(s, "/no/such/program"), ENOENT);
	assert_int_equal(exec_error(s, "/etc"), EACCES);
	assert_int_equal(exec_error(s, "true"), 0);
	assert_int_equal(stage_exec_error(s, 1), 0);
	stage_free(s);
}

static void bad_folder_is_an_error(void **state)
{
	struct stage_actor lost = { .cwd = "/no/such/folder", .argv = (const char *const[]){ "true", NULL } };
	struct stage_plan plan = { .programs = "/no/such/folder" };
	struct err err = { 0 };
	struct stage *s = stage_new(&whole, NULL, NULL);

	assert_null(stage_new(&plan, NULL, &err));
	assert_int_equal(err.sys, ENOENT);
	int master;
	assert_true(stage_pty(&master, &lost.tty, 24, 80, NULL));
	assert_int_equal(stage_spawn(s, &lost, &err), -1);
	assert_int_equal(err.id, ERR_STAGE);
	assert_int_equal(err.sys, ENOENT);
	assert_string_equal(err.a[1], "chdir");
	close(master);
	close(lost.tty);
	stage_free(s);
}

static void filter_is_loaded(void **state)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_uname, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOTTY),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct stage_actor filtered = { .filter = code, .filter_len = sizeof code / sizeof *code };
	const char *const argv[] = { "/bin/uname", NULL };
	struct stage *s = stage_new(&whole, NULL, NULL);
	char out[256];
	int master;
	pid_t pid = start(s, argv, &filtered, &master);

	assert_true(stage_go(s, pid, NULL));
	play_read(master, out, sizeof out);
	close(master);
	assert_non_null(strstr(out, "ioctl"));   /* ENOTTY: Inappropriate ioctl for device */
	stage_free(s);
}

static void long_scripts_fit(void **state)
{
	char *big = malloc(100001);
	const char *const argv[] = { "printf", "%.3s", big, big, big, big, NULL };
	struct stage_actor plain = { 0 };
	struct stage *s = stage_new(&whole, NULL, NULL);
	char out[64];
	int master;

	memset(big, 'x', 100000);
	big[100000] = '\0';
	pid_t pid = start(s, argv, &plain, &master);
	assert_true(stage_go(s, pid, NULL));
	play_read(master, out, sizeof out);
	assert_string_equal(out, "xxxxxxxxxxxx");
	close(master);
	free(big);
	stage_free(s);
}

static void files_inside_are_reached(void **state)
{
	char path[256], text[16] = "";
	struct stage *s = open_stage(&whole, PART_MNTNS);

	says(s, "echo inside >/tmp/note");
	stage_path(s, "/tmp/note", path, sizeof path);
	int fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	assert_int_equal(read(fd, text, sizeof text - 1), 7);
	close(fd);
	stage_free(s);
}

static size_t entries(const char *path)
{
	size_t n = 0;
	DIR *d = opendir(path);

	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n;
}

static void nothing_is_left(void **state)
{
	size_t fds = entries("/proc/self/fd"), before, during, after;
	char pty[64];
	const char *const sleeper[] = { "sleep", "1000", NULL };
	struct stage_actor plain = { 0 };
	int master;

	free(kin_of(getpid(), &before));
	struct stage *s = stage_new(&whole, NULL, NULL);
	says(s, "trap '' HUP; for i in 1 2 3 4 5 6 7 8 9; do (setsid sleep 1000 </dev/null >/dev/null 2>&1 &) ; done");
	start(s, sleeper, &plain, &master);   /* never told to go */
	assert_int_equal(ptsname_r(master, pty, sizeof pty), 0);
	assert_int_equal(access(pty, F_OK), 0);
	free(kin_of(getpid(), &during));
	assert_true(during >= before + 11);
	stage_free(s);
	close(master);
	free(kin_of(getpid(), &after));
	assert_int_equal(after, before);
	assert_int_equal(entries("/proc/self/fd"), fds);
	assert_int_equal(access(pty, F_OK), -1);
}

static void traced_programs_end_too(void **state)
{
	static const char *const argv[] = { "sh", "-c", "echo up; sleep 1000", NULL };
	struct stage_actor plain = { 0 };
	size_t before, after;
	char up[8];
	int master;

	free(kin_of(getpid(), &before));
	struct stage *s = open_stage(&whole, PART_PIDNS);
	pid_t pid = start(s, argv, &plain, &master);
	if (ptrace(PTRACE_SEIZE, pid, NULL, PTRACE_O_EXITKILL) < 0) {
		stage_free(s);
		close(master);
		print_message("skip: ptrace refused\n");
		skip();
	}
	assert_true(stage_go(s, pid, NULL));
	struct pollfd p = { master, POLLIN, 0 };
	assert_int_equal(poll(&p, 1, 10000), 1);
	assert_int_equal(read(master, up, sizeof up), 3);
	stage_free(s);
	close(master);
	free(kin_of(getpid(), &after));
	assert_int_equal(after, before);
}

static void probe_agrees_with_stage(void **state)
{
	struct stage_report probed, made;
	struct err err;

	assert_true(stage_probe(&probed, &err));
	struct stage *s = stage_new(&whole, &made, &err);
	assert_non_null(s);
	for (int i = PART_USERNS; i <= PART_QUICKACK; i++)
		assert_int_equal(probed.refused[i], made.refused[i]);
	for (int i = 0; i < STAGE_PARTS; i++)
		assert_int_equal(probed.refused[i] != 0, probed.step[i][0] != '\0');
	stage_free(s);
}

static void make_folder(void)
{
	char path[sizeof folder + 8];

	if (!mkdtemp(folder))
		abort();
	chmod(folder, 0755);
	snprintf(path, sizeof path, "%s/hello", folder);
	close(open(path, O_WRONLY | O_CREAT, 0644));
}

static void remove_folder(void)
{
	char path[sizeof folder + 8];

	snprintf(path, sizeof path, "%s/hello", folder);
	unlink(path);
	rmdir(folder);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(program_is_alone),
		cmocka_unit_test(program_keeps_its_uid),
		cmocka_unit_test(program_has_no_power),
		cmocka_unit_test(files_cannot_be_changed),
		cmocka_unit_test(signals_and_fds_are_plain),
		cmocka_unit_test(net_is_private),
		cmocka_unit_test(host_stage_changes_nothing),
		cmocka_unit_test(exec_failure_is_told),
		cmocka_unit_test(bad_folder_is_an_error),
		cmocka_unit_test(filter_is_loaded),
		cmocka_unit_test(long_scripts_fit),
		cmocka_unit_test(files_inside_are_reached),
		cmocka_unit_test(nothing_is_left),
		cmocka_unit_test(traced_programs_end_too),
		cmocka_unit_test(probe_agrees_with_stage),
	};
	sigset_t some;

	/* What a careless parent leaves us; programs must not get it. */
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&some);
	sigaddset(&some, SIGUSR1);
	sigprocmask(SIG_BLOCK, &some, NULL);
	if (!stagehand_start(NULL))
		return 1;
	make_folder();
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	remove_folder();
	return failed;
}
