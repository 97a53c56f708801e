/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/trace/sockstat.h"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "engine/decode/decode.h"

static const char *state_name(int state)
{
	static const char *const names[] = {
		[TCP_ESTABLISHED] = "ESTABLISHED", [TCP_SYN_SENT] = "SYN_SENT", [TCP_SYN_RECV] = "SYN_RECV",
		[TCP_FIN_WAIT1] = "FIN_WAIT1", [TCP_FIN_WAIT2] = "FIN_WAIT2", [TCP_TIME_WAIT] = "TIME_WAIT",
		[TCP_CLOSE] = "CLOSED", [TCP_CLOSE_WAIT] = "CLOSE_WAIT", [TCP_LAST_ACK] = "LAST_ACK",
		[TCP_LISTEN] = "LISTEN", [TCP_CLOSING] = "CLOSING",
	};
	return state > 0 && (size_t)state < sizeof names / sizeof *names ? names[state] : NULL;
}

enum option_kind { OPTION_NUMBER, OPTION_LINGER };

/* Options that change what a program meets. All are 0 in a new socket. */
static const struct { const char *name; int level, option; enum option_kind kind; } options[] = {
	{ "SO_REUSEADDR", SOL_SOCKET, SO_REUSEADDR, OPTION_NUMBER },
	{ "SO_REUSEPORT", SOL_SOCKET, SO_REUSEPORT, OPTION_NUMBER },
	{ "SO_KEEPALIVE", SOL_SOCKET, SO_KEEPALIVE, OPTION_NUMBER },
	{ "SO_BROADCAST", SOL_SOCKET, SO_BROADCAST, OPTION_NUMBER },
	{ "SO_OOBINLINE", SOL_SOCKET, SO_OOBINLINE, OPTION_NUMBER },
	{ "SO_LINGER", SOL_SOCKET, SO_LINGER, OPTION_LINGER },
	{ "TCP_NODELAY", IPPROTO_TCP, TCP_NODELAY, OPTION_NUMBER },
	{ "TCP_CORK", IPPROTO_TCP, TCP_CORK, OPTION_NUMBER },
	{ "TCP_DEFER_ACCEPT", IPPROTO_TCP, TCP_DEFER_ACCEPT, OPTION_NUMBER },
	{ "TCP_USER_TIMEOUT", IPPROTO_TCP, TCP_USER_TIMEOUT, OPTION_NUMBER },
	{ "IPV6_V6ONLY", IPPROTO_IPV6, IPV6_V6ONLY, OPTION_NUMBER },
};
_Static_assert(sizeof options / sizeof *options <= SOCKSTAT_OPTIONS, "room for every option");

const char *sockstat_option_name(int i)
{
	return (size_t)i < sizeof options / sizeof *options ? options[i].name : NULL;
}

/* SO_LINGER is told as seconds and 1, because a linger of 0 seconds is one too. */
static int64_t read_option(int fd, int i)
{
	struct linger linger;
	int n = 0;
	socklen_t len = options[i].kind == OPTION_LINGER ? sizeof linger : sizeof n;
	void *to = options[i].kind == OPTION_LINGER ? (void *)&linger : &n;
	if (getsockopt(fd, options[i].level, options[i].option, to, &len) < 0)
		return 0;
	if (options[i].kind == OPTION_LINGER)
		return linger.l_onoff ? (int64_t)linger.l_linger + 1 : 0;
	return n;
}

/* A FIN takes a place in the sequence of bytes, and so does the SYN: the kernel's queues count them. RFC 9293 3.4. */
static void uncount(int state, int64_t recvq, int64_t sendq, struct sockstat *out)
{
	bool fin_came = state == TCP_CLOSE_WAIT || state == TCP_LAST_ACK || state == TCP_CLOSING;
	bool fin_sent = state == TCP_FIN_WAIT1 || state == TCP_LAST_ACK || state == TCP_CLOSING;
	out->recv_fin = fin_came && recvq > 0;   /* it is the last in the queue */
	out->send_fin = fin_sent && sendq > 0;
	out->send_syn = (state == TCP_SYN_SENT || state == TCP_SYN_RECV) && sendq > 0;
	out->recvq = recvq - out->recv_fin;
	out->sendq = sendq - out->send_fin - out->send_syn;
}

/* The ioctls, unlike the list, leave out a FIN that came and a SYN that is not confirmed. */
static void read_queues(int fd, struct sockstat *out)
{
	struct tcp_info info;
	socklen_t len = sizeof info;
	int in = 0, unsent = 0;
	memset(&info, 0, sizeof info);
	bool tcp = getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) == 0;
	out->state = tcp ? state_name(info.tcpi_state) : NULL;
	if (tcp && info.tcpi_state == TCP_LISTEN) {
		out->recvq = info.tcpi_unacked;
		out->sendq = info.tcpi_sacked;
		return;
	}
	out->recvq = ioctl(fd, SIOCINQ, &in) == 0 ? in : 0;
	if (!tcp || ioctl(fd, SIOCOUTQ, &unsent) < 0)
		return;
	uncount(info.tcpi_state, 0, unsent, out);
	out->recvq = in;
	out->send_syn = false;
	out->sendq = unsent - out->send_fin;
}

/* An Internet socket without a name has the address 0.0.0.0:0, which says nothing. */
static bool is_named(const struct sockaddr_storage *a)
{
	if (a->ss_family == AF_INET)
		return ((const struct sockaddr_in *)a)->sin_port != 0;
	if (a->ss_family == AF_INET6)
		return ((const struct sockaddr_in6 *)a)->sin6_port != 0;
	return false;   /* of other families the calls tell enough */
}

static void set_end(const struct sockaddr_storage *addr, struct packet_end *end)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)addr;
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)addr;
	end->family = addr->ss_family;
	end->port = ntohs(addr->ss_family == AF_INET ? in->sin_port : in6->sin6_port);
	if (addr->ss_family == AF_INET)
		memcpy(end->addr, &in->sin_addr, sizeof in->sin_addr);
	else
		memcpy(end->addr, &in6->sin6_addr, sizeof in6->sin6_addr);
}

static const struct value *read_address(int fd, int (*get)(int, struct sockaddr *, socklen_t *), struct arena *a,
					struct packet_end *end)
{
	struct sockaddr_storage addr;
	socklen_t len = sizeof addr;
	memset(&addr, 0, sizeof addr);
	if (get(fd, (struct sockaddr *)&addr, &len) < 0 || !is_named(&addr))
		return NULL;
	set_end(&addr, end);
	return decode_sockaddr_bytes(a, &addr, len);
}

static int get_name(int fd, struct sockaddr *a, socklen_t *len)
{
	return getsockname(fd, a, len);
}

static int get_peer(int fd, struct sockaddr *a, socklen_t *len)
{
	return getpeername(fd, a, len);
}

void sockstat_init(struct sockstat *s)
{
	*s = (struct sockstat){ .recvq = -1, .sendq = -1, .unacked = -1, .mss = -1, .rcv_wnd = -1, .snd_wnd = -1, .drops = -1,
		.memory = -1, .send_memory = -1 };
}

bool sockstat_read(int pidfd, int fd, struct arena *a, struct sockstat *out)
{
	int type;
	socklen_t len = sizeof type, size = sizeof out->protocol;
	int ours = (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
	if (ours < 0)
		return false;
	bool is_socket = getsockopt(ours, SOL_SOCKET, SO_TYPE, &type, &len) == 0;
	sockstat_init(out);
	if (is_socket) {
		read_queues(ours, out);
		getsockopt(ours, SOL_SOCKET, SO_PROTOCOL, &out->protocol, &size);
		out->local = read_address(ours, get_name, a, &out->here);
		out->peer = read_address(ours, get_peer, a, &out->there);
		for (int i = 0; sockstat_option_name(i); i++)
			out->option[i] = read_option(ours, i);
	}
	close(ours);
	return is_socket;
}

static bool has_windows(int state)
{
	return state != TCP_LISTEN && state != TCP_CLOSE && state != TCP_SYN_SENT && state != TCP_TIME_WAIT;
}

static void tcp_from_list(const struct diag_sock *d, struct sockstat *out)
{
	out->state = state_name(d->state);
	out->timer = d->timer;
	out->expires = d->expires;
	out->retransmits = d->retransmits;
	if (d->state == TCP_LISTEN) {
		out->recvq = d->recvq;
		out->sendq = d->sendq;
	} else {
		uncount(d->state, d->recvq, d->sendq, out);
	}
	if (!has_windows(d->state))
		return;
	out->unacked = d->unacked;
	out->mss = d->mss;
	out->rcv_wnd = d->rcv_wnd;
	out->snd_wnd = d->snd_wnd;
}

static void unix_from_list(const struct diag_sock *d, struct sockstat *out)
{
	if (d->state == TCP_LISTEN) {
		out->recvq = d->recvq;
		out->sendq = d->sendq;
	} else if (out->recvq < 0) {
		out->recvq = d->recvq;
	}
}

/* One that was read from the descriptor already is kept: of IPv6 it has the scope too. */
static void end_from_list(const struct packet_end *d, struct arena *a, struct packet_end *end, const struct value **address)
{
	if (*address && end->port == d->port && !memcmp(end->addr, d->addr, sizeof d->addr))
		return;
	*end = *d;
	*address = d->port ? packet_address(a, d) : NULL;
}

void sockstat_from_list(const struct diag_sock *d, struct arena *a, struct sockstat *out)
{
	out->drops = d->drops;
	if (d->family == AF_UNIX) {
		unix_from_list(d, out);
		return;
	}
	out->protocol = d->protocol;
	end_from_list(&d->here, a, &out->here, &out->local);
	end_from_list(&d->there, a, &out->there, &out->peer);
	if (d->protocol == IPPROTO_TCP) {
		tcp_from_list(d, out);
		return;
	}
	out->memory = d->recvq;
	out->send_memory = d->sendq;
	if (out->recvq < 0 && !d->recvq)   /* what waits is memory here, but nothing is nothing */
		out->recvq = 0;
}
