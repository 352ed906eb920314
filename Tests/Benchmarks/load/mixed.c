// Small requests on kept connections beside two downloads that never end: what the small ones get of the proxy.
//
// The downloads are read by a client that costs this core next to nothing, so that the proxy is what they wait for: the
// first bytes are checked, all others leave the socket undeciphered and are only counted (S6 compares them all).
#include <fcntl.h>
#include <sys/socket.h>

#include "load.h"

enum { DOWNLOADS = 2, SMALL_MAX = 1024 };

static const char endless[] = "GET " ENDLESS_PATH "weights HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\n\r\n";
static SSL_CTX *context;
static struct connection *connections, downloads[DOWNLOADS];

static void prepare(void) {
    context = make_context(false);
    fill_pattern();
    connections = zeroed((size_t)options.connections, sizeof *connections);
    for (int i = 0; i < options.connections; i++) {
        open_kept_connection(&connections[i], context);
        watch(&connections[i], EPOLLIN);
    }
}

static void begin_download(struct connection *download) {
    size_t length = 0;
    const char *body = NULL;
    open_connection(download, context, 0);
    ask(download, endless, sizeof endless - 1);
    do {
        int got = SSL_read(download->tls, download->answer + download->held, SMALL_MAX - (int)download->held);
        if (got <= 0) die_of_tls("reading a download");
        download->held += (size_t)got;
        body = body_of(download, &length);
    } while (body == NULL);
    size_t count = download->held - (size_t)(body - download->answer);
    if (length != ENDLESS_SIZE || !is_pattern(body, count, 0)) errx(1, "wrong answer: the bytes of a download differ");
    fcntl(download->socket, F_SETFL, O_NONBLOCK);
}

static void drain(struct connection *download) {
    ssize_t got = recv(download->socket, NULL, 1 << 20, MSG_TRUNC);
    if (got == 0 || (got < 0 && errno != EAGAIN)) errx(1, "a download broke off");
    if (got > 0) tally.bytes += got;
}

static void end_download(struct connection *download) {
    close(download->socket);
    SSL_free(download->tls);
    *download = (struct connection){0};
}

static void next_request(struct connection *connection) {
    connection->asked = now();
    ask_small(connection);
}

// Answers what is there; how many connections have stopped asking.
static int answer_small(int64_t end) {
    struct epoll_event events[EVENTS];
    int stopped = 0, ready = epoll_wait(poll_set, events, EVENTS, 0);
    for (int i = 0; i < ready; i++) {
        struct connection *connection = events[i].data.ptr;
        if (!hear(connection)) continue;
        count_one(now() - connection->asked);
        if (now() < end) next_request(connection);
        else stopped++;
    }
    return stopped;
}

// The backend on this core has its turn after each of ours: what makes small requests wait is the proxy.
static void load(double seconds) {
    for (int i = 0; i < DOWNLOADS; i++) begin_download(&downloads[i]);
    int64_t end = now() + (int64_t)(seconds * (double)SECOND);
    for (int i = 0; i < options.connections; i++) next_request(&connections[i]);
    for (int open = options.connections; open > 0;) {
        open -= answer_small(end);
        for (int i = 0; i < DOWNLOADS; i++) drain(&downloads[i]);
        sched_yield();
    }
    for (int i = 0; i < DOWNLOADS; i++) end_download(&downloads[i]);
}

const struct work mixed_work = {"mixed", prepare, load};
