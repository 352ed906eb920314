import Jobs
import Testing

@Suite struct LogFollowerTests {
    @Test func `a line is told once, and when it is whole`() {
        var follower = LogFollower()
        #expect(follower.lines(of: "", isLast: false) == [])
        #expect(follower.lines(of: "one\ntw", isLast: false) == ["one"])
        #expect(follower.lines(of: "one\ntwo\n", isLast: false) == ["two"])
        #expect(follower.lines(of: "one\ntwo\n", isLast: false) == [])
        #expect(follower.lines(of: "one\ntwo\n\nend", isLast: true) == ["", "end"])
        #expect(follower.lines(of: "one\ntwo\n\nend", isLast: true) == [])
    }

    @Test func `a text that loses its beginning is followed all the same`() {
        var follower = LogFollower()
        let lines = (0..<2000).map { "line \($0)" }
        var told: [String] = []
        for end in stride(from: 100, through: 2000, by: 100) {
            let tail = lines[max(0, end - 300)..<end].map { $0 + "\n" }.joined()
            told += follower.lines(of: tail, isLast: end == 2000)
        }
        #expect(told == lines)
    }

    /// Each row: what was printed, and what it tells.
    @Test(
        arguments: [
            ("", nil, nil, nil), ("\n \r\n", nil, nil, nil),
            ("Preprocessing 3%\r\n", "Preprocessing", "Preprocessing 3%", 3),
            ("train\n 12%| 3/25\rnow 13%| 4/25", "Training", "now 13%| 4/25", 13), ("900%", nil, "900%", nil),
        ] as [(String, String?, String?, Double?)])
    func `progress is read from the end`(logs: String, stage: String?, last: String?, percent: Double?) {
        let progress = LogProgress(logs: logs)
        #expect(progress.stage == stage)
        #expect(progress.lastLine == last)
        #expect(progress.percent == percent)
    }
}
