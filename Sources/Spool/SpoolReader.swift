public import Reactor

/// Reads the segments that another process writes, and removes those that are finished.
///
/// It remembers nothing. The caller keeps, in one transaction, what it read and the position behind it, and drops records
/// whose id it has: so each record has its effect once, whenever either side stops. A segment is finished when nobody has
/// its lock; only then may it be removed.
///
///     for segment in try reader.segments() {
///         let batch = try reader.read(from: kept[segment] ?? SpoolPosition(segment: segment, offset: 0))
///         // One transaction: batch.records and batch.end.
///         if batch.isFinished { try reader.remove(batch.end) }
///     }
public struct SpoolReader: Sendable {
    private let folder: Folder
    private let recordBytes: Int

    /// - Parameters:
    ///   - path: The writer's folder.
    ///   - limits: The writer's bounds.
    public init(folder path: String, limits: SpoolLimits = SpoolLimits()) {
        folder = Folder(path: path)
        recordBytes = limits.recordBytes
    }

    /// The numbers of the segments that are there, oldest first; none when the folder is missing.
    public func segments() throws(SystemError) -> [Int64] {
        do {
            return try folder.names().compactMap(SegmentName.number).sorted()
        } catch .noSuchFile {
            return []
        }
    }

    /// Reads complete lines.
    ///
    /// - Parameters:
    ///   - position: Where to begin.
    ///   - limit: How many bytes to read at most; raised to one record's length.
    /// - Returns: The lines. A segment that is gone is finished, without any.
    /// - Throws: What the kernel refuses.
    public func read(from position: SpoolPosition, limit: Int = 1 << 20) throws(SystemError) -> SpoolBatch {
        do {
            let file = try open(position.segment)
            // Before reading: what is written after the lock was found free is no longer this segment's.
            let isClosed = file.tryLock()
            return try read(file, from: position, limit: max(limit, recordBytes + 1), isClosed: isClosed)
        } catch .noSuchFile {
            var batch = SpoolBatch(end: position)
            batch.isFinished = true
            return batch
        }
    }

    /// Removes a finished segment.
    ///
    /// - Parameter position: The position behind its last record, which is kept.
    /// - Returns: Whether it is gone. It stays when its writer lives, or a complete line is behind the position.
    /// - Throws: What the kernel refuses.
    @discardableResult
    public func remove(_ position: SpoolPosition) throws(SystemError) -> Bool {
        do {
            let file = try open(position.segment)
            guard file.tryLock() else { return false }
            let rest = try read(file, from: position, limit: recordBytes + 1, isClosed: true)
            guard rest.isFinished, rest.records.isEmpty else { return false }
            try folder.remove(SegmentName.name(of: position.segment))
            return true
        } catch .noSuchFile {
            return true
        }
    }

    private func open(_ segment: Int64) throws(SystemError) -> JournalFile {
        try JournalFile(reading: "\(folder.path)/\(SegmentName.name(of: segment))")
    }

    private func read(
        _ file: borrowing JournalFile, from position: SpoolPosition, limit: Int, isClosed: Bool
    ) throws(SystemError) -> SpoolBatch {
        let block = try file.read(at: position.offset, limit: limit)
        var batch = SpoolBatch(end: position)
        let used = addLines(of: block, to: &batch)
        // A block without any end of a line, although it has room for a record with its own: passed over.
        let isOverlong = used == 0 && block.count == limit
        if isOverlong { batch.skippedBytes += block.count }
        let passed = isOverlong ? block.count : used
        batch.end = SpoolPosition(segment: position.segment, offset: position.offset + passed)
        if isClosed, block.count < limit {
            batch.isFinished = true
            batch.tornBytes = block.count - passed
        }
        return batch
    }

    /// Cuts a block into lines.
    ///
    /// - Returns: The bytes up to the last line's end.
    private func addLines(of block: [UInt8], to batch: inout SpoolBatch) -> Int {
        var start = 0
        while let end = block[start...].firstIndex(of: UInt8(ascii: "\n")) {
            if end - start > recordBytes {
                batch.skippedBytes += end - start
            } else if end > start {
                batch.records.append(Array(block[start..<end]))
            }
            start = end + 1
        }
        return start
    }
}
