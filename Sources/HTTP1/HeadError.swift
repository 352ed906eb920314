/// Why a head is refused: the status that says so, and one sentence for the client.
public struct HeadError: Error, Equatable, Sendable {
    public let status: Int
    public let detail: String
    /// The limit that the head exceeds, if that is why.
    public let excess: Excess?

    /// The limits of a head, see ``HeadLimits``.
    public enum Excess: Sendable { case bytes, fields, target }

    init(_ status: Int, _ detail: String, excess: Excess? = nil) {
        self.status = status
        self.detail = detail
        self.excess = excess
    }

    static func malformed(_ detail: String) -> HeadError { HeadError(400, detail) }
}
