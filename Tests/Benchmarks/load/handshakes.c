// New connections, each with a handshake, one small request and a proper end; full ones (S3) or resumed ones (S4).
#include "load.h"

enum { SOURCES = 8 };

static SSL_CTX *context;
static struct connection *connections;
static SSL_SESSION *session;  // the one that every resumed handshake offers
static bool resumes;
static unsigned dialled;
static int outstanding;

static int keep_session(SSL *tls, SSL_SESSION *given) {
    (void)tls;
    if (session != NULL) return 0;
    session = given;
    return 1;  // the reference is ours now
}

static void prepare(void) {
    context = make_context(false);
    connections = zeroed((size_t)options.connections, sizeof *connections);
}

static void finish(struct connection *connection) {
    SSL_shutdown(connection->tls);
    SSL_free(connection->tls);
    close(connection->socket);
}

static void prepare_resumed(void) {
    prepare();
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, keep_session);
    open_connection(&connections[0], context, 0);
    ask_small(&connections[0]);
    while (!hear(&connections[0])) continue;
    finish(&connections[0]);
    if (session == NULL) not_available("no session ticket came before the first answer");
    // With its cache on, OpenSSL takes care that a ticket is offered only once.
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    resumes = true;
}

static void begin(struct connection *connection) {
    connection->asked = now();
    dial(connection, context, dialled++ % SOURCES);
    if (resumes && !SSL_set_session(connection->tls, session)) die_of_tls("offering a session");
    outstanding++;
    SSL_set_connect_state(connection->tls);
    watch(connection, EPOLLIN);
}

// Whether the connection did its work and is gone.
static bool go_on(struct connection *connection) {
    if (!SSL_is_init_finished(connection->tls)) {
        int result = SSL_do_handshake(connection->tls);
        if (result != 1) return die_unless_waiting(connection->tls, result, "TLS handshake"), false;
        if (resumes && !SSL_session_reused(connection->tls)) not_available("a session was not resumed");
        ask_small(connection);
    }
    if (!hear(connection)) return false;
    finish(connection);
    outstanding--;
    count_one(now() - connection->asked);
    return true;
}

static void load(double seconds) {
    struct epoll_event events[EVENTS];
    int64_t end = now() + (int64_t)(seconds * (double)SECOND);
    for (int i = 0; i < options.connections; i++) {
        begin(&connections[i]);
        go_on(&connections[i]);
    }
    while (outstanding > 0) {
        int ready = epoll_wait(poll_set, events, EVENTS, 0);
        if (ready <= 0) sched_yield();
        for (int i = 0; i < ready; i++) {
            struct connection *connection = events[i].data.ptr;
            if (!go_on(connection) || now() >= end) continue;
            begin(connection);
            go_on(connection);
        }
    }
}

const struct work full_work = {"full-handshakes", prepare, load};
const struct work resumed_work = {"resumed-handshakes", prepare_resumed, load};
