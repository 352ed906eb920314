import Reactor
import Testing

@testable import Spool

@Suite struct InboxQueueTests {
    private static func item(_ count: Int) -> InboxQueue.Item {
        InboxQueue.Item(content: message(count)) { _ in }
    }

    @Test func `what is being written counts until it is known what became of it`() {
        var limits = InboxLimits()
        limits.queueBytes = 10
        var queue = InboxQueue(limits: limits)
        let first = queue.append(Self.item(6))
        let second = queue.append(Self.item(5))
        let items = queue.takeAll()
        let third = queue.append(Self.item(5))
        #expect(first && !second && !third)
        #expect(items.count == 1 && queue.counts.refusedByQueue == 2)
        queue.finished(items, [nil])
        let fourth = queue.append(Self.item(10))
        #expect(fourth && queue.counts.kept == 1)
    }

    @Test func `each message is counted by what became of it, and the last one tells of the next`() {
        var queue = InboxQueue(limits: InboxLimits())
        for _ in 0..<4 { _ = queue.append(Self.item(1)) }
        let full = InboxObstacle.disk(SystemError(code: 28))
        queue.finished(queue.takeAll(), [nil, .files, .bytes, full])
        let counts = queue.counts
        #expect(counts.kept == 1 && counts.refused == 3)
        #expect(counts.refusedByFiles == 1 && counts.refusedByBytes == 1 && counts.refusedByFailure == 1)
        #expect(counts.obstacle == full)
        _ = queue.append(Self.item(1))
        queue.finished(queue.takeAll(), [nil])
        #expect(queue.counts.obstacle == nil)
    }

    @Test func `nothing is taken once the writer stops`() {
        var queue = InboxQueue(limits: InboxLimits())
        queue.isStopping = true
        let isTaken = queue.append(Self.item(1))
        #expect(!isTaken)
    }
}

/// So many bytes.
func message(_ count: Int) -> ByteQueue {
    var queue = ByteQueue()
    let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: count)
    queue.append(bytes.span)
    return queue
}
