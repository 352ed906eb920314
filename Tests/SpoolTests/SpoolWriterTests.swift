import Glibc
import Reactor
import Testing

@testable import Spool

@Suite struct SpoolWriterTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `what was taken is on the disk when the writer has stopped`() throws {
        let writer = try SpoolWriter(folder: folder.path + "/audit")
        for number in 0..<1000 { #expect(writer.append("record \(number)")) }
        writer.stop()
        let counts = writer.counts
        #expect(counts.accepted == 1000 && counts.synced == 1000 && counts.dropped == 0)
        #expect(counts.groups < 100)
        let reader = SpoolReader(folder: folder.path + "/audit")
        let segment = try #require(try reader.segments().first)
        let batch = try reader.read(from: SpoolPosition(segment: segment, offset: 0))
        #expect(batch.records.count == 1000 && batch.isFinished)
        #expect(batch.end.offset == counts.syncedBytes)
        #expect(!writer.append("late"))
        #expect(writer.counts.dropped == 1)
        writer.stop()
    }

    @Test func `a record reaches the disk without anybody waiting for it`() throws {
        let writer = try SpoolWriter(folder: folder.path)
        defer { writer.stop() }
        for round in 1...3 {
            writer.append("record \(round)")
            while writer.counts.synced < round { usleep(1000) }
            #expect(try folder.records().records.count == round)
        }
        #expect(writer.counts.groups == 3)
    }

    @Test func `threads mix their records, never their bytes`() throws {
        let writer = try SpoolWriter(folder: folder.path)
        var threads: [Int] = []
        do {
            let first = try WorkerThread { for number in 0..<2000 { writer.append("first \(number)") } }
            let second = try WorkerThread { for number in 0..<2000 { writer.append("second \(number)") } }
            first.join()
            second.join()
            threads = [1, 2]
        }
        writer.stop()
        let records = try folder.records().records
        #expect(records.count == 4000 && threads.count == 2)
        for name in ["first", "second"] {
            #expect(records.filter { $0.hasPrefix(name) } == (0..<2000).map { "\(name) \($0)" })
        }
    }

    @Test func `every record is either on the disk or counted as dropped, by its reason`() throws {
        var limits = SpoolLimits()
        (limits.queueBytes, limits.recordBytes, limits.folderBytes, limits.segmentBytes) = (1000, 100, 5000, 1000)
        limits.gatherMilliseconds = 0
        let writer = try SpoolWriter(folder: folder.path, limits: limits)
        let record = String(repeating: "x", count: 99)
        var taken = 0
        for number in 0..<2000 {
            if writer.append(record) { taken += 1 }
            if number % 10 == 9 { usleep(100) }
        }
        #expect(!writer.append(record + "xx"))
        writer.stop()
        let counts = writer.counts
        #expect(counts.accepted == taken)
        #expect(counts.droppedByLength == 1 && counts.droppedByQueue == 2000 - taken)
        #expect(counts.synced + counts.droppedByFolder == taken)
        #expect(counts.synced <= 50 && counts.droppedByFolder > 0)
        #expect(try folder.records().records.count == counts.synced)
        #expect(try folder.bytes() <= 5000)
    }

    /// A disk that is away: the folder around the spool's is, so that nothing can be made.
    private func inner() throws -> (outer: String, spool: String) {
        let outer = folder.path + "/outer"
        try Folder(path: outer).make()
        return (outer, outer + "/audit")
    }

    /// Waits for something that another thread does at once; a test that is wrong ends all the same.
    private func wait(until isDone: () -> Bool) {
        for _ in 0..<10_000 where !isDone() { usleep(1000) }
    }

    @Test func `a disk that fails is tried again, and health shows it`() throws {
        var limits = SpoolLimits()
        limits.retryMilliseconds = 1
        let (outer, path) = try inner()
        let writer = try SpoolWriter(folder: path, limits: limits)
        try #require(rename(outer, outer + "-gone") == 0)
        writer.append("kept")
        wait { writer.counts.failures >= 3 }
        #expect(writer.counts.failure == .noSuchFile && writer.counts.synced == 0)
        try #require(rename(outer + "-gone", outer) == 0)
        wait { writer.counts.synced == 1 }
        #expect(writer.counts.failure == nil)
        writer.stop()
        #expect(writer.counts.synced == 1)
    }

    @Test func `a writer stops although the disk fails, and counts what it gave up`() throws {
        let (outer, path) = try inner()
        let writer = try SpoolWriter(folder: path)
        try #require(rename(outer, outer + "-gone") == 0)
        writer.append("lost")
        writer.append("lost too")
        writer.stop()
        #expect(writer.counts.droppedByFailure == 2 && writer.counts.failure == .noSuchFile)
    }

    @Test func `a folder that cannot be made is an error at the start`() {
        #expect(throws: SystemError.noSuchFile) { try SpoolWriter(folder: folder.path + "/a/b") }
    }
}
