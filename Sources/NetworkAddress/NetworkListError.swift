/// An entry of a list of networks that is none.
public struct NetworkListError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Flaw: Sendable {
        case notANetwork
        /// `none` beside other entries.
        case noneIsNotAlone
    }

    /// The entry as it was written, cut to 64 characters.
    public let entry: String
    /// Where it stands in the list, from 0.
    public let index: Int
    public let flaw: Flaw

    init(_ entry: some StringProtocol, at index: Int, _ flaw: Flaw = .notANetwork) {
        self.entry = String(entry.prefix(64))
        self.index = index
        self.flaw = flaw
    }

    public var description: String {
        switch flaw {
        case .notANetwork: "\"\(entry)\" is no IP address and no network such as 10.0.0.0/8 or 2001:db8::/32."
        case .noneIsNotAlone: "\"none\" trusts nobody, so it stands alone."
        }
    }
}
