// The cheapest honest upstream: answers each GET on a Unix socket with ANSWER_BODY and keeps the connection.
//
//   backend SOCKET
//
// It shares a core with the client, so it does two system calls per request and almost nothing else: the end of a head
// is all it looks for. Requests with a body are not for it. Pipelined requests are answered in order.
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "answer.h"

enum { HEAD_MAX = 8192, EVENTS = 256 };

struct peer {
    int socket;
    bool checked;  // its first request carried X-Forwarded-For
    size_t held;
    char head[HEAD_MAX + 1];
};

static bool send_all(int socket, const char *text, size_t size) {
    // An answer always fits in the socket buffer of a peer that reads; one that does not is cut off.
    return send(socket, text, size, MSG_NOSIGNAL) == (ssize_t)size;
}

static bool answer(struct peer *peer) {
    static char text[512];
    static size_t size;
    if (size == 0)
        size = (size_t)snprintf(text, sizeof text,
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
            ANSWER_BODY_SIZE, ANSWER_BODY);
    return send_all(peer->socket, text, size);
}

// A proxy that does not say who the client is has done less work than the others: its figures must not count.
static bool check_forwarding(struct peer *peer) {
    static const char refusal[] =
        "HTTP/1.1 500 X-Forwarded-For missing\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    peer->head[peer->held] = 0;
    peer->checked = strcasestr(peer->head, "\r\nx-forwarded-for: 127.0.0.1\r\n") != NULL;
    return peer->checked || (send_all(peer->socket, refusal, sizeof refusal - 1), false);
}

// False when the connection is over.
static bool serve(struct peer *peer) {
    ssize_t got = recv(peer->socket, peer->head + peer->held, HEAD_MAX - peer->held, 0);
    if (got <= 0) return got < 0 && errno == EAGAIN;
    peer->held += (size_t)got;
    char *next = peer->head, *end;
    size_t left = peer->held;
    while ((end = memmem(next, left, "\r\n\r\n", 4)) != NULL) {
        if (!peer->checked && !check_forwarding(peer)) return false;
        if (!answer(peer)) return false;
        left -= (size_t)(end + 4 - next);
        next = end + 4;
    }
    memmove(peer->head, next, left);
    peer->held = left;
    return left < HEAD_MAX;
}

static int listen_at(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) errx(1, "%s: longer than a Unix socket's path may be", path);
    strcpy(address.sun_path, path);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 4096) != 0)
        err(1, "%s", path);
    return listener;
}

static void welcome(int poll, int listener) {
    int socket = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0) return;
    struct peer *peer = calloc(1, sizeof *peer);
    if (peer == NULL) err(1, "calloc");
    peer->socket = socket;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = peer};
    if (epoll_ctl(poll, EPOLL_CTL_ADD, socket, &event) != 0) err(1, "epoll_ctl");
}

int main(int count, char **arguments) {
    if (count != 2) errx(2, "usage: backend SOCKET");
    int listener = listen_at(arguments[1]);
    int poll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event events[EVENTS], listening = {.events = EPOLLIN, .data.ptr = NULL};
    if (poll < 0 || epoll_ctl(poll, EPOLL_CTL_ADD, listener, &listening) != 0) err(1, "epoll");
    for (;;) {
        int ready = epoll_wait(poll, events, EVENTS, -1);
        if (ready < 0 && errno != EINTR) err(1, "epoll_wait");
        for (int i = 0; i < ready; i++) {
            struct peer *peer = events[i].data.ptr;
            if (peer == NULL) {
                welcome(poll, listener);
            } else if (!serve(peer)) {
                close(peer->socket);
                free(peer);
            }
        }
    }
}
