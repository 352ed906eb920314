import AuditTrail
import Testing

@testable import AuditChain

/// Five events, chained under one key.
struct ChainFixture {
    let chain = HashChain(key: Array(repeating: 7, count: 32))
    var entries: [ChainEntry]
    var head: ChainAnchor

    init() {
        head = chain.emptyHead
        entries = []
        for number in 1...5 { entries.append(chain.append(Self.event(number), to: &head)) }
    }

    static func event(_ number: Int) -> AuditEvent {
        var event = AuditEvent(id: ULID(bits: UInt128(number)), type: .rateLimited, at: Int64(number))
        (event.actor, event.actorName, event.targetType, event.target) = ("7", "ann", "endpoint", "/a")
        (event.client, event.method, event.endpoint, event.userAgent) = ("192.0.2.1", "GET", "/a", "curl")
        event.details = ["a": "b", "c": "d"]
        return event
    }

    func verdict(
        _ entries: [ChainEntry]? = nil, floor: ChainAnchor? = nil, head: ChainAnchor? = nil
    ) -> ChainVerifier.Verdict {
        var verifier = ChainVerifier(chain, floor: floor ?? chain.emptyFloor)
        for entry in entries ?? self.entries { verifier.check(entry) }
        return verifier.finish(head: head ?? self.head)
    }
}

@Suite struct HashChainTests {
    private let fixture = ChainFixture()

    @Test func `an untouched chain is whole`() {
        let verdict = fixture.verdict()
        #expect(verdict.isValid)
        #expect(verdict.checkedCount == 5 && verdict.firstSequence == 1 && verdict.lastSequence == 5)
        let empty = fixture.verdict([], head: fixture.chain.emptyHead)
        #expect(empty.isValid && empty.checkedCount == 0 && empty.lastSequence == nil)
    }

    @Test func `events chained together are chained as one by one`() {
        var head = fixture.chain.emptyHead
        let entries = fixture.chain.append((1...5).map(ChainFixture.event), to: &head)
        #expect(entries == fixture.entries)
        #expect(head == fixture.head)
        #expect(fixture.chain.append([], to: &head).isEmpty)
        #expect(head == fixture.head)
    }

    /// The form of what is hashed is a promise to every database that exists; these were computed by another program.
    @Test func `the encoding is what it always was`() {
        #expect(
            fixture.entries[0].hash.description
                == "83c36389c08daddd29d0196e52dcae758d82c85f0a0e66f71896f92b5e924ca5")
        #expect(
            fixture.head.signature.description
                == "6694aab6856372a20ec01911048fa441015892ac34f857abfe59ecbce1ff7c64")
    }

    @Test func `absent fields are encoded as always, and otherwise than empty ones`() {
        var event = AuditEvent(id: ULID(bits: 9), type: .webhookRejected, at: 9)
        event.endpoint = ""
        var head = fixture.chain.emptyHead
        #expect(
            fixture.chain.append(event, to: &head).hash.description
                == "9a0e16da847c333943204bec7b1fa97a7ae639368cf59b84d25fa1cb791a3ea1")
    }

    @Test func `an entry of a fork is no entry of the chain, although the key made it`() {
        var head = fixture.chain.emptyHead
        let fork = fixture.chain.append([1, 2, 33, 4, 5].map(ChainFixture.event), to: &head)
        let verdict = fixture.verdict(Array(fixture.entries[..<3]) + Array(fork[3...]), head: head)
        #expect(verdict.firstBreak?.sequence == 4 && verdict.firstBreak?.flaw == .unlinked)
        #expect(verdict.firstBreak?.expectedHash == fixture.entries[2].hash)
    }

    static let mutations: [(name: String, change: @Sendable (inout ChainEntry) -> Void)] = [
        ("hash", { $0.hash = .genesis }),
        ("previous hash", { $0.previousHash = .genesis }),
        ("id", { $0.event.id = ULID(bits: $0.event.id.bits ^ 1 << 100) }),
        ("low half of the id", { $0.event.id = ULID(bits: $0.event.id.bits ^ 8) }),
        ("time", { $0.event.milliseconds += 1 }),
        ("type", { $0.event.type = .webhookRejected }),
        ("actor", { $0.event.actor = "8" }),
        ("actor's absence", { $0.event.actor = nil }),
        ("actor's emptiness", { $0.event.actor = "" }),
        ("actor's name", { $0.event.actorName = "bob" }),
        ("target's type", { $0.event.targetType = "job" }),
        ("target", { $0.event.target = "/b" }),
        ("client", { $0.event.client = "192.0.2.2" }),
        ("method", { $0.event.method = "PUT" }),
        ("endpoint", { $0.event.endpoint = "/b" }),
        ("user agent", { $0.event.userAgent = nil }),
        ("a detail's value", { $0.event.details["a"] = "c" }),
        ("a detail's name", { $0.event.details = ["b": "b", "c": "d"] }),
        ("a detail less", { $0.event.details = ["a": "b"] }),
        ("a detail more", { $0.event.details["e"] = "" }),
        ("details that run together", { $0.event.details = ["a": "bc", "": "d"] }),
        ("count", { $0.event.count = 2 }),
        ("a field that moved to the next", { ($0.event.actor, $0.event.actorName) = ("7a", "nn") }),
        ("fields swapped", { ($0.event.target, $0.event.client) = ($0.event.client, $0.event.target) }),
        ("absence swapped", { ($0.event.actor, $0.event.actorName) = (nil, "7ann") }),
        ("letters that look alike", { $0.event.actorName = "a\u{0301}nn" }),
    ]

    @Test(arguments: mutations.indices, 0..<5)
    func `weakness 61: no field of an entry can be changed`(mutation: Int, index: Int) {
        let (name, change) = Self.mutations[mutation]
        var entries = fixture.entries
        change(&entries[index])
        // The first entry follows the genesis value already.
        if entries == fixture.entries { return }
        let verdict = fixture.verdict(entries)
        #expect(verdict.firstBreak?.sequence == Int64(index + 1), "\(name)")
        #expect(verdict.firstBreak?.flaw == .altered)
        #expect(verdict.checkedCount == 5)
    }

    @Test func `who lacks the key cannot chain again what he changed`() {
        let other = HashChain(key: Array(repeating: 8, count: 32))
        var head = other.emptyHead
        let forged = (1...5).map { other.append(ChainFixture.event($0 + 10), to: &head) }
        let verdict = fixture.verdict(forged, head: head)
        #expect(verdict.firstBreak?.sequence == 1 && verdict.firstBreak?.flaw == .altered)
    }

    /// Each row: which entries are left, in which order, and the first break.
    @Test(
        arguments: [
            ([1, 2, 3, 4], 5, .tailCut), ([1], 2, .tailCut), ([], 1, .tailCut),
            ([1, 2, 4, 5], 3, .missing), ([2, 3, 4, 5], 1, .missing), ([1, 5], 2, .missing),
            ([1, 2, 2, 3, 4, 5], 2, .disordered), ([1, 3, 2, 4, 5], 2, .missing),
        ] as [([Int], Int64, ChainVerifier.Flaw)])
    func `entries can be neither removed, repeated nor moved`(
        left: [Int], sequence: Int64, flaw: ChainVerifier.Flaw
    ) {
        let verdict = fixture.verdict(left.map { fixture.entries[$0 - 1] })
        #expect(verdict.firstBreak?.sequence == sequence)
        #expect(verdict.firstBreak?.flaw == flaw)
    }

    @Test func `renumbering does not close a gap`() {
        var entries = fixture.entries
        entries.remove(at: 2)
        for index in 2..<4 { entries[index].sequence -= 1 }
        #expect(fixture.verdict(entries).firstBreak?.sequence == 3)
        entries[2].previousHash = entries[1].hash
        #expect(fixture.verdict(entries).firstBreak?.sequence == 3)
    }

    @Test func `a break says which hash was expected`() {
        var entries = fixture.entries
        entries[2].event.count = 9
        let found = fixture.verdict(entries).firstBreak
        #expect(found?.actualHash == fixture.entries[2].hash)
        #expect(found?.expectedHash == fixture.chain.hash(of: entries[2]))
    }
}

@Suite struct ChainHashTests {
    @Test func `the text form is read back, and nothing else`() {
        let hash = ChainFixture().head.hash
        #expect(ChainHash(hex: hash.description) == hash)
        #expect(ChainHash(hex: hash.description.uppercased()) == nil)
        #expect(ChainHash(hex: hash.description.dropLast()) == nil)
        #expect(ChainHash(hex: hash.description.dropLast() + "g") == nil)
    }
}
