import HTTP1

/// A connection as strict as the gateway's, without one: bytes go in, in pieces, and a verdict comes out.
struct Wire: ~Copyable {
    /// What a run of bytes came to.
    struct Verdict: Equatable, CustomStringConvertible {
        /// Requests that were taken whole.
        var requests = 0
        /// Their payload, one behind the other.
        var payload: [UInt8] = []
        /// What was wrong with the one behind them; nil if nothing was.
        var refusal: Int?

        var description: String { "\(requests) requests, \(payload.count) bytes, \(refusal.map { "\($0)" } ?? "open")" }
    }

    private var head: RequestHead
    private var body: BodyReader?
    private var held: [UInt8] = []
    /// What came of the current body.
    private var payload: [UInt8] = []
    private(set) var verdict = Verdict()

    /// Shared, since they take longer to make than a head to parse.
    private static let names = FieldNames()

    private init() { head = RequestHead(names: Self.names) }

    static func verdict(_ pieces: [[UInt8]]) -> Verdict {
        var wire = Wire()
        for piece in pieces { wire.receive(piece) }
        return wire.verdict
    }

    mutating func receive(_ piece: [UInt8]) {
        guard verdict.refusal == nil else { return }
        held += piece
        do {
            while try step() {}
        } catch {
            verdict.refusal = error.status
        }
    }

    /// - Returns: Whether there may be more to do with what is held.
    private mutating func step() throws(HeadError) -> Bool {
        let bytes = held
        guard var reader = body else {
            guard !bytes.isEmpty, let length = try head.parse(bytes.span) else { return false }
            body = BodyReader(head.framing)
            held.removeFirst(length)
            return true
        }
        var payload = payload
        let (index, hasEnded) = try reader.take(bytes.span, from: 0) { payload += bytes[$0] }
        held.removeFirst(index)
        body = hasEnded ? nil : reader
        self.payload = hasEnded ? [] : payload
        guard hasEnded else { return false }
        verdict.requests += 1
        verdict.payload += payload
        return true
    }
}
