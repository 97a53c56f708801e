/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * deny CALL[=ERRNO]… -- CMD…: run CMD where these system calls fail (EPERM if no
 * number is given), as a container's seccomp profile would have it.
 */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int i = 1;
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
	for (; i < argc && strcmp(argv[i], "--") != 0; i++) {
		char *equals = strchr(argv[i], '=');
		int number = equals ? atoi(equals + 1) : EPERM;
		if (equals)
			*equals = '\0';
		int call = seccomp_syscall_resolve_name(argv[i]);
		if (call < 0 || seccomp_rule_add(ctx, SCMP_ACT_ERRNO((unsigned)number), call, 0) < 0) {
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
