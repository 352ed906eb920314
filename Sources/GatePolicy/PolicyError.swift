/// An entry of a policy that has no meaning.
public struct PolicyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where it is, as in `providers.replicate.webhook_allowed_ips[3]`.
    public let path: String
    /// The entry as it was written, cut to 64 characters.
    public let entry: String
    /// What is wrong with it, as a whole sentence.
    public let sentence: String

    init(_ path: String, _ entry: some StringProtocol, _ sentence: String) {
        self.path = path
        self.entry = String(entry.prefix(64))
        self.sentence = sentence
    }

    public var description: String { "\(path): \(sentence)" }
}
