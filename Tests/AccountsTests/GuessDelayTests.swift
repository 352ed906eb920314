import Accounts
import Jobs
import Testing

@Suite struct GuessDelayTests {
    private let start = Timestamp(seconds: 1_700_000_000)

    private func delay(after tries: Int, of subject: GuessDelay.Subject = .name("ann")) -> GuessDelay {
        var delay = GuessDelay()
        for _ in 0..<tries { delay.begin(subject, now: start) }
        return delay
    }

    @Test(arguments: [(0, nil), (4, nil), (5, 1), (6, 2), (7, 4), (10, 32), (11, 60), (40, 60)] as [(Int, Int?)])
    func `after five wrong ones each makes the next wait twice as long, up to a minute`(tries: Int, seconds: Int?) {
        let delay = delay(after: tries)
        #expect(delay.wait(for: .name("ann"), now: start) == seconds)
        #expect(delay.wait(for: .name("bob"), now: start) == nil)
        if let seconds {
            #expect(delay.wait(for: .name("ann"), now: start.adding(seconds: Int64(seconds) - 1)) == 1)
            #expect(delay.wait(for: .name("ann"), now: start.adding(seconds: Int64(seconds))) == nil)
        }
    }

    @Test func `the right password forgets all, and so does a quarter of an hour`() {
        var delay = delay(after: 9)
        #expect(delay.wait(for: .name("ann"), now: start.adding(seconds: 900)) == nil)
        delay.begin(.name("ann"), now: start.adding(seconds: 900))
        #expect(delay.wait(for: .name("ann"), now: start.adding(seconds: 900)) == nil)
        delay.succeeded(.name("ann"))
        #expect(delay.count == 0)
    }

    @Test func `a clock that went back a year does not make anybody wait for one`() {
        let delay = delay(after: 20)
        #expect(delay.wait(for: .name("ann"), now: start.adding(seconds: -31_536_000)) == nil)
    }

    @Test func `a try that nobody looked at is none`() {
        var delay = delay(after: 5)
        delay.takeBack(.name("ann"))
        #expect(delay.wait(for: .name("ann"), now: start) == nil)
        for _ in 0..<4 { delay.takeBack(.name("ann")) }
        #expect(delay.count == 0)
    }

    @Test func `a number that somebody typed is no account's`() {
        let delay = delay(after: 9, of: .name("7"))
        #expect(delay.wait(for: .account(7), now: start) == nil)
    }

    @Test func `names that nobody has do not fill the memory, and do not push out who was just tried`() {
        var delay = GuessDelay()
        for number in 0..<(3 * GuessDelay.namesMax) {
            delay.begin(.name("nobody\(number)"), now: start.adding(seconds: Int64(number / 1000)))
            if number % 100 == 0 { delay.begin(.name("ann"), now: start.adding(seconds: Int64(number / 1000))) }
        }
        #expect(delay.count <= GuessDelay.namesMax)
        #expect(delay.wait(for: .name("ann"), now: start.adding(seconds: 29)) != nil)
    }
}
