/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/learn/fill.h"

#include <stdio.h>
#include <string.h>

#include "tutor/learn/printable.h"

enum { WORDS_CHARS = 120 };

typedef bool put(const struct scene *s, struct buf *out);

static bool put_text(struct buf *out, const char *text)
{
	if (!text)
		return false;
	printable_add(out, text, strlen(text), WORDS_CHARS);
	return true;
}

static bool put_int(struct buf *out, int64_t n)
{
	buf_addf(out, "%lld", (long long)n);
	return true;
}

static void unix_name(const struct value *path, struct buf *out)
{
	/* an abstract name begins with a NUL: written @name, as in /proc/net/unix */
	bool abstract = path->kind == VALUE_BYTES && path->len && !path->bytes[0];
	if (abstract)
		buf_addc(out, '@');
	if (path->kind == VALUE_BYTES)
		printable_add(out, path->bytes + abstract, path->len - abstract, WORDS_CHARS);
	else
		put_text(out, path->text);
}

static bool put_addr(struct buf *out, const struct value *addr)
{
	const struct value *path = addr && addr->kind == VALUE_STRUCT ? value_get(addr, "sun_path") : NULL;
	if (path) {
		unix_name(path, out);
		return true;
	}
	const char *ip = addr_ip(addr);
	if (!ip || addr_port(addr) < 0)
		return false;
	bool six = strchr(ip, ':');
	buf_addf(out, six ? "[%s]:%d" : "%s:%d", ip, addr_port(addr));
	return true;
}

static void put_items(const struct value *v, struct buf *out)
{
	for (unsigned i = 0; i < v->n && i < 8; i++) {
		if (i)
			buf_adds(out, ", ");
		if (v->item[i]->name)
			buf_addf(out, "%s=", v->item[i]->name);
		value_words(v->item[i], out);
	}
	if (v->n > 8 || v->more)
		buf_adds(out, ", …");
}

void value_words(const struct value *v, struct buf *out)
{
	v = v ? value_now(v) : NULL;
	switch (v ? v->kind : VALUE_NONE) {
	case VALUE_INT:
	case VALUE_FD:
		put_int(out, v->i);
		break;
	case VALUE_UINT:
		buf_addf(out, v->base == 16 ? "0x%llx" : v->base == 8 ? "0%llo" : "%llu", (unsigned long long)v->u);
		break;
	case VALUE_SYM:
		if (!put_text(out, v->text))
			put_int(out, v->i);
		break;
	case VALUE_FLAGS:
		if (v->text && *v->text)
			put_text(out, v->text);
		if (v->rest)
			buf_addf(out, "%s0x%llx", v->text && *v->text ? "|" : "", (unsigned long long)v->rest);
		else if (!v->text || !*v->text)
			buf_addc(out, '0');
		break;
	case VALUE_BYTES:
		printable_add(out, v->bytes, v->len, DATA_CHARS);
		if (v->len < v->total)
			buf_adds(out, "…");
		break;
	case VALUE_TEXT:
	case VALUE_IP:
		put_text(out, v->text);
		break;
	case VALUE_PTR:
		buf_addf(out, v->u ? "0x%llx" : "NULL", (unsigned long long)v->u);
		break;
	case VALUE_STRUCT:
		if (put_addr(out, v))
			break;
		/* fall through */
	case VALUE_LIST:
		put_items(v, out);
		break;
	default:
		break;
	}
}

static bool returned(const struct scene *s)
{
	return s->call && s->moment == MOMENT_AFTER && s->call->returned;
}

static bool put_actor(const struct scene *s, struct buf *out)
{
	return put_text(out, scene_actor(s->model, s->task->actor));
}

static bool put_call(const struct scene *s, struct buf *out)
{
	return s->call && put_text(out, s->call->canon);
}

static bool put_fd(const struct scene *s, struct buf *out)
{
	int fd = scene_fd(s);
	return fd >= 0 && put_int(out, fd);
}

static bool put_newfd(const struct scene *s, struct buf *out)
{
	return returned(s) && !s->call->err && s->call->ret >= 0 && put_int(out, s->call->ret);
}

static bool put_ret(const struct scene *s, struct buf *out)
{
	return returned(s) && put_int(out, s->call->ret);
}

static bool put_in_addr(const struct scene *s, struct buf *out)
{
	return put_addr(out, scene_addr(s, false));
}

static bool put_peer(const struct scene *s, struct buf *out)
{
	return put_addr(out, scene_addr(s, true));
}

/* The port that the call speaks of, else the socket's own. */
static bool put_port(const struct scene *s, struct buf *out)
{
	int port = addr_port(scene_addr(s, false));
	if (port < 0)
		port = s->own ? addr_port(s->own->local) : -1;
	return port >= 0 && put_int(out, port);
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
	return returned(s) && !s->call->err && s->call->ret >= 0 && put_int(out, s->call->ret);
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
		put_int(out, s->own->backlog);
	else
		return false;
	return true;
}

static bool put_errno(const struct scene *s, struct buf *out)
{
	return returned(s) && put_text(out, s->call->err);
}

static bool put_line(const struct scene *s, struct buf *out)
{
	return s->call && s->call->line > 0 && put_int(out, s->call->line);
}

/* With two programs it is clear who the other is. */
static bool put_other(const struct scene *s, struct buf *out)
{
	return s->model->n_actors == 2 && s->task->actor >= 0 && put_text(out, scene_actor(s->model, 1 - s->task->actor));
}

static bool put_local(const struct scene *s, struct buf *out)
{
	return s->own && put_addr(out, s->own->local);
}

static bool put_remote(const struct scene *s, struct buf *out)
{
	return s->own && put_addr(out, s->own->peer);
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
	return s->other_fd && put_text(out, scene_actor(s->model, actor_of(s, s->other_fd->pid)));
}

static bool put_owner_fd(const struct scene *s, struct buf *out)
{
	return s->other_fd && put_int(out, s->other_fd->fd);
}

static bool put_owner_addr(const struct scene *s, struct buf *out)
{
	return s->other && put_addr(out, s->other->local);
}

static bool put_code(const struct scene *s, struct buf *out)
{
	return s->moment == MOMENT_ENDED && s->task->exit_code >= 0 && put_int(out, s->task->exit_code);
}

static bool put_signal(const struct scene *s, struct buf *out)
{
	return put_text(out, s->moment == MOMENT_ENDED ? s->task->exit_signal : s->task->last_signal);
}

static const struct { const char *name; put *put; } places[] = {
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
	{ "code", put_code },         /* exit status */
	{ "signal", put_signal },     /* that ended the program, or was delivered in this step */
};

static put *place(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (strlen(places[i].name) == len && !memcmp(places[i].name, name, len))
			return places[i].put;
	return NULL;
}

bool placeholder_known(const char *name, size_t len)
{
	return place(name, len) != NULL;
}

static bool put_argument(const struct scene *s, const char *name, size_t len, struct buf *out)
{
	char arg[64];
	snprintf(arg, sizeof arg, "%.*s", len < sizeof arg ? (int)len : 0, name);
	const struct value *v = scene_arg(s, arg);
	if (v)
		value_words(v, out);
	return v != NULL;
}

static bool put_name(const struct scene *s, const char *name, size_t len, struct buf *out)
{
	put *known = place(name, len);
	return known ? known(s, out) : put_argument(s, name, len, out);
}

size_t placeholder_at(const char *text, struct placeholder *p)
{
	*p = (struct placeholder){ .name = text + 1 };
	if (text[1] == '{')
		return 2;
	size_t n = strcspn(text + 1, "{}\n");
	if (!n || text[1 + n] != '}')
		return 0;
	const char *bar = memchr(p->name, '|', n);
	p->name_len = bar ? (size_t)(bar - p->name) : n;
	if (bar) {
		p->forms = bar + 1;
		p->forms_len = n - p->name_len - 1;
	}
	return n + 2;
}

/* {ret|byte|bytes}: the word that goes with the number. */
static bool put_plural(const struct scene *s, const struct placeholder *p, struct buf *out)
{
	struct buf number = BUF_INIT;
	const char *bar = memchr(p->forms, '|', p->forms_len);
	bool known = bar && put_name(s, p->name, p->name_len, &number);
	if (known && !strcmp(number.data, "1"))
		buf_add(out, p->forms, (size_t)(bar - p->forms));
	else if (known)
		buf_add(out, bar + 1, (size_t)(p->forms + p->forms_len - bar - 1));
	buf_release(&number);
	return known;
}

bool fill(const struct scene *s, const char *text, struct buf *out)
{
	size_t start = out->len;
	while (*text) {
		struct placeholder p;
		size_t plain = strcspn(text, "{"), n = text[plain] ? placeholder_at(text + plain, &p) : 0;
		buf_add(out, text, plain);
		text += plain;
		if (!*text)
			break;
		bool good = true;
		if (!n || !p.name_len)
			buf_addc(out, '{');
		else
			good = p.forms ? put_plural(s, &p, out) : put_name(s, p.name, p.name_len, out);
		if (!good) {
			out->len = start;
			if (out->size)
				out->data[start] = 0;
			return false;
		}
		text += n ? n : 1;
	}
	return true;
}
