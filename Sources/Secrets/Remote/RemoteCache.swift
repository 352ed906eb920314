public import Jobs

/// Reads all secrets that another server holds for us.
///
/// - Throws: `RemoteProblem`.
public typealias RemoteRead = @Sendable (_ now: Timestamp) async throws(RemoteProblem) -> SecretValues

/// Why another server's secrets are not known, in words that name none.
public struct RemoteProblem: Error, Equatable, Sendable {
    public let reason: String

    public init(_ reason: String) { self.reason = reason }
}

/// What another server holds for us, remembered for a while.
///
/// All our secrets there are one document, so that one call answers for every name, also for those that are not there.
/// Whoever asks while it is being read waits for that one call. A server that fails does not take away what it told
/// before, for a time; and it is not asked again at once.
public actor RemoteCache {
    /// How long a document counts.
    public static let lifetimeSeconds = 300.0
    /// How long nothing is asked again of a server that does not have the name, or does not answer.
    public static let pauseSeconds = 15.0
    /// How long a document may still be used when it cannot be had anew.
    public static let staleSeconds = 4 * lifetimeSeconds

    private struct Document {
        let values: SecretValues
        let readAt: Timestamp
    }

    public nonisolated let source: Secret.Source
    private let read: RemoteRead
    private let report: @Sendable (RemoteProblem) -> Void
    private var known: Document?
    private var triedAt: Timestamp?
    private var isReading = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// - Parameters:
    ///   - source: Who it is.
    ///   - report: Learns of each failed read.
    ///   - read: Reads the document.
    public init(
        _ source: Secret.Source, report: @escaping @Sendable (RemoteProblem) -> Void, read: @escaping RemoteRead
    ) {
        self.source = source
        self.report = report
        self.read = read
    }

    /// A secret; who asks while the document is being read waits only for what is not known.
    func value(_ name: SecretName, now: Timestamp) async -> String? {
        while mustRead(name, now), !Task.isCancelled {
            guard isReading else {
                await load(now)
                continue
            }
            if let value = usable(name, now) { return value }
            await withCheckedContinuation { waiting.append($0) }
        }
        return usable(name, now)
    }

    private func usable(_ name: SecretName, _ now: Timestamp) -> String? {
        guard let known, age(of: known.readAt, now) < Self.staleSeconds else { return nil }
        return known.values[name]
    }

    private func mustRead(_ name: SecretName, _ now: Timestamp) -> Bool {
        if let known, known.values[name] != nil, age(of: known.readAt, now) < Self.lifetimeSeconds { return false }
        if isReading { return true }
        return triedAt.map { age(of: $0, now) >= Self.pauseSeconds } ?? true
    }

    /// A clock that was set back makes nothing young for ever.
    private func age(of time: Timestamp, _ now: Timestamp) -> Double { abs(now.secondsSince(time)) }

    private func load(_ now: Timestamp) async {
        isReading = true
        triedAt = now
        do throws(RemoteProblem) {
            known = Document(values: try await read(now), readAt: now)
        } catch {
            // Who goes away in the middle of it has found out nothing: the next one reads.
            if Task.isCancelled { triedAt = nil } else { report(error) }
        }
        isReading = false
        let resumed = waiting
        waiting = []
        for waiter in resumed { waiter.resume() }
    }
}
