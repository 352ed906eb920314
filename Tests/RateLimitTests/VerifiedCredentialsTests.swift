import RateLimit
import Testing

@Suite struct VerifiedCredentialsTests {
    @Test func `a credential is known for its time, from when it was last verified`() {
        let known = VerifiedCredentials(capacity: 64, lifetimeSeconds: 300)
        #expect(!known.contains(7, now: 0))
        known.remember(7, now: 0)
        #expect(known.contains(7, now: 299_999))
        #expect(!known.contains(7, now: 300_000))
        known.remember(7, now: 200_000)
        #expect(known.contains(7, now: 499_999))
        #expect(!known.contains(7 | 1 << 64, now: 200_000))
        known.forget(7)
        #expect(!known.contains(7, now: 200_000))
    }

    @Test func `weakness 19: no hash is known that nobody verified`() {
        let known = VerifiedCredentials()
        #expect(!known.contains(0, now: 0))
        #expect(!known.contains(0, now: .min))
        known.forget(0)
        #expect(!known.contains(0, now: 0))
    }

    @Test func `where it is full the one that ends first leaves`() {
        let known = VerifiedCredentials(capacity: 8, lifetimeSeconds: 300)
        for hash in UInt128(1)...8 { known.remember(hash, now: Int64(hash)) }
        known.remember(1, now: 20)
        known.remember(9, now: 21)
        let left = (UInt128(1)...9).filter { known.contains($0, now: 22) }
        #expect(left == [1, 3, 4, 5, 6, 7, 8, 9])
    }
}
