import FoundationEssentials
import Reactor

@testable import Spool

/// A folder for one test, gone with it.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/spool-\(UUID())"
        try Folder(path: path).make()
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var reader: SpoolReader { SpoolReader(folder: path) }

    func writer(_ limits: SpoolLimits = SpoolLimits()) -> SegmentWriter {
        SegmentWriter(folder: Folder(path: path), limits: limits)
    }

    func file(of segment: Int64) -> String { "\(path)/\(SegmentName.name(of: segment))" }

    /// Puts a segment there whose writer is gone.
    func put(_ bytes: [UInt8], segment: Int64 = 1) throws {
        let file = try JournalFile(creating: file(of: segment))
        try file.append(bytes.span)
    }

    /// All bytes of all segments.
    func bytes() throws -> Int {
        let folder = Folder(path: path)
        return try folder.names().reduce(0) { $0 + (folder.size(of: $1) ?? 0) }
    }

    /// Every complete line of every segment, and how many segments there are.
    func records() throws -> (records: [String], segments: Int) {
        let segments = try reader.segments()
        var records: [String] = []
        for segment in segments {
            var position = SpoolPosition(segment: segment, offset: 0)
            while true {
                let batch = try reader.read(from: position)
                records += batch.records.map { String(decoding: $0, as: UTF8.self) }
                if batch.end == position { break }
                position = batch.end
            }
        }
        return (records, segments.count)
    }
}

/// A group of lines, as the queue hands it over.
func group(_ records: String...) -> [UInt8] {
    Array(records.map { $0 + "\n" }.joined().utf8)
}

extension SpoolWriter {
    @discardableResult
    func append(_ record: String) -> Bool { append(Array(record.utf8).span) }
}
