/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/learn/scene.h"

#include <string.h>

#include "engine/base/text.h"
#include "engine/decode/addr.h"

static enum moment moment_of(const struct model_task *t)
{
	switch (t->status) {
	case TASK_BEFORE:
		return MOMENT_BEFORE;
	case TASK_ASLEEP:
		return MOMENT_ASLEEP;
	case TASK_AFTER:
		return MOMENT_AFTER;
	case TASK_ENDED:
		return MOMENT_ENDED;
	case TASK_RUNNING:
	case TASK_STOPPED:
		return t->call.returned ? MOMENT_AFTER : t->call.canon ? MOMENT_BEFORE : MOMENT_ANY;
	default:
		return MOMENT_ANY;
	}
}

bool scene_init(struct scene *s, const struct model *model, int lane)
{
	*s = (struct scene){ .model = model, .variant = -1, .cause.step = -1 };
	if (lane < 0 || lane >= model->n_tasks)
		return false;
	s->task = &model->tasks[lane];
	s->moment = moment_of(s->task);
	s->call = s->task->call.canon && s->moment != MOMENT_ENDED ? &s->task->call : NULL;
	s->variant = model->variant ? variant_of(model->variant) : -1;
	if (s->call)
		s->own = scene_sock(model, s->task->pid, scene_fd(s));
	return s->moment == MOMENT_ENDED || (s->call && s->moment != MOMENT_ANY);
}

bool scene_failed(const struct scene *s)
{
	return s->call && s->moment == MOMENT_AFTER && s->call->err && !s->call->restart;
}

/* Under its own name or its canonical one. */
static bool call_in(const struct model_call *call, const char *const *list)
{
	return text_in(call->canon, list) || text_in(call->call, list);
}

static int64_t number(const struct value *v)
{
	return !v ? -1 : v->kind == VALUE_UINT ? (int64_t)v->u : v->kind == VALUE_INT ? v->i : -1;
}

int64_t scene_asked(const struct scene *s)
{
	const struct value *len = scene_arg(s, "len");
	return number(len ? len : scene_arg(s, "count"));
}

bool scene_datagram(const struct scene *s)
{
	return s->own && s->own->type && !strncmp(s->own->type, "SOCK_DGRAM", 10);
}

bool scene_unusual(const struct scene *s)
{
	static const char *const readers[] = { "recv", "recvfrom", "recvmsg", "read", "readv", "preadv", NULL };
	static const char *const writers[] = { "send", "sendto", "write", NULL };
	int64_t asked = scene_asked(s);
	if (!s->call || s->moment != MOMENT_AFTER || s->call->err)
		return false;
	if (text_in(s->call->canon, readers))
		return !s->call->ret && asked && !scene_datagram(s);
	return text_in(s->call->canon, writers) && asked > s->call->ret;
}

static bool result_fits(const struct scene *s, const struct when *w)
{
	if (s->moment != MOMENT_AFTER)
		return !w->has_ret && !w->errnos;
	if (s->call->restart)
		return w->states && text_in("restarting", w->states);
	if (w->errnos)
		return text_in(s->call->err, w->errnos) && (!w->has_ret || w->ret == -1);
	if (w->has_ret)
		return w->ret == s->call->ret;
	return !s->call->err;
}

bool scene_fits(const struct scene *s, const struct when *w)
{
	if (w->moment != MOMENT_ANY && w->moment != s->moment)
		return false;
	if (w->variant >= 0 && w->variant != s->variant)
		return false;
	const char *actor = scene_actor(s->model, s->task->actor);
	if (w->actor && (!actor || strcmp(w->actor, actor)))
		return false;
	if (!s->call)
		return !w->calls && !w->errnos && !w->has_ret && !w->nth;
	if (w->calls && !call_in(s->call, w->calls))
		return false;
	if (w->nth && w->nth != s->call->nth)
		return false;
	return result_fits(s, w);
}

const struct value *scene_arg(const struct scene *s, const char *name)
{
	const struct value *v = s->call && s->call->args ? value_get(s->call->args, name) : NULL;
	v = v ? value_now(v) : NULL;
	return v && v->kind != VALUE_NONE ? v : NULL;
}

int scene_fd(const struct scene *s)
{
	static const char *const names[] = { "sockfd", "fd", "epfd", "oldfd" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const struct value *v = scene_arg(s, names[i]);
		if (v && (v->kind == VALUE_FD || v->kind == VALUE_INT))
			return (int)v->i;
	}
	return -1;
}

const struct value *scene_addr(const struct scene *s, bool out)
{
	static const char *const in_calls[] = { "bind", "connect", "sendto", NULL };
	static const char *const names[] = { "addr", "dest_addr", "src_addr" };
	if (!s->call || call_in(s->call, in_calls) == out || (out && s->moment != MOMENT_AFTER))
		return NULL;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const struct value *v = scene_arg(s, names[i]);
		if (v && v->kind == VALUE_STRUCT)
			return v;
	}
	return NULL;
}

const struct model_sock *scene_sock(const struct model *m, int64_t pid, int fd)
{
	for (int i = 0; fd >= 0 && i < m->n_fds; i++) {
		const struct model_fd *f = &m->fds[i];
		if (f->pid == pid && f->fd == fd && f->sock > 0 && f->sock <= m->n_socks)
			return &m->socks[f->sock - 1];
	}
	return NULL;
}

const char *scene_actor(const struct model *m, int actor)
{
	return actor >= 0 && actor < m->n_actors ? m->actors[actor].name : NULL;
}

int scene_host_of(const struct model *m, int actor)
{
	return actor >= 0 && actor < m->n_actors && m->actors[actor].address ? m->actors[actor].host : -1;
}

int scene_host(const struct scene *s)
{
	bool own = s->call && !strcmp(s->call->canon, "bind");
	const char *ip = own ? NULL : addr_ip(scene_addr(s, false));
	for (int i = 0; ip && i < s->model->n_actors; i++)
		if (text_is(s->model->actors[i].address, ip))
			return s->model->actors[i].host;
	own = !ip || !strncmp(ip, "127.", 4) || !strcmp(ip, "::1") || ip_is_any(ip);
	return own ? scene_host_of(s->model, s->task->actor) : -1;
}
