import GatePolicy
import Logging
import Storage

/// Tells the gateway what is configured, and knows whether it heard.
struct PolicyDesk: Sendable {
    let database: JobDatabase
    let file: PolicyFile
    let link: GatewayLink
    let logger: Logger

    /// Writes the policy anew, whatever lies there.
    ///
    /// To be called once, at the start.
    func begin() async throws {
        let predecessor = try await onDisk { [file] in file.predecessor() }
        try await database.countPolicy(after: predecessor, fingerprint: GatePolicy.fingerprint(of:))
        try await publish()
    }

    /// Writes the policy, unless the version that is wanted lies there already.
    ///
    /// It is read from the database anew each time, so nothing is lost with whoever changed it and went away.
    ///
    /// - Returns: The version that lies there.
    /// - Throws: Why it cannot be read or written.
    @discardableResult func publish() async throws -> Int {
        if let version = file.version, try await database.policyStamp()?.version == version { return version }
        let source = try await database.policySource()
        let policy = GatePolicy(version: source.stamp?.version ?? 0, configs: source.configs)
        try await onDisk { [file] in try file.write(policy) }
        return policy.version
    }

    /// Publishes a change, and waits for the gateway to use it.
    ///
    /// - Returns: Nil when it does, else why not, as a sentence. The change is stored in any case.
    func problemOfApplying() async -> String? {
        do {
            return await link.problem(applying: try await publish())
        } catch {
            logger.error("the gateway's policy could not be written", metadata: ["error": "\(error)"])
            return "The policy could not be written to the folder that the gateway watches."
        }
    }

    /// How the gateway stands to what is wanted.
    func standing() async -> PolicyStanding {
        let wanted = (try? await database.policyStamp())??.version
        return PolicyStanding(wanted: wanted, gateway: await link.answer())
    }
}
