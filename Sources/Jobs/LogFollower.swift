/// Finds what is new in a text that grows at its end and may lose its beginning.
public struct LogFollower: Sendable {
    /// How much of the end is remembered, in bytes, to find the place again.
    private static let landmarkBytes = 512

    private var landmark: [UInt8] = []
    /// The length in bytes when it was last looked at.
    private var length = 0
    /// The last line, as far as it was there; it is told when it is whole.
    private var unfinished: [UInt8] = []

    public init() {}

    /// Takes the text as it is now.
    ///
    /// - Parameters:
    ///   - text: All of it, or its end.
    ///   - isLast: Whether it grows no more, so that a line without an end is one.
    /// - Returns: The lines that were not told before, without their ends.
    public mutating func lines(of text: String, isLast: Bool) -> [String] {
        let bytes = Array(text.utf8)
        let start = place(in: bytes)
        landmark = Array(bytes.suffix(Self.landmarkBytes))
        length = bytes.count
        var parts = (unfinished + bytes[start...]).split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        unfinished = isLast ? [] : Array(parts.removeLast())
        if isLast, parts.last?.isEmpty == true { parts.removeLast() }
        return parts.map { String(decoding: $0, as: UTF8.self) }
    }

    /// Where what is new begins: behind the landmark, which is usually where it was.
    private func place(in bytes: [UInt8]) -> Int {
        guard !landmark.isEmpty else { return 0 }
        if bytes.count >= length, bytes[..<length].suffix(landmark.count).elementsEqual(landmark) { return length }
        var end = bytes.count
        while end >= landmark.count {
            if bytes[(end - landmark.count)..<end].elementsEqual(landmark) { return end }
            end -= 1
        }
        return 0
    }
}
