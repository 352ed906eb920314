/// Bytes that a socket did not take yet, in order.
///
/// Owns memory only while it is not empty.
public struct ByteQueue: Sendable {
    private var storage: [UInt8] = []
    private var start = 0

    public init() {}

    public var count: Int { storage.count - start }
    public var isEmpty: Bool { start == storage.count }

    public var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        get { storage.span.extracting(start..<storage.count) }
    }

    public mutating func append(_ bytes: Span<UInt8>) {
        // The buffer pointer is used within the call only.
        unsafe bytes.withUnsafeBufferPointer { unsafe storage.append(contentsOf: $0) }
    }

    public mutating func removeFirst(_ count: Int) {
        start += count
        precondition(start <= storage.count, "more bytes were taken from a queue than it held")
        if start == storage.count { removeAll() }
    }

    /// Empties the queue and, unless more is about to come, gives its memory back.
    public mutating func removeAll(keepingCapacity: Bool = false) {
        if keepingCapacity { storage.removeAll(keepingCapacity: true) } else { storage = [] }
        start = 0
    }
}
