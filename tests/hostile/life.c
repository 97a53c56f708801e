/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How processes and threads begin and end. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/hostile/hostile.h"

enum { CHILDREN = 50, THREADS = 300, MEGABYTES = 100 };

int hostile_crash(void)
{
	if (socket(AF_INET, SOCK_STREAM, 0) < 0)
		broken("socket");
	volatile int *volatile nowhere = (int *)0x10;
	*nowhere = 1;
	return 0;
}

int hostile_at_once(void)
{
	_exit(7);
}

int hostile_no_socket(void)
{
	puts("nothing to see");
	return 0;
}

int hostile_fork_50(void)
{
	int status, good = 0;

	for (int i = 0; i < CHILDREN; i++) {
		pid_t pid = fork();
		if (pid == 0)
			_exit(socket(AF_INET, SOCK_DGRAM, 0) == 3 ? 5 : 6);
		if (pid < 0)
			broken("fork");
	}
	while (wait(&status) > 0)
		good += WIFEXITED(status) && WEXITSTATUS(status) == 5;
	return good == CHILDREN ? 0 : 1;
}

int hostile_print_much(void)
{
	static char line[64 * 1024];
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	memset(line, 'x', sizeof line);
	for (size_t i = 79; i < sizeof line; i += 80)
		line[i] = '\n';
	for (size_t sent = 0; sent < (size_t)MEGABYTES << 20; sent += sizeof line)
		if (write(1, line, sizeof line) != (ssize_t)sizeof line)
			broken("write");
	return close(fd);
}

/* Hidden calls without end between two steps. */
int hostile_read_much(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), zero = open("/dev/zero", O_RDONLY);
	char data[64];

	for (int i = 0; i < 150000; i++)
		if (read(zero, data, sizeof data) != (ssize_t)sizeof data)
			broken("read");
	return close(fd);
}

int hostile_close_stdout(void)
{
	for (int fd = 0; fd < 3; fd++)
		close(fd);
	return socket(AF_INET, SOCK_STREAM, 0) == 0 && socket(AF_INET, SOCK_STREAM, 0) == 1 ? 0 : 1;
}

int hostile_daemonise(void)
{
	if (fork() > 0)
		return 0;
	setsid();
	if (fork() > 0)
		_exit(0);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	for (;;)
		accept(listen(fd, 1) == 0 ? fd : -1, NULL, NULL);
}

static void *make_socket(void *arg)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return close(fd) == 0 ? arg : NULL;
}

int hostile_threads_300(void)
{
	pthread_t t[THREADS];
	void *ret;
	int good = 0;

	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&t[i], NULL, make_socket, t))
			broken("pthread_create");
	for (int i = 0; i < THREADS; i++)
		good += pthread_join(t[i], &ret) == 0 && ret;
	return good == THREADS ? 0 : 1;
}

static void *exec_self(void *arg)
{
	nap_ms(20);
	execl("/proc/self/exe", "hostile", "no_socket", (char *)NULL);
	return arg;
}

static void *sleep_long(void *arg)
{
	sleep(100);
	return arg;
}

int hostile_exec_from_thread(void)
{
	pthread_t t;

	if (socket(AF_INET, SOCK_STREAM, 0) < 0 || pthread_create(&t, NULL, sleep_long, NULL) ||
	    pthread_create(&t, NULL, exec_self, NULL))
		broken("pthread_create");
	pthread_join(t, NULL);
	return 1;
}

int hostile_exec_from_leader(void)
{
	pthread_t t;

	if (pthread_create(&t, NULL, sleep_long, NULL) || pthread_create(&t, NULL, sleep_long, NULL))
		broken("pthread_create");
	exec_self(NULL);
	return 1;
}

int hostile_vfork_exec(void)
{
	int status;
	pid_t pid = vfork();

	if (pid == 0) {
		execl("/proc/self/exe", "hostile", "close_stdout", (char *)NULL);
		_exit(1);
	}
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return 1;
	return socket(AF_INET, SOCK_STREAM, 0) == 3 ? 0 : 1;
}

int hostile_vfork_exit(void)
{
	int status;
	pid_t pid = vfork();

	if (pid == 0) {
		close(socket(AF_INET, SOCK_STREAM, 0));
		_exit(3);
	}
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 3 ? 0 : 1;
}

/* The leader leaves with other threads in calls: exit_group kills them where they are. */
int hostile_die_with_threads(void)
{
	pthread_t t;

	for (int i = 0; i < 5; i++)
		if (pthread_create(&t, NULL, i % 2 ? make_socket : sleep_long, NULL))
			broken("pthread_create");
	return 4;
}

/* Somebody is always new when the tutor wants to end all. */
int hostile_fork_while_dying(void)
{
	signal(SIGHUP, SIG_IGN);   /* comes when the first of them, who leads the session, has left */
	if (fork() == 0)
		for (int i = 0; i < 300; i++) {
			pid_t pid = fork();
			if (pid > 0)
				_exit(0);
			if (pid < 0)
				nap_ms(1);
		}
	if (socket(AF_INET, SOCK_STREAM, 0) < 0)
		broken("socket");
	return 0;
}

static void *go_on_alone(void *arg)
{
	nap_ms(100);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	nap_ms(100);
	exit(close(fd) == 0 ? 6 : 1);
	return arg;
}

/* The first thread ends, the process does not: the kernel keeps it as a zombie and tells nobody. */
int hostile_leader_leaves(void)
{
	pthread_t t;

	if (socket(AF_INET, SOCK_STREAM, 0) < 0 || pthread_create(&t, NULL, go_on_alone, NULL))
		broken("pthread_create");
	pthread_exit(NULL);
}

/* A child is killed while the tutor holds it before a call, or while it has a signal to come. */
int hostile_kill_held(void)
{
	static const int signals[] = { SIGKILL, SIGTERM };
	int status, good = 0;

	for (int i = 0; i < 2; i++) {
		pid_t pid = fork();
		if (pid == 0)
			for (;;)
				close(socket(AF_INET, SOCK_STREAM, 0));
		close(socket(AF_INET, SOCK_DGRAM, 0));
		kill(pid, signals[i]);
		good += waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) && WTERMSIG(status) == signals[i];
	}
	return good == 2 ? 0 : 1;
}

/* Children whose parent is killed in the middle of making them. */
int hostile_kill_forking(void)
{
	for (int i = 0; i < 20; i++) {
		pid_t pid = fork();
		if (pid == 0)
			for (;;)
				if (fork() == 0)
					_exit(close(socket(AF_INET, SOCK_STREAM, 0)));
		nap_ms(1 + i % 5);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	return 0;
}

/* Children that make calls without a pause, and an old parent that has calls to make, too: its turn comes. */
int hostile_take_turns(void)
{
	enum { BUSY = 8, OWN = 50, MOST = 2000 };
	int *made = mmap(NULL, BUSY * sizeof *made, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pids[BUSY];
	bool starved = false;

	if (made == MAP_FAILED)
		broken("mmap");
	for (int i = 0; i < BUSY; i++) {
		pids[i] = fork();
		for (; pids[i] == 0 && made[i] < MOST; made[i]++)
			close(socket(AF_INET, SOCK_STREAM, 0));
		if (pids[i] == 0)
			_exit(0);
	}
	for (int i = 0; i < OWN; i++)
		close(socket(AF_INET, SOCK_STREAM, 0));
	for (int i = 0; i < BUSY; i++) {
		starved = starved || made[i] == MOST;
		kill(pids[i], SIGKILL);
	}
	return starved ? 1 : 0;
}

int hostile_spawn(void)
{
	char *argv[] = { "hostile", "close_stdout", NULL }, *env[] = { NULL };
	pid_t pid;
	int status;

	if (posix_spawn(&pid, "/proc/self/exe", NULL, NULL, argv, env) != 0)
		broken("posix_spawn");
	return waitpid(pid, &status, 0) == pid && status == 0 && socket(AF_INET, SOCK_STREAM, 0) == 3 ? 0 : 1;
}
