import FoundationEssentials
import Glibc
import TestSupport
import Testing
import WebhookInbox

extension IntegrationTests {
    /// What the gateway does with webhooks that nobody behind it takes.
    @Suite struct InboxTests {
        private static let impatience = ["TUNERGATE_CONNECT_MILLISECONDS": "50"]
        private static let path = "/api/webhooks/replicate?job=j1"

        private static func head(_ more: String) -> [UInt8] {
            Array("POST \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nWebhook-Id: m1\r\n\(more)\r\n".utf8)
        }

        @Test(arguments: ["--http1.1", "--http2"], [0, 1, 300_000])
        func `a webhook is on the disk when it is answered, as it came`(version: String, size: Int) async throws {
            try await Installation.running(.gateway, Self.impatience) { tuner in
                let body = String(repeating: "b", count: size)
                try tuner.state.write(body, to: "body")
                for framing in ["Content-Type: application/json", "Transfer-Encoding: chunked"] {
                    let answer = try await tuner.curl(
                        version, "--header", framing, "--header", "webhook-id: m1", "--header", "x-api-key: k",
                        "--header", "X-Forwarded-For: 203.0.113.9", "--data-binary", "@" + tuner.state.file("body"),
                        tuner.secureURL + Self.path)
                    #expect(answer == #"{"status":"accepted"}202"#)
                }
                let kept = try tuner.kept()
                #expect(kept.count == 2)
                for webhook in kept {
                    #expect(webhook.path == Self.path && webhook.client == "203.0.113.9")
                    #expect(webhook.headers == ["webhook-id": "m1", "x-api-key": "k"])
                    #expect(webhook.body == Array(body.utf8))
                    #expect(abs(webhook.receivedAtMilliseconds / 1000 - Int64(time(nil))) < 60)
                }
                let metrics = try await tuner.control("GET", "/metrics").text
                #expect(metrics.contains("tunergate_gateway_webhooks_kept_total 2\n"))
                #expect(metrics.contains("tunergate_gateway_webhooks_waiting 2\n"))
            }
        }

        @Test func `who waits to be told to send the body is told`() async throws {
            try await Installation.running(.gateway, Self.impatience) { tuner in
                let client = try WireClient(port: tuner.tlsPort, trusting: tuner.certificatePath)
                let answer = try await client.exchange([
                    .send(Self.head("Expect: 100-continue\r\nContent-Length: 4\r\n")), .await("100 Continue"),
                    .send(Array("body".utf8)), .await("accepted"),
                ])
                #expect(answer.statuses == [100, 202])
                let second = try await tuner.curl(
                    "--http2", "--header", "Expect: 100-continue", "--expect100-timeout", "20", "--max-time", "10",
                    "--data-binary", "body", tuner.secureURL + Self.path)
                #expect(second.hasSuffix("202"))
                #expect(try tuner.kept().map(\.body) == [Array("body".utf8), Array("body".utf8)])
            }
        }

        @Test func `one after the other on one connection, and behind a client that closed its half`() async throws {
            try await Installation.running(.gateway, Self.impatience) { tuner in
                let request = "POST \(Self.path) HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n"
                let client = try WireClient(port: tuner.localPort)
                let answer = try await client.exchange([
                    .send(Array((request + "1" + request + "2").utf8)),
                    .send(Self.head("Content-Length: 1\r\n") + Array("3".utf8)),
                ])
                #expect(answer.statuses == [202, 202, 202])
                #expect(try tuner.kept().map(\.body) == ["1", "2", "3"].map { Array($0.utf8) })
            }
        }

        @Test func `one that was on its way when the backend broke off is kept`() async throws {
            try await Installation.running(.gateway) { tuner in
                try await ScriptedUpstream.serving(at: tuner.state.file("run/backend.sock")) { upstream in
                    for version in ["--http1.1", "--http2"] {
                        let answer = try await tuner.curl(
                            version, "--data-binary", "body", tuner.secureURL + "/api/webhooks/drop")
                        #expect(answer.hasSuffix("202"))
                    }
                    #expect(upstream.requestCount >= 2)
                    let live = try await tuner.curl("--data-binary", "x", tuner.secureURL + "/api/webhooks/other")
                    #expect(live == "ok200")
                    let dropped = try await tuner.client.get(tuner.secureURL + "/drop")
                    #expect(dropped.status == 502)
                }
                #expect(try tuner.kept().map(\.body) == [Array("body".utf8), Array("body".utf8)])
            }
        }

        @Test func `only webhooks are kept, and only spellings that the backend knows`() async throws {
            try await Installation.running(.gateway, Self.impatience) { tuner in
                for path in ["/api/cloud/jobs", "/api/webhooks", "/api/webhooks/a/b", "//api/webhooks/replicate"] {
                    let answer = try await tuner.curl("--data-binary", "x", tuner.secureURL + path)
                    #expect(answer.hasSuffix("503"), "\(path): \(answer)")
                }
                let read = try await tuner.curl(tuner.secureURL + "/api/webhooks/replicate")
                #expect(read.hasSuffix("503"))
                #expect(try tuner.kept().isEmpty)
                let alias = try await tuner.curl(
                    "--data-binary", "x", tuner.secureURL + "/api/cloud/webhook/replicate/")
                #expect(alias.hasSuffix("202"))
                #expect(try tuner.kept().map(\.provider) == ["replicate"])
            }
        }

        @Test func `what fronts another server keeps nothing`() async throws {
            let settings = Self.impatience.merging(["TUNERGATE_UPSTREAM": "http://127.0.0.1:1"]) { own, _ in own }
            try await Installation.running(.gateway, settings) { tuner in
                let answer = try await tuner.curl("--data-binary", "x", tuner.secureURL + Self.path)
                #expect(answer.hasSuffix("503"))
                #expect(!tuner.state.exists("run/inbox"))
            }
        }

        @Test func `the backend's policy can switch it off, and on again`() async throws {
            let policy = { (keeps: Bool) in
                #"{"version":1,"providers":null,"switches":{"webhook_inbox":\#(keeps)}}"#
            }
            try await Installation.running(.gateway, Self.impatience) { tuner in
                for (keeps, status) in [(false, 503), (true, 202)] {
                    try tuner.state.write(policy(keeps), to: "run/policy.json")
                    // What the gateway is asked it answers by the file that is there.
                    _ = try await tuner.control("GET", "/policy")
                    try await wait(until: "every worker went by the policy") {
                        try await tuner.control("GET", "/policy").text.contains(#""version":1"#)
                    }
                    let answer = try await tuner.client.send("POST", tuner.secureURL + Self.path, body: [1])
                    #expect(answer.status == status)
                }
            }
        }

        @Test func `a body that is too long is refused whole, however it came`() async throws {
            try await Installation.running(.gateway, Self.impatience) { tuner in
                let file = try tuner.state.sparseFile("body", size: KeptWebhook.bodyBytesMax + 1)
                for version in ["--http1.1", "--http2"] {
                    for framing in ["A: b", "Transfer-Encoding: chunked"] {
                        let answer = try await tuner.curl(
                            version, "--header", framing, "--data-binary", "@" + file, tuner.secureURL + Self.path)
                        #expect(answer.hasSuffix("413"), "\(version) \(framing): \(answer)")
                    }
                }
                #expect(try tuner.kept().isEmpty)
            }
        }

        @Test func `a client that stalls has no more time than any other`() async throws {
            let settings = Self.impatience.merging(["TUNERGATE_STALL_SECONDS": "1"]) { own, _ in own }
            try await Installation.running(.gateway, settings) { tuner in
                let client = try WireClient(port: tuner.localPort)
                let answer = try await client.exchange([
                    .send(Self.head("Content-Length: 10\r\n") + Array("half".utf8)), .await("HTTP/1.1 408"),
                ])
                #expect(answer.statuses == [408])
                #expect(try tuner.kept().isEmpty)
            }
        }

        @Test func `when as many wait as may, the sender is told to come again, until there is room`() async throws {
            try await Installation.running(
                .gateway, Self.impatience,
                seeding: { state in
                    for number in 0..<10_000 {
                        try FileManager.default.createDirectory(
                            atPath: state.file("run/inbox"), withIntermediateDirectories: true)
                        try state.write("", to: "run/inbox/old\(number)")
                    }
                },
                { tuner in
                    let refused = try await tuner.client.send("POST", tuner.secureURL + Self.path, body: [1])
                    #expect(refused.status == 503 && refused.header("Retry-After") != nil)
                    let metrics = try await tuner.control("GET", "/metrics").text
                    #expect(metrics.contains("tunergate_gateway_webhooks_not_kept_total{reason=\"files\"} 1\n"))
                    #expect(metrics.contains("tunergate_gateway_webhooks_can_be_kept 0\n"))
                    let status = try await tuner.control("GET", "/status").text
                    #expect(status.contains(#""failure":"As many files wait as may""#))
                    try await wait(until: "the log told of it") { tuner.log.contains("Webhooks cannot be kept") }

                    #expect(unlink(tuner.state.file("run/inbox/old7")) == 0)
                    try await wait(until: "there was room") {
                        try await tuner.control("GET", "/policy").text.contains(#""inbox_failure":null"#)
                    }
                    let kept = try await tuner.client.send("POST", tuner.secureURL + Self.path, body: [1])
                    #expect(kept.status == 202)
                    try await wait(until: "the log told of it") { tuner.log.contains("Webhooks can be kept again") }
                })
        }

        @Test func `a disk that takes nothing is told to the sender, and found to be well again`() async throws {
            try await Installation.running(.gateway, Self.impatience) { tuner in
                // Nothing can be made in a file, whoever asks: root may write to folders that are closed.
                try tuner.state.write("in the way", to: "run/inbox")
                let refused = try await tuner.client.send("POST", tuner.secureURL + Self.path, body: [1])
                #expect(refused.status == 503 && refused.header("Retry-After") != nil)
                let metrics = try await tuner.control("GET", "/metrics").text
                #expect(metrics.contains("tunergate_gateway_webhooks_not_kept_total{reason=\"failure\"} 1\n"))
                #expect(unlink(tuner.state.file("run/inbox")) == 0)
                try await wait(until: "the gateway found out") {
                    try await tuner.control("GET", "/policy").text.contains(#""inbox_failure":null"#)
                }
                let kept = try await tuner.client.send("POST", tuner.secureURL + Self.path, body: [1])
                #expect(kept.status == 202)
            }
        }
    }
}

extension Installation {
    /// Sends a request with curl.
    ///
    /// - Returns: The answer's body, and its status behind it.
    fileprivate func curl(_ arguments: String...) async throws -> String {
        let own = ["--silent", "--cacert", certificatePath, "--write-out", "%{http_code}"]
        return try await Tool("curl").run(own + arguments).output
    }

    /// The webhooks that wait in the inbox, in order; anything else in it is an error.
    fileprivate func kept() throws -> [KeptWebhook] {
        let folder = state.file("run/inbox")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return try names.sorted().map { name in
            let bytes = try Array(Data(contentsOf: URL(filePath: folder + "/" + name)))
            guard let kept = KeptWebhook(file: bytes) else { throw NoKeptWebhook(name: name) }
            return kept
        }
    }
}

private struct NoKeptWebhook: Error { let name: String }
