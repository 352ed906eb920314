// The cheapest honest upstream: answers each request on a Unix socket and keeps the connection.
//
//   backend SOCKET
//
// It shares a core with the load, so it does two system calls per small request and almost nothing else: the end of a
// head and the first bytes of its target are all it looks for. A GET below BULK_PATH is answered with bytes of the
// pattern, any other with ANSWER_BODY. A PUT must bring a body of the pattern, byte for byte, with its length said.
// Pipelined small requests are answered in order.
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "content.h"

enum { HEAD_MAX = 8192, EVENTS = 256, TURN_BYTES = 256 * 1024 };

struct peer {
    int socket;
    bool checked;                       // its first request carried X-Forwarded-For
    size_t to_send, to_take, bulk_size; // what is left of the body that goes out or comes in, and how long that is
    size_t held;                        // bytes of a head that is not whole
    char head[HEAD_MAX];
};

static char turn[TURN_BYTES];
static bool flows;  // part of a bulk body went in this turn

static bool send_all(int socket, const char *text, size_t size) {
    // A head or a small answer always fits in the socket buffer of a peer that reads; one that does not is cut off.
    return send(socket, text, size, MSG_NOSIGNAL) == (ssize_t)size;
}

static bool refuse(struct peer *peer, const char *reason) {
    char text[256];
    int size = snprintf(text, sizeof text, "HTTP/1.1 500 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", reason);
    send_all(peer->socket, text, (size_t)size);
    return false;
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

static bool begin_bulk(struct peer *peer, size_t length) {
    char text[128];
    int size = snprintf(text, sizeof text,
        "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: %zu\r\n\r\n", length);
    peer->to_send = peer->bulk_size = length;
    return send_all(peer->socket, text, (size_t)size);
}

// One run a turn, so that small requests beside it wait for one run only. False when the connection is over.
static bool send_bulk(struct peer *peer) {
    flows = true;
    size_t run = peer->to_send < PATTERN_RUN_MAX ? peer->to_send : PATTERN_RUN_MAX;
    ssize_t sent = send(peer->socket, pattern_at(peer->bulk_size - peer->to_send), run, MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN;
    peer->to_send -= (size_t)sent;
    return true;
}

// Takes what there is of a body, and answers behind its end.
static bool take_bulk(struct peer *peer, const char *bytes, size_t count) {
    flows = true;
    if (!is_pattern(bytes, count, peer->bulk_size - peer->to_take)) return refuse(peer, "body differs");
    peer->to_take -= count;
    return peer->to_take > 0 || answer(peer);
}

// Acts on one head, whose last byte is a zero.
static bool begin(struct peer *peer, const char *head) {
    // A proxy that does not say who the client is has done less work than the others: its figures must not count. Which
    // address it is cannot be told: Envoy puts the machine's in the place of a loopback one.
    const char *forwarded = strcasestr(head, "\r\nx-forwarded-for: ");
    if (!peer->checked && (forwarded == NULL || forwarded[19] < '0' || forwarded[19] > '9'))
        return refuse(peer, "X-Forwarded-For missing");
    peer->checked = true;
    if (memcmp(head, "PUT ", 4) == 0) {
        const char *length = strcasestr(head, "\r\ncontent-length:");
        if (length == NULL) return refuse(peer, "Content-Length missing");
        peer->to_take = peer->bulk_size = strtoul(length + 17, NULL, 10);
        return true;
    }
    if (strncmp(head + 4, BULK_PATH, sizeof BULK_PATH - 1) != 0) return answer(peer);
    bool is_endless = strncmp(head + 4, ENDLESS_PATH, sizeof ENDLESS_PATH - 1) == 0;
    return begin_bulk(peer, is_endless ? ENDLESS_SIZE : BULK_SIZE);
}

// Takes one turn's bytes: heads and bodies in any number. False when the connection is over.
static bool take(struct peer *peer, char *bytes, size_t count) {
    while (count > 0 && peer->to_send == 0) {
        size_t used;
        if (peer->to_take > 0) {
            used = count < peer->to_take ? count : peer->to_take;
            if (!take_bulk(peer, bytes, used)) return false;
        } else {
            char *end = memmem(bytes, count, "\r\n\r\n", 4);
            if (end == NULL) break;
            end[3] = 0;
            used = (size_t)(end + 4 - bytes);
            if (!begin(peer, bytes)) return false;
        }
        bytes += used, count -= used;
    }
    if (count > HEAD_MAX) return false;
    memcpy(peer->head, bytes, count);
    peer->held = count;
    return true;
}

static bool serve(struct peer *peer, uint32_t events) {
    if (peer->to_send > 0) {
        if (!send_bulk(peer) || (events & (EPOLLHUP | EPOLLERR))) return false;
        return true;
    }
    if (!(events & ~(uint32_t)EPOLLOUT)) return true;
    memcpy(turn, peer->head, peer->held);
    ssize_t got = recv(peer->socket, turn + peer->held, TURN_BYTES - peer->held, 0);
    if (got <= 0) return got < 0 && errno == EAGAIN;
    return take(peer, turn, peer->held + (size_t)got);
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

static void watch(int poll, int change, struct peer *peer, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = peer};
    if (epoll_ctl(poll, change, peer->socket, &event) != 0) err(1, "epoll_ctl");
}

static void welcome(int poll, int listener) {
    int socket = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0) return;
    struct peer *peer = calloc(1, sizeof *peer);
    if (peer == NULL) err(1, "calloc");
    peer->socket = socket;
    watch(poll, EPOLL_CTL_ADD, peer, EPOLLIN);
}

// Serves one event; the kernel says when a body may go on only while there is one.
static void turn_of(int poll, struct peer *peer, uint32_t events) {
    bool was_sending = peer->to_send > 0;
    if (!serve(peer, events)) {
        close(peer->socket);
        free(peer);
    } else if (was_sending != (peer->to_send > 0)) {
        watch(poll, EPOLL_CTL_MOD, peer, was_sending ? EPOLLIN : EPOLLOUT);
    }
}

int main(int count, char **arguments) {
    if (count != 2) errx(2, "usage: backend SOCKET");
    fill_pattern();
    int listener = listen_at(arguments[1]);
    int poll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event events[EVENTS], listening = {.events = EPOLLIN, .data.ptr = NULL};
    if (poll < 0 || epoll_ctl(poll, EPOLL_CTL_ADD, listener, &listening) != 0) err(1, "epoll");
    for (;;) {
        int ready = epoll_wait(poll, events, EVENTS, -1);
        if (ready < 0 && errno != EINTR) err(1, "epoll_wait");
        for (int i = 0; i < ready; i++) {
            struct peer *peer = events[i].data.ptr;
            if (peer == NULL) welcome(poll, listener);
            else turn_of(poll, peer, events[i].events);
        }
        // While a body flows there is always something to do here, and the load on this core must have its turn too.
        if (flows) sched_yield();
        flows = false;
    }
}
