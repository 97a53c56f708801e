/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the programs of a run live. A stagehand process, forked when the tutor
 * starts, makes one keeper a run: pid 1 of new user, net, pid, mount, ipc and
 * uts namespaces. The keeper reaps, and dies with us and with the stagehand;
 * with it dies everything in it. Where the system gives less, less is used: see parts.
 * namespaces(7), user_namespaces(7), pid_namespaces(7).
 */
#ifndef ENGINE_STAGE_STAGE_H
#define ENGINE_STAGE_STAGE_H

#include <stdbool.h>
#include <sys/types.h>

#include "engine/base/err.h"

enum stage_part {
#define PART(id, key) PART_##id,
#include "engine/stage/stage.def"
#undef PART
	STAGE_PARTS
};

/* Result of probing a part: 0 granted, else the errno of the step that was refused (ENOSYS: not in this kernel). */
struct stage_report {
	int refused[STAGE_PARTS];
	char step[STAGE_PARTS][40];   /* the step that was refused: "write uid_map"; empty if granted */
};

const char *stage_part_key(enum stage_part part);

/* Fork the stagehand. Call once, first thing in main, while single-threaded and before any library holds fds. */
bool stagehand_start(struct err *err);

/* Try every part in a throw-away stage. Takes some ten milliseconds. */
bool stage_probe(struct stage_report *report, struct err *err);

struct stage;

enum { STAGE_HOSTS = 4 };

struct stage_plan {
	const char *const *hosts; /* names of hosts (2 to STAGE_HOSTS): each has a network of its own, with the address
				   * 10.0.0.N, N from 1, and they are joined by a cable. Needs private_net; NULL: one host */
	int n_hosts;
	bool private_net;         /* false: the host's own network and files (watch) */
	bool as_is;               /* no namespaces at all, and the programs keep what the tutor was started with: ids,
				   * capabilities, limits, signal mask and dispositions (watch) */
	bool hide_files;          /* own /tmp, $HOME and /run hidden, tree read-only (needs private mounts) */
	const char *programs;     /* this host folder appears as /tmp/lesson, read-only, and is the cwd; NULL: keep the cwd */
	const char *shim;         /* this host folder appears as /tmp/.shim, read-only (Python start-up shim); NULL: none */
};
/* Where MNTNS is refused, or files are not hidden, the host's own folders stand for /tmp/lesson and /tmp/.shim: in an
 * actor's cwd, in values of its environment that are such a path, and in stage_path. */

/* Where VETH is refused, all hosts are one: it has all their names and addresses, on lo. */

/* A stage as far as the plan wants and the system allows; what was refused is in *report (may be NULL), parts not wanted count as granted. */
struct stage *stage_new(const struct stage_plan *plan, struct stage_report *report, struct err *err);

/* False: the keeper or the stagehand has ended, and with it the programs have or will. Where a pid namespace ends them, this is
 * known before the first of them ends. Does not block. */
bool stage_is_there(const struct stage *stage);

/* How many hosts it has, joined by a cable; 0: none, all programs are on one. */
int stage_hosts(const struct stage *stage);

/* The address of that host, "10.0.0.1". */
void stage_address(int host, char out[16]);

/* Ends every process in it (SIGKILL), waits until they are gone, frees. Tasks that the caller still
 * traces are waited for here; one that PTRACE_O_TRACEEXIT would stop on its way out must have been let go before, else
 * this gives up on it after five seconds. */
void stage_free(struct stage *stage);

struct stage_actor {
	const char *const *argv;      /* argv[0] is looked up in PATH of `env` when it has no slash; relative to cwd */
	const char *const *env;       /* NAME=value …, NULL-ended */
	const char *cwd;              /* NULL: /tmp/lesson, or the tutor's own */
	int host;                     /* where there are hosts: on which of them, from 0 */
	int tty;                      /* slave side of its pty: becomes fds 0-2 and the controlling terminal */
	const void *filter;           /* struct sock_filter[filter_len]: loaded as the last act before exec; NULL: none */
	unsigned filter_len;
};

/* A new process, not yet running the program: it waits for stage_go(). Returns its pid as the caller sees it, -1 on error.
 * Fds above 2 closed, a session of its own; but for as_is also default signal mask and dispositions, no capabilities. */
pid_t stage_spawn(struct stage *stage, const struct stage_actor *actor, struct err *err);

/* As-is programs gain rights by set-user-ID and file capabilities, as without us. False: the filter needs no_new_privs. */
bool stage_keeps_setuid(void);

/* Let the process of that pid load its filter and exec. Call after PTRACE_SEIZE. */
bool stage_go(struct stage *stage, pid_t pid, struct err *err);

/* After a child ended without exec: errno of its failed execve (0: exec worked or nothing is known). Does not block. */
int stage_exec_error(struct stage *stage, pid_t pid);

/* Path of a file inside the stage as the tutor can open it: /proc/KEEPER/root/PATH. out holds n bytes. */
void stage_path(const struct stage *stage, const char *path, char *out, size_t n);

/* Descriptors that see a host's network from inside. -1: refused, see the report. The caller closes them. */
struct stage_eyes {
	int capture;              /* its lo: for capture_new (engine/wire/capture.h) */
	int diag;                 /* a netlink socket for sock_diag(7) */
	int cable;                /* the far end of its cable, for capture_new; -1 also when it has none */
};
bool stage_eyes(struct stage *stage, int host, struct stage_eyes *eyes, struct stage_report *report, struct err *err);

/* A pty: *master is ours (non-blocking, close-on-exec), *slave for stage_spawn. ECHO and OPOST are off, so that
 * bytes out are bytes written. rows x cols as given. */
bool stage_pty(int *master, int *slave, int rows, int cols, struct err *err);

#endif
