/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pingpong N: N round trips of one byte over TCP on loopback between a process
 * and its child: four calls a round trip. Prints microseconds a round trip.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void must(int ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	exit(1);
}

static void child(struct sockaddr_in to, long n)
{
	char c;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	must(connect(fd, (struct sockaddr *)&to, sizeof to) == 0, "connect");
	while (n-- > 0) {
		must(recv(fd, &c, 1, 0) == 1, "recv");
		must(send(fd, &c, 1, 0) == 1, "send");
	}
	_exit(0);
}

int main(int argc, char **argv)
{
	long n = argc > 1 ? atol(argv[1]) : 10000;
	struct sockaddr_in me = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof me;
	struct timespec a, b;
	char c = 'x';
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	must(bind(listener, (struct sockaddr *)&me, sizeof me) == 0, "bind");
	must(listen(listener, 1) == 0, "listen");
	must(getsockname(listener, (struct sockaddr *)&me, &len) == 0, "getsockname");
	if (fork() == 0)
		child(me, n);
	int fd = accept(listener, NULL, NULL);
	must(fd >= 0, "accept");
	clock_gettime(CLOCK_MONOTONIC, &a);
	for (long i = 0; i < n; i++) {
		must(send(fd, &c, 1, 0) == 1, "send");
		must(recv(fd, &c, 1, 0) == 1, "recv");
	}
	clock_gettime(CLOCK_MONOTONIC, &b);
	wait(NULL);
	fprintf(stderr, "%.2f\n", ((double)(b.tv_sec - a.tv_sec) * 1e9 + (double)(b.tv_nsec - a.tv_nsec)) / 1e3 / (double)n);
	return 0;
}
