/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The child's way is a list of steps; the first that fails is told and ends it.
 * Nothing between loading the filter and execve makes a system call.
 */
#include "engine/stage/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "engine/base/buf.h"
#include "engine/stage/msg.h"
#include "engine/stage/power.h"

enum { SOCK = 3 };   /* where the child keeps its socket; close-on-exec, so the program's first socket is 3 */

static uint32_t add_strings(struct buf *b, const char *const *list, uint32_t *n)
{
	uint32_t at = b->len;

	for (*n = 0; list && list[*n]; ++*n)
		buf_add(b, list[*n], strlen(list[*n]) + 1);
	return at;
}

static void compose(struct buf *b, const struct stage_actor *actor)
{
	struct spawn_script s = { .filter_len = actor->filter ? actor->filter_len : 0 };

	buf_add(b, &s, sizeof s);
	s.filter = b->len;   /* first, so that it is aligned */
	buf_add(b, actor->filter, s.filter_len * sizeof(struct sock_filter));
	s.argv = add_strings(b, actor->argv, &s.argc);
	s.env = add_strings(b, actor->env, &s.envc);
	s.cwd = b->len;
	buf_add(b, actor->cwd ? actor->cwd : "", actor->cwd ? strlen(actor->cwd) + 1 : 1);
	s.size = b->len;
	memcpy(b->data, &s, sizeof s);
}

int spawn_write(const struct stage_actor *actor, struct spawn_script **script, struct err *err)
{
	struct buf b;
	int fd = memfd_create("script", MFD_CLOEXEC);

	if (fd < 0) {
		err_set(err, ERR_STAGE, errno, "spawn", "memfd_create");
		return -1;
	}
	buf_init(&b);
	compose(&b, actor);
	void *at = MAP_FAILED;
	if (write(fd, b.data, b.len) == (ssize_t)b.len)
		at = mmap(NULL, b.len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	buf_release(&b);
	if (at == MAP_FAILED) {
		err_set(err, ERR_STAGE, errno, "spawn", "mmap");
		close(fd);
		return -1;
	}
	*script = at;
	return fd;
}

static struct spawn_script *script_map(int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return NULL;
	void *at = mmap(NULL, st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return at == MAP_FAILED ? NULL : at;
}

static char **strings(struct spawn_script *s, uint32_t at, uint32_t n)
{
	char **list = xcalloc(n + 1, sizeof *list);
	char *p = (char *)s + at;

	for (uint32_t i = 0; i < n; i++, p += strlen(p) + 1)
		list[i] = p;
	return list;
}

static _Noreturn void fail(int sock, const char *step)
{
	struct spawn_hello hello = { .sys = errno ? errno : EIO };

	snprintf(hello.step, sizeof hello.step, "%s", step);
	msg_send(sock, &hello, sizeof hello, NULL, 0);
	_exit(127);
}

static bool take_tty(int tty)
{
	return setsid() >= 0 && ioctl(tty, TIOCSCTTY, 0) == 0 &&
		dup2(tty, 0) == 0 && dup2(tty, 1) == 1 && dup2(tty, 2) == 2;
}

static void close_from(int low)
{
	if (syscall(SYS_close_range, low, ~0u, 0) == 0)
		return;
	for (int fd = low; fd < 256; fd++)   /* before Linux 5.9; the keeper has few, and all are close-on-exec */
		close(fd);
}

/* A disposition or a blocked signal that came from whoever started the tutor would teach a falsehood. */
static void plain_signals(void)
{
	sigset_t none;
	const uint64_t dfl[8] = { 0 };       /* the kernel's struct sigaction with SIG_DFL; larger than any */

	/* Not signal(3): it will not touch 32 and 33, which posix_spawn(3), and so make(1), leaves ignored. */
	for (int sig = 1; sig < NSIG; sig++)
		syscall(SYS_rt_sigaction, sig, dfl, NULL, sizeof(uint64_t));
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* A limit of 1 byte means: no core file, and no crash handler of the host either. core(5). */
static void no_core(void)
{
	struct rlimit core;

	if (getrlimit(RLIMIT_CORE, &core) == 0) {
		core.rlim_cur = core.rlim_max ? 1 : 0;
		setrlimit(RLIMIT_CORE, &core);
	}
}

static bool runnable(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

/* Where the program is, found before the filter is loaded so that only one execve is seen. False: nowhere in PATH. */
static bool find_program(const char *name, char *const *env, char out[PATH_MAX])
{
	const char *path = "/usr/local/bin:/usr/bin:/bin";

	if (strchr(name, '/'))
		return snprintf(out, PATH_MAX, "%s", name) < PATH_MAX;
	for (; *env; env++)
		if (!strncmp(*env, "PATH=", 5))
			path = *env + 5;
	while (*path) {
		size_t n = strcspn(path, ":");
		int len = snprintf(out, PATH_MAX, "%.*s%s%s", (int)n, path, n ? "/" : "./", name);
		if (len < PATH_MAX && runnable(out))
			return true;
		path += n + (path[n] == ':');
	}
	return false;
}

/* As root it can be done so that set-user-ID programs go on working; no_new_privs only where there is no other way. */
static bool load_filter(const struct sock_fprog *filter)
{
	if (power_sees_through_setuid() && syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, filter) == 0)
		return true;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, filter) == 0;
}

static _Noreturn void perform(struct spawn_script *s)
{
	char **argv = strings(s, s->argv, s->argc), **env = strings(s, s->env, s->envc);
	struct sock_fprog filter = { .len = s->filter_len, .filter = (void *)((char *)s + s->filter) };
	char path[PATH_MAX];

	if (!s->argc || !find_program(argv[0], env, path)) {
		s->failed = ENOENT;
		_exit(127);
	}
	if (!filter.len || load_filter(&filter))
		execve(path, argv, env);
	s->failed = errno;
	_exit(127);
}

/* Nothing of what the tutor was started with is left. */
static void confine(void)
{
	plain_signals();
	no_core();
	if (!power_drop())
		fail(SOCK, "drop capabilities");
}

_Noreturn void spawn_become(const int fds[3], const char *cwd, const sigset_t *as_is)
{
	struct spawn_script *s = script_map(fds[0]);
	struct spawn_hello hello = { 0 };
	char go;

	if (!s)
		fail(fds[2], "map the script");
	if (!take_tty(fds[1]))
		fail(fds[2], "take the terminal");
	if (fds[2] != SOCK && dup3(fds[2], SOCK, O_CLOEXEC) < 0)
		fail(fds[2], "dup3");
	close_from(SOCK + 1);
	if (((char *)s)[s->cwd])
		cwd = (char *)s + s->cwd;
	if (cwd && chdir(cwd) < 0)
		fail(SOCK, "chdir");
	if (as_is)
		sigprocmask(SIG_SETMASK, as_is, NULL);
	else
		confine();
	/* After the last change of credentials, which would undo both. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_DUMPABLE, 1);
	if (!msg_send(SOCK, &hello, sizeof hello, NULL, 0))
		_exit(127);
	/* Also ends here, with nothing run, when the tutor is gone. */
	if (!msg_recv(SOCK, &go, 1, NULL, NULL))
		_exit(127);
	perform(s);
}
