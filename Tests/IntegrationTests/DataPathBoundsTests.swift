import TestSupport
import Testing

extension IntegrationTests {
    /// What the gateway allows nobody: too much, too many, too slow.
    @Suite struct DataPathBoundsTests {
        /// Whether each of the script's bodies is small enough for its address, in its order.
        private static let fits = [true, false, true, false, true, false, true, false, false, true, false]

        @Test(arguments: ["plain", "sealed", "frames"])
        func `a body has the limit of its address, whether its length is named or counted`(door: String) async throws {
            let settings = ["TUNERGATE_BODY_BYTES": "65536"]
            try await Installation.running(.gateway, settings) { tuner in
                for framing in ["length", "counted"] {
                    let seen = try await tuner.seen(by: "bounds", ["bodies", door, framing])
                    #expect(seen == .array(Self.fits.map { $0 ? [200, true] : [413, false] }), "\(framing)")
                }
            }
        }

        @Test func `a stranger has so many connections, and takes none of others`() async throws {
            let settings = ["TUNERGATE_CONNECTIONS_PER_CLIENT": "4"]
            let seen = try await Installation.seen(by: "bounds", ["per_client"], settings: settings)
            #expect(seen["first"] == 4)
            #expect(seen["others"] == [true, true, true])
            #expect(seen["kept"] == [true, true, true])
        }

        @Test func `all together have so many connections, and the local door stays open`() async throws {
            let settings = ["TUNERGATE_CONNECTIONS": "16", "TUNERGATE_WORKERS": "1"]
            let seen = try await Installation.seen(by: "bounds", ["in_all"], settings: settings)
            #expect(seen["first"] == 16)
            #expect(seen["gone"] == 16)
            #expect(seen["late"] == [false, false, false, false])
            #expect(seen["healthy"] == [200, 200, 200])
            #expect(seen["busy"] == 16)
            #expect(seen["after"] == true)
        }

        @Test func `a stranger with his share takes no idle place of others`() async throws {
            let settings = [
                "TUNERGATE_CONNECTIONS": "16", "TUNERGATE_WORKERS": "1", "TUNERGATE_CONNECTIONS_PER_CLIENT": "4",
            ]
            let seen = try await Installation.seen(by: "bounds", ["crowd"], settings: settings)
            #expect(seen == ["first": 12, "served": 4, "kept": 12])
        }

        @Test func `where descriptors are few, the local door is open all the same`() async throws {
            let seen = try await Installation.seen(by: "bounds", ["few_descriptors"])
            #expect(seen == ["healthy": [200, 200, 200], "some": true, "not_all": true, "after": true])
        }

        @Test func `who waits while there are no descriptors is served when there are some`() async throws {
            let seen = try await Installation.seen(by: "bounds", ["no_descriptors"])
            #expect(seen["first"] == true)
            #expect(seen["meanwhile"] == [true, true, true, true, true])
            #expect(seen["still"] == true)
            #expect(seen["after"] == 20)
        }

        @Test func `a thousand slow heads are ended, and others are served meanwhile`() async throws {
            let settings = ["TUNERGATE_HEAD_SECONDS": "2"]
            let seen = try await Installation.seen(by: "bounds", ["slow_heads"], settings: settings)
            #expect(seen == ["ended": 1040, "statuses": [200]])
        }

        private static let impatient = [
            "TUNERGATE_STALL_SECONDS": "1", "TUNERGATE_MINIMUM_BYTES_PER_SECOND": "5000",
        ]

        @Test func `a body by drops is given up, one at a walking pace arrives`() async throws {
            let seen = try await Installation.seen(by: "bounds", ["slow"], settings: Self.impatient)
            for door in ["plain", "sealed"] {
                #expect(seen["drops \(door)"] == [408, ""])
                #expect(seen["stops \(door)"] == [408, ""])
                #expect(seen["paced \(door)"] == [200, "60000"])
                #expect(seen["tail \(door)"] == [200, 150_000])
            }
            #expect(seen["drops frames"] == 408)
            #expect(seen["stops frames"] == 408)
            #expect(seen["paced frames"] == [200, "60000"])
            #expect(seen["narrow frames"] == true)
        }

        @Test func `where no rate is asked for, standing still is too slow`() async throws {
            let settings = ["TUNERGATE_STALL_SECONDS": "1", "TUNERGATE_MINIMUM_BYTES_PER_SECOND": "0"]
            try await Installation.running(.gateway, settings) { tuner in
                let stopped = try await tuner.seen(by: "bounds", ["stop"])
                #expect(stopped == [408, ""])
                let unread = try await tuner.seen(by: "bounds", ["no_reader", "plain"])
                #expect(unread["ends"] == ["the gateway ended it"])
            }
        }

        @Test(arguments: ["plain", "sealed"])
        func `who takes nothing of the answer is let go with a reset`(door: String) async throws {
            let seen = try await Installation.seen(by: "bounds", ["no_reader", door], settings: Self.impatient)
            #expect(seen["ends"] == ["the gateway ended it"])
            #expect(seen["ending"] == "reset")
            #expect(seen["is_short"] == true)
            #expect(seen["other"] == true)
        }

        @Test func `a stream whose window stays shut is ended, and none beside it`() async throws {
            let seen = try await Installation.seen(by: "bounds", ["shut_window"], settings: Self.impatient)
            #expect(seen["much"] == [200, 1000, false, true])
            #expect(seen["ends"] == ["the gateway ended it"])
            #expect(seen["others"] == ["/beside", "/behind"])
        }
    }
}
