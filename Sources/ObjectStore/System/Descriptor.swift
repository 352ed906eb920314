import CObjectStore

/// An open file, closed when nobody holds it any more.
final class Descriptor: Sendable {
    let number: Int32

    init(_ number: Int32) {
        self.number = number
    }

    deinit {
        _ = object_close(number)
    }

    struct Status: Equatable {
        let size: Int64
        /// Seconds since 1970, with their fraction.
        let modified: Double
        let isRegular: Bool
        let isFolder: Bool
        /// Changes whenever the file does; the ETag of a file that somebody else put here.
        let version: String
    }

    func status() throws(ObjectStoreError) -> Status {
        var status = object_status()
        // SAFETY: the call fills the struct before it returns and keeps no pointer.
        _ = try unsafe check("fstat", object_status_of(number, &status))
        return Status(
            size: status.size,
            modified: Double(status.modified_seconds) + Double(status.modified_nanoseconds) / 1e9,
            isRegular: status.is_regular != 0,
            isFolder: status.is_directory != 0,
            version: [
                status.inode, UInt64(status.size),
                UInt64(
                    bitPattern: status.modified_seconds &* 1_000_000_000
                        &+ status.modified_nanoseconds),
            ].map { String($0, radix: 16) }.joined(separator: "-")
        )
    }

    func write(_ bytes: [UInt8]) throws(ObjectStoreError) {
        var written = 0
        while written < bytes.count {
            // SAFETY: the slice lies inside the array, which the closure keeps alive; write(2) only reads it.
            let result = unsafe bytes[written...].withUnsafeBytes { slice -> Int64 in
                guard let start = slice.baseAddress else { return 0 }
                return unsafe object_write(number, start, slice.count)
            }
            written += Int(try check("write", result))
        }
    }

    /// As many bytes as there are, up to `count`; empty at the end.
    func read(at offset: Int64, count: Int) throws(ObjectStoreError) -> [UInt8] {
        var result: Int64 = 0
        // SAFETY: pread(2) writes at most `count` bytes into memory of that capacity, and its answer is the number of
        // bytes that are then initialized.
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            if let start = buffer.baseAddress { unsafe result = object_read(number, offset, start, count) }
            initialized = max(0, Int(result))
        }
        _ = try check("pread", result)
        return bytes
    }

    func sync() throws(ObjectStoreError) { _ = try check("fsync", object_sync(number)) }

    /// What may still be written to the filesystem.
    func freeBytes() throws(ObjectStoreError) -> Int64 { try check("fstatvfs", object_free_bytes(number)) }

    /// Reserves space; a filesystem that cannot is none the worse.
    func reserve(_ size: Int64) throws(ObjectStoreError) {
        let result = object_reserve(number, size)
        if SystemCode.isFull(-result) { throw .full }
    }

    func startWriteback(from offset: Int64, count: Int64) { _ = object_start_writeback(number, offset, count) }

    /// Appends the whole of another file, inside the kernel where it can.
    func append(_ source: Descriptor, size: Int64) throws(ObjectStoreError) {
        var offset: Int64 = 0
        while offset < size {
            let copied = object_copy(source.number, offset, number, Int(min(size - offset, 1 << 30)))
            if SystemCode.cannotCopy(Int32(truncatingIfNeeded: -copied)) {
                let block = try source.read(at: offset, count: Int(min(size - offset, 1 << 18)))
                guard !block.isEmpty else { throw .system(call: "pread", code: 0) }
                try write(block)
                offset += Int64(block.count)
            } else {
                guard try check("copy_file_range", copied) > 0 else { throw .system(call: "copy_file_range", code: 0) }
                offset += copied
            }
        }
    }

    private static let attributeName = "user.stgw.v1"
    private static let attributeBytesMax = 65_536

    func setAttribute(_ bytes: [UInt8]) throws(ObjectStoreError) {
        // SAFETY: the array lives for the call, which only reads it.
        let result = unsafe bytes.withUnsafeBytes { buffer -> Int32 in
            guard let start = buffer.baseAddress else { return 0 }
            return unsafe object_set_attribute(number, Self.attributeName, start, buffer.count)
        }
        _ = try check("fsetxattr", result)
    }

    /// The attribute's bytes; nil when the file has none.
    func attribute() -> [UInt8]? {
        var result: Int64 = 0
        // SAFETY: fgetxattr(2) writes at most the capacity, and its answer is the number of bytes then initialized.
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Self.attributeBytesMax) { buffer, initialized in
            if let start = buffer.baseAddress {
                unsafe result = object_get_attribute(number, Self.attributeName, start, Self.attributeBytesMax)
            }
            initialized = max(0, Int(result))
        }
        return result < 0 ? nil : bytes
    }

    private func check<Answer: BinaryInteger>(_ call: String, _ answer: Answer) throws(ObjectStoreError) -> Answer {
        guard answer < 0 else { return answer }
        throw SystemCode.error(call, Int32(truncatingIfNeeded: 0 - answer))
    }
}
