/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls that make, name, connect and shut sockets. */
#include "tests/trace/every-call/every.h"

void make_socket(void)
{
	for (unsigned i = 0; i < group(CONST_family)->n; i++)
		close(socket((int)group(CONST_family)->item[i].value, SOCK_DGRAM, 0));
	for (unsigned i = 0; i < group(CONST_socktype)->n; i++)
		close(socket(AF_INET, (int)group(CONST_socktype)->item[i].value, 0));
	for (unsigned i = 0; i < group(CONST_protocol)->n; i++)
		close(socket(AF_INET, SOCK_RAW, (int)group(CONST_protocol)->item[i].value));
	for (unsigned i = 0; i < group(CONST_netlinkproto)->n; i++)
		close(socket(AF_NETLINK, SOCK_RAW, (int)group(CONST_netlinkproto)->item[i].value));
	for (unsigned i = 0; i < group(CONST_ethertype)->n; i++)
		close(socket(AF_PACKET, SOCK_RAW, htons((uint16_t)group(CONST_ethertype)->item[i].value)));
	close(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP));
	close(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_IP));
	close(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0));
	socket(200, 100, 9999);
	socket(AF_INET, 77 | SOCK_CLOEXEC, 9999);
	socket(AF_NETLINK, SOCK_RAW, 99);
}

void make_socketpair(void)
{
	int sv[2];
	socketpair(AF_UNIX, SOCK_STREAM, 0, sv);
	socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, sv);
	socketpair(AF_INET, SOCK_STREAM, 0, sv);
	CALL(socketpair, AF_UNIX, SOCK_STREAM, 0, 8L);
}

static void bind_to(int family, int type, const void *addr, socklen_t len)
{
	int fd = socket(family, type, 0);
	bind(fd, addr, len);
	close(fd);
}

void make_bind(void)
{
	struct sockaddr_in sin = sin_of("127.0.0.1", 0);
	struct sockaddr_in6 sin6 = sin6_of("::1", 0, 0, 0), flow = sin6_of("fe80::1", 8888, 12345, 7),
		lo = sin6_of("fe80::1", 8888, 0, 1), mapped = sin6_of("::ffff:127.0.0.1", 80, 0, 0);
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "every-call.sock" };
	struct sockaddr_un abstract = { .sun_family = AF_UNIX, .sun_path = "\0every-call\0name" };
	struct sockaddr_un full = { .sun_family = AF_UNIX };
	memset(full.sun_path, 'x', sizeof full.sun_path);
	struct sockaddr_nl nl = { .nl_family = AF_NETLINK, .nl_pid = 4711, .nl_groups = 5 }, kernel = { .nl_family = AF_NETLINK };
	struct sockaddr_ll ll = { .sll_family = AF_PACKET, .sll_protocol = htons(3), .sll_ifindex = 1, .sll_hatype = 1,
		.sll_pkttype = PACKET_HOST, .sll_halen = 6, .sll_addr = { 2, 0, 0, 0, 0, 1 } };
	struct sockaddr other = { .sa_family = 99, .sa_data = "abcdefghijklm" }, none = { .sa_family = AF_UNSPEC };
	bind_to(AF_INET, SOCK_STREAM, &sin, sizeof sin);
	bind_to(AF_INET, SOCK_STREAM, &sin, 8);
	bind_to(AF_INET, SOCK_STREAM, &sin, 1);
	bind_to(AF_INET, SOCK_STREAM, &sin, 0);
	bind_to(AF_INET, SOCK_STREAM, &sin, 100000);
	bind_to(AF_INET, SOCK_STREAM, NULL, 16);
	bind_to(AF_INET, SOCK_STREAM, (void *)16, 16);
	bind_to(AF_INET6, SOCK_STREAM, &sin6, sizeof sin6);
	bind_to(AF_INET6, SOCK_STREAM, &flow, sizeof flow);
	bind_to(AF_INET6, SOCK_STREAM, &lo, sizeof lo);
	bind_to(AF_INET6, SOCK_STREAM, &mapped, sizeof mapped);
	bind_to(AF_INET6, SOCK_STREAM, &flow, 24);
	bind_to(AF_INET6, SOCK_STREAM, &flow, 12);
	unlink(un.sun_path);
	bind_to(AF_UNIX, SOCK_STREAM, &un, sizeof un);
	unlink(un.sun_path);
	bind_to(AF_UNIX, SOCK_STREAM, &un, 2 + 5);
	unlink("every");
	bind_to(AF_UNIX, SOCK_STREAM, &abstract, 2 + 11);
	bind_to(AF_UNIX, SOCK_STREAM, &abstract, 2 + 16);
	bind_to(AF_UNIX, SOCK_STREAM, &abstract, 3);
	bind_to(AF_UNIX, SOCK_STREAM, &un, 2);
	bind_to(AF_UNIX, SOCK_STREAM, &full, sizeof full);
	unlink(full.sun_path);
	bind_to(AF_NETLINK, SOCK_RAW, &nl, sizeof nl);
	bind_to(AF_NETLINK, SOCK_RAW, &kernel, sizeof kernel);
	bind_to(AF_INET, SOCK_STREAM, &ll, sizeof ll);
	for (unsigned i = 0; i < group(CONST_packettype)->n; i++) {
		ll.sll_pkttype = (unsigned char)group(CONST_packettype)->item[i].value;
		bind_to(AF_INET, SOCK_STREAM, &ll, sizeof ll);
	}
	for (unsigned i = 0; i < group(CONST_arphrd)->n; i++) {
		ll.sll_hatype = (unsigned short)group(CONST_arphrd)->item[i].value;
		bind_to(AF_INET, SOCK_STREAM, &ll, sizeof ll);
	}
	ll.sll_ifindex = 0;
	ll.sll_halen = 0;
	bind_to(AF_INET, SOCK_STREAM, &ll, sizeof ll);
	bind_to(AF_INET, SOCK_STREAM, &other, sizeof other);
	bind_to(AF_INET, SOCK_STREAM, &none, sizeof none);
}

void make_listen(void)
{
	listen(listener, 5);
	listen(listener, -1);
	listen(99, 0);
}

#ifdef __NR_accept
void make_accept(void)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof ss;
	knock();
	close((int)CALL(accept, listener, &ss, &len));
	close(client);
	knock();
	len = 5;
	close((int)CALL(accept, listener, &ss, &len));
	close(client);
	knock();
	close((int)CALL(accept, listener, NULL, NULL));
	close(client);
	CALL(accept, 99, &ss, &len);
	CALL(accept, 99, &ss, 8L);
}
#endif

void make_accept4(void)
{
	static const int flags[] = { 0, SOCK_CLOEXEC, SOCK_NONBLOCK, SOCK_CLOEXEC | SOCK_NONBLOCK };
	struct sockaddr_storage ss;
	socklen_t len = sizeof ss;
	for (unsigned i = 0; i < 4; i++) {
		knock();
		close(accept4(listener, (struct sockaddr *)&ss, &len, flags[i]));
		close(client);
	}
	CALL(accept4, listener, &ss, &len, 0x1000);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), peer = socket(AF_UNIX, SOCK_STREAM, 0);
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "\0every-call-accept" };
	bind(fd, (struct sockaddr *)&un, 2 + 18);
	listen(fd, 1);
	connect(peer, (struct sockaddr *)&un, 2 + 18);
	len = sizeof ss;
	close(accept4(fd, (struct sockaddr *)&ss, &len, 0));
	close(fd);
	close(peer);
}

void make_connect(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct sockaddr_in sin = sin_of("127.0.0.1", 9);
	struct sockaddr none = { .sa_family = AF_UNSPEC };
	connect(fd, (struct sockaddr *)&sin, sizeof sin);
	connect(fd, &none, sizeof none);
	close(fd);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	sin.sin_port = htons(1);
	connect(fd, (struct sockaddr *)&sin, sizeof sin);
	close(fd);
}

void make_getsockname(void)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof ss;
	getsockname(listener, (struct sockaddr *)&ss, &len);
	len = sizeof ss;
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	getsockname(fd, (struct sockaddr *)&ss, &len);
	close(fd);
	fd = socket(AF_INET6, SOCK_STREAM, 0);
	len = 28;
	getsockname(fd, (struct sockaddr *)&ss, &len);
	close(fd);
	len = (socklen_t)-1;
	getsockname(listener, (struct sockaddr *)&ss, &len);
	CALL(getsockname, listener, &ss, NULL);
	fd = socket(AF_NETLINK, SOCK_RAW, 0);
	len = sizeof ss;
	getsockname(fd, (struct sockaddr *)&ss, &len);
	close(fd);
}

void make_getpeername(void)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof ss;
	knock();
	getpeername(client, (struct sockaddr *)&ss, &len);
	close(client);
	close(accept4(listener, NULL, NULL, 0));
	getpeername(listener, (struct sockaddr *)&ss, &len);
}

void make_shutdown(void)
{
	for (unsigned i = 0; i < group(CONST_shut)->n; i++)
		shutdown(99, (int)group(CONST_shut)->item[i].value);
	shutdown(99, 7);
}
