// Uploads (S5) and downloads (S6): bodies of BULK_SIZE, compared byte for byte by whoever receives them.
#include "bulk.h"

#include <fcntl.h>

enum { TURN_BYTES = 128 * 1024 };

static const char get[] = "GET " BULK_PATH "weights HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\n\r\n";
static struct transfer *transfers;

void open_transfer(struct transfer *transfer, SSL_CTX *context, bool is_upload) {
    fill_pattern();
    open_connection(&transfer->connection, context, 0);
    // Several records a read: what the client does not spend is there for the backend.
    SSL_set_default_read_buffer_len(transfer->connection.tls, TURN_BYTES);
    fcntl(transfer->connection.socket, F_SETFL, O_NONBLOCK);
    transfer->is_upload = is_upload;
}

void begin_transfer(struct transfer *transfer) {
    char put[256];
    snprintf(put, sizeof put,
        "PUT " BULK_PATH "weights HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nContent-Length: %zu\r\n\r\n",
        BULK_SIZE);
    if (transfer->is_upload) ask(&transfer->connection, put, strlen(put));
    else ask(&transfer->connection, get, sizeof get - 1);
    transfer->is_open = true;
    transfer->has_head = false;
    transfer->moved = 0;
}

static void finish(struct transfer *transfer) {
    transfer->is_open = false;
    tally.bytes += BULK_SIZE;
}

static void check(struct transfer *transfer, const char *bytes, size_t count) {
    if (transfer->moved + count > BULK_SIZE || !is_pattern(bytes, count, transfer->moved))
        errx(1, "wrong answer: the bytes of a download differ");
    transfer->moved += count;
    if (transfer->moved == BULK_SIZE) finish(transfer);
}

static bool take_head(struct transfer *transfer) {
    struct connection *connection = &transfer->connection;
    size_t space = ANSWER_MAX - 1 - connection->held, length;
    if (space == 0) errx(1, "wrong answer: a long head");
    int got = SSL_read(connection->tls, connection->answer + connection->held, (int)space);
    if (got <= 0) return die_unless_waiting(connection->tls, got, "reading a download"), false;
    connection->held += (size_t)got;
    const char *body = body_of(connection, &length);
    if (body == NULL) return true;
    if (strncmp(connection->answer, "HTTP/1.1 200 ", 13) != 0 || length != BULK_SIZE)
        errx(1, "wrong answer: %.*s", (int)strcspn(connection->answer, "\r\n"), connection->answer);
    transfer->has_head = true;
    check(transfer, body, connection->held - (size_t)(body - connection->answer));
    return true;
}

static bool move_down(struct transfer *transfer) {
    static char turn[TURN_BYTES];
    size_t moved = 0;
    while (transfer->is_open && moved < TURN_BYTES) {
        if (!transfer->has_head) {
            if (!take_head(transfer)) break;
            moved++;
            continue;
        }
        int got = SSL_read(transfer->connection.tls, turn, TURN_BYTES);
        if (got <= 0) {
            die_unless_waiting(transfer->connection.tls, got, "reading a download");
            break;
        }
        check(transfer, turn, (size_t)got);
        moved += (size_t)got;
    }
    return moved > 0;
}

static bool move_up(struct transfer *transfer) {
    struct connection *connection = &transfer->connection;
    size_t moved = 0;
    while (transfer->moved < BULK_SIZE && moved < TURN_BYTES) {
        size_t left = BULK_SIZE - transfer->moved, run = left < PATTERN_RUN_MAX ? left : PATTERN_RUN_MAX;
        int sent = SSL_write(connection->tls, pattern_at(transfer->moved), (int)run);
        if (sent <= 0) {
            die_unless_waiting(connection->tls, sent, "sending an upload");
            break;
        }
        transfer->moved += (size_t)sent;
        moved += (size_t)sent;
    }
    if (transfer->moved == BULK_SIZE && hear(connection)) finish(transfer);
    return moved > 0;
}

bool move(struct transfer *transfer) {
    return transfer->is_upload ? move_up(transfer) : move_down(transfer);
}

static void open_all(bool is_upload) {
    SSL_CTX *context = make_context(false);
    transfers = zeroed((size_t)options.connections, sizeof *transfers);
    for (int i = 0; i < options.connections; i++) open_transfer(&transfers[i], context, is_upload);
}

static void prepare_upload(void) {
    open_all(true);
}

static void prepare_download(void) {
    open_all(false);
}

// Tries every connection in turn instead of asking the kernel which are ready: nearly all are, nearly always.
static void load(double seconds) {
    int64_t end = now() + (int64_t)(seconds * (double)SECOND);
    for (int i = 0; i < options.connections; i++) begin_transfer(&transfers[i]);
    for (int open = options.connections; open > 0;) {
        bool has_moved = false;
        for (int i = 0; i < options.connections; i++) {
            struct transfer *transfer = &transfers[i];
            if (!transfer->is_open) continue;
            has_moved |= move(transfer);
            if (transfer->is_open) continue;
            if (now() < end) begin_transfer(transfer);
            else open--;
        }
        if (!has_moved) sched_yield();
    }
}

const struct work upload_work = {"upload", prepare_upload, load};
const struct work download_work = {"download", prepare_download, load};
