/// The table of all settings.
///
/// Everything else follows from it: what the file and the environment may say, how it is checked, what `tunergate
/// check` prints, and the manual. A default may be worked out from rows above its own.
public enum Schema {
    public static let settings: [Setting] = [
        Setting(
            "state_dir", "SIMPLETUNER_STATE_DIR", .folder,
            .derived("~/.simpletuner") { context in context.home.map { $0 + "/.simpletuner" } }, .both, .restart,
            "The folder that holds everything: database, uploads, keys, the self-signed certificate."),
        Setting(
            "runtime_dir", "TUNERGATE_RUNTIME_DIR", .folder,
            .derived("run below state_dir") { $0.text("state_dir") + "/run" }, .both, .restart,
            "The folder with the sockets that the programs talk over; both must be able to write it."),
        Setting(
            "public_url", "SIMPLETUNER_PUBLIC_URL", .publicURL, .nothing("none"), .both, .restart,
            "Scheme, host and port under which the world reaches the gateway; providers and jobs are told it."),
        Setting(
            "workers", "TUNERGATE_WORKERS", .integer(1...64),
            .derived("one per processor") { String(max(1, min($0.cores, 64))) }, .gateway, .restart,
            "Event loops of the gateway, one thread each."),

        Setting(
            "listen.tls", "TUNERGATE_TLS_LISTEN", .listenAddress, .value("0.0.0.0:8001"), .gateway, .restart,
            "Where TLS is served; plain requests of this machine are too, others are sent to https."),
        Setting(
            "listen.local", "TUNERGATE_LOCAL_LISTEN", .listenAddress, .value("127.0.0.1:8080"), .gateway, .restart,
            "Where plain HTTP is served."),
        Setting(
            "listen.proxy_protocol_from", "TUNERGATE_PROXY_PROTOCOL_FROM", .networks, .nothing("none"), .gateway,
            .reload,
            "Networks of load balancers whose connections must begin with the PROXY protocol; others may not use it."),

        Setting(
            "upstream", "TUNERGATE_UPSTREAM", .upstream,
            .derived("backend.sock in runtime_dir") { "unix:" + $0.text("runtime_dir") + "/backend.sock" },
            .gateway, .reload,
            "Where requests go: unix:/path, or http:// with an IP address and a port for a SimpleTuner server."),
        Setting(
            "admin_uids", "TUNERGATE_ADMIN_UIDS", .userIDs, .nothing("none"), .gateway, .reload,
            "Users, by number, who may command the gateway besides its own user and root."),

        Setting(
            "tls.certificate", "SIMPLETUNER_SSL_CERT", .file, .nothing("self-signed"), .gateway, .reload,
            "The default certificate with its chain, a PEM file."),
        Setting(
            "tls.key", "SIMPLETUNER_SSL_KEY", .file, .nothing("self-signed"), .gateway, .reload,
            "The private key of tls.certificate, a PEM file."),
        Setting(
            "tls.certificates", "TUNERGATE_TLS_CERTIFICATES", .pairs("certificate", "key"), .nothing("none"),
            .gateway, .reload,
            "Further certificates with their keys; the name that a client asks for chooses among all of them."),
        Setting(
            "tls.directory", "TUNERGATE_CERT_DIR", .folder, .nothing("none"), .gateway, .reload,
            "A folder of certificates and keys that is watched: what changes there is served without a restart."),
        Setting(
            "tls.client_authorities", "TUNERGATE_CLIENT_AUTHORITIES", .pairs("name", "authority"), .nothing("none"),
            .gateway, .reload,
            "Names whose clients must show a certificate, each with the PEM file of the authority that vouches."),

        Setting(
            "trusted_proxies", "SIMPLETUNER_TRUSTED_PROXIES", .trustedNetworks, .nothing("this machine alone"),
            .gateway, .reload,
            "Networks of proxies, besides this machine, whose headers say who the client is; none trusts nobody."),
        Setting(
            "trusted_client_header", "TUNERGATE_TRUSTED_CLIENT_HEADER", .choice(["none", "CF-Connecting-IP"]),
            .value("none"), .gateway, .reload,
            "A header besides X-Forwarded-For, Forwarded and X-Real-IP that a trusted proxy sets anew each time."),

        Setting(
            "rate_limits.profile", "TUNERGATE_RATE_LIMIT_PROFILE", .choice(["guide", "simpletuner"]), .value("guide"),
            .gateway, .reload,
            "Which table of rules holds: the operations guide's, or the looser one of SimpleTuner's own server."),
        Setting(
            "rate_limits.calls", "RATE_LIMIT_CALLS", .integer(0...1_000_000_000),
            .derived("100; 360 in the profile simpletuner") { context in
                context.text("rate_limits.profile") == "simpletuner" ? "360" : "100"
            }, .gateway, .reload,
            "Requests per client and period where no rule says otherwise; 0 switches all rate limits off."),
        Setting(
            "rate_limits.period", "RATE_LIMIT_PERIOD", .integer(1...86400), .value("60"), .gateway, .reload,
            "The period of rate_limits.calls, in seconds."),
        Setting(
            "rate_limits.ipv6_prefix", "TUNERGATE_RATE_LIMIT_IPV6_PREFIX", .integer(32...128), .value("64"), .gateway,
            .reload,
            "How many leading bits of an IPv6 address make one client: a site can use all addresses behind them."),
        Setting(
            "rate_limits.rules", "TUNERGATE_RATE_LIMIT_RULES", .rateRules, .nothing("none"), .gateway, .reload,
            "Rules that come before those of the profile; the first whose pattern and method fit holds."),

        Setting(
            "limits.head_bytes", "TUNERGATE_HEAD_BYTES", .bytes(1024...65536), .value("32768"), .gateway, .reload,
            "The most bytes that a request's line and header fields may have together; more is answered 431."),
        Setting(
            "limits.head_fields", "TUNERGATE_HEAD_FIELDS", .integer(10...1000), .value("100"), .gateway, .reload,
            "The most header fields that a request may have; more is answered 431."),
        Setting(
            "limits.target_bytes", "TUNERGATE_TARGET_BYTES", .bytes(256...65536), .value("16384"), .gateway, .reload,
            "The most bytes that a request's target may have; more is answered 414."),
        Setting(
            "limits.body_bytes", "TUNERGATE_BODY_BYTES", .bytes(0...bodyMax), .value("100MiB"), .gateway, .reload,
            "The most bytes that a request's body may have, 0 for no limit; more is answered 413."),
        Setting(
            "limits.storage_body_bytes", "TUNERGATE_STORAGE_BODY_BYTES", .bytes(0...bodyMax), .value("0"), .gateway,
            .reload,
            "The same for uploads below /api/cloud/storage."),
        Setting(
            "limits.webhook_body_bytes", "TUNERGATE_WEBHOOK_BODY_BYTES", .bytes(0...bodyMax), .value("1MiB"),
            .gateway, .reload,
            "The same for webhooks."),
        Setting(
            "limits.connections", "TUNERGATE_CONNECTIONS", .integer(16...1_000_000), .value("16384"), .gateway,
            .reload,
            "The most connections of clients at one time; the limit on open files may leave fewer."
        ),
        Setting(
            "limits.connections_per_client", "TUNERGATE_CONNECTIONS_PER_CLIENT", .integer(1...1_000_000),
            .value("512"), .gateway, .reload,
            "The most connections of one client address at one time."),
        Setting(
            "limits.streams", "TUNERGATE_STREAMS", .integer(1...1000), .value("100"), .gateway, .reload,
            "The most requests at one time on one HTTP/2 connection."),
        Setting(
            "limits.buffered_bytes", "TUNERGATE_BUFFERED_BYTES", .bytes(16384...16_777_216), .value("65536"),
            .gateway, .reload,
            "The most bytes held per request and direction while the other side is slower; above 65536 changes nothing."
        ),
        Setting(
            "limits.head_seconds", "TUNERGATE_HEAD_SECONDS", .integer(1...600), .value("10"), .gateway, .reload,
            "How long a client may take for a TLS handshake, and again for a whole request head."),
        Setting(
            "limits.idle_seconds", "TUNERGATE_IDLE_SECONDS", .integer(1...86400), .value("75"), .gateway, .reload,
            "How long a connection may stay open between two requests."),
        Setting(
            "limits.stall_seconds", "TUNERGATE_STALL_SECONDS", .integer(1...3600), .value("30"), .gateway, .reload,
            "How long a body on its way up, or an answer on its way down, may stand still."),
        Setting(
            "limits.minimum_bytes_per_second", "TUNERGATE_MINIMUM_BYTES_PER_SECOND", .bytes(0...10_000_000),
            .value("500"), .gateway, .reload,
            "The least that a client must send or take per second once a transfer has begun, 0 for no limit."),
        Setting(
            "limits.answer_seconds", "TUNERGATE_ANSWER_SECONDS", .integer(1...86400), .value("300"), .gateway,
            .reload,
            "How long the backend may take until its answer begins, else 504, and may fall silent within it."
        ),
        Setting(
            "limits.tunnel_seconds", "TUNERGATE_TUNNEL_SECONDS", .integer(1...604_800), .value("3600"), .gateway,
            .reload,
            "How long a WebSocket may be silent in both directions."),
        Setting(
            "limits.connect_milliseconds", "TUNERGATE_CONNECT_MILLISECONDS", .integer(10...60000), .value("2000"),
            .gateway, .reload,
            "How long reaching the backend may take, repeated attempts included; longer is answered 503."),

        Setting(
            "drain.seconds", "TUNERGATE_DRAIN_SECONDS", .integer(0...3600), .value("30"), .gateway, .reload,
            "How long requests in flight may take to finish after a stop was asked for."),
        Setting(
            "drain.delay_seconds", "TUNERGATE_DRAIN_DELAY_SECONDS", .integer(0...600), .value("0"), .gateway, .reload,
            "How long connections are still taken after a stop was asked for, while readiness already fails."),

        Setting(
            "log.level", "SIMPLETUNER_LOG_LEVEL", .choice(["DEBUG", "INFO", "WARNING", "ERROR"]), .value("INFO"),
            .both, .restart,
            "The least severe events that are logged."),
        Setting(
            "log.format", "SIMPLETUNER_LOG_FORMAT", .choice(["json", "text"]), .value("json"), .both, .restart,
            "How a line of the log is written."),
        Setting(
            "log.file", "SIMPLETUNER_LOG_FILE", .file, .nothing("standard error"), .both, .restart,
            "The file that the log is appended to."),
        Setting(
            "log.access", "TUNERGATE_ACCESS_LOG", .file, .nothing("none"), .gateway, .reload,
            "The file that one line per request is appended to."),

        Setting(
            "allowed_origins", "ALLOWED_ORIGINS", .origins, .value("http://localhost:3000,http://localhost:8000"),
            .backend, .restart,
            "Web pages of other origins that may use the API (CORS)."),
        Setting(
            "accounts.single_user", "TUNERGATE_SINGLE_USER", .choice(["local", "anybody"]), .value("local"), .backend,
            .restart,
            "Who administers while there are no accounts: this machine alone, or every client that gets through."),
        Setting(
            "backend.peer_uids", "TUNERGATE_PEER_UIDS", .userIDs, .nothing("none"), .backend, .restart,
            "Users, by number, whose gateway may talk to the backend besides its own user and root."),
        Setting(
            "jobs.retention_days", "SIMPLETUNER_JOB_RETENTION_DAYS", .integer(0...36500), .value("90"), .backend,
            .restart,
            "How many days a job is kept after its end, 0 for ever."),
        Setting(
            "audit.retention_days", "SIMPLETUNER_AUDIT_RETENTION_DAYS", .integer(0...36500), .value("365"), .backend,
            .restart,
            "How many days an audit entry is kept, 0 for ever."),
        Setting(
            "audit.entries", "TUNERGATE_AUDIT_ENTRIES", .integer(1000...100_000_000), .value("1000000"), .backend,
            .restart,
            "How many audit entries are kept; the oldest go first."),
        Setting(
            "webhooks.tolerance_seconds", "SIMPLETUNER_WEBHOOK_TIMESTAMP_TOLERANCE", .integer(30...3600),
            .value("300"), .backend, .restart,
            "How far the time in a signed webhook may be from ours, both ways."),
        Setting(
            "http.timeout_seconds", "SIMPLETUNER_HTTP_TIMEOUT", .integer(1...3600), .value("30"), .backend, .restart,
            "How long a call to a provider may take."),
        Setting(
            "http.ssl_verify", "SIMPLETUNER_SSL_VERIFY", .choice(["true", "false", "yes", "no", "1", "0"]),
            .value("true"), .backend, .restart,
            "Whether the certificates of providers are checked; off, anybody on the way can read and change everything."
        ),
        Setting(
            "http.ca_bundle", "SIMPLETUNER_CA_BUNDLE", .file, .nothing("the system's alone"), .backend, .restart,
            "A PEM file of authorities that are trusted besides the system's."),
        Setting(
            "http.no_proxy", "NO_PROXY", .text, .nothing("none"), .backend, .restart,
            "Names with all below them, addresses and networks that are reached without a proxy, or *; or no_proxy."),
        Setting(
            "http.private_targets", "TUNERGATE_PRIVATE_TARGETS", .networks, .nothing("none"), .backend, .restart,
            "Networks of this site that a test of a webhook's address may reach, which it may not otherwise."),
        Setting(
            "replicate.url", "TUNERGATE_REPLICATE_URL", .text, .value("https://api.replicate.com/v1"), .backend,
            .restart,
            "The API of the provider Replicate, unless the provider's own api_base_url says otherwise."),
        Setting(
            "replicate.status_url", "TUNERGATE_REPLICATE_STATUS_URL", .text,
            .value("https://www.replicatestatus.com/api/v2/summary.json"), .backend, .restart,
            "Where Replicate tells of its incidents."),
        Setting(
            "secrets.aws_name", "SIMPLETUNER_AWS_SECRET_NAME", .text, .nothing("none"), .backend, .restart,
            "The secret of AWS Secrets Manager that holds our secrets as one JSON object."),
        Setting(
            "secrets.aws_region", "AWS_DEFAULT_REGION", .text, .value("us-east-1"), .backend, .restart,
            "The region of secrets.aws_name."),
        Setting(
            "secrets.aws_url", "AWS_ENDPOINT_URL", .text, .nothing("the region's"), .backend, .restart,
            "Where AWS Secrets Manager is, if not where AWS has it."),
        Setting(
            "secrets.vault_url", "VAULT_ADDR", .text, .nothing("none"), .backend, .restart,
            "The HashiCorp Vault, or OpenBao, that holds our secrets."),
        Setting(
            "secrets.vault_path", "SIMPLETUNER_VAULT_PATH", .text, .value("simpletuner"), .backend, .restart,
            "Where they are in the Vault, below its mount named secret."),
        Setting(
            "http.https_proxy", "HTTPS_PROXY", .secret, .nothing("none"), .backend, .restart,
            "The proxy for calls to https addresses, http://user:password@host:port; https_proxy is read too."),
        Setting(
            "http.http_proxy", "HTTP_PROXY", .secret, .nothing("none"), .backend, .restart,
            "The proxy for calls to http addresses, and to https ones without HTTPS_PROXY; http_proxy is read too."),
        Setting(
            "replicate.token", "REPLICATE_API_TOKEN", .secret, .nothing("none"), .backend, .restart,
            "The API token of the provider Replicate."),
        Setting(
            "replicate.webhook_secret", "CLOUD_WEBHOOK_SECRET", .secret, .nothing("asked of the provider"), .backend,
            .restart,
            "The key of signed webhooks, whsec_ and what follows."),
        Setting(
            "hub.token", "HF_TOKEN", .secret, .nothing("none"), .backend, .restart,
            "The token that results are published to the Hugging Face Hub with."),
        Setting(
            "secrets.aws_key_id", "AWS_ACCESS_KEY_ID", .secret, .nothing("none"), .backend, .restart,
            "The key that secrets.aws_name may be read with."),
        Setting(
            "secrets.aws_key", "AWS_SECRET_ACCESS_KEY", .secret, .nothing("none"), .backend, .restart,
            "What belongs to secrets.aws_key_id."),
        Setting(
            "secrets.aws_session", "AWS_SESSION_TOKEN", .secret, .nothing("none"), .backend, .restart,
            "What belongs to it too, when it is one for a time."),
        Setting(
            "secrets.vault_token", "VAULT_TOKEN", .secret, .nothing("none"), .backend, .restart,
            "The token that secrets.vault_path may be read with."),
        Setting(
            "audit.key", "SIMPLETUNER_AUDIT_KEY", .secret, .nothing("audit.key in state_dir"), .backend, .restart,
            "The key that audit entries are chained with: 32 bytes or more, as openssl rand -hex 32 prints them."),
    ]

    /// 16 TiB: no file system of ours holds more in one file.
    private static let bodyMax = 1 << 44
}
