internal import SystemPackage

extension YAMLDocument {
    /// Why a file cannot be read, in the system's words.
    public struct Unreadable: Error, Equatable {
        public let reason: String
    }

    /// Reads a file, of which no more than ``bytesMax`` and a byte is ever held.
    ///
    /// - Parameter path: The file.
    /// - Throws: ``Unreadable`` when there is no such file, or this user may not read it.
    public init(path: String) throws(Unreadable) {
        do {
            let descriptor = try FileDescriptor.open(FilePath(path), .readOnly)
            self.init(try descriptor.closeAfter { try Self.bytes(of: descriptor) })
        } catch {
            throw Unreadable(reason: "\(error)")
        }
    }

    private static func bytes(of descriptor: FileDescriptor) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count <= bytesMax {
            // The block is as large as its buffer says, and is written only while this closure runs.
            let count = try unsafe block.withUnsafeMutableBytes { try unsafe descriptor.read(into: $0) }
            guard count > 0 else { break }
            bytes += block[..<count]
        }
        return bytes
    }
}
