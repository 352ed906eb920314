// The client's side of HTTP/2 (RFC 9113), as much as small requests need: canned header blocks, no bodies up, and
// frames of the server checked as they come.
//
// Request fields that do not change go into the server's dynamic table with the first request and are indexes from then
// on, as real clients do it. Answers come without a dynamic table (ours has no size), so that a status is one byte.
#include <fcntl.h>

#include "load.h"

enum {
    STREAMS_MAX = 256, INPUT_MAX = 32 * 1024, OUTPUT_MAX = 32 * 1024, HEADER = 9, WINDOW = 1 << 30,
    DATA = 0, HEADERS = 1, PRIORITY = 2, RST_STREAM = 3, SETTINGS = 4, PING = 6, GOAWAY = 7, WINDOW_UPDATE = 8,
    END_STREAM = 1, ACK = 1, END_HEADERS = 4, PADDED = 8
};

struct stream {
    uint32_t id;  // 0: free
    int64_t asked;
    bool has_status;
    size_t body;  // bytes of it so far
};

struct session {
    struct connection connection;  // the first member: an event names the connection
    uint32_t next_id;
    int streams;
    bool has_settings, is_indexed;  // the server keeps a dynamic table
    size_t held, queued;
    struct stream *stream;
    unsigned char *input, *output;
};

static uint32_t number(const unsigned char *bytes, int count) {
    uint32_t value = 0;
    for (int i = 0; i < count; i++) value = value << 8 | bytes[i];
    return value;
}

static void append(struct session *session, const void *bytes, size_t count) {
    if (session->queued + count > OUTPUT_MAX) errx(1, "more is to be sent than fits");
    memcpy(session->output + session->queued, bytes, count);
    session->queued += count;
}

static void append_number(struct session *session, uint32_t value, int count) {
    for (int i = count - 1; i >= 0; i--) append(session, &(unsigned char){(unsigned char)(value >> (8 * i))}, 1);
}

static void append_header(struct session *session, size_t length, int type, int flags, uint32_t id) {
    append_number(session, (uint32_t)length, 3);
    append_number(session, (uint32_t)type, 1);
    append_number(session, (uint32_t)flags, 1);
    append_number(session, id, 4);
}

// SSL_write takes one record at a time and a batch of requests fits in one.
void flush_session(struct session *session) {
    if (session->queued == 0) return;
    int sent = SSL_write(session->connection.tls, session->output, (int)session->queued);
    if (sent != (int)session->queued) die_of_tls("sending frames");
    session->queued = 0;
}

// A field's value, behind the byte or bytes that say how its name is represented (RFC 7541, section 6.2).
static size_t field(unsigned char *block, const char *representation, const char *value) {
    size_t start = strlen(representation), length = strlen(value);
    memcpy(block, representation, start);
    block[start] = (unsigned char)length;
    memcpy(block + start + 1, value, length);
    return start + 1 + length;
}

static size_t header_block(unsigned char *block, bool is_first, bool is_indexed) {
    size_t size = 2;
    memcpy(block, "\x82\x87", 2);  // :method GET, :scheme https
    size += field(block + size, "\x04", "/api/cloud/jobs/k3v9q0d2m7x1");
    if (is_indexed && !is_first) {
        memcpy(block + size, "\xc0\xbf\xbe", 3);  // the three below, the last one first
        return size + 3;
    }
    size += field(block + size, is_indexed ? "\x41" : "\x01", "localhost");
    size += field(block + size, is_indexed ? "\x7a" : "\x0f\x2b", "bench");
    size += field(block + size, is_indexed ? "\x53" : "\x0f\x04", "application/json");
    return size;
}

void ask_stream(struct session *session, int64_t when) {
    struct stream *stream = session->stream;
    while (stream->id != 0) stream++;  // the caller keeps to the number of streams
    *stream = (struct stream){.id = session->next_id, .asked = when};
    unsigned char block[256];
    size_t size = header_block(block, stream->id == 1, session->is_indexed);
    append_header(session, size, HEADERS, END_STREAM | END_HEADERS, stream->id);
    append(session, block, size);
    session->next_id += 2;
}

static struct stream *stream_of(struct session *session, uint32_t id) {
    for (int i = 0; i < session->streams; i++)
        if (session->stream[i].id == id && id != 0) return &session->stream[i];
    errx(1, "wrong answer: a frame on stream %u, which is not open", id);
}

static void take_settings(struct session *session, const unsigned char *payload, size_t length) {
    session->is_indexed = true;
    for (size_t i = 0; i + 6 <= length; i += 6) {
        uint32_t name = number(payload + i, 2), value = number(payload + i + 2, 4);
        if (name == 1) session->is_indexed = value >= 4096;
        if (name == 3 && value < (uint32_t)session->streams) errx(1, "only %u streams are allowed", value);
    }
    session->has_settings = true;
    append_header(session, 0, SETTINGS, ACK, 0);
}

static void take_head(struct stream *stream, const unsigned char *block, size_t length, int flags) {
    if (!(flags & END_HEADERS) || (flags & PADDED)) errx(1, "a head in parts or padded is not for this client");
    while (length > 0 && (*block & 0xe0) == 0x20) block++, length--;  // the size of the table: none
    if (!stream->has_status && (length == 0 || *block != 0x88)) errx(1, "wrong answer: the status is not 200");
    stream->has_status = true;
}

static void take_data(struct stream *stream, const unsigned char *bytes, size_t length, int flags) {
    if (flags & PADDED) errx(1, "padded data is not for this client");
    if (stream->body + length > ANSWER_BODY_SIZE || memcmp(bytes, ANSWER_BODY + stream->body, length) != 0)
        errx(1, "wrong answer: not the backend's body");
    stream->body += length;
}

// Whether the frame ended a stream.
static bool take(struct session *session, const unsigned char *frame, size_t length, void (*finished)(int64_t)) {
    int type = frame[3], flags = frame[4];
    uint32_t id = number(frame + 5, 4);
    const unsigned char *payload = frame + HEADER;
    if (type == SETTINGS && !(flags & ACK)) take_settings(session, payload, length);
    if (type == PING && !(flags & ACK)) {
        append_header(session, 8, PING, ACK, 0);
        append(session, payload, 8);
    }
    if (type == GOAWAY) errx(1, "wrong answer: GOAWAY with code %u", number(payload + 4, 4));
    if (type == RST_STREAM) errx(1, "wrong answer: stream %u was reset with code %u", id, number(payload, 4));
    if (type != DATA && type != HEADERS) return false;
    struct stream *stream = stream_of(session, id);
    if (type == DATA) take_data(stream, payload, length, flags);
    else take_head(stream, payload, length, flags);
    if (!(flags & END_STREAM)) return false;
    if (!stream->has_status || stream->body != ANSWER_BODY_SIZE) errx(1, "wrong answer: the body is short");
    stream->id = 0;
    if (finished != NULL) finished(stream->asked);
    return true;
}

// Takes all frames that are whole.
static int take_frames(struct session *session, void (*finished)(int64_t)) {
    const unsigned char *frame = session->input;
    int ended = 0;
    while (session->held >= HEADER) {
        size_t length = number(frame, 3);
        if (length + HEADER > INPUT_MAX) errx(1, "a frame of %zu bytes", length);
        if (session->held < length + HEADER) break;
        ended += take(session, frame, length, finished);
        frame += length + HEADER, session->held -= length + HEADER;
    }
    memmove(session->input, frame, session->held);
    return ended;
}

int hear_session(struct session *session, void (*finished)(int64_t)) {
    int ended = 0;
    for (;;) {
        SSL *tls = session->connection.tls;
        int got = SSL_read(tls, session->input + session->held, (int)(INPUT_MAX - session->held));
        if (got <= 0) {
            die_unless_waiting(tls, got, "reading frames");
            return ended;
        }
        session->held += (size_t)got;
        ended += take_frames(session, finished);
        if (!(fcntl(session->connection.socket, F_GETFL) & O_NONBLOCK)) return ended;
    }
}

// With the server's settings read and acknowledged: the first request is encoded as they allow.
struct session *open_session(SSL_CTX *context, unsigned source, int streams) {
    struct session *session = zeroed(1, sizeof *session);
    session->stream = zeroed((size_t)streams + 1, sizeof *session->stream);
    session->input = zeroed(INPUT_MAX, 1);
    session->output = zeroed(OUTPUT_MAX, 1);
    session->streams = streams;
    session->next_id = 1;
    open_connection(&session->connection, context, source);
    const unsigned char *protocol;
    unsigned length;
    SSL_get0_alpn_selected(session->connection.tls, &protocol, &length);
    if (length != 2 || memcmp(protocol, "h2", 2) != 0) not_available("h2 was not agreed on");
    append(session, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 24);
    append_header(session, 12, SETTINGS, 0, 0);
    append_number(session, 1, 2), append_number(session, 0, 4);  // HEADER_TABLE_SIZE
    append_number(session, 2, 2), append_number(session, 0, 4);  // ENABLE_PUSH
    append_header(session, 4, WINDOW_UPDATE, 0, 0);
    append_number(session, WINDOW, 4);  // for the whole run
    flush_session(session);
    while (!session->has_settings) hear_session(session, NULL);
    flush_session(session);
    return session;
}

void watch_session(struct session *session) {
    watch(&session->connection, EPOLLIN);
}
