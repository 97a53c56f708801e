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

#include "engine/trace/decode.h"

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
	if (ioctl(fd, SIOCINQ, &in) == 0)
		out->recvq = in;
	if (tcp && ioctl(fd, SIOCOUTQ, &unsent) == 0)
		out->sendq = unsent;
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

bool sockstat_read(int pidfd, int fd, struct arena *a, struct sockstat *out)
{
	int type;
	socklen_t len = sizeof type, size = sizeof out->protocol;
	int ours = (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
	if (ours < 0)
		return false;
	bool is_socket = getsockopt(ours, SOL_SOCKET, SO_TYPE, &type, &len) == 0;
	*out = (struct sockstat){ .sendq = -1 };
	if (is_socket) {
		read_queues(ours, out);
		getsockopt(ours, SOL_SOCKET, SO_PROTOCOL, &out->protocol, &size);
		out->local = read_address(ours, get_name, a, &out->here);
		out->peer = read_address(ours, get_peer, a, &out->there);
	}
	close(ours);
	return is_socket;
}
