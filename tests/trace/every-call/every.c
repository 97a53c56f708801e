/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes every call of syscall.def, with every flag, option and control message
 * of the constants' tables. What the calls return does not matter; that two runs
 * make the same calls does. A call in syscall.def without a function in one of the
 * files here does not link.
 */
#include "tests/trace/every-call/every.h"

int pipes[2], epfd, evfd, tmfd, pidfd;
const int one = 1;
const unsigned stamping = SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE;

struct sockaddr_in sin_of(const char *ip, int port)
{
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	inet_pton(AF_INET, ip, &sin.sin_addr);
	return sin;
}

struct sockaddr_in6 sin6_of(const char *ip, int port, unsigned flow, unsigned scope)
{
	struct sockaddr_in6 sin6 = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port),
		.sin6_flowinfo = htonl(flow), .sin6_scope_id = scope };
	inet_pton(AF_INET6, ip, &sin6.sin6_addr);
	return sin6;
}

int listener, client;
struct sockaddr_in at;

static void start_listening(void)
{
	socklen_t len = sizeof at;
	at = sin_of("127.0.0.1", 0);
	listener = socket(AF_INET, SOCK_STREAM, 0);
	bind(listener, (struct sockaddr *)&at, sizeof at);
	listen(listener, 5);
	getsockname(listener, (struct sockaddr *)&at, &len);
}

void knock(void)
{
	client = socket(AF_INET, SOCK_STREAM, 0);
	connect(client, (struct sockaddr *)&at, sizeof at);
	send(client, "Hello", 5, 0);
}

const struct constant_group *group(enum constant_group_id id)
{
	return constant_group(id);
}

int udp[2];
struct sockaddr_in udp_at[2];

void make_udp(void)
{
	for (int i = 0; i < 2; i++) {
		socklen_t len = sizeof udp_at[i];
		udp[i] = socket(AF_INET, SOCK_DGRAM, 0);
		udp_at[i] = sin_of("127.0.0.1", 0);
		bind(udp[i], (struct sockaddr *)&udp_at[i], sizeof udp_at[i]);
		getsockname(udp[i], (struct sockaddr *)&udp_at[i], &len);
	}
}

#undef CALL

static const struct {
	const char *name;
	void (*make)(void);
} steps[] = {
#define CALL(name, ...) { #name, make_##name },
#include "engine/trace/syscall.def"
};

int main(int argc, char **argv)
{
	setpgid(0, 0);
	start_listening();
	make_udp();
	pipe2(pipes, O_NONBLOCK);
	for (unsigned i = 0; i < sizeof steps / sizeof *steps; i++)
		if (argc < 2 || strcmp(argv[1], steps[i].name) == 0)
			steps[i].make();
	return 0;
}
