import TestSupport
import Testing

extension IntegrationTests {
    /// Who was refused, from the gateway's door to the trail.
    @Suite struct AuditTests {
        private static let limits = ["RATE_LIMIT_CALLS": "100", "TUNERGATE_WORKERS": "2"]

        @Test func `the first refusal of a client is told at once, with what the guide lists`() async throws {
            let seen = try await Installation.seen(by: "audit", ["told"], settings: Self.limits)
            let statuses = Array(repeating: JSON.number(200), count: 5) + [429, 429, 429]
            #expect(seen["statuses"] == .array(statuses + statuses.dropLast(2) + [429]))
            let events = seen["events"].elements
            #expect(events.count == 2, "equal events are told later, as one")
            #expect(events[0]["type"] == "rate_limited")
            #expect(events[0]["client"] == "203.0.113.9")
            #expect(events[0]["endpoint"] == "/api/auth/login")
            #expect(events[0]["method"] == "POST")
            let agent = try #require(events[0]["user_agent"].string)
            #expect(agent.hasPrefix(##""quoted" \\ <script> \xc3\xa9xxx"##))
            #expect(agent.utf8.count <= 512)
            #expect(events[1]["client"] == "2001:db8:1:2::5")
            #expect(events[1]["user_agent"] == "curl/8")
        }

        /// 20,000 a second from 1,000 clients, by turns against a limit and a list.
        @Test func `a flood of refusals loses no class of events, and fills neither memory nor disk`() async throws {
            try await Installation.running(.up, Self.limits) { tuner in
                let set = try await tuner.client.put(
                    tuner.plainURL + "/api/cloud/providers/replicate", ["webhook_allowed_ips": ["10.0.0.0/8"]])
                #expect(set.status == 200)
                let seen = try await tuner.seen(
                    by: "audit", ["flood", "200000", "1000", "/api/auth/login", "/api/webhooks/replicate"])
                #expect(seen["refused"] == 200_000)
                #expect(seen["dropped"] == 0)
                // 1 MiB for each of the seconds that it took.
                #expect(try #require(seen["written_bytes"].int) < 10 * 1024 * 1024)
                let (before, after) = (seen["kib_before"].elements, seen["kib_after"].elements)
                let grown = try #require(after[0].int) - #require(before[0].int)
                #expect(grown < 16 * 1024)
                for type in ["rate_limited", "webhook_rejected"] {
                    let entries = try await tuner.trail("event_type=\(type)")
                    let counted = entries.map { $0["details"]["count"].int ?? 1 }
                    #expect(counted.count > 100, "\(type)")
                }
            }
        }

        /// Every second kill is of the gateway, every other of the backend, at any moment of the trail's way.
        @Test func `whoever is killed, an event that was on the disk is in the chain once`() async throws {
            try await Installation.running(.up, Self.limits) { tuner in
                let set = try await tuner.client.put(
                    tuner.plainURL + "/api/cloud/providers/replicate", ["webhook_allowed_ips": ["10.0.0.0/8"]])
                #expect(set.status == 200)
                var (refused, certain) = (Set<String>(), Set<String>())
                // Of the gateway that runs now, in their order.
                var recent: [String] = []
                for turn in 0..<8 {
                    for number in 0..<60 {
                        let client = "198.18.\(turn).\(number + 1)"
                        let answer = try await tuner.client.send(
                            "POST", tuner.secureURL + "/api/webhooks/replicate", headers: ["X-Forwarded-For": client])
                        #expect(answer.status == 403)
                        recent.append(client)
                        refused.insert(client)
                    }
                    if turn.isMultiple(of: 2) {
                        let status = try JSON(Array(try await tuner.control("GET", "/status").text.utf8))
                        try await tuner.killGateway()
                        // What was on the disk by then has to arrive.
                        certain.formUnion(recent.prefix(try #require(status["audit"]["written"].int)))
                        recent = []
                    } else {
                        try await tuner.killBackend()
                    }
                    try await tuner.untilReady()
                }
                certain.formUnion(recent)
                #expect(certain.count > refused.count / 2)
                try await wait(until: "all certain events were in the chain") {
                    certain.isSubset(
                        of: try await tuner.trail("event_type=webhook_rejected").compactMap { $0["actor_ip"].string })
                }
                let entries = try await tuner.trail("event_type=webhook_rejected")
                let clients = entries.compactMap { $0["actor_ip"].string }
                #expect(clients.count == Set(clients).count, "an event is there twice")
                #expect(Set(clients).isSubset(of: refused))
                let verdict = try await tuner.client.get(tuner.plainURL + "/api/audit/verify").json
                #expect(verdict["valid"] == true, "\(verdict)")
                #expect(try #require(verdict["entries_checked"].int) >= entries.count)
            }
        }
    }
}

extension Installation {
    /// All entries of the trail that a filter lets through, newest first.
    fileprivate func trail(_ filter: String) async throws -> [JSON] {
        var entries: [JSON] = []
        while true {
            let page = try await client.get(plainURL + "/api/audit?\(filter)&limit=500&offset=\(entries.count)").json
            entries += page["entries"].elements
            guard page["has_more"] == true else { return entries }
        }
    }
}
