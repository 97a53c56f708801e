/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/learn/place.h"

#include <string.h>

#include "engine/base/text.h"
#include "engine/decode/addr.h"
#include "tutor/learn/cause.h"
#include "tutor/learn/value_words.h"

static bool returned(const struct scene *s)
{
	return s->call && s->moment == MOMENT_AFTER && s->call->returned;
}

static bool put_actor(const struct scene *s, struct buf *out)
{
	return words_text(out, scene_actor(s->model, s->task->actor));
}

static bool put_call(const struct scene *s, struct buf *out)
{
	return s->call && words_text(out, s->call->canon);
}

static bool put_fd(const struct scene *s, struct buf *out)
{
	int fd = scene_fd(s);
	return fd >= 0 && words_int(out, fd);
}

static bool put_newfd(const struct scene *s, struct buf *out)
{
	return returned(s) && !s->call->err && s->call->ret >= 0 && words_int(out, s->call->ret);
}

static bool put_ret(const struct scene *s, struct buf *out)
{
	return returned(s) && words_int(out, s->call->ret);
}

static bool put_in_addr(const struct scene *s, struct buf *out)
{
	return words_addr(out, scene_addr(s, false));
}

static bool put_peer(const struct scene *s, struct buf *out)
{
	return words_addr(out, scene_addr(s, true));
}

/* The port that the call speaks of, else the socket's own. */
static bool put_port(const struct scene *s, struct buf *out)
{
	int port = addr_port(scene_addr(s, false));
	if (port < 0)
		port = s->own ? addr_port(s->own->local) : -1;
	return port >= 0 && words_int(out, port);
}

static bool put_len(const struct scene *s, struct buf *out)
{
	const struct value *v = scene_arg(s, "len");
	v = v ? v : scene_arg(s, "count");
	if (!v || (v->kind != VALUE_INT && v->kind != VALUE_UINT))
		return false;
	value_words(v, out);
	return true;
}

static bool put_bytes(const struct scene *s, struct buf *out)
{
	return returned(s) && !s->call->err && s->call->ret >= 0 && words_int(out, s->call->ret);
}

static bool put_data(const struct scene *s, struct buf *out)
{
	const struct value *v = scene_arg(s, "buf");
	if (!v || (v->kind != VALUE_BYTES && v->kind != VALUE_TEXT))
		return false;
	value_words(v, out);
	return true;
}

static bool put_backlog(const struct scene *s, struct buf *out)
{
	const struct value *v = scene_arg(s, "backlog");
	if (v)
		value_words(v, out);
	else if (s->own && s->own->backlog >= 0)
		words_int(out, s->own->backlog);
	else
		return false;
	return true;
}

static bool put_errno(const struct scene *s, struct buf *out)
{
	return returned(s) && words_text(out, s->call->err);
}

static bool put_line(const struct scene *s, struct buf *out)
{
	return s->call && s->call->line > 0 && words_int(out, s->call->line);
}

/* With two programs it is clear who the other is. */
static bool put_other(const struct scene *s, struct buf *out)
{
	return s->model->n_actors == 2 && s->task->actor >= 0 && words_text(out, scene_actor(s->model, 1 - s->task->actor));
}

static bool put_local(const struct scene *s, struct buf *out)
{
	return s->own && words_addr(out, s->own->local);
}

static bool put_remote(const struct scene *s, struct buf *out)
{
	return s->own && words_addr(out, s->own->peer);
}

static int actor_of(const struct scene *s, int64_t pid)
{
	for (int i = 0; i < s->model->n_tasks; i++)
		if (s->model->tasks[i].pid == pid)
			return s->model->tasks[i].actor;
	return -1;
}

static bool put_owner(const struct scene *s, struct buf *out)
{
	return s->other_fd && words_text(out, scene_actor(s->model, actor_of(s, s->other_fd->pid)));
}

static bool put_owner_fd(const struct scene *s, struct buf *out)
{
	return s->other_fd && words_int(out, s->other_fd->fd);
}

static bool put_owner_addr(const struct scene *s, struct buf *out)
{
	return s->other && words_addr(out, s->other->local);
}

/* The kernel's word, else what is remembered of its calls. */
static bool put_owner_state(const struct scene *s, struct buf *out)
{
	return s->other && words_text(out, s->other->kernel);
}

static bool put_old_owner(const struct scene *s, struct buf *out)
{
	return s->other && s->past && words_text(out, scene_actor(s->model, past_actor(s->past, s->other->sock)));
}

static bool put_step(const struct scene *s, struct buf *out)
{
	return s->cause.step >= 0 && words_int(out, s->cause.step);
}

static bool put_by(const struct scene *s, struct buf *out)
{
	return s->cause.step >= 0 && words_text(out, scene_actor(s->model, s->cause.actor));
}

static bool put_ordered(const struct scene *s, struct buf *out)
{
	int step = cause_ordered(s);
	return step >= 0 && words_int(out, step);
}

static bool put_far(const struct scene *s, struct buf *out)
{
	return words_text(out, scene_actor(s->model, cause_peer_actor(s)));
}

static bool put_far_fd(const struct scene *s, struct buf *out)
{
	const struct model_sock *peer = cause_peer(s);
	for (int i = 0; peer && i < s->model->n_fds; i++)
		if (s->model->fds[i].sock == peer->sock)
			return words_int(out, s->model->fds[i].fd);
	return false;
}

static bool put_known(struct buf *out, int64_t n)
{
	return n >= 0 && words_int(out, n);
}

static bool put_counted(struct buf *out, int64_t n)
{
	return n > 0 && words_int(out, n);
}

/* Queues of a listening socket count connections. */
static bool put_queued(const struct scene *s, struct buf *out)
{
	return s->own && put_known(out, s->own->recvq);
}

static bool put_unsent(const struct scene *s, struct buf *out)
{
	return s->own && !text_is(s->own->kernel, "LISTEN") && put_counted(out, s->own->sendq);
}

static bool put_far_queued(const struct scene *s, struct buf *out)
{
	const struct model_sock *peer = cause_peer(s);
	return peer && !text_is(peer->kernel, "LISTEN") && put_counted(out, peer->recvq);
}

static bool put_far_unread(const struct scene *s, struct buf *out)
{
	const struct model_sock *peer = cause_peer(s);
	return peer && put_counted(out, cause_unread(s, peer->sock));
}

static bool put_unread(const struct scene *s, struct buf *out)
{
	return s->own && put_counted(out, cause_unread(s, s->own->sock));
}

static bool put_rst(const struct scene *s, struct buf *out)
{
	return put_counted(out, cause_packet_in(s, "RST"));
}

static bool put_fin(const struct scene *s, struct buf *out)
{
	return put_counted(out, cause_packet_in(s, "FIN"));
}

static bool put_icmp(const struct scene *s, struct buf *out)
{
	return put_counted(out, cause_icmp(s));
}

static bool put_syn(const struct scene *s, struct buf *out)
{
	return put_counted(out, cause_packet_out(s, "SYN"));
}

static bool put_rst_sent(const struct scene *s, struct buf *out)
{
	return put_counted(out, cause_packet_out(s, "RST"));
}

static bool put_syns(const struct scene *s, struct buf *out)
{
	return put_counted(out, cause_sent(s, "SYN"));
}

static bool put_resent(const struct scene *s, struct buf *out)
{
	return put_counted(out, cause_sent(s, NULL));
}

static bool put_zero_window(const struct scene *s, struct buf *out)
{
	return put_counted(out, cause_zero_window(s));
}

static bool put_datagram_len(const struct scene *s, struct buf *out)
{
	return put_counted(out, cause_datagram(s));
}

/* Of a listening socket: connections that wait, and how many may. */
static bool put_owner_queue(const struct scene *s, struct buf *out)
{
	return s->other && text_is(s->other->kernel, "LISTEN") && put_known(out, s->other->recvq);
}

static bool put_owner_backlog(const struct scene *s, struct buf *out)
{
	return s->other && put_known(out, s->other->backlog);
}

static bool put_arps(const struct scene *s, struct buf *out)
{
	int64_t first;
	return put_counted(out, cause_arps(s, addr_ip(scene_addr(s, false)), &first));
}

static bool put_arp(const struct scene *s, struct buf *out)
{
	int64_t first = 0;
	return cause_arps(s, addr_ip(scene_addr(s, false)), &first) && put_counted(out, first);
}

static bool put_limit(const struct scene *s, struct buf *out)
{
	int64_t ms = cause_time_limit(s);
	if (ms <= 0)
		return false;
	buf_addf(out, ms % 1000 ? "%lld ms" : "%lld s", (long long)(ms % 1000 ? ms : ms / 1000));
	return true;
}

/* By the programs' own time. */
static bool put_own_limit(const struct scene *s, struct buf *out)
{
	return !s->model->real_time && put_limit(s, out);
}

static bool put_real_limit(const struct scene *s, struct buf *out)
{
	return s->model->real_time && put_limit(s, out);
}

static bool put_sends(const struct scene *s, struct buf *out)
{
	int64_t length;
	return put_counted(out, cause_sends(s, &length));
}

static bool put_send_len(const struct scene *s, struct buf *out)
{
	int64_t length = 0;
	return cause_sends(s, &length) && put_counted(out, length);
}

static bool put_ip(const struct scene *s, struct buf *out)
{
	return words_text(out, addr_ip(scene_addr(s, false)));
}

/* What the descriptor is, if a call of the program made it. */
static bool put_kind(const struct scene *s, struct buf *out)
{
	int fd = scene_fd(s);
	for (int i = 0; i < s->model->n_fds; i++) {
		const struct model_fd *f = &s->model->fds[i];
		if (f->pid == s->task->pid && f->fd == fd && f->kind && strcmp(f->kind, "other"))
			return words_text(out, f->kind);
	}
	return false;
}

/* A program that is held before connecting to the call's listening socket, or before sending to its datagram socket. */
static bool put_caller(const struct scene *s, struct buf *out)
{
	for (int i = 0; s->own && i < s->model->n_tasks; i++) {
		struct scene his;
		if (!scene_init(&his, s->model, i) || his.moment != MOMENT_BEFORE || his.task->actor == s->task->actor)
			continue;
		bool calls = !strcmp(his.call->canon, "connect") || !strcmp(his.call->canon, "sendto");
		bool here = scene_host(&his) < 0 || scene_host(&his) == scene_host_of(s->model, s->task->actor);
		if (calls && here && addr_covers(s->own->local, scene_addr(&his, false)))
			return words_text(out, scene_actor(s->model, his.task->actor));
	}
	return false;
}

/* The other end is held before a call that will send. */
static bool put_sender(const struct scene *s, struct buf *out)
{
	static const char *const calls[] = { "send", "sendto", "sendmsg", "write", "writev", "pwritev" };
	const struct model_sock *peer = cause_peer(s);
	for (int i = 0; peer && i < s->model->n_tasks; i++) {
		struct scene his;
		if (!scene_init(&his, s->model, i) || his.moment != MOMENT_BEFORE || his.own != peer)
			continue;
		for (size_t k = 0; k < sizeof calls / sizeof *calls; k++)
			if (!strcmp(his.call->canon, calls[k]))
				return words_text(out, scene_actor(s->model, his.task->actor));
	}
	return false;
}

/* Sending where nobody reads brings this signal, unless the call asks for none. Whether the program ignores it is not known. */
static bool put_pipe_signal(const struct scene *s, struct buf *out)
{
	return !cause_flagged(s, "MSG_NOSIGNAL") && words_text(out, "SIGPIPE");
}

static bool put_waits(const struct scene *s, struct buf *out)
{
	return cause_waits(s, out);
}

static bool put_code(const struct scene *s, struct buf *out)
{
	return s->moment == MOMENT_ENDED && s->task->exit_code >= 0 && words_int(out, s->task->exit_code);
}

static bool put_signal(const struct scene *s, struct buf *out)
{
	return words_text(out, s->moment == MOMENT_ENDED ? s->task->exit_signal : s->task->last_signal);
}

static const struct { const char *name; place_put *put; } places[] = {
	{ "actor", put_actor },       /* name of the program */
	{ "call", put_call },         /* canonical name */
	{ "fd", put_fd },             /* the descriptor that the call acts on */
	{ "newfd", put_newfd },       /* the descriptor that came out */
	{ "ret", put_ret },
	{ "addr", put_in_addr },      /* the address argument */
	{ "peer", put_peer },         /* the address that came out */
	{ "port", put_port },
	{ "len", put_len },           /* bytes asked for */
	{ "bytes", put_bytes },       /* bytes moved */
	{ "data", put_data },         /* first bytes */
	{ "backlog", put_backlog },
	{ "errno", put_errno },
	{ "line", put_line },
	{ "other", put_other },       /* name of the other program */
	{ "local", put_local },       /* the socket's own address */
	{ "remote", put_remote },     /* the address it is connected to */
	{ "owner", put_owner },       /* rules: program that holds the socket that was found */
	{ "owner_fd", put_owner_fd },
	{ "owner_addr", put_owner_addr },
	{ "owner_state", put_owner_state },   /* its TCP state */
	{ "owner_queue", put_owner_queue },   /* connections that wait for accept() */
	{ "owner_backlog", put_owner_backlog },
	{ "old_owner", put_old_owner },       /* program that had it, if none has it any more */
	{ "step", put_step },         /* rules: the earlier call that was found */
	{ "by", put_by },             /* program that made it */
	{ "far", put_far },           /* program at the other end of the socket */
	{ "far_fd", put_far_fd },
	{ "queued", put_queued },     /* bytes, or connections, that wait to be read or accepted */
	{ "unsent", put_unsent },     /* bytes sent and not confirmed */
	{ "far_queued", put_far_queued },     /* the other end: bytes it has not read */
	{ "far_unread", put_far_unread },     /* the same when it was closed */
	{ "unread", put_unread },     /* bytes not read when the socket was closed */
	{ "rst", put_rst },           /* numbers of packets that came: newest RST, newest FIN, newest ICMP error */
	{ "fin", put_fin },
	{ "icmp", put_icmp },
	{ "syn", put_syn },           /* numbers of packets sent: first SYN, first RST */
	{ "rst_sent", put_rst_sent },
	{ "zero_window", put_zero_window },   /* newest packet that came, if it told a window of 0 */
	{ "datagram_len", put_datagram_len }, /* length of a datagram that was cut */
	{ "syns", put_syns },         /* how many SYNs were sent */
	{ "resent", put_resent },     /* how many packets were sent again, or asked for room */
	{ "arps", put_arps },         /* how many times ARP asked for {ip}, and the packet of the first */
	{ "arp", put_arp },
	{ "limit", put_limit },       /* how long the call may wait: 2 s */
	{ "own_limit", put_own_limit }, { "real_limit", put_real_limit },
	{ "sends", put_sends },       /* sends of the other end that the bytes came from */
	{ "send_len", put_send_len }, /* length of the first of them */
	{ "ip", put_ip },             /* IP address of the address argument */
	{ "kind", put_kind },         /* what a descriptor is: pipe, epoll */
	{ "caller", put_caller },     /* program that is about to connect or send to this socket */
	{ "sender", put_sender },     /* program that is about to send on this connection */
	{ "pipe_signal", put_pipe_signal },   /* SIGPIPE, if the call lets it come */
	{ "waits", put_waits },       /* descriptors that poll, select, epoll_wait wait for */
	{ "ordered", put_ordered },   /* step of the order by which the tutor sent the signal */
	{ "code", put_code },         /* exit status */
	{ "signal", put_signal },     /* that ended the program, or was delivered in this step */
};

place_put *place_find(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (strlen(places[i].name) == len && !memcmp(places[i].name, name, len))
			return places[i].put;
	return NULL;
}
