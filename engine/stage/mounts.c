/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Order matters twice. Folders that are to appear elsewhere are opened first,
 * because a tmpfs may soon cover them; they are bound through /proc/self/fd,
 * which still reaches what is covered. The tree becomes read-only before the
 * tmpfs are laid over it, so these stay writable.
 */
#include "engine/stage/mounts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "engine/base/buf.h"
#include "engine/base/text.h"
#include "engine/stage/report.h"

static bool refuse(struct stage_report *report, const char *step)
{
	return report_refuse(report, PART_MNTNS, errno, step);
}

bool mounts_private(struct stage_report *report)
{
	return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 || refuse(report, "make / private");
}

bool mounts_proc(struct stage_report *report)
{
	return mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0 ||
		report_refuse(report, PART_PIDNS, errno, "mount /proc");
}

static unsigned long flag_of(const char *option)
{
	static const struct { const char *name; unsigned long flag; } options[] = {
		{ "nosuid", MS_NOSUID }, { "nodev", MS_NODEV }, { "noexec", MS_NOEXEC },
		{ "noatime", MS_NOATIME }, { "nodiratime", MS_NODIRATIME }, { "relatime", MS_RELATIME },
	};
	for (size_t i = 0; i < sizeof options / sizeof *options; i++)
		if (!strcmp(option, options[i].name))
			return options[i].flag;
	return 0;
}

/* mountinfo writes space, tab, newline and backslash as \ooo. */
static void unescape(char *s)
{
	char *to = s;

	for (; *s; s++) {
		unsigned c;
		if (*s == '\\' && sscanf(s + 1, "%3o", &c) == 1) {
			*to++ = c;
			s += 3;
		} else {
			*to++ = *s;
		}
	}
	*to = '\0';
}

/* One line of /proc/self/mountinfo made read-only; flags it has must be kept, they are locked. */
static bool line_read_only(char *line)
{
	char *save, *at = NULL, *options = NULL;
	unsigned long flags = MS_REMOUNT | MS_BIND | MS_RDONLY;
	int i = 0;

	for (char *word = strtok_r(line, " ", &save); word && i < 6; word = strtok_r(NULL, " ", &save), i++) {
		if (i == 4)
			at = word;
		if (i == 5)
			options = word;
	}
	if (!options)
		return true;
	for (char *o = strtok_r(options, ",", &save); o; o = strtok_r(NULL, ",", &save))
		flags |= flag_of(o);
	unescape(at);
	/* What lies below another mount, or where we may not look, cannot be reached by a path, nor by a program. */
	return mount(NULL, at, NULL, flags, NULL) == 0 || errno == ENOENT || errno == EINVAL || errno == EACCES;
}

/* Before Linux 5.12: mount by mount. */
static bool tree_read_only_slowly(void)
{
	FILE *f = fopen("/proc/self/mountinfo", "re");
	char *line = NULL;
	size_t size = 0;
	bool ok = true;

	if (!f)
		return false;
	while (ok && getline(&line, &size, f) > 0)
		ok = line_read_only(line);
	int sys = errno;
	free(line);
	fclose(f);
	errno = sys;
	return ok;
}

static bool tree_read_only(void)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };

	return syscall(SYS_mount_setattr, AT_FDCWD, "/", AT_RECURSIVE, &attr, sizeof attr) == 0 ||
		tree_read_only_slowly();
}

static bool cover(const char *where, const char *options)
{
	struct stat st;

	if (stat(where, &st) < 0 || !S_ISDIR(st.st_mode))
		return true;   /* nothing that a program could see */
	return mount("tmpfs", where, "tmpfs", MS_NOSUID | MS_NODEV, options) == 0;
}

/* Covering one of these would cover the programs that are to run. */
static bool may_hide(const char *home)
{
	static const char *const kept[] = { "/", "/usr", "/bin", "/lib", "/etc", "/dev", "/proc", "/sys", "/tmp", "/run", NULL };

	return home[0] == '/' && !text_in(home, kept);
}

/* Bind the folder or file behind fd at a path. It is read-only if its own mount is. */
static bool bind_fd(int fd, const char *to)
{
	char from[64];

	snprintf(from, sizeof from, "/proc/self/fd/%d", fd);
	return mount(from, to, NULL, MS_BIND | MS_REC, NULL) == 0;
}

static bool bind_read_only(int fd, const char *to)
{
	return bind_fd(fd, to) &&
		mount(NULL, to, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL) == 0;
}

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);

	if (fd < 0)
		return false;
	bool ok = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	close(fd);
	return ok;
}

static bool show(int fd, const char *at)
{
	return fd < 0 || ((mkdir(at, 0755) == 0 || errno == EEXIST) && bind_fd(fd, at));
}

static int open_folder(const char *path)
{
	return path[0] ? open(path, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
}

/* A file of the host's folder, or a folder of it, seen again in the one that covers it. */
static bool keep(int host, const char *folder, const char *name)
{
	char path[PATH_MAX];
	struct stat st;
	int fd = openat(host, name, O_PATH | O_CLOEXEC);

	if (fd < 0)
		return true;   /* not there, so nothing to keep */
	snprintf(path, sizeof path, "%s/%s", folder, name);
	bool ok = fstat(fd, &st) == 0;
	if (ok && S_ISDIR(st.st_mode))
		ok = mkdir(path, 0755) == 0;
	else if (ok)
		ok = write_file(path, "");
	ok = ok && bind_fd(fd, path);
	close(fd);
	return ok;
}

/* A link of the host's folder, made again. False: it is none. */
static bool keep_link(int host, const char *folder, const char *name)
{
	char path[PATH_MAX], to[PATH_MAX];
	ssize_t n = readlinkat(host, name, to, sizeof to - 1);

	if (n < 0)
		return false;
	to[n] = '\0';
	snprintf(path, sizeof path, "%s/%s", folder, name);
	return symlink(to, path) == 0;
}

/*
 * On a small system /etc/hosts may not be there, and there is nothing to put ours over. Then /etc is covered by a
 * folder of ours in which all of it is seen again, with one empty file more.
 */
static bool own_etc(const char *missing)
{
	int host = open("/etc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = host < 0 ? NULL : fdopendir(dup(host));
	bool covered = d && cover("/etc", "mode=755,size=1m"), ok = covered;

	for (struct dirent *e; ok && (e = readdir(d));)
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			ok = keep_link(host, "/etc", e->d_name) || keep(host, "/etc", e->d_name);
	if (d)
		closedir(d);
	if (host >= 0)
		close(host);
	ok = ok && write_file(missing, "") &&
		mount(NULL, "/etc", NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL) == 0;
	if (covered && !ok)
		umount2("/etc", MNT_DETACH);
	return ok;
}

/* Put a file of ours over one of the host's. A link that leads nowhere (resolv.conf into a hidden /run) is left so. */
static bool replace_file(const char *path, const char *ours, const char *text)
{
	if (!write_file(ours, text))
		return false;
	int fd = open(ours, O_PATH | O_CLOEXEC);
	bool ok = fd >= 0 && (bind_read_only(fd, path) || errno == ENOENT);
	if (fd >= 0)
		close(fd);
	unlink(ours);   /* the mount keeps it */
	return ok;
}

/*
 * Root owns the disks and needs no capability to write to what it owns; so they are not there. The price is that
 * root's programs cannot open new ptys: /dev/ptmx finds its pts only in the folder it was made in.
 */
static bool own_devices(void)
{
	static const char *const kept[] = { "null", "zero", "full", "random", "urandom", "tty", "ptmx", "pts" };
	static const char *const links[][2] = {
		{ "/proc/self/fd", "/dev/fd" }, { "/proc/self/fd/0", "/dev/stdin" },
		{ "/proc/self/fd/1", "/dev/stdout" }, { "/proc/self/fd/2", "/dev/stderr" },
	};
	int host = open("/dev", O_PATH | O_DIRECTORY | O_CLOEXEC);
	bool ok = host >= 0 && cover("/dev", "mode=755,size=1m");

	for (size_t i = 0; ok && i < sizeof kept / sizeof *kept; i++)
		ok = keep(host, "/dev", kept[i]);
	for (size_t i = 0; ok && i < sizeof links / sizeof *links; i++)
		ok = symlink(links[i][0], links[i][1]) == 0;
	if (host >= 0)
		close(host);
	return ok && mkdir("/dev/shm", 01777) == 0;
}

/* True when /tmp is our own. */
static bool hide(const struct mounts_plan *plan, struct stage_report *report)
{
	struct stat st;

	if (!tree_read_only())
		refuse(report, "make the tree read-only");
	if (!cover("/run", "mode=755,size=16m"))
		refuse(report, "tmpfs on /run");
	if (may_hide(plan->home) && !cover(plan->home, "mode=700,size=16m"))
		refuse(report, "tmpfs on home");
	if (plan->root && !own_devices())
		refuse(report, "own /dev");
	if (!cover("/dev/shm", "mode=1777,size=64m"))
		refuse(report, "tmpfs on /dev/shm");
	if (!cover("/tmp", "mode=1777,size=64m"))
		return refuse(report, "tmpfs on /tmp");
	if ((lstat("/etc/hosts", &st) < 0 && !own_etc("/etc/hosts")) || !replace_file("/etc/hosts", "/tmp/.hosts", plan->names))
		refuse(report, "own /etc/hosts");
	if (!replace_file("/etc/resolv.conf", "/tmp/.resolv", "nameserver 127.0.0.1\n"))
		refuse(report, "own /etc/resolv.conf");
	return true;
}

void mounts_arrange(const struct mounts_plan *plan, bool *at_lesson, struct stage_report *report)
{
	int programs = open_folder(plan->programs), shim = open_folder(plan->shim);

	*at_lesson = false;
	if (plan->hide_files && hide(plan, report)) {
		*at_lesson = programs >= 0 && show(programs, "/tmp/lesson");
		if (plan->programs[0] && !*at_lesson)
			refuse(report, "bind /tmp/lesson");
		if (!show(shim, "/tmp/.shim"))
			refuse(report, "bind /tmp/.shim");
	}
	if (programs >= 0)
		close(programs);
	if (shim >= 0)
		close(shim);
}
