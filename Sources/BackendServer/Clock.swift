import FoundationEssentials
import Jobs

/// Tells the time; a test gives its own.
typealias Clock = @Sendable () -> Timestamp

extension Timestamp {
    /// The machine's time.
    static func now() -> Timestamp {
        Timestamp(microseconds: Int64((Date().timeIntervalSince1970 * 1_000_000).rounded(.down)))
    }
}
