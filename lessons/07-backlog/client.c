/* SPDX-License-Identifier: 0BSD */
/* Fill the server's queue, and try once more. */
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
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

/* Connect, but wait no longer than two seconds. -1: no answer. */
static int dial(const char *host, const char *port)
{
    struct sockaddr_in to = { .sin_family = AF_INET };
    struct timeval limit = { .tv_sec = 2 };

    to.sin_port = htons((uint16_t)atoi(port));
    if (inet_pton(AF_INET, host, &to.sin_addr) != 1)
        exit(2);
    int sock = socket(AF_INET, SOCK_STREAM, 0); /* @client-socket */
    if (sock == -1)
        die("socket");
    if (setsockopt(sock, SOL_SOCKET, SO_SNDTIMEO, /* @set-limit */
                   &limit, sizeof limit) == -1)
        die("setsockopt");
    if (connect(sock, (struct sockaddr *)&to, /* @call-server */
                sizeof to) == 0) {
        printf("connected\n");
        return sock;
    }
    if (errno != EINPROGRESS)
        die("connect");
    printf("no answer\n");
    if (close(sock) == -1) /* @give-up */
        die("close");
    return -1;
}

int main(int argc, char **argv)
{
    int socks[5];

    if (argc != 3)
        return 2;
    for (int i = 0; i < 4; i++)
        socks[i] = dial(argv[1], argv[2]);

    if (send(socks[0], "go", 2, 0) != 2) /* @say-go */
        die("send");
    socks[4] = dial(argv[1], argv[2]);

    for (int i = 0; i < 5; i++)
        if (socks[i] != -1 && close(socks[i]) == -1) /* @client-close */
            die("close");
    return 0;
}
