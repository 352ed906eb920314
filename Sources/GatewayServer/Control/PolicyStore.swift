import GatePolicy
import JSON
import Logging
import Reactor

/// What the backend tells the gateway, followed on the disk.
///
/// Touched by the control loop only, which polls `descriptor` and calls ``look()``. A file that cannot be used changes
/// nothing: the policy before it stays, also over a restart, since a copy of the last good one is kept beside it.
final class PolicyStore {
    private static let name = "policy.json"
    private static let copyName = "policy.applied.json"

    private let folder: Folder
    private let watch: FolderWatch
    private let logger: Logger
    /// Of the bytes that were looked at last, good or bad.
    private var seen: Int?
    /// What is good, as the workers take it.
    private(set) var policy: CompiledPolicy
    /// Why the file that is there now is not used; nil when it is.
    private(set) var refusal: String?
    private(set) var reloads = ReloadRecord()

    /// Reads the policy that is there.
    ///
    /// - Parameters:
    ///   - path: The folder in which the backend puts it.
    ///   - logger: Hears what is applied and what is wrong.
    /// - Throws: ``StartError`` when the folder cannot be watched.
    init(folder path: String, logger: Logger) throws(StartError) {
        folder = Folder(path: path)
        self.logger = logger
        do {
            watch = try FolderWatch()
            policy = try CompiledPolicy(.initial)
        } catch let error as SystemError {
            throw StartError("Cannot watch the policy: \(error). Raise the limit on inotify instances.")
        } catch {
            preconditionFailure("the policy that says nothing is refused: \(error)")
        }
        watch.follow([path])
        if !look() { useCopy() }
        if policy.version == 0 {
            logger.warning(
                "No policy of the backend yet: no allowlist, no limit of a provider's own and no closed endpoint holds",
                metadata: ["path": "\(path)/\(Self.name)"])
        }
    }

    /// Readable when something changed in the folder.
    var descriptor: Int32 { watch.descriptor }

    /// Looks at the file.
    ///
    /// - Returns: Whether there is a new policy for the workers.
    func look() -> Bool {
        _ = watch.takeChanges()
        do throws(Flaw) {
            let bytes = try bytes(Self.name)
            let digest = bytes.hashValue
            guard digest != seen else { return false }
            seen = digest
            policy = try Self.read(bytes)
            keepCopy(bytes)
        } catch .missing {
            // A backend that was never there, or whose folder was emptied: it will write the file.
            return false
        } catch {
            // What can be read again later may be what was good before.
            if case .unreadable = error { seen = nil }
            refuse(error.sentence)
            return false
        }
        refusal = nil
        reloads.succeeded()
        logger.info("Policy applied", metadata: ["version": "\(policy.version)"])
        return true
    }

    private func refuse(_ sentence: String) {
        let isNews = refusal != sentence
        refusal = sentence
        guard isNews else { return }
        reloads.failed()
        logger.error(
            "The policy is refused, the one before stays; a running backend writes the file anew",
            metadata: [
                "path": "\(folder.path)/\(Self.name)", "problem": "\(sentence)", "version": "\(policy.version)",
            ])
    }

    /// Goes by the last good one at a start.
    private func useCopy() {
        guard let bytes = try? bytes(Self.copyName), let last = try? Self.read(bytes) else { return }
        policy = last
        logger.warning("The last good policy is used", metadata: ["version": "\(last.version)"])
    }

    private func keepCopy(_ bytes: [UInt8]) {
        do {
            try folder.replace(Self.copyName, with: bytes.span)
        } catch {
            logger.warning(
                "The policy is applied, but no copy of it can be kept for a restart", metadata: ["problem": "\(error)"])
        }
    }

    /// Why a file gives no policy.
    private enum Flaw: Error {
        case missing
        case unreadable(String)
        case unusable(String)

        var sentence: String {
            switch self {
            case .missing: "There is no file."
            case .unreadable(let sentence), .unusable(let sentence): sentence
            }
        }
    }

    private func bytes(_ name: String) throws(Flaw) -> [UInt8] {
        let bytes: [UInt8]?
        do throws(SystemError) {
            bytes = try folder.read(name, limit: GatePolicy.Bounds.bytes)
        } catch .noSuchFile {
            throw .missing
        } catch {
            throw .unreadable("It cannot be read: \(error).")
        }
        guard let bytes else { throw .unusable("It is longer than \(GatePolicy.Bounds.bytes) bytes.") }
        return bytes
    }

    private static func read(_ bytes: [UInt8]) throws(Flaw) -> CompiledPolicy {
        do {
            let value = try JSONValue(parsing: bytes)
            return try CompiledPolicy(JSONValueDecoder(value).decode(GatePolicy.self))
        } catch let error as JSONError {
            throw .unusable("It is no JSON document: byte \(error.offset) fits none.")
        } catch let error as DecodingError {
            throw .unusable(sentence(error))
        } catch {
            throw .unusable("\(error)")
        }
    }

    private static func sentence(_ error: DecodingError) -> String {
        let context: DecodingError.Context? =
            switch error {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
                .dataCorrupted(let context):
                context
            @unknown default: nil
            }
        var path = (context?.codingPath ?? []).map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }
            .joined()
        if path.hasPrefix(".") { path.removeFirst() }
        if case .keyNotFound(let key, _) = error {
            return "\(path.isEmpty ? "" : path + ": ")There is no \(key.stringValue)."
        }
        return "\(path.isEmpty ? "The document" : path): \(context?.debugDescription ?? "It has another form.")"
    }
}
