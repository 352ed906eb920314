/// A secret, and who knew it.
///
/// It does not show itself: what is printed is only where it is from.
public struct Secret: Equatable, Sendable, CustomStringConvertible {
    public enum Source: String, Sendable {
        case environment, file, aws, vault
    }

    /// Never to be logged.
    public let value: String
    public let source: Source

    public init(value: String, source: Source) {
        self.value = value
        self.source = source
    }

    public var description: String { "a secret from \(source.rawValue)" }
}

/// The secrets that one place holds.
public typealias SecretValues = [SecretName: String]
