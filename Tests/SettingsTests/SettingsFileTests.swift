import Settings
import Testing

@Suite struct SettingsFileTests {
    @Test func `a whole file becomes settings`() throws {
        let settings = try Sample.gateway(
            file: """
                workers: 2
                upstream: unix:/run/other.sock
                admin_uids: [991, 992]
                listen:
                  tls: 0.0.0.0:443
                  proxy_protocol_from: [10.0.0.0/8]
                tls:
                  certificate: /default.crt
                  key: /default.key
                  directory: /etc/tls/
                  certificates:
                    - certificate: /a.crt
                      key: /a.key
                  client_authorities:
                    - {name: api.example.com, authority: /ca.pem}
                limits:
                  body_bytes: 1GiB
                drain: {seconds: 60, delay_seconds: 5}
                log:
                  access: /var/log/access.log
                """)
        #expect(settings.workers == 2)
        #expect(settings.upstream == .unix(path: "/run/other.sock"))
        #expect(settings.adminUserIDs == [991, 992])
        #expect(settings.tlsListen == ListenAddress(host: "0.0.0.0", port: 443))
        #expect(settings.localListen == ListenAddress(host: "127.0.0.1", port: 8080))
        #expect(settings.proxyProtocolSources == ["10.0.0.0/8"])
        #expect(
            settings.tls.pairs == [
                .init(chainPath: "/default.crt", keyPath: "/default.key"),
                .init(chainPath: "/a.crt", keyPath: "/a.key"),
            ])
        #expect(settings.tls.folder == "/etc/tls")
        #expect(settings.tls.clientAuthorities == [.init(name: "api.example.com", caPath: "/ca.pem")])
        #expect(settings.limits.bodyBytes == 1 << 30)
        #expect(settings.limits.headBytes == 32768)
        #expect(settings.drainSeconds == 60 && settings.drainDelaySeconds == 5)
        #expect(settings.accessLog == "/var/log/access.log")
        #expect(settings.configPath == Sample.path)
    }

    /// Derived from each other, whichever of the two sources each is from.
    @Test func `the folders follow each other`() throws {
        let settings = try Sample.gateway(file: "state_dir: /srv/state")
        #expect(settings.paths.runtime == "/srv/state/run")
        #expect(settings.upstream == .unix(path: "/srv/state/run/backend.sock"))
        let moved = try Sample.gateway(
            file: "state_dir: /srv/state", environment: ["TUNERGATE_RUNTIME_DIR": "/run/t"])
        #expect(moved.upstream == .unix(path: "/run/t/backend.sock"))
        #expect(try Sample.gateway(environment: ["HOME": "/home/u/"]).paths.root == "/home/u/.simpletuner")
    }

    @Test func `the backend reads its own keys of the same file`() throws {
        let file = Sample.file(
            "workers: 2\nbackend: {peer_uids: [7]}\nhttp: {timeout_seconds: 9}\nreplicate: {url: http://x/v1}")
        let settings = try BackendSettings(file: file, environment: Sample.environment([:]))
        #expect(settings.peerUserIDs == [7])
        #expect(settings.httpTimeoutSeconds == 9)
        #expect(settings.replicateURL == "http://x/v1")
    }

    /// Neither program starts with half of a file that cannot be meant.
    @Test func `each program refuses what is wrong for the other`() {
        let file = Sample.file("workers: 0\nbackend: {peer_uids: [x]}")
        #expect(throws: SettingsErrors.self) { try BackendSettings(file: file, environment: Sample.environment([:])) }
        #expect(throws: SettingsErrors.self) {
            try GatewaySettings(file: file, environment: Sample.environment([:]), cores: 1)
        }
    }

    @Test(arguments: ["", "# all by default\n", "---\n", "limits:\n  # head_bytes: 1024\n", "limits: {}"])
    func `a file without settings is a good one`(text: String) throws {
        #expect(try Sample.gateway(file: text).limits.headBytes == 32768)
    }

    @Test(arguments: ["limits.head_bytes: 2048", "limits:\n  head_bytes: \"2048\"", "limits: {head_bytes: 2KiB}"])
    func `a key may be written in one word, and a number in quotes`(text: String) throws {
        #expect(try Sample.gateway(file: text).limits.headBytes == 2048)
    }

    @Test func `the file is named by the environment`() throws {
        #expect(SettingsFile(environment: Environment([:])) == nil)
        let file = try #require(SettingsFile(environment: Environment(["TUNERGATE_CONFIG": "/proc/none"])))
        let error = #expect(throws: SettingsErrors.self) {
            try GatewaySettings(
                file: file, environment: Sample.environment(["TUNERGATE_WORKERS": "many"]), cores: 1)
        }
        #expect(
            error?.description == """
                TUNERGATE_CONFIG is "/proc/none", which cannot be read: No such file or directory. \
                Name a YAML file that this user may read, with --config or this variable.
                TUNERGATE_WORKERS is "many". Set it to a whole number from 1 to 64.
                """)
    }
}
