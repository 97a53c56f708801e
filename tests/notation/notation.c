/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A whole call: name, arguments, result. Most calls are their arguments in
 * order; those that strace writes in a way of its own have a function here.
 */
#include "tests/notation/notation.h"

#include <inttypes.h>
#include <string.h>

#include "engine/base/text.h"
#include "tests/notation/notation_write.h"

enum { RESULT_COLUMN = 39 };

const struct value *notation_arg(const struct notation *n, const char *name)
{
	static const struct value none = { .kind = VALUE_NONE };
	const struct value *v = value_get(n->call->args, name);
	return v ? v : &none;
}

static bool failed(const struct notation *n)
{
	return n->call->err != NULL;
}

/* A number that the call reads and writes behind an address. */
static void write_behind(struct notation *n, const struct value *v)
{
	bool pointer = v->kind == VALUE_PTR;
	buf_adds(n->out, pointer ? "" : "[");
	notation_value(n, NULL, v);
	buf_adds(n->out, pointer ? "" : "]");
}

static void write_offset(struct notation *n, const struct value *v)
{
	if (v->kind != VALUE_CHANGE) {
		write_behind(n, v);
		return;
	}
	if (text_is(n->call->name, "sendfile") && !value_equal(v->item[0], v->item[1])) {
		write_behind(n, v->item[0]);
		buf_adds(n->out, " => ");
		write_behind(n, v->item[1]);
	} else {
		write_behind(n, v->item[text_is(n->call->name, "sendfile") ? 1 : 0]);
	}
}

static void write_mmsgs(struct notation *n, const struct value *v, bool received)
{
	if (v->kind != VALUE_LIST) {
		notation_value(n, NULL, v);
		return;
	}
	buf_addc(n->out, '[');
	for (unsigned i = 0; i < v->n; i++) {
		const struct value *len = value_get(v->item[i], "msg_len");
		buf_adds(n->out, i ? ", {msg_hdr=" : "{msg_hdr=");
		notation_msg(n, value_get(v->item[i], "msg_hdr"), received, false);
		if (len)
			buf_addf(n->out, ", msg_len=%" PRIu64, len->u);
		buf_addc(n->out, '}');
	}
	buf_addc(n->out, ']');
}

static void write_set(struct notation *n, const struct value *v)
{
	if (v->kind == VALUE_CHANGE)
		v = v->item[0];
	if (v->kind != VALUE_LIST) {
		notation_value(n, NULL, v);
		return;
	}
	buf_addc(n->out, '[');
	for (unsigned i = 0; i < v->n; i++)
		buf_addf(n->out, "%s%" PRId64, i ? " " : "", v->item[i]->i);
	buf_addc(n->out, ']');
}

static void write_pollfd(struct notation *n, const struct value *v, const char *bits)
{
	const struct value *fd = value_get(v, "fd"), *flags = value_get(v, bits);
	if (!fd)
		return;
	buf_addf(n->out, "{fd=%" PRId64, fd->i);
	if (fd->i >= 0 && flags) {
		buf_adds(n->out, ", ");
		notation_member(n, v, flags);
	}
	buf_addc(n->out, '}');
}

static void write_pollfds(struct notation *n, const struct value *v)
{
	if (v->kind != VALUE_LIST) {
		notation_value(n, NULL, v);
		return;
	}
	buf_addc(n->out, '[');
	for (unsigned i = 0; i < v->n; i++) {
		buf_adds(n->out, i ? ", " : "");
		write_pollfd(n, v->item[i], "events");
	}
	buf_addc(n->out, ']');
}

/* What went in; what came out is told after the result. */
static void write_in(struct notation *n, const struct value *v)
{
	notation_value(n, NULL, v->kind == VALUE_CHANGE ? v->item[0] : v);
}

static void write_ifconf(struct notation *n, const struct value *v)
{
	const struct value *len = value_get(v, "ifc_len"), *buf = value_get(v, "ifc_buf");
	if (!len || !buf) {
		notation_value(n, NULL, v);
		return;
	}
	bool only_out = buf->kind == VALUE_PTR;
	const struct value *sides[2] = { len->kind == VALUE_CHANGE ? len->item[0] : len, value_now(len) };
	buf_adds(n->out, "{ifc_len=");
	for (int i = only_out || sides[0] == sides[1] ? 1 : 0; i < 2; i++) {
		buf_addf(n->out, "%" PRId64, sides[i]->i);
		if (sides[i]->i && sides[i]->i % 40 == 0)
			buf_addf(n->out, " /* %" PRId64 " * sizeof(struct ifreq) */", sides[i]->i / 40);
		buf_adds(n->out, i ? "" : " => ");
	}
	buf_adds(n->out, ", ");
	notation_member(n, v, buf);
	buf_addc(n->out, '}');
}

/* FUTEX_WAKE_OP packs an operation, a comparison and their operands into one number. */
static void write_wake_op(struct notation *n, const struct value *v)
{
	static const char *const ops[] = { "SET", "ADD", "OR", "ANDN", "XOR" }, *const compare[] = { "EQ", "NE", "LT", "LE", "GT", "GE" };
	unsigned op = v->u >> 28 & 7, cmp = v->u >> 24 & 15;
	buf_addf(n->out, "FUTEX_OP_%s<<28|%#x<<12|FUTEX_OP_CMP_%s<<24|%#x", op < 5 ? ops[op] : "?", (unsigned)(v->u >> 12 & 0xfff),
	         cmp < 6 ? compare[cmp] : "?", (unsigned)(v->u & 0xfff));
}

static bool is_wake_op(const struct notation *n)
{
	const char *op = notation_arg(n, "futex_op")->text;
	return op && strncmp(op, "FUTEX_WAKE_OP", 13) == 0;
}

static bool write_arg_of(struct notation *n, const struct value *v)
{
	const char *call = n->call->name, *name = v->name;
	bool get = text_is(call, "getsockopt");
	if (text_is(name, "protocol") && text_is(call, "socketpair"))
		buf_addf(n->out, "%" PRId64, v->i);
	else if (text_is(name, "optname"))
		notation_optname(n, v);
	else if (text_is(name, "optval"))
		notation_optval(n, v, get);
	else if ((text_is(name, "optlen") && get) || (text_is(name, "addrlen") && (v->kind == VALUE_CHANGE || strncmp(call, "get", 3) == 0 ||
	         strncmp(call, "accept", 6) == 0 || text_is(call, "recvfrom"))))
		write_behind(n, v);
	else if (text_is(name, "offset") && text_is(call, "sendfile"))
		write_offset(n, v);
	else if (text_is(name, "off_in") || text_is(name, "off_out"))
		write_offset(n, v);
	else if (text_is(name, "msg"))
		notation_msg(n, v, text_is(call, "recvmsg"), failed(n));
	else if (text_is(name, "msgvec"))
		write_mmsgs(n, v, text_is(call, "recvmmsg"));
	else if (strstr(name, "fds") && strstr(call, "select") && !text_is(name, "nfds"))
		write_set(n, v);
	else if (text_is(name, "fds"))
		write_pollfds(n, v);
	else if (text_is(name, "timeout") || text_is(name, "tmo_p"))
		write_in(n, v);
	else if (text_is(name, "val3") && is_wake_op(n))
		write_wake_op(n, v);
	else if (text_is(name, "argp") && text_is(v->type, "ifconf"))
		write_ifconf(n, v);
	else
		return false;
	return true;
}

static void write_args(struct notation *n)
{
	const struct value *args = n->call->args;
	for (unsigned i = 0; args && i < args->n; i++) {
		const struct value *v = args->item[i];
		buf_adds(n->out, i ? ", " : "");
		if (!v->name || !write_arg_of(n, v))
			notation_value(n, args, v);
	}
}

static void write_named(struct notation *n, const char *label, const char *name, bool first)
{
	const struct value *v = notation_arg(n, name);
	if (v->kind == VALUE_NONE)
		return;
	buf_addf(n->out, "%s%s=", first ? "" : ", ", label);
	notation_value(n, n->call->args, v);
}

static void write_clone(struct notation *n)
{
	write_named(n, "child_stack", "stack", true);
	write_named(n, "flags", "flags", false);
	write_named(n, "parent_tid", "parent_tid", false);
	write_named(n, "tls", "tls", false);
	write_named(n, "child_tidptr", "child_tid", false);
}

static void start_extra(struct notation *n, int *count)
{
	buf_adds(n->out, (*count)++ ? ", " : " (");
}

static void extra_left(struct notation *n, int *count)
{
	const struct value *t = notation_arg(n, "timeout");
	if (t->kind == VALUE_NONE)
		t = notation_arg(n, "tmo_p");
	if (t->kind != VALUE_CHANGE)
		return;
	start_extra(n, count);
	buf_adds(n->out, "left ");
	notation_value(n, NULL, t->item[1]);
}

static void extra_sets(struct notation *n, int *count)
{
	static const char *const names[] = { "readfds", "writefds", "exceptfds" }, *const labels[] = { "in", "out", "except" };
	for (int i = 0; i < 3; i++) {
		const struct value *v = value_now(notation_arg(n, names[i]));
		if (v->kind != VALUE_LIST || !v->n)
			continue;
		start_extra(n, count);
		buf_addf(n->out, "%s [", labels[i]);
		for (unsigned k = 0; k < v->n; k++)
			buf_addf(n->out, "%s%" PRId64, k ? " " : "", v->item[k]->i);
		buf_addc(n->out, ']');
	}
}

static void extra_revents(struct notation *n, int *count)
{
	const struct value *fds = notation_arg(n, "fds");
	int shown = 0;
	for (unsigned i = 0; fds->kind == VALUE_LIST && i < fds->n; i++) {
		const struct value *revents = value_get(fds->item[i], "revents");
		if (!revents || !revents->u)
			continue;
		if (shown++)
			buf_adds(n->out, ", ");
		else
			start_extra(n, count), buf_addc(n->out, '[');
		write_pollfd(n, fds->item[i], "revents");
	}
	if (shown)
		buf_addc(n->out, ']');
}

static bool is_waiting(const char *call)
{
	return text_is(call, "poll") || text_is(call, "ppoll") || text_is(call, "select") || text_is(call, "pselect6");
}

/* What strace tells after the result, in brackets. */
static void write_extra(struct notation *n)
{
	const char *call = n->call->name;
	const struct value *retv = n->call->retv;
	int count = 0;
	if (is_waiting(call) && !n->call->ret) {
		buf_adds(n->out, " (Timeout)");
	} else if (is_waiting(call)) {
		extra_sets(n, &count);
		extra_revents(n, &count);
		extra_left(n, &count);
	} else if (text_is(call, "recvmmsg")) {
		extra_left(n, &count);
	} else if (text_is(call, "fcntl") && retv && retv->kind == VALUE_FLAGS && n->call->ret) {
		buf_addf(n->out, " (flags %s)", retv->text);
	} else if (retv && retv->kind == VALUE_SYM && retv->text) {
		buf_addf(n->out, " (%s)", retv->text);
	}
	if (count)
		buf_addc(n->out, ')');
}

static const char *restart_words(const char *err)
{
	return text_is(err, "ERESTARTSYS") ? "To be restarted if SA_RESTART is set" : text_is(err, "ERESTARTNOINTR") ? "To be restarted" :
	       text_is(err, "ERESTARTNOHAND") ? "To be restarted if no handler" : "Interrupted by signal";
}

static void write_result(struct notation *n)
{
	const struct notation_call *c = n->call;
	if (c->no_result)
		buf_adds(n->out, "?");
	else if (c->err && strncmp(c->err, "ERESTART", 8) == 0 && c->err[8])
		buf_addf(n->out, "? %s (%s)", c->err, restart_words(c->err));
	else if (c->err)
		buf_addf(n->out, "-1 %s (%s)", c->err, strerrordesc_np(c->errn));
	else if (c->retv && c->retv->kind == VALUE_FLAGS)
		buf_addf(n->out, "%#" PRIx64, (uint64_t)c->ret);
	else
		buf_addf(n->out, "%" PRId64, c->ret);
	if (!c->err && !c->no_result)
		write_extra(n);
}

void notation_strace(const struct notation_call *call, const struct notation_options *options, struct buf *out)
{
	struct notation n = { .call = call, .out = out, .hex = options->hex, .strings = options->strings ? options->strings : 32 };
	size_t start = out->len;
	buf_addf(out, "%s(", call->name);
	if (text_is(call->name, "clone"))
		write_clone(&n);
	else
		write_args(&n);
	buf_addc(out, ')');
	while (out->len - start < RESULT_COLUMN)
		buf_addc(out, ' ');
	buf_adds(out, " = ");
	write_result(&n);
}
