/* SPDX-License-Identifier: 0BSD */
/* Twice: connect, wait for "go", end the stream, wait for the end. */
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

static void visit(const char *host, const char *port)
{
    char buf[100];
    struct sockaddr_in to = { .sin_family = AF_INET };

    to.sin_port = htons((uint16_t)atoi(port));
    if (inet_pton(AF_INET, host, &to.sin_addr) != 1)
        exit(2);
    int sock = socket(AF_INET, SOCK_STREAM, 0); /* @client-socket */
    if (sock == -1)
        die("socket");
    if (connect(sock, (struct sockaddr *)&to, /* @call-server */
                sizeof to) == -1)
        die("connect");
    if (recv(sock, buf, sizeof buf, 0) == -1) /* @wait-go */
        die("recv");
    if (shutdown(sock, SHUT_WR) == -1) /* @end-stream */
        die("shutdown");
    if (recv(sock, buf, sizeof buf, 0) == -1) /* @wait-end */
        die("recv");
    if (close(sock) == -1) /* @client-close */
        die("close");
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    visit(argv[1], argv[2]);
    visit(argv[1], argv[2]);
    return 0;
}
