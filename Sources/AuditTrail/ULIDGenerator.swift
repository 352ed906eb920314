/// Makes ids that grow: within one millisecond, and when the clock goes back, the last one plus one.
public struct ULIDGenerator: Sendable {
    private var last = ULID(bits: 0)

    public init() {}

    /// Makes the next id.
    ///
    /// - Parameters:
    ///   - milliseconds: Now, since 1970-01-01T00:00:00Z.
    ///   - randomBits: 80 random bits, used when the millisecond is a new one.
    /// - Returns: An id greater than all before it.
    public mutating func next(milliseconds: Int64, randomBits: UInt128) -> ULID {
        // Where 80 bits of ones are counted over, the sum carries into the milliseconds, and the order holds.
        last =
            milliseconds > last.milliseconds
            ? ULID(milliseconds: milliseconds, randomBits: randomBits) : ULID(bits: last.bits + 1)
        return last
    }
}
