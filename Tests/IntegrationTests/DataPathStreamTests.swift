import TestSupport
import Testing

extension IntegrationTests {
    /// What comes piece by piece arrives piece by piece, and what follows a body arrives behind it.
    @Suite struct DataPathStreamTests {
        private static let passable = ["X-Checksum: 1", "grpc-status: 0"]

        /// The backend writes the next event only when the client has the one before.
        @Test func `an event arrives when it was written`() async throws {
            try await Installation.running(.gateway) { tuner in
                for door in ["plain", "sealed", "frames"] {
                    for target in ["/events", "/until-close"] {
                        let seen = try await tuner.seen(by: "streaming", ["events", door, target])
                        #expect(seen == ["right": true, "rest": "", "buffering": .null], "\(door) \(target)")
                    }
                }
            }
        }

        @Test(arguments: ["sealed", "frames"])
        func `the backend hears that nobody listens any more`(door: String) async throws {
            let seen = try await Installation.seen(by: "streaming", ["listener_leaves", door])
            #expect(seen == ["has_seen_end": true])
        }

        /// Those that frame, route, authenticate or name the client would be believed unchecked.
        @Test(arguments: ["plain", "sealed", "frames"])
        func `trailers pass both ways, those that a head would lose do not`(door: String) async throws {
            let lines = Self.passable.map { JSON.string(door == "frames" ? $0.lowercased() : $0) }
            try await Installation.running(.gateway) { tuner in
                let up = try await tuner.seen(by: "streaming", ["trailers_up", door])
                #expect(up == [["hello", .array(lines), "trailers"], ["hello", .array(lines), .null]])
                let down = try await tuner.seen(by: "streaming", ["trailers_down", door])
                #expect(down == [["hello", .array(lines)], ["hello", .array(lines)]])
            }
        }

        @Test func `trailers wait for a body whose window is small`() async throws {
            let seen = try await Installation.seen(by: "streaming", ["large_trailers"])
            #expect(seen == ["is_whole": true, "trailers": ["grpc-status": "7"]])
        }

        @Test func `a call goes both ways at once, as gRPC makes it`() async throws {
            let seen = try await Installation.seen(by: "streaming", ["conversation"])
            #expect(seen["seen"] == [["trailers", "application/grpc"], "one", "two", "three"])
            #expect(seen["status"] == 200)
            #expect(seen["trailers"] == ["grpc-status": "0", "grpc-message": "fine"])
        }
    }
}
