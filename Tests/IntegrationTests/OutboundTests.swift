import TestSupport
import Testing

extension IntegrationTests {
    /// A company's network: nobody gets out but through a proxy that wants a login, and the company's own authority signs.
    @Suite struct OutboundTests {
        private static let panel = "/api/cloud/providers/replicate/advanced"

        /// The peers, with a provider whose name only the proxy can find.
        private struct Network {
            let folder: StateFolder
            let proxyPort: Int
            let tlsPort: Int

            func proxy(_ login: String) -> String { "http://\(login)@127.0.0.1:\(proxyPort)" }
            var tunnels: [String] { folder.text("connects.log").split(separator: "\n").map(String.init) }
        }

        private func onNetwork(
            _ platform: StandInReplicate, _ body: (Network) async throws -> Void
        ) async throws {
            try await StateFolder.temporary { folder in
                try await Self.makeCertificates(folder)
                let port = try #require(platform.url.split(separator: ":").last?.split(separator: "/").first)
                async let peers = PythonScript("outbound_peers.py").run([folder.path, String(port)])
                do {
                    try await wait(until: "the peers listened") { folder.exists("ports.json") }
                    let ports = try JSON(folder.text("ports.json").utf8)
                    try await body(
                        Network(
                            folder: folder, proxyPort: try #require(ports["proxy"].int),
                            tlsPort: try #require(ports["tls"].int)))
                } catch {
                    try folder.write("", to: "peers-finish")
                    throw error
                }
                try folder.write("", to: "peers-finish")
                _ = try await peers
            }
        }

        /// An authority, a certificate of it for the provider, and an authority that has nothing to do with it.
        private static func makeCertificates(_ folder: StateFolder) async throws {
            let script = """
                set -e; cd "$0"
                new="openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc"
                for name in ca other; do
                    $new -x509 -days 2 -subj "/CN=$name" -keyout $name.key -out $name.pem
                done
                echo "subjectAltName=DNS:replicate.test,IP:127.0.0.1" > names
                $new -subj /CN=replicate.test -keyout tls.key -out tls.csr
                openssl x509 -req -in tls.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out tls.crt
                cat tls.crt tls.key > tls.pem
                """
            let made = try await Tool("bash").run(["-c", script, folder.path])
            try #require(made.exitCode == 0, "\(made.errors)")
        }

        private func set(_ tuner: Installation, _ panel: JSON) async throws {
            let answer = try await tuner.client.send(
                "PATCH", tuner.secureURL + Self.panel, headers: ["Content-Type": "application/json"],
                body: try panel.bytes)
            #expect(answer.status == 200, "\(answer.text)")
        }

        /// Nil when the provider was reached and knows us.
        private func problem(_ tuner: Installation) async throws -> String? {
            let answer = try await tuner.client.get(tuner.secureURL + "/api/cloud/providers/replicate/validate")
            #expect(answer.json["valid"].bool == (answer.json["error"].string == nil))
            return answer.json["error"].string
        }

        /// Weakness 55: proxy, authorities and verification were ignored by the very calls that they were made for.
        @Test
        func `weakness 55: the provider is reached through the proxy, by the authority, as it is configured now`()
            async throws
        {
            try await StandInReplicate.serving { platform in
                try await onNetwork(platform) { network in
                    let settings = platform.settings.merging([
                        "TUNERGATE_REPLICATE_URL": "https://replicate.test/v1",
                        "HTTPS_PROXY": network.proxy("tuner:p%40ss"), "NO_PROXY": "127.0.0.0/8,.internal",
                        "SIMPLETUNER_CA_BUNDLE": network.folder.file("ca.pem"),
                    ]) { _, own in own }
                    try await Installation.running(.up, settings) { tuner in
                        #expect(try await problem(tuner) == nil)
                        #expect(network.tunnels == ["replicate.test:443"])
                        let request = network.folder.text("requests.log").lowercased()
                        #expect(request.contains("\r\nuser-agent: simpletuner-cloud/1.0\r\n"), "\(request)")
                        #expect(request.contains("\r\nx-correlation-id: "), "\(request)")
                        try await refuseAndAccept(tuner, network)
                        try await passBy(tuner, network)
                        _ = try await tuner.submitJob(to: platform)
                        #expect(!tuner.log.contains("p@ss") && !tuner.log.contains("p%40ss"))
                    }
                }
            }
        }

        private func refuseAndAccept(_ tuner: Installation, _ network: Network) async throws {
            let untrusted = "Replicate cannot be reached: the certificate of the other side is not trusted."
            try await set(tuner, ["ssl_ca_bundle": .string(network.folder.file("other.pem"))])
            #expect(try await problem(tuner) == untrusted)

            try await set(tuner, ["ssl_verify": false, "acknowledge_ssl_risk": true])
            #expect(try await problem(tuner) == nil)
            let health = try await tuner.client.get(tuner.secureURL + "/api/cloud/health").json
            #expect(health["components"].elements.contains { $0["name"] == "outbound_tls" })

            try await set(tuner, ["ssl_verify": true, "proxy_url": .string(network.proxy("tuner:wrong"))])
            #expect(try await problem(tuner) == "Replicate cannot be reached: the proxy wants other credentials.")

            try await set(tuner, ["proxy_url": "", "ssl_ca_bundle": ""])
            #expect(try await problem(tuner) == nil)
        }

        /// What `NO_PROXY` names is reached directly, and the authority counts there too.
        private func passBy(_ tuner: Installation, _ network: Network) async throws {
            let before = network.tunnels.count
            let answer = try await tuner.client.put(
                tuner.secureURL + "/api/cloud/providers/replicate",
                ["api_base_url": .string("https://127.0.0.1:\(network.tlsPort)/v1")])
            #expect(answer.status == 200)
            #expect(try await problem(tuner) == nil)
            #expect(network.tunnels.count == before)
        }

        @Test func `five submissions that find nobody open the circuit, which all can see`() async throws {
            // Nobody listens at the first port of any machine.
            let settings = [
                "REPLICATE_API_TOKEN": "r8_x", "TUNERGATE_REPLICATE_URL": "http://127.0.0.1:1/v1",
            ]
            try await Installation.running(.up, settings) { tuner in
                for _ in 1...5 {
                    let answer = try await tuner.submit(Installation.order())
                    #expect(answer.json["error"].string?.contains("cannot be reached") == true, "\(answer.text)")
                }
                let answer = try await tuner.submit(Installation.order())
                #expect(answer.status == 200)
                #expect(
                    answer.json["error"]
                        == "Provider 'replicate' is temporarily unavailable. Please try again later.")
                let breakers = try await tuner.client.get(tuner.secureURL + "/api/cloud/circuit-breakers").json
                #expect(breakers["circuit_breakers"].elements.map { $0["state"] } == ["open"])
            }
        }

        @Test func `an environment that leaves certificates unchecked is in the trail, in the log and in health`()
            async throws
        {
            let settings = ["REPLICATE_API_TOKEN": "r8_x", "SIMPLETUNER_SSL_VERIFY": "false"]
            try await Installation.running(.up, settings) { tuner in
                let entries = try await tuner.client.get(tuner.secureURL + "/api/audit?event_type=config.changed").json
                #expect(entries["entries"].elements.map { $0["details"]["ssl_verify"] } == ["off"])
                let health = try await tuner.client.get(tuner.secureURL + "/api/cloud/health").json
                #expect(health["status"] == "degraded")
                #expect(tuner.log.contains("SIMPLETUNER_SSL_VERIFY is off"))
            }
        }

        @Test func `the storage endpoint is tried by its public address, and nothing is left of that`() async throws {
            try await Installation.running(.up, ["REPLICATE_API_TOKEN": "r8_x"]) { tuner in
                let test = tuner.secureURL + "/api/cloud/providers/replicate/test-s3"
                let untrusted = try await tuner.client.post(test, [:]).json
                #expect(untrusted["success"] == false)
                try await set(tuner, ["ssl_ca_bundle": .string(tuner.certificatePath)])
                let answer = try await tuner.client.post(test, [:])
                #expect(answer.json["success"] == true, "\(answer.text)")
                let buckets = try await tuner.client.get(tuner.secureURL + "/api/cloud/storage")
                #expect(!buckets.text.contains("probe-"), "\(buckets.text)")
            }
        }
    }
}
