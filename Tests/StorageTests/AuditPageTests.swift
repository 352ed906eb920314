import AuditChain
import AuditTrail
import GRDB
import NetworkAddress
import Testing

@testable import Storage

@Suite struct AuditPageTests {
    private let audit: AuditFixture

    init() async throws {
        audit = try AuditFixture()
        let events = (1...6).map { AuditFixture.event($0, $0 == 2 ? .webhookRejected : .rateLimited) }
        _ = try await audit.database.appendAudit(events, chain: audit.chain)
    }

    /// Each row: a filter, and the numbers of what it lets through.
    private static let filters: [(@Sendable (inout AuditQuery) -> Void, [Int64])] = [
        ({ _ in }, [6, 5, 4, 3, 2, 1]),
        ({ $0.types = [.webhookRejected] }, [2]),
        ({ $0.types = [.webhookRejected, .rateLimited] }, [6, 5, 4, 3, 2, 1]),
        ({ $0.types = [] }, []),
        ({ $0.actor = "u1" }, [5, 3, 1]),
        ({ $0.targetType = "job" }, []),
        ({ $0.target = "/api/4" }, [4]),
        ({ $0.since = 3000 }, [6, 5, 4, 3]),
        ({ $0.until = 3000 }, [3, 2, 1]),
        ({ $0.network = CIDRBlock("192.0.2.4/31") }, [5, 4]),
        ({ $0.network = CIDRBlock("192.0.2.6") }, [6]),
        ({ $0.network = CIDRBlock("::/0") }, []),
        ({ ($0.actor, $0.since, $0.types) = ("u1", 3000, [.rateLimited]) }, [5, 3]),
    ]

    @Test(arguments: filters.indices) func `a filter lets through what it names, newest first`(row: Int) async throws {
        let (filter, numbers) = Self.filters[row]
        var query = AuditQuery()
        filter(&query)
        let page = try await audit.database.auditPage(query)
        #expect(page.entries.map(\.sequence) == numbers)
        #expect(page.total == numbers.count)
        // The index says what the value itself says.
        #expect(page.entries.allSatisfy { query.matches($0.event) })
    }

    @Test func `a page is a part, and the total is of all`() async throws {
        var query = AuditQuery()
        (query.limit, query.offset) = (2, 3)
        let page = try await audit.database.auditPage(query)
        #expect(page.entries.map(\.sequence) == [3, 2])
        #expect(page.total == 6)
    }

    @Test func `the numbers are of what is kept`() async throws {
        let statistics = try await audit.database.auditStatistics(since: 5000)
        #expect(statistics.total == 6 && statistics.recent == 2)
        #expect(statistics.byType == ["rate_limited": 5, "webhook_rejected": 1])
        #expect(statistics.firstMilliseconds == 1000 && statistics.lastMilliseconds == 6000)
    }

    @Test(arguments: [
        ("type = 'x' ORDER BY sequence DESC", "audit_log_by_type"),
        ("actor = 'x' ORDER BY sequence DESC", "audit_log_by_actor"),
        ("target = 'x' ORDER BY sequence DESC", "audit_log_by_target"),
        ("client_key BETWEEN x'04' AND x'05'", "audit_log_by_client"),
        ("time_ms >= 5", "audit_log_by_time"),
    ])
    func `each filter has an index`(filter: String, index: String) async throws {
        let plan = try await audit.database.read {
            try Row.fetchAll($0, sql: "EXPLAIN QUERY PLAN SELECT * FROM audit_log WHERE \(filter)")
                .map { $0["detail"] as String }
        }
        #expect(plan.contains { $0.contains(index) }, "\(plan)")
    }
}
