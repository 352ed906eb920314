import Testing

@testable import GatewayServer
@testable import Spool

@Suite struct ToldLossesTests {
    @Test func `a loss is told once, and when the disk takes records again`() {
        var (losses, counts) = (ToldLosses(), SpoolCounts())
        #expect(losses.untold(counts) == nil)
        counts.droppedByFolder = 3
        #expect(losses.untold(counts) == nil, "the word would be lost too")
        counts.droppedByQueue = 2
        counts.synced = 1
        #expect(losses.untold(counts) == 5)
        counts.synced = 2
        #expect(losses.untold(counts) == nil)
    }
}
