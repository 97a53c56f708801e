/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes every call of syscall.def, with every flag, option and control message
 * of the constants' tables. What the calls return does not matter; that two runs
 * make the same calls does. A call in syscall.def without a function here does
 * not compile.
 */
#include <errno.h>
#include <stdbool.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define _LINUX_TCP_H   /* netinet/tcp.h is here already; the tables are linked, not compiled in */
#include "engine/decode/constants.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/errqueue.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <linux/net_tstamp.h>
#include <linux/netlink.h>
#include <linux/sched.h>
#include <linux/udp.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>

#define CALL(name, ...) syscall(__NR_##name __VA_OPT__(,) __VA_ARGS__)

static struct sockaddr_in sin_of(const char *ip, int port)
{
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	inet_pton(AF_INET, ip, &sin.sin_addr);
	return sin;
}

static struct sockaddr_in6 sin6_of(const char *ip, int port, unsigned flow, unsigned scope)
{
	struct sockaddr_in6 sin6 = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port),
		.sin6_flowinfo = htonl(flow), .sin6_scope_id = scope };
	inet_pton(AF_INET6, ip, &sin6.sin6_addr);
	return sin6;
}

/* A socket listening on 127.0.0.1 with one client that has connected and sent "Hello". */
static int listener, client;
static struct sockaddr_in at;

static void start_listening(void)
{
	socklen_t len = sizeof at;
	at = sin_of("127.0.0.1", 0);
	listener = socket(AF_INET, SOCK_STREAM, 0);
	bind(listener, (struct sockaddr *)&at, sizeof at);
	listen(listener, 5);
	getsockname(listener, (struct sockaddr *)&at, &len);
}

static void knock(void)
{
	client = socket(AF_INET, SOCK_STREAM, 0);
	connect(client, (struct sockaddr *)&at, sizeof at);
	send(client, "Hello", 5, 0);
}

static const struct constant_group *group(enum constant_group_id id)
{
	return constant_group(id);
}

static void make_socket(void)
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

static void make_socketpair(void)
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

static void make_bind(void)
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

static void make_listen(void)
{
	listen(listener, 5);
	listen(listener, -1);
	listen(99, 0);
}

#ifdef __NR_accept
static void make_accept(void)
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

static void make_accept4(void)
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

static void make_connect(void)
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

static void make_getsockname(void)
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

static void make_getpeername(void)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof ss;
	knock();
	getpeername(client, (struct sockaddr *)&ss, &len);
	close(client);
	close(accept4(listener, NULL, NULL, 0));
	getpeername(listener, (struct sockaddr *)&ss, &len);
}

/* A value of each type that an option can have. */
struct sample {
	const void *p;
	size_t len;
};

static const int one = 1, five = 5, sixteen = 16, family6 = AF_INET6, probe = 3;
static const unsigned char some_bytes[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
static const struct linger linger_on = { 1, 5 };
static const struct timeval tv = { 1, 500000 };
static const struct ucred cred = { 1, 2, 3 };
static const uint64_t cookie = 77;
static struct sock_filter drop_all[] = { BPF_STMT(BPF_RET | BPF_K, 0), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 6, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, 0xffffffff) };
static const struct sock_fprog prog = { 3, drop_all };
static const unsigned stamping = SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE;
static const struct sock_txtime txtime = { CLOCK_MONOTONIC, SOF_TXTIME_REPORT_ERRORS };
static const uint32_t numbers[] = { 1, 2 };
static struct in6_pktinfo pktinfo6;
static struct ip_mreqn mreqn;
static struct ip_mreq_source mreq_source;
static struct ipv6_mreq mreq6;
static struct group_req group_req;
static struct group_source_req group_source;
static const struct packet_mreq packet_mreq = { 1, PACKET_MR_PROMISC, 6, { 1, 2, 3, 4, 5, 6 } };
static const struct tpacket_req tpacket_req = { 4096, 2, 2048, 4 };
static struct sockaddr_in some_addr;

#define SAMPLE(type, object) static const struct sample sample_##type = { &(object), sizeof(object) };
SAMPLE(int, one)
SAMPLE(rate, one)
SAMPLE(u64, cookie)
SAMPLE(errno, five)
SAMPLE(socktype, one)
SAMPLE(protocol, five)
SAMPLE(family, family6)
SAMPLE(pmtudisc, probe)
SAMPLE(pmtudisc6, probe)
SAMPLE(timestamping, stamping)
SAMPLE(buflock, one)
SAMPLE(prefer, five)
SAMPLE(tos, sixteen)
SAMPLE(pktinfo6, pktinfo6)
SAMPLE(linger, linger_on)
SAMPLE(timeval, tv)
SAMPLE(ucred, cred)
static const struct sample sample_string = { "lo", 3 };
SAMPLE(sockaddr, some_addr)
SAMPLE(fprog, prog)
SAMPLE(u32s, numbers)
SAMPLE(gids, numbers)
SAMPLE(meminfo, numbers)
SAMPLE(txtime, txtime)
SAMPLE(mreq, mreqn)
SAMPLE(mreq_if, mreqn)
SAMPLE(mreq_source, mreq_source)
SAMPLE(mreq6, mreq6)
SAMPLE(group_req, group_req)
SAMPLE(group_source, group_source)
SAMPLE(packet_mreq, packet_mreq)
SAMPLE(tpacket_req, tpacket_req)
SAMPLE(tpacket_stats, numbers)
SAMPLE(tcp_info, numbers)
SAMPLE(bytes, some_bytes)

static void fill_samples(void)
{
	some_addr = sin_of("127.0.0.1", 80);
	mreqn.imr_multiaddr.s_addr = inet_addr("224.0.0.9");
	mreqn.imr_address.s_addr = inet_addr("127.0.0.1");
	mreqn.imr_ifindex = 1;
	mreq_source.imr_multiaddr.s_addr = inet_addr("232.0.0.9");
	mreq_source.imr_interface.s_addr = inet_addr("127.0.0.1");
	mreq_source.imr_sourceaddr.s_addr = inet_addr("127.0.0.2");
	inet_pton(AF_INET6, "ff02::9", &mreq6.ipv6mr_multiaddr);
	mreq6.ipv6mr_interface = 1;
	group_req.gr_interface = group_source.gsr_interface = 1;
	struct sockaddr_in g = sin_of("232.0.0.9", 0), s = sin_of("127.0.0.2", 0);
	memcpy(&group_req.gr_group, &g, sizeof g);
	memcpy(&group_source.gsr_group, &g, sizeof g);
	memcpy(&group_source.gsr_source, &s, sizeof s);
}

static const struct option {
	const char *name;
	const struct sample *sample;
} options[] = {
#define GROUP(id, unknown, kind)
#define END(id)
#define NAME(name)
#define VALUE(name, value)
#define OPT(name, type) { #name, &sample_##type },
#define NEWER(name, value, type) { #name, &sample_##type },
#include "engine/decode/constants_sockopt.def"
#undef GROUP
#undef END
#undef OPT
#undef NEWER
};

static const struct { enum constant_group_id group; int level, family, type; } levels[] = {
	{ CONST_sol_socket, SOL_SOCKET, AF_INET, SOCK_STREAM },
	{ CONST_sol_ip, IPPROTO_IP, AF_INET, SOCK_DGRAM },
	{ CONST_sol_ipv6, IPPROTO_IPV6, AF_INET6, SOCK_DGRAM },
	{ CONST_sol_tcp, IPPROTO_TCP, AF_INET, SOCK_STREAM },
	{ CONST_sol_udp, IPPROTO_UDP, AF_INET, SOCK_DGRAM },
	{ CONST_sol_packet, SOL_PACKET, AF_INET, SOCK_DGRAM },
	{ CONST_sol_netlink, SOL_NETLINK, AF_NETLINK, SOCK_RAW },
};

static void set_one(const struct sample *s, int family, int type, int level, int name)
{
	int fd = socket(family, type, 0);
	setsockopt(fd, level, name, s->p, (socklen_t)s->len);
	close(fd);
}

static const struct sample *sample_of(const char *name)
{
	for (unsigned i = 0; i < sizeof options / sizeof *options; i++)
		if (strcmp(options[i].name, name) == 0)
			return options[i].sample;
	return &sample_bytes;
}

static void make_setsockopt(void)
{
	fill_samples();
	for (unsigned l = 0; l < sizeof levels / sizeof *levels; l++)
		for (unsigned i = 0; i < group(levels[l].group)->n; i++) {
			const struct constant *c = &group(levels[l].group)->item[i];
			set_one(sample_of(c->name), levels[l].family, levels[l].type, levels[l].level, (int)c->value);
		}
	for (unsigned i = 0; i < group(CONST_level)->n; i++)
		set_one(&sample_int, AF_INET, SOCK_STREAM, (int)group(CONST_level)->item[i].value, 200);
	for (unsigned i = 0; i < group(CONST_pmtudisc)->n; i++) {
		int v = (int)group(CONST_pmtudisc)->item[i].value;
		set_one(&(struct sample){ &v, sizeof v }, AF_INET, SOCK_DGRAM, IPPROTO_IP, IP_MTU_DISCOVER);
		set_one(&(struct sample){ &v, sizeof v }, AF_INET6, SOCK_DGRAM, IPPROTO_IPV6, IPV6_MTU_DISCOVER);
	}
	for (unsigned i = 0; i < group(CONST_timestamping)->n; i++) {
		int v = (int)group(CONST_timestamping)->item[i].value;
		set_one(&(struct sample){ &v, sizeof v }, AF_INET, SOCK_DGRAM, SOL_SOCKET, SO_TIMESTAMPING);
	}
	int all = -1, zero = 0;
	set_one(&(struct sample){ &all, sizeof all }, AF_INET, SOCK_DGRAM, SOL_SOCKET, SO_TIMESTAMPING);
	set_one(&(struct sample){ &zero, sizeof zero }, AF_INET, SOCK_DGRAM, SOL_SOCKET, SO_REUSEADDR);
	set_one(&(struct sample){ &all, 1 }, AF_INET, SOCK_DGRAM, IPPROTO_IP, IP_TTL);
	set_one(&(struct sample){ &all, 0 }, AF_INET, SOCK_DGRAM, SOL_SOCKET, SO_REUSEADDR);
	set_one(&(struct sample){ NULL, 4 }, AF_INET, SOCK_DGRAM, SOL_SOCKET, SO_REUSEADDR);
	set_one(&(struct sample){ &mreqn, 8 }, AF_INET, SOCK_DGRAM, IPPROTO_IP, IP_ADD_MEMBERSHIP);
	set_one(&(struct sample){ &mreqn.imr_address, 4 }, AF_INET, SOCK_DGRAM, IPPROTO_IP, IP_MULTICAST_IF);
	set_one(&(struct sample){ "cubic", 5 }, AF_INET, SOCK_STREAM, IPPROTO_TCP, TCP_CONGESTION);
	set_one(&(struct sample){ "", 0 }, AF_INET, SOCK_STREAM, SOL_SOCKET, SO_BINDTODEVICE);
	set_one(&(struct sample){ &linger_on, 4 }, AF_INET, SOCK_STREAM, SOL_SOCKET, SO_LINGER);
	set_one(&(struct sample){ &tv, 8 }, AF_INET, SOCK_STREAM, SOL_SOCKET, SO_RCVTIMEO);
	for (unsigned i = 0; i < group(CONST_packet_mr)->n; i++) {
		struct packet_mreq m = packet_mreq;
		m.mr_type = (unsigned short)group(CONST_packet_mr)->item[i].value;
		set_one(&(struct sample){ &m, sizeof m }, AF_INET, SOCK_DGRAM, SOL_PACKET, PACKET_ADD_MEMBERSHIP);
	}
}

static void get_one(int fd, int level, int name, socklen_t len)
{
	unsigned char value[512] = { 0 };
	getsockopt(fd, level, name, value, &len);
}

static void make_getsockopt(void)
{
	for (unsigned l = 0; l < sizeof levels / sizeof *levels; l++) {
		int fd = socket(levels[l].family, levels[l].type, 0);
		for (unsigned i = 0; i < group(levels[l].group)->n; i++) {
			get_one(fd, levels[l].level, (int)group(levels[l].group)->item[i].value, 4);
			get_one(fd, levels[l].level, (int)group(levels[l].group)->item[i].value, 300);
		}
		close(fd);
	}
	knock();
	get_one(client, IPPROTO_TCP, TCP_INFO, 104);
	get_one(client, IPPROTO_TCP, TCP_INFO, 3);
	get_one(client, IPPROTO_TCP, TCP_CONGESTION, 16);
	get_one(client, SOL_SOCKET, SO_LINGER, 8);
	get_one(client, SOL_SOCKET, SO_RCVTIMEO, 16);
	get_one(client, SOL_SOCKET, SO_PEERCRED, 12);
	get_one(client, SOL_SOCKET, SO_TYPE, 2);
	get_one(client, SOL_SOCKET, SO_TYPE, 0);
	CALL(getsockopt, client, SOL_SOCKET, SO_TYPE, 8L, 8L);
	close(client);
	close(accept4(listener, NULL, NULL, 0));
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	struct sockaddr_in nobody = sin_of("127.0.0.1", 1);
	connect(fd, (struct sockaddr *)&nobody, sizeof nobody);
	get_one(fd, SOL_SOCKET, SO_ERROR, 4);
	close(fd);
	int sv[2];
	socketpair(AF_UNIX, SOCK_STREAM, 0, sv);
	get_one(sv[0], SOL_SOCKET, SO_PEERCRED, 12);
	get_one(sv[0], SOL_SOCKET, SO_PEERGROUPS, 400);
	close(sv[0]);
	close(sv[1]);
}

static void make_shutdown(void)
{
	for (unsigned i = 0; i < group(CONST_shut)->n; i++)
		shutdown(99, (int)group(CONST_shut)->item[i].value);
	shutdown(99, 7);
}

static int udp[2];
static struct sockaddr_in udp_at[2];

static void make_udp(void)
{
	for (int i = 0; i < 2; i++) {
		socklen_t len = sizeof udp_at[i];
		udp[i] = socket(AF_INET, SOCK_DGRAM, 0);
		udp_at[i] = sin_of("127.0.0.1", 0);
		bind(udp[i], (struct sockaddr *)&udp_at[i], sizeof udp_at[i]);
		getsockname(udp[i], (struct sockaddr *)&udp_at[i], &len);
	}
}

static void make_sendto(void)
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

static void make_recvfrom(void)
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

static void make_sendmsg(void)
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

static void make_recvmsg(void)
{
	static const struct { int level, name; } wanted[] = {
		{ SOL_SOCKET, SO_TIMESTAMP }, { SOL_SOCKET, SO_TIMESTAMPNS }, { SOL_SOCKET, SO_TIMESTAMPING },
		{ SOL_SOCKET, SO_RXQ_OVFL }, { SOL_SOCKET, SO_PASSSEC }, { SOL_SOCKET, SO_TIMESTAMP_NEW },
		{ SOL_SOCKET, SO_TIMESTAMPNS_NEW }, { SOL_SOCKET, SO_TIMESTAMPING_NEW }, { IPPROTO_IP, IP_PKTINFO },
		{ IPPROTO_IP, IP_RECVTTL }, { IPPROTO_IP, IP_RECVTOS }, { IPPROTO_IP, IP_RECVORIGDSTADDR },
		{ IPPROTO_IP, IP_CHECKSUM }, { IPPROTO_IP, IP_RECVOPTS }, { IPPROTO_IP, IP_RETOPTS }, { IPPROTO_UDP, UDP_GRO },
	};
	static const int wanted6[] = { IPV6_RECVPKTINFO, IPV6_RECVHOPLIMIT, IPV6_RECVTCLASS, IPV6_RECVORIGDSTADDR };
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
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct sockaddr_in nobody = sin_of("127.0.0.1", 1);
	setsockopt(fd, IPPROTO_IP, IP_RECVERR, &one, sizeof one);
	connect(fd, (struct sockaddr *)&nobody, sizeof nobody);
	send(fd, "x", 1, 0);
	receive(fd, 512, MSG_ERRQUEUE);
	close(fd);
	fd = socket(AF_INET6, SOCK_DGRAM, 0);
	struct sockaddr_in6 nobody6 = sin6_of("::1", 1, 0, 0);
	setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &one, sizeof one);
	connect(fd, (struct sockaddr *)&nobody6, sizeof nobody6);
	send(fd, "x", 1, 0);
	receive(fd, 512, MSG_ERRQUEUE);
	close(fd);
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

static void make_sendmmsg(void)
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

static void make_recvmmsg(void)
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

#ifdef __NR_select
static void make_select(void)
{
	fd_set r, w, e;
	FD_ZERO(&r);
	FD_ZERO(&w);
	FD_ZERO(&e);
	FD_SET(udp[0], &w);
	FD_SET(udp[0], &r);
	FD_SET(udp[1], &r);
	struct timeval t = { 1, 0 }, now = { 0, 0 };
	CALL(select, udp[1] + 1, &r, &w, &e, &t);
	FD_SET(udp[1], &r);
	CALL(select, udp[1] + 1, &r, NULL, NULL, &now);
	CALL(select, 0, NULL, NULL, NULL, &now);
	CALL(select, udp[1] + 1, NULL, &w, NULL, NULL);
	CALL(select, -1, NULL, &w, NULL, NULL);
	CALL(select, 1, 8L, NULL, NULL, NULL);
}
#endif

static void make_pselect6(void)
{
	fd_set w;
	FD_ZERO(&w);
	FD_SET(udp[0], &w);
	struct timespec t = { 1, 0 }, now = { 0, 0 };
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGCHLD);
	pselect(udp[0] + 1, NULL, &w, NULL, &t, &set);
	pselect(0, NULL, NULL, NULL, &now, NULL);
	CALL(pselect6, 0, NULL, NULL, NULL, &now, NULL);
}

#ifdef __NR_poll
static void make_poll(void)
{
	struct pollfd fds[3] = { { udp[0], POLLIN | POLLOUT, 0 }, { udp[1], POLLIN, 0 }, { 99, 0, 0 } };
	CALL(poll, fds, 3, 1000);
	CALL(poll, fds + 1, 1, 0);
	CALL(poll, NULL, 0, 0);
	CALL(poll, 8L, 1, 0);
	for (unsigned i = 0; i < group(CONST_pollevents)->n; i++) {
		fds[0].events = (short)group(CONST_pollevents)->item[i].value;
		CALL(poll, fds, 1, 0);
	}
	fds[0].events = -1;
	CALL(poll, fds, 1, 0);
	fds[0].fd = -1;
	CALL(poll, fds, 1, 0);
}
#endif

static void make_ppoll(void)
{
	struct pollfd fds[2] = { { udp[0], POLLOUT, 0 }, { udp[1], POLLIN, 0 } };
	struct timespec t = { 1, 5 }, now = { 0, 0 };
	sigset_t set;
	sigfillset(&set);
	ppoll(fds, 2, &t, &set);
	sigemptyset(&set);
	ppoll(fds + 1, 1, &now, &set);
	ppoll(fds, 1, NULL, NULL);
}

static int epfd;

#ifdef __NR_epoll_create
static void make_epoll_create(void)
{
	close((int)CALL(epoll_create, 5));
}
#endif

static void make_epoll_create1(void)
{
	epfd = (int)CALL(epoll_create1, EPOLL_CLOEXEC);
	CALL(epoll_create1, 5);
}

static void make_epoll_ctl(void)
{
	struct epoll_event e = { .events = EPOLLIN | EPOLLET, .data.u64 = 0x1122334455667788 };
	epoll_ctl(epfd, EPOLL_CTL_ADD, udp[0], &e);
	e.events = EPOLLOUT;
	e.data.fd = 5;
	epoll_ctl(epfd, EPOLL_CTL_MOD, udp[0], &e);
	for (unsigned i = 0; i < group(CONST_epollevents)->n; i++) {
		e.events = (uint32_t)group(CONST_epollevents)->item[i].value;
		epoll_ctl(epfd, EPOLL_CTL_ADD, 99, &e);
	}
	e.events = 0xffffffff;
	epoll_ctl(epfd, EPOLL_CTL_ADD, 99, &e);
	e.events = 0;
	epoll_ctl(epfd, EPOLL_CTL_ADD, 99, &e);
	epoll_ctl(epfd, EPOLL_CTL_DEL, 99, NULL);
	epoll_ctl(epfd, EPOLL_CTL_DEL, 99, &e);
	epoll_ctl(epfd, 9, 99, &e);
	CALL(epoll_ctl, epfd, EPOLL_CTL_ADD, 99, 8L);
}

#ifdef __NR_epoll_wait
static void make_epoll_wait(void)
{
	struct epoll_event e[4];
	CALL(epoll_wait, epfd, e, 4, 1000);
	CALL(epoll_wait, epfd, e, 0, 1000);
	epoll_ctl(epfd, EPOLL_CTL_DEL, udp[0], NULL);
	CALL(epoll_wait, epfd, e, 4, 0);
	e[0] = (struct epoll_event){ .events = EPOLLOUT, .data.fd = 5 };
	epoll_ctl(epfd, EPOLL_CTL_ADD, udp[0], e);
}
#endif

static void make_epoll_pwait(void)
{
	struct epoll_event e[4];
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	epoll_pwait(epfd, e, 4, 1000, &set);
	epoll_pwait(epfd, e, 4, -1, NULL);
}

#ifdef __NR_epoll_pwait2
static void make_epoll_pwait2(void)
{
	struct epoll_event e[4];
	struct timespec t = { 1, 0 };
	sigset_t set;
	sigemptyset(&set);
	CALL(epoll_pwait2, epfd, e, 4, &t, &set, 8);
	CALL(epoll_pwait2, epfd, e, 4, NULL, NULL, 8);
}
#endif

static int evfd, tmfd;

#ifdef __NR_eventfd
static void make_eventfd(void)
{
	evfd = (int)CALL(eventfd, 3);
}
#endif

static void make_eventfd2(void)
{
	for (unsigned i = 0; i < group(CONST_eventfdflags)->n; i++)
		close((int)CALL(eventfd2, 0, (int)group(CONST_eventfdflags)->item[i].value));
	CALL(eventfd2, 0, 0xffff);
	evfd = eventfd(3, EFD_CLOEXEC | EFD_NONBLOCK);
}

static void make_timerfd_create(void)
{
	for (unsigned i = 0; i < group(CONST_clock)->n; i++)
		close((int)CALL(timerfd_create, (int)group(CONST_clock)->item[i].value, 0));
	CALL(timerfd_create, 77, 0x40000000);
	tmfd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
}

static void make_timerfd_settime(void)
{
	struct itimerspec its = { { 0, 0 }, { 100000, 5 } }, old, past = { { 0, 0 }, { 1, 0 } };
	timerfd_settime(tmfd, 0, &its, NULL);
	timerfd_settime(tmfd, TFD_TIMER_ABSTIME, &past, &old);
	CALL(timerfd_settime, tmfd, 0xff, &its, &old);
	CALL(timerfd_settime, tmfd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, 8L, NULL);
}

static void make_timerfd_gettime(void)
{
	struct itimerspec its;
	timerfd_gettime(tmfd, &its);
	timerfd_gettime(99, &its);
}

#ifdef __NR_signalfd
static void make_signalfd(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	close((int)CALL(signalfd, -1, &set, 8));
}
#endif

static void make_signalfd4(void)
{
	sigset_t set;
	sigemptyset(&set);
	for (unsigned i = 0; i < group(CONST_signal)->n; i++) {
		sigset_t single;
		sigemptyset(&single);
		sigaddset(&single, (int)group(CONST_signal)->item[i].value);
		close((int)CALL(signalfd4, -1, &single, 8, 0));
	}
	close((int)CALL(signalfd4, -1, &set, 8, SFD_CLOEXEC));
	sigaddset(&set, SIGUSR2);
	sigaddset(&set, 40);
	close((int)CALL(signalfd4, -1, &set, 8, SFD_CLOEXEC | SFD_NONBLOCK));
	CALL(signalfd4, 99, &set, 7, 0xfff);
}

static void make_nanosleep(void)
{
	struct timespec t = { 0, 1000 }, bad = { 0, 2000000000 }, left;
	CALL(nanosleep, &t, NULL);
	CALL(nanosleep, &t, &left);
	CALL(nanosleep, &bad, &left);
	CALL(nanosleep, 8L, NULL);
}

static void make_clock_nanosleep(void)
{
	struct timespec t = { 0, 1000 }, left;
	for (unsigned i = 0; i < group(CONST_clock)->n; i++)
		CALL(clock_nanosleep, (int)group(CONST_clock)->item[i].value, TIMER_ABSTIME, &t, NULL);
	CALL(clock_nanosleep, CLOCK_MONOTONIC, 0, &t, &left);
	CALL(clock_nanosleep, 77, 8, &t, NULL);
}

static void on_signal(int signo)
{
}

/* A signal every 20 ms, so that one comes while the next call sleeps, however slow the machine. */
static void signals(bool on)
{
	struct itimerval every = { { 0, on ? 20000 : 0 }, { 0, on ? 20000 : 0 } };
	struct sigaction act = { .sa_handler = on_signal };
	sigaction(SIGALRM, &act, NULL);
	setitimer(ITIMER_REAL, &every, NULL);
}

#ifdef __NR_pause
static void make_pause(void)
{
	signals(true);
	CALL(pause);
	signals(false);
}
#endif

#ifdef __NR_alarm
static void make_alarm(void)
{
	CALL(alarm, 100);
	CALL(alarm, 0);
}
#endif

static void make_setitimer(void)
{
	struct itimerval none = { { 0, 0 }, { 0, 0 } }, old;
	for (unsigned i = 0; i < group(CONST_itimer)->n; i++)
		CALL(setitimer, (int)group(CONST_itimer)->item[i].value, &none, &old);
	CALL(setitimer, 9, &none, NULL);
	struct timespec t = { 3600, 0 }, left;
	struct pollfd one_fd = { udp[1], POLLIN, 0 };
	char buf[4];
	signals(true);
	CALL(nanosleep, &t, &left);
	CALL(clock_nanosleep, CLOCK_MONOTONIC, 0, &t, &left);
	ppoll(&one_fd, 1, &t, NULL);
	recv(udp[1], buf, sizeof buf, 0);
	signals(false);
}

static void make_getitimer(void)
{
	struct itimerval now;
	CALL(getitimer, ITIMER_REAL, &now);
}

static void make_rt_sigtimedwait(void)
{
	sigset_t set;
	siginfo_t info;
	struct timespec t = { 0, 1000 };
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	CALL(rt_sigtimedwait, &set, &info, &t, 8);
	kill(getpid(), SIGUSR1);
	CALL(rt_sigtimedwait, &set, &info, NULL, 8);
	kill(getpid(), SIGUSR1);
	CALL(rt_sigtimedwait, &set, NULL, NULL, 8);
	CALL(tgkill, getpid(), getpid(), SIGUSR1);
	CALL(rt_sigtimedwait, &set, &info, NULL, 8);
	sigqueue(getpid(), SIGUSR1, (union sigval){ .sival_int = 5 });
	CALL(rt_sigtimedwait, &set, &info, NULL, 8);
}

static void make_rt_sigsuspend(void)
{
	sigset_t set;
	sigemptyset(&set);
	signals(true);
	CALL(rt_sigsuspend, &set, 8);
	signals(false);
}

static void make_futex(void)
{
	static int word = 1;
	for (unsigned i = 0; i < group(CONST_futexop)->n; i++)
		CALL(futex, NULL, (int)group(CONST_futexop)->item[i].value | 0x80, 1, NULL, NULL, 0);
	CALL(futex, &word, 1, 1, NULL, NULL, 0);
	CALL(futex, &word, 9 | 0x80 | 0x100, 0, NULL, NULL, -1);
}

static void child_ends(int code)
{
	CALL(exit_group, code);
}

#ifdef __NR_fork
static void make_fork(void)
{
	if (CALL(fork) == 0)
		child_ends(0);
	CALL(wait4, -1, NULL, 0, NULL);
}
#endif

#ifdef __NR_vfork
static void make_vfork(void)
{
	if (vfork() == 0)
		_exit(0);
	CALL(wait4, -1, NULL, 0, NULL);
}
#endif

static void make_clone(void)
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

static void make_clone3(void)
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

static void make_wait4(void)
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

static void make_waitid(void)
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

static void make_execve(void)
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

static void make_execveat(void)
{
	char *args[] = { "x", NULL };
	CALL(execveat, AT_FDCWD, "/does/not/exist", args, NULL, 0);
	for (unsigned i = 0; i < group(CONST_atflags)->n; i++)
		CALL(execveat, 99, "exist", args, args, (int)group(CONST_atflags)->item[i].value);
}

static void make_exit(void)
{
	if (CALL(clone, SIGCHLD, NULL, NULL, NULL, NULL) == 0)
		CALL(exit, 9);
	CALL(wait4, -1, NULL, 0, NULL);
}

static void make_exit_group(void)
{
	if (CALL(clone, SIGCHLD, NULL, NULL, NULL, NULL) == 0)
		CALL(exit_group, -1);
	CALL(wait4, -1, NULL, 0, NULL);
}

static void make_kill(void)
{
	CALL(kill, getpid(), 0);
	for (int i = 1; i < 70; i++)
		CALL(kill, 0x7ffffff0, i);
}

static void make_tkill(void)
{
	CALL(tkill, getpid(), 0);
	CALL(tkill, -1, SIGHUP);
}

static void make_tgkill(void)
{
	CALL(tgkill, getpid(), getpid(), 0);
	CALL(tgkill, -1, -1, SIGPIPE);
}

static int pidfd;

static void make_pidfd_open(void)
{
	pidfd = (int)CALL(pidfd_open, getpid(), 0);
	close((int)CALL(pidfd_open, getpid(), O_NONBLOCK));
	CALL(pidfd_open, -1, 0x10);
}

static void make_pidfd_getfd(void)
{
	close((int)CALL(pidfd_getfd, pidfd, 0, 0));
	CALL(pidfd_getfd, pidfd, 999, 5);
}

static int pipes[2];

static void make_read(void)
{
	char buf[100];
	read(pipes[0], buf, sizeof buf);
	read(pipes[0], buf, 10);
	read(pipes[0], buf, 0);
	read(evfd, buf, 8);
	read(tmfd, buf, 8);
	read(99, buf, 8);
	CALL(read, pipes[0], 8L, 8);
}

static void make_write(void)
{
	uint64_t two = 2;
	write(pipes[1], "abc", 3);
	write(evfd, &two, sizeof two);
	write(99, "abc", 3);
	CALL(write, pipes[1], 8L, 3);
}

static void make_readv(void)
{
	char a[2], b[10];
	struct iovec iov[2] = { { a, sizeof a }, { b, sizeof b } };
	write(pipes[1], "abcdef", 6);
	readv(pipes[0], iov, 2);
	readv(99, iov, 2);
	CALL(readv, pipes[0], 8L, 2);
}

static void make_writev(void)
{
	struct iovec iov[3] = { { "ab", 2 }, { "", 0 }, { "cdefghijklmnopqrstuvwxyz0123456789", 34 } };
	writev(pipes[1], iov, 3);
	writev(99, iov, 3);
	writev(99, iov, 0);
	iov[1].iov_base = (void *)8;
	iov[1].iov_len = 5;
	writev(99, iov, 3);
	CALL(writev, 99, 8L, 1);
}

static void make_pread64(void)
{
	char buf[10];
	int fd = open("/dev/zero", O_RDONLY);
	pread(fd, buf, sizeof buf, 5);
	pread(99, buf, sizeof buf, -5);
	close(fd);
}

static void make_pwrite64(void)
{
	int fd = open("/dev/null", O_WRONLY);
	pwrite(fd, "abc", 3, 7);
	pwrite(99, "abc", 3, 0x100000000);
	close(fd);
}

static void make_preadv(void)
{
	char a[2], b[10];
	struct iovec iov[2] = { { a, sizeof a }, { b, sizeof b } };
	int fd = open("/dev/zero", O_RDONLY);
	CALL(preadv, fd, iov, 2, 5L, 0);
	CALL(preadv, listener, iov, 2, 0L, 0);
	CALL(preadv, fd, iov, 2, -5L, 0);
	CALL(preadv, fd, 8L, 2, 0L, 0);
	close(fd);
}

static void make_pwritev(void)
{
	struct iovec iov[2] = { { "ab", 2 }, { "cdefghijklmnopqrstuvwxyz0123456789", 34 } };
	int fd = open("/dev/null", O_WRONLY);
	CALL(pwritev, fd, iov, 2, 7L, 0);
	CALL(pwritev, listener, iov, 1, 0x100000000L, 0);
	CALL(pwritev, fd, 8L, 2, 0L, 0);
	close(fd);
}

#ifdef __NR_preadv2
static void make_preadv2(void)
{
	char a[2], b[10];
	struct iovec iov[2] = { { a, sizeof a }, { b, sizeof b } };
	write(pipes[1], "abcdef", 6);
	CALL(preadv2, pipes[0], iov, 2, -1L, 0, 0);
	CALL(preadv2, pipes[0], iov, 2, -1L, -1L, RWF_NOWAIT);
	CALL(preadv2, listener, iov, 2, 3L, 0, 0);
	for (unsigned i = 0; i < group(CONST_rwfflags)->n; i++)
		CALL(preadv2, 99, iov, 2, 0L, 0, (int)group(CONST_rwfflags)->item[i].value);
	CALL(preadv2, 99, iov, 2, 0L, 0, 0x10000);
	CALL(preadv2, 99, 8L, 2, 0L, 0, RWF_HIPRI | RWF_NOWAIT);
}
#endif

#ifdef __NR_pwritev2
static void make_pwritev2(void)
{
	struct iovec iov[2] = { { "ab", 2 }, { "cd", 2 } };
	int fd = open("/dev/null", O_WRONLY);
	CALL(pwritev2, fd, iov, 2, -1L, 0, 0);
	CALL(pwritev2, fd, iov, 2, 7L, 0, RWF_SYNC | RWF_DSYNC);
	CALL(pwritev2, 99, iov, 2, -2L, 0, RWF_APPEND | 0x20000);
	close(fd);
}
#endif

static void make_sendfile(void)
{
	int fd = open("/bin/true", O_RDONLY);
	off_t off = 1;
	CALL(sendfile, pipes[1], fd, &off, 10);
	CALL(sendfile, pipes[1], fd, NULL, 5);
	CALL(sendfile, 99, fd, &off, 5);
	close(fd);
}

static void make_splice(void)
{
	int fd = open("/dev/null", O_WRONLY);
	for (unsigned i = 0; i < group(CONST_spliceflags)->n; i++)
		CALL(splice, 99, NULL, fd, NULL, 3, (unsigned)group(CONST_spliceflags)->item[i].value);
	loff_t off = 0;
	CALL(splice, pipes[0], NULL, fd, &off, 3, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
	CALL(splice, pipes[0], NULL, fd, NULL, 3, 0x100);
	close(fd);
}

static void make_close(void)
{
	close(99);
	close(-1);
}

static void make_close_range(void)
{
	for (unsigned i = 0; i < group(CONST_closerangeflags)->n; i++)
		CALL(close_range, 500U, 600U, (unsigned)group(CONST_closerangeflags)->item[i].value);
	CALL(close_range, 500U, ~0U, 0);
	CALL(close_range, 500U, 400U, 0x10);
}

/* 1 is no flag of this call: nothing is changed. */
static void make_unshare(void)
{
	for (unsigned i = 0; i < group(CONST_unshareflags)->n; i++)
		CALL(unshare, (unsigned long)group(CONST_unshareflags)->item[i].value | 1);
	CALL(unshare, (unsigned long)CLONE_FS | CLONE_FILES);
	CALL(unshare, 0UL);
	CALL(unshare, 1UL);
}

static void make_dup(void)
{
	close(dup(listener));
	dup(99);
}

#ifdef __NR_dup2
static void make_dup2(void)
{
	close((int)CALL(dup2, listener, 77));
	CALL(dup2, 99, 77);
}
#endif

static void make_dup3(void)
{
	close((int)CALL(dup3, listener, 77, O_CLOEXEC));
	CALL(dup3, listener, 77, 0);
	CALL(dup3, listener, 77, 5);
	close(77);
}

static void make_fcntl(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct { int type; int pid; } owner = { F_OWNER_PID, getpid() };
	fcntl(fd, F_GETFD);
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	fcntl(fd, F_GETFD);
	fcntl(fd, F_SETFD, 0xf0);
	fcntl(fd, F_GETFL);
	fcntl(fd, F_SETFL, O_RDWR | O_NONBLOCK);
	fcntl(fd, F_GETFL);
	for (unsigned i = 0; i < group(CONST_openflags)->n; i++)
		CALL(fcntl, 99, F_SETFL, (int)group(CONST_openflags)->item[i].value);
	CALL(fcntl, 99, F_SETFL, -1);
	close(fcntl(fd, F_DUPFD, 50));
	close(fcntl(fd, F_DUPFD_CLOEXEC, 50));
	fcntl(fd, F_SETOWN, getpid());
	fcntl(fd, F_GETOWN);
	for (unsigned i = 0; i < group(CONST_owner)->n; i++) {
		owner.type = (int)group(CONST_owner)->item[i].value;
		CALL(fcntl, fd, F_SETOWN_EX, &owner);
		CALL(fcntl, fd, F_GETOWN_EX, &owner);
	}
	CALL(fcntl, fd, F_GETOWN_EX, &owner);
	fcntl(fd, F_SETSIG, SIGUSR1);
	fcntl(fd, F_GETSIG);
	CALL(fcntl, fd, 999, 5);
	for (unsigned i = 0; i < group(CONST_fcntlcmd)->n; i++)
		CALL(fcntl, 99, (int)group(CONST_fcntlcmd)->item[i].value, 0);
	close(fd);
}

static void make_ioctl(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1, n = 0;
	ioctl(fd, FIONBIO, &on);
	ioctl(fd, FIONREAD, &n);
	ioctl(fd, TIOCOUTQ, &n);
	knock();
	int conn = accept4(listener, NULL, NULL, 0);
	struct pollfd ready = { conn, POLLIN, 0 };
	ppoll(&ready, 1, NULL, NULL);
	ioctl(conn, FIONREAD, &n);
	ioctl(conn, TIOCOUTQ, &n);
	ioctl(conn, SIOCATMARK, &n);
	close(conn);
	close(client);
	struct ifreq all[8], r = { 0 };
	struct ifconf conf = { .ifc_len = sizeof all, .ifc_req = all };
	ioctl(fd, SIOCGIFCONF, &conf);
	conf = (struct ifconf){ .ifc_len = 0, .ifc_req = NULL };
	ioctl(fd, SIOCGIFCONF, &conf);
	strcpy(r.ifr_name, "lo");
	for (unsigned i = 0; i < group(CONST_ioctlcmd)->n; i++) {
		struct { struct ifreq r; char more[64]; } copy = { .r = r };
		ioctl(99, group(CONST_ioctlcmd)->item[i].value, &copy);
	}
	static const unsigned get[] = { SIOCGIFFLAGS, SIOCGIFADDR, SIOCGIFNETMASK, SIOCGIFBRDADDR, SIOCGIFDSTADDR, SIOCGIFMTU,
		SIOCGIFMETRIC, SIOCGIFHWADDR, SIOCGIFINDEX, SIOCGIFTXQLEN };
	for (unsigned i = 0; i < sizeof get / sizeof *get; i++) {
		memset(&r, 0, sizeof r);
		strcpy(r.ifr_name, "lo");
		ioctl(fd, get[i], &r);
	}
	memset(&r, 0, sizeof r);
	r.ifr_ifindex = 1;
	ioctl(fd, SIOCGIFNAME, &r);
	ioctl(fd, FIOCLEX);
	ioctl(99, 0xdeadbeef, 0x1234);
	close(fd);
}

#ifdef __NR_pipe
static void make_pipe(void)
{
	int p[2];
	CALL(pipe, p);
	close(p[0]);
	close(p[1]);
	CALL(pipe, 8L);
}
#endif

static void make_pipe2(void)
{
	int p[2];
	CALL(pipe2, p, O_CLOEXEC | O_NONBLOCK);
	close(p[0]);
	close(p[1]);
	CALL(pipe2, p, 1);
}

static void make_io_uring_setup(void)
{
	CALL(io_uring_setup, 0, NULL);
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
