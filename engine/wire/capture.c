/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * TPACKET_V2, because a frame is there the moment it is taken; V3 hands over
 * whole blocks, late. On lo every frame passes twice: what goes out is counted,
 * to know what is on its way, and left out.
 */
#include "engine/wire/capture.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/base/buf.h"

enum { SLOT = 2048, BLOCK = 1 << 16, BLOCKS = 128, SLOTS = BLOCKS * (BLOCK / SLOT), RING = BLOCKS * BLOCK };

struct capture {
	int fd;
	bool both_ways;             /* what goes out is seen too */
	unsigned char *ring;
	unsigned at;                /* slot to be read next */
	unsigned counted;           /* slots from there on that were counted */
	int flying;
	int64_t moves;
	int64_t out, in, dropped;   /* counted; dropped: either, without a slot in the ring */
	int64_t lost;               /* told of */
	struct tpacket2_hdr *lent;  /* the frame the caller reads; NULL: none */
};

static bool make_ring(int fd, bool both_ways, const char **step)
{
	int version = TPACKET_V2, on = 1;
	struct tpacket_req want = {
		.tp_block_size = BLOCK, .tp_block_nr = BLOCKS, .tp_frame_size = SLOT, .tp_frame_nr = SLOTS,
	};
	*step = "capture ring";
	if (!both_ways)
		setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on);   /* newer kernels; else looked at one by one */
	return setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof version) == 0 &&
	       setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &want, sizeof want) == 0;
}

static bool bind_to(int fd, const char *interface, const char **step)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	*step = "capture on the interface";
	at.sll_ifindex = (int)if_nametoindex(interface);
	return at.sll_ifindex && bind(fd, (struct sockaddr *)&at, sizeof at) == 0;
}

int capture_open(const char *interface, const char **step)
{
	*step = "socket AF_PACKET";
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);   /* protocol 0: nothing before the bind */
	if (fd < 0)
		return -1;
	if (make_ring(fd, strcmp(interface, "lo") == 0, step) && bind_to(fd, interface, step))
		return fd;
	int sys = errno;
	close(fd);
	errno = sys;
	return -1;
}

static bool sees_both_ways(int fd)
{
	int ignores = 0;
	socklen_t len = sizeof ignores;
	return getsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &ignores, &len) < 0 || !ignores;
}

struct capture *capture_new(int fd)
{
	void *ring = mmap(NULL, RING, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (ring == MAP_FAILED)
		return NULL;
	struct capture *c = xcalloc(1, sizeof *c);
	*c = (struct capture){ .fd = fd, .ring = ring, .both_ways = sees_both_ways(fd) };
	return c;
}

void capture_free(struct capture *c)
{
	if (!c)
		return;
	munmap(c->ring, RING);
	close(c->fd);
	free(c);
}

int capture_fd(const struct capture *c)
{
	return c->fd;
}

static void give_back(struct capture *c)
{
	if (c->lent)
		__atomic_store_n(&c->lent->tp_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
	c->lent = NULL;
}

void capture_done(struct capture *c)
{
	give_back(c);
}

static bool is_outgoing(const struct tpacket2_hdr *h)
{
	const struct sockaddr_ll *from = (const void *)((const char *)h + TPACKET_ALIGN(sizeof *h));
	return from->sll_pkttype == PACKET_OUTGOING;
}

static struct tpacket2_hdr *slot_at(const struct capture *c, unsigned i)
{
	return (void *)(c->ring + (size_t)(i % SLOTS) * SLOT);
}

static bool is_filled(const struct tpacket2_hdr *h)
{
	return __atomic_load_n(&h->tp_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER;
}

bool capture_waits(const struct capture *c)
{
	return is_filled(slot_at(c, c->at));
}

static void count(struct capture *c, const struct tpacket2_hdr *h)
{
	c->moves++;
	if (is_outgoing(h)) {
		c->out++;
		c->flying++;
	} else {
		c->in++;
		c->flying -= c->flying > 0;
	}
}

static void look_ahead(struct capture *c)
{
	unsigned most = c->lent ? SLOTS - 1 : SLOTS;
	for (; c->counted < most && is_filled(slot_at(c, c->at + c->counted)); c->counted++)
		count(c, slot_at(c, c->at + c->counted));
}

int capture_flying(struct capture *c)
{
	look_ahead(c);
	return c->flying;
}

int64_t capture_moves(struct capture *c)
{
	look_ahead(c);
	return c->moves;
}

void capture_landed(struct capture *c)
{
	c->flying = 0;
}

bool capture_next(struct capture *c, struct frame *out)
{
	for (;;) {
		give_back(c);
		struct tpacket2_hdr *h = slot_at(c, c->at);
		if (!is_filled(h))
			return false;
		if (c->counted)
			c->counted--;
		else
			count(c, h);
		c->lent = h;
		c->at = (c->at + 1) % SLOTS;
		if (is_outgoing(h))
			continue;
		*out = (struct frame){
			.bytes = (const unsigned char *)h + h->tp_mac, .len = h->tp_snaplen, .total = h->tp_len,
			.real = (int64_t)h->tp_sec * 1000000000 + h->tp_nsec,
		};
		return true;
	}
}

int64_t capture_oldest(const struct capture *c)
{
	const struct tpacket2_hdr *h = slot_at(c, c->at);
	return is_filled(h) ? (int64_t)h->tp_sec * 1000000000 + h->tp_nsec : -1;
}

bool capture_is_filling(const struct capture *c)
{
	return is_filled(slot_at(c, c->at + SLOTS / 4));
}

/*
 * Where both ways are seen, a frame that passed has been counted twice, or dropped once or twice: with nothing on its way,
 * (out + in + dropped) / 2 have passed.
 */
unsigned capture_lost(struct capture *c)
{
	struct tpacket_stats stats = { 0 };
	socklen_t len = sizeof stats;
	look_ahead(c);
	if (getsockopt(c->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &len) == 0 && stats.tp_drops) {
		c->dropped += stats.tp_drops;
		c->flying = 0;   /* the count has holes */
	}
	if (!c->dropped)
		return 0;
	int64_t all = c->both_ways ? (c->out + c->in + c->dropped) / 2 - c->in : c->dropped;
	int64_t new = all > c->lost ? all - c->lost : 0;
	c->lost += new;
	return (unsigned)new;
}
