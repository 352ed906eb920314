// One small request over HTTP/1.1 and the check of its answer.
#include "load.h"

#define HEADERS "Host: localhost\r\nUser-Agent: bench\r\nAccept: application/json\r\n\r\n"
static const char small_request[] = "GET /api/cloud/jobs/k3v9q0d2m7x1 HTTP/1.1\r\n" HEADERS;

void ask(struct connection *connection, const char *request, size_t size) {
    connection->held = 0;
    // One small record on an empty socket buffer is taken whole.
    if (SSL_write(connection->tls, request, (int)size) != (int)size) die_of_tls("sending a request");
}

void ask_small(struct connection *connection) {
    ask(connection, small_request, sizeof small_request - 1);
}

static void die_of_answer(const char *text, const char *reason) {
    errx(1, "wrong answer: %s (%.*s)", reason, (int)strcspn(text, "\r\n"), text);
}

// The body's first byte, once the head is whole: its length as the head says it. Nil before that.
const char *body_of(struct connection *connection, size_t *length) {
    char *text = connection->answer;
    text[connection->held] = 0;
    char *end = strstr(text, "\r\n\r\n");
    if (end == NULL) return NULL;
    char *field = strcasestr(text, "\r\ncontent-length:");
    if (field == NULL || field > end) die_of_answer(text, "no Content-Length");
    *length = strtoul(field + 17, NULL, 10);
    return end + 4;
}

static void check_answer(const char *text, const char *body, size_t length, int status, bool is_own) {
    char line[16];
    snprintf(line, sizeof line, "HTTP/1.1 %03d ", status);
    if (strncmp(text, line, strlen(line)) != 0) die_of_answer(text, "another status");
    bool is_backends = length == ANSWER_BODY_SIZE && memcmp(body, ANSWER_BODY, length) == 0;
    if (is_backends == is_own) die_of_answer(text, is_own ? "the backend gave it" : "not the backend's body");
}

bool hear_whole(struct connection *connection, const char **body, size_t *length) {
    for (;;) {
        size_t space = ANSWER_MAX - 1 - connection->held;
        if (space == 0) die_of_answer(connection->answer, "too long");
        int got = SSL_read(connection->tls, connection->answer + connection->held, (int)space);
        if (got <= 0) return die_unless_waiting(connection->tls, got, "reading an answer"), false;
        connection->held += (size_t)got;
        if ((*body = body_of(connection, length)) == NULL) continue;
        size_t size = connection->held - (size_t)(*body - connection->answer);
        if (size > *length) die_of_answer(connection->answer, "more than was asked for");
        if (size == *length) return true;
    }
}

bool hear_status(struct connection *connection, int status, bool is_own) {
    const char *body;
    size_t length;
    if (!hear_whole(connection, &body, &length)) return false;
    check_answer(connection->answer, body, length, status, is_own);
    return true;
}

bool hear(struct connection *connection) {
    return hear_status(connection, 200, false);
}

// A connection that did an exchange has the patience of a kept one, however long the others take to open.
void open_kept_connection(struct connection *connection, SSL_CTX *context) {
    open_connection(connection, context, 0);
    ask_small(connection);
    while (!hear(connection)) continue;
}
