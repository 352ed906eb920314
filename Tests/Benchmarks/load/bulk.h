// Bulk bodies on a connection of their own, one behind the other.
#pragma once
#include "load.h"

struct transfer {
    struct connection connection;  // the first member: an event names the connection
    bool is_upload, is_open;       // a request is under way
    size_t moved;                  // bytes of its body
    bool has_head;                 // of the answer to a download
};

void open_transfer(struct transfer *transfer, SSL_CTX *context, bool is_upload);
void begin_transfer(struct transfer *transfer);
// Moves at most one turn's bytes; whether it moved any. The transfer's end clears `is_open`.
bool move(struct transfer *transfer);
