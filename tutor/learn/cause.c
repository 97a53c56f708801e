/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/learn/cause.h"

#include <string.h>

#include "engine/base/buf.h"
#include "engine/base/text.h"

/* Is it one of the words of "A|B"? */
static bool among(const char *words, const char *word)
{
	size_t n = strlen(word);
	for (const char *p = words; p && *p; p += *p == '|') {
		size_t len = strcspn(p, "|");
		if (len == n && !memcmp(p, word, n))
			return true;
		p += len;
	}
	return false;
}

static const struct deed *deed(const struct scene *s, int i)
{
	return s->past ? past_deed(s->past, i) : NULL;
}

static int own(const struct scene *s)
{
	return s->own ? s->own->sock : -2;   /* no deed has this socket */
}

static const struct value *arg(const struct event_after *c, const char *name)
{
	return c->args ? value_now(value_get(c->args, name)) : NULL;
}

static bool says(const struct event_after *c, const char *name, const char *word)
{
	const struct value *v = arg(c, name);
	return v && (v->kind == VALUE_SYM || v->kind == VALUE_FLAGS) && among(v->text, word);
}

static int64_t whole(const struct value *v)
{
	return v && (v->kind == VALUE_INT || v->kind == VALUE_UINT || v->kind == VALUE_SYM) ? v->i : 0;
}

const struct model_sock *cause_peer(const struct scene *s)
{
	return s->past ? past_peer(s->past, s->own) : NULL;
}

int cause_peer_actor(const struct scene *s)
{
	const struct model_sock *peer = cause_peer(s);
	return peer ? past_actor(s->past, peer->sock) : -1;
}

static bool found(const struct deed *d, const char *call, struct cause *out)
{
	*out = (struct cause){ (int)d->e->step, (int)d->e->actor, call };
	return true;
}

/* Which call of the step closed it: told after the call that did it, and before the end of its process. */
static const char *closing_call(const struct scene *s, int closed)
{
	const struct deed *d = deed(s, closed), *x;
	for (int i = closed + 1; (x = deed(s, i)) && x->e->step == d->e->step; i++) {
		const struct event_after *c = deed_call(x, "close", d->sock);
		if (c && !c->err)
			return "close";
	}
	for (int i = closed - 1; i >= 0 && (x = deed(s, i))->e->step == d->e->step; i--)
		if (x->e->type == EVENT_exit && x->pid == d->pid)
			return "exit";
	return "close";
}

bool cause_closed(const struct scene *s, int sock, struct cause *out)
{
	const struct deed *d;
	for (int i = 0; (d = deed(s, i)); i++)
		if (d->e->type == EVENT_socket && d->sock == sock && text_is(d->e->socket.state, "closed"))
			return found(d, closing_call(s, i), out);
	return false;
}

bool cause_shut(const struct scene *s, int sock, bool reading, struct cause *out)
{
	const struct deed *d, *first = NULL;
	for (int i = 0; (d = deed(s, i)); i++) {
		const struct event_after *c = deed_call(d, "shutdown", sock);
		if (c && !c->err && !says(c, "how", reading ? "SHUT_WR" : "SHUT_RD"))
			first = d;
	}
	return first && found(first, "shutdown", out);
}

bool cause_told(const struct scene *s, const char *err, struct cause *out)
{
	const struct deed *d;
	for (int i = 0; (d = deed(s, i)); i++) {
		const struct event_after *c = deed_call(d, NULL, own(s));
		if (c && !c->undone && text_is(c->err, err))
			return found(d, c->canon, out);
	}
	return false;
}

bool cause_ended(const struct scene *s, int sock, struct cause *out)
{
	return cause_shut(s, sock, false, out) || cause_closed(s, sock, out);
}

bool cause_fd_closed(const struct scene *s, struct cause *out)
{
	const struct deed *d;
	int fd = scene_fd(s);
	for (int i = 0; fd >= 0 && (d = deed(s, i)); i++) {
		const struct event_after *c = deed_call(d, "close", -1);
		if (c && !c->err && d->fd == fd && d->pid == s->task->pid)
			return found(d, "close", out);
	}
	return false;
}

bool cause_broken(const struct scene *s, bool from_here, struct cause *out)
{
	const struct deed *d;
	for (int i = 0; (d = deed(s, i)); i++) {
		const struct event_fault *f = d->e->type == EVENT_fault ? &d->e->fault : NULL;
		if (f && text_is(f->how, "reset") && (from_here ? f->peer : f->sock) == own(s))
			return found(d, f->by ? "lesson" : "fault", out);
	}
	return false;
}

/* The signal that ended this task, or the process behind a closed socket, or that came in this step. NULL: none, or not known. */
static const char *signal_of(const struct scene *s, int64_t *pid)
{
	const struct deed *d;
	*pid = s->task->pid;
	if (s->moment == MOMENT_ENDED)
		return s->task->exit_code < 0 ? s->task->exit_signal : NULL;
	if (s->cause.step < 0)
		return s->task->last_signal;
	for (int i = 0; text_is(s->cause.call, "exit") && (d = deed(s, i)); i++)
		if (d->e->type == EVENT_exit && d->e->step == s->cause.step && d->e->actor == s->cause.actor) {
			*pid = d->pid;
			return d->e->exit.code < 0 ? d->e->exit.name : NULL;
		}
	return NULL;
}

static int64_t pid_of(const struct scene *s, int64_t lane)
{
	return lane >= 0 && lane < s->model->n_tasks ? s->model->tasks[lane].pid : -1;
}

static bool sends(const struct event_fault *f, const char *signal)
{
	return text_is(f->how, "kill") ? text_is(signal, "SIGKILL") : text_is(f->how, "signal") && text_is(f->name, signal);
}

int cause_ordered(const struct scene *s)
{
	int64_t pid, void_lane = -1;
	const struct deed *d;
	const char *signal = signal_of(s, &pid);
	for (int i = 0, came = 0; signal && came < 2 && (d = deed(s, i)); i++) {
		const struct event_fault *f = d->e->type == EVENT_fault ? &d->e->fault : NULL;
		came += d->e->type == EVENT_signal && d->pid == pid && text_is(d->e->signal.name, signal);
		if (!f || came > 1)
			continue;
		bool taken_back = d->e->lane == void_lane, told = d->e->lane == s->task->lane && s->task->call.fault;
		void_lane = f->instead || text_is(f->how, "none") ? d->e->lane : -1;
		if (!taken_back && sends(f, signal) && pid_of(s, f->whom >= 0 ? f->whom : d->e->lane) == pid)
			return told ? -1 : (int)d->e->step;   /* told: its card says so already */
	}
	return -1;
}

const struct model_sock *cause_closed_now(const struct scene *s)
{
	const struct deed *d;
	struct cause c;
	for (int i = 0; (d = deed(s, i)); i++) {
		const struct event_after *call = d->e->lane == s->task->lane ? deed_call(d, NULL, -1) : NULL;
		if (!call)
			continue;
		bool closed = text_is(call->canon, "close") && !call->err && d->sock > 0 && d->sock <= s->model->n_socks;
		return closed && cause_closed(s, d->sock, &c) ? &s->model->socks[d->sock - 1] : NULL;
	}
	return NULL;
}

int64_t cause_unread(const struct scene *s, int sock)
{
	const struct deed *d;
	bool closed = false;
	for (int i = 0; (d = deed(s, i)); i++) {
		const struct event_socket *k = d->sock == sock && d->e->type == EVENT_socket ? &d->e->socket : NULL;
		closed |= k && text_is(k->state, "closed");
		if (closed && k && k->recvq >= 0 && !text_is(k->kernel, "LISTEN"))
			return k->recvq;
	}
	return -1;
}

static const struct value *option_of(const struct scene *s, int sock, const char *name)
{
	const struct deed *d;
	for (int i = 0; (d = deed(s, i)); i++) {
		const struct event_after *c = deed_call(d, "setsockopt", sock);
		if (c && !c->err && says(c, "optname", name))
			return arg(c, "optval");
	}
	return NULL;
}

const struct value *cause_option(const struct scene *s, int sock, const char *name)
{
	const struct value *v = option_of(s, sock, name);
	int from = sock > 0 && sock <= s->model->n_socks ? s->model->socks[sock - 1].from : -1;
	return v || from < 1 ? v : option_of(s, from, name);
}

bool cause_is_on(const struct scene *s, int sock, const char *name)
{
	return whole(cause_option(s, sock, name)) != 0;
}

static const char *const senders[] = { "send", "sendto", "sendmsg", "write", "writev", "pwritev", NULL };
static const char *const receivers[] = { "recv", "recvfrom", "recvmsg", "read", "readv", "preadv", NULL };
static const char *const movers[] = { "sendmmsg", "sendfile", "splice", "recvmmsg", "tee", NULL };   /* that are not counted */

/* A timeval or a timespec, in ms. */
static int64_t ms_of(const struct value *v)
{
	int64_t seconds = whole(value_get(v, "tv_sec"));
	int64_t ms = whole(value_get(v, "tv_usec")) / 1000 + whole(value_get(v, "tv_nsec")) / 1000000;
	return seconds < 0 || seconds > INT32_MAX ? 0 : seconds * 1000 + ms;
}

/* What the call itself says how long it may wait. */
static const struct value *own_limit(const struct scene *s)
{
	const struct value *v = scene_arg(s, "timeout");
	return v ? v : scene_arg(s, "tmo_p");
}

int64_t cause_time_limit(const struct scene *s)
{
	bool out = s->call && (text_in(s->call->canon, senders) || text_is(s->call->canon, "connect"));
	const struct value *v = own_limit(s);
	if (!v && s->own && !cause_nonblocking(s))
		v = cause_option(s, own(s), out ? "SO_SNDTIMEO" : "SO_RCVTIMEO");
	return !v ? 0 : v->kind == VALUE_STRUCT ? ms_of(v) : v->kind == VALUE_INT && v->i > 0 ? v->i : 0;
}

bool cause_flagged(const struct scene *s, const char *flag)
{
	const struct value *v = scene_arg(s, "flags");
	return v && v->kind == VALUE_FLAGS && among(v->text, flag);
}

/* 1: this call made the socket non-blocking, 0: blocking, -1: it says nothing of it. */
static int sets_mode(const struct event_after *c)
{
	if (!c || c->err)
		return -1;
	if (text_is(c->canon, "fcntl") && says(c, "cmd", "F_SETFL"))
		return says(c, "arg", "O_NONBLOCK");
	if (text_is(c->canon, "ioctl") && says(c, "request", "FIONBIO")) {
		const struct value *on = arg(c, "argp");
		return whole(on && on->kind == VALUE_LIST && on->n ? on->item[0] : on) != 0;
	}
	return -1;
}

bool cause_nonblocking(const struct scene *s)
{
	const struct deed *d;
	if (cause_flagged(s, "MSG_DONTWAIT"))
		return true;
	for (int i = 0; (d = deed(s, i)); i++) {
		int mode = sets_mode(deed_call(d, NULL, own(s)));
		bool born = d->e->type == EVENT_fd && d->e->fd.sock == own(s) && text_is(d->e->fd.op, "open");
		const struct deed *made = born ? deed(s, i + 1) : NULL;
		const struct event_after *c = made ? deed_call(made, NULL, -1) : NULL;
		if (mode >= 0)
			return mode;
		if (c && (text_is(c->canon, "socket") || text_is(c->canon, "socketpair")))
			return says(c, "type", "SOCK_NONBLOCK");
		if (c && text_is(c->canon, "accept"))
			return says(c, "flags", "SOCK_NONBLOCK");
	}
	return false;
}

int64_t cause_packet_in(const struct scene *s, const char *flag)
{
	for (int i = s->model->n_packets; i-- > 0;)
		if (s->model->packets[i].tosock == own(s) && among(s->model->packets[i].flags, flag))
			return s->model->packets[i].id;
	return 0;
}

int64_t cause_icmp(const struct scene *s)
{
	for (int i = s->model->n_packets; i-- > 0;) {
		const struct model_packet *p = &s->model->packets[i];
		if (p->tosock == own(s) && (text_is(p->kind, "ICMP") || text_is(p->kind, "ICMPv6")))
			return p->id;
	}
	return 0;
}

int64_t cause_packet_out(const struct scene *s, const char *flag)
{
	for (int i = 0; i < s->model->n_packets; i++)
		if (s->model->packets[i].sock == own(s) && among(s->model->packets[i].flags, flag))
			return s->model->packets[i].id;
	return 0;
}

int64_t cause_arps(const struct scene *s, const char *ip, int64_t *first)
{
	int64_t n = 0;
	for (int i = 0; ip && i < s->model->n_packets; i++) {
		const struct model_packet *p = &s->model->packets[i];
		if (!text_is(p->kind, "ARP") || !text_is(p->dst, ip))
			continue;
		*first = n++ ? *first : p->id;
	}
	return n;
}

int64_t cause_sent(const struct scene *s, const char *flag)
{
	int64_t n = 0;
	for (int i = 0; i < s->model->n_packets; i++) {
		const struct model_packet *p = &s->model->packets[i];
		if (p->sock == own(s))
			n += flag ? among(p->flags, flag) : p->again || text_is(p->what, "window-probe");
	}
	return n;
}

int64_t cause_zero_window(const struct scene *s)
{
	for (int i = s->model->n_packets; i-- > 0;) {
		const struct model_packet *p = &s->model->packets[i];
		if (p->tosock == own(s) && p->window >= 0)
			return p->window ? 0 : p->id;
	}
	return 0;
}

/* The payload of a UDP packet is behind its header; what the model keeps of it is compared. */
int64_t cause_datagram(const struct scene *s)
{
	const struct value *data = scene_arg(s, "buf");
	bool full = s->call && s->call->ret > 0 && scene_datagram(s) && scene_asked(s) == s->call->ret;
	if (!full || !data || data->kind != VALUE_BYTES)
		return 0;
	for (int i = s->model->n_packets; i-- > 0;) {
		const struct model_packet *p = &s->model->packets[i];
		size_t n = p->n_head < data->len ? p->n_head : data->len;
		if (p->tosock == own(s) && text_is(p->kind, "UDP") && p->payload >= s->call->ret && n && !memcmp(p->head, data->bytes, n))
			return p->payload > s->call->ret ? p->payload : 0;
	}
	return 0;
}

bool cause_silent(const struct scene *s)
{
	const struct value *seen = s->model->stage ? value_get(s->model->stage, "af_packet") : NULL;
	for (int i = s->model->n_packets; i-- > 0 && s->model->packets[i].step == s->model->step;)
		if (s->model->packets[i].sock == own(s))
			return false;
	return s->own && whole(seen);
}

/* Bytes that this call moved on a stream; -1: it moved some in a way that is not counted. */
static int64_t moved(const struct event_after *c, const char *const *calls)
{
	if (!c || c->ret <= 0 || c->err)
		return 0;
	if (text_in(c->canon, movers) || c->ret > INT32_MAX)
		return -1;
	return text_in(c->canon, calls) && !says(c, "flags", "MSG_PEEK") ? c->ret : 0;
}

/* The event in which the kernel's list first had the socket; -1: not known. */
static int64_t first_seen(const struct scene *s, const struct model_sock *k)
{
	int64_t at = -1;
	for (int i = k->past; i >= 0 && i < s->model->n_states; i = s->model->states[i].before)
		at = s->model->states[i].at;
	return at;
}

int64_t cause_sends(const struct scene *s, int64_t *length)
{
	const struct model_sock *peer = cause_peer(s);
	int64_t got = 0, sent = 0, sends = 0, n;
	int count = 0;
	if (!peer || !s->call || s->call->ret <= 0)
		return 0;
	int64_t born = first_seen(s, s->own);
	if (born >= 0 && s->model->cursor - born > 3 * PAST_MOST)
		return 0;   /* do not read so much to find that it is not enough */
	for (const struct deed *d; (d = deed(s, count)); count++) {
		if ((n = moved(deed_call(d, NULL, own(s)), receivers)) < 0)
			return 0;
		got += n;
	}
	if (count == PAST_MOST || s->call->ret > got)
		return 0;   /* its beginning is not known */
	int64_t from = got - s->call->ret, begins = 0;
	for (int i = count - 1; i >= 0 && begins < got; i--) {
		if ((n = moved(deed_call(deed(s, i), NULL, peer->sock), senders)) < 0)
			return 0;
		if (n && begins < got && begins + n > from) {
			*length = sends ? *length : n;
			sends++;
		}
		begins += n;
		sent += n;
	}
	return sent >= got ? sends : 0;
}

static void add_wait(struct buf *out, int64_t fd, const char *events)
{
	buf_addf(out, "%sfd %lld (%s)", out->len ? ", " : "", (long long)fd, events);
}

static void add_set(const struct scene *s, const char *name, const char *events, struct buf *out)
{
	const struct value *v = scene_arg(s, name);
	for (unsigned i = 0; v && v->kind == VALUE_LIST && i < v->n; i++)
		add_wait(out, v->item[i]->i, events);
}

static void add_polled(const struct value *fds, struct buf *out)
{
	for (unsigned i = 0; fds && fds->kind == VALUE_LIST && i < fds->n; i++) {
		const struct value *fd = value_get(fds->item[i], "fd"), *events = value_get(fds->item[i], "events");
		if (fd && fd->i >= 0 && events && events->text)
			add_wait(out, fd->i, events->text);
	}
}

/* The newest word of epoll_ctl(2) about each descriptor counts. */
static void add_epoll(const struct scene *s, struct buf *out)
{
	const struct deed *d;
	unsigned char told[128] = { 0 };
	int ep = scene_fd(s);
	for (int i = 0; (d = deed(s, i)); i++) {
		const struct event_after *c = deed_call(d, "epoll_ctl", -1);
		const struct value *epfd = c ? arg(c, "epfd") : NULL, *fd = c ? arg(c, "fd") : NULL;
		const struct value *event = c ? arg(c, "event") : NULL, *events = event ? value_get(event, "events") : NULL;
		if (!epfd || !fd || c->err || epfd->i != ep || d->pid != s->task->pid || fd->i < 0 || fd->i > 1023)
			continue;
		if (told[fd->i / 8] & 1 << fd->i % 8)
			continue;
		told[fd->i / 8] |= (unsigned char)(1 << fd->i % 8);
		if (!says(c, "op", "EPOLL_CTL_DEL") && events && events->text)
			add_wait(out, fd->i, events->text);
	}
}

bool cause_waits(const struct scene *s, struct buf *out)
{
	struct buf list = BUF_INIT;
	if (s->call && text_is(s->call->canon, "poll"))
		add_polled(scene_arg(s, "fds"), &list);
	if (s->call && text_is(s->call->canon, "select")) {
		add_set(s, "readfds", "readfds", &list);
		add_set(s, "writefds", "writefds", &list);
		add_set(s, "exceptfds", "exceptfds", &list);
	}
	if (s->call && text_is(s->call->canon, "epoll_wait"))
		add_epoll(s, &list);
	bool any = list.len;
	if (any)
		buf_add(out, list.data, list.len);
	buf_release(&list);
	return any;
}
