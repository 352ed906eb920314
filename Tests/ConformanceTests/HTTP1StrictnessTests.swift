import StrictnessTable
import TestSupport
import Testing

extension ConformanceTests {
    /// The table of what other servers let through, held against the running gateway, at both of its doors.
    @Suite struct HTTP1StrictnessTests {
        typealias Row = StrictnessTable.Row

        /// Ends the connection behind a row that leaves it open.
        private static let last = "GET /last HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"

        /// What one client sends: the row, in pieces, and the request that ends it.
        private static func steps(_ row: Row, cutAt cut: Int? = nil) -> [WireClient.Step] {
            let bytes = row.bytes + (leavesOpen(row) ? Array(last.utf8) : [])
            guard let cut else { return [.send(bytes)] }
            return [.send(Array(bytes[..<cut])), .pause(.milliseconds(5)), .send(Array(bytes[cut...]))]
        }

        private static func leavesOpen(_ row: Row) -> Bool {
            row.refusal == nil && !row.bytes.starts(with: "GET /x HTTP/1.0".utf8)
        }

        private static func statuses(_ row: Row) -> [Int] {
            Array(repeating: 200, count: row.requests + (leavesOpen(row) ? 1 : 0)) + (row.refusal.map { [$0] } ?? [])
        }

        private func withGateway(_ body: ([WireClient], RecordingUpstream) async throws -> Void) async throws {
            try await Installation.running(.gateway) { tuner in
                try await RecordingUpstream.serving(at: tuner.state.file("run/backend.sock")) { upstream in
                    let plain = try WireClient(port: tuner.localPort)
                    let sealed = try WireClient(port: tuner.tlsPort, trusting: tuner.certificatePath)
                    try await body([plain, sealed], upstream)
                }
            }
        }

        @Test func `each row has its answer, and only what it allows reaches the backend`() async throws {
            try await withGateway { clients, upstream in
                for client in clients {
                    for row in StrictnessTable.rows + StrictnessTable.oversized {
                        upstream.forget()
                        let received = try await client.exchange(Self.steps(row))
                        #expect(received.statuses == Self.statuses(row), "\(row)")
                        #expect(received.isClosed, "\(row)")
                        #expect(upstream.completeCount == Self.statuses(row).count { $0 == 200 }, "\(row)")
                    }
                }
            }
        }

        @Test func `a path that servers read in different ways is refused, and closes`() async throws {
            try await withGateway { clients, upstream in
                for client in clients {
                    for row in StrictnessTable.ambiguousPaths {
                        let received = try await client.exchange(Self.steps(row))
                        #expect(received.statuses == [400], "\(row)")
                        #expect(received.isClosed, "\(row)")
                    }
                }
                #expect(upstream.requests.isEmpty)
            }
        }

        /// One row of each kind: a head refused, a body refused, and what passes.
        private static let cutRows: Set = [
            "both framings", "length as a list", "size ended by LF", "data longer than said", "trailer ended by LF",
            "forwarding header as a trailer", "bare CR in a value", "absolute, other host", "HTTP/0.9", "upgrade foo",
            "one behind the other",
        ]

        @Test(arguments: StrictnessTable.rows.filter { cutRows.contains($0.name) })
        func `a row cut at any byte is answered as the whole`(row: Row) async throws {
            try await withGateway { clients, upstream in
                for client in clients {
                    upstream.forget()
                    try await withThrowingTaskGroup(of: (Int, WireClient.Received).self) { group in
                        for cut in 1..<row.bytes.count {
                            if cut > 32, let (at, received) = try await group.next() { Self.check(row, received, at) }
                            group.addTask { (cut, try await client.exchange(Self.steps(row, cutAt: cut))) }
                        }
                        for try await (cut, received) in group { Self.check(row, received, cut) }
                    }
                    let passed = Self.statuses(row).count { $0 == 200 }
                    #expect(upstream.completeCount == passed * (row.bytes.count - 1))
                }
            }
        }

        private static func check(_ row: Row, _ received: WireClient.Received, _ cut: Int) {
            #expect(received.statuses == statuses(row), "cut at \(cut)")
            #expect(received.isClosed, "cut at \(cut)")
        }
    }
}
