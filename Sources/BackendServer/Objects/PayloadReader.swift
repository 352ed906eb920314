import Hummingbird
import NIOCore
import S3

/// Reads the body of an upload in blocks, takes its framing off, and holds it to what its headers promised.
///
/// Held in memory are one block and what the connection has read ahead, whatever the size of the object.
struct PayloadReader: Sendable {
    let plan: PayloadPlan
    /// The size above which a body is refused.
    let bytesMax: Int64

    static let blockBytes = 256 * 1024

    init(_ headers: HeaderList, bytesMax: Int64) throws(S3Error) {
        plan = try PayloadPlan(headers)
        self.bytesMax = bytesMax
        guard plan.size ?? 0 <= bytesMax else { throw Self.tooLarge }
    }

    /// Reads everything.
    ///
    /// - Parameters:
    ///   - body: The request's body; the client has been told to send it.
    ///   - sink: Takes each block, on a thread that may block.
    /// - Returns: Digests and size of what was read.
    /// - Throws: `S3Error` for a broken promise or a client that went away, and what `sink` throws.
    func read(
        _ body: RequestBody, into sink: @escaping @Sendable ([UInt8]) throws -> Void
    ) async throws -> PayloadSummary {
        var digests = PayloadDigests(plan)
        var decoder = plan.form == .chunked ? AWSChunkedDecoder() : nil
        var block: [UInt8] = []
        var parts = body.makeAsyncIterator()
        while true {
            let next: ByteBuffer?
            do { next = try await parts.next() } catch { throw Self.interrupted }
            guard let part = next else { break }
            if decoder == nil {
                block.append(contentsOf: part.readableBytesView)
            } else {
                try decoder?.decode(Array(part.readableBytesView), into: &block)
            }
            guard digests.count + Int64(block.count) <= bytesMax else { throw Self.tooLarge }
            if block.count >= Self.blockBytes {
                digests = try await Self.take(block, digests, sink)
                block = []
                block.reserveCapacity(Self.blockBytes * 2)
            }
        }
        if !block.isEmpty { digests = try await Self.take(block, digests, sink) }
        return try digests.finish(trailers: decoder?.finish() ?? HeaderList([]))
    }

    private static func take(
        _ block: [UInt8], _ digests: PayloadDigests, _ sink: @escaping @Sendable ([UInt8]) throws -> Void
    ) async throws -> PayloadDigests {
        try await onDisk {
            var digests = digests
            digests.update(block)
            try sink(block)
            return digests
        }
    }

    /// A connection that breaks is a body that did not arrive, not a fault of ours.
    private static let interrupted = S3Error(.incompleteBody, "The connection ended before the body did.")

    private static let tooLarge = S3Error(
        .entityTooLarge, "Your proposed upload exceeds the maximum allowed object size.")
}
