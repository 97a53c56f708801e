/* SPDX-License-Identifier: 0BSD */
/* Let one client close first, and close together with another. */
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

    int conn = accept(listener, NULL, NULL); /* @first-client */
    if (conn == -1)
        die("accept");
    if (send(conn, "go", 2, 0) != 2) /* @say-go */
        die("send");
    if (recv(conn, buf, sizeof buf, 0) == -1) /* @read-end */
        die("recv");
    if (close(conn) == -1) /* @close-last */
        die("close");

    conn = accept(listener, NULL, NULL); /* @second-client */
    if (conn == -1)
        die("accept");
    if (send(conn, "go", 2, 0) != 2) /* @say-go-again */
        die("send");
    if (shutdown(conn, SHUT_WR) == -1) /* @end-too */
        die("shutdown");
    if (recv(conn, buf, sizeof buf, 0) == -1) /* @read-second-end */
        die("recv");
    if (close(conn) == -1) /* @close-second */
        die("close");

    if (close(listener) == -1) /* @stop-listening */
        die("close");
    return 0;
}
