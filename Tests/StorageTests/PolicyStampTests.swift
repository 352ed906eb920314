import JSON
import Jobs
import Testing

@testable import Storage

@Suite struct PolicyStampTests {
    private let now = Timestamp(seconds: 1_700_000_000)

    /// Each row: what is known, and the version of policy `a` after it.
    @Test(
        arguments: [
            ([], 1),
            ([(1, "a")], 1),
            ([(1, "b")], 2),
            ([(7, "a"), (3, "b")], 7),
            ([(3, "a"), (7, "b")], 8),
            ([(7, "a"), (7, "b")], 8),
            ([(7, "a"), (7, "a")], 7),
        ] as [([(Int, String)], Int)])
    func `a version is never given to two policies`(known: [(Int, String)], version: Int) {
        for known in [known, known.reversed()] {
            let next = PolicyStamp.next("a", after: known.map { PolicyStamp(version: $0.0, fingerprint: $0.1) })
            #expect(next == PolicyStamp(version: version, fingerprint: "a"))
        }
    }

    private static func fingerprint(_ configs: ProviderConfigs) -> String {
        configs["p"]?["list"]?.jsonText ?? "none"
    }

    private func set(_ members: [String: JSONValue], in database: JobDatabase) async throws -> Int? {
        _ = try await database.changeProviderConfig("p", now: now, fingerprint: Self.fingerprint) {
            $0.merging(members) { $1 }
        }
        return try await database.policySource().stamp?.version
    }

    @Test func `it grows with each change of the policy, and with nothing else, over restarts`() async throws {
        let folder = try TemporaryFolder()
        do {
            let database = try JobDatabase(path: folder.path + "/jobs.db")
            #expect(try await database.policyStamp() == nil)
            try await database.countPolicy(after: nil, fingerprint: Self.fingerprint)
            #expect(try await database.policyStamp() == PolicyStamp(version: 1, fingerprint: "none"))
            #expect(try await set(["list": ["x"]], in: database) == 2)
            #expect(try await set(["list": ["x"], "other": 1], in: database) == 2)
            #expect(try await set(["list": ["y"]], in: database) == 3)
            #expect(try await set(["list": ["x"]], in: database) == 4)
            try database.close()
        }
        let database = try JobDatabase(path: folder.path + "/jobs.db")
        let stamp = try await database.policyStamp()
        try await database.countPolicy(after: stamp, fingerprint: Self.fingerprint)
        #expect(try await database.policyStamp() == stamp)
        #expect(stamp?.version == 4)
        try await database.countPolicy(
            after: PolicyStamp(version: 20, fingerprint: "newer"), fingerprint: Self.fingerprint)
        #expect(try await database.policyStamp()?.version == 21)
        #expect(try await database.policySource().configs == ["p": ["list": ["x"], "other": 1]])
        try database.close()
    }

    @Test func `a change that cannot be counted is not made`() async throws {
        struct NoPolicy: Error {}
        let folder = try TemporaryFolder()
        let database = try JobDatabase(path: folder.path + "/jobs.db")
        await #expect(throws: NoPolicy.self) {
            try await database.changeProviderConfig("p", now: now, fingerprint: { _ in throw NoPolicy() }) { _ in
                ["a": 1]
            }
        }
        #expect(try await database.providerConfig("p").isEmpty)
        try database.close()
    }

    @Test func `of changes at the same time each has its version`() async throws {
        let folder = try TemporaryFolder()
        let database = try JobDatabase(path: folder.path + "/jobs.db")
        let now = now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask {
                    _ = try await database.changeProviderConfig("p", now: now, fingerprint: Self.fingerprint) { _ in
                        ["list": [JSONValue(number)]]
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await database.policyStamp()?.version == 50)
        try database.close()
    }
}
