import Foundation
import GatePolicy
import HTTPTypes
import JSON
import Storage
import Testing

@testable import BackendServer

@Suite struct PolicyRoutesTests {
    private let path = "/api/cloud/providers/replicate"

    @Test func `a change answers when the gateway uses it`() async throws {
        let backend = try Backend()
        backend.gateway.behave(.appliesAfter(3))
        let answer = try await backend.send(.put, path, #"{"webhook_allowed_ips":["10.0.0.0/8"]}"#)
        #expect(
            answer.body == [
                "provider": "replicate", "config": ["webhook_allowed_ips": ["10.0.0.0/8"]], "applied": true,
            ])
        #expect(backend.gateway.questions == 4)
        #expect(backend.gateway.published?.version == 2)
        #expect(backend.gateway.published?.providers?["replicate"]?.webhookAllowedIPs == ["10.0.0.0/8"])
    }

    @Test func `what the gateway has no part in asks nobody and counts nothing`() async throws {
        let backend = try Backend()
        let answer = try await backend.send(.put, path + "/config", #"{"http_timeout":5}"#)
        #expect(answer.body == ["provider": "replicate", "config": ["http_timeout": 5]])
        #expect(backend.gateway.questions == 0)
        #expect(backend.gateway.published?.version == 1)
    }

    @Test func `a change that is not applied is stored, and the reason is told`() async throws {
        let backend = try Backend()
        backend.gateway.behave(.says(#"{"version":1,"refused":"limits: Too many."}"#))
        let answer = try await backend.send(.put, path, #"{"webhook_rate_limit_max":7}"#)
        #expect(answer.status == 200)
        #expect(answer.body["applied"] == false)
        #expect(answer.body["applied_reason"] == "The gateway refuses the policy: limits: Too many.")
        #expect(try await backend.database.providerConfig("replicate") == ["webhook_rate_limit_max": 7])
        #expect(backend.gateway.published?.providers?["replicate"]?.webhookLimit?.calls == 7)
        // The same again is no change, but the question is asked anew.
        backend.gateway.behave(.applies)
        let again = try await backend.send(.put, path, #"{"webhook_rate_limit_max":7}"#)
        #expect(again.body["applied"] == true)
        #expect(backend.gateway.published?.version == 2)
    }

    @Test func `without a gateway a change is stored at once`() async throws {
        let backend = try Backend()
        backend.gateway.behave(.isAbsent)
        let answer = try await backend.send(.patch, path + "/advanced", #"{"webhook_allowed_ips":["::1"]}"#)
        #expect(answer.body["applied"] == false)
        #expect(answer.body["applied_reason"] == "No gateway listens at its control socket.")
        #expect(backend.gateway.time == .zero)
    }

    @Test func `the panel shows what holds, and its switch is kept`() async throws {
        let backend = try Backend()
        var expected: JSONValue = [
            "ssl_verify": true, "ssl_ca_bundle": nil, "proxy_url": nil, "http_timeout": 30,
            "webhook_ip_allowlist_enabled": false, "webhook_allowed_ips": [],
        ]
        #expect(try await backend.send(.get, path + "/advanced").body == expected)
        let set = try await backend.send(
            .patch, path + "/advanced", #"{"webhook_allowed_ips":["10.0.0.0/8"],"http_timeout":7}"#)
        expected = [
            "ssl_verify": true, "ssl_ca_bundle": nil, "proxy_url": nil, "http_timeout": 7,
            "webhook_ip_allowlist_enabled": true, "webhook_allowed_ips": ["10.0.0.0/8"], "applied": true,
        ]
        #expect(set.body == expected)
        let off = try await backend.send(.patch, path + "/advanced", #"{"webhook_ip_allowlist_enabled":false}"#)
        #expect(off.body["webhook_ip_allowlist_enabled"] == false)
        #expect(off.body["webhook_allowed_ips"] == ["10.0.0.0/8"])
        #expect(backend.gateway.published?.providers?["replicate"]?.webhookAllowedIPs == [])
        #expect(try await backend.send(.get, path + "/advanced").body["webhook_ip_allowlist_enabled"] == false)
    }

    @Test func `weakness 27: a bad entry is named with its place, and nothing is done by half`() async throws {
        let backend = try Backend()
        let body = #"{"http_timeout":5,"webhook_allowed_ips":["10.0.0.0/8","::1","1.2.3.4/32","10.0.0.0/33"]}"#
        for (method, suffix) in [(HTTPRequest.Method.put, ""), (.put, "/config"), (.patch, "/advanced")] {
            let answer = try await backend.send(method, path + suffix, body)
            #expect(answer.status == 422)
            let problem = #""10.0.0.0/33" is no IP address and no network such as 10.0.0.0/8 or 2001:db8::/32."#
            #expect(
                answer.body == [
                    "detail": .string("webhook_allowed_ips[3]: " + problem),
                    "errors": [
                        [
                            "type": "value_error", "loc": ["body", "webhook_allowed_ips", 3],
                            "msg": .string(problem),
                        ]
                    ],
                ])
        }
        #expect(try await backend.database.providerConfig("replicate").isEmpty)
        #expect(backend.gateway.published?.version == 1)
    }

    @Test(arguments: [(GatePolicy.Bounds.networks, 200), (GatePolicy.Bounds.networks + 1, 422)])
    func `a list is as long as the gateway can take`(count: Int, status: Int) async throws {
        let backend = try Backend()
        let list = (0..<count).map { number in
            #""2001:0db8:0000:0000:0000:0000:\#(String(number, radix: 16)):0000/128""#
        }
        let answer = try await backend.send(
            .put, path, #"{"webhook_allowed_ips":[\#(list.joined(separator: ", "))]}"#)
        #expect(answer.status == status)
        #expect(
            backend.gateway.published?.providers?["replicate"]?.webhookAllowedIPs?.count
                == (status == 200 ? count : 0))
    }

    @Test(arguments: [
        (HTTPRequest.Method.put, ""), (.put, "/config"), (.get, "/config"), (.patch, "/advanced"),
        (.get, "/advanced"),
    ])
    func `an unknown provider is 404 everywhere`(method: HTTPRequest.Method, suffix: String) async throws {
        let answer = try await Backend().send(method, "/api/cloud/providers/nope" + suffix, "{}")
        #expect(answer.status == 404)
        #expect(answer.body == ["detail": "Unknown provider: nope"])
    }

    @Test(arguments: ["/api/webhooks/nope", "/api/cloud/webhook/nope", "/api/webhooks/Replicate"])
    func `so are its webhooks`(path: String) async throws {
        #expect(try await Backend().send(.post, path, "{}").status == 404)
    }

    @Test func `at the start the file is written anew, with the version it had`() async throws {
        let backend = try Backend()
        _ = try await backend.send(.put, path, #"{"webhook_allowed_ips":["10.0.0.0/8"]}"#)
        let before = try #require(backend.gateway.published)
        func restarted() async throws -> GatePolicy? {
            let desk = PolicyDesk(
                database: backend.database, file: PolicyFile(path: backend.folder.path + "/policy.json"),
                link: backend.policy.link, logger: backend.policy.logger)
            try await desk.begin()
            return backend.gateway.published
        }
        #expect(try await restarted() == before)
        // An older database under a newer file: the gateway must see that something changed.
        var newer = GatePolicy(version: 40, configs: [:])
        try PolicyFile(path: backend.folder.path + "/policy.json").write(newer)
        newer = before
        newer.version = 41
        #expect(try await restarted() == newer)
        #expect(try await backend.database.policyStamp()?.version == 41)
    }

    @Test func `a change that is none heals the file`() async throws {
        let backend = try Backend()
        _ = try await backend.send(.put, path, #"{"webhook_rate_limit_max":7}"#)
        try FileManager.default.removeItem(atPath: backend.policy.file.path)
        _ = try await backend.send(.put, path, #"{"webhook_rate_limit_max":7}"#)
        #expect(backend.gateway.published?.version == 2)
    }

    @Test func `a file that cannot be written is told with its cause`() async throws {
        let backend = try Backend()
        _ = try await backend.send(.get, path + "/config")
        try FileManager.default.removeItem(atPath: backend.policy.file.path)
        try FileManager.default.createDirectory(
            atPath: backend.policy.file.path, withIntermediateDirectories: false)
        let answer = try await backend.send(.put, path, #"{"webhook_rate_limit_max":7}"#)
        #expect(answer.body["applied"] == false)
        #expect(
            answer.body["applied_reason"]
                == "The policy could not be written to the folder that the gateway watches: Is a directory.")
    }

    @Test func `the keeper heals the file, and tells a failure once and its end`() async throws {
        let backend = try Backend()
        let log = RecordedLog()
        let file = PolicyFile(path: backend.folder.path + "/run/policy.json")
        let keeper = PolicyKeeper(
            desk: PolicyDesk(
                database: backend.database, file: file, link: backend.policy.link, logger: log.logger))
        var isFailing = false
        for _ in 1...3 { await keeper.round(&isFailing) }
        #expect(log.lines.count == 1)
        #expect(log.lines.first?.hasPrefix("error the gateway's policy could not be written error=No such") == true)
        #expect(log.lines.first?.hasSuffix("path=\(file.path)") == true)
        try FileManager.default.createDirectory(
            atPath: backend.folder.path + "/run", withIntermediateDirectories: false)
        for _ in 1...3 { await keeper.round(&isFailing) }
        #expect(log.lines.dropFirst() == ["notice the gateway's policy can be written again path=\(file.path)"])
        try Data().write(to: URL(filePath: file.path))
        for _ in 1...3 { await keeper.round(&isFailing) }
        #expect(
            log.lines.dropFirst(2) == [
                "warning the gateway's policy was damaged or removed, and is written anew path=\(file.path)"
            ])
        #expect(try Data(contentsOf: URL(filePath: file.path)).isEmpty == false)
    }

    @Test func `a change whose client went away is written later`() async throws {
        let backend = try Backend()
        _ = try await backend.send(.get, path + "/config")
        _ = try await backend.providers.change(
            .replicate, try ProviderConfigurationChange(["webhook_allowed_ips": ["::1"]]))
        #expect(backend.gateway.published?.version == 1)
        #expect(try await backend.policy.publish() == 2)
        #expect(backend.gateway.published?.providers?["replicate"]?.webhookAllowedIPs == ["::1"])
    }
}
