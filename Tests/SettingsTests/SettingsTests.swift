import Settings
import Testing

@Suite struct SettingsTests {
    private func gateway(_ variables: [String: String]) throws -> GatewaySettings {
        try GatewaySettings(environment: Environment(["HOME": "/home/u"].merging(variables) { $1 }), cores: 4)
    }

    @Test func `a process runs from an empty environment`() throws {
        let settings = try gateway([:])
        #expect(settings.tlsListen.description == "0.0.0.0:8001")
        #expect(settings.localListen.description == "127.0.0.1:8080")
        #expect(settings.workers == 4)
        #expect(settings.paths.database == "/home/u/.simpletuner/config/cloud/jobs.db")
        #expect(settings.paths.outputs == "/home/u/.simpletuner/outputs")
        #expect(settings.paths.backendSocket == "/home/u/.simpletuner/run/backend.sock")
        #expect(settings.certificate == nil)
        #expect(settings.log.level == .info)
        #expect(settings.accessLog == nil)
        #expect(settings.paths.gatewaySocket == "/home/u/.simpletuner/run/gateway.sock")
        #expect(settings.upstream == .unix(path: "/home/u/.simpletuner/run/backend.sock"))
        #expect(settings.tls.pairs.isEmpty && settings.tls.folder == nil && settings.tls.clientAuthorities.isEmpty)
        #expect(settings.proxyProtocolSources.isEmpty && settings.adminUserIDs.isEmpty)
        #expect(settings.drainSeconds == 30)
        #expect(settings.drainDelaySeconds == 0)
        #expect(settings.configPath == nil)
    }

    /// Someone relies on each of them: a limit that is changed is changed here too.
    @Test func `every limit has its default`() throws {
        let limits = try gateway([:]).limits
        #expect([limits.headBytes, limits.headFields, limits.targetBytes] == [32768, 100, 16384])
        #expect([limits.bodyBytes, limits.storageBodyBytes, limits.webhookBodyBytes] == [100 << 20, 0, 1 << 20])
        #expect([limits.connections, limits.connectionsPerClient, limits.streams] == [16384, 512, 100])
        #expect(limits.bufferedBytes == 65536)
        #expect([limits.headSeconds, limits.idleSeconds, limits.stallSeconds] == [10, 75, 30])
        #expect(limits.minimumBytesPerSecond == 500)
        #expect([limits.answerSeconds, limits.tunnelSeconds, limits.connectMilliseconds] == [300, 3600, 2000])
    }

    @Test(arguments: [
        ("TUNERGATE_TLS_LISTEN", "8001"), ("TUNERGATE_TLS_LISTEN", "::1:80"), ("TUNERGATE_LOCAL_LISTEN", "x:99999"),
        ("TUNERGATE_WORKERS", "0"), ("TUNERGATE_WORKERS", "many"), ("SIMPLETUNER_STATE_DIR", "relative"),
        ("SIMPLETUNER_LOG_LEVEL", "LOUD"), ("SIMPLETUNER_LOG_FORMAT", "xml"), ("SIMPLETUNER_SSL_CERT", "/c.pem"),
        ("SIMPLETUNER_SSL_KEY", "/k.pem"), ("SIMPLETUNER_PUBLIC_URL", "tuner.example.com"),
        ("TUNERGATE_RUNTIME_DIR", "/" + String(repeating: "a", count: 100)),
    ])
    func `a value that cannot be used is named, with what to do`(name: String, value: String) {
        let error = #expect(throws: SettingsErrors.self) { try gateway([name: value]) }
        #expect(error?.problems.count == 1)
        #expect(error?.problems.first?.setting.hasPrefix(name.prefix(15)) == true)
        #expect(error?.problems.first?.remedy.isEmpty == false)
    }

    @Test(arguments: [
        ("https://tuner.example.com", "https://tuner.example.com", "tuner.example.com"),
        ("https://tuner.example.com:8001/", "https://tuner.example.com:8001", "tuner.example.com"),
        ("http://[2001:db8::1]:8001", "http://[2001:db8::1]:8001", "2001:db8::1"),
    ])
    func `a public address is an origin`(text: String, origin: String, host: String) throws {
        let url = try #require(PublicURL(text))
        #expect(url.origin == origin)
        #expect(url.host == host)
    }

    @Test(arguments: [
        "ftp://x", "https://", "https://x/path", "https://u@x", "https://x:port", "https://x y", "https://[::1",
        "https://a:1:2",
    ])
    func `anything else is no public address`(text: String) {
        #expect(PublicURL(text) == nil)
    }

    @Test func `the backend's other users are listed by number`() throws {
        let environment = Environment(["HOME": "/h", "TUNERGATE_PEER_UIDS": "991,992"])
        #expect(try BackendSettings(environment: environment).peerUserIDs == [991, 992])
        #expect(throws: SettingsErrors.self) {
            try BackendSettings(environment: Environment(["HOME": "/h", "TUNERGATE_PEER_UIDS": "root"]))
        }
    }
}
