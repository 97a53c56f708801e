/* SPDX-License-Identifier: 0BSD */
/* Try an address without a way, and one without an answer. */
#define _DEFAULT_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static void try_address(const char *ip, const char *port)
{
    int again = 1;
    struct sockaddr_in to = { .sin_family = AF_INET };

    to.sin_port = htons((uint16_t)atoi(port));
    if (inet_pton(AF_INET, ip, &to.sin_addr) != 1)
        exit(2);
    int sock = socket(AF_INET, SOCK_STREAM, 0); /* @client-socket */
    if (sock == -1)
        die("socket");
    if (setsockopt(sock, IPPROTO_TCP, TCP_SYNCNT, /* @set-tries */
                   &again, sizeof again) == -1)
        die("setsockopt");
    if (connect(sock, (struct sockaddr *)&to, /* @try-address */
                sizeof to) == 0)
        printf("%s: connected\n", ip);
    else
        printf("%s: %s\n", ip, strerror(errno));
    if (close(sock) == -1) /* @client-close */
        die("close");
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    try_address("203.0.113.1", argv[2]);
    try_address(argv[1], argv[2]);
    try_address(argv[1], argv[2]);
    return 0;
}
