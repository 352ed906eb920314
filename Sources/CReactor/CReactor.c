#define _GNU_SOURCE
#include "CReactor.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int result_or_errno(int result) { return result < 0 ? -errno : result; }

static int close_and_fail(int descriptor) {
    int error = errno;
    close(descriptor);
    return -error;
}

static socklen_t to_sockaddr(struct creactor_endpoint endpoint, struct sockaddr_storage *storage) {
    memset(storage, 0, sizeof *storage);
    if (!endpoint.is_v6) {
        struct sockaddr_in *v4 = (struct sockaddr_in *)storage;
        v4->sin_family = AF_INET;
        v4->sin_port = htons(endpoint.port);
        v4->sin_addr.s_addr = htonl((uint32_t)endpoint.low);
        return sizeof *v4;
    }
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)storage;
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(endpoint.port);
    uint64_t halves[2] = {htobe64(endpoint.high), htobe64(endpoint.low)};
    memcpy(v6->sin6_addr.s6_addr, halves, sizeof halves);
    return sizeof *v6;
}

static struct creactor_endpoint from_sockaddr(const struct sockaddr_storage *storage) {
    struct creactor_endpoint endpoint = {0};
    if (storage->ss_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)storage;
        endpoint.low = ntohl(v4->sin_addr.s_addr);
        endpoint.port = ntohs(v4->sin_port);
    } else if (storage->ss_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)storage;
        uint64_t halves[2];
        memcpy(halves, v6->sin6_addr.s6_addr, sizeof halves);
        endpoint.high = be64toh(halves[0]);
        endpoint.low = be64toh(halves[1]);
        endpoint.port = ntohs(v6->sin6_port);
        endpoint.is_v6 = true;
    }
    return endpoint;
}

int creactor_listen(struct creactor_endpoint endpoint, int backlog, bool shares_port) {
    struct sockaddr_storage storage;
    socklen_t length = to_sockaddr(endpoint, &storage);
    int one = 1;
    int listener = socket(storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0) return -errno;
    if (setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) < 0) return close_and_fail(listener);
    if (shares_port && setsockopt(listener, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one) < 0) return close_and_fail(listener);
    if (bind(listener, (struct sockaddr *)&storage, length) < 0) return close_and_fail(listener);
    if (listen(listener, backlog) < 0) return close_and_fail(listener);
    return listener;
}

int creactor_accept(int listener, struct creactor_endpoint *peer) {
    struct sockaddr_storage storage = {0};
    socklen_t length = sizeof storage;
    int socket = accept4(listener, (struct sockaddr *)&storage, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0) return -errno;
    *peer = from_sockaddr(&storage);
    return socket;
}

int creactor_connect_unix(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(path);
    if (length >= sizeof address.sun_path) return -ENAMETOOLONG;
    memcpy(address.sun_path, path, length + 1);
    int socket_ = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket_ < 0) return -errno;
    if (connect(socket_, (struct sockaddr *)&address, sizeof address) < 0) return close_and_fail(socket_);
    return socket_;
}

int creactor_connect_tcp(struct creactor_endpoint endpoint) {
    struct sockaddr_storage storage;
    socklen_t length = to_sockaddr(endpoint, &storage);
    int socket_ = socket(storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket_ < 0) return -errno;
    if (connect(socket_, (struct sockaddr *)&storage, length) < 0 && errno != EINPROGRESS) return close_and_fail(socket_);
    return socket_;
}

void creactor_set_no_delay(int socket) {
    int one = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

void creactor_reset_on_close(int socket) {
    struct linger linger = {.l_onoff = 1, .l_linger = 0};
    setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}

int creactor_epoll_create(void) { return result_or_errno(epoll_create1(EPOLL_CLOEXEC)); }

static int control(int epoll, int operation, int descriptor, uint64_t token, uint32_t events) {
    struct epoll_event event = {.events = events, .data.u64 = token};
    return result_or_errno(epoll_ctl(epoll, operation, descriptor, &event));
}

static int add(int epoll, int descriptor, uint64_t token, uint32_t events) {
    return control(epoll, EPOLL_CTL_ADD, descriptor, token, events);
}

int creactor_epoll_add_reading(int epoll, int descriptor, uint64_t token) {
    return add(epoll, descriptor, token, EPOLLIN | EPOLLRDHUP | EPOLLET);
}

int creactor_epoll_watch_writing(int epoll, int descriptor, uint64_t token) {
    return control(epoll, EPOLL_CTL_MOD, descriptor, token, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
}

int creactor_epoll_add(int epoll, int descriptor, uint64_t token) {
    return add(epoll, descriptor, token, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
}

int creactor_epoll_add_level(int epoll, int descriptor, uint64_t token) { return add(epoll, descriptor, token, EPOLLIN); }

int creactor_epoll_remove(int epoll, int descriptor) {
    return result_or_errno(epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, NULL));
}

int creactor_epoll_wait(int epoll, struct epoll_event *events, int capacity, int timeout_milliseconds) {
    return result_or_errno(epoll_wait(epoll, events, capacity, timeout_milliseconds));
}

void creactor_raise_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

long creactor_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY) return 1 << 20;
    return (long)limit.rlim_cur;
}

int creactor_eventfd(void) { return result_or_errno(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)); }

int creactor_signalfd(void) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    // A peer that is gone shows as EPIPE where it is written to, not as a signal.
    signal(SIGPIPE, SIG_IGN);
    // For supervisors; sent to the wrong process it shall not end it.
    signal(SIGUSR2, SIG_IGN);
    int error = pthread_sigmask(SIG_BLOCK, &signals, NULL);
    if (error != 0) return -error;
    return result_or_errno(signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC));
}

int creactor_read_signal(int descriptor) {
    struct signalfd_siginfo info;
    ssize_t length = read(descriptor, &info, sizeof info);
    if (length < 0) return -errno;
    return (int)info.ssi_signo;
}

int creactor_watch(void) { return result_or_errno(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)); }

int creactor_watch_folder(int watch, const char *path) {
    uint32_t events = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_CLOSE_WRITE | IN_ATTRIB | IN_DELETE_SELF |
                      IN_MOVE_SELF;
    return result_or_errno(inotify_add_watch(watch, path, events | IN_ONLYDIR));
}

void creactor_unwatch(int watch, int folder) { inotify_rm_watch(watch, folder); }
