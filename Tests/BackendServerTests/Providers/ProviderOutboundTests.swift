import Foundation
import HTTPTypes
import JSON
import Jobs
import Providers
import Storage
import Synchronization
import Testing

@testable import BackendServer

@Suite struct ProviderOutboundTests {
    private static let path = "/api/cloud/providers/replicate"
    private static let panel = path + "/advanced"

    private func way(of backend: Backend) async throws -> OutboundSettings? {
        _ = try await backend.send(.get, Self.path + "/validate")
        return backend.replicate.ways.withLock { $0.last }
    }

    /// Weakness 55: the provider's own client knew nothing of proxy, authorities, verification and timeout.
    @Test func `weakness 55: what is configured counts for the next call, and wins over the environment`() async throws
    {
        let backend = try Backend([
            "HTTPS_PROXY": "http://u:p@corp:3128", "HTTP_PROXY": "plain:3129", "NO_PROXY": "internal",
        ])
        let environment = try #require(try await way(of: backend))
        #expect(environment.httpsProxy == ProxyAddress("http://u:p@corp:3128"))
        #expect(environment.httpProxy == ProxyAddress("http://plain:3129"))
        #expect(environment.proxy == nil && environment.verifiesTLS && environment.caBundle == nil)
        let answer = try await backend.send(
            .patch, Self.panel,
            #"{"proxy_url":"http://own:1","ssl_verify":false,"acknowledge_ssl_risk":true}"#)
        #expect(answer.status == 200)
        let own = try #require(try await way(of: backend))
        #expect(own.proxy == ProxyAddress("http://own:1"))
        #expect(!own.verifiesTLS)
        #expect(own.exceptions == ProxyExceptions("internal"))
        _ = try await backend.send(.patch, Self.panel, #"{"proxy_url":"","ssl_verify":true}"#)
        #expect(try await way(of: backend) == environment)
    }

    @Test(arguments: [
        ["HTTPS_PROXY": "https://corp:3128"], ["HTTP_PROXY": "socks5://corp:1"], ["SIMPLETUNER_CA_BUNDLE": "/nowhere"],
    ])
    func `an environment that calls cannot follow is refused at the start`(variables: [String: String]) {
        #expect(throws: StartupError.self) { try Backend(variables) }
    }

    @Test func `the check of certificates goes off only with a word that it is known what that means`() async throws {
        let backend = try Backend()
        let refused = try await backend.send(.patch, Self.panel, #"{"ssl_verify":false}"#)
        #expect(refused.status == 400)
        #expect(refused.body["error"] == "ssl_risk_not_acknowledged")
        #expect(try await backend.send(.get, Self.panel).body["ssl_verify"] == true)

        let off = #"{"ssl_verify":false,"acknowledge_ssl_risk":true}"#
        #expect(try await backend.send(.put, Self.path, off).body["config"] == ["ssl_verify": false])
        let health = try await backend.send(.get, "/api/cloud/health").body
        #expect(health["status"] == "degraded")
        #expect(health["components"]?.elements?.contains { $0["name"] == "outbound_tls" } == true)
        let entry = try await backend.send(.get, "/api/audit?event_type=provider.configured").body["entries"]
        #expect(entry?.elements?.first?["details"]?["ssl_verify"] == "off")
        #expect(entry?.elements?.first?["details"]?["keys"] == "ssl_verify")

        // Once is enough.
        _ = try await backend.send(.patch, Self.panel, #"{"ssl_verify":true}"#)
        #expect(try await backend.send(.patch, Self.panel, #"{"ssl_verify":false}"#).status == 200)
    }

    @Test func `unchecked certificates are seen in the metrics, also when the environment says so`() async throws {
        for (value, shown) in [("0", "1"), ("true", "0")] {
            let backend = try Backend(["SIMPLETUNER_SSL_VERIFY": value])
            _ = try await backend.send(
                .put, "/api/cloud/metrics/config", #"{"prometheus_enabled":true,"prometheus_categories":["health"]}"#)
            let metrics = try await backend.send(.get, "/api/cloud/metrics/prometheus").text
            #expect(metrics.contains("tunergate_outbound_unverified \(shown)\n"))
        }
    }

    @Test func `a proxy's password is stored and not shown, and comes back unharmed`() async throws {
        let backend = try Backend()
        let answer = try await backend.send(.patch, Self.panel, #"{"proxy_url":"http://user:secret@corp:3128"}"#)
        #expect(answer.body["proxy_url"] == "http://***@corp:3128")
        for path in ["", "/config"] {
            let put = try await backend.send(
                .put, Self.path + path, #"{"proxy_url":"http://***@corp:3128","http_timeout":7}"#)
            #expect(!put.text.contains("secret"))
        }
        #expect(!(try await backend.send(.get, Self.path + "/config")).text.contains("secret"))
        #expect(try await way(of: backend)?.proxy == ProxyAddress("http://user:secret@corp:3128"))
        let audit = try await backend.send(.get, "/api/audit").text
        #expect(!audit.contains("secret"))
    }

    @Test func `a CA bundle must be a file of certificates, and is stored as it is found`() async throws {
        let backend = try Backend()
        let folder = URL(filePath: backend.folder.path).resolvingSymlinksInPath().path
        func set(_ path: String) async throws -> Backend.Answer {
            try await backend.send(.patch, Self.panel, JSONValue.object(["ssl_ca_bundle": .string(path)]).jsonText)
        }
        #expect(try await set("corp.pem").body["detail"] == "ssl_ca_bundle must be an absolute path, or begin with ~/.")
        #expect(
            try await set(folder + "/corp.pem").body["detail"]
                == .string(
                    "ssl_ca_bundle names no file: \(folder)/corp.pem"))
        #expect(try await set(folder).status == 400)
        let file = folder + "/corp.pem"
        for text in ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            #expect(
                try await set(file).body["detail"]
                    == .string(
                        "ssl_ca_bundle must be a file of PEM certificates: \(file)"))
        }
        try Self.certificate.write(toFile: file, atomically: true, encoding: .utf8)
        try FileManager.default.createSymbolicLink(atPath: folder + "/link.pem", withDestinationPath: file)
        #expect(try await set(folder + "/link.pem").body["ssl_ca_bundle"] == .string(file))
        #expect(try await way(of: backend)?.caBundle == file)
        #expect(try await set("").body["ssl_ca_bundle"] == .null)
    }

    private static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBdjCCARugAwIBAgIUUGUMxeYIjODUpNNXBvptapGM+YgwCgYIKoZIzj0EAwIw
        DzENMAsGA1UEAwwEY29ycDAgFw0yNjExMjgwNDI2NDZaGA8yMTI2MTEwNDA0MjY0
        NlowDzENMAsGA1UEAwwEY29ycDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABIwt
        lzK1DXUgb8JoKTC8o1BQWhpO9F+uGFEJbJbjYcR5BR/aK+Ny3WIAYdvgP7QQ6w53
        vEmtj2FICsapkWIwnd2jUzBRMB0GA1UdDgQWBBQkihzaXEy088dLcQy0+5z5zTuw
        2zAfBgNVHSMEGDAWgBQkihzaXEy088dLcQy0+5z5zTuw2zAPBgNVHRMBAf8EBTAD
        AQH/MAoGCCqGSM49BAMCA0kAMEYCIQD2WU1g5WWXLwdowcBhH/7/tucXHI/LOVNz
        YCCK8F+wLgIhAMtKGeJlk3e2TqqDO6sRwqH6lNyKaBy4a/7v0JVb7I7M
        -----END CERTIFICATE-----

        """
}
