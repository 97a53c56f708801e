/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sockets of a program, by the kernel's word or else as far as its calls tell, and the state of its tasks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/text.h"
#include "tutor/i18n.h"
#include "tutor/show/show.h"
#include "tutor/views/views.h"

static bool of_actor(const struct model *m, int64_t pid, int actor)
{
	for (int i = 0; i < m->n_tasks; i++)
		if (m->tasks[i].actor == actor && m->tasks[i].pid == pid)
			return true;
	return false;
}

bool socket_waits(const struct model_sock *k)
{
	return k->from >= 1 && !k->state;
}

/* The kernel goes on with it, though no process could name it any more, or not yet. */
static bool lives_on(const struct model_sock *k)
{
	return !k->gone && k->kernel && strcmp(k->kernel, "CLOSED") && !strcmp(show_protocol(k), "TCP");
}

static void add_row(struct sock_row *rows, int *n, int fd, const struct model_sock *k)
{
	if (*n < SOCK_ROWS)
		rows[*n] = (struct sock_row){ fd, k };
	++*n;
}

int sockets_list(const struct model *m, int actor, struct sock_row rows[SOCK_ROWS])
{
	bool *held = xcalloc((size_t)m->n_socks + 1, sizeof *held);
	int n = 0;
	for (int i = 0; i < m->n_fds; i++) {
		const struct model_fd *fd = &m->fds[i];
		if (fd->sock < 1 || fd->sock > m->n_socks)
			continue;
		held[fd->sock - 1] = true;
		if (of_actor(m, fd->pid, actor))
			add_row(rows, &n, fd->fd, &m->socks[fd->sock - 1]);
	}
	for (int i = 0; i < m->n_socks; i++)
		if (!held[i] && m->socks[i].actor == actor && lives_on(&m->socks[i]))
			add_row(rows, &n, -1, &m->socks[i]);
	free(held);
	return n;
}

static int count_tasks(const struct model *m, int actor, bool alive)
{
	int n = 0;
	for (int i = 0; i < m->n_tasks; i++)
		n += m->tasks[i].actor == actor && (!alive || m->tasks[i].status != TASK_ENDED);
	return n;
}

static int count_socks(const struct model *m, int actor)
{
	struct sock_row rows[SOCK_ROWS];
	return sockets_list(m, actor, rows);
}

int view_sockets_lines(const struct picture *pic, int actor)
{
	int tasks = count_tasks(pic->model, actor, true);
	return count_socks(pic->model, actor) + (tasks ? tasks : 1);
}

/* 127.0.0.1:8888 as :8888 where there is little room: both ends are on this computer then. */
static const char *port_of(const struct buf *address, bool full)
{
	const char *colon = full ? NULL : strrchr(address->data, ':');
	return colon ? colon : address->data;
}

static bool same_host(const struct buf *a, const struct buf *b)
{
	const char *x = strrchr(a->data, ':'), *y = strrchr(b->data, ':');
	return x && y && x - a->data == y - b->data && strncmp(a->data, b->data, (size_t)(x - a->data)) == 0;
}

static void addresses(struct buf *out, const struct model_sock *k, bool full)
{
	struct buf a = BUF_INIT, b = BUF_INIT;
	bool local = show_address(&a, k->local), peer = show_address(&b, k->peer);
	if (local)
		buf_adds(out, port_of(&a, full || !peer));
	if (peer)
		buf_addf(out, "%s%s", !local ? "↔ " : full ? " ↔ " : "↔", port_of(&b, full || !local || !same_host(&a, &b)));
	buf_release(&a);
	buf_release(&b);
}

/* What waits in the kernel: connections of a listening socket, bytes of another. */
static void queues(struct buf *out, const struct model_sock *k, bool full)
{
	bool listens = text_is(k->kernel, "LISTEN");
	long long in = k->recvq, unsent = k->sendq;
	if (listens && unsent >= 0)
		buf_addf(out, full ? _("queue %lld of %lld") : _("queue %lld/%lld"), in, unsent);
	else if (show_is_datagram(k) && in > 0)
		buf_addf(out, full ? ngettext("first datagram: %lld byte", "first datagram: %lld bytes", (unsigned long)in) :
				     _("first: %lld"), in);
	else if (!listens && in > 0)
		buf_addf(out, full ? ngettext("%lld byte to read", "%lld bytes to read", (unsigned long)in) : _("%lld unread"), in);
	else if (!listens && unsent > 0)
		buf_addf(out, full ? ngettext("%lld byte on its way", "%lld bytes on their way", (unsigned long)unsent) :
				     _("%lld unacked"), unsent);
}

static int put(struct surface *s, int y, int x, int end, enum role role, const char *text, int gap)
{
	return *text && x < end ? x + surface_cut(s, y, x, end - x, role, text) + gap : x;
}

static void name_of(char *out, size_t n, const struct sock_row *row, bool wide)
{
	if (row->fd >= 0)
		snprintf(out, n, wide ? "fd %d" : "fd%d", row->fd);
	else
		snprintf(out, n, "%s", socket_waits(row->sock) ? _("queued") : _("no fd"));
}

/* When what had no answer is sent again. */
static void repeat_of(struct buf *out, const struct picture *pic, const struct model_sock *k, bool wide)
{
	int64_t left = socket_repeats(k) ? socket_timer_ms(pic, k) : -1;
	if (left >= 0)
		buf_addf(out, wide ? _("sent again in %lld s") : _("again %llds"), (long long)(left + 500) / 1000);
}

/* Where both addresses have no room, the other end's says more. */
static void fit_addresses(struct buf *addr, const struct surface *s, const struct model_sock *k, int room)
{
	struct buf peer = BUF_INIT;
	if (text_cols(s->set, addr->data, addr->len) > room && show_address(&peer, k->peer)) {
		buf_clear(addr);
		buf_addf(addr, "→%s", peer.data);
	}
	buf_release(&peer);
}

/* What this step changed has a mark before it. */
static void draw_sock(struct surface *s, const struct picture *pic, const struct sock_row *row, struct rect r)
{
	const struct model *m = pic->model;
	const struct model_sock *k = row->sock;
	char number[32];
	struct buf addr = BUF_INIT, wait = BUF_INIT, again = BUF_INIT;
	bool wide = r.w >= 52, changed = k->changed && k->changed_in == m->step;
	int end = r.x + r.w, gap = wide ? 2 : 1;
	name_of(number, sizeof number, row, wide);
	queues(&wait, k, wide);
	addresses(&addr, k, wide);
	if (changed)
		surface_puts(s, r.y, r.x, 1, ROLE_NEXT, "•");
	int x = put(s, r.y, r.x + 1, end, row->fd >= 0 ? ROLE_ARG : ROLE_DIM, number, gap);
	if (wide || !k->kernel)   /* only TCP has such a state */
		x = put(s, r.y, x, end, ROLE_ARG, show_protocol(k), gap);
	x = put(s, r.y, x, end, changed && k->changed & SOCK_STATE ? ROLE_NEXT : ROLE_CALL, show_state(k), gap);
	if (k->frozen)
		x = put(s, r.y, x, end, ROLE_WAIT, _("frozen"), gap);
	repeat_of(&again, pic, k, wide);
	x = put(s, r.y, x, end, ROLE_WAIT, again.data, gap);
	if (again.len)
		fit_addresses(&addr, s, k, end - x);
	x = put(s, r.y, x, end, ROLE_VALUE, addr.data, gap);
	put(s, r.y, x, end, ROLE_WAIT, wait.data, 0);
	buf_release(&again);
	buf_release(&addr);
	buf_release(&wait);
}

static enum role status_role(const struct model_task *t)
{
	if (t->status == TASK_AFTER)
		return t->call.err ? ROLE_ERROR : ROLE_OK;
	return t->status == TASK_ASLEEP ? ROLE_WAIT : t->status == TASK_ENDED ? ROLE_DIM : ROLE_TEXT;
}

static void draw_task(struct surface *s, const struct picture *pic, const struct model_task *t, bool many, struct rect r)
{
	struct buf b = BUF_INIT;
	/* With one task the pane's title says it. */
	const char *next = many && t->lane == pic->ui->target && !pic->ui->history ? _("← next") : "";
	int mark = text_cols(s->set, next, strlen(next));
	if (many)
		buf_addf(&b, "%d ", t->lane + 1);
	buf_addf(&b, "%s ", show_sign(t));
	show_status(&b, t, r.w >= 40);
	int room = r.w - 1 - (mark ? mark + 2 : 0);
	int x = surface_cut(s, r.y, r.x + 1, room, status_role(t), b.data);
	surface_puts(s, r.y, r.x + 1 + x + 2, mark, ROLE_NEXT, next);
	buf_release(&b);
}

/* Tasks that ended are shown only while there is room for all. */
static int draw_tasks(struct surface *s, const struct picture *pic, int actor, struct rect r)
{
	const struct model *m = pic->model;
	int all = count_tasks(m, actor, false), y = 0;
	bool alive = count_tasks(m, actor, true) > 0, crowded = all > r.h;
	const struct model_task *now = picture_task(pic, actor);
	if (now && r.h == 1) {
		draw_task(s, pic, now, all > 1, r);
		return 1;
	}
	for (int i = 0; i < m->n_tasks && y < r.h; i++) {
		const struct model_task *t = &m->tasks[i];
		if (t->actor != actor || (crowded && alive && t->status == TASK_ENDED))
			continue;
		draw_task(s, pic, t, all > 1, (struct rect){ r.y + y++, r.x, 1, r.w });
	}
	return y;
}

static void draw_socks(struct surface *s, const struct picture *pic, int actor, struct rect r)
{
	const struct model *m = pic->model;
	struct sock_row rows[SOCK_ROWS];
	int total = sockets_list(m, actor, rows);
	for (int y = 0; y < r.h && y < total; y++) {
		struct rect row = { r.y + y, r.x, 1, r.w };
		if ((y == r.h - 1 && total > r.h) || y == SOCK_ROWS) {
			surface_cutf(s, row.y, row.x + 1, row.w - 1, ROLE_DIM, ngettext("%d more socket", "%d more sockets",
				(unsigned long)(total - y)), total - y);
			return;
		}
		draw_sock(s, pic, &rows[y], row);
	}
	if (total == 0 && r.h > 0)
		surface_cut(s, r.y, r.x + 1, r.w - 1, ROLE_DIM, _("no socket"));
}

/* The view of its own: in words, and the tasks below. */
int view_sockets_full(struct surface *s, const struct picture *pic, int actor, struct rect r)
{
	struct doc d;
	if (r.h < 3)
		return view_sockets(s, pic, actor, r);
	int alive = count_tasks(pic->model, actor, true), tasks = alive < 1 ? 1 : alive > r.h / 3 ? r.h / 3 : alive;
	struct rect in = { r.y, r.x + 1, r.h - tasks, r.w - 2 };
	doc_init(&d, s->set, in.w);
	socket_doc(&d, pic, actor);
	int max = doc_scroll_max(&d, in.h), first = pic->ui->scroll_pane;
	first = first < 0 ? 0 : first > max ? max : first;
	doc_draw(&d, s, in, first);
	if (first < max) {
		surface_fill(s, (struct rect){ in.y + in.h - 1, in.x, 1, in.w }, ROLE_TEXT);
		surface_cut(s, in.y + in.h - 1, in.x, in.w, ROLE_NEXT, pic->ui->zoom == ZOOM_PANE ? _("↓ more") : _("↓ more (z: enlarge)"));
	}
	doc_release(&d);
	draw_tasks(s, pic, actor, (struct rect){ r.y + r.h - tasks, r.x, tasks, r.w });
	return max;
}

int view_sockets(struct surface *s, const struct picture *pic, int actor, struct rect r)
{
	if (r.h < 1)
		return 0;
	int alive = count_tasks(pic->model, actor, true), socks = count_socks(pic->model, actor);
	int tasks = alive ? alive : 1, room = r.h - (socks ? 1 : 0);
	tasks = tasks > room ? room : tasks;
	/* In two rows, two sockets say more than the status, which the title has too. */
	tasks = r.h == 2 && socks > 1 && alive < 2 ? 0 : tasks < 1 ? 1 : tasks;
	int over = r.h - tasks;
	over = over > socks ? (socks ? socks : over > 0) : over;
	draw_socks(s, pic, actor, (struct rect){ r.y, r.x, over, r.w });
	draw_tasks(s, pic, actor, (struct rect){ r.y + over, r.x, r.h - over, r.w });
	return 0;
}
