/* SPDX-License-Identifier: 0BSD */
/* Meet a connection reset, and then a broken pipe. */
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
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

static int dial(const char *host, const char *port)
{
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
    return sock;
}

int main(int argc, char **argv)
{
    char buf[100];

    if (argc != 3)
        return 2;
    /* Else the kernel ends the program when the pipe is broken. */
    if (signal(SIGPIPE, SIG_IGN) == SIG_ERR)
        die("signal");

    int sock = dial(argv[1], argv[2]);
    if (send(sock, "Hello", 5, 0) != 5) /* @say-hello */
        die("send");
    ssize_t n = recv(sock, buf, sizeof buf, 0); /* @read-answer */
    printf("recv: %s\n", n == -1 ? strerror(errno) : "no error");
    if (close(sock) == -1) /* @close-first */
        die("close");

    sock = dial(argv[1], argv[2]);
    if (send(sock, "one", 3, 0) != 3) /* @send-one */
        die("send");
    n = send(sock, "two", 3, 0); /* @send-two */
    printf("send: %s\n", n == -1 ? strerror(errno) : "no error");
    if (close(sock) == -1) /* @close-second */
        die("close");
    return 0;
}
