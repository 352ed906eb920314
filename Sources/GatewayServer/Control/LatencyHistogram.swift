/// How long requests took: a histogram whose bounds double, from 16 µs to two minutes.
///
/// A bound that is a power of two is found by counting leading zeros. One thread writes.
struct LatencyHistogram: ~Copyable, Sendable {
    /// The first bucket holds what took less than 2 to the power of this, in microseconds.
    static let firstPower = 4
    /// The last bucket has no upper bound.
    static let bucketCount = 25

    private let buckets = InlineArray<25, Counter> { _ in Counter() }
    private let sum = Counter()

    /// The microseconds of all requests together.
    var sumMicroseconds: Int { sum.count }

    func record(microseconds: Int) {
        buckets[Self.bucket(of: microseconds)].bump()
        sum.bump(by: max(0, microseconds))
    }

    /// How many requests fell into one bucket, without those below it.
    func count(inBucket index: Int) -> Int { buckets[index].count }

    static func bucket(of microseconds: Int) -> Int {
        let width = Int.bitWidth - max(0, microseconds).leadingZeroBitCount
        return min(max(0, width - firstPower), bucketCount - 1)
    }

    /// The microseconds that everything in a bucket is below; nil for the last one.
    static func bound(ofBucket index: Int) -> Int? {
        index < bucketCount - 1 ? 1 << (firstPower + index) : nil
    }
}
