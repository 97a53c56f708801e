/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events to lines and back, the log's file, what hostile files do to it, and when two logs are the same run. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/base/value_json.h"
#include "engine/log/compare.h"
#include "engine/log/log.h"
#include "tests/unit/sample.h"

static char dir[] = "/tmp/socktutor-log-XXXXXX";
static char path[64];

static int make_dir(void **state)
{
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof path, "%s/a.log", dir);
	return 0;
}

static int remove_dir(void **state)
{
	unlink(path);
	return rmdir(dir);
}

static void write_file(const void *data, size_t n)
{
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

static void read_whole(struct buf *out)
{
	char part[4096];
	size_t n;
	FILE *f = fopen(path, "r");
	assert_non_null(f);
	while ((n = fread(part, 1, sizeof part, f)))
		buf_add(out, part, n);
	fclose(f);
}

/* Every field of every type set to something, by the table itself. */
static void every_field(void **state)
{
	for (int type = 0; type < EVENT_TYPES; type++)
		for (unsigned seed = 1; seed < 20; seed++) {
			struct event e, back;
			struct arena a;
			struct buf one = BUF_INIT, two = BUF_INIT;
			struct err err;
			arena_init(&a);
			sample_event(&e, (enum event_type)type, seed, &a);
			event_write(&e, &one);
			if (!event_read(&back, one.data, one.len, &a, &err))
				fail_msg("%s: %s", err.a[1], one.data);
			sample_assert_equal(&e, &back);
			event_write(&back, &two);
			assert_string_equal(one.data, two.data);
			buf_release(&one);
			buf_release(&two);
			arena_release(&a);
		}
}

static void defaults_are_left_out(void **state)
{
	struct event e;
	struct buf b = BUF_INIT;
	event_init(&e, EVENT_socket);
	assert_int_equal(e.socket.backlog, -1);
	assert_int_equal(e.socket.from, -1);
	assert_int_equal(e.actor, -1);
	event_write(&e, &b);
	assert_string_equal(b.data, "{\"e\":\"socket\"}");
	buf_clear(&b);
	e.socket.backlog = 0;
	e.lane = 0;
	e.t = INT64_MIN;
	event_write(&e, &b);
	assert_string_equal(b.data, "{\"e\":\"socket\",\"t\":-9223372036854775808,\"l\":0,\"backlog\":0}");
	buf_release(&b);
}

static void names(void **state)
{
	for (int t = 0; t < EVENT_TYPES; t++)
		assert_int_equal(event_type_of(event_name((enum event_type)t)), t);
	assert_int_equal(event_type_of("befor"), -1);
	assert_int_equal(event_type_of(""), -1);
	assert_int_equal(event_class_of(EVENT_go), COMMAND);
	assert_int_equal(event_class_of(EVENT_after), OBSERVATION);
}

static void bytes_in_text_become_utf8(void **state)
{
	struct event e, back;
	struct arena a;
	struct buf b = BUF_INIT;
	arena_init(&a);
	event_init(&e, EVENT_exec);
	e.exec.path = "/tmp/\xff\xc0\x80 \xe4\xb8\xad\n\"\\";
	event_write(&e, &b);
	assert_string_equal(b.data, "{\"e\":\"exec\",\"path\":\"/tmp/\\\\xff\\\\xc0\\\\x80 \xe4\xb8\xad\\n\\\"\\\\\"}");
	assert_true(event_read(&back, b.data, b.len, &a, NULL));
	assert_string_equal(back.exec.path, "/tmp/\\xff\\xc0\\x80 \xe4\xb8\xad\n\"\\");
	buf_release(&b);
	arena_release(&a);
}

static void members_in_any_order(void **state)
{
	static const char line[] = " { \"args\" : {\"type\":\"t\", \"struct\":{\"a\":{\"n\":2,\"sym\":\"AF_INET\"}}}, \"future\":[{}],"
				   "\"l\":0 , \"call\":\"b\\u0069nd\",\"e\":\"before\"} ";
	struct event e;
	struct arena a;
	arena_init(&a);
	assert_int_equal(event_peek(line, sizeof line - 1), EVENT_before);
	assert_true(event_read(&e, line, sizeof line - 1, &a, NULL));
	assert_string_equal(e.before.call, "bind");
	assert_string_equal(e.before.args->type, "t");
	assert_string_equal(value_get(e.before.args, "a")->text, "AF_INET");
	assert_true(event_skim(&e, line, sizeof line - 1, &a, NULL));
	assert_ptr_equal(e.before.args, &event_unread);
	assert_null(e.before.file);
	arena_release(&a);
}

static void hostile_lines(void **state)
{
	static const struct { const char *line, *why; } bad[] = {
		{ "", "not JSON" }, { "[]", "not an event we know" }, { "{}", "not an event we know" },
		{ "{\"e\":\"fly\"}", "not an event we know" }, { "{\"e\":7}", "not an event we know" },
		{ "{\"e\":\"go\"", "not JSON: a comma or bracket is missing" },
		{ "{\"e\":\"go\"}{", "more text after the end" }, { "{\"e\":\"go\",}", "text was expected" },
		{ "{\"e\":\"go\",\"l\":\"x\"}", "a number was expected" },
		{ "{\"e\":\"go\",\"l\":1.5}", "a whole number was expected" },
		{ "{\"e\":\"go\",\"l\":1e3}", "a whole number was expected" },
		{ "{\"e\":\"go\",\"l\":01}", "not JSON: a number begins with 0" },
		{ "{\"e\":\"go\",\"l\":9223372036854775808}", "a number out of range" },
		{ "{\"e\":\"go\",\"l\":99999999999999999999999}", "a number out of range" },
		{ "{\"e\":\"go\",\"how\":null}", "text was expected" }, { "{\"e\":\"go\",\"how\":3}", "text was expected" },
		{ "{\"e\":\"go\",\"how\":\"\xff\"}", "not UTF-8" }, { "{\"e\":\"go\",\"how\":\"\xed\xa0\x80\"}", "not UTF-8" },
		{ "{\"e\":\"go\",\"how\":\"\xc0\xaf\"}", "not UTF-8" }, { "{\"e\":\"go\",\"\xf5\":1}", "not UTF-8" },
		{ "{\"e\":\"go\",\"x\":\"\x01\"}", "a control character in a string" },
		{ "{\"e\":\"go\",\"how\":\"\\u0000\"}", "a NUL in a string" },
		{ "{\"e\":\"go\",\"how\":\"\\ud800\"}", "half a surrogate pair" },
		{ "{\"e\":\"go\",\"how\":\"\\ud800\\u0041\"}", "half a surrogate pair" },
		{ "{\"e\":\"go\",\"how\":\"\\u12\"}", "not JSON: a bad \\u escape" },
		{ "{\"e\":\"go\",\"how\":\"\\q\"}", "not JSON: a bad escape" },
		{ "{\"e\":\"go\",\"how\":\"", "not JSON: a string without an end" },
		{ "{\"e\":\"go\",\"how\":\"\\", "not JSON: a string without an end" },
		{ "{\"e\":\"go\",\"x\":tru}", "not JSON" }, { "{\"e\":\"go\",\"x\":nul", "not JSON" },
		{ "{\"e\":\"input\",\"bytes\":true}", "not a value" }, { "{\"e\":\"input\",\"bytes\":{}}", "not a value" },
		{ "{\"e\":\"input\",\"bytes\":{\"fd\":1,\"u\":2}}", "not a value" },
		{ "{\"e\":\"input\",\"bytes\":{\"fd\":1,\"fd\":2}}", "not a value" },
		{ "{\"e\":\"input\",\"bytes\":{\"fd\":2147483648}}", "a number out of range" },
		{ "{\"e\":\"input\",\"bytes\":{\"u\":-1}}", "a number out of range" },
		{ "{\"e\":\"input\",\"bytes\":{\"u\":1,\"base\":2}}", "a bad base" },
		{ "{\"e\":\"input\",\"bytes\":{\"sym\":\"A\",\"n\":18446744073709551615}}", "a number out of range" },
		{ "{\"e\":\"input\",\"bytes\":{\"flags\":\"A\",\"n\":-1}}", "a number out of range" },
		{ "{\"e\":\"input\",\"bytes\":{\"bytes\":1,\"hex\":\"4\"}}", "bytes of a bad length" },
		{ "{\"e\":\"input\",\"bytes\":{\"bytes\":1,\"hex\":\"4142\"}}", "bytes of a bad length" },
		{ "{\"e\":\"input\",\"bytes\":{\"bytes\":1,\"hex\":\"4G\"}}", "bytes that are not hex" },
		{ "{\"e\":\"input\",\"bytes\":{\"bytes\":1,\"hex\":\"41\",\"blob\":4294967296}}", "bytes of a bad length" },
		{ "{\"e\":\"input\",\"bytes\":{\"ptr\":\"7f\"}}", "a bad pointer" },
		{ "{\"e\":\"input\",\"bytes\":{\"ptr\":\"0x00000000000000001\"}}", "a bad pointer" },
		{ "{\"e\":\"input\",\"bytes\":{\"in\":1}}", "not a value" },
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct event e;
		struct arena a;
		struct err err = { .id = ERR_NONE };
		arena_init(&a);
		if (event_read(&e, bad[i].line, strlen(bad[i].line), &a, &err))
			fail_msg("read: %s", bad[i].line);
		assert_int_equal(err.id, ERR_LOG_BAD);
		if (strcmp(err.a[1], bad[i].why))
			fail_msg("%s: %s", bad[i].line, err.a[1]);
		arena_release(&a);
	}
}

static void depth_is_bounded(void **state)
{
	for (int known = 0; known < 2; known++) {
		struct buf b = BUF_INIT;
		struct event e;
		struct arena a;
		struct err err;
		arena_init(&a);
		buf_adds(&b, known ? "{\"e\":\"input\",\"bytes\":" : "{\"e\":\"input\",\"other\":");
		for (int i = 0; i < 100000; i++)
			buf_addc(&b, '[');
		assert_false(event_read(&e, b.data, b.len, &a, &err));
		assert_string_equal(err.a[1], "nested too deep");
		buf_release(&b);
		arena_release(&a);
	}
}

static void deep_trees_can_be_read_back(void **state)
{
	struct arena a;
	struct buf one = BUF_INIT, two = BUF_INIT;
	struct event e, back;
	arena_init(&a);
	struct value *v = value_int(&a, 1);
	for (int i = 0; i < 60; i++) {
		struct value *up = i % 3 ? value_struct(&a, "s") : value_list(&a);
		value_add(&a, up, "x", v);
		up->more = up->kind == VALUE_LIST;
		v = i % 5 ? up : value_change(&a, up, up);
		if (i % 5 == 0 && i > 15)
			v = up;
	}
	event_init(&e, EVENT_input);
	e.input.bytes = v;
	event_write(&e, &one);
	assert_true(event_read(&back, one.data, one.len, &a, NULL));
	event_write(&back, &two);
	assert_string_equal(one.data, two.data);
	buf_release(&one);
	buf_release(&two);
	arena_release(&a);
}

static struct event begin_event(void)
{
	struct event e;
	event_init(&e, EVENT_begin);
	e.begin.lesson = "tcp-hello";
	return e;
}

/* A log with `begin` and n `go` events, lanes counting up. */
static struct log *new_log(const char *to, int n)
{
	struct event e = begin_event();
	struct log *log = log_new(to, NULL);
	assert_non_null(log);
	assert_true(log_append(log, &e, NULL));
	for (int i = 0; i < n; i++) {
		event_init(&e, EVENT_go);
		e.lane = i;
		e.go.how = "moment";
		assert_true(log_append(log, &e, NULL));
	}
	return log;
}

static void unflushed_lines_can_be_read(void **state)
{
	struct log *log = new_log(NULL, 3000);
	struct arena a;
	struct event e;
	arena_init(&a);
	assert_int_equal(log_count(log), 3001);
	assert_int_equal(log_type(log, 0), EVENT_begin);
	for (int64_t i = 3000; i > 0; i -= 7) {
		assert_true(log_get(log, i, &e, &a, NULL));
		assert_int_equal(e.lane, i - 1);
		assert_int_equal(log_type(log, i), EVENT_go);
	}
	assert_false(log_get(log, 3001, &e, &a, NULL));
	assert_false(log_get(log, -1, &e, &a, NULL));
	arena_release(&a);
	log_free(log);
}

static void saved_and_opened(void **state)
{
	struct log *back, *log = new_log(path, 1000);
	struct buf one = BUF_INIT, two = BUF_INIT;
	struct event e;
	bool torn;
	event_init(&e, EVENT_settled);
	assert_true(log_append(log, &e, NULL));
	assert_non_null(back = log_open(path, &torn, NULL));   /* settled: it is in the file now */
	assert_false(torn);
	assert_int_equal(log_count(back), 1002);
	for (int64_t i = 0; i < 1002; i++) {
		buf_clear(&one);
		buf_clear(&two);
		assert_true(log_line(log, i, &one, NULL));
		assert_true(log_line(back, i, &two, NULL));
		assert_string_equal(one.data, two.data);
		assert_int_equal(log_type(log, i), log_type(back, i));
	}
	assert_false(log_append(back, &e, NULL));
	log_free(back);
	log_free(log);
	buf_release(&one);
	buf_release(&two);
}

static enum err_id open_error(const void *data, size_t n, char *why, size_t size)
{
	struct err err = { .id = ERR_NONE };
	bool torn;
	write_file(data, n);
	struct log *log = log_open(path, &torn, &err);
	log_free(log);
	snprintf(why, size, "%s", err.a[1]);
	return log ? ERR_NONE : err.id;
}

#define HEAD "{\"socktutor-log\":1,\"tutor\":\"0.1.0\"}\n"
#define BEGIN "{\"e\":\"begin\"}\n"

static void hostile_files(void **state)
{
	static const struct { const char *text; size_t n; enum err_id id; const char *why; } table[] = {
#define F(text, id, why) { text, sizeof text - 1, id, why }
		F("", ERR_LOG_EMPTY, ""), F("{\"sockt", ERR_LOG_EMPTY, ""), F(HEAD, ERR_LOG_EMPTY, ""),
		F("{\"socktutor-log\":1}", ERR_LOG_EMPTY, ""), F(HEAD "{\"e\":\"beg", ERR_LOG_EMPTY, ""),
		F("\n", ERR_LOG_FOREIGN, ""), F("hello", ERR_LOG_FOREIGN, ""), F("hello\n", ERR_LOG_FOREIGN, ""),
		F("{\"a\":1}\n" BEGIN, ERR_LOG_FOREIGN, ""), F("{\"socktutor-log\":0}\n" BEGIN, ERR_LOG_FOREIGN, ""),
		F("{\"socktutor-log\":\"1\"}\n" BEGIN, ERR_LOG_FOREIGN, ""), F("\x7f" "ELF\0\0\n\n", ERR_LOG_FOREIGN, ""),
		F("{\"socktutor-log\":2,\"x\":[1.5e3]}\nwhatever", ERR_LOG_FUTURE, "2"),
		F(HEAD "{\"e\":\"go\"}\n", ERR_LOG_BAD, "line 2: the first event is not begin"),
		F(HEAD BEGIN "junk\n" BEGIN, ERR_LOG_BAD, "line 3: not JSON"),
		F(HEAD BEGIN "\n" BEGIN, ERR_LOG_BAD, "line 3: not JSON"),
		F(HEAD BEGIN "{\"e\":\"fly\"}\n", ERR_LOG_BAD, "line 3: not an event we know"),
		F(HEAD BEGIN "{\"e\":\"go\",\"how\":\"a\0b\"}\n", ERR_LOG_BAD, "line 3: a NUL"),
		F(HEAD "{\"e\":\"begin\",\"lesson\":\"\xff\"}\n", ERR_LOG_BAD, "line 2: not UTF-8"),
		F(HEAD BEGIN, ERR_NONE, ""), F("{ \"tutor\":\"9\", \"socktutor-log\" : 1 }\n" BEGIN, ERR_NONE, ""),
#undef F
	};
	char why[256];
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		enum err_id id = open_error(table[i].text, table[i].n, why, sizeof why);
		if (id != table[i].id || strcmp(why, table[i].why))
			fail_msg("%s: %s %s", table[i].text, err_key(id), why);
	}
}

static void a_line_over_the_limit(void **state)
{
	char why[256];
	struct buf b = BUF_INIT;
	buf_adds(&b, HEAD BEGIN "{\"e\":\"go\",\"how\":\"");
	buf_reserve(&b, LOG_LINE);
	memset(b.data + b.len, 'x', LOG_LINE);
	b.len += LOG_LINE;
	assert_int_equal(open_error(b.data, b.len, why, sizeof why), ERR_LOG_BAD);
	assert_string_equal(why, "line 3: longer than 1 MiB");
	buf_adds(&b, "\"}\n" BEGIN);
	assert_int_equal(open_error(b.data, b.len, why, sizeof why), ERR_LOG_BAD);
	assert_string_equal(why, "line 3: longer than 1 MiB");
	assert_int_equal(open_error(b.data + sizeof HEAD - 1, b.len - sizeof HEAD + 1, why, sizeof why), ERR_LOG_FOREIGN);
	buf_release(&b);
}

static void no_file(void **state)
{
	struct err err;
	assert_null(log_open("/nonexistent/a.log", NULL, &err));
	assert_int_equal(err.id, ERR_LOG_OPEN);
	assert_int_equal(err.sys, ENOENT);
	assert_null(log_open("/tmp", NULL, &err));
	assert_int_equal(err.sys, EISDIR);
	assert_null(log_open("/dev/null", NULL, &err));
	assert_int_equal(err.id, ERR_LOG_OPEN);
	assert_null(log_new("/nonexistent/a.log", &err));
	assert_int_equal(err.id, ERR_SYSTEM);
}

/* Cut the file at every byte: the whole lines are there, the rest is left out and said. */
static void torn_everywhere(void **state)
{
	struct buf whole = BUF_INIT;
	unlink(path);
	log_free(new_log(path, 3));
	read_whole(&whole);
	for (size_t n = 0; n <= whole.len; n++) {
		struct err err = { .id = ERR_NONE };
		struct event e;
		struct arena a;
		bool torn;
		int64_t lines = -1;
		for (size_t i = 0; i < n; i++)
			lines += whole.data[i] == '\n';
		bool whole_tail = n && whole.data[n - 1] == '}' && (n == whole.len || whole.data[n] == '\n');
		bool at_line = !n || whole.data[n - 1] == '\n';
		write_file(whole.data, n);
		struct log *log = log_open(path, &torn, &err);
		lines += whole_tail;
		if (lines < 1) {
			assert_null(log);
			assert_int_equal(err.id, ERR_LOG_EMPTY);
			continue;
		}
		assert_non_null(log);
		assert_int_equal(log_count(log), lines);
		assert_int_equal(torn, !at_line && !whole_tail);
		arena_init(&a);
		for (int64_t i = 0; i < lines; i++)
			assert_true(log_get(log, i, &e, &a, NULL));
		arena_release(&a);
		log_free(log);
		struct stat st;
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_size, n);
	}
	buf_release(&whole);
}

/* What a log held can be read when another one lies in its file. */
static void kept_without_its_file(void **state)
{
	struct buf before = BUF_INIT, after = BUF_INIT;
	unlink(path);
	struct log *log = new_log(path, 300), *next;
	for (int64_t i = 0; i < log_count(log); i++)
		assert_true(log_line(log, i, &before, NULL));
	assert_true(log_keep(log, NULL));
	next = new_log(path, 2);
	for (int64_t i = 0; i < log_count(log); i++)
		assert_true(log_line(log, i, &after, NULL));
	assert_int_equal(log_count(log), 301);
	assert_int_equal(log_count(next), 3);
	assert_string_equal(before.data, after.data);
	log_free(next);
	log_free(log);
	next = log_open(path, NULL, NULL);
	assert_int_equal(log_count(next), 3);
	log_free(next);
	buf_release(&before);
	buf_release(&after);
}

static void only_ours_is_replaced(void **state)
{
	struct err err;
	struct buf b = BUF_INIT;
	write_file("a letter\n", 9);
	assert_null(log_new(path, &err));
	assert_int_equal(err.id, ERR_LOG_FOREIGN);
	read_whole(&b);
	assert_string_equal(b.data, "a letter\n");
	buf_release(&b);
	assert_null(log_new("/dev/null", &err));
	assert_int_equal(err.id, ERR_LOG_FOREIGN);
	log_free(new_log((write_file("", 0), path), 100));
	log_free(new_log(path, 1));
	struct log *log = log_open(path, NULL, NULL);
	assert_int_equal(log_count(log), 2);
	log_free(log);
}

/* A full disk, made by the file size limit. */
static void the_disk_is_full(void **state)
{
	struct rlimit old, small = { 4096, 4096 };
	struct log *log = new_log(path, 10);
	struct event e;
	struct err err;
	struct arena a;
	bool failed = false;
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	small.rlim_max = old.rlim_max;
	setrlimit(RLIMIT_FSIZE, &small);
	for (int i = 0; i < 2000 && !failed; i++) {
		event_init(&e, i % 100 ? EVENT_go : EVENT_settled);
		e.step = i;
		int64_t before = log_count(log);
		failed = !log_append(log, &e, &err);
		assert_int_equal(log_count(log), before + !failed);
	}
	setrlimit(RLIMIT_FSIZE, &old);
	assert_true(failed);
	assert_int_equal(err.id, ERR_SYSTEM);
	assert_int_equal(err.sys, EFBIG);
	arena_init(&a);
	assert_true(log_append(log, &e, &err));
	assert_true(log_get(log, log_count(log) - 1, &e, &a, NULL));
	int64_t n = log_count(log);
	log_free(log);
	assert_non_null(log = log_open(path, &failed, &err));
	assert_int_equal(log_count(log), n);
	assert_false(failed);
	for (int64_t i = 0; i < n; i++)
		assert_true(log_get(log, i, &e, &a, NULL));
	arena_release(&a);
	log_free(log);
}

/* The same, but the log may live on without its file; a log without one always does. */
static void it_outlives_its_file(void **state)
{
	struct rlimit old, small = { 4096, 4096 };
	struct log *log = new_log(path, 10), *nameless = new_log(NULL, 10);
	struct event e;
	struct err err;
	struct arena a;
	bool torn;
	log_outlive(log);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	small.rlim_max = old.rlim_max;
	setrlimit(RLIMIT_FSIZE, &small);
	for (int i = 0; i < 4000; i++) {
		event_init(&e, i % 10 ? EVENT_go : EVENT_settled);
		e.step = i;
		assert_true(log_append(log, &e, &err));
		assert_true(log_append(nameless, &e, &err));
	}
	setrlimit(RLIMIT_FSIZE, &old);
	assert_int_equal(log_lost(log)->id, ERR_SYSTEM);
	assert_int_equal(log_lost(log)->sys, EFBIG);
	assert_int_equal(log_lost(nameless)->id, ERR_NONE);
	arena_init(&a);
	assert_int_equal(log_count(log), 4011);
	assert_int_equal(log_count(nameless), 4011);
	for (int i = 0; i < 4000; i++) {
		assert_true(log_get(log, 11 + i, &e, &a, NULL) && e.step == i);
		assert_true(log_get(nameless, 11 + i, &e, &a, NULL) && e.step == i);
	}
	assert_true(log_keep(log, &err));
	assert_true(log_get(log, 4010, &e, &a, NULL) && e.step == 3999);
	log_free(log);
	log_free(nameless);
	assert_non_null(log = log_open(path, &torn, &err));
	assert_false(torn);
	assert_in_range(log_count(log), 12, 400);
	arena_release(&a);
	log_free(log);
}

static struct event output_of(struct arena *a, const void *bytes, size_t len, size_t total)
{
	struct event e;
	event_init(&e, EVENT_output);
	e.actor = 1;
	e.output.bytes = value_bytes(a, bytes, len, total);
	return e;
}

static void assert_bytes(const struct log *log, int64_t i, const char *bytes, size_t len)
{
	struct event e;
	struct arena a;
	struct buf b = BUF_INIT;
	struct err err = { .id = ERR_NONE };
	arena_init(&a);
	assert_true(log_get(log, i, &e, &a, NULL));
	assert_int_equal(e.type, EVENT_output);
	if (!log_bytes(log, e.output.bytes, &b, &err))
		fail_msg("%s %s", err_key(err.id), err.a[1]);
	assert_int_equal(b.len, len);
	assert_memory_equal(b.data, bytes, len);
	buf_release(&b);
	arena_release(&a);
}

static void blobs(void **state)
{
	static char bytes[70000];
	struct log *log = new_log(path, 0);
	struct arena a;
	struct event e;
	static const size_t lens[] = { 0, 1, 64, 65, 66, 67, 1000, 65536 };
	size_t n = sizeof lens / sizeof *lens;
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)(i * 7 + i / 256);
	arena_init(&a);
	for (size_t i = 0; i < n; i++) {
		e = output_of(&a, bytes, lens[i], lens[i]);
		assert_true(log_append(log, &e, NULL));
		assert_bytes(log, log_count(log) - 1, bytes, lens[i]);
	}
	assert_int_equal(log_count(log), 1 + 3 + 2 * 5);
	e = output_of(&a, bytes, 65536, 65536);           /* told again: the same blob */
	assert_true(log_append(log, &e, NULL));
	assert_int_equal(log_count(log), 1 + 3 + 2 * 5 + 1);
	e = output_of(&a, bytes, sizeof bytes, 90000);    /* too long for one blob: its beginning */
	assert_true(log_append(log, &e, NULL));
	assert_bytes(log, log_count(log) - 1, bytes, 65536);
	assert_true(log_get(log, log_count(log) - 1, &e, &a, NULL));
	assert_true(e.output.bytes->more);
	assert_int_equal(e.output.bytes->total, 90000);
	int64_t last = log_count(log) - 1;
	log_free(log);
	log = log_open(path, NULL, NULL);
	assert_bytes(log, last, bytes, 65536);
	assert_bytes(log, last - 1, bytes, 65536);
	assert_bytes(log, 5, bytes, 65);
	log_free(log);
	arena_release(&a);
}

static void blobs_are_bounded(void **state)
{
	static char bytes[65536];
	struct log *log = new_log(NULL, 0);
	struct arena a;
	struct event e;
	int notes = 0;
	arena_init(&a);
	for (int i = 0; i < 300; i++) {
		arena_clear(&a);
		memcpy(bytes, &i, sizeof i);
		e = output_of(&a, bytes, sizeof bytes, sizeof bytes);
		assert_true(log_append(log, &e, NULL));
	}
	assert_int_equal(log_count(log), 1 + 300 + 256 + 1);
	for (int64_t i = 0; i < log_count(log); i++)
		notes += log_type(log, i) == EVENT_note;
	assert_int_equal(notes, 1);
	assert_true(log_get(log, log_count(log) - 1, &e, &a, NULL));
	assert_int_equal(e.output.bytes->blob, 0);
	assert_int_equal(e.output.bytes->len, VALUE_HEAD);
	assert_true(e.output.bytes->more);
	log_free(log);
	arena_release(&a);
}

static void lying_blobs(void **state)
{
	static const char text[] = HEAD BEGIN
		"{\"e\":\"blob\",\"id\":1,\"b64\":\"QUJD\"}\n"
		"{\"e\":\"blob\",\"id\":7,\"b64\":\"QUJD\"}\n"
		"{\"e\":\"blob\",\"id\":3,\"b64\":\"Q=JD\"}\n"
		"{\"e\":\"blob\",\"id\":4}\n";
	struct buf b = BUF_INIT;
	write_file(text, sizeof text - 1);
	struct log *log = log_open(path, NULL, NULL);
	assert_non_null(log);
	for (uint32_t id = 1; id < 7; id++) {
		struct value v = { .kind = VALUE_BYTES, .blob = id };
		struct err err = { .id = ERR_NONE };
		assert_int_equal(log_bytes(log, &v, &b, &err), id == 1);
		assert_int_equal(err.id, id == 1 ? ERR_NONE : ERR_LOG_BAD);
	}
	buf_release(&b);
	log_free(log);
}

static void a_bad_line_says_where(void **state)
{
	struct event e;
	struct arena a;
	struct err err;
	arena_init(&a);
	write_file(HEAD BEGIN BEGIN "{\"e\":\"go\",\"how\":\"\xff\"}\n", sizeof HEAD + 2 * sizeof BEGIN - 3 + 22);
	struct log *log = log_open(path, NULL, NULL);
	assert_non_null(log);
	assert_false(log_get(log, 2, &e, &a, &err));
	assert_int_equal(err.id, ERR_LOG_BAD);
	assert_string_equal(err.a[0], path);
	assert_string_equal(err.a[1], "line 4: not UTF-8");
	assert_int_equal(truncate(path, 40), 0);           /* somebody cuts the file under us */
	assert_false(log_get(log, 2, &e, &a, &err));
	log_free(log);
	arena_release(&a);
}

static struct value *address(struct arena *a, int64_t port)
{
	struct value *v = value_struct(a, "sockaddr_in");
	value_add(a, v, "sin_family", value_sym(a, 2, "AF_INET"));
	value_add(a, v, "sin_port", value_uint(a, (uint64_t)port, 10));
	value_add(a, v, "sin_addr", value_ip(a, "127.0.0.1"));
	return v;
}

/* A short run; `luck` is what another run gets otherwise: pids, ports, times, pointers. */
static struct log *run_with(int64_t luck, const char *said)
{
	struct log *log = log_new(NULL, NULL);
	struct arena a;
	struct event e = begin_event();
	char text[200];
	arena_init(&a);
	e.t = luck;
	e.begin.system = luck % 2 ? "one" : "two";
	assert_true(log_append(log, &e, NULL));
	event_init(&e, EVENT_task);
	e.lane = 0;
	e.t = e.tid = e.task.pid = luck;
	e.itid = e.task.ipid = luck % 7 + 2;
	assert_true(log_append(log, &e, NULL));
	event_init(&e, EVENT_fd);
	e.fd.pid = luck;
	e.fd.fd = 3;
	assert_true(log_append(log, &e, NULL));
	event_init(&e, EVENT_after);
	e.lane = 0;
	e.after.call = "accept";
	struct value *args = value_struct(&a, NULL), *time = value_struct(&a, "timeval");
	value_add(&a, time, "tv_usec", value_int(&a, luck));
	value_add(&a, args, "addr", value_change(&a, value_ptr(&a, (uint64_t)luck * 4096), address(&a, 40000 + luck % 1000)));
	value_add(&a, args, "other", address(&a, 8888));
	value_add(&a, args, "timeout", value_change(&a, value_int(&a, 5), time));
	e.after.args = args;
	assert_true(log_append(log, &e, NULL));
	event_init(&e, EVENT_output);
	e.actor = 0;
	snprintf(text, sizeof text, "%s%80sclient port %d\n", said, "", (int)(40000 + luck % 1000));
	e.output.bytes = value_bytes(&a, text, strlen(text), strlen(text));
	assert_true(log_append(log, &e, NULL));
	event_init(&e, EVENT_exec);
	snprintf(text, sizeof text, "/tmp/run%lld/server", (long long)luck);
	e.exec.path = text;
	assert_true(log_append(log, &e, NULL));
	event_init(&e, EVENT_asleep);
	e.lane = 0;
	e.asleep.wchan = luck % 2 ? "inet_csk_accept" : NULL;
	assert_true(log_append(log, &e, NULL));
	arena_release(&a);
	return log;
}

static void luck_is_masked(void **state)
{
	struct log *one = run_with(1000, "hello"), *two = run_with(77777, "hello"), *other = run_with(1000, "hullo");
	struct event e;
	assert_int_equal(log_differs(one, two), -1);
	assert_int_equal(log_differs(one, other), 5);       /* its output; a blob goes before it */
	assert_int_equal(log_type(one, 5), EVENT_output);
	event_init(&e, EVENT_end);
	assert_true(log_append(two, &e, NULL));
	assert_int_equal(log_differs(one, two), -1);        /* not a command that counts */
	event_init(&e, EVENT_go);
	assert_true(log_append(two, &e, NULL));
	assert_int_equal(log_differs(one, two), -2);
	assert_int_equal(log_differs(two, one), -2);
	e.lane = 1;
	assert_true(log_append(one, &e, NULL));
	assert_int_equal(log_differs(one, two), 8);
	log_free(one);
	log_free(two);
	log_free(other);
}

static void masked_line(void **state)
{
	struct log *log = run_with(1000, "hello");
	struct masker *m = masker_new();
	struct buf b = BUF_INIT;
	struct arena a;
	arena_init(&a);
	for (int64_t i = 0; i < 4; i++) {
		struct event e;
		buf_clear(&b);
		assert_true(log_get(log, i, &e, &a, NULL));
		masker_line(m, &e, &b);
	}
	assert_string_equal(b.data, "after step=0 lane=0 call=accept ret=0 errn=0 args={addr=PTR => sockaddr_in{sin_family=AF_INET, "
		"sin_port=PORT1, sin_addr=127.0.0.1}, other=sockaddr_in{sin_family=AF_INET, sin_port=8888, sin_addr=127.0.0.1}, "
		"timeout=5 => timeval{TIME}} restart=0 hidden=0 undone=0");
	masker_free(m);
	masker_free(NULL);
	buf_release(&b);
	arena_release(&a);
	log_free(log);
}

static void times_never_count(void **state)
{
	for (int type = 0; type < EVENT_TYPES; type++)
		for (unsigned seed = 1; seed < 20; seed++) {
			struct event e;
			struct arena a;
			struct buf one = BUF_INIT, two = BUF_INIT;
			arena_init(&a);
			sample_event(&e, (enum event_type)type, seed, &a);
			e.tid = e.itid = 0;
			struct masker *m = masker_new(), *n = masker_new();
			masker_line(m, &e, &one);
			e.t ^= 1;
			masker_line(n, &e, &two);
			assert_string_equal(one.data, two.data);
			masker_free(m);
			masker_free(n);
			buf_release(&one);
			buf_release(&two);
			arena_release(&a);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field),
		cmocka_unit_test(defaults_are_left_out),
		cmocka_unit_test(names),
		cmocka_unit_test(bytes_in_text_become_utf8),
		cmocka_unit_test(members_in_any_order),
		cmocka_unit_test(hostile_lines),
		cmocka_unit_test(depth_is_bounded),
		cmocka_unit_test(deep_trees_can_be_read_back),
		cmocka_unit_test(unflushed_lines_can_be_read),
		cmocka_unit_test(saved_and_opened),
		cmocka_unit_test(hostile_files),
		cmocka_unit_test(a_line_over_the_limit),
		cmocka_unit_test(no_file),
		cmocka_unit_test(torn_everywhere),
		cmocka_unit_test(kept_without_its_file),
		cmocka_unit_test(only_ours_is_replaced),
		cmocka_unit_test(the_disk_is_full),
		cmocka_unit_test(it_outlives_its_file),
		cmocka_unit_test(blobs),
		cmocka_unit_test(blobs_are_bounded),
		cmocka_unit_test(lying_blobs),
		cmocka_unit_test(a_bad_line_says_where),
		cmocka_unit_test(luck_is_masked),
		cmocka_unit_test(masked_line),
		cmocka_unit_test(times_never_count),
	};
	return cmocka_run_group_tests_name("log", tests, make_dir, remove_dir);
}
