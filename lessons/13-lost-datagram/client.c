/* SPDX-License-Identifier: 0BSD */
/* Send a datagram; if no answer comes in a second, send it again. */
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

int main(int argc, char **argv)
{
    char buf[100];
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

    for (int i = 0; i < 4; i++) {
        if (sendto(sock, "Hello", 5, 0, /* @ask */
                   (struct sockaddr *)&to, sizeof to) == -1)
            die("sendto");
        ssize_t n = recv(sock, buf, sizeof buf, 0); /* @wait-answer */
        if (n != -1) {
            printf("server says: %.*s\n", (int)n, buf);
            break;
        }
        if (errno != EAGAIN)
            die("recv");
        printf("no answer\n");
    }

    if (close(sock) == -1) /* @client-close */
        die("close");
    return 0;
}
