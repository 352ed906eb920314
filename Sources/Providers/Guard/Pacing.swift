public import Jobs

/// Time and chance, for what waits and repeats; a test gives its own.
public struct Pacing: Sendable {
    /// Time since some moment, which no change of the machine's clock moves.
    public let now: @Sendable () -> Duration
    /// The machine's clock, for what people read and for dates that others send.
    public let clock: @Sendable () -> Timestamp
    /// Waits; false when the waiting was cut short because nobody waits any more.
    public let sleep: @Sendable (Duration) async -> Bool
    /// A number from 0 to 1, each as likely as any other.
    public let chance: @Sendable () -> Double

    public init(
        now: @escaping @Sendable () -> Duration, clock: @escaping @Sendable () -> Timestamp,
        sleep: @escaping @Sendable (Duration) async -> Bool, chance: @escaping @Sendable () -> Double
    ) {
        self.now = now
        self.clock = clock
        self.sleep = sleep
        self.chance = chance
    }

    /// The machine's.
    public static func system(clock: @escaping @Sendable () -> Timestamp) -> Pacing {
        let start = ContinuousClock.now
        return Pacing(
            now: { ContinuousClock.now - start }, clock: clock,
            sleep: { (try? await Task.sleep(for: $0)) != nil }, chance: { Double.random(in: 0...1) })
    }
}
