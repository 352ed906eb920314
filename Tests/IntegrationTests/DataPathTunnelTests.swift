import TestSupport
import Testing

extension IntegrationTests {
    /// WebSocket through the gateway: a tunnel when both sides agree to it, and never before.
    @Suite struct DataPathTunnelTests {
        private func seen(_ arguments: String...) async throws -> JSON {
            try await Installation.seen(by: "websocket", arguments)
        }

        @Test(arguments: ["plain", "sealed"])
        func `messages of all kinds and a megabyte pass both ways, and so does the word at the end`(
            door: String
        ) async throws {
            try await Installation.running(.gateway) { tuner in
                let seen = try await tuner.seen(by: "websocket", ["messages", door])
                #expect(seen["small"] == ["text: ä", "0062696e617279ff", "in three pieces"])
                #expect(seen["is_whole"] == true)
                #expect(seen["closings"] == [[4321, "enough"]])
                let closing = try await tuner.seen(by: "websocket", ["closing", door])
                #expect(closing == ["size": 1_048_576, "code": 4999, "reason": "over"])
            }
        }

        @Test func `a hundred tunnels at once each carry their own messages`() async throws {
            try await Installation.running(.gateway) { tuner in
                for door in ["plain", "sealed"] {
                    let seen = try await tuner.seen(by: "websocket", ["many", door])
                    #expect(seen == ["right": 100], "\(door)")
                }
            }
        }

        @Test func `what is sent behind the request waits for the agreement`() async throws {
            let seen = try await seen("early")
            #expect(seen["is_silent"] == true)
            #expect(seen["status"] == 101)
            #expect(seen["upgrade"] == "websocket")
            #expect(seen["afterwards"] == "EARLY")
            #expect(seen["body"] == "firstlast")
        }

        /// Anything else is a request that nobody checked.
        @Test(arguments: ["404 Not Found", "200 OK"])
        func `what is sent behind a request that is refused is the next request, or nothing`(
            status: String
        ) async throws {
            let seen = try await seen("refused", status)
            let code = JSON.number(Double(status.prefix(3)) ?? 0)
            #expect(seen["statuses"] == [code, 200])
            #expect(seen["behind"] == [code, 400])
            #expect(seen["targets"] == ["/ws", "/next", "/ws"])
        }

        @Test func `an upgrade to anything else is not asked for`() async throws {
            let seen = try await seen("unknown")
            for name in ["foo", "several", "twice", "h2c", "silent", "post"] {
                #expect(seen[name] == [200, 200, .null, .null, .null, "/up", "/next"], "\(name)")
            }
        }

        @Test func `a backend that switches to what nobody asked for is a bad one`() async throws {
            #expect(try await seen("unasked") == ["plain": 502, "other": 502, "bare": 502])
        }

        @Test func `the end of one side is the end of the other`() async throws {
            try await Installation.running(.gateway) { tuner in
                for door in ["plain", "sealed"] {
                    for how in ["close", "reset"] {
                        let behind = try await tuner.seen(by: "websocket", ["death_behind", door, how])
                        #expect(behind == ["status": 101, "hello": "hello", "rest": ""], "\(door) \(how)")
                        let before = try await tuner.seen(by: "websocket", ["death_before", door, how])
                        let words: JSON = how == "close" ? "last words" : .null
                        #expect(before == ["status": 101, "seen": words], "\(door) \(how)")
                    }
                }
            }
        }

        @Test(arguments: ["plain", "sealed"])
        func `neither direction waits for the other`(door: String) async throws {
            #expect(try await seen("both_ways", door) == ["down": true, "up": true])
        }

        /// RFC 8441.
        @Test func `tunnels are streams of HTTP 2`() async throws {
            let seen = try await seen("framed")
            #expect(seen["setting"] == 1)
            #expect(seen["statuses"] == [200, 200])
            #expect(seen["is_whole"] == true)
            #expect(seen["close"] == "880203e8")
            #expect(seen["second"] == "two")
        }

        @Test func `a tunnel in HTTP 2 can be refused, by us and by the backend`() async throws {
            let seen = try await seen("framed_refusals")
            #expect(seen["other"] == 501)
            #expect(seen["refused"] == [404, "no", 1])
            #expect(seen["asked"] == ["GET /none HTTP/1.1", "websocket", "Upgrade", "13"])
            #expect(seen["key"] == 16)
            #expect(seen["after"] == 404)
        }

        @Test func `in HTTP 2 too, nothing passes before the agreement`() async throws {
            let seen = try await seen("framed_early")
            #expect(seen["is_silent /yes"] == true)
            #expect(seen["is_silent /no"] == true)
            #expect(seen["afterwards"] == "EARLY")
            #expect(seen["statuses"] == [200, 403])
        }

        @Test func `in HTTP 2 the end of a tunnel is the end of its stream alone`() async throws {
            let seen = try await seen("framed_deaths")
            #expect(seen["short"] == true)
            #expect(seen["broken"] == true)
            #expect(seen["ends"] == [["/ended", "bye"], ["/left", ""]])
        }
    }
}
