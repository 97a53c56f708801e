/* SPDX-License-Identifier: 0BSD */
/* Listen at three addresses; take a client at two of them. */
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

static int listen_at(const char *ip, const char *port)
{
    struct sockaddr_in addr = { .sin_family = AF_INET };

    addr.sin_port = htons((uint16_t)atoi(port));
    if (inet_pton(AF_INET, ip, &addr.sin_addr) != 1)
        exit(2);
    int sock = socket(AF_INET, SOCK_STREAM, 0); /* @server-socket */
    if (sock == -1)
        die("socket");
    if (bind(sock, (struct sockaddr *)&addr, /* @take-address */
             sizeof addr) == -1)
        die("bind");
    if (listen(sock, 5) == -1) /* @start-listening */
        die("listen");
    return sock;
}

int main(int argc, char **argv)
{
    struct sockaddr_in addr;
    socklen_t len = sizeof addr;

    if (argc != 2)
        return 2;
    int loop = listen_at("127.0.0.1", "6666");
    int own = listen_at(argv[1], "7777");
    int everywhere = listen_at("0.0.0.0", "8888");

    int conn = accept(own, NULL, NULL); /* @wait-own */
    if (conn == -1)
        die("accept");
    if (close(conn) == -1) /* @hang-up-own */
        die("close");

    conn = accept(everywhere, NULL, NULL); /* @wait-any */
    if (conn == -1)
        die("accept");
    if (getsockname(conn, (struct sockaddr *)&addr, &len) == -1) /* @which-address */
        die("getsockname");
    printf("the client came to %s\n", inet_ntoa(addr.sin_addr));
    if (close(conn) == -1) /* @hang-up-any */
        die("close");

    int all[] = { everywhere, own, loop };
    for (int i = 0; i < 3; i++)
        if (close(all[i]) == -1) /* @stop-listening */
            die("close");
    return 0;
}
