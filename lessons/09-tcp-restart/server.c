/* SPDX-License-Identifier: 0BSD */
/* Serve one client and start again: first without SO_REUSEADDR. */
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

static int start(const char *port, int reuse)
{
    struct sockaddr_in addr = { .sin_family = AF_INET };

    addr.sin_port = htons((uint16_t)atoi(port));
    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int sock = socket(AF_INET, SOCK_STREAM, 0); /* @server-socket */
    if (sock == -1)
        die("socket");
    if (reuse && setsockopt(sock, SOL_SOCKET, SO_REUSEADDR, /* @allow-reuse */
                            &reuse, sizeof reuse) == -1)
        die("setsockopt");
    if (bind(sock, (struct sockaddr *)&addr, /* @take-port */
             sizeof addr) == -1) {
        perror(port);
        if (close(sock) == -1) /* @give-up */
            die("close");
        return -1;
    }
    if (listen(sock, 5) == -1) /* @start-listening */
        die("listen");
    printf("%s: started\n", port);
    return sock;
}

static void serve(const char *port, int reuse)
{
    char buf[100];
    int listener = start(port, reuse);
    if (listener == -1)
        exit(1);

    int conn = accept(listener, NULL, NULL); /* @wait-client */
    if (conn == -1)
        die("accept");
    if (shutdown(conn, SHUT_WR) == -1) /* @end-first */
        die("shutdown");
    if (recv(conn, buf, sizeof buf, 0) == -1) /* @wait-end */
        die("recv");
    if (close(conn) == -1) /* @hang-up */
        die("close");
    if (close(listener) == -1) /* @stop-listening */
        die("close");

    int again = start(port, reuse);
    if (again != -1 && close(again) == -1) /* @stop-again */
        die("close");
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    serve(argv[1], 0);
    serve(argv[2], 1);
    return 0;
}
