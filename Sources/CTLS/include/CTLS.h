// The TLS library: BoringSSL, or with the trait SystemOpenSSL the distribution's OpenSSL (3.0 or later). What the two
// name alike is used under its own name; all in which they differ, and what only C macros can reach, is behind the
// functions below, so that no Swift file knows which library it is.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if __has_include("CNIOBoringSSL.h")
#include "CNIOBoringSSL.h"
#else
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#endif

#ifdef OPENSSL_IS_BORINGSSL
typedef HMAC_CTX ctls_mac;
#else
typedef EVP_MAC_CTX ctls_mac;
#endif

// Contexts

/// A context with our policy and no certificate: TLS 1.2 and 1.3, forward secrecy and AEAD only, no renegotiation, no
/// compression, no early data, no server-side session cache. NULL when there is no memory.
SSL_CTX *ctls_context_new(void);

/// Lets the context show a chain, the leaf first. One for each kind of key; the first that a client can verify is shown.
bool ctls_context_add_certificate(SSL_CTX *context, X509 *const *chain, size_t count, EVP_PKEY *key);

/// Makes `certificate` an authority that clients' certificates may come from, and names it in the request for one.
bool ctls_context_add_client_authority(SSL_CTX *context, X509 *certificate);

/// How long a session may be resumed.
void ctls_context_set_session_lifetime(SSL_CTX *context, int64_t seconds);

/// A pointer that callbacks find again by any session of the context.
bool ctls_context_set_owner(SSL_CTX *context, void *owner);
void *ctls_session_owner(const SSL *session);

/// Called with the server name of a ClientHello (NULL if it has none) before anything of it is acted on, also before a
/// ticket is looked at: the place to choose the context. Returning false ends the handshake. One function per process.
typedef bool (*ctls_hello)(SSL *session, const char *name, size_t length);
void ctls_context_set_hello(SSL_CTX *context, ctls_hello hello);

// Tickets

enum { ctls_ticket_name_bytes = 16, ctls_ticket_iv_bytes = 16, ctls_ticket_secret_bytes = 32 };

/// Called to seal a ticket (`seals`: writes the key's name and an IV) or to open one (finds the key by its name), then
/// calls ctls_ticket_begin. Returns 1; 2 to have an old ticket renewed; 0 for no key; -1 for an error.
typedef int (*ctls_ticket)(SSL *session, uint8_t *name, uint8_t *iv, EVP_CIPHER_CTX *cipher, ctls_mac *mac, int seals);
void ctls_context_set_ticket(SSL_CTX *context, ctls_ticket ticket);

/// Keys a ticket's AES-256-CBC and HMAC-SHA-256.
bool ctls_ticket_begin(EVP_CIPHER_CTX *cipher, ctls_mac *mac, const uint8_t *cipher_secret, const uint8_t *mac_secret,
                       const uint8_t *iv, bool seals);

// Sessions

/// A session that gives memory back as soon as it can.
SSL *ctls_session_new(SSL_CTX *context);

/// From here on the session uses another context's certificates, authorities and session id context.
bool ctls_session_switch(SSL *session, SSL_CTX *context, bool demands_certificate);

/// Tells a BIO's user to call again when there is something to read, or room to write.
void ctls_bio_retry_read(BIO *bio);
void ctls_bio_retry_write(BIO *bio);
void ctls_bio_clear_retry(BIO *bio);

/// What a memory BIO holds; valid until it changes.
const uint8_t *ctls_bio_contents(BIO *bio, size_t *count);

// Certificates and keys

/// Reads one private key without asking anybody for a passphrase.
EVP_PKEY *ctls_read_key(BIO *bio);

enum ctls_key_kind { ctls_key_other, ctls_key_ecdsa, ctls_key_ed25519, ctls_key_rsa };
enum ctls_key_kind ctls_key_kind_of(const EVP_PKEY *key);
int ctls_key_bits(const EVP_PKEY *key);

/// A fresh key: P-256, or RSA of so many bits.
EVP_PKEY *ctls_generate_ec_key(void);
EVP_PKEY *ctls_generate_rsa_key(int bits);

/// Seconds since 1970.
bool ctls_time_seconds(const ASN1_TIME *time, int64_t *seconds);

/// Calls `each` with every DNS name among a certificate's subject alternative names.
void ctls_each_dns_name(X509 *certificate, void *argument, void (*each)(void *argument, const char *name, size_t length));
