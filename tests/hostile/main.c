/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/hostile/hostile.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void broken(const char *what)
{
	perror(what);
	exit(99);
}

int listening(struct sockaddr_in *addr)
{
	socklen_t len = sizeof *addr;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	*addr = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	if (fd < 0 || bind(fd, (struct sockaddr *)addr, sizeof *addr) < 0 || listen(fd, 8) < 0 ||
	    getsockname(fd, (struct sockaddr *)addr, &len) < 0)
		broken("listening");
	return fd;
}

int connected(const struct sockaddr_in *addr)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || connect(fd, (const struct sockaddr *)addr, sizeof *addr) < 0)
		broken("connected");
	return fd;
}

void nap_ms(int ms)
{
	struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };

	nanosleep(&t, NULL);
}

static void nothing(int signo)
{
}

void on_signal_do(int signo, int flags)
{
	struct sigaction act = { .sa_handler = nothing, .sa_flags = flags };

	sigaction(signo, &act, NULL);
}

static const struct {
	const char *name;
	int (*run)(void);
} programs[] = {
#define X(name) { #name, hostile_##name },
	HOSTILE(X)
#undef X
};

int main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
		if (argc == 1)
			puts(programs[i].name);
		else if (strcmp(argv[1], programs[i].name) == 0)
			return programs[i].run();
	}
	return argc == 1 ? 0 : 98;
}
