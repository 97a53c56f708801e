/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/show/show.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "engine/base/text.h"
#include "tutor/i18n.h"
#include "tutor/show/show_call.h"

enum { SHOW_BYTES = 40, SHOW_ITEMS = 8, SHOW_DEPTH = 6 };

static void show_at(struct buf *out, const struct value *v, int depth, bool full);

static int64_t number(const struct value *v)
{
	v = value_now(v);
	return v ? v->i : 0;
}

static const char *text_of(const struct value *v)
{
	v = value_now(v);
	return v && v->text ? v->text : NULL;
}

/* Text between quotes; control characters as escapes. */
static void quote(struct buf *out, const char *s, size_t len, bool more)
{
	size_t n = len > SHOW_BYTES ? SHOW_BYTES : len;
	while (n < len && n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80)
		n--;
	buf_addc(out, '"');
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];
		if (c == '\n' || c == '\r' || c == '\t' || c == '"' || c == '\\')
			buf_addf(out, "\\%c", c == '\n' ? 'n' : c == '\r' ? 'r' : c == '\t' ? 't' : c);
		else if (c < 0x20 || c == 0x7f)
			buf_addf(out, "\\x%02x", c);
		else
			buf_addc(out, (char)c);
	}
	buf_addc(out, '"');
	if (n < len || more)
		buf_adds(out, "…");
}

static bool show_inet(struct buf *out, const struct value *v, const char *ip_name, const char *port_name)
{
	const char *ip = text_of(value_get(v, ip_name));
	const struct value *port = value_get(v, port_name);
	if (!ip || !port)
		return false;
	buf_addf(out, strchr(ip, ':') ? "[%s]:%" PRId64 : "%s:%" PRId64, ip, number(port));
	return true;
}

static bool show_unix(struct buf *out, const struct value *v)
{
	const struct value *path = value_now(value_get(v, "sun_path"));
	if (!path)
		return false;
	const char *s = path->kind == VALUE_BYTES ? (const char *)path->bytes : path->text;
	size_t len = path->kind == VALUE_BYTES ? path->len : s ? strlen(s) : 0;
	if (!s)
		return false;
	if (len && !s[0])
		buf_addc(out, '@'), s++, len--;
	for (size_t i = 0; i < len && i < 108; i++)
		buf_addc(out, iscntrl((unsigned char)s[i]) ? '?' : s[i]);
	return true;
}

bool show_address(struct buf *out, const struct value *v)
{
	v = value_now(v);
	if (!v || v->kind != VALUE_STRUCT)
		return false;
	return show_inet(out, v, "sin_addr", "sin_port") || show_inet(out, v, "sin6_addr", "sin6_port") || show_unix(out, v);
}

static bool show_time(struct buf *out, const struct value *v)
{
	const struct value *sec = value_get(v, "tv_sec"), *us = value_get(v, "tv_usec"), *ns = value_get(v, "tv_nsec");
	if (!sec || (!us && !ns))
		return false;
	int64_t ms = number(sec) * 1000 + (us ? number(us) / 1000 : number(ns) / 1000000);
	if (ms % 1000)
		buf_addf(out, "%" PRId64 " ms", ms);
	else
		buf_addf(out, "%" PRId64 " s", ms / 1000);
	return true;
}

static void show_items(struct buf *out, const struct value *v, int depth, bool full)
{
	buf_addc(out, v->kind == VALUE_LIST ? '[' : '{');
	for (unsigned i = 0; i < v->n && depth < SHOW_DEPTH; i++) {
		if (i)
			buf_adds(out, ", ");
		if (i == SHOW_ITEMS) {
			buf_adds(out, "…");
			break;
		}
		if (v->item[i]->name)
			buf_addf(out, "%s ", v->item[i]->name);
		show_at(out, v->item[i], depth + 1, full);
	}
	buf_addc(out, v->kind == VALUE_LIST ? ']' : '}');
}

static void show_flags(struct buf *out, const struct value *v)
{
	bool names = v->text && *v->text;
	if (names)
		buf_adds(out, v->text);
	if (v->rest)
		buf_addf(out, names ? "|%#" PRIx64 : "%#" PRIx64, v->rest);
	if (!names && !v->rest)
		buf_addc(out, '0');
}

static void show_uint(struct buf *out, const struct value *v)
{
	if (v->base == 16)
		buf_addf(out, "%#" PRIx64, v->u);
	else if (v->base == 8)
		buf_addf(out, "%#" PRIo64, v->u);
	else
		buf_addf(out, "%" PRIu64, v->u);
}

static void show_pointer(struct buf *out, const struct value *v, bool full)
{
	if (v->u && full)
		buf_addf(out, "%#" PRIx64, v->u);
	else
		buf_adds(out, v->u ? _("(program memory)") : "NULL");
}

static void show_at(struct buf *out, const struct value *v, int depth, bool full)
{
	v = value_now(v);
	if (!v)
		return;
	switch (v->kind) {
	case VALUE_INT: case VALUE_FD: buf_addf(out, "%" PRId64, v->i); break;
	case VALUE_UINT: show_uint(out, v); break;
	case VALUE_SYM:
		if (v->text)
			buf_adds(out, v->text);
		else
			buf_addf(out, "%" PRId64, v->i);
		break;
	case VALUE_FLAGS: show_flags(out, v); break;
	case VALUE_BYTES: quote(out, (const char *)v->bytes, v->len, v->more || v->total > v->len); break;
	case VALUE_TEXT: quote(out, v->text ? v->text : "", v->text ? strlen(v->text) : 0, v->more); break;
	case VALUE_IP: buf_adds(out, v->text ? v->text : "?"); break;
	case VALUE_PTR: show_pointer(out, v, full); break;
	case VALUE_LIST: case VALUE_STRUCT:
		if (!show_address(out, v) && !show_time(out, v))
			show_items(out, v, depth, full);
		break;
	default: break;
	}
}

void show_value(struct buf *out, const struct value *v, bool full)
{
	show_at(out, v, 0, full);
}

bool show_is_known(const struct value *v)
{
	v = value_now(v);
	return v && v->kind != VALUE_NONE;
}

static bool counts_bytes(const char *canon)
{
	static const char *const calls[] = { "send", "sendto", "sendmsg", "recv", "recvfrom", "recvmsg", "read", "write", "readv",
		"writev", "preadv", "pwritev", "pread", "pwrite", "sendfile", "splice", NULL };
	return text_in(canon, calls);
}

void show_result(struct buf *out, const struct model_call *call)
{
	if (!call->returned)
		return;
	if (call->restart) {
		buf_adds(out, _("broken off; the kernel makes the call again"));
		return;
	}
	if (call->err) {
		buf_addf(out, "= -1 %s", call->err);
		return;
	}
	const struct value *v = value_now(call->retv);
	buf_adds(out, "= ");
	if (v && v->kind != VALUE_INT && v->kind != VALUE_NONE)
		show_value(out, v, false);
	else
		buf_addf(out, "%" PRId64, call->ret);
	if (v && v->kind == VALUE_FD)
		buf_addf(out, " (%s)", _("a new descriptor"));
	else if (counts_bytes(call->canon))
		buf_addf(out, " %s", ngettext("byte", "bytes", (unsigned long)call->ret));
	else if (call->ret == 0)
		buf_addf(out, " (%s)", _("success"));
}

/* A stream's read that asked for something and got nothing. */
static bool is_end_of_stream(const struct model *m, const struct model_task *t, const struct model_call *c)
{
	static const char *const calls[] = { "recv", "recvfrom", "read", NULL };
	const struct value *fd = value_now(c->args), *asked = NULL;
	if (!text_in(c->canon, calls) || !c->returned || c->restart || c->err || c->ret || !fd || fd->kind != VALUE_STRUCT || fd->n < 3)
		return false;
	asked = value_now(fd->item[2]);
	fd = value_now(fd->item[0]);
	if (!asked || asked->kind != VALUE_UINT || asked->u == 0 || !fd || fd->kind != VALUE_FD)
		return false;
	for (int i = 0; i < m->n_fds; i++)
		if (m->fds[i].pid == t->pid && m->fds[i].fd == fd->i && m->fds[i].sock >= 1 && m->fds[i].sock <= m->n_socks) {
			const char *type = m->socks[m->fds[i].sock - 1].type;
			return text_is(type, "SOCK_STREAM");
		}
	return false;
}

void show_task_result(struct buf *out, const struct model *m, const struct model_task *t, const struct model_call *c)
{
	if (is_end_of_stream(m, t, c))
		buf_addf(out, "= 0 (%s)", _("end of the stream"));
	else
		show_result(out, c);
}

const char *show_wakes(const char *on)
{
	static const struct { const char *on, *says; } all[] = {
		{ "client", N_("wakes when a client connects") },
		{ "data", N_("wakes when data comes") },
		{ "space", N_("wakes when there is room to send") },
		{ "connection", N_("wakes when the other side answers") },
		{ "event", N_("wakes when one of its sockets is ready") },
		{ "child", N_("wakes when a child process ends") },
		{ "time", N_("wakes when the time is over") },
		{ "signal", N_("wakes when a signal comes") },
		{ "lock", N_("wakes when a lock is free") },
	};
	for (size_t i = 0; on && i < sizeof all / sizeof *all; i++)
		if (!strcmp(on, all[i].on))
			return _(all[i].says);
	return _("waits in the kernel");
}

const char *show_sign(const struct model_task *t)
{
	static const char *const signs[] = {
		[TASK_STARTING] = "·", [TASK_BEFORE] = "●", [TASK_ASLEEP] = "◌", [TASK_AFTER] = "✓",
		[TASK_RUNNING] = "»", [TASK_STOPPED] = "‖", [TASK_ENDED] = "■",
	};
	return t->status == TASK_AFTER && t->call.err ? "×" : signs[t->status];
}

static void show_end(struct buf *out, const struct model_task *t)
{
	if (t->exit_code < 0)
		buf_addf(out, _("ended by %s"), t->exit_signal ? t->exit_signal : "?");
	else
		buf_addf(out, _("ended, status %d"), t->exit_code);
}

void show_status(struct buf *out, const struct model_task *t, bool full)
{
	const char *call = show_call_name(&t->call);
	switch (t->status) {
	case TASK_STARTING: buf_adds(out, _("starting")); break;
	case TASK_BEFORE: buf_addf(out, _("before %s()"), call); break;
	case TASK_ASLEEP:
		buf_addf(out, _("asleep in %s()"), call);
		if (full)
			buf_addf(out, _(": %s"), show_wakes(t->call.asleep_on));
		break;
	case TASK_AFTER:
		buf_addf(out, _("after %s()"), call);
		if (t->call.err)
			buf_addf(out, _(": %s"), t->call.err);
		break;
	case TASK_RUNNING: buf_adds(out, _("computing")); break;
	case TASK_STOPPED: buf_adds(out, _("stopped by a signal")); break;
	case TASK_ENDED: show_end(out, t); break;
	}
}

const char *show_note(const char *id)
{
	static const struct { const char *id, *says; } notes[] = {
		{ "foreign-abi", N_("A call of another kind of program (32-bit) was made. It is not shown.") },
		{ "no-setuid", N_("The set-user-ID bit and file capabilities of a program have no effect here.") },
		{ "io-uring", N_("The program asked for io_uring and was told that there is none: its calls could not be shown.") },
		{ "aio", N_("The program uses io_submit() on a socket. What it reads and writes so is not shown. Time limits of that socket do not wait for you.") },
		{ "call-left", N_("A signal handler jumped out of the call that it broke off. That call has no result.") },
		{ "packets-lost", N_("Some packets came too fast to be seen.") },
		{ "lost-task", N_("A process appeared whose parent ended first. How it was made is not known.") },
		{ "exec-failed", N_("A program could not be started.") },
		{ "output-late", N_("Some output came later than the call that wrote it.") },
		{ "blobs-full", N_("Long data is no longer kept in the log; only its beginning is.") },
		{ "torn-tail", N_("The last line of the log was broken off. It was left out.") },
	};
	size_t n = id ? strcspn(id, "\t") : 0;
	for (size_t i = 0; n && i < sizeof notes / sizeof *notes; i++)
		if (n == strlen(notes[i].id) && !strncmp(id, notes[i].id, n))
			return _(notes[i].says);
	return NULL;
}

const char *show_missing(const struct model *m, int i)
{
	static const struct { const char *part, *says; } missing[] = {
		{ "netns", N_("The programs use this computer's own network, not a private one, and a free port.") },
		{ "veth", N_("There is no cable here: all programs are on one host, which has the addresses of all.") },
		{ "sock_diag", N_("Sockets that no program holds any more (TIME_WAIT) cannot be shown here.") },
		{ "pidns", N_("The programs see this computer's process numbers.") },
		{ "mntns", N_("The programs see this computer's files.") },
	};
	int found = 0;
	for (size_t k = 0; m->stage && k < sizeof missing / sizeof *missing; k++) {
		const struct value *v = value_get(m->stage, missing[k].part);
		if (v && v->i == 0 && found++ == i)
			return _(missing[k].says);
	}
	return found && found == i ? _("This system refuses a part of the stage. See which, and what to do: socktutor doctor") : NULL;
}

static const char *state_by_calls(const char *state)
{
	static const struct { const char *state, *says; } all[] = {
		{ "new", N_("new") }, { "bound", N_("bound") }, { "listening", N_("listening") },
		{ "connecting", N_("connecting") }, { "connected", N_("connected") },
		{ "peer-closed", N_("peer closed") }, { "shut", N_("shut down") }, { "closed", N_("closed") },
	};
	for (size_t i = 0; state && i < sizeof all / sizeof *all; i++)
		if (!strcmp(state, all[i].state))
			return _(all[i].says);
	return state ? state : "?";
}

bool show_is_datagram(const struct model_sock *s)
{
	return text_is(s->type, "SOCK_DGRAM");
}

/* "new" says nothing of a socket without a connection. */
const char *show_state(const struct model_sock *s)
{
	bool plain = text_is(s->state, "new") && show_is_datagram(s);
	return s->kernel ? s->kernel : plain ? "" : state_by_calls(s->state);
}

const char *show_protocol(const struct model_sock *s)
{
	const char *domain = s->domain ? s->domain : "", *type = s->type ? s->type : "";
	bool inet = !strncmp(domain, "AF_INET", 7), stream = !strcmp(type, "SOCK_STREAM"), dgram = !strcmp(type, "SOCK_DGRAM");
	if (inet && stream)
		return "TCP";
	if (inet && dgram)
		return "UDP";
	if (!strcmp(domain, "AF_UNIX"))
		return "Unix";
	return !strncmp(domain, "AF_", 3) ? domain + 3 : "socket";
}

void show_while(struct buf *out, int64_t ns)
{
	double n = (double)ns;
	if (n >= 99.95e9)
		buf_addf(out, "%.0f s", n / 1e9);
	else if (n >= 0.9995e9)
		buf_addf(out, "%.3g s", n / 1e9);
	else if (n >= 0.9995e6)
		buf_addf(out, "%.3g ms", n / 1e6);
	else
		buf_addf(out, "%.3g µs", n / 1e3);
}

void show_timer(struct buf *out, const char *of, int64_t asked)
{
	buf_addf(out, "%s() (", of);
	show_while(out, asked);
	buf_addc(out, ')');
}

void show_due(struct buf *out, const struct model *m)
{
	struct buf timer = BUF_INIT;
	if (!strcmp(m->due.of, "packet")) {
		show_while(&timer, m->due.asked);
		buf_addf(out, _("Nothing else can move. The next step brings the packet that was delayed by %s."), timer.data);
		buf_release(&timer);
		return;
	}
	show_timer(&timer, m->due.of, m->due.asked);
	buf_addf(out, _("Nothing else can move. The next step lets the timer of %s run out."), timer.data);
	buf_release(&timer);
}
