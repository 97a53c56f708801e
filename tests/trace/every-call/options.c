/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every option of the tables, set and asked for. */
#include "tests/trace/every-call/every.h"

/* A value of each type that an option can have. */
struct sample {
	const void *p;
	size_t len;
};

static const int five = 5, sixteen = 16, family6 = AF_INET6, probe = 3;
static const unsigned char some_bytes[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
static const struct linger linger_on = { 1, 5 };
static const struct timeval tv = { 1, 500000 };
static const struct ucred cred = { 1, 2, 3 };
static const uint64_t cookie = 77;
static struct sock_filter drop_all[] = { BPF_STMT(BPF_RET | BPF_K, 0), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 6, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, 0xffffffff) };
static const struct sock_fprog prog = { 3, drop_all };
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

void make_setsockopt(void)
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

void make_getsockopt(void)
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
