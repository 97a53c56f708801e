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
    struct sockaddr_in to = { .sin_family = AF_INET };

    if (argc != 3)
        return 2;
    inet_pton(AF_INET, argv[1], &to.sin_addr);
    to.sin_port = htons((uint16_t)atoi(argv[2]));
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    connect(fd, (struct sockaddr *)&to, sizeof to); /* @dial */
    send(fd, "Hello", 5, 0);
    ssize_t n = recv(fd, buf, sizeof buf, 0);
    printf("server says: %.*s\n", (int)n, buf);
    close(fd);
    return 0;
}
