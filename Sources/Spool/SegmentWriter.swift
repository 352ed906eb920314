internal import Reactor

/// Appends groups of lines to segments, one sync for each group.
///
/// It has the lock of the segment it appends to, which tells the reader that more may come; every process that writes to
/// the folder has a segment of its own. Blocks as long as the disk does; time is an argument.
struct SegmentWriter: ~Copyable {
    enum Outcome: Equatable {
        /// The group is on the disk.
        case synced
        /// The folder has no room for the group, and nothing was written.
        case folderFull
    }

    private let folder: Folder
    private let limits: SpoolLimits
    /// The segment that is open, nil when none is; what follows is about it.
    private var file: JournalFile?
    private var path = ""
    private var openedAt: Int64 = 0
    /// Up to here everything is on the disk.
    private var size = 0
    /// All segments' bytes when the folder was last listed, and what was written since.
    private var folderBytes = 0
    private var listedAt: Int64?

    private static let listingMilliseconds: Int64 = 1_000

    init(folder: Folder, limits: SpoolLimits) {
        self.folder = folder
        self.limits = limits
    }

    /// Writes a group and returns when it is on the disk.
    ///
    /// After a failure the same group must be the next, or the segment be closed: the reader may have seen a part of it,
    /// and goes on behind that part.
    ///
    /// - Parameters:
    ///   - group: Whole lines, each with its end.
    ///   - milliseconds: Now, by a clock that never goes back.
    ///   - wallMilliseconds: Now, since 1970-01-01T00:00:00Z.
    /// - Returns: Whether there was room.
    /// - Throws: What the kernel refused; none of the group counts as written.
    mutating func write(
        _ group: [UInt8], at milliseconds: Int64, wallMilliseconds: Int64
    ) throws(SystemError) -> Outcome {
        closeIfAged(at: milliseconds)
        // Whoever removed the segment or its folder would have what follows go nowhere.
        if try isRemoved() { close() }
        if file != nil, size > 0, size + group.count > limits.segmentBytes { close() }
        if file == nil { try folder.make() }
        guard try hasRoom(for: group.count, at: milliseconds) else {
            close()
            return .folderFull
        }
        if file == nil {
            file = try open(wallMilliseconds)
            (openedAt, size) = (milliseconds, 0)
        }
        try append(group)
        folderBytes += group.count
        return .synced
    }

    private func isRemoved() throws(SystemError) -> Bool {
        switch file {
        case .some(let file): try !file.isNamed(path)
        case .none: false
        }
    }

    /// Gives the segment up; the next group begins another.
    mutating func close() {
        file = nil
    }

    /// Closes the segment when its time is over.
    mutating func closeIfAged(at milliseconds: Int64) {
        if let closing = closingTime, closing <= milliseconds { close() }
    }

    /// When the segment's time is over; nil when there is none.
    var closingTime: Int64? {
        file == nil ? nil : openedAt + limits.segmentMilliseconds
    }

    private mutating func hasRoom(for count: Int, at milliseconds: Int64) throws(SystemError) -> Bool {
        let isOld = listedAt.map { milliseconds - $0 >= Self.listingMilliseconds } ?? true
        // The other process removes segments, so a full folder is looked at again, and so is a new segment's.
        if listedAt == nil || isOld && (file == nil || folderBytes + count > limits.folderBytes) {
            folderBytes = try folder.names().reduce(0) { sum, name in
                SegmentName.number(of: name) == nil ? sum : sum + (folder.size(of: name) ?? 0)
            }
            listedAt = milliseconds
        }
        return folderBytes + count <= limits.folderBytes
    }

    /// Makes a segment and locks it.
    private mutating func open(_ wallMilliseconds: Int64) throws(SystemError) -> JournalFile {
        var number = SegmentName.next(
            after: try folder.names().lazy.compactMap(SegmentName.number), wallMilliseconds: wallMilliseconds)
        // Another process may take a number between the listing and the making, or look into the new file before it is
        // locked and remove it as an empty one that nobody has.
        for _ in 0..<Self.attempts {
            path = "\(folder.path)/\(SegmentName.name(of: number))"
            if let file = try openUnlessTaken() { return file }
            number += 1
        }
        throw .fileExists
    }

    private static let attempts = 16

    private func openUnlessTaken() throws(SystemError) -> JournalFile? {
        do {
            let file = try JournalFile(creating: path)
            guard file.tryLock(), try file.isNamed(path) else { return nil }
            try folder.sync()
            return file
        } catch .fileExists {
            return nil
        }
    }

    private mutating func append(_ group: [UInt8]) throws(SystemError) {
        do {
            try file?.append(group.span)
        } catch {
            // A part may be there. If it cannot be cut off, it stays as a torn line at the segment's end.
            do { try file?.truncate(to: size) } catch { close() }
            throw error
        }
        do {
            try file?.sync()
        } catch {
            // The kernel tells of a lost page once; afterwards a sync of this file would succeed without it.
            close()
            throw error
        }
        size += group.count
    }
}
