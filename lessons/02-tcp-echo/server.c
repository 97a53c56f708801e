/* SPDX-License-Identifier: 0BSD */
/* Send back all that the client sends, until it closes. */
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

/* send() may take only some of the bytes: go on with the rest. */
static void send_all(int fd, const char *buf, size_t left)
{
    while (left > 0) {
        ssize_t n = send(fd, buf, left, 0); /* @echo-back */
        if (n == -1)
            die("send");
        buf += n;
        left -= (size_t)n;
    }
}

int main(int argc, char **argv)
{
    char buf[100];
    struct sockaddr_in addr = { .sin_family = AF_INET };

    if (argc != 2)
        return 2;
    addr.sin_port = htons((uint16_t)atoi(argv[1]));
    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

    int listener = socket(AF_INET, SOCK_STREAM, 0); /* @server-socket */
    if (listener == -1)
        die("socket");
    if (bind(listener, (struct sockaddr *)&addr, /* @take-port */
             sizeof addr) == -1)
        die("bind");
    if (listen(listener, 5) == -1) /* @start-listening */
        die("listen");

    int conn = accept(listener, NULL, NULL); /* @wait-client */
    if (conn == -1)
        die("accept");
    for (;;) {
        ssize_t n = recv(conn, buf, sizeof buf, 0); /* @read-some */
        if (n == -1)
            die("recv");
        if (n == 0)
            break;
        send_all(conn, buf, (size_t)n);
    }
    printf("the client has closed\n");

    if (close(conn) == -1) /* @hang-up */
        die("close");
    if (close(listener) == -1) /* @stop-listening */
        die("close");
    return 0;
}
