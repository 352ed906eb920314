// Small requests over HTTP/2, each stream followed by the next as soon as it has its answer (S2).
#include "load.h"

static struct session **sessions;
static int outstanding;

static void finished(int64_t asked) {
    count_one(now() - asked);
}

static void prepare(void) {
    SSL_CTX *context = make_context(true);
    sessions = zeroed((size_t)options.connections, sizeof *sessions);
    for (int i = 0; i < options.connections; i++) {
        sessions[i] = open_session(context, 0, options.streams);
        watch_session(sessions[i]);
    }
}

static void ask_many(struct session *session, int count) {
    int64_t when = now();
    for (int i = 0; i < count; i++) ask_stream(session, when);
    outstanding += count;
}

static void load(double seconds) {
    struct epoll_event events[EVENTS];
    int64_t end = now() + (int64_t)(seconds * (double)SECOND);
    for (int i = 0; i < options.connections; i++) {
        ask_many(sessions[i], options.streams);
        flush_session(sessions[i]);
    }
    while (outstanding > 0) {
        int ready = epoll_wait(poll_set, events, EVENTS, 0);
        if (ready <= 0) sched_yield();
        for (int i = 0; i < ready; i++) {
            struct session *session = events[i].data.ptr;
            int answered = hear_session(session, finished);
            outstanding -= answered;
            if (now() < end) ask_many(session, answered);
            flush_session(session);  // acknowledgements too
        }
    }
}

const struct work streams_work = {"streams", prepare, load};
