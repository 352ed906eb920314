import Jobs
import Testing

@Suite struct QueueForecastTests {
    private func forecast(
        _ waiting: [QueueEntry], running: [Int64?: Int] = [:], slots: Int, own: Int = 20
    ) -> QueueForecast {
        var limits = QueueLimits()
        (limits.maxConcurrent, limits.userMaxConcurrent) = (slots, own)
        return QueueForecast(waiting, running: running, limits: limits, averageSeconds: ["H100": 600, "L40S": 100])
    }

    private func entry(_ id: String, _ user: Int64 = 1, _ priority: Int = 10, passes: Bool = false) -> QueueEntry {
        QueueEntry(
            jobID: id, userID: user, effectivePriority: priority, queuedAt: Timestamp(seconds: 0),
            passesUserLimit: passes)
    }

    /// Each row: how many run, how many may, and how long the third of those that wait waits, in seconds.
    @Test(arguments: [
        (running: 0, slots: 3, wait: 0.0), (0, 2, 300), (2, 2, 900), (1, 2, 600), (5, 5, 360), (1, 1, 1800), (0, 5, 0),
    ])
    func `slots come free evenly, and a job for which there is room begins at once`(
        running: Int, slots: Int, wait: Double
    ) {
        let forecast = forecast([entry("a"), entry("b"), entry("c")], running: [9: running], slots: slots)
        #expect(forecast.place(of: "c", hardware: "H100") == QueueForecast.Place(position: 3, waitSeconds: wait))
    }

    @Test func `a job waits as jobs on its own machine run, in whole seconds`() {
        let forecast = forecast([entry("a")], running: [9: 3], slots: 3)
        #expect(forecast.place(of: "a", hardware: "H100")?.waitSeconds == 200)
        #expect(forecast.place(of: "a", hardware: "L40S")?.waitSeconds == 33)
    }

    @Test func `who has enough running waits for the own jobs, unless the bound is not for them`() {
        let waiting = [entry("a"), entry("b"), entry("c", passes: true), entry("d", 2)]
        let forecast = forecast(waiting, running: [1: 2], slots: 10, own: 2)
        #expect(forecast.place(of: "a", hardware: "H100")?.waitSeconds == 300)
        #expect(forecast.place(of: "b", hardware: "H100")?.waitSeconds == 600)
        #expect(forecast.place(of: "c", hardware: "H100")?.waitSeconds == 0)
        #expect(forecast.place(of: "d", hardware: "H100") == QueueForecast.Place(position: 4, waitSeconds: 0))
    }

    @Test func `the higher priority stands before`() {
        let forecast = forecast([entry("a"), entry("b", 1, 20)], running: [9: 1], slots: 1)
        #expect(forecast.place(of: "b", hardware: "H100") == QueueForecast.Place(position: 1, waitSeconds: 600))
        #expect(forecast.place(of: "a", hardware: "H100") == QueueForecast.Place(position: 2, waitSeconds: 1200))
    }

    @Test func `nothing is told of what nobody knows`() {
        let forecast = forecast([entry("a")], running: [9: 1], slots: 1)
        #expect(forecast.place(of: "a", hardware: "8x H100") == QueueForecast.Place(position: 1, waitSeconds: nil))
        #expect(forecast.place(of: "a", hardware: nil) == QueueForecast.Place(position: 1, waitSeconds: nil))
        #expect(forecast.place(of: "b", hardware: "H100") == nil)
    }
}
