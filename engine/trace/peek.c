/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * process_vm_readv(2) copies whole pages' worth until the first page that is
 * not there; for one remote range it then reports EFAULT only if nothing was
 * copied. Some kernels fail the whole range, so a failed read is tried page by page.
 * Where the call itself is refused, /proc/TID/mem gives the same to a tracer.
 */
#include "engine/trace/peek.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

enum { PAGE = 4096 };

static ssize_t read_file(pid_t tid, uint64_t addr, void *buf, size_t n)
{
	char path[32];
	snprintf(path, sizeof path, "/proc/%d/mem", (int)tid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	ssize_t got = pread(fd, buf, n, (off_t)addr);
	int why = got < 0 && errno == EIO ? EFAULT : errno;   /* as the call says it */
	close(fd);
	errno = why;
	return got;
}

static ssize_t read_range(pid_t tid, uint64_t addr, void *buf, size_t n)
{
	struct iovec local = { buf, n }, remote = { (void *)(uintptr_t)addr, n };
	ssize_t got = process_vm_readv(tid, &local, 1, &remote, 1, 0);
	return got < 0 && (errno == EPERM || errno == ENOSYS) ? read_file(tid, addr, buf, n) : got;
}

static ssize_t read_process(void *ctx, uint64_t addr, void *buf, size_t n)
{
	pid_t tid = (pid_t)(intptr_t)ctx;
	ssize_t got = read_range(tid, addr, buf, n);
	if (got >= 0 || errno != EFAULT)
		return got;
	size_t done = 0;
	while (done < n) {
		size_t part = PAGE - (addr + done) % PAGE;
		if (part > n - done)
			part = n - done;
		got = read_range(tid, addr + done, (char *)buf + done, part);
		if (got <= 0)
			break;
		done += (size_t)got;
	}
	return (ssize_t)done;
}

struct peek peek_process(pid_t tid)
{
	return (struct peek){ .read = read_process, .ctx = (void *)(intptr_t)tid };
}

size_t peek_some(const struct peek *p, uint64_t addr, void *buf, size_t n)
{
	if (!n || !addr)
		return 0;
	ssize_t got = p->read(p->ctx, addr, buf, n);
	if (got <= 0)
		return 0;
	return (size_t)got < n ? (size_t)got : n;
}

bool peek_all(const struct peek *p, uint64_t addr, void *buf, size_t n)
{
	return peek_some(p, addr, buf, n) == n;
}

/* Where the call is refused, by way of the file, which would also write where the program itself may not. */
bool peek_put(pid_t tid, uint64_t addr, const void *buf, size_t n)
{
	struct iovec local = { (void *)buf, n }, remote = { (void *)(uintptr_t)addr, n };
	char path[32];
	ssize_t put = process_vm_writev(tid, &local, 1, &remote, 1, 0);
	if (put >= 0 || (errno != EPERM && errno != ENOSYS))
		return put == (ssize_t)n;
	snprintf(path, sizeof path, "/proc/%d/mem", (int)tid);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	put = pwrite(fd, buf, n, (off_t)addr);
	close(fd);
	return put == (ssize_t)n;
}

static bool window_has(const struct peek_window *w, uint64_t addr, size_t n)
{
	return addr >= w->addr && addr - w->addr <= w->len && n <= w->len - (addr - w->addr);
}

/* What is around addr, more of it above than below, within its page: the next page may not be there. */
static void fill_window(const struct peek *p, struct peek_window *w, uint64_t addr)
{
	uint64_t page = addr - addr % PAGE, start = addr - page > PEEK_WINDOW / 3 ? addr - PEEK_WINDOW / 3 : page;
	size_t room = (size_t)(PAGE - (start - page));
	w->addr = start;
	w->len = peek_some(p, start, w->bytes, room < PEEK_WINDOW ? room : PEEK_WINDOW);
}

bool peek_near(const struct peek *p, struct peek_window *w, uint64_t addr, void *buf, size_t n)
{
	if (n > PEEK_WINDOW / 2 || !addr)
		return peek_all(p, addr, buf, n);
	if (!window_has(w, addr, n))
		fill_window(p, w, addr);
	if (!window_has(w, addr, n))
		return peek_all(p, addr, buf, n);
	memcpy(buf, w->bytes + (addr - w->addr), n);
	return true;
}

ssize_t peek_string(const struct peek *p, uint64_t addr, char *buf, size_t cap, bool *cut)
{
	size_t done = 0;
	*cut = true;
	while (done < cap - 1) {
		size_t part = 256 - (addr + done) % 256;
		if (part > cap - 1 - done)
			part = cap - 1 - done;
		size_t got = peek_some(p, addr + done, buf + done, part);
		char *nul = memchr(buf + done, 0, got);
		if (nul) {
			*cut = false;
			return nul - buf;
		}
		done += got;
		if (got < part)
			break;
	}
	buf[done] = 0;
	return done ? (ssize_t)done : -1;
}
