public import Jobs

/// The secrets of this installation: environment, file, AWS Secrets Manager, Vault, in that order.
///
/// The first that has one wins. Environment and file are looked at each time, so that a file that was changed counts at
/// once; what other servers hold is remembered for a while (`RemoteCache`).
public final class Secrets: Sendable {
    private let environment: SecretValues
    private let file: SecretFile
    private let remote: [RemoteCache]

    /// - Parameters:
    ///   - environment: What the process was started with.
    ///   - file: The secrets file, which need not be there.
    ///   - remote: Other servers, in the order in which they are asked.
    public init(environment: SecretValues, file: SecretFile, remote: [RemoteCache]) {
        self.environment = environment
        self.file = file
        self.remote = remote
    }

    /// A secret.
    ///
    /// - Parameters:
    ///   - name: Which.
    ///   - now: The time.
    /// - Returns: Nil when nobody has it. A server that cannot be asked has what it had before.
    public func secret(_ name: SecretName, now: Timestamp) async -> Secret? {
        if let value = Self.usable(environment[name]) { return Secret(value: value, source: .environment) }
        if let value = Self.usable(file.values[name]) { return Secret(value: value, source: .file) }
        for cache in remote {
            if let value = Self.usable(await cache.value(name, now: now)) {
                return Secret(value: value, source: cache.source)
            }
        }
        return nil
    }

    /// A secret without the line end that files and `echo` put behind it, which no header may hold.
    ///
    /// An empty one is none.
    private static func usable(_ value: String?) -> String? {
        guard let value, let first = value.firstIndex(where: { !$0.isWhitespace }),
            let last = value.lastIndex(where: { !$0.isWhitespace })
        else { return nil }
        return String(value[first...last])
    }

    /// Writes a secret into the file.
    ///
    /// - Returns: The file's path.
    /// - Throws: `SecretFileProblem`.
    public func save(_ value: String, as name: SecretName) throws(SecretFileProblem) -> String {
        try file.set(name, to: value)
    }

    /// Takes a secret out of the file; one that is not there is taken out already.
    ///
    /// - Returns: The file's path.
    /// - Throws: `SecretFileProblem`.
    public func delete(_ name: SecretName) throws(SecretFileProblem) -> String {
        try file.set(name, to: nil)
    }
}
