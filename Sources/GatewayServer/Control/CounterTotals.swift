/// The counters of all workers, added up when somebody asks.
struct CounterTotals {
    private let all: [WorkerCounters]

    init(_ all: [WorkerCounters]) {
        self.all = all
    }

    var workers: Int { all.count }

    private func sum(_ value: (WorkerCounters) -> Int) -> Int {
        all.reduce(0) { $0 + value($1) }
    }

    func requests(_ version: WorkerCounters.Version) -> Int { sum { $0.requests.count(version) } }
    func answers(_ kind: WorkerCounters.AnswerClass) -> Int { sum { $0.answers.count(kind) } }
    func refusals(_ kind: WorkerCounters.RefusalKind) -> Int { sum { $0.refusals.count(kind) } }
    func limitHits(_ limit: WorkerCounters.Limit) -> Int { sum { $0.limitHits.count(limit) } }
    func latencies(inBucket index: Int) -> Int { sum { $0.latency.count(inBucket: index) } }
    var latencyMicroseconds: Int { sum { $0.latency.sumMicroseconds } }

    var connectionsAccepted: Int { sum { $0.connectionsAccepted.count } }
    var connectionsOpen: Int { sum { $0.connectionsOpen.count } }
    var connectionsRefused: Int { sum { $0.connectionsRefused.count } }
    var requestsOpen: Int { sum { $0.requestsOpen.count } }
    var handshakes: Int { sum { $0.handshakes.count } }
    var handshakesResumed: Int { sum { $0.handshakesResumed.count } }
    var handshakesFailed: Int { sum { $0.handshakesFailed.count } }
    var bytesIn: Int { sum { $0.bytesIn.count } }
    var bytesOut: Int { sum { $0.bytesOut.count } }
    var upstreamConnects: Int { sum { $0.upstreamConnects.count } }
    var upstreamConnectFailures: Int { sum { $0.upstreamConnectFailures.count } }
    var upstreamRetries: Int { sum { $0.upstreamRetries.count } }
    var upstreamLost: Int { sum { $0.upstreamLost.count } }
    var upstreamOpen: Int { sum { $0.upstreamOpen.count } }
    var breakersOpen: Int { sum { $0.breakerOpen.count } }
    var breakerTrips: Int { sum { $0.breakerTrips.count } }
    var tunnelsOpen: Int { sum { $0.tunnelsOpen.count } }
}
