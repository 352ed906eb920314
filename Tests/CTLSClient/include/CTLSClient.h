// The client's side of the TLS library, as far as only C macros reach it: for the tests of TLSSession.
#pragma once

#include "CTLS.h"

/// 0: both versions that we serve; else exactly this one, also an old one.
void ctls_test_set_versions(SSL_CTX *context, int version);
bool ctls_test_set_signatures(SSL_CTX *context, const char *list);
bool ctls_test_set_groups(SSL_CTX *context, const char *list);
bool ctls_test_set_name(SSL *session, const char *name);

/// Hands every session that can be resumed to `keep`, which owns it.
void ctls_test_keep_tickets(SSL_CTX *context, void *owner, void (*keep)(void *owner, SSL_SESSION *session));

/// The server's certificate, owned by the caller.
X509 *ctls_test_peer_certificate(const SSL *session);
