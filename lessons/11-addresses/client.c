/* SPDX-License-Identifier: 0BSD */
/* Try several addresses, and tell how it went. */
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static void try_address(const char *ip, const char *port)
{
    struct sockaddr_in to = { .sin_family = AF_INET };

    to.sin_port = htons((uint16_t)atoi(port));
    if (inet_pton(AF_INET, ip, &to.sin_addr) != 1)
        exit(2);
    int sock = socket(AF_INET, SOCK_STREAM, 0); /* @client-socket */
    if (sock == -1)
        die("socket");
    if (connect(sock, (struct sockaddr *)&to, /* @try-address */
                sizeof to) == 0)
        printf("%s:%s connected\n", ip, port);
    else if (errno == ECONNREFUSED)
        printf("%s:%s refused\n", ip, port);
    else
        die("connect");
    if (close(sock) == -1) /* @client-close */
        die("close");
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    try_address("127.0.0.1", "8888");
    try_address(argv[1], "6666");
    try_address(argv[1], "7777");
    try_address(argv[1], "8888");
    return 0;
}
