/* SPDX-License-Identifier: GPL-3.0-or-later */
/* biglog FOLDER: writes a log of a million events there, opens it, moves about in it, and prints how long each took. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "engine/log/log.h"
#include "tutor/model/model.h"

enum { EVENTS = 1000000, MOVES = 200 };

static double now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void show(const char *what, double figure, const char *budget)
{
	printf("%-62s %14.2f   %s\n", what, figure, budget);
}

static void must(bool ok, const char *what, const struct err *err)
{
	if (ok)
		return;
	fprintf(stderr, "biglog: %s: %s %s\n", what, err_key(err->id), err->a[1]);
	exit(1);
}

static void append(struct log *log, struct event *e, int64_t step)
{
	struct err err = { 0 };
	e->step = step;
	e->t = step * 1000;
	must(log_append(log, e, &err), "append", &err);
}

/* Steps of a talk between two programs: go, before, after, settled. */
static void write_log(const char *path)
{
	struct err err = { 0 };
	struct arena a;
	struct event e;
	struct log *log = log_new(path, &err);
	must(log != NULL, "new", &err);
	arena_init(&a);
	struct value *args = value_struct(&a, "sendto");
	value_add(&a, args, "sockfd", value_fd(&a, 3));
	value_add(&a, args, "buf", value_bytes(&a, "Hello", 5, 5));
	value_add(&a, args, "len", value_uint(&a, 5, 10));
	struct value *actors = value_list(&a), *actor = value_struct(&a, NULL);
	value_add(&a, actor, "name", value_text(&a, "client", 6));
	value_add(&a, actors, NULL, actor);
	event_init(&e, EVENT_begin);
	e.begin.lesson = e.begin.variant = "";
	e.begin.actors = actors;
	append(log, &e, 0);
	for (int lane = 0; lane < 2; lane++) {
		event_init(&e, EVENT_task);
		e.task.how = "start";
		e.actor = 0;
		e.lane = lane;
		e.tid = e.task.pid = 100 + lane;
		append(log, &e, 0);
	}
	for (int64_t i = 0; log_count(log) < EVENTS; i++) {
		event_init(&e, EVENT_before);
		e.actor = 0;
		e.lane = i % 2;
		e.before.call = "sendto";
		e.before.canon = "send";
		e.before.args = args;
		e.before.file = "client.c";
		e.before.line = 1 + i % 40;
		append(log, &e, 2 * i);
		event_init(&e, EVENT_settled);
		append(log, &e, 2 * i);
		event_init(&e, EVENT_after);
		e.actor = 0;
		e.lane = i % 2;
		e.after.call = "sendto";
		e.after.canon = "send";
		e.after.ret = 5;
		e.after.args = args;
		append(log, &e, 2 * i + 1);
		event_init(&e, EVENT_settled);
		append(log, &e, 2 * i + 1);
	}
	must(log_flush(log, &err), "flush", &err);
	log_free(log);
	arena_release(&a);
}

static long anonymous_kib(void)
{
	char line[256];
	long kib = 0;
	FILE *f = fopen("/proc/self/status", "re");
	while (f && fgets(line, sizeof line, f))
		if (sscanf(line, "RssAnon: %ld", &kib) == 1)
			break;
	if (f)
		fclose(f);
	return kib;
}

int main(int argc, char **argv)
{
	char path[4096];
	struct err err = { 0 };
	bool torn;
	snprintf(path, sizeof path, "%s/big.jsonl", argc > 1 ? argv[1] : ".");
	write_log(path);
	double t0 = now_ms();
	struct log *log = log_open(path, &torn, &err);
	must(log != NULL, "open", &err);
	show("a log of a million events: open (ms)", now_ms() - t0, "<= 1000");
	struct model_store *store = model_store_new(log);
	t0 = now_ms();
	must(model_at(store, log_count(log), &err) != NULL, "end", &err);
	show("a log of a million events: the first move to its end (ms)", now_ms() - t0, "");
	double worst = 0, all = 0;
	srand(1);
	for (int i = 0; i < MOVES; i++) {
		int64_t to = (int64_t)((double)rand() / RAND_MAX * (double)log_count(log));
		t0 = now_ms();
		must(model_at(store, to, &err) != NULL, "move", &err);
		double took = now_ms() - t0;
		worst = took > worst ? took : worst;
		all += took;
	}
	show("a log of a million events: move to any step, mean (ms)", all / MOVES, "");
	show("a log of a million events: move to any step, worst of 200 (ms)", worst, "<= 16");
	show("memory an event, RssAnon (bytes)", (double)anonymous_kib() * 1024 / (double)log_count(log), "<= 256");
	model_store_free(store);
	log_free(log);
	unlink(path);
	return 0;
}
