/* SPDX-License-Identifier: 0BSD */
/* Try to connect to several ports, and tell how it went. */
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
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

static void try_port(const char *host, const char *port)
{
    struct sockaddr_in to = { .sin_family = AF_INET };

    to.sin_port = htons((uint16_t)atoi(port));
    if (inet_pton(AF_INET, host, &to.sin_addr) != 1)
        exit(2);

    int sock = socket(AF_INET, SOCK_STREAM, 0); /* @client-socket */
    if (sock == -1)
        die("socket");
    if (connect(sock, (struct sockaddr *)&to, /* @try-port */
                sizeof to) == 0)
        printf("port %s: connected\n", port);
    else if (errno == ECONNREFUSED)
        printf("port %s: refused\n", port);
    else
        die("connect");
    if (close(sock) == -1) /* @client-close */
        die("close");
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    for (int i = 2; i < argc; i++)
        try_port(argv[1], argv[i]);
    return 0;
}
