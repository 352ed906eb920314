/// When the requests of many clients came: for each a queue of times, cut into pieces of one size.
///
/// All pieces lie in one array, and those that are free in a list, so that a client's queue costs what it holds.
struct HitLog: Sendable {
    /// How a client's queue is found; it is part of what is kept of the client.
    struct Queue: Sendable {
        fileprivate var first = HitLog.none
        fileprivate var last = HitLog.none
        /// Where in the first piece it begins.
        fileprivate var start: UInt8 = 0
        private(set) var count = 0

        fileprivate mutating func changeCount(by change: Int) { count += change }
    }

    fileprivate static let none = UInt32.max
    private static let pieceSize = 7

    private struct Piece: Sendable {
        var times = [7 of UInt32](repeating: 0)
        var next = HitLog.none
    }

    private var pieces: [Piece] = []
    private var free = HitLog.none

    /// How many bytes the pieces take.
    var byteCount: Int { pieces.count * MemoryLayout<Piece>.stride }

    mutating func append(_ time: UInt32, to queue: inout Queue) {
        let place = (Int(queue.start) + queue.count) % Self.pieceSize
        if place == 0 || queue.count == 0 {
            let piece = take()
            if queue.count == 0 {
                queue.first = piece
                queue.start = 0
            } else {
                pieces[Int(queue.last)].next = piece
            }
            queue.last = piece
        }
        pieces[Int(queue.last)].times[queue.count == 0 ? 0 : place] = time
        queue.changeCount(by: 1)
    }

    /// The oldest time; there must be one.
    func first(of queue: Queue) -> UInt32 {
        pieces[Int(queue.first)].times[Int(queue.start)]
    }

    mutating func removeFirst(of queue: inout Queue) {
        queue.changeCount(by: -1)
        queue.start += 1
        guard queue.count == 0 || Int(queue.start) == Self.pieceSize else { return }
        let next = pieces[Int(queue.first)].next
        give(queue.first)
        queue.first = next
        queue.start = 0
        if queue.count == 0 { queue.last = HitLog.none }
    }

    /// Takes one request back, the latest that came at this time.
    ///
    /// - Returns: Whether there was one.
    mutating func remove(_ time: UInt32, from queue: inout Queue) -> Bool {
        // The times behind it move up by one, so that none is lost and the order stays.
        var times: [UInt32] = []
        while queue.count > 0 {
            times.append(first(of: queue))
            removeFirst(of: &queue)
        }
        let found = times.lastIndex(of: time)
        if let found { times.remove(at: found) }
        for time in times { append(time, to: &queue) }
        return found != nil
    }

    mutating func removeAll(of queue: inout Queue) {
        while queue.count > 0 { removeFirst(of: &queue) }
    }

    private mutating func take() -> UInt32 {
        guard free != HitLog.none else {
            pieces.append(Piece())
            return UInt32(pieces.count - 1)
        }
        let piece = free
        free = pieces[Int(piece)].next
        pieces[Int(piece)].next = HitLog.none
        return piece
    }

    private mutating func give(_ piece: UInt32) {
        pieces[Int(piece)].next = free
        free = piece
    }
}
