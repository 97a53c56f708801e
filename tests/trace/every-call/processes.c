/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls about processes and threads. */
#include "tests/trace/every-call/every.h"

static void child_ends(int code)
{
	CALL(exit_group, code);
}

#ifdef __NR_fork
void make_fork(void)
{
	if (CALL(fork) == 0)
		child_ends(0);
	CALL(wait4, -1, NULL, 0, NULL);
}
#endif

#ifdef __NR_vfork
void make_vfork(void)
{
	if (vfork() == 0)
		_exit(0);
	CALL(wait4, -1, NULL, 0, NULL);
}
#endif

void make_clone(void)
{
	int tid = 0, status;
	if (fork() == 0)
		child_ends(3);
	CALL(wait4, -1, &status, 0, NULL);
	if (CALL(clone, CLONE_PARENT_SETTID | SIGCHLD, NULL, &tid, NULL, NULL) == 0)
		child_ends(4);
	CALL(wait4, -1, &status, __WALL, NULL);
	for (unsigned i = 0; i < group(CONST_cloneflags)->n; i++)
		CALL(clone, group(CONST_cloneflags)->item[i].value | CLONE_THREAD, NULL, NULL, NULL, NULL);
	CALL(clone, CLONE_SIGHAND, NULL, NULL, NULL, NULL);
}

void make_clone3(void)
{
	struct clone_args args = { .flags = 0, .exit_signal = SIGCHLD };
	int status;
	if (CALL(clone3, &args, sizeof args) == 0)
		child_ends(5);
	CALL(wait4, -1, &status, 0, NULL);
	args.flags = CLONE_SIGHAND | CLONE_SETTLS | CLONE_CHILD_SETTID | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;
	CALL(clone3, &args, sizeof args);
	args.flags = CLONE_SIGHAND;
	args.stack = 0x1000;
	args.stack_size = 0x2000;
	CALL(clone3, &args, 64);
	CALL(clone3, 8L, 64);
	CALL(clone3, &args, 8);
}

void make_wait4(void)
{
	int status;
	pid_t pid = fork();
	if (pid == 0) {
		CALL(tgkill, getpid(), getpid(), SIGTERM);
		child_ends(0);
	}
	CALL(wait4, pid, &status, 0, NULL);
	pid = fork();
	if (pid == 0) {
		CALL(tgkill, getpid(), getpid(), SIGABRT);
		child_ends(0);
	}
	CALL(wait4, pid, &status, 0, NULL);
	CALL(wait4, -1, &status, WNOHANG, NULL);
	for (unsigned i = 0; i < group(CONST_waitflags)->n; i++)
		CALL(wait4, -1, &status, (int)group(CONST_waitflags)->item[i].value | WNOHANG, NULL);
}

void make_waitid(void)
{
	siginfo_t info;
	pid_t pid = fork();
	if (pid == 0)
		child_ends(7);
	CALL(waitid, P_PID, pid, &info, WEXITED, NULL);
	pid = fork();
	if (pid == 0) {
		CALL(tgkill, getpid(), getpid(), SIGTERM);
		child_ends(0);
	}
	CALL(waitid, P_PID, pid, &info, WEXITED, NULL);
	for (unsigned i = 0; i < group(CONST_waitidflags)->n; i++)
		CALL(waitid, P_ALL, 0, &info, (int)group(CONST_waitidflags)->item[i].value | WNOHANG, NULL);
	for (unsigned i = 0; i < group(CONST_idtype)->n; i++)
		CALL(waitid, (int)group(CONST_idtype)->item[i].value, 999999, &info, WEXITED | WNOHANG, NULL);
}

void make_execve(void)
{
	char *none[] = { NULL }, *args[] = { "true", "a longer argument than the thirty-two bytes shown", "", NULL };
	char *env[] = { "A=b", NULL };
	CALL(execve, "/does/not/exist", args, env);
	CALL(execve, "/does/not/exist", NULL, none);
	CALL(execve, "/does/not/exist", 8L, NULL);
	CALL(execve, 8L, args, none);
	int status;
	if (CALL(clone, SIGCHLD, NULL, NULL, NULL, NULL) == 0) {
		CALL(execve, "/bin/true", args, env);
		child_ends(1);
	}
	CALL(wait4, -1, &status, 0, NULL);
}

void make_execveat(void)
{
	char *args[] = { "x", NULL };
	CALL(execveat, AT_FDCWD, "/does/not/exist", args, NULL, 0);
	for (unsigned i = 0; i < group(CONST_atflags)->n; i++)
		CALL(execveat, 99, "exist", args, args, (int)group(CONST_atflags)->item[i].value);
}

void make_exit(void)
{
	if (CALL(clone, SIGCHLD, NULL, NULL, NULL, NULL) == 0)
		CALL(exit, 9);
	CALL(wait4, -1, NULL, 0, NULL);
}

void make_exit_group(void)
{
	if (CALL(clone, SIGCHLD, NULL, NULL, NULL, NULL) == 0)
		CALL(exit_group, -1);
	CALL(wait4, -1, NULL, 0, NULL);
}

void make_kill(void)
{
	CALL(kill, getpid(), 0);
	for (int i = 1; i < 70; i++)
		CALL(kill, 0x7ffffff0, i);
}

void make_tkill(void)
{
	CALL(tkill, getpid(), 0);
	CALL(tkill, -1, SIGHUP);
}

void make_tgkill(void)
{
	CALL(tgkill, getpid(), getpid(), 0);
	CALL(tgkill, -1, -1, SIGPIPE);
}

void make_pidfd_open(void)
{
	pidfd = (int)CALL(pidfd_open, getpid(), 0);
	close((int)CALL(pidfd_open, getpid(), O_NONBLOCK));
	CALL(pidfd_open, -1, 0x10);
}

void make_pidfd_getfd(void)
{
	close((int)CALL(pidfd_getfd, pidfd, 0, 0));
	CALL(pidfd_getfd, pidfd, 999, 5);
}
