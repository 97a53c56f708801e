/* SPDX-License-Identifier: 0BSD */
/* Accept one client, and close. */
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
    struct sockaddr_in addr = { .sin_family = AF_INET };

    if (argc != 2)
        return 2;
    addr.sin_port = htons((uint16_t)atoi(argv[1]));
    addr.sin_addr.s_addr = htonl(INADDR_ANY);

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

    if (close(conn) == -1) /* @hang-up */
        die("close");
    if (close(listener) == -1) /* @stop-listening */
        die("close");
    return 0;
}
