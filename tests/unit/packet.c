/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What packets say, field by field, of frames made by hand; and any of them cut off anywhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <sys/socket.h>

#include "engine/wire/fragments.h"
#include "engine/wire/packet.h"
#include "tests/unit/frames.h"

static struct frame_maker f;

static struct packet read_frame(void)
{
	struct packet p;
	packet_read(&p, f.bytes, f.len, f.len);
	return p;
}

static void make_syn(void)
{
	frame_tcp(&f, &(struct tcp_maker){ .from = 1, .to = 2, .sport = 40000, .dport = 8888, .flags = TCP_SYN, .window = 65495,
		.seq = 0xfffffffe, .options = frame_syn_options, .n_options = sizeof frame_syn_options });
}

static void make_arp(void)
{
	frame_ethernet(&f, 0x0806);
	frame_add(&f, "\0\1\x08\0\6\4\0\1\2\0\0\0\0\1\x0a\0\0\1\0\0\0\0\0\0\x0a\0\0\2", 28);
}

/* An ICMP error of host 2 about a datagram of host 1, of which n bytes of its UDP header are quoted. */
static void make_unreachable(size_t n)
{
	struct frame_maker inner;
	frame_udp(&inner, 1, 2, 40000, 9, "anybody?");
	frame_ipv4(&f, 1, 2, 1, 8 + 20 + n, 0);
	frame_add(&f, "\3\3\x11\x22\0\0\0\0", 8);
	frame_add(&f, inner.bytes + 14, 20 + n);
}

static void make_unreachable6(void)
{
	struct frame_maker inner;
	frame_ipv6(&inner, 6, 1, 2, 20);
	frame_tcp_header(&inner, &(struct tcp_maker){ .sport = 40000, .dport = 9, .flags = TCP_SYN });
	frame_ipv6(&f, 58, 2, 1, 8 + inner.len - 14);
	frame_add(&f, "\1\4\x11\x22\0\0\0\0", 8);
	frame_add(&f, inner.bytes + 14, inner.len - 14);
}

static const unsigned char hop_by_hop[] = { 60, 0, 1, 4, 0, 0, 0, 0 }, destination[] = { 6, 1, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };

static void make_extensions(void)
{
	frame_ipv6(&f, 0, 1, 2, sizeof hop_by_hop + sizeof destination + 20 + 3);
	frame_add(&f, hop_by_hop, sizeof hop_by_hop);
	frame_add(&f, destination, sizeof destination);
	frame_tcp_header(&f, &(struct tcp_maker){ .sport = 1, .dport = 2, .flags = TCP_ACK | TCP_PSH, .payload = 3 });
}

static void make_fragment6(unsigned offset)
{
	frame_ipv6(&f, 44, 1, 2, 8 + 20);
	frame_add(&f, (unsigned char[]){ 6, 0, (unsigned char)(offset >> 8), (unsigned char)offset, 0, 0, 0, 1 }, 8);
	frame_tcp_header(&f, &(struct tcp_maker){ .sport = 0x0006, .dport = 2, .flags = TCP_ACK });
}

static void tcp_is_read(void **state)
{
	make_syn();
	struct packet p = read_frame();
	assert_int_equal(p.kind, PACKET_TCP);
	assert_null(p.broken);
	assert_int_equal(p.from.family, AF_INET);
	assert_memory_equal(p.from.addr, "\x0a\0\0\1", 4);
	assert_memory_equal(p.to.addr, "\x0a\0\0\2", 4);
	assert_int_equal(p.from.port, 40000);
	assert_int_equal(p.to.port, 8888);
	assert_int_equal(p.seq, 0xfffffffe);
	assert_int_equal(p.flags, TCP_SYN);
	assert_int_equal(p.window, 65495);
	assert_int_equal(p.ttl, 64);
	assert_int_equal(p.net_at, 14);
	assert_int_equal(p.head_at, 34);
	assert_int_equal(p.data_at, 34 + 20 + sizeof frame_syn_options);
	assert_int_equal(p.data_len, 0);
}

static void padding_is_no_payload(void **state)
{
	frame_tcp(&f, &(struct tcp_maker){ .from = 1, .to = 2, .flags = TCP_ACK });
	frame_add(&f, "\0\0\0\0\0\0", 6);
	assert_int_equal(read_frame().data_len, 0);
	frame_udp(&f, 1, 2, 1, 2, "hi");
	frame_add(&f, "\0\0\0\0\0\0", 6);
	assert_int_equal(read_frame().data_len, 2);
}

static void payload_is_counted_though_it_was_not_kept(void **state)
{
	struct packet p;
	frame_tcp(&f, &(struct tcp_maker){ .from = 1, .to = 2, .flags = TCP_ACK, .payload = 1000 });
	packet_read(&p, f.bytes, 100, f.len);
	assert_int_equal(p.data_len, 1000);
	assert_null(p.broken);
}

static void udp_is_read(void **state)
{
	frame_udp(&f, 1, 2, 5353, 53, "question");
	struct packet p = read_frame();
	assert_int_equal(p.kind, PACKET_UDP);
	assert_int_equal(p.from.port, 5353);
	assert_int_equal(p.to.port, 53);
	assert_int_equal(p.data_len, 8);
	f.bytes[14 + 20 + 5] = 12;   /* its own length says 4 bytes less than the IP packet's */
	assert_int_equal(read_frame().data_len, 4);
	f.bytes[14 + 20 + 5] = 7;
	assert_string_equal(read_frame().broken, "UDP length");
}

static void arp_is_read(void **state)
{
	make_arp();
	struct packet p = read_frame();
	assert_int_equal(p.kind, PACKET_ARP);
	assert_int_equal(p.type, 1);
	assert_memory_equal(p.to.addr, "\x0a\0\0\2", 4);
	f.bytes[18] = 8;
	assert_string_equal(read_frame().broken, "not ARP for IPv4 on Ethernet");
}

static void fragments_have_one_header(void **state)
{
	frame_ipv4(&f, 17, 1, 2, 100, 0x2000);   /* the first of several */
	frame_udp_header(&f, 1, 2, "012345678901234567890123456789");
	struct packet first = read_frame();
	assert_int_equal(first.kind, PACKET_UDP);
	assert_true(first.first_fragment && !first.later_fragment);
	assert_int_equal(first.fragment_id, 0xbeef);
	frame_ipv4(&f, 17, 1, 2, 24, 0x0010);
	frame_add(&f, "no header, but more payload", 24);
	struct packet p = read_frame();
	assert_int_equal(p.kind, PACKET_IP);
	assert_true(p.later_fragment && !p.first_fragment);
	assert_int_equal(p.fragment_id, 0xbeef);
	assert_int_equal(p.from.port, 0);
	assert_int_equal(p.data_len, 24);
	make_fragment6(1);   /* more follow */
	first = read_frame();
	assert_int_equal(first.kind, PACKET_TCP);
	assert_true(first.first_fragment && !first.later_fragment);
	assert_int_equal(first.fragment_id, 1);
	make_fragment6(8);
	p = read_frame();
	assert_int_equal(p.kind, PACKET_IP);
	assert_true(p.later_fragment && !p.first_fragment);
	assert_int_equal(p.fragment_id, 1);
	frame_udp(&f, 1, 2, 5, 6, "whole");
	p = read_frame();
	assert_true(!p.first_fragment && !p.later_fragment);
	make_fragment6(0);   /* the only piece: RFC 6946 */
	p = read_frame();
	assert_true(!p.first_fragment && !p.later_fragment);
	assert_int_equal(p.kind, PACKET_TCP);
	make_fragment6(8);
	p = read_frame();
	assert_int_equal(p.data_len, 20);
}

static struct packet_end from, to;

static void see(struct fragments *all)
{
	struct packet p = read_frame();
	fragments_see(all, &p, &from, &to);
}

static void later_fragments_are_between_whom_the_first_is(void **state)
{
	struct fragments *all = fragments_new();
	frame_ipv4(&f, 17, 1, 2, 40, 0x0010);
	see(all);
	assert_int_equal(from.port, 0);   /* its first piece was not seen */
	frame_ipv4(&f, 17, 1, 2, 40, 0x2000);
	frame_udp_header(&f, 5353, 53, "01234567890123456789012345678901");
	see(all);
	assert_int_equal(from.port, 5353);
	frame_udp(&f, 1, 2, 7, 8, "another one between the two");
	see(all);
	assert_int_equal(from.port, 7);
	frame_ipv4(&f, 17, 1, 2, 40, 0x2010);
	see(all);
	assert_int_equal(from.port, 5353);
	assert_int_equal(to.port, 53);
	assert_memory_equal(to.addr, "\x0a\0\0\2", 4);
	frame_ipv4(&f, 17, 2, 1, 40, 0x0010);   /* the same number, of another host */
	see(all);
	assert_int_equal(from.port, 0);
	frame_ipv4(&f, 6, 1, 2, 40, 0x0010);    /* of another protocol */
	see(all);
	assert_int_equal(from.port, 0);
	frame_ipv4(&f, 17, 1, 2, 40, 0x0010);
	f.bytes[14 + 5] ^= 1;                   /* another number */
	see(all);
	assert_int_equal(from.port, 0);
	make_fragment6(1);
	see(all);
	make_fragment6(8);
	see(all);
	assert_int_equal(from.port, 6);
	fragments_free(all);
}

static void fragments_are_forgotten_oldest_first(void **state)
{
	struct fragments *all = fragments_new();
	for (unsigned id = 0; id < 3000; id++) {
		frame_ipv4(&f, 17, 1, 2, 40, 0x2000);
		frame_udp_header(&f, id + 1, 53, "");
		f.bytes[14 + 4] = (unsigned char)(id >> 8), f.bytes[14 + 5] = (unsigned char)id;
		see(all);
	}
	unsigned known = 0;
	for (unsigned id = 0; id < 3000; id++) {
		frame_ipv4(&f, 17, 1, 2, 40, 0x0010);
		f.bytes[14 + 4] = (unsigned char)(id >> 8), f.bytes[14 + 5] = (unsigned char)id;
		see(all);
		assert_true(from.port == id + 1 || (!from.port && !known));
		known += from.port != 0;
	}
	assert_in_range(known, 64, 1024);
	fragments_free(all);
}

static void extensions_are_stepped_over(void **state)
{
	make_extensions();
	struct packet p = read_frame();
	assert_int_equal(p.kind, PACKET_TCP);
	assert_int_equal(p.protocol, 6);
	assert_int_equal(p.from.family, AF_INET6);
	assert_int_equal(p.from.addr[15], 1);
	assert_int_equal(p.head_at, 14 + 40 + sizeof hop_by_hop + sizeof destination);
	assert_int_equal(p.data_len, 3);
	f.bytes[14 + 40 + 1] = 200;   /* an extension longer than the packet */
	p = read_frame();
	assert_int_not_equal(p.kind, PACKET_TCP);
	frame_ipv6(&f, 0, 1, 2, 20 * 8);
	for (int i = 0; i < 20; i++)
		frame_add(&f, "\0\0\0\0\0\0\0\0", 8);
	assert_string_equal(read_frame().broken, "too many IPv6 extensions");
}

static void errors_quote_their_packet(void **state)
{
	struct packet p, inner;
	make_unreachable(8);
	p = read_frame();
	assert_int_equal(p.kind, PACKET_ICMP);
	assert_int_equal(p.type, 3);
	assert_int_equal(p.code, 3);
	assert_true(packet_quoted(&p, f.bytes, f.len, &inner));
	assert_int_equal(inner.kind, PACKET_UDP);
	assert_int_equal(inner.from.addr[3], 1);
	assert_int_equal(inner.from.port, 40000);
	assert_int_equal(inner.to.port, 9);
	make_unreachable(4);
	p = read_frame();
	assert_true(packet_quoted(&p, f.bytes, f.len, &inner));
	assert_int_equal(inner.to.port, 9);
	make_unreachable(3);
	p = read_frame();
	assert_true(packet_quoted(&p, f.bytes, f.len, &inner));
	assert_int_equal(inner.from.port, 0);
	make_unreachable6();
	p = read_frame();
	assert_int_equal(p.kind, PACKET_ICMP6);
	assert_true(packet_quoted(&p, f.bytes, f.len, &inner));
	assert_int_equal(inner.kind, PACKET_TCP);
	assert_int_equal(inner.from.addr[15], 1);
	assert_int_equal(inner.to.port, 9);
	frame_ipv4(&f, 1, 2, 1, 8, 0);
	frame_add(&f, "\x08\0\x11\x22\0\0\0\0", 8);
	p = read_frame();
	assert_false(packet_quoted(&p, f.bytes, f.len, &inner));
}

static void lies_are_named(void **state)
{
	make_syn();
	f.bytes[34 + 12] = 0x40;
	assert_string_equal(read_frame().broken, "TCP data offset");
	make_syn();
	f.bytes[34 + 12] = 0xf0;
	assert_string_equal(read_frame().broken, "TCP data offset");
	make_syn();
	f.bytes[14] = 0x44;
	assert_string_equal(read_frame().broken, "IPv4 header length");
	make_syn();
	f.bytes[14] = 0x65;
	assert_string_equal(read_frame().broken, "IPv4 header length");
	make_extensions();
	f.bytes[14] = 0x45;
	assert_string_equal(read_frame().broken, "IPv6 version");
}

static void flags_have_names(void **state)
{
	struct arena a;
	arena_init(&a);
	assert_null(packet_flags(&a, 0));
	assert_string_equal(packet_flags(&a, TCP_SYN), "SYN");
	assert_string_equal(packet_flags(&a, TCP_SYN | TCP_ACK), "SYN|ACK");
	assert_string_equal(packet_flags(&a, TCP_FIN | TCP_PSH | TCP_ACK), "FIN|PSH|ACK");
	assert_string_equal(packet_flags(&a, 255), "SYN|FIN|RST|PSH|ACK|URG|ECE|CWR");
	arena_release(&a);
}

static const struct value *layer(const struct value *all, const char *type)
{
	for (unsigned i = 0; i < all->n; i++)
		if (strcmp(all->item[i]->type, type) == 0)
			return all->item[i];
	return NULL;
}

static void every_field_is_described(void **state)
{
	struct arena a;
	arena_init(&a);
	make_syn();
	const struct value *all = packet_describe(&a, f.bytes, f.len, f.len);
	assert_int_equal(all->n, 3);
	assert_string_equal(value_get(layer(all, "ethernet"), "source")->text, "02:00:00:00:00:01");
	assert_string_equal(value_get(layer(all, "ethernet"), "type")->text, "IPv4");
	const struct value *ip = layer(all, "ipv4"), *tcp = layer(all, "tcp");
	assert_string_equal(value_get(ip, "source")->text, "10.0.0.1");
	assert_string_equal(value_get(ip, "flags")->text, "DF");
	assert_int_equal(value_get(ip, "identification")->u, 0xbeef);
	assert_string_equal(value_get(ip, "protocol")->text, "TCP");
	assert_int_equal(value_get(tcp, "sequence")->u, 0xfffffffe);
	assert_int_equal(value_get(tcp, "data_offset")->u, 40);
	assert_string_equal(value_get(tcp, "flags")->text, "SYN");
	const struct value *options = value_get(tcp, "options");
	assert_int_equal(options->n, 4);
	assert_string_equal(value_get(options->item[0], "kind")->text, "MSS");
	assert_int_equal(value_get(options->item[0], "value")->u, 65495);
	assert_string_equal(value_get(options->item[2], "kind")->text, "timestamps");
	assert_int_equal(value_get(options->item[2], "value")->u, 0x01020304);
	assert_int_equal(value_get(options->item[3], "value")->u, 7);
	make_unreachable(8);
	all = packet_describe(&a, f.bytes, f.len, f.len);
	assert_string_equal(value_get(layer(all, "icmp"), "type")->text, "destination unreachable");
	assert_string_equal(value_get(layer(all, "icmp"), "code")->text, "port unreachable");
	make_arp();
	all = packet_describe(&a, f.bytes, f.len, f.len);
	assert_string_equal(value_get(layer(all, "arp"), "operation")->text, "request");
	make_extensions();
	all = packet_describe(&a, f.bytes, f.len, f.len);
	assert_int_equal(value_get(layer(all, "ipv6"), "flow_label")->u, 0x12345);
	assert_int_equal(value_get(layer(all, "tcp"), "destination_port")->u, 2);
	arena_release(&a);
}

/* The rest of the frame is not there: memory is just as long, so that reading on would be seen. */
static void cut_everywhere(void)
{
	for (size_t n = 0; n <= f.len; n++) {
		struct arena a;
		struct packet p, inner;
		unsigned char *bytes = malloc(n ? n : 1);
		memcpy(bytes, f.bytes, n);
		arena_init(&a);
		for (size_t total = n; total <= f.len; total += f.len - n ? f.len - n : 1) {
			packet_read(&p, bytes, n, total);
			packet_quoted(&p, bytes, n, &inner);
			assert_true(p.head_at <= n && p.net_at <= n);
			assert_true(p.data_len <= f.len);
			assert_true(n >= 14 || p.broken);
			assert_non_null(packet_describe(&a, bytes, n, total));
		}
		arena_release(&a);
		free(bytes);
	}
}

static void cut_frames_are_read_as_far_as_they_go(void **state)
{
	make_syn(), cut_everywhere();
	make_arp(), cut_everywhere();
	make_unreachable(8), cut_everywhere();
	make_unreachable6(), cut_everywhere();
	make_extensions(), cut_everywhere();
	make_fragment6(1), cut_everywhere();
	frame_udp(&f, 1, 2, 5353, 53, "question"), cut_everywhere();
	frame_ethernet(&f, 0x88cc), cut_everywhere();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tcp_is_read),
		cmocka_unit_test(padding_is_no_payload),
		cmocka_unit_test(payload_is_counted_though_it_was_not_kept),
		cmocka_unit_test(udp_is_read),
		cmocka_unit_test(arp_is_read),
		cmocka_unit_test(fragments_have_one_header),
		cmocka_unit_test(later_fragments_are_between_whom_the_first_is),
		cmocka_unit_test(fragments_are_forgotten_oldest_first),
		cmocka_unit_test(extensions_are_stepped_over),
		cmocka_unit_test(errors_quote_their_packet),
		cmocka_unit_test(lies_are_named),
		cmocka_unit_test(flags_have_names),
		cmocka_unit_test(every_field_is_described),
		cmocka_unit_test(cut_frames_are_read_as_far_as_they_go),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
