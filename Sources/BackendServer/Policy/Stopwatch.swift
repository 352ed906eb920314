/// Measures and passes time; a test gives its own.
struct Stopwatch: Sendable {
    /// Time since some moment.
    let now: @Sendable () -> Duration
    /// Waits; false when the waiting was cut short because nobody waits any more.
    let sleep: @Sendable (Duration) async -> Bool

    /// The machine's.
    static var system: Stopwatch {
        let start = ContinuousClock.now
        return Stopwatch(
            now: { ContinuousClock.now - start },
            sleep: { duration in (try? await Task.sleep(for: duration)) != nil })
    }
}
