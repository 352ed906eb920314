import AuditTrail
import Testing

@testable import AuditChain

@Suite struct ChainAnchorTests {
    private let fixture = ChainFixture()

    @Test func `the head that was stored last is the only one that fits`() {
        var older = fixture.chain.emptyHead
        for number in 1...4 { _ = fixture.chain.append(ChainFixture.event(number), to: &older) }
        let verdict = fixture.verdict(head: older)
        #expect(verdict.firstBreak?.sequence == 5 && verdict.firstBreak?.flaw == .beyondHead)
        #expect(fixture.verdict(head: fixture.chain.emptyHead).firstBreak?.flaw == .beyondHead)
    }

    @Test func `an anchor cannot be made, moved or used for the other without the key`() {
        let (chain, head) = (fixture.chain, fixture.head)
        let stranger = HashChain(key: Array(repeating: 8, count: 32))
        var strangersHead = stranger.emptyHead
        for number in 1...5 { _ = stranger.append(ChainFixture.event(number), to: &strangersHead) }
        let floor = chain.floor(removingThrough: fixture.entries[4])
        let forged = [
            strangersHead,
            ChainAnchor(role: .head, sequence: 4, hash: fixture.entries[3].hash, signature: head.signature),
            ChainAnchor(role: .head, sequence: 5, hash: fixture.entries[3].hash, signature: head.signature),
            ChainAnchor(role: .head, sequence: 5, hash: head.hash, signature: .genesis),
            ChainAnchor(role: .head, sequence: 5, hash: head.hash, signature: floor.signature),
        ]
        #expect(chain.isSigned(head) && chain.isSigned(floor))
        for anchor in forged {
            #expect(!chain.isSigned(anchor))
            #expect(fixture.verdict(head: anchor).firstBreak?.flaw == .headForged)
        }
    }

    @Test func `a head over another last entry differs`() {
        var head = fixture.chain.emptyHead
        for number in 1...4 { _ = fixture.chain.append(ChainFixture.event(number), to: &head) }
        _ = fixture.chain.append(ChainFixture.event(50), to: &head)
        let found = fixture.verdict(head: head).firstBreak
        #expect(found?.flaw == .headDiffers && found?.sequence == 5)
    }

    @Test(arguments: 1...5)
    func `what retention leaves still verifies, and grows on`(removed: Int) {
        let floor = fixture.chain.floor(removingThrough: fixture.entries[removed - 1])
        var (rest, head) = (Array(fixture.entries[removed...]), fixture.head)
        #expect(fixture.verdict(rest, floor: floor).isValid)
        rest.append(fixture.chain.append(ChainFixture.event(6), to: &head))
        let verdict = fixture.verdict(rest, floor: floor, head: head)
        #expect(verdict.isValid)
        #expect(verdict.firstSequence == Int64(removed + 1) && verdict.lastSequence == 6)
    }

    @Test func `retention hides no removal of its own`() {
        let floor = fixture.chain.floor(removingThrough: fixture.entries[1])
        let tooFew = fixture.verdict(Array(fixture.entries[3...]), floor: floor)
        #expect(tooFew.firstBreak?.sequence == 3 && tooFew.firstBreak?.flaw == .missing)
        let tooMany = fixture.verdict(Array(fixture.entries[1...]), floor: floor)
        #expect(tooMany.firstBreak?.sequence == 2 && tooMany.firstBreak?.flaw == .disordered)
        let withoutFloor = fixture.verdict(Array(fixture.entries[2...]))
        #expect(withoutFloor.firstBreak?.sequence == 1 && withoutFloor.firstBreak?.flaw == .missing)
    }

    @Test func `a forged floor is found`() {
        let forged = ChainAnchor(
            role: .floor, sequence: 2, hash: fixture.entries[1].hash, signature: fixture.head.signature)
        let verdict = fixture.verdict(Array(fixture.entries[2...]), floor: forged)
        #expect(verdict.firstBreak?.flaw == .floorForged)
    }

    /// Each row: the part of the chain that is walked.
    @Test(arguments: [1...5, 2...4, 3...3, 5...5])
    func `a part verifies by itself`(part: ClosedRange<Int>) {
        var verifier = ChainVerifier(partOf: fixture.chain)
        for entry in fixture.entries[(part.lowerBound - 1)..<part.upperBound] { verifier.check(entry) }
        let verdict = verifier.finish(head: part.upperBound == 5 ? fixture.head : nil)
        #expect(verdict.isValid && verdict.checkedCount == part.count)
    }

    @Test func `a part whose link backwards was changed is broken`() {
        var entry = fixture.entries[2]
        entry.previousHash = .genesis
        var verifier = ChainVerifier(partOf: fixture.chain)
        verifier.check(entry)
        #expect(verifier.finish(head: nil).firstBreak?.sequence == 3)
    }
}
