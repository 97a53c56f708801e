/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One command, run to its end or ended: a compiler that hangs, floods or leaves
 * children behind must not hold us.
 */
#include "tutor/course/build.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/clock.h"

enum { OUTPUT_MAX = 65536, FILE_MAX = 256 << 20 };

static int64_t now_ms(void)
{
	return clock_ns(CLOCK_MONOTONIC) / 1000000;
}

static void limit(int what, rlim_t n)
{
	struct rlimit r;
	if (!getrlimit(what, &r) && (r.rlim_max == RLIM_INFINITY || r.rlim_max > n))
		setrlimit(what, &(struct rlimit){ n, n });
}

/* A failed exec is told through `failed`. English messages, whatever the learner's locale: their first error line is looked for. */
__attribute__((noreturn)) static void child(const char *dir, const char *const *argv, int seconds, int out, int failed)
{
	sigset_t none;
	sigemptyset(&none);
	for (int s = 1; s < NSIG; s++)
		signal(s, SIG_DFL);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	limit(RLIMIT_CPU, (rlim_t)seconds);
	limit(RLIMIT_FSIZE, FILE_MAX);
	int null = open("/dev/null", O_RDONLY);
	if (!chdir(dir) && dup2(null, 0) == 0 && dup2(out, 1) == 1 && dup2(out, 2) == 2) {
		setenv("LC_ALL", "C.UTF-8", 1);
		execvp(argv[0], (char *const *)argv);
	}
	int e = errno;
	_exit(write(failed, &e, sizeof e) == sizeof e ? 127 : 126);
}

static void take_output(int fd, struct buf *out, bool *open)
{
	char bytes[4096];
	ssize_t n = read(fd, bytes, sizeof bytes);
	if (n > 0 && out->len < OUTPUT_MAX)
		buf_add(out, bytes, (size_t)n);
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		*open = false;
}

/* Until it has ended. False: time is over. What it left behind may hold the pipe open: the end of the process counts, not the pipe's. */
static bool follow(int pidfd, int pipe, int seconds, struct buf *out)
{
	int64_t end = now_ms() + seconds * 1000;
	bool open = true;
	struct pollfd p[2] = { { .fd = pidfd, .events = POLLIN }, { .fd = pipe, .events = POLLIN } };
	for (;;) {
		int64_t left = end - now_ms();
		if (left <= 0)
			return false;
		p[1].fd = open ? pipe : -1;
		p[0].revents = p[1].revents = 0;
		if (poll(p, 2, (int)left) < 0 && errno != EINTR)
			return false;
		if (p[1].revents)
			take_output(pipe, out, &open);
		else if (p[0].revents)
			return true;
	}
}

static int finish(pid_t pid, bool ended, struct err *err, const char *name)
{
	int status = 0;
	/* its session: children of the compiler driver too */
	kill(-pid, SIGKILL);
	if (!ended)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!ended) {
		err_set(err, ERR_SYSTEM, ETIMEDOUT, "run", name);
		return -1;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int watch(pid_t pid, int pipe, int failed, const char *name, int seconds, struct buf *out, struct err *err)
{
	int e = 0, pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	bool ended = pidfd >= 0 && follow(pidfd, pipe, seconds, out);
	if (pidfd >= 0)
		close(pidfd);
	int status = finish(pid, ended, err, name);
	if (read(failed, &e, sizeof e) == sizeof e && e) {
		err_set(err, ERR_SYSTEM, e, "exec", name);
		return -1;
	}
	return status;
}

int build_run(const char *dir, const char *const *argv, int seconds, struct buf *out, struct err *err)
{
	int output[2], failed[2], status = -1;
	if (pipe2(output, O_CLOEXEC)) {
		err_set(err, ERR_SYSTEM, errno, "pipe", NULL);
		return -1;
	}
	if (pipe2(failed, O_CLOEXEC)) {
		err_set(err, ERR_SYSTEM, errno, "pipe", NULL);
		close(output[0]);
		close(output[1]);
		return -1;
	}
	fcntl(output[0], F_SETFL, O_NONBLOCK);
	fcntl(failed[0], F_SETFL, O_NONBLOCK);
	pid_t pid = fork();
	if (!pid)
		child(dir, argv, seconds, output[1], failed[1]);
	close(output[1]);
	close(failed[1]);
	if (pid > 0)
		status = watch(pid, output[0], failed[0], argv[0], seconds, out, err);
	else
		err_set(err, ERR_SYSTEM, errno, "fork", NULL);
	close(output[0]);
	close(failed[0]);
	return status;
}
