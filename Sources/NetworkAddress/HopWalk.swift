/// The walk through one header's hops, from the right, past those that are trusted.
///
/// Lines are handed in as they stand in the head. What a line further down says was added later, so it decides; only
/// when it names trusted hops alone does the walk go on in the lines above it, whose outcome is kept here.
struct HopWalk: Sendable {
    enum Outcome: Sendable, Equatable {
        case absent
        /// The first address that is no trusted hop.
        case client(IPAddress)
        /// Every hop is trusted: the first entry is the client, as the guide says.
        case hops(first: IPAddress)
        /// The walk came to an entry that names no address.
        case unreadable
    }

    private(set) var outcome = Outcome.absent

    /// Walks a line of addresses with commas between them.
    mutating func readList(_ line: Span<UInt8>, _ hops: TrustedHops) {
        var end = line.count
        var first: IPAddress?
        while true {
            var start = end
            while start > 0, line[start - 1] != UInt8(ascii: ",") { start -= 1 }
            guard let address = HopNode.address(Self.trimmed(line.extracting(start..<end)), .loose) else {
                outcome = .unreadable
                return
            }
            guard hops.trusts(address) else {
                outcome = .client(address)
                return
            }
            first = address
            guard start > 0 else { break }
            end = start - 1
        }
        if outcome == .absent, let first { outcome = .hops(first: first) }
    }

    /// Walks a `Forwarded` line.
    mutating func readForwarded(_ line: Span<UInt8>, _ hops: TrustedHops) {
        var elements = ForwardedElements(line)
        while let element = elements.next() {
            guard case .node(let node?) = element else {
                outcome = .unreadable
                continue
            }
            if !hops.trusts(node) {
                outcome = .client(node)
            } else if outcome == .absent {
                outcome = .hops(first: node)
            }
        }
    }

    /// Takes a header that has one address and comes once; a second line has to say the same.
    mutating func readSingle(_ line: Span<UInt8>, _ hops: TrustedHops) {
        guard let address = HopNode.address(Self.trimmed(line), .loose) else {
            outcome = .unreadable
            return
        }
        let said: Outcome = hops.trusts(address) ? .hops(first: address) : .client(address)
        outcome = outcome == .absent || outcome == said ? said : .unreadable
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    @_lifetime(copy text)
    private static func trimmed(_ text: Span<UInt8>) -> Span<UInt8> {
        var start = 0
        var end = text.count
        while start < end, isBlank(text[start]) { start += 1 }
        while end > start, isBlank(text[end - 1]) { end -= 1 }
        return text.extracting(start..<end)
    }
}
