/* SPDX-License-Identifier: 0BSD */
/* Send a question, end the stream, and read the answer. */
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

    if (send(sock, "How long is this?", 17, 0) != 17) /* @ask */
        die("send");
    if (shutdown(sock, SHUT_WR) == -1) /* @end-stream */
        die("shutdown");
    for (;;) {
        ssize_t n = recv(sock, buf, sizeof buf, 0); /* @read-answer */
        if (n == -1)
            die("recv");
        if (n == 0)
            break;
        printf("server says: %.*s\n", (int)n, buf);
    }

    if (close(sock) == -1) /* @client-close */
        die("close");
    return 0;
}
