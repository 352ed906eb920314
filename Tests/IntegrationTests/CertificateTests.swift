import TestSupport
import Testing

extension IntegrationTests {
    /// Certificates as foreign clients see them: chosen by name, swapped while the gateway runs.
    @Suite struct CertificateTests {
        private static func make(
            _ path: String, names: [String], key: [String] = ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        ) async throws {
            let list = names.map { "DNS:" + $0 }.joined(separator: ",")
            let made = try await Tool("openssl").run(
                ["req", "-x509", "-newkey"] + key + [
                    "-noenc", "-days", "2", "-keyout", path + ".key", "-out", path + ".crt", "-subj", "/CN=\(names[0])",
                    "-addext", "subjectAltName=" + list,
                ])
            try #require(made.exitCode == 0, "\(made.errors)")
        }

        /// What `openssl s_client` tells of one connection, on which it asks for the gateway's health.
        private static func connect(_ tuner: Installation, _ arguments: [String]) async throws -> ToolResult {
            try await Tool("openssl").run(
                ["s_client", "-connect", "127.0.0.1:\(tuner.tlsPort)", "-ign_eof"] + arguments,
                input: "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        }

        private static func subject(_ result: ToolResult) -> String? {
            let line = result.output.split(separator: "\n").first { $0.hasPrefix("subject=") }
            return line.flatMap { $0.split(separator: " ").last }.map(String.init)
        }

        @Test func `names and abilities of clients choose among the certificates of a folder`() async throws {
            try await StateFolder.temporary { folder in
                try await Self.make(folder.file("default"), names: ["default.test"])
                try await Self.make(folder.file("one"), names: ["a.test", "*.b.test"])
                try await Self.make(folder.file("two"), names: ["c.test", "a.test"], key: ["rsa:2048"])
                try await Installation.running(.gateway, ["TUNERGATE_CERT_DIR": folder.path]) { tuner in
                    let cases: [(arguments: [String], subject: String?)] = [
                        (["-noservername"], "default.test"), (["-servername", "x.test"], "default.test"),
                        (["-servername", "a.test"], "a.test"), (["-servername", "X.B.test"], "a.test"),
                        (["-servername", "c.test"], "c.test"),
                        (["-servername", "a.test", "-sigalgs", "RSA-PSS+SHA256"], "c.test"),
                        (["-servername", "a.test", "-tls1_2", "-sigalgs", "RSA+SHA256"], "c.test"),
                        (["-servername", "x.test", "-sigalgs", "RSA-PSS+SHA256"], nil),
                        (["-servername", "a.test", "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], nil),
                        (["-servername", "a.test", "-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"], nil),
                    ]
                    for (arguments, subject) in cases {
                        let result = try await Self.connect(tuner, arguments)
                        #expect(Self.subject(result) == subject, "\(arguments)")
                        #expect(result.output.contains("HTTP/1.1 200") == (subject != nil), "\(arguments)")
                    }
                    let refused = try await Self.connect(tuner, ["-alpn", "h3"])
                    #expect(refused.errors.contains("no application protocol"))
                    let chosen = try await Self.connect(tuner, ["-alpn", "http/1.1,h2"])
                    #expect(chosen.output.contains("ALPN protocol: h2"))
                }
            }
        }

        @Test(arguments: ["-tls1_2", "-tls1_3"])
        func `a session is resumed after a swap of the certificates`(version: String) async throws {
            try await StateFolder.temporary { folder in
                try await Self.make(folder.file("a"), names: ["a.test"])
                try await Installation.running(.gateway, ["TUNERGATE_CERT_DIR": folder.path]) { tuner in
                    let session = folder.file("session")
                    let name = ["-servername", "a.test", version]
                    let first = try await Self.connect(tuner, name + ["-sess_out", session])
                    #expect(first.output.contains("New, TLS"))
                    let old = Self.certificate(first)
                    try await Self.make(folder.file("a"), names: ["a.test"])
                    try await wait(until: "the new certificate was shown") {
                        Self.certificate(try await Self.connect(tuner, name)) != old
                    }
                    let again = try await Self.connect(tuner, name + ["-sess_in", session])
                    #expect(again.output.contains("Reused, TLS"))
                }
            }
        }

        private static func certificate(_ result: ToolResult) -> Substring? {
            guard let begin = result.output.firstRange(of: "-----BEGIN CERTIFICATE-----"),
                let end = result.output.firstRange(of: "-----END CERTIFICATE-----")
            else { return nil }
            return result.output[begin.upperBound..<end.lowerBound]
        }

        @Test func `a hundred swaps of a Kubernetes secret are each served, and cut nobody`() async throws {
            try await StateFolder.temporary { folder in
                let first = try await Tool("sh").run([
                    "-c", "mkdir $0/..0 && ln -s ..0 $0/..data && for f in crt key; do ln -s ..data/tls.$f $0/; done",
                    folder.path,
                ])
                #expect(first.exitCode == 0)
                try await Self.make(folder.file("..0/tls"), names: ["swap.test"])
                try await Installation.running(.gateway, ["TUNERGATE_CERT_DIR": folder.path]) { tuner in
                    let told = try await PythonScript("certificate_swaps.py").run(
                        ["\(tuner.tlsPort)", folder.path, "100"])
                    #expect(told["served"].int == 100)
                    #expect(told["answered"].int == 100)
                }
            }
        }

        @Test func `a pair that does not match keeps the old one and is told once`() async throws {
            try await StateFolder.temporary { folder in
                let (chain, key) = (folder.file("a.crt"), folder.file("a.key"))
                try await Self.make(folder.file("a"), names: ["a.test"])
                try await Self.make(folder.file("b"), names: ["b.test"])
                let settings = ["SIMPLETUNER_SSL_CERT": chain, "SIMPLETUNER_SSL_KEY": key]
                try await Installation.running(.gateway, settings) { tuner in
                    func copy(_ name: String, _ target: String) async throws {
                        let copied = try await Tool("cp").run([folder.file(name), target])
                        #expect(copied.exitCode == 0)
                    }
                    let problem = "is not the private key of the certificate"
                    try await copy("b.crt", chain)
                    try await wait(until: "the mismatch was told") { tuner.log.contains(problem) }
                    let kept = try await Self.connect(tuner, [])
                    #expect(Self.subject(kept) == "a.test")
                    try await copy("b.crt", chain)
                    try await copy("b.key", key)
                    try await wait(until: "the new pair was shown") {
                        Self.subject(try await Self.connect(tuner, [])) == "b.test"
                    }
                    #expect(tuner.log.ranges(of: problem).count == 1)
                }
                try await copyMismatch(folder)
                let (code, _, errors) = try await Installation.refusal(state: folder, settings)
                #expect(code == 78)
                #expect(errors.contains(key))
            }
        }

        private func copyMismatch(_ folder: StateFolder) async throws {
            try await Self.make(folder.file("c"), names: ["c.test"])
            let copied = try await Tool("cp").run([folder.file("c.crt"), folder.file("a.crt")])
            #expect(copied.exitCode == 0)
        }

        @Test func `one name asks its clients for a certificate, and no other way leads to it`() async throws {
            try await StateFolder.temporary { folder in
                try await Self.make(folder.file("a"), names: ["open.test", "closed.test"])
                try await Self.make(folder.file("ca"), names: ["client.test"])
                let authority = folder.file("ca.crt")
                let settings = [
                    "SIMPLETUNER_SSL_CERT": folder.file("a.crt"), "SIMPLETUNER_SSL_KEY": folder.file("a.key"),
                    "TUNERGATE_CLIENT_AUTHORITIES": "closed.test=\(authority)",
                ]
                try await Installation.running(.gateway, settings) { tuner in
                    func status(_ name: String, _ arguments: [String]) async throws -> String {
                        try await Tool("curl").run(
                            [
                                "--silent", "--cacert", folder.file("a.crt"), "--output", "/dev/null", "--write-out",
                                "%{http_code}", "--resolve", "\(name):\(tuner.tlsPort):127.0.0.1",
                            ] + arguments + ["https://\(name):\(tuner.tlsPort)/health"]
                        ).output
                    }
                    let own = ["--cert", authority, "--key", folder.file("ca.key")]
                    let told = [
                        try await status("open.test", []), try await status("closed.test", []),
                        try await status("closed.test", own),
                    ]
                    #expect(told == ["200", "000", "200"])
                    for version in ["--http1.1", "--http2"] {
                        let misled = try await status("open.test", ["--header", "Host: closed.test", version])
                        #expect(misled == "421")
                    }
                }
            }
        }
    }
}
