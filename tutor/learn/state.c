/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/learn/state.h"

#include <string.h>

#include "engine/base/text.h"
#include "engine/decode/addr.h"
#include "tutor/learn/cause.h"

static const struct model_fd *fd_of(const struct model *m, int sock)
{
	for (int i = 0; i < m->n_fds; i++)
		if (m->fds[i].sock == sock)
			return &m->fds[i];
	return NULL;
}

/* Keep the first socket that holds; only those with an open descriptor can hold an address by a program's will. */
static bool find(struct scene *s, bool (*holds)(const struct scene *, const struct model_sock *))
{
	for (int i = 0; i < s->model->n_socks; i++) {
		const struct model_sock *k = &s->model->socks[i];
		const struct model_fd *fd = fd_of(s->model, k->sock);
		if (!fd || !k->local || text_is(k->state, "closed") || !holds(s, k))
			continue;
		s->other = k;
		s->other_fd = fd;
		return true;
	}
	return false;
}

/* TCP and UDP ports do not meet; Unix names of different types do. */
static bool same_kind(const struct scene *s, const struct model_sock *k)
{
	return !s->own || !s->own->type || !k->type || !strcmp(s->own->type, k->type);
}

static bool on_other_host(const struct scene *s, const struct model_sock *k)
{
	int meant = scene_host(s), host = s->past ? scene_host_of(s->model, past_actor(s->past, k->sock)) : -1;
	return meant >= 0 && host >= 0 && meant != host;
}

/* A port that is to be bound is taken by any address that overlaps; one to connect to only by one that covers it. */
static bool meets(const struct scene *s, const struct value *local)
{
	bool taking = text_is(s->call->canon, "bind") || text_is(s->call->canon, "listen");
	const struct value *addr = text_is(s->call->canon, "listen") && s->own ? s->own->local : scene_addr(s, false);
	return addr && (addr_covers(local, addr) || (taking && addr_covers(addr, local)));
}

static bool listens_here(const struct scene *s, const struct model_sock *k)
{
	return text_is(k->state, "listening") && same_kind(s, k) && meets(s, k->local) && !on_other_host(s, k);
}

static bool takes_no_more(const struct scene *s, const struct model_sock *k)
{
	return listens_here(s, k) && text_is(k->kernel, "LISTEN") && k->recvq > k->sendq && k->sendq >= 0;
}

static bool holds_here(const struct scene *s, const struct model_sock *k)
{
	return k != s->own && k->from < 1 && !text_is(k->state, "listening") && same_kind(s, k) && meets(s, k->local) &&
	       !on_other_host(s, k);
}

static bool connects_here(const struct scene *s, const struct model_sock *k)
{
	return k != s->own && !text_is(k->state, "listening") && k->peer && same_kind(s, k) && meets(s, k->local) &&
	       !on_other_host(s, k);
}

static bool is_same_pair(const struct scene *s, const struct model_sock *k)
{
	const struct value *addr = scene_addr(s, false);
	return k != s->own && s->own && s->own->local && k->peer && addr && addr_covers(k->peer, addr) &&
	       addr_covers(k->local, s->own->local);
}

static bool listens_elsewhere(const struct scene *s, const struct model_sock *k)
{
	const struct value *addr = scene_addr(s, false);
	return addr && text_is(k->state, "listening") && same_kind(s, k) && !addr_covers(k->local, addr) &&
	       addr_port(addr) >= 0 && addr_port(k->local) == addr_port(addr) && !on_other_host(s, k);
}

static bool listens_on_other(const struct scene *s, const struct model_sock *k)
{
	const struct value *addr = scene_addr(s, false);
	return addr && text_is(k->state, "listening") && same_kind(s, k) && addr_port(addr) >= 0 &&
	       addr_port(k->local) == addr_port(addr) && on_other_host(s, k);
}

static bool state_queue_full(struct scene *s)     { return find(s, takes_no_more); }
static bool state_listener_here(struct scene *s)  { return find(s, listens_here); }
static bool state_bound_here(struct scene *s)     { return find(s, holds_here); }
static bool state_listener_other(struct scene *s) { return find(s, listens_elsewhere); }
static bool state_other_host(struct scene *s)     { return find(s, listens_on_other); }

static bool state_connection_here(struct scene *s) { return find(s, connects_here); }
static bool state_same_pair(struct scene *s)      { return find(s, is_same_pair); }

/* Among those that no program holds any more: the newest. */
static bool find_left(struct scene *s, const char *kernel)
{
	for (int i = s->model->n_socks; i-- > 0;) {
		const struct model_sock *k = &s->model->socks[i];
		if (fd_of(s->model, k->sock) || !k->local || !connects_here(s, k) || (kernel && !text_is(k->kernel, kernel)))
			continue;
		s->other = k;
		s->other_fd = NULL;
		return true;
	}
	return false;
}

static bool state_time_wait_here(struct scene *s)      { return find_left(s, "TIME_WAIT"); }
static bool state_old_connection_here(struct scene *s) { return find_left(s, NULL); }

static bool state_reuse_here(struct scene *s)    { return s->own && cause_is_on(s, s->own->sock, "SO_REUSEADDR"); }
static bool state_reuse_there(struct scene *s)   { return s->other && cause_is_on(s, s->other->sock, "SO_REUSEADDR"); }

/* The last number of a broadcast address is 255 in the networks that runs have (/8, /24). */
static bool state_broadcast_off(struct scene *s)
{
	const char *ip = addr_ip(scene_addr(s, false)), *last = ip ? strrchr(ip, '.') : NULL;
	return s->own && text_is(last, ".255") && !cause_is_on(s, s->own->sock, "SO_BROADCAST");
}

static bool state_no_listener(struct scene *s)
{
	struct scene try = *s;
	return scene_addr(s, false) && !find(&try, listens_here);
}

static bool state_nobody_here(struct scene *s)
{
	struct scene try = *s;
	return state_no_listener(s) && !find(&try, holds_here);
}

static bool state_unix_address(struct scene *s)
{
	const struct value *addr = scene_addr(s, false), *path = addr ? value_get(addr, "sun_path") : NULL;
	return path && (path->kind == VALUE_TEXT || (path->kind == VALUE_BYTES && path->len && path->bytes[0]));
}

static bool state_low_port(struct scene *s)
{
	int port = addr_port(scene_addr(s, false));
	return port > 0 && port < 1024;
}

static bool state_listening(struct scene *s)     { return s->own && text_is(s->own->state, "listening"); }
static bool state_not_listening(struct scene *s) { return s->own && s->own->state && !text_is(s->own->state, "listening"); }
static bool state_bound(struct scene *s)         { return s->own && s->own->local; }
static bool state_stream(struct scene *s)        { return s->own && s->own->type && !strncmp(s->own->type, "SOCK_STREAM", 11); }
static bool state_datagram(struct scene *s)      { return scene_datagram(s); }
static bool state_asked_some(struct scene *s)    { return scene_asked(s) > 0; }
static bool state_asked_none(struct scene *s)    { return scene_asked(s) == 0; }
static bool state_part_sent(struct scene *s)     { return s->call && s->call->ret >= 0 && scene_asked(s) > s->call->ret; }
static bool state_sigpipe(struct scene *s)       { return text_is(s->task->last_signal, "SIGPIPE"); }
static bool state_restarting(struct scene *s)    { return s->call && s->call->restart; }

static bool state_connected(struct scene *s)
{
	return s->own && (text_is(s->own->state, "connected") || text_is(s->own->state, "peer-closed") || text_is(s->own->state, "shut"));
}

static bool state_unconnected(struct scene *s)
{
	return s->own && (text_is(s->own->state, "new") || text_is(s->own->state, "bound"));
}

static bool state_any_address(struct scene *s)
{
	return s->own && ip_is_any(addr_ip(s->own->local));
}

static bool state_fd_closed(struct scene *s)
{
	int fd = scene_fd(s);
	for (int i = 0; i < s->model->n_fds; i++)
		if (s->model->fds[i].pid == s->task->pid && s->model->fds[i].fd == fd)
			return false;
	return fd >= 0;
}

static bool state_nonblocking(struct scene *s)  { return cause_nonblocking(s); }
static bool state_dontwait(struct scene *s)     { return cause_flagged(s, "MSG_DONTWAIT"); }
static bool state_time_limited(struct scene *s) { return cause_time_limit(s) > 0; }
static bool state_no_packet(struct scene *s)    { return cause_silent(s); }
static bool state_caught(struct scene *s)       { return s->task->last_signal; }
static bool state_minus_one(struct scene *s)
{
	const struct value *fd = scene_arg(s, "sockfd");
	fd = fd ? fd : scene_arg(s, "fd");
	return fd && (fd->kind == VALUE_FD || fd->kind == VALUE_INT) && fd->i == -1;
}

static bool peer_ended_by(struct scene *s, const char *call)
{
	const struct model_sock *peer = cause_peer(s);
	return peer && cause_ended(s, peer->sock, &s->cause) && text_is(s->cause.call, call);
}

static bool state_peer_closed(struct scene *s) { return peer_ended_by(s, "close"); }
static bool state_peer_shut(struct scene *s)   { return peer_ended_by(s, "shutdown"); }
static bool state_peer_exited(struct scene *s) { return peer_ended_by(s, "exit"); }

static bool state_peer_unread(struct scene *s)
{
	const struct model_sock *peer = cause_peer(s);
	return peer && !text_is(peer->kernel, "LISTEN") && cause_closed(s, peer->sock, &s->cause) && cause_unread(s, peer->sock) > 0;
}

static bool state_peer_aborted(struct scene *s)
{
	const struct model_sock *peer = cause_peer(s);
	const struct value *v = peer ? cause_option(s, peer->sock, "SO_LINGER") : NULL;
	const struct value *on = v ? value_get(v, "l_onoff") : NULL, *seconds = v ? value_get(v, "l_linger") : NULL;
	return on && on->i && seconds && !seconds->i && cause_closed(s, peer->sock, &s->cause);
}

static bool state_never_accepted(struct scene *s)
{
	const struct model_sock *peer = cause_peer(s);
	bool queued = peer && peer->from > 0 && !peer->state;   /* accept(2) tells of a socket's state, the kernel's list does not */
	bool listens = peer && peer->backlog >= 0;              /* where the kernel's list is not seen, its listener is what we know */
	return (queued && cause_closed(s, peer->from, &s->cause)) || (listens && cause_closed(s, peer->sock, &s->cause));
}

static bool state_told_reset(struct scene *s)    { return cause_told(s, "ECONNRESET", &s->cause); }
static bool state_reset_sent(struct scene *s)    { return cause_packet_out(s, "RST") && !cause_packet_in(s, "RST"); }
/* What the ordered call itself met stands on its card. */
static bool broken_before(struct scene *s, bool from_here)
{
	return s->call && !s->call->injected && cause_broken(s, from_here, &s->cause);
}

static bool state_broken_here(struct scene *s)   { return broken_before(s, true); }
static bool state_broken_there(struct scene *s)  { return broken_before(s, false); }
static bool state_own_shut_read(struct scene *s)  { return s->own && cause_shut(s, s->own->sock, true, &s->cause); }
static bool state_own_shut_write(struct scene *s) { return s->own && cause_shut(s, s->own->sock, false, &s->cause); }
static bool state_closed_before(struct scene *s)  { return cause_fd_closed(s, &s->cause); }

static bool state_own_unread(struct scene *s)
{
	const struct model_sock *k = cause_closed_now(s);
	if (!k || text_is(k->kernel, "LISTEN") || cause_unread(s, k->sock) <= 0)
		return false;
	s->own = k;   /* its descriptor leads nowhere any more */
	return true;
}

static bool state_from_sends(struct scene *s)
{
	int64_t length;
	return cause_sends(s, &length) > 1;
}

static bool state_part_of_send(struct scene *s)
{
	int64_t length;
	return cause_sends(s, &length) == 1 && length > s->call->ret;
}

static bool state_cut_datagram(struct scene *s) { return cause_datagram(s) > 0; }

static bool state_others_ended(struct scene *s)
{
	bool others = false;
	for (int i = 0; i < s->model->n_tasks; i++) {
		const struct model_task *t = &s->model->tasks[i];
		if (t != s->task && t->status != TASK_ENDED)
			return false;
		others |= t->actor != s->task->actor;
	}
	return others;
}

static bool state_all_wait(struct scene *s)
{
	bool other = false;
	int64_t ms;
	if (model_any_in_flight(s->model) || model_sends_again(s->model, &ms))
		return false;
	for (int i = 0; i < s->model->n_tasks; i++) {
		const struct model_task *t = &s->model->tasks[i];
		bool data = text_is(t->call.asleep_on, "data") || text_is(t->call.asleep_on, "space");
		if (t->status == TASK_ENDED)
			continue;
		if (t->status != TASK_ASLEEP || !data)
			return false;
		other |= t->actor != s->task->actor;
	}
	return other;
}

static bool state_main_task(struct scene *s)   { return text_is(s->task->how, "start"); }
static bool state_exit_good(struct scene *s)   { return s->task->exit_code == 0; }
static bool state_exit_bad(struct scene *s)    { return s->task->exit_code > 0; }
static bool state_exit_signal(struct scene *s) { return s->task->exit_code < 0 && s->task->exit_signal; }
static bool state_exit_sigpipe(struct scene *s) { return s->task->exit_code < 0 && text_is(s->task->exit_signal, "SIGPIPE"); }

static const struct { const char *name; bool (*holds)(struct scene *); } states[] = {
#define STATE(function, name, meaning) { name, state_##function },
#include "tutor/learn/state.def"
#undef STATE
};

static const char *const names[] = {
#define STATE(function, name, meaning) name,
#include "tutor/learn/state.def"
#undef STATE
	NULL
};

const char *const *state_names(void)
{
	return names;
}

static bool holds(struct scene *s, const char *name)
{
	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		if (!strcmp(states[i].name, name))
			return states[i].holds(s);
	return false;
}

bool states_hold(struct scene *s, const char *const *wanted)
{
	s->other = NULL;
	s->other_fd = NULL;
	s->cause = (struct cause){ .step = -1, .actor = -1 };
	for (; wanted && *wanted; wanted++)
		if (!holds(s, *wanted))
			return false;
	return true;
}
