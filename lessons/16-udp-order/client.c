/* SPDX-License-Identifier: 0BSD */
/* Ask for numbers, and notice which come late or twice. */
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static void die(const char *what)
{
    perror(what);
    exit(1);
}

int main(int argc, char **argv)
{
    char digit;
    bool seen[10] = { false };
    int last = 0;
    struct timeval limit = { .tv_sec = 1 };
    struct sockaddr_in to = { .sin_family = AF_INET };

    if (argc != 3)
        return 2;
    to.sin_port = htons((uint16_t)atoi(argv[2]));
    if (inet_pton(AF_INET, argv[1], &to.sin_addr) != 1)
        return 2;

    int sock = socket(AF_INET, SOCK_DGRAM, 0); /* @client-socket */
    if (sock == -1)
        die("socket");
    if (setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, /* @set-limit */
                   &limit, sizeof limit) == -1)
        die("setsockopt");
    if (sendto(sock, "go", 2, 0, /* @ask */
               (struct sockaddr *)&to, sizeof to) == -1)
        die("sendto");

    while (recv(sock, &digit, 1, 0) == 1) { /* @read-number */
        int n = (digit - '0') % 10;
        const char *how = seen[n] ? "again" : n < last ? "late" : "new";
        printf("%d %s\n", n, how);
        seen[n] = true;
        last = n > last ? n : last;
    }
    if (errno != EAGAIN)
        die("recv");

    if (close(sock) == -1) /* @client-close */
        die("close");
    return 0;
}
