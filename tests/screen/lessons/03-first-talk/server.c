/* SPDX-License-Identifier: 0BSD */
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    char buf[100];
    struct sockaddr_in addr = { .sin_family = AF_INET };

    if (argc != 2)
        return 2;
    addr.sin_port = htons((uint16_t)atoi(argv[1]));
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bind(fd, (struct sockaddr *)&addr, sizeof addr);
    listen(fd, 5);
    printf("waiting on port %s\n", argv[1]);
    int conn = accept(fd, NULL, NULL); /* @wait */
    ssize_t n = recv(conn, buf, sizeof buf, 0);
    printf("client says: %.*s\n", (int)n, buf);
    send(conn, "ACK", 3, 0);
    close(conn);
    close(fd);
    return 0;
}
