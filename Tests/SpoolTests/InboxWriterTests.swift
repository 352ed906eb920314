import FoundationEssentials
import Glibc
import Reactor
import Synchronization
import Testing

@testable import Spool

@Suite struct InboxWriterTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// What was reported, in order.
    private final class Reports: Sendable {
        private let all = Mutex<[InboxObstacle?]>([])

        func add(_ outcome: InboxObstacle?) { all.withLock { $0.append(outcome) } }

        var outcomes: [InboxObstacle?] { all.withLock { $0 } }

        func wait(for count: Int) -> [InboxObstacle?] {
            while outcomes.count < count { usleep(1000) }
            return outcomes
        }
    }

    @Test func `what is reported as kept is there, and all that was taken is when the writer has stopped`() throws {
        let writer = try InboxWriter(folder: folder.path + "/inbox")
        let inbox = Folder(path: folder.path + "/inbox")
        let reports = Reports()
        let isTaken = writer.keep(message(7)) { reports.add($0) }
        #expect(isTaken && reports.wait(for: 1) == [nil])
        #expect(try inbox.names().map { inbox.size(of: $0) } == [7])
        for _ in 0..<50 { #expect(writer.keep(message(1)) { reports.add($0) }) }
        writer.stop()
        #expect(reports.outcomes == Array(repeating: nil, count: 51))
        #expect(try inbox.names().count == 51)
        let counts = writer.counts
        #expect(counts.kept == 51 && counts.waitingFiles == 51 && counts.waitingBytes == 57)
        let late = writer.keep(message(1)) { reports.add($0) }
        #expect(!late && reports.outcomes.count == 51)
    }

    @Test func `what the other process takes is noticed, and so is a folder that can be written to again`() throws {
        var limits = InboxLimits()
        limits.lookMilliseconds = 5
        let path = folder.path + "/inbox"
        try Data("in the way".utf8).write(to: URL(filePath: path))
        let writer = try InboxWriter(folder: path, limits: limits)
        defer { writer.stop() }
        let reports = Reports()
        _ = writer.keep(message(1)) { reports.add($0) }
        guard case .disk = reports.wait(for: 1)[0] else {
            Issue.record("a file took a file")
            return
        }
        try FileManager.default.removeItem(atPath: path)
        while writer.counts.obstacle != nil { usleep(1000) }
        _ = writer.keep(message(1)) { reports.add($0) }
        #expect(reports.wait(for: 2)[1] == nil && writer.counts.waitingFiles == 1)
        let inbox = Folder(path: path)
        for name in try inbox.names() { try inbox.remove(name) }
        while writer.counts.waitingFiles > 0 { usleep(1000) }
        #expect(writer.counts.kept == 1 && writer.counts.refusedByFailure == 1)
    }
}
