import Glibc
import Reactor
import Testing

@testable import Spool

@Suite struct SegmentWriterTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static func limits(_ change: (inout SpoolLimits) -> Void) -> SpoolLimits {
        var limits = SpoolLimits()
        change(&limits)
        return limits
    }

    @Test func `groups are read back in their order`() throws {
        var writer = folder.writer()
        for number in 0..<10 {
            let outcome = try writer.write(group("a\(number)", "b\(number)"), at: 0, wallMilliseconds: 100)
            #expect(outcome == .synced)
        }
        let (records, segments) = try folder.records()
        #expect(records == (0..<10).flatMap { ["a\($0)", "b\($0)"] })
        #expect(segments == 1)
    }

    @Test func `a segment is closed before it grows too large`() throws {
        var writer = folder.writer(Self.limits { $0.segmentBytes = 10 })
        for record in ["1234", "1234", "1234", "12345678901234", "1"] {
            _ = try writer.write(group(record), at: 0, wallMilliseconds: 100)
        }
        let sizes = try folder.reader.segments().map { Folder(path: folder.path).size(of: SegmentName.name(of: $0)) }
        #expect(sizes == [10, 5, 15, 2])
    }

    @Test func `a segment is closed when its time is over`() throws {
        var writer = folder.writer(Self.limits { $0.segmentMilliseconds = 1000 })
        _ = try writer.write(group("a"), at: 5, wallMilliseconds: 100)
        #expect(writer.closingTime == 1005)
        _ = try writer.write(group("b"), at: 1004, wallMilliseconds: 200)
        #expect(try folder.reader.segments() == [100])
        _ = try writer.write(group("c"), at: 1005, wallMilliseconds: 300)
        #expect(try folder.reader.segments() == [100, 300])
        writer.closeIfAged(at: 2005)
        #expect(writer.closingTime == nil)
    }

    @Test func `numbers grow over restarts, an emptied folder and a clock that goes back`() throws {
        func begin(wallMilliseconds: Int64) throws -> [Int64] {
            var writer = folder.writer()
            _ = try writer.write(group("a"), at: 0, wallMilliseconds: wallMilliseconds)
            return try folder.reader.segments()
        }
        #expect(try begin(wallMilliseconds: 100) == [100])
        #expect(try begin(wallMilliseconds: 100) == [100, 101])
        #expect(try begin(wallMilliseconds: 50) == [100, 101, 102])
        for segment in try folder.reader.segments() {
            try folder.reader.remove(SpoolPosition(segment: segment, offset: 2))
        }
        #expect(try begin(wallMilliseconds: 103) == [103])
    }

    @Test func `two writers have a segment each, and neither is finished while its writer lives`() throws {
        var first = folder.writer()
        _ = try first.write(group("a"), at: 0, wallMilliseconds: 100)
        do {
            var second = folder.writer()
            _ = try second.write(group("b"), at: 0, wallMilliseconds: 100)
            _ = try first.write(group("c"), at: 0, wallMilliseconds: 100)
            #expect(try folder.reader.segments() == [100, 101])
            for segment in [Int64(100), 101] {
                let batch = try folder.reader.read(from: SpoolPosition(segment: segment, offset: 0))
                #expect(!batch.isFinished)
                #expect(try !folder.reader.remove(batch.end))
            }
        }
        #expect(try folder.reader.read(from: SpoolPosition(segment: 101, offset: 0)).isFinished)
        #expect(try !folder.reader.read(from: SpoolPosition(segment: 100, offset: 0)).isFinished)
        first.close()
        #expect(try folder.reader.read(from: SpoolPosition(segment: 100, offset: 0)).isFinished)
    }

    @Test func `a full folder takes nothing more until its reader made room`() throws {
        var writer = folder.writer(Self.limits { ($0.folderBytes, $0.segmentBytes) = (20, 10) })
        var outcomes: [SegmentWriter.Outcome] = []
        for _ in 0..<6 { outcomes.append(try writer.write(group("1234"), at: 0, wallMilliseconds: 100)) }
        #expect(outcomes == [.synced, .synced, .synced, .synced, .folderFull, .folderFull])
        #expect(try folder.bytes() == 20)
        #expect(try folder.reader.remove(SpoolPosition(segment: 100, offset: 10)))
        #expect(try writer.write(group("1234"), at: 500, wallMilliseconds: 100) == .folderFull)
        #expect(try writer.write(group("1234"), at: 1000, wallMilliseconds: 100) == .synced)
        #expect(try folder.bytes() == 15)
    }

    @Test func `what earlier writers left counts, and other files do not`() throws {
        try folder.put(Array(repeating: 0x61, count: 15), segment: 7)
        let other = try JournalFile(creating: folder.path + "/notes.txt")
        try other.append(Array(repeating: 0x61, count: 1000).span)
        var writer = folder.writer(Self.limits { $0.folderBytes = 20 })
        #expect(try writer.write(group("12345"), at: 0, wallMilliseconds: 100) == .folderFull)
        #expect(try writer.write(group("1234"), at: 0, wallMilliseconds: 100) == .synced)
    }

    /// Whoever tidied up too much would otherwise have every later event go nowhere.
    @Test func `a segment or a folder that was removed is made anew`() throws {
        var writer = folder.writer()
        #expect(try writer.write(group("a"), at: 0, wallMilliseconds: 1) == .synced)
        let name = try #require(try Folder(path: folder.path).names().first)
        try Folder(path: folder.path).remove(name)
        #expect(try writer.write(group("b"), at: 0, wallMilliseconds: 2) == .synced)
        #expect(try folder.records().records == ["b"])
        try #require(rename(folder.path, folder.path + "-gone") == 0)
        #expect(try writer.write(group("c"), at: 2000, wallMilliseconds: 3) == .synced)
        #expect(try folder.records().records == ["c"])
    }

    @Test func `a folder that cannot be made is an error, and its return is noticed`() throws {
        let inner = folder.path + "/missing/audit"
        var writer = SegmentWriter(folder: Folder(path: inner), limits: SpoolLimits())
        #expect(throws: SystemError.noSuchFile) { try writer.write(group("a"), at: 0, wallMilliseconds: 1) }
        try Folder(path: folder.path + "/missing").make()
        #expect(try writer.write(group("a"), at: 0, wallMilliseconds: 1) == .synced)
    }

    @Test(
        arguments: [
            ("0000000000000000.jsonl", 0), ("0000000000000123.jsonl", 123),
            ("1700000000000123.jsonl", 1_700_000_000_000_123),
            ("123.jsonl", nil), ("0000000000000123.jsonl.tmp", nil), ("-000000000000123.jsonl", nil), (".jsonl", nil),
            ("+000000000000123.jsonl", nil), ("notes.txt", nil), ("99999999999999999999.jsonl", nil),
        ] as [(String, Int64?)])
    func `only its own names are a segment's`(name: String, number: Int64?) {
        #expect(SegmentName.number(of: name) == number)
    }
}
