// A closed-loop HTTPS client on one thread: each of C kept connections asks again as soon as it has its answer.
//
//   client --port N --connections C --seconds S --cpu PID[,PID...] [--wait]
//
// It warms the proxy up, lets it come to rest, then measures between two moments of rest, so that the CPU time of the
// processes named by --cpu belongs to exactly the requests it counts. Prints one JSON line. The first answer that is
// not 200 with ANSWER_BODY ends it with a sentence and exit code 1. With --wait it prints a line more, `at rest`, and
// waits for a byte on standard input before the measured part and after it: a tracer sees that part alone.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "answer.h"

enum { CONNECTIONS_MAX = 1024, PROCESSES_MAX = 64, ANSWER_MAX = 4096, EVENTS = 256, LATENCY_MAX_US = 1 << 20 };
static const double WARM_UP_SECONDS = 0.15;
static const int64_t SECOND = 1000000000;  // in the unit of all times here, nanoseconds

static const char request[] =
    "GET /api/cloud/jobs/k3v9q0d2m7x1 HTTP/1.1\r\n"
    "Host: localhost\r\nUser-Agent: bench\r\nAccept: application/json\r\n\r\n";

struct connection {
    SSL *tls;
    int64_t asked;
    size_t held;
    char answer[ANSWER_MAX];
};

static struct options {
    int port, connections, processes;
    double seconds;
    bool wait;
    pid_t process[PROCESSES_MAX];
} options;

static struct connection connections[CONNECTIONS_MAX];
static int poll_set, outstanding;
static int64_t requests;
static uint32_t latencies[LATENCY_MAX_US];  // how many answers took that many microseconds

static int64_t time_of(clockid_t clock) {
    struct timespec now;
    if (clock_gettime(clock, &now) != 0) err(1, "clock_gettime");
    return now.tv_sec * SECOND + now.tv_nsec;
}

// User and system time of all threads, dead ones too, in nanoseconds: /proc/PID/stat has the same in ticks of 10 ms.
static int64_t proxy_cpu(void) {
    int64_t sum = 0;
    for (int i = 0; i < options.processes; i++) {
        clockid_t clock;
        if (clock_getcpuclockid(options.process[i], &clock) != 0) errx(1, "process %d is gone", options.process[i]);
        sum += time_of(clock);
    }
    return sum;
}

static void die_of_tls(const char *what) {
    errx(1, "%s: %s", what, ERR_peek_error() ? ERR_error_string(ERR_peek_error(), NULL) : "the connection was closed");
}

static SSL_CTX *make_context(void) {
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    // The same version, cipher and group for every proxy, whatever each would prefer. The certificate is not checked:
    // it was made for this run, and checking costs the client only.
    if (context == NULL || !SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION)
        || !SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256") || !SSL_CTX_set1_groups_list(context, "X25519"))
        die_of_tls("TLS set-up");
    SSL_CTX_set_read_ahead(context, 1);  // one recv per record instead of two
    return context;
}

static void open_connection(struct connection *connection, SSL_CTX *context) {
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)options.port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int one = 1, socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket_ < 0 || connect(socket_, (struct sockaddr *)&address, sizeof address) != 0) err(1, "connect");
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    connection->tls = SSL_new(context);
    if (connection->tls == NULL || !SSL_set_fd(connection->tls, socket_)
        || !SSL_set_tlsext_host_name(connection->tls, "localhost") || SSL_connect(connection->tls) != 1)
        die_of_tls("TLS handshake");
    fcntl(socket_, F_SETFL, O_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.ptr = connection};
    if (epoll_ctl(poll_set, EPOLL_CTL_ADD, socket_, &event) != 0) err(1, "epoll_ctl");
}

static void ask(struct connection *connection, int64_t now) {
    connection->asked = now;
    connection->held = 0;
    outstanding++;
    // One small record on an empty socket buffer is taken whole.
    if (SSL_write(connection->tls, request, sizeof request - 1) <= 0) die_of_tls("sending a request");
}

// Whether the answer is whole. A wrong one ends the run.
static bool check_answer(struct connection *connection) {
    char *text = connection->answer;
    text[connection->held] = 0;
    char *body = strstr(text, "\r\n\r\n");
    if (body == NULL) return false;
    if (strncmp(text, "HTTP/1.1 200 ", 13) != 0) errx(1, "wrong answer: %.*s", (int)strcspn(text, "\r\n"), text);
    char *length = strcasestr(text, "\r\ncontent-length:");
    if (length == NULL || length > body) errx(1, "wrong answer: no Content-Length");
    if (strtoul(length + 17, NULL, 10) != ANSWER_BODY_SIZE) errx(1, "wrong answer: another length than the backend's");
    body += 4;
    size_t size = connection->held - (size_t)(body - text);
    if (size < ANSWER_BODY_SIZE) return false;
    if (size > ANSWER_BODY_SIZE || memcmp(body, ANSWER_BODY, size) != 0)
        errx(1, "wrong answer: another body than the backend's");
    return true;
}

// Reads until the answer is whole (true) or nothing is left to read (false).
static bool hear(struct connection *connection) {
    for (;;) {
        size_t room = ANSWER_MAX - 1 - connection->held;
        if (room == 0) errx(1, "wrong answer: longer than %d bytes", ANSWER_MAX - 1);
        int got = SSL_read(connection->tls, connection->answer + connection->held, (int)room);
        if (got <= 0) {
            if (SSL_get_error(connection->tls, got) == SSL_ERROR_WANT_READ) return false;
            die_of_tls("reading an answer");
        }
        connection->held += (size_t)got;
        if (check_answer(connection)) return true;
    }
}

static void note(int64_t latency) {
    int64_t microseconds = latency / 1000;
    latencies[microseconds < LATENCY_MAX_US ? microseconds : LATENCY_MAX_US - 1]++;
    requests++;
}

// Asks for so long on all connections, then waits for what is outstanding. Spins: a client that sleeps lets the proxy
// pay for waking it, the slower proxy more often. Yields: the backend lives on the same core.
static void load(double seconds) {
    struct epoll_event events[EVENTS];
    int64_t now = time_of(CLOCK_MONOTONIC), end = now + (int64_t)(seconds * (double)SECOND);
    for (int i = 0; i < options.connections; i++) ask(&connections[i], now);
    while (outstanding > 0) {
        int ready = epoll_wait(poll_set, events, EVENTS, 0);
        if (ready <= 0) sched_yield();
        for (int i = 0; i < ready; i++) {
            struct connection *connection = events[i].data.ptr;
            // What arrives at rest is a session ticket: it is read here and makes no answer whole.
            if (!hear(connection)) continue;
            now = time_of(CLOCK_MONOTONIC);
            outstanding--;
            note(now - connection->asked);
            if (now < end) ask(connection, now);
        }
    }
}

static int percentile(double share) {
    int64_t wanted = (int64_t)(share * (double)requests), seen = 0;
    for (int i = 0; i < LATENCY_MAX_US; i++)
        if ((seen += latencies[i]) > wanted) return i;
    return LATENCY_MAX_US;
}

static void wait_for_tracer(void) {
    char byte;
    fflush(stdout);
    if (options.wait && read(STDIN_FILENO, &byte, 1) < 0) err(1, "standard input");
}

static void measure(void) {
    load(WARM_UP_SECONDS);
    requests = 0;
    memset(latencies, 0, sizeof latencies);
    if (options.wait) puts("at rest");
    wait_for_tracer();
    int64_t cpu = proxy_cpu(), begin = time_of(CLOCK_MONOTONIC);
    load(options.seconds);
    cpu = proxy_cpu() - cpu;
    double elapsed = (double)(time_of(CLOCK_MONOTONIC) - begin) / (double)SECOND;
    printf("{\"requests\": %ld, \"seconds\": %.6f, \"cpu_ns\": %ld, \"p50_us\": %d, \"p99_us\": %d}\n",
        (long)requests, elapsed, (long)cpu, percentile(0.50), percentile(0.99));
    wait_for_tracer();
}

static void read_options(int count, char **arguments) {
    static const struct option names[] = {{"port", 1, 0, 'p'}, {"connections", 1, 0, 'c'}, {"seconds", 1, 0, 's'},
        {"cpu", 1, 0, 'u'}, {"wait", 0, 0, 'w'}, {0}};
    int option;
    while ((option = getopt_long(count, arguments, "", names, NULL)) != -1) {
        if (option == 'p') options.port = atoi(optarg);
        else if (option == 'c') options.connections = atoi(optarg);
        else if (option == 's') options.seconds = atof(optarg);
        else if (option == 'w') options.wait = true;
        else if (option == 'u')
            for (char *pid = strtok(optarg, ","); pid && options.processes < PROCESSES_MAX; pid = strtok(NULL, ","))
                options.process[options.processes++] = atoi(pid);
        else exit(2);
    }
    if (options.port < 1 || options.connections < 1 || options.connections > CONNECTIONS_MAX || options.seconds <= 0)
        errx(2, "usage: client --port N --connections 1...%d --seconds S --cpu PID[,PID...] [--wait]", CONNECTIONS_MAX);
}

int main(int count, char **arguments) {
    read_options(count, arguments);
    // A proxy that stops answering must not keep this spinning.
    alarm((unsigned)(options.seconds + WARM_UP_SECONDS) + 20);
    poll_set = epoll_create1(EPOLL_CLOEXEC);
    if (poll_set < 0) err(1, "epoll_create1");
    SSL_CTX *context = make_context();
    for (int i = 0; i < options.connections; i++) open_connection(&connections[i], context);
    measure();
}
