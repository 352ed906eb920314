import HTTP1
import Reactor
import WebhookInbox

/// A webhook that is written down while it goes up, should nobody take it there.
///
/// What it holds is the beginning of a ``KeptWebhook``'s file, ready for the disk.
final class WebhookDraft {
    /// What the drafts of one worker hold together.
    final class Budget {
        static let bytesMax = 16 << 20

        fileprivate(set) var bytes = 0
    }

    private let budget: Budget
    private let lineCount: Int
    private var content: ByteQueue
    /// Whether the client was not told yet to send the body that it asked for (RFC 9110, section 10.1.1).
    var awaitsContinue: Bool
    /// What the client is told when the webhook cannot be kept either.
    var refusal = Refusal.backendBusy
    /// Names it among those that wait for the disk; nil while it is no such.
    var ticket: UInt64?

    /// Nil when the head is too long for a file's first line, or there is no room.
    ///
    /// - Parameters:
    ///   - head: All but the body.
    ///   - awaitsContinue: Whether the client asked to be told when to send the body.
    ///   - budget: Of the worker.
    init?(_ head: KeptWebhook, awaitsContinue: Bool, budget: Budget) {
        let line = head.file
        guard line.count <= KeptWebhook.lineBytesMax, budget.bytes + line.count <= Budget.bytesMax else { return nil }
        self.budget = budget
        self.awaitsContinue = awaitsContinue
        lineCount = line.count
        content = ByteQueue()
        content.append(line.span)
        budget.bytes += line.count
    }

    deinit { budget.bytes -= content.count }

    /// Takes a part of the body.
    ///
    /// - Returns: Whether there was room.
    func take(_ run: Span<UInt8>) -> Bool {
        guard content.count - lineCount + run.count <= KeptWebhook.bodyBytesMax,
            budget.bytes + run.count <= Budget.bytesMax
        else { return false }
        content.append(run)
        budget.bytes += run.count
        return true
    }

    var hasBody: Bool { content.count > lineCount }

    /// Gives the file's bytes away.
    func handOver() -> ByteQueue {
        budget.bytes -= content.count
        defer { content = ByteQueue() }
        return content
    }
}

extension KeptWebhook {
    /// All of a webhook but its body; nil when the request is none.
    ///
    /// - Parameters:
    ///   - head: As parsed from `bytes`.
    ///   - bytes: The head's bytes.
    ///   - form: The normal form of its path.
    ///   - client: Who sent it.
    ///   - milliseconds: When, since 1970.
    init?(
        _ head: borrowing RequestHead, _ bytes: Span<UInt8>, _ form: borrowing PathForm, client: String,
        milliseconds: Int64
    ) {
        let path = form.path(of: bytes.extracting(head.target))
        guard let name = WebhookPath.provider(of: path, method: bytes.extracting(head.method)) else { return nil }
        var headers: [String: String] = [:]
        for index in head.fields.indices {
            let field = head.fields[index]
            let name = bytes.extracting(field.nameBytes)
            guard let known = Self.names.first(where: { name.isName($0.bytes) }) else { continue }
            let value = String(bytes.extracting(field.value))
            // Said twice is said as a list, here as behind us (RFC 9110, section 5.3).
            headers[known.text] = headers[known.text].map { "\($0), \(value)" } ?? value
        }
        // A slash at the end names the same.
        let named = String(path.extracting(..<name.upperBound))
        self.init(
            path: named + Self.query(bytes.extracting(head.target)), client: client,
            receivedAtMilliseconds: milliseconds, headers: headers, body: [])
    }

    private static let names = headerNames.map { (text: $0, bytes: Array($0.utf8)) }

    /// The query with its mark; empty when there is none.
    private static func query(_ target: Span<UInt8>) -> String {
        for index in target.indices where target[index] == UInt8(ascii: "?") {
            return String(target.extracting(index...))
        }
        return ""
    }
}

extension String {
    fileprivate init(_ bytes: Span<UInt8>) {
        self.init(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }
}
