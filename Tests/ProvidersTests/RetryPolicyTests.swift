import Jobs
import Providers
import Testing

@Suite struct RetryPolicyTests {
    private typealias Outcome = RetryPolicy.Outcome

    private func pause(
        _ outcome: RetryPolicy.Outcome, attempts: Int = 1, isRepeatable: Bool = true, chance: Double = 0.5
    ) -> Duration? {
        RetryPolicy.standard.pause(after: outcome, attempts: attempts, isRepeatable: isRepeatable, chance: chance)
    }

    @Test(arguments: [429, 500, 502, 503, 504]) func `a temporary answer is asked for again`(status: Int) {
        #expect(pause(.answered(status: status, retryAfter: nil)) == .milliseconds(500))
    }

    @Test(arguments: [200, 201, 301, 400, 401, 404, 408, 422, 501, 505]) func `other answers stand`(status: Int) {
        #expect(pause(.answered(status: status, retryAfter: nil)) == nil)
    }

    @Test func `the pause is drawn from a range that doubles`() {
        #expect(pause(.unclear, attempts: 1, chance: 1) == .seconds(1))
        #expect(pause(.unclear, attempts: 2, chance: 1) == .seconds(2))
        #expect(pause(.unclear, attempts: 2, chance: 0) == .zero)
        let patient = RetryPolicy(attemptsMax: 99)
        #expect(patient.pause(after: .unclear, attempts: 98, isRepeatable: true, chance: 1) == .seconds(30))
    }

    @Test func `there are three attempts`() {
        #expect(pause(.notSent, attempts: 2) != nil)
        #expect(pause(.notSent, attempts: 3) == nil)
    }

    @Test func `what must not be done twice is repeated only when nothing was sent`() {
        #expect(pause(.notSent, isRepeatable: false) != nil)
        #expect(pause(.unclear, isRepeatable: false) == nil)
        for status in [429, 500, 502, 503, 504] {
            #expect(pause(.answered(status: status, retryAfter: .seconds(1)), isRepeatable: false) == nil)
        }
    }

    @Test func `who says when to come back is obeyed, or not asked again`() {
        #expect(pause(.answered(status: 429, retryAfter: .seconds(7))) == .seconds(7))
        #expect(pause(.answered(status: 503, retryAfter: .zero)) == .milliseconds(500))
        #expect(pause(.answered(status: 503, retryAfter: .seconds(31))) == nil)
    }

    /// The time is 1994-11-06T08:49:00Z.
    @Test(
        arguments: [
            ("0", 0), ("120", 120), ("Sun, 06 Nov 1994 08:49:37 GMT", 37), ("Sun, 06 Nov 1994 08:00:00 GMT", 0),
            ("-1", nil), ("", nil), ("soon", nil), ("Sun, 06 Nov 1994 08:49:37 CET", nil),
            ("Sun, 06 Foo 1994 08:49:37 GMT", nil), ("99999999999999999999", nil), ("1.5", nil),
        ] as [(String, Int64?)])
    func `both forms of Retry-After are read`(text: String, seconds: Int64?) {
        let now = Timestamp(seconds: 784_111_740)
        #expect(RetryAfter.duration(text, now: now) == seconds.map { .seconds($0) })
    }
}
