/* SPDX-License-Identifier: 0BSD */
/* Send four numbers, each as one datagram, to whoever asks. */
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
    struct sockaddr_in from;
    socklen_t len = sizeof from;

    if (argc != 2)
        return 2;
    addr.sin_port = htons((uint16_t)atoi(argv[1]));
    addr.sin_addr.s_addr = htonl(INADDR_ANY);

    int sock = socket(AF_INET, SOCK_DGRAM, 0); /* @server-socket */
    if (sock == -1)
        die("socket");
    if (bind(sock, (struct sockaddr *)&addr, /* @take-port */
             sizeof addr) == -1)
        die("bind");

    if (recvfrom(sock, buf, sizeof buf, 0, /* @wait-question */
                 (struct sockaddr *)&from, &len) == -1)
        die("recvfrom");
    for (int i = 1; i <= 4; i++) {
        char digit = (char)('0' + i);
        if (sendto(sock, &digit, 1, 0, /* @send-number */
                   (struct sockaddr *)&from, len) == -1)
            die("sendto");
    }

    if (close(sock) == -1) /* @server-close */
        die("close");
    return 0;
}
