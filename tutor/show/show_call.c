/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/show/show_call.h"

#include <string.h>

#include "tutor/show/show.h"

const char *show_call_name(const struct model_call *c)
{
	return c->canon ? c->canon : c->call ? c->call : "?";
}

const char *show_kernel_name(const struct model_call *c)
{
	return c->call && c->canon && strcmp(c->call, c->canon) ? c->call : NULL;
}

/* What the C library or Python adds to a call, when it is nothing: NULL, 0, or (sigsetsize) the size of that nothing. */
static const struct { const char *call, *arg, *with; } added[] = {
	{ "sendto", "dest_addr", NULL }, { "sendto", "addrlen", "dest_addr" },
	{ "recvfrom", "src_addr", NULL }, { "recvfrom", "addrlen", "src_addr" },
	{ "accept4", "flags", NULL },
	{ "ppoll", "sigmask", NULL }, { "ppoll", "sigsetsize", "sigmask" },
	{ "pselect6", "sigmask", NULL },
	{ "epoll_pwait", "sigmask", NULL }, { "epoll_pwait", "sigsetsize", "sigmask" },
	{ "epoll_pwait2", "sigmask", NULL }, { "epoll_pwait2", "sigsetsize", "sigmask" },
	{ "clock_nanosleep", "clockid", NULL }, { "clock_nanosleep", "flags", NULL },
	{ "pipe2", "flags", NULL }, { "dup3", "flags", NULL }, { "epoll_create1", "flags", NULL },
};

static bool is_nothing(const struct value *v)
{
	v = value_now(v);
	if (!v)
		return true;
	switch (v->kind) {
	case VALUE_NONE: return true;
	case VALUE_INT: case VALUE_SYM: return v->i == 0;
	case VALUE_UINT: case VALUE_PTR: return v->u == 0;
	case VALUE_FLAGS: return v->u == 0 && !v->rest && !(v->text && *v->text);
	default: return false;
	}
}

bool show_has_arg(const struct model_call *c, const struct value *arg)
{
	for (size_t i = 0; show_kernel_name(c) && arg->name && i < sizeof added / sizeof *added; i++)
		if (!strcmp(c->call, added[i].call) && !strcmp(arg->name, added[i].arg))
			return !is_nothing(added[i].with ? value_get(c->args, added[i].with) : arg);
	return true;
}

void show_call(struct buf *out, const struct model_call *c, bool full)
{
	const struct value *args = value_now(c->args);
	const char *comma = "";
	buf_addf(out, "%s(", full && c->call ? c->call : show_call_name(c));
	for (unsigned i = 0; args && i < args->n; i++) {
		const struct value *v = args->item[i];
		if (!full && !show_has_arg(c, v))
			continue;
		buf_addf(out, "%s%s", comma, v->name ? v->name : "?");
		comma = ", ";
		if (!show_is_known(v))
			continue;
		buf_addc(out, ' ');
		show_value(out, v, full);
	}
	buf_addc(out, ')');
}
