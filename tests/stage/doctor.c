/* SPDX-License-Identifier: GPL-3.0-or-later */
/* doctor FLAGS [ptrace]: what `socktutor doctor` prints, with ptrace refused if asked. */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/stage/stage.h"
#include "tutor/doctor.h"

static void refuse(int call)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);

	if (seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), call, 0) < 0 || seccomp_load(ctx) < 0)
		exit(2);
	seccomp_release(ctx);
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	if (argc > 2)
		refuse(seccomp_syscall_resolve_name(argv[2]));
	if (!stagehand_start(NULL))
		return 2;
	return doctor_main(stdout, atoi(argv[1]));
}
