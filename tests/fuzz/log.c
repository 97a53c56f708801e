/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as a saved log: opened, every event read, skimmed, written again and read again, masked, folded into a
 * model at several cursors, explained (by the rules of lessons/, when run from the source tree), compared with itself.
 * What is read must survive writing; nothing may crash.
 *
 * With libFuzzer:  make fuzz-log CC=clang FUZZER=1     Without: fuzz-log FILE…, or FUZZ_SECONDS=N fuzz-log to make up its own.
 */
#include <assert.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/log/compare.h"
#include "tests/fuzz/drive.h"
#include "tutor/learn/explain.h"
#include "tutor/model/model.h"

static void all_bytes_of(const struct log *log, const struct value *v)
{
	struct buf b = BUF_INIT;
	log_bytes(log, v, &b, NULL);
	buf_release(&b);
	for (unsigned i = 0; i < v->n; i++)
		all_bytes_of(log, v->item[i]);
}

static void one_event(const struct log *log, int64_t i, struct masker *m)
{
	struct arena a;
	struct event e, back;
	struct buf one = BUF_INIT, two = BUF_INIT;
	struct err err;
	arena_init(&a);
	bool skimmed = log_skim(log, i, &e, &a, &err);
	if (log_get(log, i, &e, &a, &err)) {
		assert(skimmed);
		event_write(&e, &one);
		assert(event_read(&back, one.data, one.len, &a, &err));
		event_write(&back, &two);
		assert(one.len == two.len && !memcmp(one.data, two.data, one.len));
		masker_line(m, &e, &one);
		if (e.type == EVENT_after && e.after.args)
			all_bytes_of(log, e.after.args);
		if (e.type == EVENT_output && e.output.bytes)
			all_bytes_of(log, e.output.bytes);
	}
	buf_release(&one);
	buf_release(&two);
	arena_release(&a);
}

static void explain(const struct model *m)
{
	static struct course *course;
	struct explanation x;
	struct err err;
	if (!course)
		course = course_open("lessons", &err);
	explanation_init(&x);
	for (int lane = 0; m && lane < m->n_tasks; lane++)
		explain_task(course, NULL, m, lane, &x);
	explanation_release(&x);
}

static void models(const struct log *log)
{
	struct model_store *s = model_store_new(log);
	struct err err;
	int64_t n = log_count(log);
	model_at(s, n, &err);
	model_show_all(s, true);
	for (int64_t i = 0; i <= n; i += 1 + n / 8)
		explain(model_at(s, n - i, &err));
	model_back(s, n);
	model_forward(s, 0);
	model_store_free(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char path[64];
	bool torn;
	struct err err;
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	if (fd < 0 || write(fd, data, n) != (ssize_t)n)
		abort();
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	struct log *log = log_open(path, &torn, &err);
	if (log) {
		struct masker *m = masker_new();
		for (int64_t i = 0; i < log_count(log); i++)
			one_event(log, i, m);
		models(log);
		log_differs(log, log);
		masker_free(m);
		log_free(log);
	}
	close(fd);
	return 0;
}

#ifndef LIBFUZZER
/* A log of events made up from numbers, most of them such that a reducer gets somewhere. */
static void make_log(struct buf *out, uint64_t *r)
{
	struct arena a;
	arena_init(&a);
	buf_adds(out, "{\"socktutor-log\":1}\n{\"e\":\"begin\",\"actors\":[{\"struct\":{\"name\":\"a\"}},{\"struct\":{\"name\":\"b\"}}]}\n"
		      "{\"e\":\"task\",\"a\":0,\"l\":0,\"pid\":5}\n{\"e\":\"task\",\"a\":1,\"l\":1,\"pid\":6,\"parent\":0}\n");
	for (uint64_t n = sample_next(r) % 40; n; n--) {
		struct event e;
		sample_event(&e, (enum event_type)(1 + sample_next(r) % (EVENT_TYPES - 1)), sample_next(r), &a);
		e.lane = (int64_t)(sample_next(r) % 2);
		e.actor = (int64_t)(sample_next(r) % 2);
		if (e.type == EVENT_socket)
			e.socket.sock = (int64_t)(1 + sample_next(r) % 3);
		event_write(&e, out);
		buf_addc(out, '\n');
	}
	arena_release(&a);
}

static void damage(struct buf *b, uint64_t *r)
{
	static const char odd[] = "{}[]\",:\\u0019-.eE\n\0\xff\xc3 ";
	for (uint64_t n = sample_next(r) % 4; n && b->len; n--) {
		size_t at = sample_next(r) % b->len;
		if (sample_next(r) % 8)
			b->data[at] = odd[sample_next(r) % (sizeof odd - 1)];
		else
			b->len = at;
	}
}

static void make_input(struct buf *out, uint64_t *r)
{
	make_log(out, r);
	damage(out, r);
}

int main(int argc, char **argv)
{
	return drive(argc, argv, make_input, "logs");
}
#endif
