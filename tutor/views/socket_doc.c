/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sockets of a program in words, one block each: what its state means, both its ends, what waits in it, where it came from. */
#include <stdio.h>
#include <string.h>

#include "engine/base/text.h"
#include "tutor/i18n.h"
#include "tutor/show/show.h"
#include "tutor/views/views.h"

enum { INDENT = 2 };

static void add_line(struct doc *d, enum role role, const char *text)
{
	doc_adds(d, role, "\u00a0\u00a0");
	doc_adds(d, role, text);
	doc_end(d, INDENT);
}

/* Names of the constants of <netinet/tcp.h>, which the catalogue explains. */
static void add_meaning(struct doc *d, const struct picture *pic, const struct model_sock *k)
{
	char name[48];
	struct text means = { { NULL } };
	if (!k->kernel)
		return;
	snprintf(name, sizeof name, "TCP_%s", !strcmp(k->kernel, "CLOSED") ? "CLOSE" : k->kernel);
	if (!pic->course || !explain_constant(pic->course, name, NULL, &means))
		return;
	for (int lang = 0; lang < LANG_COUNT; lang++)
		if (means.in[lang] && ui_shows(pic->ui, (enum lang)lang))
			add_line(d, ROLE_TEXT, means.in[lang]);
}

static void add_ends(struct doc *d, const struct model_sock *k)
{
	struct buf b = BUF_INIT;
	buf_adds(&b, _("this end: "));
	if (!show_address(&b, k->local))
		buf_adds(&b, _("no address yet"));
	add_line(d, ROLE_VALUE, b.data);
	buf_clear(&b);
	buf_adds(&b, _("other end: "));
	if (show_address(&b, k->peer))
		add_line(d, ROLE_VALUE, b.data);
	buf_release(&b);
}

static bool listens(const struct model_sock *k)
{
	return k->kernel ? !strcmp(k->kernel, "LISTEN") : text_is(k->state, "listening");
}

static void add_queues(struct doc *d, const struct model_sock *k)
{
	char text[160];
	if (listens(k) && k->backlog >= 0) {
		snprintf(text, sizeof text, _("listen() asked for a queue of %d"), k->backlog);
		add_line(d, ROLE_TEXT, text);
	}
	if (k->recvq < 0 && !k->gone && text_is(k->kernel, "TIME_WAIT"))
		add_line(d, ROLE_TEXT, _("in TIME_WAIT the kernel does not tell its queues"));
	if (k->recvq < 0)
		return;
	if (!listens(k) && k->recvq == 0 && k->sendq == 0) {
		add_line(d, ROLE_TEXT, _("both its queues are empty"));
		return;
	}
	if (listens(k))
		snprintf(text, sizeof text, ngettext("%lld connection waits for accept()", "%lld connections wait for accept()",
			(unsigned long)k->recvq), (long long)k->recvq);
	else if (show_is_datagram(k) && k->recvq)
		snprintf(text, sizeof text, ngettext("the first datagram that waits has %lld byte", "the first datagram that waits has %lld bytes",
			(unsigned long)k->recvq), (long long)k->recvq);
	else
		snprintf(text, sizeof text, ngettext("%lld byte came and was not read", "%lld bytes came and were not read",
			(unsigned long)k->recvq), (long long)k->recvq);
	add_line(d, k->recvq ? ROLE_WAIT : ROLE_TEXT, text);
	if (listens(k) || k->sendq < 0)
		return;
	snprintf(text, sizeof text, ngettext("%lld byte was sent and is not confirmed", "%lld bytes were sent and are not confirmed",
		(unsigned long)k->sendq), (long long)k->sendq);
	add_line(d, k->sendq ? ROLE_WAIT : ROLE_TEXT, text);
}

static void add_origin(struct doc *d, const struct model *m, const struct sock_row *row, const struct model_sock *k)
{
	char text[96];
	for (int i = 0; row->fd >= 0 && k->from >= 1 && i < m->n_fds; i++) {
		if (m->fds[i].sock != k->from)
			continue;
		snprintf(text, sizeof text, _("accept() made it from fd %d"), m->fds[i].fd);
		add_line(d, ROLE_TEXT, text);
		return;
	}
}

/* Of what was not known before, or is not now, no change is known. */
static void add_queue_changes(struct doc *d, const struct model_sock *k)
{
	bool in = k->was_recvq >= 0 && k->recvq >= 0 && k->was_recvq != k->recvq;
	bool out = k->was_sendq >= 0 && k->sendq >= 0 && k->was_sendq != k->sendq;
	struct buf b = BUF_INIT;
	if (in)
		buf_addf(&b, show_is_datagram(k) ? _("• in this step: bytes of the first datagram %lld → %lld") :
						   _("• in this step: unread bytes %lld → %lld"), (long long)k->was_recvq, (long long)k->recvq);
	if (out)
		buf_addf(&b, in ? _(", unconfirmed %lld → %lld") : _("• in this step: unconfirmed bytes %lld → %lld"),
			 (long long)k->was_sendq, (long long)k->sendq);
	if (in || out)
		add_line(d, ROLE_NEXT, b.data);
	buf_release(&b);
}

/* What this step changed, with what it was before. */
static void add_changes(struct doc *d, const struct model *m, const struct model_sock *k)
{
	const struct model_state *now = k->past >= 0 ? &m->states[k->past] : NULL;
	char text[160];
	if (!k->changed || k->changed_in != m->step)
		return;
	if (k->changed & SOCK_IS_NEW) {
		add_line(d, ROLE_NEXT, _("• new in this step"));
		return;
	}
	if (now && now->step == m->step && now->before >= 0) {
		snprintf(text, sizeof text, _("• in this step: %.20s → %.20s"), m->states[now->before].state, now->state);
		add_line(d, ROLE_NEXT, text);
	}
	if (k->changed & SOCK_QUEUES && !listens(k))
		add_queue_changes(d, k);
}

static void add_why(struct doc *d, const struct model_sock *k)
{
	char text[160];
	if (!k->why || !k->kernel)
		return;
	bool call = *k->why >= 'a' && *k->why <= 'z' && strcmp(k->why, "timer");
	snprintf(text, sizeof text, call ? _("in this state because of %.40s()") : !strcmp(k->why, "timer") ?
		 _("in this state because a timer of the kernel ran out") : _("in this state because of the packet %.40s"), k->why);
	add_line(d, ROLE_TEXT, text);
}

static int64_t number_in(const struct value *info, const char *name)
{
	const struct value *v = value_get(info, name);
	return v && v->kind == VALUE_INT ? v->i : v && v->kind == VALUE_UINT ? (int64_t)v->u : -1;
}

static const char *timer_words(const char *timer)
{
	static const struct { const char *name, *says; } all[] = {
		{ "on", N_("It is sent again if no answer comes: in %.1f s") }, { "keepalive", N_("keepalive: the next probe goes in %.1f s") },
		{ "timewait", N_("the kernel keeps it for %.1f s more") }, { "persist", N_("zero window: the next probe goes in %.1f s") },
	};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (!strcmp(all[i].name, timer))
			return _(all[i].says);
	return NULL;
}

/* Kernel time goes on while somebody reads. */
int64_t socket_timer_ms(const struct picture *pic, const struct model_sock *k)
{
	int64_t expires = k->info ? number_in(k->info, "expires") : -1, gone = (pic->model->t - k->info_t + pic->ui->since) / 1000000;
	return expires < 0 || gone < 0 ? expires : expires > gone ? expires - gone : 0;
}

/* That it may have to is so after each packet; it is news where the answer is late, or where a program sleeps for it. */
bool socket_repeats(const struct model_sock *k)
{
	const struct value *timer = !k->gone && k->info ? value_get(k->info, "timer") : NULL;
	bool on = timer && text_is(timer->text, "on");
	return on && k->kernel && (!strncmp(k->kernel, "SYN_", 4) || number_in(k->info, "retransmits") > 0);
}

static void add_timer(struct doc *d, const struct picture *pic, const struct model_sock *k)
{
	const struct value *info = k->info;
	const struct value *timer = value_get(info, "timer");
	const char *says = timer && timer->text ? timer_words(timer->text) : NULL;
	int64_t left = socket_timer_ms(pic, k), again = number_in(info, "retransmits"), unacked = number_in(info, "unacked");
	char text[160];
	if (says && left >= 0) {
		snprintf(text, sizeof text, says, (double)left / 1000);
		add_line(d, ROLE_WAIT, text);
	}
	if (again > 0) {
		snprintf(text, sizeof text, ngettext("%lld retransmission so far", "%lld retransmissions so far", (unsigned long)again),
			 (long long)again);
		add_line(d, ROLE_WAIT, text);
	}
	if (unacked > 0) {
		snprintf(text, sizeof text, ngettext("%lld packet was not confirmed yet", "%lld packets were not confirmed yet",
			(unsigned long)unacked), (long long)unacked);
		add_line(d, ROLE_WAIT, text);
	}
}

static void add_sizes(struct doc *d, const struct value *info)
{
	int64_t mss = number_in(info, "mss"), receive = number_in(info, "rcv_wnd"), send = number_in(info, "snd_wnd");
	char text[200];
	if (receive >= 0 && send >= 0) {
		snprintf(text, sizeof text, _("windows: it takes %lld bytes, the other end %lld"), (long long)receive, (long long)send);
		add_line(d, send ? ROLE_TEXT : ROLE_WAIT, text);
	}
	if (mss > 0) {
		snprintf(text, sizeof text, _("largest segment (MSS): %lld bytes"), (long long)mss);
		add_line(d, ROLE_TEXT, text);
	}
}

static void add_options(struct doc *d, const struct value *info)
{
	const struct value *options = value_get(info, "options");
	struct buf b = BUF_INIT;
	if (!options || !options->n)
		return;
	buf_addf(&b, "%s ", _("options:"));
	for (unsigned i = 0; i < options->n; i++) {
		buf_addf(&b, "%s%s ", i ? ", " : "", options->item[i]->name ? options->item[i]->name : "?");
		show_value(&b, options->item[i], false);
	}
	add_line(d, ROLE_TEXT, b.data);
	buf_release(&b);
}

static void add_info(struct doc *d, const struct model_sock *k)
{
	if (!k->info || k->gone)
		return;
	if (!listens(k))
		add_sizes(d, k->info);
	add_options(d, k->info);
}

static void add_socket(struct doc *d, const struct picture *pic, const struct sock_row *row)
{
	const struct model_sock *k = row->sock;
	if (row->fd >= 0)
		doc_addf(d, ROLE_ARG, "fd %d", row->fd);
	else
		doc_adds(d, ROLE_ARG, socket_waits(k) ? _("waits for accept()") : _("no process holds it"));
	doc_addf(d, ROLE_ARG, "  %s  ", show_protocol(k));
	doc_adds(d, ROLE_CALL, show_state(k));
	doc_end(d, INDENT);
	add_changes(d, pic->model, k);
	if (k->frozen)
		add_line(d, ROLE_WAIT, _("frozen: all that arrives at it is dropped"));
	if (k->info && !k->gone)
		add_timer(d, pic, k);
	add_meaning(d, pic, k);
	add_why(d, k);
	add_ends(d, k);
	add_queues(d, k);
	add_info(d, k);
	add_origin(d, pic->model, row, k);
	/* A datagram socket has no state that the kernel tells; its addresses and queue it does. */
	add_line(d, ROLE_DIM, k->kernel ? _("The kernel says so.") :
			      k->recvq >= 0 ? _("The state is from the calls, the rest from the kernel.") : _("Known from the program's calls."));
}

void socket_doc(struct doc *d, const struct picture *pic, int actor)
{
	struct sock_row rows[SOCK_ROWS];
	int n = sockets_list(pic->model, actor, rows);
	for (int i = 0; i < n && i < SOCK_ROWS; i++) {
		if (d->n)
			doc_blank(d);
		add_socket(d, pic, &rows[i]);
	}
	if (!d->n) {
		doc_adds(d, ROLE_DIM, _("no socket"));
		doc_end(d, 0);
	}
}
