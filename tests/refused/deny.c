/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * deny CALL[:FIRST[:SECOND[:THIRD]]][=ERRNO]… -- CMD…: run CMD where these system calls fail
 * (EPERM if no number is given), as a container's seccomp profile would have it; with numbers
 * only where these are the arguments. An empty one stands for any: socket:16::4.
 */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Splits text at the first such character; the number after it, or otherwise if there is none. */
static unsigned long split_number(char *text, char at, unsigned long otherwise)
{
	char *sign = strchr(text, at);
	if (!sign)
		return otherwise;
	*sign = '\0';
	return strtoul(sign + 1, NULL, 0);
}

enum { ARGS = 3 };

static int add_rule(scmp_filter_ctx ctx, char *rule)
{
	unsigned error = (unsigned)split_number(rule, '=', EPERM);
	struct scmp_arg_cmp args[ARGS];
	unsigned n = 0, nth = 0;
	char *numbers = strchr(rule, ':');
	if (numbers)
		*numbers++ = '\0';
	for (char *text; (text = strsep(&numbers, ":")) && nth < ARGS; nth++)
		if (*text)
			args[n++] = SCMP_CMP(nth, SCMP_CMP_EQ, strtoul(text, NULL, 0));
	int call = seccomp_syscall_resolve_name(rule);
	if (call < 0)
		return -1;
	return seccomp_rule_add_array(ctx, SCMP_ACT_ERRNO(error), call, n, args);
}

int main(int argc, char **argv)
{
	int i = 1;
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
	for (; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (add_rule(ctx, argv[i]) < 0) {
			fprintf(stderr, "deny: no call named %s\n", argv[i]);
			return 2;
		}
	}
	if (i + 1 >= argc || seccomp_load(ctx) < 0) {
		fprintf(stderr, "usage: deny CALL[=ERRNO]... -- CMD...\n");
		return 2;
	}
	execvp(argv[i + 1], argv + i + 1);
	perror(argv[i + 1]);
	return 127;
}
