/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/wire/diag.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/base/buf.h"

enum {
	ANSWER = 32768,
	TRIES = 3,             /* a list that changed while it was read is read again */
	PATIENCE_MS = 100,
};

/* Places in the kernel's struct tcp_info, whose newest fields the system's header may lack. */
enum { INFO_SND_MSS = 16, INFO_UNACKED = 24, INFO_SND_WND = 228, INFO_RCV_WND = 232, INFO_AFTER_RCV_WND = 240 };

struct diag *diag_new(void)
{
	return xcalloc(1, sizeof(struct diag));
}

bool diag_add(struct diag *d, int host, int fd)
{
	if (d->n_hosts == DIAG_HOSTS) {
		close(fd);
		return false;
	}
	d->hosts[d->n_hosts].fd = fd;
	d->hosts[d->n_hosts++].host = host;
	return true;
}

void diag_free(struct diag *d)
{
	if (!d)
		return;
	for (int i = 0; i < d->n_hosts; i++)
		close(d->hosts[i].fd);
	free(d->all);
	free(d);
}

const char *diag_timer_name(enum diag_timer timer)
{
	static const char *const names[] = { NULL, "on", "keepalive", "timewait", "persist" };
	return (size_t)timer < sizeof names / sizeof *names ? names[timer] : NULL;
}

static struct diag_sock *add(struct diag *d)
{
	if (d->n == DIAG_SOCKETS_MOST) {
		d->more = true;
		return NULL;
	}
	if (d->n == d->room) {
		d->room = d->room ? 2 * d->room : 16;
		d->all = xrealloc(d->all, (size_t)d->room * sizeof *d->all);
	}
	struct diag_sock *s = &d->all[d->n++];
	*s = (struct diag_sock){ .host = d->host, .unacked = -1, .mss = -1, .rcv_wnd = -1, .snd_wnd = -1, .drops = -1 };
	return s;
}

/* The number at a place of an attribute; -1: it is shorter than that. */
static int64_t number_at(const unsigned char *data, size_t len, size_t at)
{
	uint32_t n;
	if (at + sizeof n > len)
		return -1;
	memcpy(&n, data + at, sizeof n);
	return n;
}

typedef void take_attr(struct diag_sock *s, unsigned type, const unsigned char *data, size_t len);

static void each_attr(struct diag_sock *s, const unsigned char *at, size_t left, take_attr *take)
{
	struct nlattr a;
	while (left >= sizeof a) {
		memcpy(&a, at, sizeof a);
		if (a.nla_len < sizeof a || a.nla_len > left)
			return;
		take(s, a.nla_type & NLA_TYPE_MASK, at + sizeof a, a.nla_len - sizeof a);
		size_t step = NLA_ALIGN((size_t)a.nla_len);
		if (step > left)
			return;
		at += step;
		left -= step;
	}
}

static void take_inet_attr(struct diag_sock *s, unsigned type, const unsigned char *data, size_t len)
{
	if (type == INET_DIAG_INFO) {
		s->unacked = number_at(data, len, INFO_UNACKED);
		s->mss = number_at(data, len, INFO_SND_MSS);
		s->snd_wnd = number_at(data, len, INFO_SND_WND);
		if (len >= INFO_AFTER_RCV_WND)   /* before Linux 6.2 there are four bytes of nothing */
			s->rcv_wnd = number_at(data, len, INFO_RCV_WND);
	} else if (type == INET_DIAG_SKMEMINFO) {
		s->drops = number_at(data, len, SK_MEMINFO_DROPS * sizeof(uint32_t));
	}
}

static void set_end(struct packet_end *end, int family, const void *addr, uint16_t port)
{
	end->family = family;
	end->port = ntohs(port);
	memcpy(end->addr, addr, family == AF_INET ? 4 : 16);
}

static void take_inet(struct diag *d, int protocol, const unsigned char *data, size_t len)
{
	struct inet_diag_msg m;
	if (len < sizeof m)
		return;
	memcpy(&m, data, sizeof m);
	if (m.idiag_family != AF_INET && m.idiag_family != AF_INET6)
		return;
	struct diag_sock *s = add(d);
	if (!s)
		return;
	s->family = m.idiag_family;
	s->protocol = protocol;
	s->state = m.idiag_state;
	s->inode = m.idiag_inode;
	s->recvq = m.idiag_rqueue;
	s->sendq = m.idiag_wqueue;
	s->timer = m.idiag_timer <= DIAG_TIMER_PERSIST ? (enum diag_timer)m.idiag_timer : DIAG_TIMER_NONE;
	s->expires = m.idiag_expires;
	s->retransmits = m.idiag_retrans;
	set_end(&s->here, s->family, m.id.idiag_src, m.id.idiag_sport);
	set_end(&s->there, s->family, m.id.idiag_dst, m.id.idiag_dport);
	each_attr(s, data + sizeof m, len - sizeof m, take_inet_attr);
}

static void take_unix_attr(struct diag_sock *s, unsigned type, const unsigned char *data, size_t len)
{
	if (type == UNIX_DIAG_RQLEN && len >= sizeof(struct unix_diag_rqlen)) {
		s->recvq = (uint32_t)number_at(data, len, offsetof(struct unix_diag_rqlen, udiag_rqueue));
		s->sendq = (uint32_t)number_at(data, len, offsetof(struct unix_diag_rqlen, udiag_wqueue));
	}
}

static void take_unix(struct diag *d, const unsigned char *data, size_t len)
{
	struct unix_diag_msg m;
	struct diag_sock *s = len >= sizeof m ? add(d) : NULL;
	if (!s)
		return;
	memcpy(&m, data, sizeof m);
	s->family = AF_UNIX;
	s->state = m.udiag_state;
	s->inode = m.udiag_ino;
	each_attr(s, data + sizeof m, len - sizeof m, take_unix_attr);
}

static int refused(const unsigned char *data, size_t len)
{
	struct nlmsgerr e;
	errno = EPROTO;
	if (len >= sizeof e) {
		memcpy(&e, data, sizeof e);
		errno = e.error < 0 && e.error > -4096 ? -e.error : EPROTO;
	}
	return -1;
}

int diag_take(struct diag *d, int protocol, const void *bytes, size_t n)
{
	const unsigned char *at = bytes;
	struct nlmsghdr h;
	while (n >= sizeof h) {
		memcpy(&h, at, sizeof h);
		if (h.nlmsg_len < sizeof h || h.nlmsg_len > n)
			break;
		const unsigned char *data = at + sizeof h;
		size_t len = h.nlmsg_len - sizeof h, step = NLMSG_ALIGN((size_t)h.nlmsg_len);
		bool ours = h.nlmsg_seq == d->seq;   /* not an answer to a question that was given up */
		if (ours && (h.nlmsg_flags & NLM_F_DUMP_INTR)) {
			errno = EINTR;
			return -1;
		}
		if (ours && h.nlmsg_type == NLMSG_DONE)
			return 0;
		if (ours && h.nlmsg_type == NLMSG_ERROR)
			return refused(data, len);
		if (ours && h.nlmsg_type == SOCK_DIAG_BY_FAMILY && protocol)
			take_inet(d, protocol, data, len);
		else if (ours && h.nlmsg_type == SOCK_DIAG_BY_FAMILY)
			take_unix(d, data, len);
		if (step >= n)
			return 1;
		at += step;
		n -= step;
	}
	if (!n)
		return 1;
	errno = EPROTO;
	return -1;
}

struct question {
	struct nlmsghdr head;
	union {
		struct inet_diag_req_v2 inet;
		struct unix_diag_req un;
	};
};

static size_t put_question(struct question *q, unsigned seq, int family, int protocol)
{
	size_t len = sizeof q->head + (protocol ? sizeof q->inet : sizeof q->un);
	memset(q, 0, sizeof *q);
	q->head = (struct nlmsghdr){ .nlmsg_len = (uint32_t)len, .nlmsg_type = SOCK_DIAG_BY_FAMILY,
		.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP, .nlmsg_seq = seq };
	if (protocol) {
		q->inet.sdiag_family = (uint8_t)family;
		q->inet.sdiag_protocol = (uint8_t)protocol;
		q->inet.idiag_ext = (uint8_t)(1 << (INET_DIAG_INFO - 1) | 1 << (INET_DIAG_SKMEMINFO - 1));
		q->inet.idiag_states = ~0u;   /* those that are only bound, too */
	} else {
		q->un.sdiag_family = AF_UNIX;
		q->un.udiag_states = ~0u;
		q->un.udiag_show = UDIAG_SHOW_RQLEN;
	}
	return len;
}

static bool read_answers(struct diag *d, int protocol)
{
	union {
		struct nlmsghdr aligned;
		unsigned char bytes[ANSWER];
	} answer;
	for (;;) {
		ssize_t n = recv(d->fd, answer.bytes, sizeof answer.bytes, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN && poll(&(struct pollfd){ .fd = d->fd, .events = POLLIN }, 1, PATIENCE_MS) > 0)
			continue;
		int state = n <= 0 ? -1 : diag_take(d, protocol, answer.bytes, (size_t)n);
		if (state <= 0)
			return state == 0;
	}
}

/* What an unfinished list left; the kernel refuses a new question until it is read. */
static void drain(struct diag *d)
{
	unsigned char bytes[ANSWER];
	while (recv(d->fd, bytes, sizeof bytes, 0) > 0)
		;
}

static bool ask(struct diag *d, int family, int protocol)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct question q;
	int had = d->n;
	for (int i = 0; i < TRIES; i++) {
		size_t len = put_question(&q, ++d->seq, family, protocol);
		d->n = had;
		if (sendto(d->fd, &q, len, 0, (struct sockaddr *)&kernel, sizeof kernel) == (ssize_t)len && read_answers(d, protocol))
			return true;
		int sys = errno;
		drain(d);
		errno = sys;
		if (sys != EINTR && sys != EBUSY)
			break;
	}
	return false;
}

static bool ask_host(struct diag *d, unsigned lists)
{
	static const struct { unsigned list; int family, protocol; } all[] = {
		{ DIAG_TCP4, AF_INET, IPPROTO_TCP }, { DIAG_TCP6, AF_INET6, IPPROTO_TCP },
		{ DIAG_UDP4, AF_INET, IPPROTO_UDP }, { DIAG_UDP6, AF_INET6, IPPROTO_UDP }, { DIAG_UNIX, AF_UNIX, 0 },
	};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if ((lists & all[i].list) && !ask(d, all[i].family, all[i].protocol))
			return false;
	return true;
}

bool diag_look(struct diag *d, unsigned lists)
{
	d->n = 0;
	d->more = false;
	for (int i = 0; i < d->n_hosts; i++) {
		d->host = d->hosts[i].host;
		d->fd = d->hosts[i].fd;
		if (!ask_host(d, lists)) {
			d->n = 0;
			return false;
		}
	}
	return true;
}
