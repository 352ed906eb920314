import Settings
import Testing

/// One row for each setting: what it takes, in the environment and in the file, and what it does not.
@Suite struct EverySettingTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let key: String
        let variable: String
        /// As the environment has it.
        let value: String
        /// As the file has it, behind the colon.
        let yaml: String
        /// As it is shown.
        let shown: String
        /// A value that cannot be used; none for a setting that takes any text.
        let bad: String?

        var testDescription: String { key }

        init(
            _ key: String, _ variable: String, _ value: String, yaml: String? = nil, shown: String? = nil,
            not bad: String?
        ) {
            self.key = key
            self.variable = variable
            self.value = value
            self.yaml = yaml ?? value
            self.shown = shown ?? value
            self.bad = bad
        }

        /// The key as groups within each other, with something behind the last.
        func file(_ text: String) -> String {
            var lines = ""
            var indentation = ""
            let words = key.split(separator: ".")
            for word in words.dropLast() {
                lines += indentation + word + ":\n"
                indentation += "  "
            }
            return lines + indentation + (words.last ?? "") + ": " + text + "\n"
        }
    }

    static let rows = [
        Row("state_dir", "SIMPLETUNER_STATE_DIR", "/srv/state/", shown: "/srv/state", not: "state"),
        Row("runtime_dir", "TUNERGATE_RUNTIME_DIR", "/run/tunergate", not: "./run"),
        Row("public_url", "SIMPLETUNER_PUBLIC_URL", "https://t.example.com:8001", not: "t.example.com"),
        Row("workers", "TUNERGATE_WORKERS", "3", not: "65"),
        Row("listen.tls", "TUNERGATE_TLS_LISTEN", "[::1]:443", yaml: "'[::1]:443'", not: "localhost:443"),
        Row("listen.local", "TUNERGATE_LOCAL_LISTEN", "127.0.0.1:80", not: "80"),
        Row(
            "listen.proxy_protocol_from", "TUNERGATE_PROXY_PROTOCOL_FROM", "10.0.0.0/8, 2001:db8::/32",
            yaml: "[10.0.0.0/8, '2001:db8::/32']", shown: "10.0.0.0/8,2001:db8::/32", not: "10.0.0.0/33"),
        Row("upstream", "TUNERGATE_UPSTREAM", "http://127.0.0.1:8001", not: "https://127.0.0.1:8001"),
        Row("admin_uids", "TUNERGATE_ADMIN_UIDS", "991,992", yaml: "[991, 992]", not: "-1"),
        Row("tls.certificate", "SIMPLETUNER_SSL_CERT", "/c.pem", not: nil),
        Row("tls.key", "SIMPLETUNER_SSL_KEY", "/k.pem", not: nil),
        Row(
            "tls.certificates", "TUNERGATE_TLS_CERTIFICATES", "/a.crt=/a.key,/b.crt=/b.key",
            yaml: "[{certificate: /a.crt, key: /a.key}, {key: /b.key, certificate: /b.crt}]", not: "/a.crt"),
        Row("tls.directory", "TUNERGATE_CERT_DIR", "/etc/tls", not: "tls"),
        Row(
            "tls.client_authorities", "TUNERGATE_CLIENT_AUTHORITIES", "api.example.com=/ca.pem",
            yaml: "[{name: api.example.com, authority: /ca.pem}]", not: "=/ca.pem"),
        Row(
            "trusted_proxies", "SIMPLETUNER_TRUSTED_PROXIES", "10.0.0.0/8, 2001:db8::/32",
            yaml: "[10.0.0.0/8, '2001:db8::/32']", shown: "10.0.0.0/8,2001:db8::/32", not: "none,10.0.0.0/8"),
        Row("trusted_client_header", "TUNERGATE_TRUSTED_CLIENT_HEADER", "CF-Connecting-IP", not: "X-Client-IP"),
        Row("rate_limits.profile", "TUNERGATE_RATE_LIMIT_PROFILE", "simpletuner", not: "loose"),
        Row("rate_limits.calls", "RATE_LIMIT_CALLS", "0", not: "-1"),
        Row("rate_limits.period", "RATE_LIMIT_PERIOD", "300", not: "0"),
        Row("rate_limits.ipv6_prefix", "TUNERGATE_RATE_LIMIT_IPV6_PREFIX", "48", not: "129"),
        Row(
            "rate_limits.rules", "TUNERGATE_RATE_LIMIT_RULES", "^/a$ 5/300 POST PUT,/b/ 9/60",
            yaml: "[{pattern: ^/a$, calls: 5, period: 300, methods: [POST, put]}, {pattern: /b/, calls: 9}]",
            not: "/a/(b|c) 5/60"),
        Row("limits.head_bytes", "TUNERGATE_HEAD_BYTES", "16KiB", shown: "16384", not: "1023"),
        Row("limits.head_fields", "TUNERGATE_HEAD_FIELDS", "10", not: "9"),
        Row("limits.target_bytes", "TUNERGATE_TARGET_BYTES", "65536", not: "65537"),
        Row("limits.body_bytes", "TUNERGATE_BODY_BYTES", "2 GiB", shown: "2147483648", not: "2GB"),
        Row("limits.storage_body_bytes", "TUNERGATE_STORAGE_BODY_BYTES", "1MiB", shown: "1048576", not: "-1"),
        Row("limits.webhook_body_bytes", "TUNERGATE_WEBHOOK_BODY_BYTES", "0", not: "9999999999999GiB"),
        Row("limits.connections", "TUNERGATE_CONNECTIONS", "16", not: "15"),
        Row("limits.connections_per_client", "TUNERGATE_CONNECTIONS_PER_CLIENT", "1", not: "0"),
        Row("limits.streams", "TUNERGATE_STREAMS", "1000", not: "1001"),
        Row("limits.buffered_bytes", "TUNERGATE_BUFFERED_BYTES", "128KiB", shown: "131072", not: "16383"),
        Row("limits.head_seconds", "TUNERGATE_HEAD_SECONDS", "600", not: "601"),
        Row("limits.idle_seconds", "TUNERGATE_IDLE_SECONDS", "1", not: "1.5"),
        Row("limits.stall_seconds", "TUNERGATE_STALL_SECONDS", "7", not: "07"),
        Row("limits.minimum_bytes_per_second", "TUNERGATE_MINIMUM_BYTES_PER_SECOND", "0", not: "+1"),
        Row("limits.answer_seconds", "TUNERGATE_ANSWER_SECONDS", "86400", not: "86401"),
        Row("limits.tunnel_seconds", "TUNERGATE_TUNNEL_SECONDS", "1", not: "1s"),
        Row("limits.connect_milliseconds", "TUNERGATE_CONNECT_MILLISECONDS", "10", not: "99999999999999999999"),
        Row("drain.seconds", "TUNERGATE_DRAIN_SECONDS", "0", not: "soon"),
        Row("drain.delay_seconds", "TUNERGATE_DRAIN_DELAY_SECONDS", "600", not: "601"),
        Row("log.level", "SIMPLETUNER_LOG_LEVEL", "warning", shown: "WARNING", not: "LOUD"),
        Row("log.format", "SIMPLETUNER_LOG_FORMAT", "text", not: "xml"),
        Row("log.file", "SIMPLETUNER_LOG_FILE", "/var/log/t.log", not: nil),
        Row("log.access", "TUNERGATE_ACCESS_LOG", "/var/log/a.log", not: nil),
        Row("allowed_origins", "ALLOWED_ORIGINS", "https://a.example:8443", not: "*"),
        Row("accounts.single_user", "TUNERGATE_SINGLE_USER", "anybody", not: "yes"),
        Row("backend.peer_uids", "TUNERGATE_PEER_UIDS", "0", not: "root"),
        Row("jobs.retention_days", "SIMPLETUNER_JOB_RETENTION_DAYS", "0", not: "36501"),
        Row("audit.retention_days", "SIMPLETUNER_AUDIT_RETENTION_DAYS", "0", not: "36501"),
        Row("audit.entries", "TUNERGATE_AUDIT_ENTRIES", "1000", not: "999"),
        Row("webhooks.tolerance_seconds", "SIMPLETUNER_WEBHOOK_TIMESTAMP_TOLERANCE", "30", not: "29"),
        Row("http.timeout_seconds", "SIMPLETUNER_HTTP_TIMEOUT", "60", not: "0"),
        Row("http.ssl_verify", "SIMPLETUNER_SSL_VERIFY", "0", not: "maybe"),
        Row("http.ca_bundle", "SIMPLETUNER_CA_BUNDLE", "/ca.pem", not: nil),
        Row("http.no_proxy", "NO_PROXY", "localhost,10.0.0.0/8", not: nil),
        Row(
            "http.private_targets", "TUNERGATE_PRIVATE_TARGETS", "10.0.0.0/8,192.168.0.0/16",
            yaml: "[10.0.0.0/8, 192.168.0.0/16]", not: "10.0.0.0/33"),
        Row("replicate.url", "TUNERGATE_REPLICATE_URL", "http://127.0.0.1:9/v1", not: nil),
        Row("replicate.status_url", "TUNERGATE_REPLICATE_STATUS_URL", "http://127.0.0.1:9/s.json", not: nil),
        Row("secrets.aws_name", "SIMPLETUNER_AWS_SECRET_NAME", "tuner/prod", not: nil),
        Row("secrets.aws_region", "AWS_DEFAULT_REGION", "eu-central-1", not: nil),
        Row("secrets.aws_url", "AWS_ENDPOINT_URL", "http://127.0.0.1:9", not: nil),
        Row("secrets.vault_url", "VAULT_ADDR", "http://127.0.0.1:8200", not: nil),
        Row("secrets.vault_path", "SIMPLETUNER_VAULT_PATH", "tuner", not: nil),
    ]

    /// Only the environment may hold them.
    static let secrets = [
        ("http.https_proxy", "HTTPS_PROXY"), ("http.http_proxy", "HTTP_PROXY"),
        ("replicate.token", "REPLICATE_API_TOKEN"), ("replicate.webhook_secret", "CLOUD_WEBHOOK_SECRET"),
        ("hub.token", "HF_TOKEN"), ("secrets.aws_key_id", "AWS_ACCESS_KEY_ID"),
        ("secrets.aws_key", "AWS_SECRET_ACCESS_KEY"), ("secrets.aws_session", "AWS_SESSION_TOKEN"),
        ("secrets.vault_token", "VAULT_TOKEN"), ("audit.key", "SIMPLETUNER_AUDIT_KEY"),
    ]

    @Test func `the rows are all settings there are`() {
        #expect(
            Self.rows.map { "\($0.key) \($0.variable)" } + Self.secrets.map { "\($0.0) \($0.1)" }
                == Schema.settings.map { "\($0.key) \($0.variable)" })
        #expect(Set(Schema.settings.map(\.variable)).count == Schema.settings.count)
    }

    @Test(arguments: rows) func `the environment sets it`(row: Row) throws {
        let found = try Sample.find(row.key, environment: [row.variable: row.value])
        #expect(found.text == row.shown)
        #expect(found.origin == .environment(row.variable))
    }

    @Test(arguments: rows) func `the file sets it`(row: Row) throws {
        let found = try Sample.find(row.key, file: row.file(row.yaml))
        #expect(found.text == row.shown)
        guard case .file(let place) = found.origin else {
            Issue.record("\(row.key) is from \(found.origin)")
            return
        }
        #expect(place.file == Sample.path && place.line == row.key.split(separator: ".").count)
    }

    @Test(arguments: rows) func `the environment wins over the file`(row: Row) throws {
        let found = try Sample.find(
            row.key, file: row.file(row.yaml), environment: [row.variable: row.value, "TUNERGATE_OTHER": "x"])
        #expect(found.origin == .environment(row.variable))
    }

    @Test(arguments: rows) func `an empty variable is none`(row: Row) throws {
        #expect(try Sample.find(row.key, environment: [row.variable: ""]).origin == .fallback)
    }

    @Test(arguments: rows) func `a bad value is told by its variable, or by its place and key`(row: Row) throws {
        guard let bad = row.bad else { return }
        let byEnvironment = Sample.problems(environment: [row.variable: bad])
        #expect(byEnvironment.count == 1)
        #expect(byEnvironment.first?.hasPrefix("\(row.variable) is \"\(bad)\". ") == true, "\(byEnvironment)")

        let depth = row.key.split(separator: ".").count
        let column = row.file("").split(separator: "\n").last.map { $0.count + 1 } ?? 0
        let byFile = Sample.problems(file: row.file("'\(bad)'"))
        #expect(byFile.count == 1)
        let place = "\(Sample.path):\(depth):\(column)"
        #expect(byFile.first?.hasPrefix("\(place): \(row.key) is \"\(bad)\". ") == true, "\(byFile)")
        // One sentence of advice for both.
        #expect(byFile.first?.hasSuffix(byEnvironment.first?.split(separator: "\". ").last ?? "?") == true)
    }

    /// The environment wins, but a file is good or it is not.
    @Test(arguments: rows) func `a bad value in the file is told even where the environment wins`(row: Row) throws {
        guard let bad = row.bad else { return }
        #expect(Sample.problems(file: row.file("'\(bad)'"), environment: [row.variable: row.value]).count == 1)
    }

    @Test(arguments: rows) func `a key without a value is told`(row: Row) throws {
        let problems = Sample.problems(file: row.file(""))
        #expect(problems.count == 1)
        #expect(
            problems.first?.hasSuffix(
                "\(row.key) has no value. Write one behind the colon, or remove the line.") == true)
    }

    @Test(arguments: rows) func `a group of keys is no value`(row: Row) throws {
        let problems = Sample.problems(file: row.file("{a: 1}"))
        #expect(problems.count == 1)
        #expect(problems.first?.contains(": \(row.key) is a group of keys. ") == true, "\(problems)")
    }

    @Test(arguments: secrets) func `a secret is for the environment only, and never shown`(
        key: String, variable: String
    ) throws {
        let row = Row(key, variable, "whsec_abc", not: nil)
        #expect(
            Sample.problems(file: row.file("whsec_abc")) == [
                "\(Sample.path):2:3: \(key) is a secret, and this file is read by the gateway too. "
                    + "Set \(variable) in the environment of the backend instead."
            ])
        #expect(try Sample.find(key, environment: [variable: "whsec_abc"]).text == "(secret)")
        #expect(
            Sample.problems(environment: [variable: "whsec\u{7}"]) == [
                "\(variable) cannot be used. Write one line of text."
            ])
    }
}
