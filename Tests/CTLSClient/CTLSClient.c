#include "CTLSClient.h"

void ctls_test_set_versions(SSL_CTX *context, int version) {
    SSL_CTX_set_min_proto_version(context, version == 0 ? TLS1_2_VERSION : version);
    SSL_CTX_set_max_proto_version(context, version == 0 ? TLS1_3_VERSION : version);
#ifndef OPENSSL_IS_BORINGSSL
    // Old versions need what the distribution forbids.
    if (version != 0 && version < TLS1_2_VERSION) SSL_CTX_set_security_level(context, 0);
#endif
}

bool ctls_test_set_signatures(SSL_CTX *context, const char *list) {
    return SSL_CTX_set1_sigalgs_list(context, list) == 1;
}

bool ctls_test_set_groups(SSL_CTX *context, const char *list) { return SSL_CTX_set1_groups_list(context, list) == 1; }

bool ctls_test_set_name(SSL *session, const char *name) { return SSL_set_tlsext_host_name(session, name) == 1; }

static void (*kept)(void *owner, SSL_SESSION *session);

static int on_session(SSL *ssl, SSL_SESSION *session) {
    kept(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), 0), session);
    return 1;
}

void ctls_test_keep_tickets(SSL_CTX *context, void *owner, void (*keep)(void *owner, SSL_SESSION *session)) {
    kept = keep;
    SSL_CTX_set_ex_data(context, 0, owner);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, on_session);
}

X509 *ctls_test_peer_certificate(const SSL *session) { return SSL_get_peer_certificate(session); }
