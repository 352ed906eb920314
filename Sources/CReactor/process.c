#define _GNU_SOURCE
#include "CReactor.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static int result_or_errno(int result) { return result < 0 ? -errno : result; }

static int close_and_fail(int descriptor) {
    int error = errno;
    close(descriptor);
    return -error;
}

static int unix_address(const char *path, struct sockaddr_un *address) {
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    size_t length = strlen(path);
    if (length >= sizeof address->sun_path) return -ENAMETOOLONG;
    memcpy(address->sun_path, path, length);
    return 0;
}

int creactor_unix_listen(const char *path, uint32_t mode, int backlog) {
    struct sockaddr_un address;
    int error = unix_address(path, &address);
    if (error < 0) return error;
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0) return -errno;
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0) return close_and_fail(listener);
    // Until listen(2) every connect is refused, so nobody meets the mode that the umask left.
    if (chmod(path, mode) < 0) return close_and_fail(listener);
    if (listen(listener, backlog) < 0) return close_and_fail(listener);
    return listener;
}

int creactor_unix_accept(int listener) {
    return result_or_errno(accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC));
}

int creactor_file_at(const char *path, struct creactor_file *file) {
    struct stat status;
    if (lstat(path, &status) < 0) return -errno;
    *file = (struct creactor_file){
        .device = status.st_dev, .inode = status.st_ino, .is_socket = S_ISSOCK(status.st_mode)};
    return 0;
}

int creactor_peer(int socket, uint32_t *user, int32_t *process) {
    struct ucred peer;
    socklen_t length = sizeof peer;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0) return -errno;
    *user = peer.uid;
    *process = peer.pid;
    return 0;
}

union control {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(CREACTOR_DESCRIPTORS_MAX * sizeof(int))];
};

ssize_t creactor_send_descriptors(int socket, const uint8_t *bytes, size_t length, const int *descriptors, int count) {
    if (count < 1 || count > CREACTOR_DESCRIPTORS_MAX || length < 1) return -EINVAL;
    union control control;
    memset(&control, 0, sizeof control);
    struct iovec part = {.iov_base = (void *)bytes, .iov_len = length};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes};
    message.msg_controllen = CMSG_SPACE((size_t)count * sizeof(int));
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN((size_t)count * sizeof(int));
    memcpy(CMSG_DATA(header), descriptors, (size_t)count * sizeof(int));
    ssize_t sent = sendmsg(socket, &message, MSG_NOSIGNAL);
    return sent < 0 ? -errno : sent;
}

ssize_t creactor_receive_descriptors(
    int socket, uint8_t *bytes, size_t length, int descriptors[CREACTOR_DESCRIPTORS_MAX], int *count) {
    union control control;
    struct iovec part = {.iov_base = bytes, .iov_len = length};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    *count = 0;
    ssize_t received = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    if (received < 0) return -errno;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header != NULL; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        int arrived = (int)((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
        // One control buffer of this size holds no more.
        memcpy(descriptors + *count, CMSG_DATA(header), (size_t)arrived * sizeof(int));
        *count += arrived;
    }
    if ((message.msg_flags & MSG_CTRUNC) == 0) return received;
    for (int index = 0; index < *count; index++) close(descriptors[index]);
    *count = 0;
    return -EMSGSIZE;
}

static int socket_option(int descriptor, int option) {
    int value = 0;
    socklen_t length = sizeof value;
    return getsockopt(descriptor, SOL_SOCKET, option, &value, &length) < 0 ? -errno : value;
}

int creactor_adopt_listener(int descriptor, struct creactor_endpoint *address) {
    int type = socket_option(descriptor, SO_TYPE);
    if (type < 0) return type;
    if (type != SOCK_STREAM) return -EPROTOTYPE;
    int is_listening = socket_option(descriptor, SO_ACCEPTCONN);
    if (is_listening < 0) return is_listening;
    if (is_listening == 0) return -EINVAL;
    struct sockaddr_storage storage = {0};
    socklen_t length = sizeof storage;
    if (getsockname(descriptor, (struct sockaddr *)&storage, &length) < 0) return -errno;
    if (storage.ss_family != AF_INET && storage.ss_family != AF_INET6) return -EAFNOSUPPORT;
    memset(address, 0, sizeof *address);
    if (storage.ss_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)&storage;
        address->low = ntohl(v4->sin_addr.s_addr);
        address->port = ntohs(v4->sin_port);
    } else {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&storage;
        uint64_t halves[2];
        memcpy(halves, v6->sin6_addr.s6_addr, sizeof halves);
        address->high = be64toh(halves[0]);
        address->low = be64toh(halves[1]);
        address->port = ntohs(v6->sin6_port);
        address->is_v6 = true;
    }
    int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) < 0) return -errno;
    return result_or_errno(fcntl(descriptor, F_SETFD, FD_CLOEXEC));
}

int creactor_duplicate(int descriptor) { return result_or_errno(fcntl(descriptor, F_DUPFD_CLOEXEC, 3)); }

int creactor_spawn(const char *path, char *const arguments[], char *const environment[]) {
    posix_spawnattr_t attributes;
    int error = posix_spawnattr_init(&attributes);
    if (error != 0) return -error;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    // Ours are blocked for a signalfd, and SIGPIPE is ignored: a child shall not inherit either.
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    pid_t process = 0;
    error = posix_spawn(&process, path, NULL, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    return error != 0 ? -error : process;
}

int creactor_reap(int process, int *status) {
    pid_t ended = waitpid(process, status, WNOHANG);
    if (ended < 0) return -errno;
    return ended == process ? 1 : 0;
}

int creactor_signal(int process, int signal) { return result_or_errno(kill(process, signal)); }

int creactor_notify(const char *path, const char *text, size_t length) {
    struct sockaddr_un address;
    int error = unix_address(path, &address);
    if (error < 0) return error;
    socklen_t size = sizeof address;
    if (path[0] == '@') {
        // An abstract name begins with a zero byte and ends with the address's length.
        address.sun_path[0] = 0;
        size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
    }
    int socket_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket_ < 0) return -errno;
    ssize_t sent = sendto(socket_, text, length, MSG_NOSIGNAL | MSG_DONTWAIT, (struct sockaddr *)&address, size);
    if (sent < 0) return close_and_fail(socket_);
    close(socket_);
    return 0;
}
