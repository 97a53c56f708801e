/* SPDX-License-Identifier: 0BSD */
/* Connect to the server, and read what it says. */
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
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

int main(int argc, char **argv)
{
    char buf[100];
    struct sockaddr_in to = { .sin_family = AF_INET };

    if (argc != 3)
        return 2;
    to.sin_port = htons((uint16_t)atoi(argv[2]));
    if (inet_pton(AF_INET, argv[1], &to.sin_addr) != 1)
        return 2;

    int sock = socket(AF_INET, SOCK_STREAM, 0); /* @client-socket */
    if (sock == -1)
        die("socket");
    if (connect(sock, (struct sockaddr *)&to, /* @call-server */
                sizeof to) == -1)
        die("connect");

    ssize_t n = recv(sock, buf, sizeof buf, 0); /* @read-hello */
    if (n == -1)
        die("recv");
    printf("server says: %.*s\n", (int)n, buf);

    if (close(sock) == -1) /* @client-close */
        die("close");
    return 0;
}
