/// Which version of the gateway's policy it is, and of what.
public struct PolicyStamp: Equatable, Sendable {
    public let version: Int
    /// Differs between policies that differ in more than their version.
    public let fingerprint: String

    public init(version: Int, fingerprint: String) {
        self.version = version
        self.fingerprint = fingerprint
    }

    /// The stamp of a policy that comes after others.
    ///
    /// - Parameters:
    ///   - fingerprint: The policy's.
    ///   - known: Those that were made before, in no order.
    /// - Returns: The highest version that is known, if it is of the same policy everywhere, else the one above it.
    static func next(_ fingerprint: String, after known: [PolicyStamp]) -> PolicyStamp {
        let highest = known.map(\.version).max() ?? 0
        let isKnown = highest > 0 && known.allSatisfy { $0.version < highest || $0.fingerprint == fingerprint }
        return PolicyStamp(version: isKnown ? highest : highest + 1, fingerprint: fingerprint)
    }
}
