// The parts of the load program: options, clocks, TLS connections, the exchange of one request, and what is counted.
#pragma once
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <openssl/ssl.h>

#include "../content.h"

enum { PROCESSES_MAX = 64, ANSWER_MAX = 4096, EVENTS = 256 };
static const int64_t SECOND = 1000000000;  // in the unit of all times here, nanoseconds

// One kind of load. `prepare` opens what it keeps; `load` works for so long and leaves the proxy at rest. It is called
// twice: to warm up, and to be measured.
struct work {
    const char *name;
    void (*prepare)(void);
    void (*load)(double seconds);
};

extern const struct work requests_work, refusals_work, streams_work, full_work, resumed_work, upload_work,
    download_work, mixed_work;
void run_idle(void);  // has no time to measure, and so a main part of its own

struct options {
    const char *work;
    int port, connections, streams, processes;
    int status;              // of refusals: what the proxy is to answer by itself
    const char *target;      // and at which target
    int64_t requests_max;    // ends the measured part, instead of the time; 0: none
    double seconds;
    bool wait, http2;
    pid_t process[PROCESSES_MAX];
};
extern struct options options;

// clock.c
int64_t now(void);
int64_t proxy_cpu(void);  // user and system time of all processes of the proxy, in nanoseconds

// tally.c
extern struct tally {
    int64_t count, bytes;  // requests or handshakes; bulk bytes
    int64_t ended;         // when the last of them was counted
} tally;
void forget_tally(void);
void count_one(int64_t took);
void print_report(double seconds, int64_t cpu);
void wait_for_reader(const char *line);  // with --wait: prints a line, and reads a byte before going on
_Noreturn void not_available(const char *reason);  // the proxy cannot do this work: no fault, and no figure

// connection.c
struct connection {
    SSL *tls;
    int socket;
    int64_t asked;
    size_t held;
    char answer[ANSWER_MAX];
};
extern int poll_set;
SSL_CTX *make_context(bool http2);
void dial(struct connection *connection, SSL_CTX *context, unsigned source);  // TCP alone; the socket blocks
void open_connection(struct connection *connection, SSL_CTX *context, unsigned source);  // with the handshake
void watch(struct connection *connection, uint32_t events);  // from here on the socket does not block
void *zeroed(size_t count, size_t size);
_Noreturn void die_of_tls(const char *what);
void die_unless_waiting(SSL *tls, int result, const char *what);  // after a call that did not succeed

// exchange.c
void ask(struct connection *connection, const char *request, size_t size);
void ask_small(struct connection *connection);
// All three read what there is, and say whether the answer is whole. One that is not as expected ends the run.
bool hear(struct connection *connection);  // of the backend
bool hear_status(struct connection *connection, int status, bool is_own);  // of the proxy itself
bool hear_whole(struct connection *connection, const char **body, size_t *length);  // of anybody
const char *body_of(struct connection *connection, size_t *length);
void open_kept_connection(struct connection *connection, SSL_CTX *context);

// http2.c
struct session;
struct session *open_session(SSL_CTX *context, unsigned source, int streams);
void watch_session(struct session *session);
void ask_stream(struct session *session, int64_t when);
int hear_session(struct session *session, void (*finished)(int64_t asked));  // how many streams were answered
void flush_session(struct session *session);
