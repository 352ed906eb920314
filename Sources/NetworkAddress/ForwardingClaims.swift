/// What a head says of the client that it is sent for: each field of the family is handed in, in the head's order.
///
/// It allocates nothing and keeps no bytes. Made anew for each request.
public struct ForwardingClaims: Sendable {
    private var forwardedFor = HopWalk()
    private var forwarded = HopWalk()
    private var realIP = HopWalk()
    private var connectingIP = HopWalk()
    /// Whether there was any field of the family.
    public private(set) var isAny = false

    public init() {}

    /// Takes one field.
    ///
    /// - Parameters:
    ///   - field: Which it is.
    ///   - value: Its value.
    ///   - hops: Who is trusted; the same for all fields of a head.
    public mutating func read(_ field: ForwardingField, _ value: Span<UInt8>, _ hops: TrustedHops) {
        isAny = true
        switch field {
        case .forwardedFor: forwardedFor.readList(value, hops)
        case .forwarded: forwarded.readForwarded(value, hops)
        case .realIP: realIP.readSingle(value, hops)
        case .connectingIP where hops.readsConnectingIP: connectingIP.readSingle(value, hops)
        case .connectingIP, .other: break
        }
    }

    /// Whom a trusted peer speaks for, by all headers that we read; nil when they do not say, or contradict each other.
    ///
    /// Hops rarely write every header of the family, and pass on what a client wrote into the others. Which of them a
    /// hop wrote cannot be seen, so all must agree: then whoever forges one is at most nobody, never somebody else.
    /// A header that names trusted hops alone contradicts none that names a client, because hops may differ in where
    /// they begin to count.
    var client: IPAddress? {
        let outcomes: [4 of HopWalk.Outcome] = [
            connectingIP.outcome, forwardedFor.outcome, forwarded.outcome, realIP.outcome,
        ]
        var client: IPAddress?
        var hop: IPAddress?
        for index in outcomes.indices {
            switch outcomes[index] {
            case .absent: continue
            case .unreadable: return nil
            case .client(let address):
                guard client == nil || client == address else { return nil }
                client = address
            // By preference: the first of these headers that is there.
            case .hops(let first): hop = hop ?? first
            }
        }
        return client ?? hop
    }
}
