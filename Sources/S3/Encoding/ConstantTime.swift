/// Comparison whose duration says nothing about where two secrets differ.
public enum ConstantTime {
    /// Whether two byte strings are the same; only their lengths can be told from the time it takes.
    public static func equal(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for (one, other) in zip(left, right) { difference |= one ^ other }
        return difference == 0
    }
}
