/* SPDX-License-Identifier: 0BSD */
/* Send three words; read each one back before the next. */
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
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

/* send() may take only some of the bytes: go on with the rest. */
static void send_all(int fd, const char *buf, size_t left)
{
    while (left > 0) {
        ssize_t n = send(fd, buf, left, 0); /* @send-word */
        if (n == -1)
            die("send");
        buf += n;
        left -= (size_t)n;
    }
}

/* recv() may give fewer bytes than asked for: ask again. */
static void recv_all(int fd, char *buf, size_t left)
{
    while (left > 0) {
        ssize_t n = recv(fd, buf, left, 0); /* @read-echo */
        if (n == -1)
            die("recv");
        if (n == 0)
            exit(1);
        buf += n;
        left -= (size_t)n;
    }
}

int main(int argc, char **argv)
{
    const char *words[] = { "apple", "banana", "cherry" };
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

    for (int i = 0; i < 3; i++) {
        size_t len = strlen(words[i]);
        send_all(sock, words[i], len);
        recv_all(sock, buf, len);
        printf("echo: %.*s\n", (int)len, buf);
    }

    if (close(sock) == -1) /* @client-close */
        die("close");
    return 0;
}
