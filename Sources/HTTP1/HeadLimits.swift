/// How large a request's head may be.
public struct HeadLimits: Equatable, Sendable {
    /// Bytes of a method's name; no registered one is longer than 17.
    static let method = 32

    /// Bytes of the whole head.
    public var bytes: Int
    /// Field lines.
    public var fields: Int
    /// Bytes of the request line's target.
    public var targetBytes: Int

    public init(bytes: Int = 32 * 1024, fields: Int = 100, targetBytes: Int = 16 * 1024) {
        self.bytes = bytes
        self.fields = fields
        self.targetBytes = targetBytes
    }
}
