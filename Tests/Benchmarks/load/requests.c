// Small requests on kept connections, each asking again as soon as it has its answer (S1), and the same for answers
// that the proxy gives by itself (S7).
#include "load.h"

static struct connection *connections;
static int outstanding;
static int64_t asked;  // in this part of the run
static bool is_own, is_warm;
static char own_request[512];

static void next_request(struct connection *connection, int64_t when) {
    connection->asked = when;
    outstanding++;
    asked++;
    if (is_own) ask(connection, own_request, strlen(own_request));
    else ask_small(connection);
}

static void prepare(void) {
    SSL_CTX *context = make_context(false);
    connections = zeroed((size_t)options.connections, sizeof *connections);
    for (int i = 0; i < options.connections; i++) {
        if (is_own) open_connection(&connections[i], context, 0);
        else open_kept_connection(&connections[i], context);
        watch(&connections[i], EPOLLIN);
    }
}

static void prepare_own(void) {
    is_own = true;
    snprintf(own_request, sizeof own_request,
        "GET %s HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nAccept: application/json\r\n\r\n", options.target);
    prepare();
}

static bool has_answer(struct connection *connection) {
    const char *body;
    size_t length;
    if (!is_own) return hear(connection);
    // A proxy that limits rates lets the first ones pass.
    return is_warm ? hear_status(connection, options.status, true) : hear_whole(connection, &body, &length);
}

// Spins: a client that sleeps lets the proxy pay for waking it, the slower proxy more often. Yields: the backend lives
// on the same core. Where only calls are counted it sleeps, which a busy machine rewards.
static void load(double seconds) {
    struct epoll_event events[EVENTS];
    int64_t when = now(), end = when + (int64_t)(seconds * (double)SECOND);
    int64_t most = is_warm && options.requests_max > 0 ? options.requests_max : INT64_MAX;
    if (most != INT64_MAX) end = INT64_MAX;
    asked = 0;
    for (int i = 0; i < options.connections && asked < most; i++) next_request(&connections[i], when);
    while (outstanding > 0) {
        int ready = epoll_wait(poll_set, events, EVENTS, most == INT64_MAX ? 0 : 1000);
        if (ready <= 0) sched_yield();
        for (int i = 0; i < ready; i++) {
            struct connection *connection = events[i].data.ptr;
            // What arrives at rest is a session ticket: it is read here and makes no answer whole.
            if (!has_answer(connection)) continue;
            when = now();
            outstanding--;
            count_one(when - connection->asked);
            if (when < end && asked < most) next_request(connection, when);
        }
    }
    is_warm = true;
}

const struct work requests_work = {"requests", prepare, load};
const struct work refusals_work = {"refusals", prepare_own, load};
