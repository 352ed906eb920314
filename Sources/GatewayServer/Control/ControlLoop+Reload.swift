import Logging
import Reactor
import Settings
import Telemetry

/// New settings in the running process: nothing is closed, and bad ones change nothing.
extension ControlLoop {
    func reload() -> ControlAnswer {
        circumstances.notifySocket.tell(.reloading(monotonicMilliseconds: now))
        defer { circumstances.notifySocket.tell(.ready) }
        let fresh: GatewaySettings
        do {
            fresh = try source.read()
        } catch {
            reloads.failed()
            logger.error("New settings are refused, the old ones stay", metadata: ["problem": "\(error)"])
            return .refusal(422, "\(error)")
        }
        let changes = fresh.changes(from: settings)
        let certificateProblem = apply(fresh)
        reloads.succeeded()
        logger.info("Settings were read again", metadata: ["changes": "\(changes.map(\.key).joined(separator: " "))"])
        return Self.answer(changes, certificateProblem: certificateProblem)
    }

    /// Puts settings to use.
    ///
    /// - Returns: Why the certificates stayed the old ones, if they had to.
    private func apply(_ fresh: GatewaySettings) -> String? {
        settings = fresh
        server.admission.adminUserIDs = fresh.adminUserIDs
        lifeCycle.take(fresh)
        crew.swap(configuration)
        return certificates.reload(fresh, now: now)
    }

    private static func answer(_ changes: [SettingChange], certificateProblem: String?) -> ControlAnswer {
        var text = JSONText()
        text.add("changed", list: changes.filter { !$0.needsNewProcess }.map { JSONText.quoted($0.key) })
        text.add("needs_new_process", list: changes.filter(\.needsNewProcess).map { JSONText.quoted($0.key) })
        if let certificateProblem { text.add("certificates", certificateProblem) }
        return .json(text, status: certificateProblem == nil ? 200 : 422)
    }
}

extension LifeCycle {
    /// Takes other times than before; a deadline that runs already stays.
    mutating func take(_ settings: GatewaySettings) {
        let fresh = LifeCycle(settings)
        delayMilliseconds = fresh.delayMilliseconds
        drainMilliseconds = fresh.drainMilliseconds
        handOverMilliseconds = fresh.handOverMilliseconds
    }
}
