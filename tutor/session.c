/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/session.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/base/text.h"
#include "tutor/course/build.h"
#include "tutor/course/recording.h"
#include "tutor/paths.h"

enum { TTY_ROWS = 24, TTY_COLUMNS = 80, ENV_MOST = 1024 };

void session_init(struct session *s, const struct course *course)
{
	*s = (struct session){ .course = course, .sources = BUF_INIT };
}

const struct err *session_log_lost(const struct session *s)
{
	return s->unkept.id != ERR_NONE || !s->log ? &s->unkept : log_lost(s->log);
}

static bool new_log(struct session *s, const char *path, struct err *err)
{
	struct err why;
	s->log = log_new(path, &why);
	if (!s->log && path && s->log_need == LOG_OURS && (s->log = log_new(NULL, err)))
		s->unkept = why;
	else if (!s->log)
		*err = why;
	if (s->log && s->log_need != LOG_MUST)
		log_outlive(s->log);
	return s->log != NULL;
}

/* The last lines go to the file now; whether they could is known only here. */
static struct err how_it_was_kept(const struct session *s)
{
	struct err why = { .id = ERR_NONE };
	if (s->lost.id != ERR_NONE)
		return s->lost;
	if (s->log && log_flush(s->log, &why))
		why = *session_log_lost(s);
	return why;
}

void session_release(struct session *s, const char *why)
{
	if (s->run)
		run_end(s->run, why);
	const struct err lost = how_it_was_kept(s);
	model_store_free(s->store);
	log_free(s->log);
	pcap_free(s->pcap);
	free(s->given);
	buf_release(&s->sources);
	const struct session was = *s;
	session_init(s, was.course);
	s->pcap_path = was.pcap_path;
	s->log_need = was.log_need;
	s->lost = lost;
}

static bool open_store(struct session *s, struct err *err)
{
	s->store = model_store_new(s->log);
	s->pcap = s->pcap_path ? pcap_new(s->pcap_path, s->log, err) : NULL;
	return s->store && (s->pcap || !s->pcap_path);
}

/* What a lesson's programs find in their environment: nothing of the learner's, so that every run is the same. */
static const char *const lesson_env[] = {
	"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/tmp", "LANG=C.UTF-8", "TERM=dumb", "PYTHONPATH=/tmp/.shim",
	"PYTHONDONTWRITEBYTECODE=1", "PYTHONHASHSEED=0", NULL,
};

enum { ARGS_MOST = 16 };

struct program {
	const char *argv[ARGS_MOST];
	char path[256], hash[RECORDING_HASH];
};

static bool is_port(const char *arg)
{
	return strspn(arg, "0123456789") == strlen(arg) && atoi(arg) >= 1024 && atoi(arg) <= 65535;
}

/* The address of one of the lesson's hosts, 10.0.0.N. */
static bool is_host(const struct lesson *lesson, const char *arg)
{
	char *end;
	long n = strncmp(arg, "10.0.0.", 7) ? 0 : strtol(arg + 7, &end, 10);
	return lesson->two_hosts && n >= 1 && n <= lesson->n_programs && !*end;
}

/* port: stands in for the lesson's own, and this computer for all hosts; "" to keep them. */
static void fill_program(struct program *p, const struct lesson *lesson, const struct lesson_program *from, enum variant variant,
			 const char *port)
{
	int n = 0;
	if (variant == VARIANT_PYTHON) {
		p->argv[n++] = "python3";
		p->argv[n++] = from->source[VARIANT_PYTHON];
	} else {
		snprintf(p->path, sizeof p->path, "./%s", from->name);
		p->argv[n++] = p->path;
	}
	for (int i = 0; from->args && from->args[i] && n < ARGS_MOST - 1; i++)
		p->argv[n++] = *port && is_port(from->args[i]) ? port : *port && is_host(lesson, from->args[i]) ? "127.0.0.1" : from->args[i];
	p->argv[n] = NULL;
}

/* Is there a python3 where the lessons look for it? */
static bool has_python(struct err *err)
{
	static const char *const places[] = { "/usr/local/bin/python3", "/usr/bin/python3", "/bin/python3" };
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (access(places[i], X_OK) == 0)
			return true;
	return err_set(err, ERR_NO_PYTHON, ENOENT, NULL, NULL);
}

static bool start_programs(struct session *s, const char *dir, const char *port, struct err *err)
{
	const struct lesson *lesson = s->lesson;
	int n = lesson->n_programs;
	struct program *programs = xcalloc((size_t)n, sizeof *programs);
	struct run_actor *actors = xcalloc((size_t)n, sizeof *actors);
	const char **names = xcalloc((size_t)n, sizeof *names);
	struct buf shim = BUF_INIT;
	char texts[RECORDING_HASH] = "";
	recording_hash_texts(lesson, texts);
	for (int i = 0; i < n; i++) {
		fill_program(&programs[i], lesson, &lesson->programs[i], s->variant, port);
		recording_hash_program(lesson, i, s->variant, programs[i].hash);
		names[i] = lesson->programs[i].name;
		actors[i] = (struct run_actor){
			.name = lesson->programs[i].name, .argv = programs[i].argv, .input = lesson->programs[i].input,
			.source = programs[i].hash,
		};
	}
	struct run_plan plan = {
		.lesson = lesson->id, .variant = s->variant == VARIANT_PYTHON ? "python" : "c", .texts = texts,
		.actors = actors, .n_actors = n, .turns = lesson->turns, .n_turns = lesson->n_turns,
		.stage = { .private_net = lesson->private_net, .hide_files = true, .programs = dir, .shim = path_shim(&shim),
			   .hosts = lesson->two_hosts ? names : NULL, .n_hosts = n },
		.env = lesson_env, .sources = "/tmp/lesson", .rows = TTY_ROWS, .columns = TTY_COLUMNS,
	};
	s->run = run_start(&plan, s->log, err);
	buf_release(&shim);
	free(actors);
	free(programs);
	free(names);
	return s->run != NULL;
}

/* A port of this computer that is free now, as text. */
static bool free_port(char port[8])
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool ok = fd >= 0 && bind(fd, (struct sockaddr *)&a, sizeof a) == 0 &&
		  getsockname(fd, (struct sockaddr *)&a, &len) == 0;
	if (fd >= 0)
		close(fd);
	snprintf(port, 8, "%d", ntohs(a.sin_port));
	return ok;
}

/*
 * On the computer's own network the lesson's port may be taken, if only by the
 * last run's connection, which the kernel keeps for a minute (TIME_WAIT).
 */
static bool start_lesson(struct session *s, const char *dir, const char *log_path, struct err *err)
{
	char port[8] = "";
	if (!start_programs(s, dir, port, err))
		return false;
	if (!s->lesson->private_net || !run_stage(s->run)->refused[PART_NETNS] || !free_port(port))
		return true;
	run_end(s->run, "restart");
	s->run = NULL;
	log_free(s->log);
	return new_log(s, log_path, err) && start_programs(s, dir, port, err);
}

/* Errors that mean "not on this system", for which the recording is the answer. */
static bool is_refusal(const struct err *err)
{
	return err->id == ERR_PTRACE_REFUSED || err->id == ERR_SECCOMP_REFUSED || err->id == ERR_STAGE ||
	       err->id == ERR_NO_PYTHON || err->id == ERR_NO_COMPILER || err->id == ERR_CABLE_REFUSED;
}

static bool open_recording(struct session *s, struct err *err)
{
	struct buf path = BUF_INIT;
	struct err cannot;
	s->log = log_open(recording_path(s->lesson, s->variant, &path), &s->torn, &cannot);
	buf_release(&path);
	if (!s->log)
		return err_set(err, ERR_NO_RECORDING, 0, s->lesson->id, NULL);
	s->recorded = true;
	s->unkept = (struct err){ .id = ERR_NONE };
	return open_store(s, err);
}

/* A lesson that orders packets about is told from its recording where it cannot have a cable. */
static bool has_its_cable(struct session *s, struct err *err)
{
	if (!s->lesson->needs_cable || run_has_cable(s->run))
		return true;
	run_end(s->run, "quit");
	s->run = NULL;
	return err_set(err, ERR_CABLE_REFUSED, 0, NULL, NULL);
}

bool session_lesson(struct session *s, const struct lesson *lesson, enum variant variant, const char *log_path, struct err *err)
{
	struct buf dir = BUF_INIT, prebuilt = BUF_INIT;
	s->lesson = lesson;
	s->variant = variant;
	buf_clear(&s->sources);
	buf_adds(&s->sources, lesson->dir);
	bool ok = new_log(s, log_path, err) && (variant != VARIANT_PYTHON || has_python(err)) && build_lesson(lesson, variant, path_prebuilt(&prebuilt), &dir, err) &&
		  start_lesson(s, dir.data, log_path, err) && has_its_cable(s, err);
	buf_release(&dir);
	buf_release(&prebuilt);
	if (ok)
		return open_store(s, err);
	if (!s->log || !is_refusal(err))
		return false;
	s->why = *err;
	log_free(s->log);
	s->log = NULL;
	return open_recording(s, err);
}

/* The user's environment with the Python shim in front. Caller frees the array and its first item. */
static const char **watch_env(const char *shim)
{
	extern char **environ;
	const char **env = xcalloc(ENV_MOST + 2, sizeof *env);
	struct buf path = BUF_INIT;
	const char *old = getenv("PYTHONPATH");
	buf_addf(&path, "PYTHONPATH=%s%s%s", shim, old ? ":" : "", old ? old : "");
	int n = 0;
	env[n++] = buf_steal(&path);
	for (char **e = environ; *e && n < ENV_MOST; e++)
		if (strncmp(*e, "PYTHONPATH=", 11) != 0)
			env[n++] = *e;
	return env;
}

static bool is_taken(char *const *names, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		if (text_is(names[i], name))
			return true;
	return false;
}

/* Programs of one name are told apart by a number: client, client-2. */
static char *name_for(char *const *names, int n, const char *path)
{
	struct buf b = BUF_INIT;
	buf_adds(&b, path_base(path));
	for (int k = 2; is_taken(names, n, b.data); k++) {
		buf_clear(&b);
		buf_addf(&b, "%s-%d", path_base(path), k);
	}
	char *name = xstrdup(b.data);
	buf_release(&b);
	return name;
}

bool session_watch(struct session *s, char *const *const *argvs, int n, unsigned flags, const char *log_path, struct err *err)
{
	struct run_actor *actors = xcalloc((size_t)n, sizeof *actors);
	char **names = xcalloc((size_t)n, sizeof *names);
	struct buf shim = BUF_INIT;
	for (int i = 0; i < n; i++) {
		names[i] = name_for(names, i, argvs[i][0]);
		actors[i] = (struct run_actor){ .name = names[i], .argv = (const char *const *)argvs[i] };
	}
	const char **env = watch_env(path_shim(&shim));
	s->argvs = argvs, s->n_argvs = n, s->watch = flags;
	struct run_plan plan = {
		.lesson = "", .variant = "", .actors = actors, .n_actors = n,
		.stage = { .private_net = flags & WATCH_ON_STAGE, .as_is = !(flags & WATCH_ON_STAGE),
			   .hosts = flags & WATCH_HOSTS ? (const char *const *)names : NULL, .n_hosts = n }, .no_lines = flags & WATCH_NO_LINES,
		.results = flags & WATCH_RESULTS, .real_time = flags & WATCH_REAL_TIME, .env = env,
		.rows = TTY_ROWS, .columns = TTY_COLUMNS,
	};
	s->run = new_log(s, log_path, err) ? run_start(&plan, s->log, err) : NULL;
	free((char *)env[0]);
	free(env);
	buf_release(&shim);
	free(actors);
	for (int k = 0; k < n; k++)
		free(names[k]);
	free(names);
	return s->run && open_store(s, err);
}

bool session_restart(struct session *s, const char *log_path, struct err *err)
{
	const struct session was = *s;
	session_release(s, "restart");
	return was.argvs ? session_watch(s, was.argvs, was.n_argvs, was.watch, log_path, err) :
			   session_lesson(s, was.lesson, was.variant, log_path, err);
}

bool session_replay(struct session *s, const char *path, struct err *err)
{
	s->log = log_open(path, &s->torn, err);
	if (!s->log || !open_store(s, err))
		return false;
	const struct model *m = model_at(s->store, log_count(s->log) ? 1 : 0, err);
	if (!m)
		return false;
	if (m->lesson && *m->lesson)
		s->lesson = course_find(s->course, m->lesson);
	s->variant = text_is(m->variant, "python") ? VARIANT_PYTHON : VARIANT_C;
	if (s->lesson)
		buf_adds(&s->sources, s->lesson->dir);
	return true;
}

const struct model *session_model(struct session *s, struct err *err)
{
	return model_at(s->store, s->cursor, err);
}

bool session_at_end(const struct session *s)
{
	return s->cursor >= log_count(s->log);
}

void session_to_end(struct session *s)
{
	s->cursor = log_count(s->log);
}

bool session_back(struct session *s)
{
	int64_t to = model_back(s->store, s->cursor);
	if (to < 0)
		return false;
	s->cursor = to;
	return true;
}

bool session_forward(struct session *s)
{
	int64_t to = model_forward(s->store, s->cursor);
	if (to < 0)
		return false;
	s->cursor = to;
	return true;
}

bool session_go(struct session *s, int lane, enum run_how how, struct err *err)
{
	if (!s->run)
		return err_set(err, ERR_NO_TASK, 0, NULL, NULL);
	lane = lane < 0 ? run_next(s->run) : lane;
	const struct model *m = how == RUN_CALL && s->lesson && s->lesson->has_orders ? model_at(s->store, log_count(s->log), err) : NULL;
	if (m && orders_after(s->lesson, m, lane))
		how = RUN_MOMENT;   /* the lesson does something there */
	return run_go(s->run, lane, how, err);
}

bool session_fault(struct session *s, int lane, const struct run_fault_order *order, struct err *err)
{
	if (!s->run || !session_at_end(s))
		return err_set(err, ERR_NO_TASK, 0, NULL, NULL);
	return run_fault(s->run, lane, order, err);
}

bool session_can_go(const struct session *s)
{
	struct run_timer timer;
	return s->run && (run_next(s->run) >= 0 || run_timer(s->run, &timer));
}
