import Reactor
import Testing

@testable import Spool

@Suite struct SpoolReaderTests {
    private let folder: TemporaryFolder
    private static let start = SpoolPosition(segment: 1, offset: 0)

    init() throws { folder = try TemporaryFolder() }

    private static func texts(_ batch: SpoolBatch) -> [String] {
        batch.records.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func `a segment cut at any byte gives the lines before the cut, and only its tail is torn`() throws {
        let lines = ["{\"a\":1}", "x", "{\"b\":\"é\"}", "last"]
        let bytes = Array(lines.map { $0 + "\n" }.joined().utf8)
        for cut in 0...bytes.count {
            let segment = Int64(cut + 1)
            try folder.put(Array(bytes[..<cut]), segment: segment)
            let batch = try folder.reader.read(from: SpoolPosition(segment: segment, offset: 0))
            let complete = bytes[..<cut].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                .dropLast()
            #expect(Self.texts(batch) == Array(lines.prefix(complete.count)))
            #expect(batch.end.offset + batch.tornBytes == cut)
            #expect(batch.isFinished)
            #expect(try folder.reader.remove(batch.end))
        }
        #expect(try folder.reader.segments() == [])
    }

    @Test func `a line is read when it is complete, and once`() throws {
        let file = try JournalFile(creating: folder.file(of: 1))
        let isLocked = file.tryLock()
        #expect(isLocked)
        var position = Self.start
        var seen: [String] = []
        for byte in group("ab", "c", "defg") {
            try file.append([byte].span)
            let batch = try folder.reader.read(from: position)
            #expect(!batch.isFinished && batch.tornBytes == 0)
            position = batch.end
            seen += Self.texts(batch)
            #expect(batch.records.isEmpty == (byte != UInt8(ascii: "\n")))
        }
        #expect(seen == ["ab", "c", "defg"])
    }

    @Test func `a finished segment is removed only when all of it was read`() throws {
        try folder.put(group("ab", "c"))
        #expect(try !folder.reader.remove(Self.start))
        #expect(try !folder.reader.remove(SpoolPosition(segment: 1, offset: 3)))
        #expect(try folder.reader.segments() == [1])
        #expect(try folder.reader.remove(SpoolPosition(segment: 1, offset: 5)))
        #expect(try folder.reader.remove(SpoolPosition(segment: 1, offset: 5)))
        #expect(try folder.reader.segments() == [])
    }

    @Test func `a segment that is gone, or shorter than what was read, is finished`() throws {
        let gone = try folder.reader.read(from: Self.start)
        #expect(gone.isFinished && gone.records.isEmpty && gone.end == Self.start)
        // The machine stopped before the last group was on the disk, but after it was read.
        try folder.put(group("ab"))
        let shorter = try folder.reader.read(from: SpoolPosition(segment: 1, offset: 100))
        #expect(shorter.isFinished && shorter.records.isEmpty && shorter.tornBytes == 0)
        #expect(try folder.reader.remove(shorter.end))
    }

    @Test func `a missing folder has no segments, and other files are none`() throws {
        #expect(try SpoolReader(folder: folder.path + "/none").segments() == [])
        _ = try JournalFile(creating: folder.path + "/notes.txt")
        try folder.put(group("a"), segment: 20)
        try folder.put(group("a"), segment: 3)
        #expect(try folder.reader.segments() == [3, 20])
    }

    /// Each row: how many bytes one reading may take.
    @Test(arguments: [1, 17, 40, 1000])
    func `a large segment is read in parts`(limit: Int) throws {
        var limits = SpoolLimits()
        limits.recordBytes = 16
        let reader = SpoolReader(folder: folder.path, limits: limits)
        let lines = (0..<100).map { String(repeating: "x", count: $0 % 16 + 1) }
        try folder.put(Array(lines.map { $0 + "\n" }.joined().utf8) + Array("torn".utf8))
        var (position, seen, readings) = (Self.start, [String](), 0)
        while true {
            let batch = try reader.read(from: position, limit: limit)
            (position, seen, readings) = (batch.end, seen + Self.texts(batch), readings + 1)
            if batch.isFinished {
                #expect(batch.tornBytes == 4)
                break
            }
            try #require(readings < 1000)
        }
        #expect(seen == lines)
    }

    @Test(arguments: [17, 100, 1000])
    func `a line too long for a record is passed over`(length: Int) throws {
        var limits = SpoolLimits()
        limits.recordBytes = 16
        let reader = SpoolReader(folder: folder.path, limits: limits)
        try folder.put(group("a", String(repeating: "x", count: length), "b"))
        var (position, seen, skipped) = (Self.start, [String](), 0)
        for _ in 0..<200 {
            let batch = try reader.read(from: position, limit: 17)
            (position, seen, skipped) = (batch.end, seen + Self.texts(batch), skipped + batch.skippedBytes)
            if batch.isFinished { break }
        }
        // The end of the line may look like a record of its own; whoever parses it will not take it for one.
        #expect(seen.first == "a" && seen.last == "b" && seen.count <= 3)
        #expect(skipped + seen.dropFirst().dropLast().joined().utf8.count == length)
        #expect(try reader.remove(position))
    }
}
