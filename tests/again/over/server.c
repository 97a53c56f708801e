/* SPDX-License-Identifier: 0BSD */
/* Ends a connection first, and keeps its other end: some seconds later the kernel ends the first one, too. */
#define _GNU_SOURCE
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <unistd.h>

/* In the kernel's time, which nothing stops. */
static void wait_for(int seconds)
{
    struct timespec limit = { .tv_sec = seconds };
    struct sembuf take = { .sem_op = -1 };
    int sem = semget(IPC_PRIVATE, 1, 0600);

    semtimedop(sem, &take, 1, &limit);
    semctl(sem, 0, IPC_RMID);
}

int main(int argc, char **argv)
{
    struct sockaddr_in addr = { .sin_family = AF_INET, .sin_port = htons(7777) };
    socklen_t len = sizeof addr;
    int second = 1;

    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&addr, sizeof addr) == -1 || listen(listener, 1) == -1)
        return 1;
    int far = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(far, (struct sockaddr *)&addr, sizeof addr) == -1)
        return 1;
    int conn = accept(listener, NULL, NULL);
    if (setsockopt(conn, IPPROTO_TCP, TCP_LINGER2, &second, sizeof second) == -1)
        return 1;
    close(conn);
    if (getsockname(listener, (struct sockaddr *)&addr, &len) == -1)
        return 1;
    if (argc > 1)
        wait_for(atoi(argv[1]));
    if (shutdown(listener, SHUT_RDWR) == -1) /* @meet */
        return 1;
    puts("went on");
    return 0;
}
