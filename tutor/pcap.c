/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/pcap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/text.h"
#include "engine/wire/pcapng.h"
#include "tutor/i18n.h"

/* What the task that was let go did in this step, in the order of what says most. */
enum deed { DEED_NONE, DEED_HIDDEN, DEED_ENDED, DEED_ASLEEP, DEED_CALL };

enum { HOSTS_MOST = 16 };

struct pcap {
	int fd;
	const struct log *log;
	int64_t next;                /* event of the log that was not looked at yet */
	int64_t began;               /* nanoseconds since 1970 */
	int64_t packets, lost, last; /* so far; time of the newest one */
	bool described;              /* section and interface are written */
	bool no_network, no_capture; /* this part was refused */
	int n_names;
	char **names, **addresses;   /* by actor; addresses: NULL: not told */
	int64_t *hosts;              /* by actor; -1: all are on one */
	bool has_cable;
	unsigned interface[1 + HOSTS_MOST];   /* number in the file, from 1, of lo and of each host's end of the cable; 0: none yet */
	unsigned n_interfaces;
	int n_calls;
	char **calls;                /* by lane: the call it stands before or sleeps in */
	bool freely;
	int64_t step;
	int mover;                   /* lane that was let go in this step; -1: none */
	enum deed deed;
	struct buf said, out;
	struct arena arena;
	struct err trouble;
};

/* the step's comment */

static void set_call(struct pcap *p, int64_t lane, const char *call)
{
	enum { LANES_MOST = 65536 };
	if (lane < 0 || lane >= LANES_MOST || !call)
		return;
	if (lane >= p->n_calls) {
		p->calls = xrealloc(p->calls, (size_t)(lane + 1) * sizeof *p->calls);
		memset(p->calls + p->n_calls, 0, (size_t)(lane + 1 - p->n_calls) * sizeof *p->calls);
		p->n_calls = (int)lane + 1;
	}
	free(p->calls[lane]);
	p->calls[lane] = xstrdup(call);
}

static const char *name_of(const struct pcap *p, const struct event *e)
{
	return e->actor >= 0 && e->actor < p->n_names ? p->names[e->actor] : "?";
}

/* True: this deed says more than what is known, and `said` begins with who did it. */
static bool says_more(struct pcap *p, const struct event *e, enum deed deed)
{
	if (p->freely || e->lane < 0 || e->lane != p->mover || deed <= p->deed)
		return false;
	p->deed = deed;
	buf_clear(&p->said);
	buf_addf(&p->said, "%s ", name_of(p, e));
	return true;
}

static void see_after(struct pcap *p, const struct event *e)
{
	if (e->after.restart || !e->after.call || !says_more(p, e, e->after.hidden ? DEED_HIDDEN : DEED_CALL))
		return;
	buf_addf(&p->said, "%s() = %lld%s%s", e->after.canon ? e->after.canon : e->after.call, (long long)e->after.ret, e->after.err ? " " : "",
		 e->after.err ? e->after.err : "");
}

static void see_asleep(struct pcap *p, const struct event *e)
{
	const char *call = e->lane >= 0 && e->lane < p->n_calls ? p->calls[e->lane] : NULL;
	if (call && says_more(p, e, DEED_ASLEEP))
		buf_addf(&p->said, "%s() sleeps", call);
}

/* What began a step that no program did. */
static void see_cause(struct pcap *p, const struct event *e)
{
	if (p->freely || p->mover >= 0 || p->deed)
		return;
	buf_clear(&p->said);
	if (e->type == EVENT_wire)
		buf_addf(&p->said, "the cable, told to %s", e->wire.how ? e->wire.how : "?");
	else
		buf_addf(&p->said, "timer of %s %s()", name_of(p, e), e->timer.of ? e->timer.of : "?");
}

/* A step begins with `go`, unless the kernel or a timer began it. */
static void see_step(struct pcap *p, const struct event *e)
{
	if (e->step == p->step)
		return;
	p->step = e->step;
	p->mover = -1;
	p->deed = DEED_NONE;
	buf_clear(&p->said);
}

static void see_go(struct pcap *p, const struct event *e)
{
	p->mover = (int)e->lane;
	p->deed = DEED_NONE;
	p->freely = p->freely || text_is(e->go.how, "freely");
}

static const char *comment(struct pcap *p, const struct event *e)
{
	const char *said = p->freely ? "at full speed" : p->said.len ? p->said.data :
			   p->mover < 0 ? "the kernel, by itself" : "";
	return arena_printf(&p->arena, *said ? "step %lld: %s" : "step %lld", (long long)e->step, said);
}

/* blocks */

static bool is_refused(const struct value *stage, const char *part)
{
	const struct value *v = stage ? value_get(stage, part) : NULL;
	return v && v->kind == VALUE_INT && v->i == 0;
}

/* Who is on that host, with commas between, and the host's address. */
static const char *who_is_on(struct pcap *p, int64_t host, const char **address)
{
	const char *who = NULL;
	*address = NULL;
	for (int i = 0; i < p->n_names; i++) {
		if (p->hosts[i] != host)
			continue;
		who = who ? arena_printf(&p->arena, "%s, %s", who, p->names[i]) : p->names[i];
		*address = p->addresses[i];
	}
	return who ? who : "?";
}

/* The interface at which the packet was seen: where it left its host for the cable, else lo. Described before its first packet. */
static unsigned interface_of(struct pcap *p, int64_t host)
{
	const char *address;
	unsigned *number = &p->interface[host >= 0 && host < HOSTS_MOST ? 1 + host : 0];
	if (*number)
		return *number - 1;
	if (number == p->interface) {
		pcapng_interface(&p->out, "lo", p->has_cable ? "loopback of the hosts" : "loopback of the run's own network");
	} else {
		const char *who = who_is_on(p, host, &address);
		pcapng_interface(&p->out, who, arena_printf(&p->arena, "host of %s%s%s: where it meets the cable", who, address ? ", " : "",
							    address ? address : ""));
	}
	return (*number = ++p->n_interfaces) - 1;
}

static void add_actor(struct pcap *p, const struct value *actor)
{
	const struct value *name = value_get(actor, "name"), *host = value_get(actor, "host"), *address = value_get(actor, "address");
	size_t n = (size_t)p->n_names + 1;
	p->names = xrealloc(p->names, n * sizeof *p->names);
	p->addresses = xrealloc(p->addresses, n * sizeof *p->addresses);
	p->hosts = xrealloc(p->hosts, n * sizeof *p->hosts);
	p->names[p->n_names] = xstrdup(name && name->text ? name->text : "?");
	p->addresses[p->n_names] = address && address->text ? xstrdup(address->text) : NULL;
	p->hosts[p->n_names] = host && host->kind == VALUE_INT ? host->i : -1;
	p->has_cable = p->has_cable || host;
	p->n_names++;
}

static void see_begin(struct pcap *p, const struct event *e)
{
	const struct value *actors = e->begin.actors;
	p->began = e->begin.real;
	p->no_network = is_refused(e->begin.stage, "netns");
	p->no_capture = is_refused(e->begin.stage, "af_packet");
	p->last = p->began;
	for (unsigned i = 0; actors && i < actors->n && !p->described; i++)
		add_actor(p, actors->item[i]);
	if (p->described)
		return;
	pcapng_section(&p->out, e->begin.system, arena_printf(&p->arena, "socktutor %s", SOCKTUTOR_VERSION));
	if (!p->has_cable)
		interface_of(p, -1);
	for (int i = 0; i < p->n_names; i++)
		if (p->hosts[i] >= 0)
			interface_of(p, p->hosts[i]);
	p->described = true;
}

static void see_packet(struct pcap *p, const struct event *e)
{
	struct buf bytes = BUF_INIT;
	struct pcapng_packet block = { .interface = interface_of(p, e->packet.host), .at = p->began + e->packet.at,
		.comment = comment(p, e) };
	if (log_bytes(p->log, e->packet.bytes, &bytes, NULL) && bytes.len) {
		block.bytes = bytes.data;
		block.len = bytes.len;
		block.total = e->packet.len > (int64_t)bytes.len ? (size_t)e->packet.len : bytes.len;
		pcapng_packet(&p->out, &block);
		p->packets++;
		p->last = block.at;
	}
	buf_release(&bytes);
}

static void see_note(struct pcap *p, const struct event *e)
{
	if (e->note.id && e->note.a0 && strcmp(e->note.id, "packets-lost") == 0)
		p->lost += strtoll(e->note.a0, NULL, 10);
}

/* At which of several interfaces some were lost, the log does not tell. */
static void see_end(struct pcap *p)
{
	if (p->n_interfaces == 1)
		pcapng_statistics(&p->out, 0, p->last, (uint64_t)p->packets, (uint64_t)p->lost);
}

static void see(struct pcap *p, const struct event *e)
{
	see_step(p, e);
	switch (e->type) {
	case EVENT_begin: see_begin(p, e); break;
	case EVENT_go: see_go(p, e); break;
	case EVENT_before: set_call(p, e->lane, e->before.canon ? e->before.canon : e->before.call); break;
	case EVENT_after: see_after(p, e); break;
	case EVENT_asleep: see_asleep(p, e); break;
	case EVENT_exit:
		if (says_more(p, e, DEED_ENDED))
			buf_adds(&p->said, "ends");
		break;
	case EVENT_wire:
	case EVENT_timer: see_cause(p, e); break;
	case EVENT_packet: see_packet(p, e); break;
	case EVENT_note: see_note(p, e); break;
	case EVENT_end: see_end(p); break;
	default: break;
	}
}

/* file */

static void write_out(struct pcap *p)
{
	size_t done = 0;
	while (done < p->out.len && p->trouble.id == ERR_NONE) {
		ssize_t n = write(p->fd, p->out.data + done, p->out.len - done);
		if (n > 0)
			done += (size_t)n;
		else if (n == 0 || errno != EINTR)
			err_set(&p->trouble, ERR_SYSTEM, n ? errno : ENOSPC, "write", "--pcap");
	}
	buf_clear(&p->out);
}

/* Values are read only where they are needed: a run at full speed has a million other events. */
static bool read_event(struct pcap *p, int64_t i, struct event *e)
{
	switch (log_type(p->log, i)) {
	case EVENT_begin:
	case EVENT_packet:
		return log_get(p->log, i, e, &p->arena, NULL);
	case EVENT_after:
	case EVENT_asleep:
	case EVENT_before:
	case EVENT_exit:
		if (p->freely)
			return false;
		/* fall through */
	case EVENT_go:
	case EVENT_wire:
	case EVENT_timer:
	case EVENT_note:
	case EVENT_end:
		return log_skim(p->log, i, e, &p->arena, NULL);
	default:
		return false;
	}
}

enum { WRITE_AT = 1 << 16 };

static void follow(void *ctx)
{
	struct pcap *p = ctx;
	struct event e;
	for (; p->next < log_count(p->log); p->next++) {
		arena_clear(&p->arena);
		if (read_event(p, p->next, &e))
			see(p, &e);
		if (p->out.len >= WRITE_AT)
			write_out(p);
	}
	write_out(p);
}

static bool is_ours(int fd, const struct stat *st)
{
	uint32_t magic = 0;
	return st->st_size == 0 || (pread(fd, &magic, sizeof magic, 0) == sizeof magic && magic == PCAPNG_MAGIC);
}

static int open_file(const char *path, struct err *err)
{
	struct stat st;
	bool is_file = stat(path, &st) < 0 || S_ISREG(st.st_mode);
	int fd = open(path, (is_file ? O_RDWR | O_CREAT : O_WRONLY) | O_CLOEXEC | O_NOCTTY, 0666);
	if (fd < 0) {
		err_set(err, ERR_SYSTEM, errno, "open", path);
		return -1;
	}
	if (!is_file)
		return fd;
	if (fstat(fd, &st) < 0 || !is_ours(fd, &st))
		err_set(err, ERR_PCAP_FOREIGN, 0, path, NULL);
	else if (ftruncate(fd, 0) < 0)
		err_set(err, ERR_SYSTEM, errno, "ftruncate", path);
	else
		return fd;
	close(fd);
	return -1;
}

struct pcap *pcap_new(const char *path, struct log *log, struct err *err)
{
	int fd = open_file(path, err);
	if (fd < 0)
		return NULL;
	struct pcap *p = xcalloc(1, sizeof *p);
	*p = (struct pcap){ .fd = fd, .log = log, .step = -1, .mover = -1, .said = BUF_INIT, .out = BUF_INIT };
	arena_init(&p->arena);
	log_on_flush(log, follow, p);
	follow(p);
	return p;
}

void pcap_free(struct pcap *p)
{
	if (!p)
		return;
	close(p->fd);
	for (int i = 0; i < p->n_names; i++) {
		free(p->names[i]);
		free(p->addresses[i]);
	}
	free(p->addresses);
	free(p->hosts);
	for (int i = 0; i < p->n_calls; i++)
		free(p->calls[i]);
	free(p->names);
	free(p->calls);
	buf_release(&p->said);
	buf_release(&p->out);
	arena_release(&p->arena);
	free(p);
}

const struct err *pcap_trouble(const struct pcap *p)
{
	return &p->trouble;
}

bool pcap_is_empty(const struct pcap *p, struct buf *why)
{
	if (p->packets)
		return false;
	buf_adds(why, p->no_network ? _("There are no packets in the --pcap file: the programs used this computer's own network. "
					"See what to do: socktutor doctor") :
		      p->no_capture ? _("There are no packets in the --pcap file: this system does not let socktutor see them. "
					"See what to do: socktutor doctor") :
				      _("There are no packets in the --pcap file: the programs sent none, or they used this computer's "
					"own network."));
	return true;
}
