/// What is wrong with a document, and where.
public struct TOMLError: Error, Equatable, CustomStringConvertible {
    /// Counted from 1.
    public let line: Int
    /// In characters, counted from 1.
    public let column: Int
    /// What is wrong, without a full stop.
    public let reason: String

    /// - Parameters:
    ///   - bytes: The document.
    ///   - offset: Where in it, in bytes.
    ///   - reason: What is wrong.
    init(in bytes: [UInt8], at offset: Int, _ reason: String) {
        let before = bytes[..<min(offset, bytes.count)]
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        line = before.count { $0 == UInt8(ascii: "\n") } + 1
        // The bytes that continue a character are none of their own.
        column = before[lineStart...].count { $0 & 0b1100_0000 != 0b1000_0000 } + 1
        self.reason = reason
    }

    public var description: String { "line \(line), column \(column): \(reason)" }
}
