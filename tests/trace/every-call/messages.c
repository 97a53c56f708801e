/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls that send and receive, with every control message. */
#include "tests/trace/every-call/every.h"

void make_sendto(void)
{
	char big[100];
	memset(big, 'b', sizeof big);
	sendto(udp[0], "Hello", 5, 0, (struct sockaddr *)&udp_at[1], sizeof udp_at[1]);
	sendto(udp[0], "\0\1\x80\xff\"\\\n", 7, 0, (struct sockaddr *)&udp_at[1], sizeof udp_at[1]);
	sendto(udp[0], big, 31, 0, (struct sockaddr *)&udp_at[1], sizeof udp_at[1]);
	sendto(udp[0], big, 32, 0, (struct sockaddr *)&udp_at[1], sizeof udp_at[1]);
	sendto(udp[0], big, 33, 0, (struct sockaddr *)&udp_at[1], sizeof udp_at[1]);
	sendto(udp[0], big, sizeof big, 0, (struct sockaddr *)&udp_at[1], sizeof udp_at[1]);
	sendto(udp[0], "", 0, 0, (struct sockaddr *)&udp_at[1], sizeof udp_at[1]);
	sendto(udp[0], (void *)8, 9, 0, NULL, 0);
	sendto(udp[0], NULL, 0, 0, NULL, 0);
	sendto(udp[0], NULL, 4, 0, NULL, 0);
	for (unsigned i = 0; i < group(CONST_msgflags)->n; i++)
		CALL(sendto, 99, "x", 1, (unsigned)group(CONST_msgflags)->item[i].value, NULL, 0);
	CALL(sendto, 99, "x", 1, 0xffffffffU, NULL, 0);
	CALL(sendto, 99, "x", 1, 0x02000000U, NULL, 0);
	CALL(sendto, 99, "x", 1, 0x02000001U, NULL, 0);
	CALL(sendto, 99, "x", -1L, 0, NULL, 0);
}

void make_recvfrom(void)
{
	char buf[200];
	struct sockaddr_storage ss;
	socklen_t len = sizeof ss;
	recvfrom(udp[1], buf, sizeof buf, 0, (struct sockaddr *)&ss, &len);
	recvfrom(udp[1], buf, sizeof buf, 0, (struct sockaddr *)&ss, &len);
	len = 4;
	recvfrom(udp[1], buf, sizeof buf, 0, (struct sockaddr *)&ss, &len);
	recvfrom(udp[1], buf, sizeof buf, MSG_PEEK, NULL, NULL);
	recv(udp[1], buf, sizeof buf, 0);
	recv(udp[1], buf, sizeof buf, 0);
	memset(buf, 0, sizeof buf);
	recv(udp[1], buf, 40, MSG_TRUNC);
	recv(udp[1], buf, sizeof buf, 0);
	recv(udp[1], buf, sizeof buf, MSG_DONTWAIT);
	knock();
	int fd = accept4(listener, NULL, NULL, 0);
	len = sizeof ss;
	recvfrom(fd, buf, sizeof buf, 0, (struct sockaddr *)&ss, &len);
	shutdown(client, SHUT_WR);
	recv(fd, buf, sizeof buf, 0);
	close(client);
	close(fd);
	for (unsigned i = 0; i < group(CONST_msgflags)->n; i++)
		CALL(recvfrom, 99, buf, 1, (unsigned)group(CONST_msgflags)->item[i].value, NULL, NULL);
}

struct control {
	_Alignas(struct cmsghdr) unsigned char bytes[512];
	size_t len;
};

static void add_control(struct control *c, int level, int type, const void *data, size_t len)
{
	struct cmsghdr *head = (struct cmsghdr *)(c->bytes + c->len);
	head->cmsg_len = CMSG_LEN(len);
	head->cmsg_level = level;
	head->cmsg_type = type;
	memcpy(CMSG_DATA(head), data, len);
	c->len += CMSG_SPACE(len);
}

static void send_control(int fd, const struct control *c, const void *name, socklen_t namelen)
{
	struct iovec iov[2] = { { "Hello", 5 }, { "!", 1 } };
	struct msghdr m = { .msg_iov = iov, .msg_iovlen = 2, .msg_control = c->len ? (void *)c->bytes : NULL,
		.msg_controllen = c->len, .msg_name = (void *)name, .msg_namelen = namelen };
	sendmsg(fd, &m, 0);
}

static void receive(int fd, size_t control, int flags)
{
	char a[3], b[100];
	struct iovec iov[2] = { { a, sizeof a }, { b, sizeof b } };
	static struct control c;
	struct sockaddr_storage ss;
	memset(&c, 0, sizeof c);
	memset(b, 0, sizeof b);
	struct msghdr m = { .msg_iov = iov, .msg_iovlen = 2, .msg_control = c.bytes, .msg_controllen = control,
		.msg_name = &ss, .msg_namelen = sizeof ss };
	recvmsg(fd, &m, flags | MSG_DONTWAIT);
}

void make_sendmsg(void)
{
	static const enum constant_group_id kinds[] = { CONST_scm_socket, CONST_cmsg_ip, CONST_cmsg_ipv6, CONST_cmsg_udp };
	static const int of[] = { SOL_SOCKET, IPPROTO_IP, IPPROTO_IPV6, IPPROTO_UDP };
	unsigned char data[64];
	struct control c = { .len = 0 };
	struct sockaddr_in bad = sin_of("127.0.0.1", 9);
	int sv[2], fds[3] = { 0, 1, 2 };
	for (unsigned i = 0; i < sizeof data; i++)
		data[i] = (unsigned char)(i & 1);
	socketpair(AF_UNIX, SOCK_DGRAM, 0, sv);
	setsockopt(sv[1], SOL_SOCKET, SO_PASSCRED, &one, sizeof one);
	struct ucred me = { getpid(), getuid(), getgid() };
	send_control(sv[0], &c, NULL, 0);
	add_control(&c, SOL_SOCKET, SCM_RIGHTS, fds, sizeof fds);
	add_control(&c, SOL_SOCKET, SCM_CREDENTIALS, &me, sizeof me);
	send_control(sv[0], &c, NULL, 0);
	receive(sv[1], 512, MSG_CMSG_CLOEXEC);
	receive(sv[1], 512, MSG_CMSG_CLOEXEC);
	close(sv[0]);
	close(sv[1]);
	for (unsigned k = 0; k < 4; k++)
		for (unsigned i = 0; i < group(kinds[k])->n; i++)
			for (size_t len = 0; len <= 48; len += len < 16 ? 4 : len < 32 ? 16 : 8) {
				c.len = 0;
				add_control(&c, of[k], (int)group(kinds[k])->item[i].value, data, len);
				send_control(99, &c, &bad, sizeof bad);
			}
	c.len = 0;
	add_control(&c, 77, 88, data, 5);
	send_control(99, &c, &bad, sizeof bad);
	for (unsigned i = 0; i < group(CONST_level)->n; i++) {
		c.len = 0;
		add_control(&c, (int)group(CONST_level)->item[i].value, 99, data, 5);
		send_control(99, &c, &bad, 3);
	}
	c.len = 7;
	send_control(99, &c, NULL, 0);
	c.len = 0;
	add_control(&c, SOL_SOCKET, SCM_RIGHTS, fds, sizeof fds);
	((struct cmsghdr *)c.bytes)->cmsg_len = 1000;
	send_control(99, &c, NULL, 0);
	((struct cmsghdr *)c.bytes)->cmsg_len = 3;
	send_control(99, &c, NULL, 0);
	CALL(sendmsg, 99, 8L, 0);
	CALL(sendmsg, 99, NULL, MSG_NOSIGNAL);
}

static void receive_control(void)
{
	static const struct { int level, name; } wanted[] = {
		{ SOL_SOCKET, SO_TIMESTAMP }, { SOL_SOCKET, SO_TIMESTAMPNS }, { SOL_SOCKET, SO_TIMESTAMPING },
		{ SOL_SOCKET, SO_RXQ_OVFL }, { SOL_SOCKET, SO_PASSSEC }, { SOL_SOCKET, SO_TIMESTAMP_NEW },
		{ SOL_SOCKET, SO_TIMESTAMPNS_NEW }, { SOL_SOCKET, SO_TIMESTAMPING_NEW }, { IPPROTO_IP, IP_PKTINFO },
		{ IPPROTO_IP, IP_RECVTTL }, { IPPROTO_IP, IP_RECVTOS }, { IPPROTO_IP, IP_RECVORIGDSTADDR },
		{ IPPROTO_IP, IP_CHECKSUM }, { IPPROTO_IP, IP_RECVOPTS }, { IPPROTO_IP, IP_RETOPTS }, { IPPROTO_UDP, UDP_GRO },
	};
	struct control none = { .len = 0 };
	for (unsigned i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		int on = wanted[i].name == SO_TIMESTAMPING || wanted[i].name == SO_TIMESTAMPING_NEW ? (int)stamping : 1;
		close(udp[0]);
		close(udp[1]);
		make_udp();
		setsockopt(udp[1], wanted[i].level, wanted[i].name, &on, sizeof on);
		if (on != 1)
			usleep(50000);   /* the kernel begins to stamp packets a little later */
		send_control(udp[0], &none, &udp_at[1], sizeof udp_at[1]);
		receive(udp[1], 512, 0);
	}
}

static void receive_control6(void)
{
	static const int wanted6[] = { IPV6_RECVPKTINFO, IPV6_RECVHOPLIMIT, IPV6_RECVTCLASS, IPV6_RECVORIGDSTADDR };
	struct control none = { .len = 0 };
	for (unsigned i = 0; i < sizeof wanted6 / sizeof *wanted6; i++) {
		int in = socket(AF_INET6, SOCK_DGRAM, 0), out = socket(AF_INET6, SOCK_DGRAM, 0);
		struct sockaddr_in6 sin6 = sin6_of("::1", 0, 0, 0);
		socklen_t len = sizeof sin6;
		bind(in, (struct sockaddr *)&sin6, sizeof sin6);
		getsockname(in, (struct sockaddr *)&sin6, &len);
		setsockopt(in, IPPROTO_IPV6, wanted6[i], &one, sizeof one);
		send_control(out, &none, &sin6, sizeof sin6);
		receive(in, 512, 0);
		close(in);
		close(out);
	}
}

/* What ICMP said of a port where nobody listens. */
static void receive_error(int family, int level, int option, const void *nobody, socklen_t len)
{
	int fd = socket(family, SOCK_DGRAM, 0);
	setsockopt(fd, level, option, &one, sizeof one);
	connect(fd, nobody, len);
	send(fd, "x", 1, 0);
	receive(fd, 512, MSG_ERRQUEUE);
	close(fd);
}

/* Too little room for what came. */
static void receive_cut(void)
{
	struct control none = { .len = 0 };
	send_control(udp[0], &none, &udp_at[1], sizeof udp_at[1]);
	receive(udp[1], 0, 0);
	setsockopt(udp[1], IPPROTO_IP, IP_PKTINFO, &one, sizeof one);
	send_control(udp[0], &none, &udp_at[1], sizeof udp_at[1]);
	receive(udp[1], 8, 0);
	char tiny[40];
	struct iovec iov = { tiny, sizeof tiny };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	char big[100];
	memset(big, 'b', sizeof big);
	sendto(udp[0], big, sizeof big, 0, (struct sockaddr *)&udp_at[1], sizeof udp_at[1]);
	recvmsg(udp[1], &m, 0);
	recvmsg(udp[1], &m, MSG_DONTWAIT);
	CALL(recvmsg, 99, 8L, 0);
	int sv[2];
	socketpair(AF_UNIX, SOCK_STREAM, 0, sv);
	close(sv[1]);
	recvmsg(sv[0], &m, 0);
	close(sv[0]);
}

void make_recvmsg(void)
{
	struct sockaddr_in nobody = sin_of("127.0.0.1", 1);
	struct sockaddr_in6 nobody6 = sin6_of("::1", 1, 0, 0);
	receive_control();
	receive_control6();
	receive_error(AF_INET, IPPROTO_IP, IP_RECVERR, &nobody, sizeof nobody);
	receive_error(AF_INET6, IPPROTO_IPV6, IPV6_RECVERR, &nobody6, sizeof nobody6);
	receive_cut();
}

void make_sendmmsg(void)
{
	struct iovec iov[2] = { { "one", 3 }, { "three", 5 } };
	struct mmsghdr v[2] = { { .msg_hdr = { .msg_iov = &iov[0], .msg_iovlen = 1, .msg_name = &udp_at[1], .msg_namelen = 16 } },
		{ .msg_hdr = { .msg_iov = &iov[1], .msg_iovlen = 1, .msg_name = &udp_at[1], .msg_namelen = 16 } } };
	sendmmsg(udp[0], v, 2, MSG_NOSIGNAL);
	sendmmsg(udp[0], v, 0, 0);
	sendmmsg(99, v, 2, 0);
	v[1].msg_hdr.msg_name = (void *)8;
	sendmmsg(udp[0], v, 2, 0);
	CALL(sendmmsg, 99, 8L, 2, 0);
}

void make_recvmmsg(void)
{
	char a[10] = "", b[10] = "";
	struct sockaddr_storage ss;
	struct iovec iov[2] = { { a, sizeof a }, { b, sizeof b } };
	struct mmsghdr v[2] = { { .msg_hdr = { .msg_iov = &iov[0], .msg_iovlen = 1, .msg_name = &ss, .msg_namelen = sizeof ss } },
		{ .msg_hdr = { .msg_iov = &iov[1], .msg_iovlen = 1 } } };
	struct timespec wait = { 5, 0 };
	recvmmsg(udp[1], v, 2, MSG_WAITFORONE, NULL);
	recvmmsg(udp[1], v, 2, MSG_DONTWAIT, &wait);
	recvmmsg(udp[1], v, 2, MSG_DONTWAIT, NULL);
}
