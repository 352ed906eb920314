import Testing

@testable import TLSSession

/// What a look at the files means, with the time as an argument.
@Suite struct CertificateLedgerTests {
    private static let place = CertificatePlace(chainPath: "/a.crt", keyPath: "/a.key")
    private static let other = CertificatePlace(chainPath: "/b.crt", keyPath: "/b.key")

    private func pair(begin: Int = -3600, end: Int = 3600) throws -> CertificatePair {
        try TestAuthority(.init(names: ["a.test"], begin: begin, end: end)).pair()
    }

    private func failure(_ problem: CertificateError.Problem) -> Result<CertificatePair, CertificateError> {
        .failure(CertificateError(path: "/a.crt", problem: problem))
    }

    @Test func `a good pair is served, another one replaces it, and the same one changes nothing`() throws {
        var ledger = CertificateLedger()
        let (old, new) = (try pair(), try pair())
        let first = ledger.settle([(Self.place, .success(old))], date: old.notBefore)
        #expect(first.hasChanged && first.problems.isEmpty && first.pairs.first === old)
        #expect(first.news == [.served(path: "/a.crt", names: ["a.test"], notAfter: old.notAfter)])
        let same = ledger.settle([(Self.place, .success(old))], date: old.notBefore)
        #expect(!same.hasChanged && same.problems.isEmpty && same.news.isEmpty && same.pairs.first === old)
        let second = ledger.settle([(Self.place, .success(new))], date: new.notBefore)
        #expect(second.hasChanged && second.pairs.first === new)
    }

    @Test func `a bad pair keeps the old one, and each problem is told once until it is good again`() throws {
        var ledger = CertificateLedger()
        let old = try pair()
        func told(_ found: Result<CertificatePair, CertificateError>) -> [CertificateNews] {
            let verdict = ledger.settle([(Self.place, found)], date: old.notBefore)
            #expect(verdict.pairs.first === old)
            return verdict.news
        }
        _ = told(.success(old))
        #expect(told(failure(.mismatch)).count == 1)
        #expect(told(failure(.mismatch)).isEmpty)
        #expect(told(failure(.chain)).count == 1)
        #expect(told(failure(.mismatch)).isEmpty)
        #expect(told(.success(old)).isEmpty)
        #expect(told(failure(.mismatch)) == [.problem(CertificateError(path: "/a.crt", problem: .mismatch))])
        #expect(ledger.settle([(Self.place, failure(.mismatch))], date: old.notBefore).problems.count == 1)
    }

    @Test func `dates refuse a new pair, but not the only one at the start`() throws {
        let (good, late) = (try pair(), try pair(begin: 7200, end: 9000))
        let early = try pair(begin: -9000, end: -7200)
        let now = good.notBefore + 3600
        for wrong in [late, early] {
            var running = CertificateLedger()
            _ = running.settle([(Self.place, .success(good))], date: now)
            let refused = running.settle([(Self.place, .success(wrong))], date: now)
            #expect(
                !refused.hasChanged && !refused.problems.isEmpty && refused.pairs.first === good
                    && refused.news.count == 1)
            let elsewhere = running.settle(
                [(Self.place, .success(good)), (Self.other, .success(wrong))], date: now)
            #expect(elsewhere.pairs.count == 1)
            var starting = CertificateLedger()
            let served = starting.settle([(Self.place, .success(wrong))], date: now)
            #expect(
                served.hasChanged && !served.problems.isEmpty && served.pairs.first === wrong && served.news.count == 2)
            #expect(starting.settle([(Self.place, .success(wrong))], date: now).news.isEmpty)
        }
        var waiting = CertificateLedger()
        _ = waiting.settle([(Self.place, .success(good))], date: now)
        _ = waiting.settle([(Self.place, .success(late))], date: now)
        #expect(waiting.settle([(Self.place, .success(late))], date: late.notBefore).hasChanged)
    }

    @Test func `what is served stays beyond its end, and its end is told once`() throws {
        var ledger = CertificateLedger()
        let only = try pair()
        _ = ledger.settle([(Self.place, .success(only))], date: only.notBefore)
        let after = ledger.settle([(Self.place, .success(only))], date: only.notAfter + 1)
        #expect(!after.hasChanged && after.pairs.count == 1)
        #expect(after.news == [.problem(CertificateError(path: "/chain", problem: .expired))])
        #expect(ledger.settle([(Self.place, .success(only))], date: only.notAfter + 2).news.isEmpty)
    }

    @Test func `a pair that was taken away is served no more, but the last one never goes`() throws {
        var ledger = CertificateLedger()
        let (one, two) = (try pair(), try pair())
        _ = ledger.settle([(Self.place, .success(one)), (Self.other, .success(two))], date: one.notBefore)
        let fewer = ledger.settle([(Self.other, .success(two))], date: one.notBefore)
        #expect(fewer.hasChanged && fewer.pairs.count == 1 && fewer.news == [.removed(path: "/a.crt")])
        let none = ledger.settle([], date: one.notBefore)
        #expect(!none.hasChanged && none.pairs.first === two)
    }

    @Test func `a look waits until it is quiet, but not for ever`() {
        var schedule = LookSchedule(now: 1000)
        #expect(schedule.next == 61_000)
        schedule.changed(now: 2000)
        #expect(schedule.next == 2200)
        schedule.changed(now: 2150)
        #expect(schedule.next == 2350)
        for now in stride(from: Int64(2300), to: 4000, by: 100) { schedule.changed(now: now) }
        #expect(schedule.next == 3000)
        schedule.looked(now: 3000)
        #expect(schedule.next == 63_000)
        schedule.changed(now: 5000)
        #expect(schedule.next == 5200)
    }
}
