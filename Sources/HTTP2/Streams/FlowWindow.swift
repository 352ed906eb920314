/// What a client may still send, on one stream or on all of them (RFC 9113, section 5.2).
struct FlowWindow: Sendable {
    /// No window may grow beyond this (RFC 9113, section 6.9.1).
    static var largest: Int { 0x7fff_ffff }

    private let size: Int
    private(set) var available: Int
    /// Used up and given back, but not told to the client yet.
    private var credit = 0

    /// - Parameters:
    ///   - size: What the window is when everything has been consumed.
    ///   - available: What the client knows of it.
    init(size: Int, available: Int) {
        self.size = size
        self.available = available
        credit = 0
    }

    mutating func charge(_ count: Int) {
        available -= count
    }

    /// Gives back what was charged.
    ///
    /// - Returns: The increment to tell the client, once it is half the window: fewer would cost more frames than they
    ///   help, and later would make the client wait.
    mutating func giveBack(_ count: Int) -> Int? {
        credit += count
        guard credit > 0, credit >= size / 2 else { return nil }
        let increment = credit
        available += increment
        credit = 0
        return increment
    }
}
