// What a process does with its kin: descriptors handed over and inherited, children started, the service manager told.
// Each function returns the kernel's result or -errno.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct creactor_endpoint;

/// What one message can carry (SCM_MAX_FD of the kernel).
enum { CREACTOR_DESCRIPTORS_MAX = 253 };

/// A listening Unix socket, non-blocking and close-on-exec, whose mode is set before anybody can connect.
int creactor_unix_listen(const char *path, uint32_t mode, int backlog);
int creactor_unix_accept(int listener);

/// Which file a path names now, without following a link.
struct creactor_file {
    uint64_t device;
    uint64_t inode;
    bool is_socket;
};
int creactor_file_at(const char *path, struct creactor_file *file);

/// Who the process at the other end of a Unix socket was when it connected (SO_PEERCRED).
int creactor_peer(int socket, uint32_t *user, int32_t *process);

/// Sends bytes and, with them, descriptors; at most CREACTOR_DESCRIPTORS_MAX of them and at least one byte.
ssize_t creactor_send_descriptors(int socket, const uint8_t *bytes, size_t length, const int *descriptors, int count);

/// Receives bytes and the descriptors that came with them, close-on-exec. None stays open when this fails.
ssize_t creactor_receive_descriptors(
    int socket, uint8_t *bytes, size_t length, int descriptors[CREACTOR_DESCRIPTORS_MAX], int *count);

/// Checks that an inherited descriptor is a listening TCP socket, makes it non-blocking and close-on-exec, and writes
/// the address that it is bound to.
int creactor_adopt_listener(int descriptor, struct creactor_endpoint *address);
int creactor_duplicate(int descriptor);

/// Starts an executable with the three standard descriptors and no signal blocked or ignored; returns its process id.
int creactor_spawn(const char *path, char *const arguments[], char *const environment[]);
/// 1 when a child has ended, 0 while it runs.
int creactor_reap(int process, int *status);
int creactor_signal(int process, int signal);

/// Sends one datagram to the service manager's socket; a name that begins with @ is an abstract one.
int creactor_notify(const char *path, const char *text, size_t length);
