/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sockets of a program in words, one block each: what its state means, both its ends, what waits in it, where it came from. */
#include <stdio.h>
#include <string.h>

#include "tutor/i18n.h"
#include "tutor/views/show.h"
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
	return k->kernel ? !strcmp(k->kernel, "LISTEN") : k->state && !strcmp(k->state, "listening");
}

static void add_queues(struct doc *d, const struct model_sock *k)
{
	char text[160];
	if (listens(k) && k->backlog >= 0) {
		snprintf(text, sizeof text, _("listen() asked for a queue of %d"), k->backlog);
		add_line(d, ROLE_TEXT, text);
	}
	if (k->recvq < 0)
		return;
	if (!listens(k) && k->recvq == 0 && k->sendq == 0) {
		add_line(d, ROLE_TEXT, _("both its queues are empty"));
		return;
	}
	if (listens(k))
		snprintf(text, sizeof text, ngettext("%lld connection waits for accept()", "%lld connections wait for accept()",
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

static void add_origin(struct doc *d, const struct model *m, const struct model_fd *fd, const struct model_sock *k)
{
	char text[96];
	for (int i = 0; k->from >= 1 && i < m->n_fds; i++) {
		if (m->fds[i].pid != fd->pid || m->fds[i].sock != k->from)
			continue;
		snprintf(text, sizeof text, _("accept() made it from fd %d"), m->fds[i].fd);
		add_line(d, ROLE_TEXT, text);
		return;
	}
}

static void add_socket(struct doc *d, const struct picture *pic, const struct model_fd *fd, const struct model_sock *k)
{
	doc_addf(d, ROLE_ARG, "fd %d  %s  ", fd->fd, show_protocol(k));
	doc_adds(d, ROLE_CALL, k->kernel ? k->kernel : show_state(k->state));
	doc_end(d, INDENT);
	add_meaning(d, pic, k);
	add_ends(d, k);
	add_queues(d, k);
	add_origin(d, pic->model, fd, k);
	/* A datagram socket has no state that the kernel tells; its addresses and queue it does. */
	add_line(d, ROLE_DIM, k->kernel ? _("The kernel says so.") :
			      k->recvq >= 0 ? _("The state is from the calls, the rest from the kernel.") : _("Known from the program's calls."));
}

void socket_doc(struct doc *d, const struct picture *pic, int actor)
{
	const struct model *m = pic->model;
	for (int i = 0; i < m->n_fds; i++) {
		const struct model_fd *fd = &m->fds[i];
		if (!sockets_shows(m, fd, actor))
			continue;
		if (d->n)
			doc_blank(d);
		add_socket(d, pic, fd, &m->socks[fd->sock - 1]);
	}
	if (!d->n) {
		doc_adds(d, ROLE_DIM, _("no socket"));
		doc_end(d, 0);
	}
}
