// Connections that did one small request each and then rest, for the reader of the proxy's memory.
//
// A line `at rest` is printed, and a byte of standard input waited for, with the first BASE_CONNECTIONS, with 2,000 and
// with all. At the end each connection must still answer.
#include "load.h"

enum { PER_SOURCE = 200, BASE_CONNECTIONS = 100, FIRST_STOP = 2000 };

static struct connection *plain;
static struct session **sessions;

static void use(int i) {
    if (options.http2) {
        ask_stream(sessions[i], 0);
        flush_session(sessions[i]);
        while (hear_session(sessions[i], NULL) == 0) continue;
        flush_session(sessions[i]);
    } else {
        ask_small(&plain[i]);
        while (!hear(&plain[i])) continue;
    }
}

static void rest(int count) {
    char line[64];
    snprintf(line, sizeof line, "at rest %d", count);
    wait_for_reader(line);
}

void run_idle(void) {
    SSL_CTX *context = make_context(options.http2);
    plain = zeroed((size_t)options.connections, sizeof *plain);
    sessions = zeroed((size_t)options.connections, sizeof *sessions);
    for (int i = 0; i < options.connections; i++) {
        unsigned source = (unsigned)(i / PER_SOURCE);
        if (options.http2) sessions[i] = open_session(context, source, 1);
        else open_connection(&plain[i], context, source);
        use(i);
        if (i + 1 == BASE_CONNECTIONS || (i + 1 == FIRST_STOP && i + 1 < options.connections)) rest(i + 1);
    }
    rest(options.connections);
    for (int i = 0; i < options.connections; i++) use(i);
    puts("served");
}
