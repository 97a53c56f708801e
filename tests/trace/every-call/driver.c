/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * driver PREFIX PROGRAM…: runs a program under ptrace(2), decodes every call of
 * syscall.def, takes the result through the log's JSON and writes it in strace's notation, the N-th process to PREFIX.N.
 * driver --calls prints their names for strace -e trace=.
 * A small tracer for this test only; the tutor's own is engine/trace/tracer.c.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/value_json.h"
#include "engine/decode/decode.h"
#include "tests/notation/notation.h"

enum { TASKS = 256 };

struct task {
	pid_t pid;
	FILE *out;
	struct arena arena;
	struct decode decode;
	const struct value *entry;
	bool inside;
};

static struct task tasks[TASKS];
static int n_tasks;
static const char *prefix;

static struct task *task_of(pid_t pid)
{
	for (int i = 0; i < n_tasks; i++)
		if (tasks[i].pid == pid)
			return &tasks[i];
	if (n_tasks == TASKS)
		exit(3);
	struct task *t = &tasks[n_tasks];
	char path[4096];
	snprintf(path, sizeof path, "%s.%d", prefix, n_tasks++);
	*t = (struct task){ .pid = pid, .out = fopen(path, "w") };
	if (!t->out)
		exit(3);
	arena_init(&t->arena);
	return t;
}

/* A tree as the log would give it back. */
static const struct value *through_json(const struct value *v, struct arena *a)
{
	struct buf text;
	struct json json;
	if (!v)
		return NULL;
	buf_init(&text);
	value_write(v, NULL, &text);
	json_begin(&json, text.data, text.len, a);
	v = value_read(&json);
	if (!v)
		fprintf(stderr, "cannot be read back (%s): %s\n", json.why, text.data);
	buf_release(&text);
	return v;
}

static void print(struct task *t, const struct value *args, bool result)
{
	static const struct notation_options options = { .hex = true };
	struct decode *d = &t->decode;
	struct buf line;
	struct notation_call call = { .name = d->call->name, .args = through_json(args, d->arena), .no_result = !result };
	if (result) {
		call.ret = d->ret;
		call.errn = d->is_error ? (int)-d->ret : 0;
		call.err = d->is_error ? errno_name(call.errn) : NULL;
		call.retv = through_json(decode_ret(d), d->arena);
	}
	buf_init(&line);
	notation_strace(&call, &options, &line);
	fprintf(t->out, "%s\n", line.data);
	buf_release(&line);
}

static void enter(struct task *t, const struct __ptrace_syscall_info *info)
{
	const struct call_desc *call = call_find((int)info->entry.nr);
	t->inside = call != NULL;
	if (!call)
		return;
	arena_clear(&t->arena);
	t->decode = (struct decode){ .call = call, .peek = peek_process(t->pid), .arena = &t->arena };
	for (int i = 0; i < 6; i++)
		t->decode.args[i] = info->entry.args[i];
	t->entry = decode_entry(&t->decode);
	if (call->ret == RET_NOTHING)
		print(t, t->entry, false);
}

static void leave(struct task *t, const struct __ptrace_syscall_info *info)
{
	if (!t->inside)
		return;
	t->inside = false;
	t->decode.ret = info->exit.rval;
	t->decode.is_error = info->exit.is_error;
	print(t, decode_exit(&t->decode, t->entry), true);
}

static void at_call(struct task *t)
{
	struct __ptrace_syscall_info info;
	if (ptrace(PTRACE_GET_SYSCALL_INFO, t->pid, sizeof info, &info) <= 0)
		return;
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
		enter(t, &info);
	else if (info.op == PTRACE_SYSCALL_INFO_EXIT)
		leave(t, &info);
}

static void trace(void)
{
	for (int status;;) {
		pid_t pid = waitpid(-1, &status, __WALL);
		if (pid < 0)
			return;
		if (!WIFSTOPPED(status))
			continue;
		struct task *t = task_of(pid);
		int signo = WSTOPSIG(status);
		if (signo == (SIGTRAP | 0x80))
			at_call(t);
		bool deliver = signo != (SIGTRAP | 0x80) && !(status >> 16) && signo != SIGSTOP;
		ptrace(PTRACE_SYSCALL, pid, NULL, deliver ? signo : 0);
	}
}

static int print_calls(void)
{
	for (unsigned i = 0; call_at(i); i++)
		printf("%s%s", i ? "," : "", call_at(i)->name);
	puts("");
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--calls") == 0)
		return print_calls();
	if (argc < 3)
		return 2;
	prefix = argv[1];
	pid_t pid = fork();
	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
	ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL | PTRACE_O_TRACEFORK |
	       PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE);
	task_of(pid);
	ptrace(PTRACE_SYSCALL, pid, NULL, 0);
	trace();
	return 0;
}
