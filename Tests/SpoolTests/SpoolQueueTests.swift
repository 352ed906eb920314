import Testing

@testable import Spool

@Suite struct SpoolQueueTests {
    private static func queue() -> SpoolQueue {
        var limits = SpoolLimits()
        (limits.queueBytes, limits.recordBytes, limits.gatherMilliseconds) = (10, 6, 20)
        return SpoolQueue(limits: limits)
    }

    private static func append(_ record: String, to queue: inout SpoolQueue, at time: Int64 = 0) -> SpoolQueue.Admission
    {
        queue.append(Array(record.utf8).span) { time }
    }

    @Test func `what waits, with its line ends, never passes the bound`() {
        var queue = Self.queue()
        let admissions = ["1234", "1234", "1", "1234567"].map { Self.append($0, to: &queue) }
        #expect(admissions == [.takenFirst, .taken, .dropped, .dropped])
        #expect(queue.counts.accepted == 2 && queue.counts.droppedByQueue == 1 && queue.counts.droppedByLength == 1)
        var group = SpoolQueue.Group()
        queue.take(into: &group)
        #expect(group.bytes == Array("1234\n1234\n".utf8) && group.count == 2)
        let next = Self.append("1", to: &queue)
        #expect(next == .takenFirst)
    }

    @Test func `a group is due a while after its first record, and at once when the writer stops`() {
        var queue = Self.queue()
        #expect(queue.dueTime == nil)
        _ = Self.append("a", to: &queue, at: 100)
        _ = Self.append("b", to: &queue, at: 115)
        #expect(queue.dueTime == 120)
        queue.isStopping = true
        #expect(queue.dueTime == 100)
        let late = Self.append("c", to: &queue, at: 116)
        #expect(late == .dropped)
    }
}
