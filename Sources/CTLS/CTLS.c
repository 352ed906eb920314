#include "CTLS.h"

#include <stdatomic.h>
#include <string.h>
#include <time.h>

// ECDHE with AEAD, the client's order: it knows whether its processor has AES instructions. TLS 1.3's three are always on.
#ifdef OPENSSL_IS_BORINGSSL
#define SUITES                                                                                                       \
    "[ECDHE-ECDSA-AES128-GCM-SHA256|ECDHE-ECDSA-CHACHA20-POLY1305|ECDHE-ECDSA-AES256-GCM-SHA384]:"                    \
    "[ECDHE-RSA-AES128-GCM-SHA256|ECDHE-RSA-CHACHA20-POLY1305|ECDHE-RSA-AES256-GCM-SHA384]"
// The hybrid group is safe against recorded traffic and a later quantum computer.
#define GROUPS "X25519MLKEM768:X25519:P-256:P-384"
#else
#define SUITES                                                                                                       \
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES256-GCM-SHA384:"                      \
    "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-CHACHA20-POLY1305:ECDHE-RSA-AES256-GCM-SHA384"
#if OPENSSL_VERSION_NUMBER >= 0x30500000L
#define GROUPS "X25519MLKEM768:X25519:P-256:P-384"
#else
#define GROUPS "X25519:P-256:P-384"
#endif
#define SIGNATURES                                                                                                   \
    "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ed25519:RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512:"                    \
    "RSA+SHA256:RSA+SHA384:RSA+SHA512"
#endif

#ifndef OPENSSL_IS_BORINGSSL
// Acknowledges the name, without which the library does not keep it for a resumed session.
static int on_server_name(SSL *session, int *alert, void *argument) {
    (void)session, (void)alert, (void)argument;
    return SSL_TLSEXT_ERR_OK;
}
#endif

SSL_CTX *ctls_context_new(void) {
    SSL_CTX *context = SSL_CTX_new(TLS_method());
    if (context == NULL) return NULL;
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_COMPRESSION);
#ifdef OPENSSL_IS_BORINGSSL
    bool is_set = SSL_CTX_set_strict_cipher_list(context, SUITES) == 1;
#else
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_tlsext_servername_callback(context, on_server_name);
    bool is_set = SSL_CTX_set_cipher_list(context, SUITES) == 1 && SSL_CTX_set1_sigalgs_list(context, SIGNATURES) == 1;
#endif
    is_set = is_set && SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
             SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1 &&
             SSL_CTX_set1_groups_list(context, GROUPS) == 1;
    if (is_set) return context;
    SSL_CTX_free(context);
    return NULL;
}

#ifdef OPENSSL_IS_BORINGSSL

static const uint16_t signatures[] = {
    SSL_SIGN_ECDSA_SECP256R1_SHA256, SSL_SIGN_ECDSA_SECP384R1_SHA384, SSL_SIGN_ECDSA_SECP521R1_SHA512,
    SSL_SIGN_ED25519,                SSL_SIGN_RSA_PSS_RSAE_SHA256,    SSL_SIGN_RSA_PSS_RSAE_SHA384,
    SSL_SIGN_RSA_PSS_RSAE_SHA512,    SSL_SIGN_RSA_PKCS1_SHA256,       SSL_SIGN_RSA_PKCS1_SHA384,
    SSL_SIGN_RSA_PKCS1_SHA512,
};

enum { chain_max = 32 };

static bool set_chain(SSL_CREDENTIAL *credential, X509 *const *chain, size_t count) {
    CRYPTO_BUFFER *buffers[chain_max];
    size_t made = 0;
    for (; made < count && made < chain_max; made++) {
        uint8_t *bytes = NULL;
        int length = i2d_X509(chain[made], &bytes);
        if (length <= 0) break;
        buffers[made] = CRYPTO_BUFFER_new(bytes, (size_t)length, NULL);
        OPENSSL_free(bytes);
        if (buffers[made] == NULL) break;
    }
    bool is_set = made == count && SSL_CREDENTIAL_set1_cert_chain(credential, buffers, made) == 1;
    for (size_t index = 0; index < made; index++) CRYPTO_BUFFER_free(buffers[index]);
    return is_set;
}

bool ctls_context_add_certificate(SSL_CTX *context, X509 *const *chain, size_t count, EVP_PKEY *key) {
    SSL_CREDENTIAL *credential = SSL_CREDENTIAL_new_x509();
    if (credential == NULL) return false;
    bool is_added = set_chain(credential, chain, count) && SSL_CREDENTIAL_set1_private_key(credential, key) == 1 &&
                    SSL_CREDENTIAL_set1_signing_algorithm_prefs(credential, signatures,
                                                                sizeof signatures / sizeof *signatures) == 1 &&
                    SSL_CTX_add1_credential(context, credential) == 1;
    SSL_CREDENTIAL_free(credential);
    return is_added;
}

#else

bool ctls_context_add_certificate(SSL_CTX *context, X509 *const *chain, size_t count, EVP_PKEY *key) {
    STACK_OF(X509) *rest = sk_X509_new_null();
    if (rest == NULL) return false;
    bool is_added = count > 0;
    for (size_t index = 1; index < count; index++) is_added = is_added && sk_X509_push(rest, chain[index]) > 0;
    // The library takes references of its own, one place for each kind of key.
    is_added = is_added && SSL_CTX_use_cert_and_key(context, chain[0], key, rest, 1) == 1;
    sk_X509_free(rest);
    return is_added;
}

#endif

bool ctls_context_add_client_authority(SSL_CTX *context, X509 *certificate) {
    return X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate) == 1 &&
           SSL_CTX_add_client_CA(context, certificate) == 1;
}

void ctls_context_set_session_lifetime(SSL_CTX *context, int64_t seconds) {
#ifdef OPENSSL_IS_BORINGSSL
    SSL_CTX_set_timeout(context, (uint32_t)seconds);
    SSL_CTX_set_session_psk_dhe_timeout(context, (uint32_t)seconds);
#else
    SSL_CTX_set_timeout(context, (long)seconds);
#endif
}

// Index 0 of a context's extra data is the application's in both libraries.

bool ctls_context_set_owner(SSL_CTX *context, void *owner) { return SSL_CTX_set_ex_data(context, 0, owner) == 1; }

void *ctls_session_owner(const SSL *session) { return SSL_CTX_get_ex_data(SSL_get_SSL_CTX(session), 0); }

// The same function each time; contexts are made while sessions of others begin.
static _Atomic(ctls_hello) chosen_hello;

#ifdef OPENSSL_IS_BORINGSSL

static enum ssl_select_cert_result_t on_hello(const SSL_CLIENT_HELLO *hello) {
    ctls_hello choose = atomic_load_explicit(&chosen_hello, memory_order_relaxed);
    const char *name = SSL_get_servername(hello->ssl, TLSEXT_NAMETYPE_host_name);
    bool goes_on = choose(hello->ssl, name, name == NULL ? 0 : strlen(name));
    return goes_on ? ssl_select_cert_success : ssl_select_cert_error;
}

void ctls_context_set_hello(SSL_CTX *context, ctls_hello hello) {
    atomic_store_explicit(&chosen_hello, hello, memory_order_relaxed);
    SSL_CTX_set_select_certificate_cb(context, on_hello);
}

#else

// RFC 6066, section 3: a list (2 bytes of length) of one entry: type 0, 2 bytes of length, the name. NULL for anything
// else, which the library refuses later.
static const char *server_name(SSL *session, size_t *length) {
    const uint8_t *bytes;
    size_t count;
    if (SSL_client_hello_get0_ext(session, TLSEXT_TYPE_server_name, &bytes, &count) != 1 || count < 5) return NULL;
    size_t list = (size_t)bytes[0] << 8 | bytes[1];
    size_t name = (size_t)bytes[3] << 8 | bytes[4];
    if (list != count - 2 || bytes[2] != TLSEXT_NAMETYPE_host_name || name != count - 5) return NULL;
    *length = name;
    return (const char *)bytes + 5;
}

static int on_hello(SSL *session, int *alert, void *argument) {
    (void)argument;
    size_t length = 0;
    const char *name = server_name(session, &length);
    ctls_hello choose = atomic_load_explicit(&chosen_hello, memory_order_relaxed);
    if (choose(session, name, length)) return SSL_CLIENT_HELLO_SUCCESS;
    *alert = SSL_AD_INTERNAL_ERROR;
    return SSL_CLIENT_HELLO_ERROR;
}

void ctls_context_set_hello(SSL_CTX *context, ctls_hello hello) {
    atomic_store_explicit(&chosen_hello, hello, memory_order_relaxed);
    SSL_CTX_set_client_hello_cb(context, on_hello, NULL);
}

#endif

#ifdef OPENSSL_IS_BORINGSSL

void ctls_context_set_ticket(SSL_CTX *context, ctls_ticket ticket) { SSL_CTX_set_tlsext_ticket_key_cb(context, ticket); }

static bool begin_mac(ctls_mac *mac, const uint8_t *secret) {
    return HMAC_Init_ex(mac, secret, ctls_ticket_secret_bytes, EVP_sha256(), NULL) == 1;
}

#else

void ctls_context_set_ticket(SSL_CTX *context, ctls_ticket ticket) {
    SSL_CTX_set_tlsext_ticket_key_evp_cb(context, ticket);
}

static bool begin_mac(ctls_mac *mac, const uint8_t *secret) {
    char digest[] = "SHA256";
    OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string("digest", digest, 0), OSSL_PARAM_construct_end()};
    return EVP_MAC_init(mac, secret, ctls_ticket_secret_bytes, parameters) == 1;
}

#endif

bool ctls_ticket_begin(EVP_CIPHER_CTX *cipher, ctls_mac *mac, const uint8_t *cipher_secret, const uint8_t *mac_secret,
                       const uint8_t *iv, bool seals) {
    return begin_mac(mac, mac_secret) && EVP_CipherInit_ex(cipher, EVP_aes_256_cbc(), NULL, cipher_secret, iv, seals) == 1;
}

SSL *ctls_session_new(SSL_CTX *context) {
    SSL *session = SSL_new(context);
#ifdef OPENSSL_IS_BORINGSSL
    if (session != NULL) SSL_set_shed_handshake_config(session, 1);
#endif
    return session;
}

bool ctls_session_switch(SSL *session, SSL_CTX *context, bool demands_certificate) {
    if (SSL_set_SSL_CTX(session, context) == NULL) return false;
    SSL_set_verify(session, demands_certificate ? SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT : SSL_VERIFY_NONE, NULL);
    return true;
}

void ctls_bio_retry_read(BIO *bio) { BIO_set_retry_read(bio); }

void ctls_bio_retry_write(BIO *bio) { BIO_set_retry_write(bio); }

void ctls_bio_clear_retry(BIO *bio) { BIO_clear_retry_flags(bio); }

const uint8_t *ctls_bio_contents(BIO *bio, size_t *count) {
    char *bytes = NULL;
    long length = BIO_get_mem_data(bio, &bytes);
    *count = length > 0 ? (size_t)length : 0;
    return (const uint8_t *)bytes;
}

// Without one, the library would ask at the terminal.
static int no_passphrase(char *buffer, int size, int is_writing, void *argument) {
    (void)buffer, (void)size, (void)is_writing, (void)argument;
    return -1;
}

EVP_PKEY *ctls_read_key(BIO *bio) { return PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL); }

enum ctls_key_kind ctls_key_kind_of(const EVP_PKEY *key) {
    switch (EVP_PKEY_id(key)) {
    case EVP_PKEY_EC: return ctls_key_ecdsa;
    case EVP_PKEY_ED25519: return ctls_key_ed25519;
    case EVP_PKEY_RSA: return ctls_key_rsa;
    default: return ctls_key_other;
    }
}

int ctls_key_bits(const EVP_PKEY *key) { return EVP_PKEY_bits(key); }

static EVP_PKEY *generate(int kind, int curve, int bits) {
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *maker = EVP_PKEY_CTX_new_id(kind, NULL);
    if (maker == NULL || EVP_PKEY_keygen_init(maker) != 1) goto done;
    if (kind == EVP_PKEY_EC && EVP_PKEY_CTX_set_ec_paramgen_curve_nid(maker, curve) != 1) goto done;
    if (kind == EVP_PKEY_RSA && EVP_PKEY_CTX_set_rsa_keygen_bits(maker, bits) != 1) goto done;
    EVP_PKEY_keygen(maker, &key);
done:
    EVP_PKEY_CTX_free(maker);
    return key;
}

EVP_PKEY *ctls_generate_ec_key(void) { return generate(EVP_PKEY_EC, NID_X9_62_prime256v1, 0); }

EVP_PKEY *ctls_generate_rsa_key(int bits) { return generate(EVP_PKEY_RSA, 0, bits); }

bool ctls_time_seconds(const ASN1_TIME *time, int64_t *seconds) {
    int days = 0, rest = 0;
    ASN1_TIME *epoch = ASN1_TIME_set(NULL, (time_t)0);
    bool is_read = epoch != NULL && time != NULL && ASN1_TIME_diff(&days, &rest, epoch, time) == 1;
    ASN1_TIME_free(epoch);
    *seconds = (int64_t)days * 86400 + rest;
    return is_read;
}

void ctls_each_dns_name(X509 *certificate, void *argument, void (*each)(void *argument, const char *name, size_t length)) {
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    if (names == NULL) return;
    for (size_t index = 0; index < (size_t)sk_GENERAL_NAME_num(names); index++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
        if (name->type != GEN_DNS) continue;
        int length = ASN1_STRING_length(name->d.dNSName);
        each(argument, (const char *)ASN1_STRING_get0_data(name->d.dNSName), length > 0 ? (size_t)length : 0);
    }
    GENERAL_NAMES_free(names);
}
