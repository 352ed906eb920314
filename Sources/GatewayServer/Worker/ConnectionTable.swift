/// A worker's connections by their token.
///
/// A token is a slot and the count of its uses, so that news of a connection that is gone never reaches the one that
/// has its slot now.
struct ConnectionTable<Connection: AnyObject> {
    private struct Slot {
        var uses: UInt32 = 0
        var connection: Connection?
    }

    private var slots: [Slot] = []
    private var free: [Int] = []
    private let kind: UInt64
    /// Where the last search ended.
    private var cursor = 0
    /// How many slots there may be.
    let capacity: Int

    /// - Parameters:
    ///   - kind: The token's highest four bits, which tell tables apart.
    ///   - capacity: How many connections there may be at once.
    init(kind: UInt64, capacity: Int) {
        precondition(kind < 16, "the kind of a token has four bits")
        self.kind = kind << 60
        self.capacity = capacity
    }

    var count: Int { slots.count - free.count }
    var isFull: Bool { count >= capacity }

    /// Takes a slot for the connection that `make` returns for its token.
    mutating func insert(_ make: (UInt64) -> Connection) -> Connection {
        precondition(!isFull, "a connection was made that the table has no room for")
        let index: Int
        if let last = free.popLast() {
            index = last
        } else {
            index = slots.count
            slots.append(Slot())
        }
        slots[index].uses = (slots[index].uses + 1) & 0x0fff_ffff
        let connection = make(kind | UInt64(slots[index].uses) << 32 | UInt64(index))
        slots[index].connection = connection
        return connection
    }

    /// The connection with this token; nil when it is gone.
    func find(_ token: UInt64) -> Connection? {
        let index = Int(token & 0xffff_ffff)
        guard index < slots.count, slots[index].uses == UInt32(token >> 32) & 0x0fff_ffff else { return nil }
        return slots[index].connection
    }

    mutating func remove(_ token: UInt64) {
        guard find(token) != nil else { return }
        let index = Int(token & 0xffff_ffff)
        slots[index].connection = nil
        free.append(index)
    }

    /// The next connection that fits, looked for among a few from where the last search ended.
    mutating func next(_ count: Int, where fits: (Connection) -> Bool) -> Connection? {
        for _ in 0..<min(count, slots.count) {
            cursor = (cursor + 1) % slots.count
            if let connection = slots[cursor].connection, fits(connection) { return connection }
        }
        return nil
    }

    /// All connections at this moment.
    var all: [Connection] { slots.compactMap(\.connection) }

    static func kind(of token: UInt64) -> UInt64 { token >> 60 }
}
