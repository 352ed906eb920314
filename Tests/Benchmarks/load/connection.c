#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <openssl/err.h>

#include "load.h"

int poll_set;

void die_of_tls(const char *what) {
    errx(1, "%s: %s", what, ERR_peek_error() ? ERR_error_string(ERR_peek_error(), NULL) : "the connection was closed");
}

void *zeroed(size_t count, size_t size) {
    void *memory = calloc(count, size);
    if (memory == NULL) err(1, "calloc");
    return memory;
}

SSL_CTX *make_context(bool http2) {
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    const char *protocol = http2 ? "\x02h2" : "\x08http/1.1";
    // The same version, cipher and group for every proxy, whatever each would prefer. The certificate is not checked:
    // it was made for this run, and checking costs the client only.
    if (context == NULL || !SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION)
        || !SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256") || !SSL_CTX_set1_groups_list(context, "X25519")
        || SSL_CTX_set_alpn_protos(context, (const unsigned char *)protocol, (unsigned)strlen(protocol)) != 0)
        die_of_tls("TLS set-up");
    SSL_CTX_set_read_ahead(context, 1);  // one recv per record instead of two
    SSL_CTX_set_mode(context,
        SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    return context;
}

// Sources differ in their address of 127.0.0.0/8, so that neither ports nor a proxy's limit per client run out. None is
// 127.0.0.1: the gateway limits the rate of strangers only.
void dial(struct connection *connection, SSL_CTX *context, unsigned source) {
    struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + source)};
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)options.port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int one = 1, socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket_ < 0 || setsockopt(socket_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one) != 0
        || bind(socket_, (struct sockaddr *)&from, sizeof from) != 0
        || connect(socket_, (struct sockaddr *)&to, sizeof to) != 0)
        err(1, "connect");
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    connection->socket = socket_;
    connection->tls = SSL_new(context);
    if (connection->tls == NULL || !SSL_set_fd(connection->tls, socket_)
        || !SSL_set_tlsext_host_name(connection->tls, "localhost"))
        die_of_tls("TLS connection");
}

void open_connection(struct connection *connection, SSL_CTX *context, unsigned source) {
    dial(connection, context, source);
    if (SSL_connect(connection->tls) != 1) die_of_tls("TLS handshake");
}

void watch(struct connection *connection, uint32_t events) {
    fcntl(connection->socket, F_SETFL, O_NONBLOCK);
    struct epoll_event event = {.events = events | EPOLLET, .data.ptr = connection};
    if (epoll_ctl(poll_set, EPOLL_CTL_ADD, connection->socket, &event) != 0) err(1, "epoll_ctl");
}

void die_unless_waiting(SSL *tls, int result, const char *what) {
    int reason = SSL_get_error(tls, result);
    if (reason != SSL_ERROR_WANT_READ && reason != SSL_ERROR_WANT_WRITE) die_of_tls(what);
}
