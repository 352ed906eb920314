import Hummingbird
import NIOCore

/// Writes to one client that stays.
///
/// A class, because the writer goes through closures that the compiler must believe to be run anywhere.
// Used by one task at a time: the one that produces, and when that has returned the one that finishes.
final class EventWriter: @unchecked Sendable {
    private var writer: any ResponseBodyWriter

    init(_ writer: any ResponseBodyWriter) { self.writer = writer }

    func write(_ text: String) async throws { try await writer.write(ByteBuffer(string: text)) }

    func finish() async throws { try await writer.finish(nil) }
}
