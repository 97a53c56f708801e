/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls on any descriptor. */
#include "tests/trace/every-call/every.h"

void make_read(void)
{
	char buf[100];
	read(pipes[0], buf, sizeof buf);
	read(pipes[0], buf, 10);
	read(pipes[0], buf, 0);
	read(evfd, buf, 8);
	read(tmfd, buf, 8);
	read(99, buf, 8);
	CALL(read, pipes[0], 8L, 8);
}

void make_write(void)
{
	uint64_t two = 2;
	write(pipes[1], "abc", 3);
	write(evfd, &two, sizeof two);
	write(99, "abc", 3);
	CALL(write, pipes[1], 8L, 3);
}

void make_readv(void)
{
	char a[2], b[10];
	struct iovec iov[2] = { { a, sizeof a }, { b, sizeof b } };
	write(pipes[1], "abcdef", 6);
	readv(pipes[0], iov, 2);
	readv(99, iov, 2);
	CALL(readv, pipes[0], 8L, 2);
}

void make_writev(void)
{
	struct iovec iov[3] = { { "ab", 2 }, { "", 0 }, { "cdefghijklmnopqrstuvwxyz0123456789", 34 } };
	writev(pipes[1], iov, 3);
	writev(99, iov, 3);
	writev(99, iov, 0);
	iov[1].iov_base = (void *)8;
	iov[1].iov_len = 5;
	writev(99, iov, 3);
	CALL(writev, 99, 8L, 1);
}

void make_pread64(void)
{
	char buf[10];
	int fd = open("/dev/zero", O_RDONLY);
	pread(fd, buf, sizeof buf, 5);
	pread(99, buf, sizeof buf, -5);
	close(fd);
}

void make_pwrite64(void)
{
	int fd = open("/dev/null", O_WRONLY);
	pwrite(fd, "abc", 3, 7);
	pwrite(99, "abc", 3, 0x100000000);
	close(fd);
}

void make_preadv(void)
{
	char a[2], b[10];
	struct iovec iov[2] = { { a, sizeof a }, { b, sizeof b } };
	int fd = open("/dev/zero", O_RDONLY);
	CALL(preadv, fd, iov, 2, 5L, 0);
	CALL(preadv, listener, iov, 2, 0L, 0);
	CALL(preadv, fd, iov, 2, -5L, 0);
	CALL(preadv, fd, 8L, 2, 0L, 0);
	close(fd);
}

void make_pwritev(void)
{
	struct iovec iov[2] = { { "ab", 2 }, { "cdefghijklmnopqrstuvwxyz0123456789", 34 } };
	int fd = open("/dev/null", O_WRONLY);
	CALL(pwritev, fd, iov, 2, 7L, 0);
	CALL(pwritev, listener, iov, 1, 0x100000000L, 0);
	CALL(pwritev, fd, 8L, 2, 0L, 0);
	close(fd);
}

#ifdef __NR_preadv2
void make_preadv2(void)
{
	char a[2], b[10];
	struct iovec iov[2] = { { a, sizeof a }, { b, sizeof b } };
	write(pipes[1], "abcdef", 6);
	CALL(preadv2, pipes[0], iov, 2, -1L, 0, 0);
	CALL(preadv2, pipes[0], iov, 2, -1L, -1L, RWF_NOWAIT);
	CALL(preadv2, listener, iov, 2, 3L, 0, 0);
	for (unsigned i = 0; i < group(CONST_rwfflags)->n; i++)
		CALL(preadv2, 99, iov, 2, 0L, 0, (int)group(CONST_rwfflags)->item[i].value);
	CALL(preadv2, 99, iov, 2, 0L, 0, 0x10000);
	CALL(preadv2, 99, 8L, 2, 0L, 0, RWF_HIPRI | RWF_NOWAIT);
}
#endif

#ifdef __NR_pwritev2
void make_pwritev2(void)
{
	struct iovec iov[2] = { { "ab", 2 }, { "cd", 2 } };
	int fd = open("/dev/null", O_WRONLY);
	CALL(pwritev2, fd, iov, 2, -1L, 0, 0);
	CALL(pwritev2, fd, iov, 2, 7L, 0, RWF_SYNC | RWF_DSYNC);
	CALL(pwritev2, 99, iov, 2, -2L, 0, RWF_APPEND | 0x20000);
	close(fd);
}
#endif

void make_sendfile(void)
{
	int fd = open("/bin/true", O_RDONLY);
	off_t off = 1;
	CALL(sendfile, pipes[1], fd, &off, 10);
	CALL(sendfile, pipes[1], fd, NULL, 5);
	CALL(sendfile, 99, fd, &off, 5);
	close(fd);
}

void make_splice(void)
{
	int fd = open("/dev/null", O_WRONLY);
	for (unsigned i = 0; i < group(CONST_spliceflags)->n; i++)
		CALL(splice, 99, NULL, fd, NULL, 3, (unsigned)group(CONST_spliceflags)->item[i].value);
	loff_t off = 0;
	CALL(splice, pipes[0], NULL, fd, &off, 3, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
	CALL(splice, pipes[0], NULL, fd, NULL, 3, 0x100);
	close(fd);
}

void make_close(void)
{
	close(99);
	close(-1);
}

void make_close_range(void)
{
	for (unsigned i = 0; i < group(CONST_closerangeflags)->n; i++)
		CALL(close_range, 500U, 600U, (unsigned)group(CONST_closerangeflags)->item[i].value);
	CALL(close_range, 500U, ~0U, 0);
	CALL(close_range, 500U, 400U, 0x10);
}

/* 1 is no flag of this call: nothing is changed. */
void make_unshare(void)
{
	for (unsigned i = 0; i < group(CONST_unshareflags)->n; i++)
		CALL(unshare, (unsigned long)group(CONST_unshareflags)->item[i].value | 1);
	CALL(unshare, (unsigned long)CLONE_FS | CLONE_FILES);
	CALL(unshare, 0UL);
	CALL(unshare, 1UL);
}

void make_dup(void)
{
	close(dup(listener));
	dup(99);
}

#ifdef __NR_dup2
void make_dup2(void)
{
	close((int)CALL(dup2, listener, 77));
	CALL(dup2, 99, 77);
}
#endif

void make_dup3(void)
{
	close((int)CALL(dup3, listener, 77, O_CLOEXEC));
	CALL(dup3, listener, 77, 0);
	CALL(dup3, listener, 77, 5);
	close(77);
}

void make_fcntl(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct { int type; int pid; } owner = { F_OWNER_PID, getpid() };
	fcntl(fd, F_GETFD);
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	fcntl(fd, F_GETFD);
	fcntl(fd, F_SETFD, 0xf0);
	fcntl(fd, F_GETFL);
	fcntl(fd, F_SETFL, O_RDWR | O_NONBLOCK);
	fcntl(fd, F_GETFL);
	for (unsigned i = 0; i < group(CONST_openflags)->n; i++)
		CALL(fcntl, 99, F_SETFL, (int)group(CONST_openflags)->item[i].value);
	CALL(fcntl, 99, F_SETFL, -1);
	close(fcntl(fd, F_DUPFD, 50));
	close(fcntl(fd, F_DUPFD_CLOEXEC, 50));
	fcntl(fd, F_SETOWN, getpid());
	fcntl(fd, F_GETOWN);
	for (unsigned i = 0; i < group(CONST_owner)->n; i++) {
		owner.type = (int)group(CONST_owner)->item[i].value;
		CALL(fcntl, fd, F_SETOWN_EX, &owner);
		CALL(fcntl, fd, F_GETOWN_EX, &owner);
	}
	CALL(fcntl, fd, F_GETOWN_EX, &owner);
	fcntl(fd, F_SETSIG, SIGUSR1);
	fcntl(fd, F_GETSIG);
	CALL(fcntl, fd, 999, 5);
	for (unsigned i = 0; i < group(CONST_fcntlcmd)->n; i++)
		CALL(fcntl, 99, (int)group(CONST_fcntlcmd)->item[i].value, 0);
	close(fd);
}

void make_ioctl(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1, n = 0;
	ioctl(fd, FIONBIO, &on);
	ioctl(fd, FIONREAD, &n);
	ioctl(fd, TIOCOUTQ, &n);
	knock();
	int conn = accept4(listener, NULL, NULL, 0);
	struct pollfd ready = { conn, POLLIN, 0 };
	ppoll(&ready, 1, NULL, NULL);
	ioctl(conn, FIONREAD, &n);
	ioctl(conn, TIOCOUTQ, &n);
	ioctl(conn, SIOCATMARK, &n);
	close(conn);
	close(client);
	struct ifreq all[8], r = { 0 };
	struct ifconf conf = { .ifc_len = sizeof all, .ifc_req = all };
	ioctl(fd, SIOCGIFCONF, &conf);
	conf = (struct ifconf){ .ifc_len = 0, .ifc_req = NULL };
	ioctl(fd, SIOCGIFCONF, &conf);
	strcpy(r.ifr_name, "lo");
	for (unsigned i = 0; i < group(CONST_ioctlcmd)->n; i++) {
		struct { struct ifreq r; char more[64]; } copy = { .r = r };
		ioctl(99, group(CONST_ioctlcmd)->item[i].value, &copy);
	}
	static const unsigned get[] = { SIOCGIFFLAGS, SIOCGIFADDR, SIOCGIFNETMASK, SIOCGIFBRDADDR, SIOCGIFDSTADDR, SIOCGIFMTU,
		SIOCGIFMETRIC, SIOCGIFHWADDR, SIOCGIFINDEX, SIOCGIFTXQLEN };
	for (unsigned i = 0; i < sizeof get / sizeof *get; i++) {
		memset(&r, 0, sizeof r);
		strcpy(r.ifr_name, "lo");
		ioctl(fd, get[i], &r);
	}
	memset(&r, 0, sizeof r);
	r.ifr_ifindex = 1;
	ioctl(fd, SIOCGIFNAME, &r);
	ioctl(fd, FIOCLEX);
	ioctl(99, 0xdeadbeef, 0x1234);
	close(fd);
}

#ifdef __NR_pipe
void make_pipe(void)
{
	int p[2];
	CALL(pipe, p);
	close(p[0]);
	close(p[1]);
	CALL(pipe, 8L);
}
#endif

void make_pipe2(void)
{
	int p[2];
	CALL(pipe2, p, O_CLOEXEC | O_NONBLOCK);
	close(p[0]);
	close(p[1]);
	CALL(pipe2, p, 1);
}

void make_io_uring_setup(void)
{
	CALL(io_uring_setup, 0, NULL);
}
