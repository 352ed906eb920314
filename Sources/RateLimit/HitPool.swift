/// The times of many windows' requests, in pieces of one size: a window costs what it holds.
///
/// A piece is 32 bytes: the number of the next one, then seven times. Its memory is reserved at once, so that nothing
/// grows later, but the system hands it out only as it is first used.
struct HitPool: Sendable {
    static let none = UInt32.max
    static let pieceTimes = 7
    private static let pieceWords = 8

    let pieceMax: Int
    private var words: [UInt32] = []
    private var free = HitPool.none
    private var freeCount = 0

    init(pieceMax: Int) {
        precondition(pieceMax > 0 && pieceMax < Int(UInt32.max) / Self.pieceWords, "pieces are numbered by 32 bits")
        self.pieceMax = pieceMax
        words.reserveCapacity(pieceMax * Self.pieceWords)
    }

    var isFull: Bool { freeCount == 0 && words.count == pieceMax * Self.pieceWords }
    var usedCount: Int { words.count / Self.pieceWords - freeCount }
    var reservedBytes: Int { words.capacity * MemoryLayout<UInt32>.stride }

    subscript(piece: UInt32, place: Int) -> UInt32 {
        get { words[Int(piece) * Self.pieceWords + 1 + place] }
        set { words[Int(piece) * Self.pieceWords + 1 + place] = newValue }
    }

    func next(_ piece: UInt32) -> UInt32 { words[Int(piece) * Self.pieceWords] }

    mutating func setNext(_ piece: UInt32, _ next: UInt32) { words[Int(piece) * Self.pieceWords] = next }

    /// A piece that nobody uses, without one behind it.
    mutating func take() -> UInt32 {
        guard free == Self.none else {
            let piece = free
            free = next(piece)
            freeCount -= 1
            setNext(piece, Self.none)
            return piece
        }
        precondition(!isFull, "the pool is full: whoever adds to it makes room first")
        let piece = UInt32(words.count / Self.pieceWords)
        words.append(Self.none)
        for _ in 0..<Self.pieceTimes { words.append(0) }
        return piece
    }

    mutating func give(_ piece: UInt32) {
        setNext(piece, free)
        free = piece
        freeCount += 1
    }
}
