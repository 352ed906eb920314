import TestSupport
import Testing

extension IntegrationTests {
    @Suite struct ListenerTests {
        @Test func `plain HTTP is served on the TLS port to this machine`() async throws {
            try await Installation.running { tuner in
                let answer = try await tuner.client.get("http://127.0.0.1:\(tuner.tlsPort)/api/cloud/health/ready")
                #expect(answer.status == 200)
                #expect(answer.json["status"] == "ready")
            }
        }

        @Test func `a gateway without a backend answers for itself and refuses the rest for now`() async throws {
            try await Installation.running(.gateway) { tuner in
                for base in [tuner.secureURL, tuner.plainURL] {
                    #expect(try await tuner.client.get(base + "/health").status == 200)
                    let refusal = try await tuner.client.get(base + "/api/cloud/jobs")
                    #expect(refusal.status == 503)
                    #expect(refusal.header("Content-Type") == "application/json")
                    #expect(refusal.header("Retry-After").flatMap { Int($0) } ?? 0 > 0)
                    #expect(refusal.json["detail"].string != nil)
                }
                #expect(try await tuner.stop() == 0)
            }
        }

        @Test func `a certificate that was given is the one that is shown`() async throws {
            try await StateFolder.temporary { folder in
                let (certificate, key) = (folder.file("own.crt"), folder.file("own.key"))
                let made = try await Tool("openssl").run([
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-days", "2",
                    "-keyout", key, "-out", certificate, "-subj", "/CN=tuner.test",
                    "-addext", "subjectAltName=DNS:tuner.test,IP:127.0.0.1",
                ])
                #expect(made.exitCode == 0, "\(made.errors)")
                let settings = ["SIMPLETUNER_SSL_CERT": certificate, "SIMPLETUNER_SSL_KEY": key]
                try await Installation.running(.up, settings) { tuner in
                    let answer = try await tuner.client.get(tuner.secureURL + "/health")
                    #expect(answer.status == 200)
                    #expect(!tuner.state.exists("tls/self-signed.crt"))
                }
            }
        }
    }
}
