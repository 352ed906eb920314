// System calls that Swift's Glibc module does not show, or whose arguments are C unions. Each function is one call of
// the kernel, or the address conversion around one; they return the kernel's result or -errno.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>

/// An IP address and port in host order: `high` and `low` are the two halves of the 128 bits, an IPv4 address is in
/// the low 32 bits of `low`.
struct creactor_endpoint {
    uint64_t high;
    uint64_t low;
    uint16_t port;
    bool is_v6;
};

/// A non-blocking listening socket. With `shares_port`, several sockets of one user may listen (SO_REUSEPORT).
int creactor_listen(struct creactor_endpoint endpoint, int backlog, bool shares_port);

/// Accepts one connection, non-blocking and close-on-exec, and writes its peer's address.
int creactor_accept(int listener, struct creactor_endpoint *peer);

/// A connected, non-blocking Unix socket. -EAGAIN when the listener's backlog is full.
int creactor_connect_unix(const char *path);

/// A non-blocking TCP socket that is connected or about to be.
int creactor_connect_tcp(struct creactor_endpoint endpoint);

/// Turns off Nagle's algorithm.
void creactor_set_no_delay(int socket);

/// Makes close(2) send a reset instead of an orderly end.
void creactor_reset_on_close(int socket);

int creactor_epoll_create(void);
/// Registers edge-triggered interest in both directions, once for the descriptor's life.
int creactor_epoll_add(int epoll, int descriptor, uint64_t token);
/// Registers edge-triggered interest in reading and in the peer's end.
int creactor_epoll_add_reading(int epoll, int descriptor, uint64_t token);
/// Adds interest in writing to it; what is writable at that moment is told.
int creactor_epoll_watch_writing(int epoll, int descriptor, uint64_t token);
/// Registers level-triggered interest in reading: for listeners.
int creactor_epoll_add_level(int epoll, int descriptor, uint64_t token);
int creactor_epoll_remove(int epoll, int descriptor);
int creactor_epoll_wait(int epoll, struct epoll_event *events, int capacity, int timeout_milliseconds);
static inline uint64_t creactor_event_token(const struct epoll_event *event) { return event->data.u64; }
static inline uint32_t creactor_event_flags(const struct epoll_event *event) { return event->events; }

/// Raises the soft limit on open files to the hard one.
void creactor_raise_descriptor_limit(void);
/// The soft limit on open files.
long creactor_descriptor_limit(void);

int creactor_eventfd(void);
/// Blocks SIGTERM, SIGINT and SIGHUP in the calling thread and those it starts, and returns a descriptor that reads them.
int creactor_signalfd(void);
/// The next waiting signal's number, or -errno.
int creactor_read_signal(int descriptor);

#include "CReactorProcess.h"

/// A descriptor that reads changes in folders (inotify).
int creactor_watch(void);
/// Follows a folder: entries that appear, vanish, are written, or get other rights. Its number, the same when asked again.
int creactor_watch_folder(int watch, const char *path);
void creactor_unwatch(int watch, int folder);
