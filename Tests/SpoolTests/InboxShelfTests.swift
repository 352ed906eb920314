import FoundationEssentials
import Reactor
import Testing

@testable import Spool

@Suite struct InboxShelfTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func shelf(_ limits: InboxLimits = InboxLimits(), mark: UInt32 = 1) -> InboxShelf {
        InboxShelf(folder: Folder(path: folder.path), limits: limits, mark: mark)
    }

    private func put(_ count: Int, to shelf: inout InboxShelf, at time: Int64 = 0) -> InboxObstacle? {
        shelf.put([message(count)], at: time, wallMilliseconds: 1)[0]
    }

    private var names: [String] {
        get throws { try Folder(path: folder.path).names().sorted() }
    }

    @Test func `names sort as the messages came, also in one millisecond and by a clock that was set back`() throws {
        var shelf = shelf()
        for (size, time) in [(1, 5), (2, 5), (3, 9), (4, 7)] {
            let outcomes = shelf.put([message(size), message(size * 10)], at: 0, wallMilliseconds: Int64(time))
            #expect(outcomes == [nil, nil])
        }
        let folder = Folder(path: folder.path)
        #expect(try names.map { folder.size(of: $0) } == [1, 10, 2, 20, 3, 30, 4, 40])
        let (files, bytes) = (shelf.files, shelf.bytes)
        #expect(files == 8 && bytes == 110)
    }

    @Test func `another process's names sort behind those that are there, and are none of them`() throws {
        var first = shelf()
        _ = first.put([message(1)], at: 0, wallMilliseconds: 5_000)
        var second = shelf(mark: 2)
        _ = second.put([message(2)], at: 0, wallMilliseconds: 4_000)
        let folder = Folder(path: folder.path)
        #expect(try names.map { folder.size(of: $0) } == [1, 2])
    }

    @Test func `no more files wait than may, until the other process has taken some`() throws {
        var limits = InboxLimits()
        limits.files = 2
        var shelf = shelf(limits)
        let outcomes = shelf.put([message(1), message(1), message(1)], at: 0, wallMilliseconds: 1)
        #expect(outcomes == [nil, nil, .files])
        try Folder(path: folder.path).remove(try #require(try names.first))
        // The folder is not listed again for every message that finds it full.
        let (soon, later) = (put(1, to: &shelf, at: 999), put(1, to: &shelf, at: 1_000))
        #expect(soon == .files && later == nil)
    }

    @Test func `the files have no more bytes together than they may`() throws {
        var limits = InboxLimits()
        limits.folderBytes = 10
        var shelf = shelf(limits)
        let outcomes = [6, 5, 4].map { put($0, to: &shelf) }
        #expect(outcomes == [nil, .bytes, nil])
        let next = shelf.obstacle(for: 1)
        #expect(next == .bytes)
    }

    @Test func `what waits from before counts, and what is no message does not`() throws {
        try Folder(path: folder.path + "/bad").make()
        var old = shelf()
        _ = old.put([message(3)], at: 0, wallMilliseconds: 1)
        let torn = try JournalFile(creating: folder.path + "/.torn")
        _ = consume torn
        var shelf = shelf(mark: 2)
        try shelf.look(at: 0)
        let (files, bytes) = (shelf.files, shelf.bytes)
        #expect(files == 1 && bytes == 3)
    }

    @Test func `a folder that is gone is made again, and one that cannot be says why`() throws {
        var shelf = shelf()
        try FileManager.default.removeItem(atPath: folder.path)
        let first = put(1, to: &shelf)
        #expect(first == nil)
        try FileManager.default.removeItem(atPath: folder.path)
        try Data("in the way".utf8).write(to: URL(filePath: folder.path))
        guard case .disk = put(1, to: &shelf) else {
            Issue.record("a file took a file")
            return
        }
        do {
            try shelf.probe()
            Issue.record("a file took a probe")
        } catch {}
    }

    @Test func `a start removes what was left unfinished, and nothing that is being written`() throws {
        let dead = try JournalFile(creating: folder.path + "/.dead")
        _ = consume dead
        let living = try JournalFile(creating: folder.path + "/.living")
        let isLocked = living.tryLock()
        #expect(isLocked)
        let shelf = shelf()
        try shelf.removeLeftovers()
        #expect(try names == [".living"])
        try shelf.probe()
        #expect(try names == [".living"])
    }
}
