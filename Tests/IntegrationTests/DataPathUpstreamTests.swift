import TestSupport
import Testing

extension IntegrationTests {
    /// What the gateway makes of a backend that is away, comes back, breaks off, or does not answer.
    @Suite struct DataPathUpstreamTests {
        private static let oneWorker = ["TUNERGATE_WORKERS": "1"]

        private func seen(_ arguments: String..., settings: [String: String] = [:]) async throws -> JSON {
            try await Installation.seen(by: "faults", arguments, settings: settings)
        }

        /// Status, whether there is a detail in JSON, and whether it is said when to try again.
        @Test func `502, 503 and 504 are three things, each with a reason`() async throws {
            let settings = [
                "TUNERGATE_ANSWER_SECONDS": "1", "TUNERGATE_CONNECT_MILLISECONDS": "200", "TUNERGATE_WORKERS": "1",
            ]
            let seen = try await seen("told_apart", settings: settings)
            #expect(seen["breaks"] == [502, true, true])
            #expect(seen["away"] == [503, true, true])
            #expect(seen["silent"] == [504, true, false])
        }

        @Test func `a backend that stays away is not waited for by each in turn, and is found again`() async throws {
            let settings = ["TUNERGATE_CONNECT_MILLISECONDS": "1000", "TUNERGATE_WORKERS": "1"]
            let seen = try await seen("away", settings: settings)
            #expect(seen["first"] == [503, true, true])
            #expect(seen["others"] == [[503, true, true]])
            #expect(seen["meanwhile"] == [200, 503])
            #expect(seen["after"] == [200])
        }

        @Test func `who tries first and goes away does not keep the others out`() async throws {
            let settings = ["TUNERGATE_CONNECT_MILLISECONDS": "200", "TUNERGATE_WORKERS": "1"]
            #expect(try await seen("probe_that_leaves", settings: settings) == ["last": 200])
        }

        /// Requests that may not be sent twice, and were with the backend, are told.
        @Test func `a backend that is killed and comes back costs nobody a request that may be sent twice`()
            async throws
        {
            let seen = try await seen("restart", settings: ["TUNERGATE_CONNECT_MILLISECONDS": "15000"])
            #expect(seen["hanging"] == [502])
            #expect(seen["kinds"] == [[[200], true]])
        }

        @Test func `who waited long for an answer has the whole patience again when the backend is gone`() async throws
        {
            let settings = ["TUNERGATE_CONNECT_MILLISECONDS": "300", "TUNERGATE_WORKERS": "1"]
            let seen = try await seen("lost_after_long", settings: settings)
            #expect(seen == ["status": 200, "count": 1, "other": 200])
        }

        @Test(arguments: ["unix", "tcp"])
        func `a connection that went stale is not seen, and brings no request twice`(kind: String) async throws {
            let seen = try await seen("stale", kind)
            #expect(seen["statuses"] == .array(Array(repeating: 200, count: 8)))
            #expect(seen["count"] == 8)
        }

        @Test func `connections that the backend ends when they are idle are never seen`() async throws {
            #expect(try await seen("idle") == .array(Array(repeating: [200], count: 6)))
        }

        /// The status, and how often the backend saw the request.
        @Test func `a lost request is sent again once if it may be, and never if not`() async throws {
            let seen = try await seen("partly_sent")
            let expected: JSON = [
                "POST /part": [502, 1], "PUT /part": [502, 1], "POST /whole": [502, 1], "GET /whole": [502, 2],
                "GET /second": [200, 2], "DELETE /second": [200, 2], "PUT /second": [200, 2],
            ]
            #expect(seen == expected)
            #expect(try await self.seen("lost_at_once") == ["status": 502, "count": 2])
        }

        @Test(arguments: ["plain", "sealed", "frames"])
        func `an answer that was cut is never taken for a whole one`(door: String) async throws {
            let seen = try await seen("cut", door)
            for target in ["/length", "/chunks", "/within-chunk", "/before-trailers", "/bad-chunk"] {
                #expect(seen[target] == "broken", "\(target)")
            }
            #expect(seen["after"] == 200)
        }

        @Test func `a backend with a full backlog is waited for`() async throws {
            #expect(try await seen("backlog") == ["statuses": [200]])
        }

        @Test func `streams that fall silent are ended, and the backend is not taken for dead`() async throws {
            let settings = ["TUNERGATE_ANSWER_SECONDS": "1", "TUNERGATE_WORKERS": "1"]
            #expect(try await seen("quiet_streams", settings: settings) == ["ended": 8, "after": [200]])
        }

        @Test func `many requests lost together do not shut the backend off`() async throws {
            #expect(try await seen("burst_of_losses", settings: Self.oneWorker) == ["lost": [502], "after": [200]])
        }

        @Test func `a server behind TCP can be fronted as it is`() async throws {
            let seen = try await Installation.seen(by: "fronting", ["front"])
            #expect(seen["refused"] == [503, true, true])
            #expect(seen["ordinary"] == [200, "/kept", "127.0.0.2", true, "/until-close", "/framed"])
            #expect(seen["old"] == [200, "/kept", "127.0.0.2", true, "/until-close", .null])
            #expect(seen["refused again"] == 503)
        }
    }
}
