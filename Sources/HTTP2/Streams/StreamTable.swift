/// The streams of a connection that are not released, each in a slot.
///
/// Grown as slots are needed and never beyond the limit. There are few of them, so a number is found by looking.
struct StreamTable: Sendable {
    /// By slot; 0 where it is free.
    private var ids: [UInt32] = []
    var records: [StreamRecord] = []
    private(set) var count = 0
    private let limit: Int
    /// Where the last stream was found: mostly the next one is the same.
    private var recent = 0

    init(limit: Int) {
        self.limit = limit
    }

    var isFull: Bool { count == limit }
    var slots: Range<Int> { ids.indices }

    /// The slot of a stream that is alive.
    mutating func find(_ id: UInt32) -> Int? {
        if recent < ids.count, ids[recent] == id { return records[recent].isAlive ? recent : nil }
        guard let slot = ids.firstIndex(of: id) else { return nil }
        recent = slot
        return records[slot].isAlive ? slot : nil
    }

    func isUsed(_ slot: Int) -> Bool { ids[slot] != 0 }

    func isHeld(_ stream: StreamHandle) -> Bool {
        stream.slot < ids.count && ids[stream.slot] == stream.id
    }

    func isAlive(_ stream: StreamHandle) -> Bool { isHeld(stream) && records[stream.slot].isAlive }

    func handle(_ slot: Int) -> StreamHandle { StreamHandle(id: ids[slot], slot: slot) }

    mutating func add(_ id: UInt32, _ record: StreamRecord) -> StreamHandle {
        precondition(!isFull, "a stream is opened beyond the limit")
        count += 1
        let slot = count > ids.count ? ids.count : ids.firstIndex(of: 0) ?? ids.count
        if slot == ids.count {
            ids.append(id)
            records.append(record)
        } else {
            ids[slot] = id
            records[slot] = record
        }
        recent = slot
        return StreamHandle(id: id, slot: slot)
    }

    mutating func remove(_ slot: Int) {
        ids[slot] = 0
        count -= 1
    }
}
