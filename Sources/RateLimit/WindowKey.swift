/// Whose requests are counted together: a client under one policy.
struct WindowKey: Hashable, Sendable {
    // Two halves: a 128-bit number would be aligned to 16 bytes.
    let high: UInt64
    let low: UInt64
    let policy: UInt32

    init(client: UInt128, policy: UInt32) {
        high = UInt64(truncatingIfNeeded: client >> 64)
        low = UInt64(truncatingIfNeeded: client)
        self.policy = policy
    }

    /// Mixes all bits with a secret, so that nobody can choose keys that meet in one place.
    ///
    /// Two rounds of a full multiplication whose halves are folded (the mixer of wyhash).
    func hash(seed: UInt64) -> UInt64 {
        let mixed = Self.fold(low ^ seed ^ 0xa076_1d64_78bd_642f, high ^ seed &* 0xe703_7ed1_a0b4_28db)
        return Self.fold(mixed ^ seed, UInt64(policy) ^ 0x8ebc_6af0_9c88_c6e3)
    }

    private static func fold(_ one: UInt64, _ other: UInt64) -> UInt64 {
        let product = one.multipliedFullWidth(by: other)
        return product.high ^ product.low
    }
}
