/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kill ROUNDS [less]: a tutor with busy stages is killed with SIGKILL at a
 * random moment, ROUNDS times. We are the subreaper of all it leaves behind, so
 * whatever does not end becomes our child and is seen; namespaces and terminals
 * are held by processes only, and end with the last. With "less" there is no
 * pid namespace and the keeper must end the programs itself.
 */
#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>

#include "engine/stage/kin.h"
#include "tests/stage/play.h"

enum { LIFE_MS = 240, GRACE_MS = 5000 };

static const char busy[] =
	"trap '' HUP TERM INT; (setsid sh -c 'while :; do sleep 0.01; done' </dev/null >/dev/null 2>&1 &)"
	"; (trap '' HUP; sleep 1000 & sleep 1000 &) ; touch /tmp/socktutor-kill-test; echo up; sleep 1000";

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void forbid_pid_namespaces(void)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);

	seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
			 SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_NEWPID, CLONE_NEWPID));
	seccomp_load(ctx);
	seccomp_release(ctx);
}

/* One actor; every second one is traced, and one in four is never told to go. */
static bool put_on(struct stage *s, int i)
{
	static const char *const argv[] = { "sh", "-c", busy, NULL }, *const env[] = { "PATH=/usr/bin:/bin", NULL };
	int master, slave;

	if (!stage_pty(&master, &slave, 24, 80, NULL))
		return false;
	struct stage_actor actor = { .argv = argv, .env = env, .tty = slave, .host = i % 2 };
	pid_t pid = stage_spawn(s, &actor, NULL);
	close(slave);
	if (pid > 0 && i % 2)
		ptrace(PTRACE_SEIZE, pid, NULL, PTRACE_O_EXITKILL);
	return pid > 0 && (i % 4 == 3 || stage_go(s, pid, NULL));
}

/* Stages come and go until we are killed; the pipe tells once that all of it worked. */
static _Noreturn void tutor_main(int tell)
{
	static const char *const hosts[] = { "one", "two" };
	static const struct stage_plan plan = { .private_net = true, .hide_files = true };
	static const struct stage_plan far = { .private_net = true, .hide_files = true, .hosts = hosts, .n_hosts = 2 };

	if (!stagehand_start(NULL))
		_exit(1);
	for (int round = 0;; round++) {
		struct stage *a = stage_new(&plan, NULL, NULL), *b = stage_new(&far, NULL, NULL);
		bool ok = a && b;
		for (int i = 0; ok && i < 8; i++)
			ok = put_on(i < 4 ? a : b, i);
		if (!ok || (round == 0 && write(tell, "k", 1) != 1))
			_exit(1);
		if (round % 2)
			poll(NULL, 0, 20);
		stage_free(a);
		if (round == 2)
			pause();
		stage_free(b);
	}
}

/* True when, in good time, nobody is left who came from the tutor. */
static bool all_gone(void)
{
	long end = now_ms() + GRACE_MS;
	size_t n;

	while (now_ms() < end) {
		while (waitpid(-1, NULL, WNOHANG | __WALL) > 0)
			;
		free(kin_of(getpid(), &n));
		if (n == 0)
			return true;
		poll(NULL, 0, 2);
	}
	pid_t *kin = kin_of(getpid(), &n);
	for (size_t i = 0; i < n; i++) {
		char command[64];
		snprintf(command, sizeof command, "ps -o pid,ppid,stat,args -p %d | tail -n +2", kin[i]);
		if (system(command) < 0)
			printf("  left: %d\n", kin[i]);
		kill(kin[i], SIGKILL);
	}
	free(kin);
	return false;
}

static bool one_round(unsigned *seed, bool *reached)
{
	int tell[2];
	char k;
	long life = rand_r(seed) % LIFE_MS;

	if (pipe(tell) < 0)
		return false;
	pid_t tutor = fork();
	if (tutor == 0) {
		close(tell[0]);
		tutor_main(tell[1]);
	}
	close(tell[1]);
	poll(NULL, 0, life);
	struct pollfd p = { tell[0], POLLIN, 0 };
	*reached = poll(&p, 1, 0) > 0 && read(tell[0], &k, 1) == 1;
	close(tell[0]);
	bool alive = waitpid(tutor, NULL, WNOHANG) == 0;
	kill(tutor, SIGKILL);
	bool gone = all_gone();
	if (!alive)
		printf("  the tutor ended by itself\n");
	if (!gone)
		printf("  killed after %ld ms: somebody is left\n", life);
	return alive && gone;
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 20, failed = 0, full = 0;
	unsigned seed = getpid();

	if (argc > 2)
		forbid_pid_namespaces();
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	printf("seed %u\n", seed);
	for (int i = 0; i < rounds; i++) {
		bool reached = false;
		failed += !one_round(&seed, &reached);
		full += reached;
	}
	if (access("/tmp/socktutor-kill-test", F_OK) == 0)
		printf("  a file is left in /tmp\n"), failed++;
	printf("%d rounds, %d of them with programs running when killed\n", rounds, full);
	if (!full)
		failed++;
	printf("%d passed, %d failed, 0 skipped\n", rounds - failed < 0 ? 0 : rounds - failed, failed);
	return failed != 0;
}
