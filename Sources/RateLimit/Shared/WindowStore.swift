/// Where the counts of a ``SharedLimiter`` are kept: in this process, or where others see them too.
///
/// A store has its own clock, because the clocks of those who share it differ. An error is the world's: the store cannot
/// be reached.
public protocol WindowStore: Sendable {
    /// Counts a request under a key if its quota allows it; one that is refused costs nothing.
    ///
    /// Two requests at the same time are decided one after the other, wherever they come from.
    func decide(_ key: String, _ quota: Quota) async throws -> RateDecision

    /// What `decide` would say, without counting.
    func usage(_ key: String, _ quota: Quota) async throws -> RateDecision

    /// Forgets what is counted under a key.
    func reset(_ key: String) async throws
}
