/// The fields that a client may refer to by number (RFC 7541, section 2.3.2).
///
/// It owns nothing until the first field comes. Bytes and entries lie in the order of their arrival; what is evicted
/// stays in front of them until the room is needed, so that to move what lives is rare.
struct DynamicTable: Sendable {
    private(set) var bytes: [UInt8] = []
    private var lines: [FieldLine] = []
    /// The oldest entry that is not evicted.
    private var oldest = 0
    /// The entries' size as the protocol counts it.
    private(set) var size = 0
    private(set) var maximum: Int
    /// Bytes and evicted entries never grow beyond this.
    private let capacity: Int

    init(maximum: Int) {
        self.maximum = maximum
        capacity = maximum
    }

    var count: Int { lines.count - oldest }

    /// An entry, counted from the newest one.
    subscript(index: Int) -> FieldLine { lines[lines.count - 1 - index] }

    mutating func resize(to maximum: Int) {
        precondition(maximum <= capacity, "a table is made larger than it may be")
        self.maximum = maximum
        evict(downTo: maximum)
    }

    /// Adds a field; one that is larger than the table empties it (RFC 7541, section 4.4).
    mutating func insert(_ line: FieldLine, from source: [UInt8]) {
        let added = line.tableSize
        evict(downTo: maximum - added)
        guard added <= maximum else { return }
        let length = line.end - line.start
        if bytes.count + length > capacity || lines.count == capacity / 32 { compact() }
        lines.append(line.moved(to: bytes.count))
        bytes.append(contentsOf: source[line.start..<line.end])
        size += added
    }

    private mutating func evict(downTo target: Int) {
        while size > max(target, 0) {
            size -= lines[oldest].tableSize
            oldest += 1
        }
        guard oldest == lines.count, oldest > 0 else { return }
        lines.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
        oldest = 0
    }

    private mutating func compact() {
        guard oldest > 0 else { return }
        let start = lines[oldest].start
        lines.removeSubrange(..<oldest)
        bytes.removeSubrange(..<start)
        oldest = 0
        for index in lines.indices { lines[index].start -= start }
    }
}
