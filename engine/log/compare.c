/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Events as text without what differs from run to run. What is replaced is listed
 * in tables here; all else, order included, counts.
 *
 * Descriptors' owners and tasks are told by lane. Ports the kernel chose get
 * numbers as they appear; in program text too, once the number was seen in an
 * address (a server that prints its client's port).
 */
#include "engine/log/compare.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/text.h"
#include "engine/base/utf8.h"

enum { PORT_FIRST = 32768, PORT_LAST = 60999, DEPTH = 64 };

struct pid_lane { int64_t pid; int lane; };

struct masker {
	const struct log *log;        /* where blobs are; may be NULL: then heads are compared */
	unsigned short port[PORT_LAST - PORT_FIRST + 1];   /* number given to a port; 0: none yet */
	unsigned short ports;
	struct pid_lane *pids;        /* as the tutor and as the program see them */
	int64_t settled;              /* the last step that did */
	int n, room;
};

struct masker *masker_new(void)
{
	struct masker *m = xcalloc(1, sizeof *m);
	m->settled = -1;
	return m;
}

void masker_free(struct masker *m)
{
	if (m)
		free(m->pids);
	free(m);
}

static void learn_pid(struct masker *m, int64_t pid, int64_t lane)
{
	if (pid <= 0)
		return;
	if (m->n == m->room) {
		m->room = m->room ? 2 * m->room : 8;
		m->pids = xrealloc(m->pids, (size_t)m->room * sizeof *m->pids);
	}
	m->pids[m->n++] = (struct pid_lane){ pid, (int)lane };
}

/* Newest first: a pid may be used again. */
static void say_pid(const struct masker *m, int64_t pid, struct buf *out)
{
	for (int i = m->n; i-- > 0;)
		if (m->pids[i].pid == pid) {
			buf_addf(out, "P%d", m->pids[i].lane);
			return;
		}
	buf_adds(out, pid > 0 ? "P" : pid < 0 ? "P-" : "P0");
}

static bool chosen_by_kernel(int64_t port)
{
	return port >= PORT_FIRST && port <= PORT_LAST;
}

static void say_port(struct masker *m, int64_t port, struct buf *out)
{
	if (!chosen_by_kernel(port)) {
		buf_addf(out, "%lld", (long long)port);
		return;
	}
	if (!m->port[port - PORT_FIRST])
		m->port[port - PORT_FIRST] = ++m->ports;
	buf_addf(out, "PORT%d", m->port[port - PORT_FIRST]);
}

static const char *const home_folders[] = { "/tmp/", "/home/", "/root/", "/var/tmp/", "/dev/shm/", "/run/user/", NULL };

static bool in_home(const char *path)
{
	const char *home = getenv("HOME");
	size_t n = home ? strlen(home) : 0;
	for (int i = 0; home_folders[i]; i++)
		if (!strncmp(path, home_folders[i], strlen(home_folders[i])))
			return true;
	return n > 1 && !strncmp(path, home, n) && path[n] == '/';
}

static void say_text(const char *text, struct buf *out)
{
	if (in_home(text)) {
		buf_adds(out, "HOME/");
		text = strrchr(text, '/') + 1;
	}
	utf8_show(out, text, strlen(text), 0);
}

/* The number of five digits at s, if they stand alone; 0 if not. */
static int port_at(const char *s, size_t n, size_t i)
{
	int port = 0;
	if (i + 5 > n || (i && s[i - 1] >= '0' && s[i - 1] <= '9') || (i + 5 < n && s[i + 5] >= '0' && s[i + 5] <= '9'))
		return 0;
	for (size_t k = i; k < i + 5; k++) {
		if (s[k] < '0' || s[k] > '9')
			return 0;
		port = 10 * port + (s[k] - '0');
	}
	return port;
}

static void say_bytes(struct masker *m, const char *s, size_t n, struct buf *out)
{
	size_t done = 0;
	for (size_t i = 0; i + 5 <= n; i++) {
		int port = port_at(s, n, i);
		if (!chosen_by_kernel(port) || !m->port[port - PORT_FIRST])
			continue;
		utf8_show(out, s + done, i - done, 0);
		say_port(m, port, out);
		done = i + 5;
	}
	utf8_show(out, s + done, n - done, 0);
}

static void say_buffer(struct masker *m, const struct value *v, struct buf *out)
{
	struct buf all = BUF_INIT;
	if (!m->log || !v->blob || !log_bytes(m->log, v, &all, NULL)) {
		buf_clear(&all);
		buf_add(&all, v->bytes, v->len);
	}
	buf_addf(out, "%zu:\"", v->total);
	say_bytes(m, all.data, all.len, out);
	buf_adds(out, v->more ? "\"..." : "\"");
	buf_release(&all);
}

static const char *const port_names[] = { "sin_port", "sin6_port", NULL };
static const char *const pid_names[] = {
	"pid", "tgid", "tid", "ppid", "si_pid", "l_pid", "child_tid", "parent_tid", "parent_tidptr", "child_tidptr", NULL
};
/* Fields of structs that measure time or this machine, and so never come out the same. */
static const char *const time_names[] = {
	"tcpi_rto", "tcpi_ato", "tcpi_rtt", "tcpi_rttvar", "tcpi_rcv_rtt", "tcpi_min_rtt", "tcpi_last_data_sent",
	"tcpi_last_ack_sent", "tcpi_last_data_recv", "tcpi_last_ack_recv", "tcpi_pacing_rate", "tcpi_max_pacing_rate",
	"tcpi_delivery_rate", "tcpi_busy_time", "tcpi_rwnd_limited", "tcpi_sndbuf_limited", "tcpi_rcv_space", "stx_atime",
	"expires", "retransmits", "unacked", "mss", "rcv_wnd", "snd_wnd", "memory", "send_memory", "stx_mtime", "stx_ctime", "st_atim", "st_mtim", "st_ctim", "si_utime", "si_stime", NULL
};
static const char *const time_types[] = { "timeval", "timespec", "itimerval", "itimerspec", "rusage", NULL };

static void say_value(struct masker *m, const struct value *v, bool result, int depth, struct buf *out);

static void say_number(struct masker *m, const struct value *v, struct buf *out)
{
	const char *name = v->name ? v->name : "";
	if (text_in(name, port_names))
		say_port(m, v->i, out);
	else if (text_in(name, pid_names))
		say_pid(m, v->i, out);
	else if (v->kind == VALUE_UINT)
		buf_addf(out, v->base == 16 ? "%#llx" : v->base == 8 ? "%#llo" : "%llu", (unsigned long long)v->u);
	else
		buf_addf(out, "%lld", (long long)v->i);
}

static void say_items(struct masker *m, const struct value *v, bool result, int depth, struct buf *out)
{
	for (unsigned i = 0; i < v->n; i++) {
		if (i)
			buf_adds(out, ", ");
		if (v->item[i]->name && v->kind == VALUE_STRUCT) {
			utf8_show(out, v->item[i]->name, strlen(v->item[i]->name), 0);
			buf_addc(out, '=');
		}
		say_value(m, v->item[i], result, depth + 1, out);
	}
	if (v->more)
		buf_adds(out, ", ...");
}

static void say_struct(struct masker *m, const struct value *v, bool result, int depth, struct buf *out)
{
	if (v->type)
		utf8_show(out, v->type, strlen(v->type), 0);
	buf_addc(out, '{');
	if (result && text_in(v->type, time_types))
		buf_adds(out, "TIME");
	else
		say_items(m, v, result, depth, out);
	buf_addc(out, '}');
}

static void say_name(const struct value *v, struct buf *out)
{
	if (v->text)
		utf8_show(out, v->text, strlen(v->text), 0);
	else
		buf_addf(out, "%lld", (long long)v->i);
	if (v->rest)
		buf_addf(out, "|%#llx", (unsigned long long)v->rest);
}

/* result: it came from the kernel, so a time in it is a measured one, not one that was asked for. */
static void say_value(struct masker *m, const struct value *v, bool result, int depth, struct buf *out)
{
	if (depth > DEPTH || text_in(v->name, time_names)) {
		buf_adds(out, depth > DEPTH ? "..." : "TIME");
		return;
	}
	switch (v->kind) {
	case VALUE_NONE:   buf_adds(out, "?"); break;
	case VALUE_INT:
	case VALUE_UINT:   say_number(m, v, out); break;
	case VALUE_FD:     buf_addf(out, "fd %lld", (long long)v->i); break;
	case VALUE_SYM:
	case VALUE_FLAGS:  say_name(v, out); break;
	case VALUE_BYTES:  say_buffer(m, v, out); break;
	case VALUE_TEXT:   buf_addc(out, '"'); say_text(v->text ? v->text : "", out); buf_addc(out, '"'); break;
	case VALUE_IP:     say_text(v->text ? v->text : "", out); break;
	case VALUE_PTR:    buf_adds(out, v->u ? "PTR" : "NULL"); break;
	case VALUE_LIST:   buf_addc(out, '['); say_items(m, v, result, depth, out); buf_addc(out, ']'); break;
	case VALUE_STRUCT: say_struct(m, v, result, depth, out); break;
	case VALUE_CHANGE:
		say_value(m, v->item[0], result, depth + 1, out);
		buf_adds(out, " => ");
		say_value(m, v->item[1], true, depth + 1, out);
		break;
	}
}

/* Calls whose result is a process id. */
static const char *const pid_calls[] = {
	"fork", "vfork", "clone", "clone3", "wait4", "waitid", "getpid", "getppid", "gettid", "getpgrp", "getpgid", "setsid",
	"getsid", "set_tid_address", NULL
};

static const char *const time_calls[] = { "time", "times", "alarm", NULL };

/* How a field is said; the order is that of `rules`, the first that fits counts. */
enum rule { PLAIN, DROP, PID, PATH, RESULT };

static const struct { enum event_type type; const char *field; enum rule rule; } rules[] = {
	{ EVENT_begin, "tutor", DROP }, { EVENT_begin, "real", DROP }, { EVENT_begin, "system", DROP }, { EVENT_begin, "stage", DROP },
	{ EVENT_task, "pid", PID }, { EVENT_task, "ipid", PID }, { EVENT_fd, "pid", PID }, { EVENT_signal, "from", PID },
	{ EVENT_packet, "at", DROP }, { EVENT_packet, "len", DROP }, { EVENT_packet, "window", DROP }, { EVENT_packet, "bytes", DROP },
	{ EVENT_timer, "clock", DROP }, { EVENT_asleep, "wchan", DROP }, { EVENT_before, "nr", DROP }, { EVENT_exec, "path", PATH }, { EVENT_after, "ret", RESULT },
};

static enum rule rule_of(enum event_type type, const char *field)
{
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (rules[i].type == type && !strcmp(rules[i].field, field))
			return rules[i].rule;
	return PLAIN;
}

static bool is_pid_call(const struct event *e)
{
	return e->type == EVENT_after && text_in(e->after.call, pid_calls);
}

/* A result that is an address in memory (mmap, brk) is one beyond any number a call returns else. */
static bool is_address(int64_t ret)
{
	return ret > UINT32_MAX;
}

static void say_int(struct masker *m, const struct event *e, const char *field, int64_t i, struct buf *out)
{
	enum rule rule = rule_of(e->type, field);
	if (rule == DROP)
		return;
	buf_addf(out, " %s=", field);
	if (rule == PID || (rule == RESULT && i > 0 && is_pid_call(e)))
		say_pid(m, i, out);
	else if (rule == RESULT && text_in(e->after.call, time_calls))
		buf_adds(out, "TIME");
	else if (rule == RESULT && is_address(i))
		buf_adds(out, "PTR");
	else
		buf_addf(out, "%lld", (long long)i);
}

static void say_str(const struct event *e, const char *field, const char *s, struct buf *out)
{
	enum rule rule = rule_of(e->type, field);
	if (!s || rule == DROP)
		return;
	buf_addf(out, " %s=", field);
	if (rule == PATH)
		say_text(s, out);
	else
		utf8_show(out, s, strlen(s), 0);
}

static bool has_flag(const struct value *args, const char *name, const char *flag)
{
	const struct value *v = value_get(args, name);
	return v && v->text && strstr(v->text, flag);
}

/* The time in these arguments is a moment of a clock, not a while. */
static bool has_moment(const struct value *args)
{
	return args->kind == VALUE_STRUCT && (has_flag(args, "flags", "TIMER_ABSTIME") || has_flag(args, "futex_op", "FUTEX_WAIT_BITSET"));
}

static void say_val(struct masker *m, const struct event *e, const char *field, const struct value *v, struct buf *out)
{
	if (!v || rule_of(e->type, field) == DROP)
		return;
	buf_addf(out, " %s=", field);
	if (!strcmp(field, "retv") && (v->kind == VALUE_INT || v->kind == VALUE_UINT) && is_pid_call(e))
		say_pid(m, v->i, out);
	else
		say_value(m, v, e->type == EVENT_after || has_moment(v), 0, out);   /* what was asked for, `before` has told */
}

/* A socket's windows and the like are told by an event of their own. */
static bool only_measures(const struct event *e)
{
	const struct event_socket *s = &e->socket;
	return e->type == EVENT_socket && s->info && !s->kernel && !s->state && !s->local && !s->peer && !s->domain && !s->gone &&
	       s->recvq == -1 && s->sendq == -1;
}

/* The kernel's own timers end when they do, between the steps or in one: nothing that was done made it so. */
static bool time_did_it(struct masker *m, const struct event *e)
{
	bool again = e->type == EVENT_settled && e->step == m->settled;
	if (e->type == EVENT_settled)
		m->settled = e->step;
	return again || only_measures(e) || (e->type == EVENT_socket && text_is(e->socket.why, "timer"));
}

void masker_line(struct masker *m, const struct event *e, struct buf *out)
{
	if (time_did_it(m, e))
		return;
	if (e->type == EVENT_task) {
		learn_pid(m, e->tid, e->lane);
		learn_pid(m, e->itid, e->lane);
	}
	buf_addf(out, "%s step=%lld", event_name(e->type), (long long)e->step);
	if (e->actor >= 0)
		buf_addf(out, " actor=%lld", (long long)e->actor);
	if (e->lane >= 0)
		buf_addf(out, " lane=%lld", (long long)e->lane);
#define EVENT(name, class, doc) if (e->type == EVENT_##name) {
#define INT(name, field, doc) say_int(m, e, #field, e->name.field, out);
#define REF(name, field, doc) say_int(m, e, #field, e->name.field, out);
#define STR(name, field, doc) say_str(e, #field, e->name.field, out);
#define VAL(name, field, doc) say_val(m, e, #field, e->name.field, out);
#define END(name) }
#include "engine/log/event.def"
}

/* One side of a comparison. */
struct side {
	const struct log *log;
	struct masker *m;
	int64_t i;           /* the event the line is of; log_count at the end */
	struct buf line;
	struct arena a;
};

static void side_init(struct side *s, const struct log *log)
{
	*s = (struct side){ .log = log, .m = masker_new(), .i = -1 };
	s->m->log = log;
	buf_init(&s->line);
	arena_init(&s->a);
}

static void side_release(struct side *s)
{
	masker_free(s->m);
	buf_release(&s->line);
	arena_release(&s->a);
}

static bool counts(enum event_type type)
{
	if (type == EVENT_blob)
		return false;
	return event_class_of(type) == OBSERVATION || type == EVENT_go || type == EVENT_input;
}

static bool at_end(const struct side *s)
{
	return s->i >= log_count(s->log);
}

/* The next line that counts; false: there is none. A line that cannot be read is like no other. */
static bool next(struct side *s)
{
	struct event e;
	bool read = true;
	buf_clear(&s->line);
	for (s->i++; !at_end(s) && read && !s->line.len; s->i += read && !s->line.len) {
		arena_clear(&s->a);
		read = !counts(log_type(s->log, s->i)) || log_get(s->log, s->i, &e, &s->a, NULL);
		if (read && counts(log_type(s->log, s->i)))
			masker_line(s->m, &e, &s->line);
	}
	return !at_end(s);
}

int64_t log_differs(const struct log *a, const struct log *b)
{
	struct side x, y;
	int64_t result = -1;
	side_init(&x, a);
	side_init(&y, b);
	for (;;) {
		bool more_x = next(&x), more_y = next(&y);
		if (!more_x || !more_y) {
			result = more_x == more_y ? -1 : -2;
			break;
		}
		if (!x.line.len || strcmp(x.line.data, y.line.data)) {
			result = x.i;
			break;
		}
	}
	side_release(&x);
	side_release(&y);
	return result;
}
