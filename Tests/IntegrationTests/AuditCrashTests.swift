import AuditTrail
import Glibc
import Spool
import TestSupport
import Testing

extension IntegrationTests {
    @Suite struct AuditCrashTests {
        private static let kills = 5
        private static let events = 4000

        /// Writes what a gateway writes, while the backend is killed again and again.
        private static func write(to folder: String) async throws {
            let writer = try SpoolWriter(folder: folder)
            for number in 1...events {
                writer.append(event(number).line.span)
                // Some hundred a second, in many groups.
                if number % 10 == 0 { try await Task.sleep(for: .milliseconds(15)) }
            }
            writer.stop()
            #expect(writer.counts.synced == events)
        }

        private static func event(_ number: Int) -> AuditEvent {
            AuditEvent.rateLimited(
                RefusedRequest(
                    method: Array("POST".utf8).span, target: Array("/refused/\(number)".utf8).span,
                    userAgent: Array("curl/8".utf8).span),
                client: "203.0.113.\(number % 250)", id: ULID(milliseconds: 1, randomBits: UInt128(number)),
                at: Int64(time(nil)) * 1000)
        }

        @Test func `every event of the spool is in the chain once, whenever the backend is killed`() async throws {
            try await Installation.running(.up) { tuner in
                let folder = tuner.state.file("run/audit")
                async let writing: Void = Self.write(to: folder)
                for _ in 0..<Self.kills {
                    try await Task.sleep(for: .milliseconds(Int.random(in: 100...900)))
                    try await tuner.killBackend()
                    try await tuner.untilReady()
                }
                try await writing
                let targets = try await Self.targets(tuner)
                #expect(targets.count == Self.events)
                #expect(Set(targets) == Set((1...Self.events).map { "/refused/\($0)" }))
                let verdict = try await tuner.client.get(tuner.plainURL + "/api/audit/verify").json
                #expect(verdict["valid"] == .bool(true), "\(verdict)")
                try await wait(until: "the spool was empty") {
                    try SpoolReader(folder: folder).segments().isEmpty
                }
                #expect(tuner.state.exists("audit.key") && tuner.state.exists("audit.head"))
            }
        }

        /// The targets of all entries of ours, once they are all there.
        private static func targets(_ tuner: Installation) async throws -> [String] {
            let list = tuner.plainURL + "/api/audit?event_type=rate_limited&ip=203.0.113.0/24&limit=500&offset="
            try await wait(until: "all events were in the chain") {
                try await tuner.client.get(list + "0").json["total"].int ?? 0 >= events
            }
            var targets: [String] = []
            while true {
                let page = try await tuner.client.get(list + "\(targets.count)").json
                targets += page["entries"].elements.compactMap { $0["target_id"].string }
                if page["has_more"].bool != true { return targets }
            }
        }

        @Test func `what the gateway wrote last is in the chain after a stop`() async throws {
            try await StateFolder.temporary { state in
                let key = [
                    "SIMPLETUNER_STATE_DIR": state.path, "SIMPLETUNER_AUDIT_KEY": String(repeating: "k", count: 32),
                ]
                try await Installation.running(.up, key) { tuner in
                    let writer = try SpoolWriter(folder: state.file("run/audit"))
                    writer.append(Self.event(1).line.span)
                    writer.stop()
                    #expect(try await tuner.stop() == 0)
                    #expect(try SpoolReader(folder: state.file("run/audit")).segments().isEmpty)
                }
                #expect(!state.exists("audit.key"))
                #expect(state.text("audit.head").hasPrefix("1 "))
            }
        }
    }
}
