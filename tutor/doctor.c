/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The texts are in doctor.def. Which remedy is shown depends on what this
 * machine says about itself, so that a learner is told one thing to do, the one
 * that helps here.
 */
#include "tutor/doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "engine/base/json.h"

enum { NS = STAGE_PARTS };   /* remedies for all that needs a user namespace */

struct remedy {
	int part;
	bool (*fits)(enum stage_part part, const struct stage_report *report);
	struct doctor_text text;
};

/* The number in a file of /proc/sys; -1 where there is none. */
static long setting(const char *name)
{
	char path[128], text[32];

	snprintf(path, sizeof path, "/proc/sys/%s", name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	ssize_t n = read(fd, text, sizeof text - 1);
	close(fd);
	if (n <= 0)
		return -1;
	text[n] = '\0';
	return strtol(text, NULL, 10);
}

static bool always(enum stage_part part, const struct stage_report *report)
{
	return true;
}

static bool apparmor_restricts(enum stage_part part, const struct stage_report *report)
{
	return geteuid() != 0 && setting("kernel/apparmor_restrict_unprivileged_userns") > 0;
}

static bool userns_clone_off(enum stage_part part, const struct stage_report *report)
{
	return setting("kernel/unprivileged_userns_clone") == 0;
}

static bool no_user_namespaces(enum stage_part part, const struct stage_report *report)
{
	return report->refused[PART_USERNS] == ENOSPC || setting("user/max_user_namespaces") == 0;
}

static bool no_net_namespaces(enum stage_part part, const struct stage_report *report)
{
	return report->refused[PART_NETNS] == ENOSPC;
}

static bool in_container(enum stage_part part, const struct stage_report *report)
{
	const char *kind = getenv("container");

	return access("/.dockerenv", F_OK) == 0 || access("/run/.containerenv", F_OK) == 0 || (kind && *kind);
}

/* Somebody says no, though the kernel could. */
static bool is_forbidden(enum stage_part part, const struct stage_report *report)
{
	return report->refused[part] == EPERM || report->refused[part] == EACCES;
}

static bool container_forbids(enum stage_part part, const struct stage_report *report)
{
	return is_forbidden(part, report) && in_container(part, report);
}

/* What kernels answer when nothing knows such a family, protocol, request or kind of interface. */
static bool lacks_module(enum stage_part part, const struct stage_report *report)
{
	static const int answers[] = { EAFNOSUPPORT, EPROTONOSUPPORT, ESOCKTNOSUPPORT, EOPNOTSUPP, ENOENT };
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
		if (report->refused[part] == answers[i])
			return true;
	return false;
}

static bool no_packets(enum stage_part part, const struct stage_report *report)
{
	return report->refused[PART_PACKET] != 0;
}

static bool root_is_refused(enum stage_part part, const struct stage_report *report)
{
	return geteuid() == 0 && report->refused[PART_UIDMAP] == EPERM;
}

static bool yama_forbids(enum stage_part part, const struct stage_report *report)
{
	return setting("kernel/yama/ptrace_scope") == 2;
}

static bool yama_locked(enum stage_part part, const struct stage_report *report)
{
	return setting("kernel/yama/ptrace_scope") == 3;
}

static bool kernel_too_old(enum stage_part part, const struct stage_report *report)
{
	return !strcmp(report->step[PART_PTRACE], "PTRACE_GET_SYSCALL_INFO") && report->refused[PART_PTRACE] == EIO;
}

static bool not_in_kernel(enum stage_part part, const struct stage_report *report)
{
	return report->refused[part] == ENOSYS;
}

static bool no_private_net(enum stage_part part, const struct stage_report *report)
{
	return report->refused[PART_NETNS] != 0;
}

static bool is_traced(enum stage_part part, const struct stage_report *report)
{
	char line[128];
	bool traced = false;
	FILE *f = fopen("/proc/self/status", "re");

	while (f && fgets(line, sizeof line, f))
		if (!strncmp(line, "TracerPid:", 10))
			traced = atoi(line + 10) != 0;
	if (f)
		fclose(f);
	return traced;
}

#define PART_NS NS
static const struct remedy remedies[] = {
#define ABOUT(...)
#define REMEDY(part, fits, en, zh) { PART_##part, fits, { en, zh } },
#include "tutor/doctor.def"
#undef ABOUT
#undef REMEDY
#undef FORBIDDEN
};

static const struct {
	struct doctor_text purpose, without;
} about[STAGE_PARTS] = {
#define ABOUT(part, en, zh, without_en, without_zh) [PART_##part] = { { en, zh }, { without_en, without_zh } },
#define REMEDY(...)
#include "tutor/doctor.def"
#undef ABOUT
#undef REMEDY
#undef FORBIDDEN
};

struct doctor_text doctor_purpose(enum stage_part part)
{
	return about[part].purpose;
}

struct doctor_text doctor_without(enum stage_part part)
{
	return about[part].without;
}

static bool needs_userns(enum stage_part part)
{
	return part >= PART_USERNS && part <= PART_IPCNS && part != PART_LOWPORT;
}

struct doctor_text doctor_remedy(enum stage_part part, const struct stage_report *report)
{
	bool userns = !report->refused[PART_USERNS] && !report->refused[PART_UIDMAP];
	int about_part = needs_userns(part) && !userns ? NS : (int)part;

	for (size_t i = 0; i < sizeof remedies / sizeof *remedies; i++)
		if (remedies[i].part == about_part && remedies[i].fits(part, report))
			return remedies[i].text;
	return (struct doctor_text){ "", "" };
}

bool doctor_live(const struct stage_report *report)
{
	return !report->refused[PART_PTRACE] && !report->refused[PART_SECCOMP] && !report->refused[PART_PTY];
}

static void add_text(struct buf *b, const char *key, struct doctor_text t)
{
	buf_addf(b, ",\"%s\":{\"en\":", key);
	json_str(b, t.en);
	buf_adds(b, ",\"zh-Hans\":");
	json_str(b, t.zh);
	buf_addc(b, '}');
}

static void add_part(struct buf *b, enum stage_part part, const struct stage_report *r)
{
	const char *name = strerrorname_np(r->refused[part]);

	buf_addf(b, "{\"part\":\"%s\",\"granted\":%s", stage_part_key(part), r->refused[part] ? "false" : "true");
	add_text(b, "purpose", doctor_purpose(part));
	if (r->refused[part]) {
		buf_addf(b, ",\"errno\":\"%s\",\"step\":", name ? name : "unknown");
		json_str(b, r->step[part]);
		add_text(b, "without", doctor_without(part));
		add_text(b, "remedy", doctor_remedy(part, r));
	}
	buf_addc(b, '}');
}

static void print_json(FILE *out, const struct stage_report *r, bool live)
{
	struct buf b = BUF_INIT;
	struct utsname u;

	uname(&u);
	buf_addf(&b, "{\"socktutor\":\"%s\",\"kernel\":", SOCKTUTOR_VERSION);
	json_str(&b, u.release);
	buf_addf(&b, ",\"machine\":\"%s\",\"live\":%s,\"parts\":[", u.machine, live ? "true" : "false");
	for (int i = 0; i < STAGE_PARTS; i++) {
		if (i)
			buf_addc(&b, ',');
		add_part(&b, i, r);
	}
	buf_adds(&b, "]}\n");
	fputs(b.data, out);
	buf_release(&b);
}

/* A line for each language asked for. */
static void print_text(FILE *out, unsigned flags, const char *indent, struct doctor_text t)
{
	if (flags & DOCTOR_EN)
		fprintf(out, "%s%s\n", indent, t.en);
	if (flags & DOCTOR_ZH)
		fprintf(out, "%s%s\n", indent, t.zh);
}

static void print_part(FILE *out, unsigned flags, enum stage_part part, const struct stage_report *r)
{
	static const char indent[] = "                ";
	struct doctor_text purpose = doctor_purpose(part);
	bool both = (flags & DOCTOR_EN) && (flags & DOCTOR_ZH);

	fprintf(out, "%-4s %-10s %s%s%s\n", r->refused[part] ? "--" : "ok", stage_part_key(part),
		flags & DOCTOR_EN ? purpose.en : "", both ? " · " : "", flags & DOCTOR_ZH ? purpose.zh : "");
	if (!r->refused[part])
		return;
	const char *name = strerrorname_np(r->refused[part]);
	fprintf(out, "%s%s: %s\n", indent, r->step[part], name ? name : "unknown errno");
	print_text(out, flags, indent, doctor_without(part));
	print_text(out, flags, indent, doctor_remedy(part, r));
}

static void print_table(FILE *out, unsigned flags, const struct stage_report *r, bool live)
{
	static const struct doctor_text verdict[] = {
		{ "Lessons cannot run live here. You can study the recordings.", "此处不能实时运行课程，可以学习录制的过程。" },
		{ "Lessons can run live here.", "此处可以实时运行课程。" },
	};
	struct utsname u;

	uname(&u);
	fprintf(out, "socktutor %s, %s %s, %s\n", SOCKTUTOR_VERSION, u.sysname, u.release, u.machine);
	for (int i = 0; i < STAGE_PARTS; i++)
		print_part(out, flags, i, r);
	print_text(out, flags, "", verdict[live]);
}

/* No process could be made for the programs: everything that needs one is refused at that step. */
static void refuse_rest(struct stage_report *r, const struct err *err)
{
	for (int i = PART_USERNS; i < STAGE_PARTS; i++)
		if (!r->refused[i]) {
			r->refused[i] = err->sys ? err->sys : EIO;
			snprintf(r->step[i], sizeof r->step[i], "%.18s %.18s", err->a[0], err->a[1]);
		}
}

int doctor_main(FILE *out, unsigned flags)
{
	struct stage_report report;
	struct err err = { 0 };

	if (!stage_probe(&report, &err))
		refuse_rest(&report, &err);
	bool live = doctor_live(&report);
	if (flags & DOCTOR_JSON)
		print_json(out, &report, live);
	else
		print_table(out, flags, &report, live);
	return live ? 0 : 1;
}
