import Testing

@testable import ControlTool

@Suite struct RestartBackoffTests {
    /// Each row: how long the program lived each time, and how long it then stayed down, in milliseconds.
    @Test(arguments: [
        (lives: [0], pauses: [100]),
        (lives: [0, 0, 0], pauses: [100, 200, 400]),
        (
            lives: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            pauses: [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000]
        ),
        (lives: [0, 0, 29_999, 0], pauses: [100, 200, 400, 800]),
        (lives: [0, 0, 30_000, 0], pauses: [100, 200, 100, 200]),
    ])
    func `the pause doubles to ten seconds, and thirty seconds of life forgive`(lives: [Int], pauses: [Int]) {
        var backoff = RestartBackoff()
        let seen = lives.map { backoff.pause(afterLifeOf: .milliseconds($0)) }
        #expect(seen == pauses.map { .milliseconds($0) })
    }
}
