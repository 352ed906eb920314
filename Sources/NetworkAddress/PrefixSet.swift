/// A set of networks, made once and asked for each request.
///
/// Overlapping and adjacent networks are melted into disjoint ranges, sorted by their first address, so that a look-up
/// is one binary search: 14 steps at 10,000 ranges, and no allocation.
public struct PrefixSet: Sendable {
    private let v4: SortedRanges<UInt32>
    private let v6: SortedRanges<UInt128>

    public init(_ blocks: some Sequence<CIDRBlock>) {
        var narrow: [ClosedRange<UInt32>] = []
        var wide: [ClosedRange<UInt128>] = []
        for block in blocks {
            let range = block.bitRange
            switch block.network.family {
            case .v4: narrow.append(UInt32(range.lowerBound)...UInt32(range.upperBound))
            case .v6: wide.append(range)
            }
        }
        v4 = SortedRanges(narrow)
        v6 = SortedRanges(wide)
    }

    /// Reads the networks from text.
    ///
    /// - Parameter texts: Each an address, or one with the length of its prefix.
    /// - Throws: The first entry that is neither.
    public init(_ texts: some Sequence<String>) throws(NetworkListError) {
        var blocks: [CIDRBlock] = []
        for (index, text) in texts.enumerated() {
            guard let block = CIDRBlock(text) else { throw NetworkListError(text, at: index) }
            blocks.append(block)
        }
        self.init(blocks)
    }

    public var isEmpty: Bool { v4.isEmpty && v6.isEmpty }

    /// How many disjoint ranges there are.
    public var rangeCount: Int { v4.count + v6.count }

    public func contains(_ address: IPAddress) -> Bool {
        switch address.family {
        case .v4: v4.contains(UInt32(truncatingIfNeeded: address.bits))
        case .v6: v6.contains(address.bits)
        }
    }
}

/// Disjoint ranges by their first number; the ends lie apart, because a search needs only the first.
private struct SortedRanges<Number: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
    private var starts: [Number] = []
    private var ends: [Number] = []

    init(_ ranges: [ClosedRange<Number>]) {
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            // The subtraction cannot wrap: the end is no less than the start of a range that begins no later.
            if let end = ends.last, range.lowerBound <= end || range.lowerBound - end == 1 {
                ends[ends.count - 1] = max(end, range.upperBound)
            } else {
                starts.append(range.lowerBound)
                ends.append(range.upperBound)
            }
        }
    }

    var isEmpty: Bool { starts.isEmpty }
    var count: Int { starts.count }

    func contains(_ number: Number) -> Bool {
        let starts = starts.span
        // The first range that begins beyond the number.
        var low = 0
        var high = starts.count
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= number { low = middle + 1 } else { high = middle }
        }
        return low > 0 && number <= ends[low - 1]
    }
}
